"""Whatever is wrong: one clear message, exit code 2, no traceback, never a half-written file."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run, message

TABLES = {
    "good": "x,y\n" + "".join(f"{i},{2 * i}.5\n" for i in range(30)),
    "text": "x,y\n" + "".join(f"{i if i != 5 else 'oops'},{2 * i}.5\n" for i in range(30)),
    "infinite": "x,y\n" + "".join(f"{i if i != 5 else 'inf'},{2 * i}.5\n" for i in range(30)),
    "one": "x,y\n1,2\n",
    "none": "x,y\n",
    "empty": "",
    "oneclass": "x,y\n1,a\n2,a\n3,a\n",
    "ragged": "x,y\n1,2\n2,3,4\n",
    "constant": "x,y\n1,2.5\n2,2.5\n3,2.5\n",
}
WRONG_TABLES = [
    ("text", "line 7: 'x' is 'oops'; expected a number"),
    ("infinite", "line 7: 'x' is 'inf'; expected a number"),
    ("one", "at least two are needed"),
    ("none", "has a header but no rows"),
    ("empty", "is empty"),
    ("oneclass", "only one class, 'a'; at least two are needed"),
    ("ragged", "line 3: 3 cells where the header has 2"),
    ("constant", "in every row"),
]
WRONG_OPTIONS = [
    (["--target", "z"], "has no column 'z'; it has 'x', 'y'"),
    ([], "--target; it has x, y"),
    (["--target", "y", "--optimizer", "adamm"], "did you mean 'Adam'?"),
    (["--target", "y", "--activation", "rellu"], "did you mean 'Relu'?"),
    (["--target", "y", "--hidden", "8", "-5"], "whole number of at least 1, got -5"),
    (["--target", "y", "--hidden", "0"], "whole number of at least 1, got 0"),
    (["--target", "y", "--epochs", "0"], "epochs must be a whole number of at least 1, got 0"),
    (["--target", "y", "--batch-size", "0"], "the batch size must be a whole number of at least 1, got 0"),
    (["--target", "y", "--dropout", "1.5"], "at most 0.999, got 1.5"),
    (["--target", "y", "--validation", "2"], "a share between 0 and 1, got 2"),
    (["--target", "y", "--seed", "-1"], "whole number from 0"),
    (["--target", "y", "--learning-rate", "0"], "more than 0, got 0.0"),
    (["--target", "y", "--learning-rate", "nan"], "more than 0, got nan"),
    (["--target", "y", "--augment"], "--augment is for images"),
    (["--target", "y", "--resume"], "name it with --checkpoints"),
    (["--target", "y", "--out", "nowhere/n.safetensors"], "there is no folder nowhere; make it first"),
    (["--target", "y", "--out", "."], "is a folder; name a file in it"),
    (["--target", "y", "--log", "nowhere/l.csv"], "there is no folder nowhere; make it first"),
]
REFUSED = [
    (["train", "mnits"], "did you mean 'mnist'?"),
    (["train", "missing.csv", "--target", "y"], "missing.csv does not exist; check the path"),
    (["train", "mnist", "--target", "y"], "--target is for CSV files"),
    (["train", "mnist", "--recipe", "bset"], "did you mean 'best'?"),
    (["train", "mnist", "--data", "."], "holds neither mnist/ nor train-images"),
    (["train", "mnist"], "MNIST was not found. Tried: GLASSNET_DATA: not set. the download:"),
    (["evaluate", "nope.safetensors", "mnist"], "nope.safetensors does not exist"),
    (["evaluate", "good.csv", "mnist"], "no safetensors file"),
    (["predict", "nope.safetensors", "a.png"], "nope.safetensors does not exist"),
    (["show", "nope.safetensors"], "nope.safetensors does not exist"),
    (["show", "strokes", "--", "-3"], "there is no training image -3"),
    (["regress", "good.csv"], "with --target"),
    (["regress", "missing.csv", "--target", "y"], "missing.csv does not exist; check the path"),
    (["regress", "good.csv", "--target", "y", "--plot", "nowhere/p.png"], "there is no folder nowhere"),
    (["regress", "good.csv", "--target", "y", "--plot", "p.txt"], ".png, .svg or .pdf"),
    (["demo", "--epochs", "0"], "epochs must be a whole number of at least 1, got 0"),
]


@pytest.fixture(autouse=True)
def tables(tmp_path: Path) -> None:
    for name, text in TABLES.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.mark.parametrize(("name", "words"), WRONG_TABLES)
def test_tables(run: Run, tmp_path: Path, name: str, words: str) -> None:
    before = files(tmp_path)
    said = message(run("train", f"{name}.csv", "--target", "y"))
    assert words in said
    assert f"{name}.csv" in said or "'y'" in said
    assert files(tmp_path) == before


@pytest.mark.parametrize(("options", "words"), WRONG_OPTIONS)
def test_options(run: Run, tmp_path: Path, options: list[str], words: str) -> None:
    before = files(tmp_path)
    assert words in message(run("train", "good.csv", *options))
    assert files(tmp_path) == before


@pytest.mark.parametrize(("command", "words"), REFUSED)
def test_commands(run: Run, command: list[str], words: str) -> None:
    assert words in message(run(*command))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["train", "good.csv", "--epochs", "two"], "--epochs"),
        (["train", "good.csv", "--hidden"], "--hidden"),
        (["train", "good.csv", "--epoch", "3"], "--epochs"),
        (["frobnicate"], "frobnicate"),
        (["predict", "digits"], "name files to predict, or give one input with --input"),
    ],
)
def test_misspelt_commands(run: Run, command: list[str], words: str) -> None:
    result = run(*command)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_models_and_tables_that_do_not_belong_together(run: Run, model: Path, flowers: Path) -> None:
    assert run("train", flowers, "--target", "kind", "--epochs", 1).exit_code == 0
    assert "has no column 'sepal', 'petal'" in message(run("evaluate", "flowers.safetensors", "good.csv"))
    assert "has no column 'sepal', 'petal'" in message(run("predict", "flowers.safetensors", "good.csv"))
    assert "the images of strokes have 784" in message(run("evaluate", "flowers.safetensors", "strokes"))
    assert "was not trained on a table" in message(run("evaluate", model, "good.csv"))


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="needs a folder that nobody can write to: Linux's /sys")
def test_a_folder_that_cannot_be_written(run: Run) -> None:
    out = "/sys/kernel/net.safetensors"
    said = message(run("train", "good.csv", "--target", "y", "--out", out))
    assert f"the model {out} cannot be written" in said
    assert "denied" in said or "not permitted" in said


def test_a_full_disk(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = files(tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    said = message(run("train", "good.csv", "--target", "y", "--epochs", 1, "--out", "net.safetensors"))
    assert "net.safetensors cannot be saved: the disk is full" in said
    assert files(tmp_path) == before


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
from glassnet.cli import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_disk_that_ends_in_the_middle_of_a_file(tmp_path: Path) -> None:
    before = files(tmp_path)
    command = ["train", "good.csv", "--target", "y", "--epochs", "1", "--out", "net.safetensors"]
    done = subprocess.run([sys.executable, "-c", LIMITED, *command], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert "net.safetensors cannot be saved" in done.stderr
    assert "Traceback" not in done.stderr
    assert files(tmp_path) == before


def test_one_bad_image_does_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    from PIL import Image, ImageDraw

    drawing = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(drawing).line([(100, 30), (100, 170)], fill=0, width=12)
    drawing.save(tmp_path / "one.png")
    result = run("predict", "digits", "good.csv", "nope.png", "one.png")
    assert result.exit_code == 2
    for name, complaint in zip(["good.csv", "nope.png"], result.stderr.splitlines(), strict=True):
        assert name in complaint
    assert result.stdout.split()[:2] == ["one.png", "1"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["draw", "2-4-3-1", "net.svg"], "takes MODEL, and got net.svg too; a file to write is named by --out net.svg"),
        (["train", "strokes", "big.bin"], "takes DATA, and got big.bin too; a file to write is named by --out big.bin"),
        (["evaluate", "digits", "a.csv", "b.csv"], "takes MODEL and DATA, and got b.csv too; see glassnet evaluate"),
        (["info", "digits"], "info takes no arguments, and got digits too; see glassnet info --help"),
    ],
)
def test_more_arguments_than_a_command_takes(run: Run, given: list[str], words: str) -> None:
    assert words in message(run(*given))
