"""``glassnet draw``: the picture of a model's file."""

from pathlib import Path
from typing import Any

import pytest

import glassnet as gn
from tests.cli.conftest import Run, message


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "net.safetensors"
    gn.Network(2, gn.Dense(1, weights=[[0.3], [-0.7]], biases=[0.1]), dtype="float64").save(path)
    return path


def test_draws_the_network_with_its_values(run: Run, saved: Path, tmp_path: Path) -> None:
    result = run("draw", saved, "--input", "0.4,-0.7")
    assert (result.exit_code, result.stdout) == (0, "Drawn in network.svg.\n")
    picture = (tmp_path / "network.svg").read_text(encoding="utf-8")
    assert ">0.71<" in picture
    assert "prefers-color-scheme" in picture


def test_draws_gradients_for_a_target(run: Run, saved: Path, tmp_path: Path) -> None:
    told = ["draw", saved, "--input", "0.4,-0.7", "--target", "1", "--out"]
    assert run(*told, "squared.svg").exit_code == 0
    assert run(*told, "absolute.svg", "--loss", "absolute error").exit_code == 0
    squared, absolute = ((tmp_path / f"{name}.svg").read_text(encoding="utf-8") for name in ("squared", "absolute"))
    assert all(f">{text}<" in squared for text in ("δy", "−0.58", "−0.232", "0.406", "∂loss/∂u = −0.174"))
    assert all(f">{text}<" in absolute for text in ("δy", "−1", "−0.4", "0.7"))


def test_dark_and_light(run: Run, saved: Path, tmp_path: Path) -> None:
    for option in ("--dark", "--light"):
        assert run("draw", saved, option, "--out", f"{option[2:]}.svg").exit_code == 0
    dark, light = ((tmp_path / name).read_text(encoding="utf-8") for name in ("dark.svg", "light.svg"))
    assert "#14171c" in dark
    assert "#14171c" not in light
    assert "prefers-color-scheme" not in dark + light


@pytest.mark.parametrize(
    ("options", "given"),
    [
        (["--no-weights"], {"weights": False}),
        (["--no-labels", "--most", "2"], {"labels": False, "most": 2}),
        (["--colors", "ink", "--dark"], {"colors": "ink", "dark": True}),
    ],
)
@pytest.mark.parametrize("kind", ["svg", "pdf", "png", "tex"])
def test_it_draws_what_python_draws(
    run: Run, saved: Path, tmp_path: Path, options: list[str], given: dict[str, Any], kind: str
) -> None:
    assert run("draw", saved, "--input", "0.4,-0.7", "--out", f"net.{kind}", *options).exit_code == 0
    picture = gn.load(saved).draw(x=[0.4, -0.7], **given)
    assert (tmp_path / f"net.{kind}").read_bytes() == picture.encoded(kind)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--input", "0.4"], "--input takes 2 numbers here, not 1"),
        (["--input", "0.4/-0.7"], "numbers with commas or blanks between them, such as 0.4,-0.7"),
        (["--input", "photo.png"], "there is no picture photo.png; --input takes numbers too"),
        (["--input", "nan,1"], "nan"),
        (["--target", "1"], "give --input too"),
        (["--input", "1,2", "--loss", "huber"], "give --target too"),
        (["--input", "1,2", "--target", "1,2,3"], "--target takes 1 number here, not 3"),
        (["--input", "1,2", "--target", "1", "--loss", "magic"], "magic"),
        (["--out", "net.bmp"], "net.bmp cannot be drawn: its name must end in .svg, .pdf, .png or .tex"),
        (["--colors", "sepia"], "sepia"),
        (["--most", "1"], "2 to 1,000 neurons of a layer can be drawn, not 1"),
        (["--out", "nowhere/net.svg"], "there is no folder nowhere"),
    ],
)
def test_what_cannot_be_drawn(run: Run, saved: Path, tmp_path: Path, options: list[str], words: str) -> None:
    assert words in message(run("draw", saved, *options))
    assert [path.name for path in tmp_path.iterdir()] == [saved.name]
