"""SVG, PNG and PDF: valid, equal from run to run, harmless, readable in light and dark; files whole or not at all."""

import base64
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image as PillowImage

import glassnet as gn
from glassnet.canvas import Picture, Scene
from glassnet.canvas.colors import CLASSES, DARK, LIGHT, Theme, shades
from glassnet.canvas.scene import Circle, Image, Rectangle, Text
from glassnet.canvas.scene import Path as Lines
from glassnet.canvas.svg import png

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</title><script>alert(1)</script> & \x00\x0b\ud800\x1b[2J\x9b\u202e ]]> \"'"


def everything(text: str = "a & b") -> Scene:
    """A scene with each kind of element."""
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3) * 10
    return Scene(
        200, 100, text, text,
        [
            Rectangle(10, 10, 30, 20, "p6", "outline", 4), Rectangle(50, 10, 30, 20, None, "#ff0000"),
            Circle(100, 20, 10, "#00ff00"), Lines((((0, 50), (200, 50)), ((0, 60), (200, 60))), "n6", 3, dashed=True),
            Lines((((0, 70), (50, 70), (50, 90), (100, 90)),), "outline", 1, curved=True),
            Text(150, 80, text, 12, "ink", "end", angle=-90), Image(120, 10, 60, 30, pixels),
        ],
    )  # fmt: skip


def network() -> gn.Network:
    return gn.Network(2, gn.Dense(3, "relu"), gn.Dense(1))


# ── SVG ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["a & b", HOSTILE])
@pytest.mark.parametrize("dark", [None, False, True])
def test_svg_is_valid_and_says_what_it_shows(text: str, dark: bool | None) -> None:
    picture = Picture(everything(text), dark)
    root = ElementTree.fromstring(picture.svg.encode())
    shown = re.sub("[\x00\x0b\ud800\x1b\x9b\u202e]", "\ufffd", text)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert (title.text, description.text) == (shown, shown)
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert [element.text for element in root.iter(f"{SVG}text")] == [shown]
    assert {element.tag for element in root.iter()} == {
        f"{SVG}{tag}" for tag in ("svg", "title", "desc", "style", "rect", "circle", "path", "text", "image")
    }
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("200", "100", "0 0 200 100")


def test_hostile_labels_are_only_text_in_every_picture() -> None:
    net = gn.Network(2, gn.Dense(2, "softmax", name="a & <b>"))
    net.labels = (HOSTILE, "fine")
    pictures = [
        net.draw(x=[1, 2]), gn.drawing.surfaces(net), gn.drawing.graph(net.graph),
        gn.drawing.confusion([[1, 2], [3, 4]], [HOSTILE, "fine"]),
    ]  # fmt: skip
    for picture in pictures:
        root = ElementTree.fromstring(picture.svg.encode())
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
            "svg", "title", "desc", "style", "rect", "circle", "path", "text", "image",
        }  # fmt: skip


def test_svg_needs_nothing_from_elsewhere_and_runs_nothing() -> None:
    drawn = network().draw(x=[1, 2]).svg
    assert re.findall(r"[a-z]+://[^\"' ]+", drawn) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"<script|\bon\w+=|@import|@font-face|url\(", drawn)


def test_every_colour_has_a_rule_and_rules_stay_in_their_picture() -> None:
    drawn = Picture(everything()).svg
    identity = ElementTree.fromstring(drawn).get("id")
    used = {name for names in re.findall(r'class="([^"]*)"', drawn) for name in names.split()}
    rules = re.findall(r"#(\w+) \.([\w-]+)\{(?:fill|stroke):#[0-9a-f]{6}\}", drawn)
    assert {name for _, name in rules} == used
    assert {scope for scope, _ in rules} == {identity}
    assert len(rules) == 2 * len(used)  # light, and dark where the reader's system is
    assert Picture(everything("other")).svg.split('id="')[1] != drawn.split('id="')[1]


def test_dark_light_and_as_the_reader_likes() -> None:
    dark, light, either = (Picture(everything(), dark).svg for dark in (True, False, None))
    assert DARK["background"] in dark
    assert LIGHT["background"] not in dark
    assert DARK["background"] not in light
    assert (
        either.index(LIGHT["background"])
        < either.index("@media(prefers-color-scheme:dark)")
        < either.index(DARK["background"])
    )


def test_equal_pictures_are_equal_files_in_every_process() -> None:
    code = "import glassnet as gn; print(gn.Network(2, gn.Dense(3, 'relu'), gn.Dense(1)).draw(x=[1, 2]).svg, end='')"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(
            [sys.executable, "-X", "utf8", "-c", code], capture_output=True, env=environment, check=True
        )
        assert done.stdout.decode() == network().draw(x=[1, 2]).svg


def test_notebooks_show_the_picture() -> None:
    picture = network().draw()
    assert picture._repr_svg_() == picture.svg
    assert repr(picture) == "Picture: A neural network: 2 inputs → 1 output"


# ── colours ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def luminance(color: str) -> float:
    """Relative luminance, as the Web Content Accessibility Guidelines 2.2 define it."""
    parts = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(first: str, second: str) -> float:
    low, high = sorted([luminance(first), luminance(second)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_texts_are_readable(theme: Theme) -> None:
    for paint in ("ink", "muted", "positive", "negative"):
        for ground in ("background", "surface", "block"):
            assert contrast(theme[paint], theme[ground]) >= 4.5, (paint, ground)
    for step in ("p6", "n6"):
        assert contrast(theme[step], theme["background"]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_signs_differ_for_every_kind_of_colour_vision(theme: Theme) -> None:
    """Blue against yellow-red is what all but the rarest kind see; red against green plays no part."""
    for step in range(2, 7):
        red, _, blue = (int(theme[f"p{step}"][i : i + 2], 16) for i in (1, 3, 5))
        other_red, _, other_blue = (int(theme[f"n{step}"][i : i + 2], 16) for i in (1, 3, 5))
        assert blue - red > 15 * step
        assert other_red - other_blue > 8 * step


def test_shades_go_evenly_from_orange_to_blue() -> None:
    colors = shades(np.linspace(-1, 1, 21), dark=False).astype(int)
    assert (np.diff(colors[:11, 2]) > 0).all()
    assert (np.diff(colors[10:, 0]) < 0).all()
    assert (shades(np.array([np.nan, 5.0]), dark=True) == shades(np.array([0.0, 1.0]), dark=True)).all()
    assert len(set(CLASSES)) == 8


# ── PNG and PDF ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_our_png_is_read_by_others() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (7, 5, 3), dtype=np.uint8)
    with PillowImage.open(io.BytesIO(png(pixels))) as image:
        assert (np.asarray(image) == pixels).all()
    embedded = re.findall(r"base64,([^\"]*)", Picture(everything()).svg)
    with PillowImage.open(io.BytesIO(base64.b64decode(embedded[0]))) as image:
        assert image.size == (3, 2)


@pytest.mark.parametrize("dark", [False, True])
def test_png_has_the_scenes_colours_where_they_belong(tmp_path: Path, dark: bool) -> None:
    theme = DARK if dark else LIGHT
    Picture(everything(), dark).save(tmp_path / "net.png")
    with PillowImage.open(tmp_path / "net.png") as image:
        assert image.size == (400, 200)
        assert image.info["Title"] == image.info["Description"] == "a & b"
        colors = {place: "#{:02x}{:02x}{:02x}".format(*np.asarray(image)[2 * place[1], 2 * place[0], :3]) for place in (
            (1, 1), (25, 20), (65, 20), (100, 20), (130, 15), (3, 50), (9, 50), (3, 60),
        )}  # fmt: skip
    background, blue, orange = theme["background"], theme["p6"], theme["n6"]
    assert list(colors.values()) == [
        background, blue, background, "#00ff00", "#000a14", orange, background, orange,
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_a_picture_too_large_for_the_kind_of_file_is_refused_in_words(tmp_path: Path, kind: str) -> None:
    picture = Picture(Scene(40_000, 60, "long", "long", [Circle(19_000, 30, 20, "ink")]))
    with pytest.raises(gn.GlassnetError, match=rf"40,000 × 60 pixels, .* a {kind.upper()} file .*: save it as \.svg"):
        picture.save(tmp_path / f"long.{kind}")
    assert not any(tmp_path.iterdir())
    picture.save(tmp_path / "long.svg")


@pytest.mark.parametrize("kind", ["png", "pdf", "svg"])
def test_files_are_equal_from_time_to_time(tmp_path: Path, kind: str) -> None:
    files = [tmp_path / f"{name}.{kind}" for name in "ab"]
    for file in files:
        network().draw(file, [1, 2])
    first, second = (file.read_bytes() for file in files)
    assert first == second
    assert first.startswith({"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<svg"}[kind])


def test_a_pdf_says_what_it_shows(tmp_path: Path) -> None:
    network().draw(tmp_path / "net.PDF")
    content = (tmp_path / "net.PDF").read_bytes()
    assert b"/Title" in content
    assert b"/CreationDate" not in content


@pytest.mark.parametrize("text", [r"$\frac{1}{0}$ and $", "猫 και Hund", HOSTILE, "two\nlines"])
@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_names_may_be_anything(tmp_path: Path, text: str, kind: str) -> None:
    Picture(everything(text)).save(tmp_path / f"net.{kind}")
    assert (tmp_path / f"net.{kind}").stat().st_size > 1000


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["net.bmp", "net", "net.svg.gz", ".svg"])
def test_other_kinds_of_file_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(gn.GlassnetError, match=r"its name must end in \.svg, \.pdf, \.png or \.tex"):
        network().draw(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "net.svg"
    network().draw(path)
    before = path.read_bytes()

    def full(_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(gn.GlassnetError, match=r"net\.svg cannot be saved: the disk is full"):
        network().draw(path)
    assert [file.name for file in tmp_path.iterdir()] == ["net.svg"]
    assert path.read_bytes() == before


def test_folders_that_are_not_there_and_names_that_are_folders(tmp_path: Path) -> None:
    with pytest.raises(gn.GlassnetError, match="nowhere does not exist; create it first"):
        network().draw(tmp_path / "nowhere" / "net.svg")
    (tmp_path / "net.svg").mkdir()
    with pytest.raises(gn.GlassnetError, match="there is a folder of that name"):
        network().draw(tmp_path / "net.svg")


def test_links_that_go_round_in_a_circle(tmp_path: Path) -> None:
    one, other = tmp_path / "one.svg", tmp_path / "other.svg"
    one.symlink_to(other)
    other.symlink_to(one)
    with pytest.raises(gn.GlassnetError, match=r"one\.svg cannot be saved: its symbolic links go round in a circle"):
        network().draw(one)
    assert one.is_symlink()
    assert other.is_symlink()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.svg").symlink_to(tmp_path / "net.svg")
    network().draw(tmp_path / "link.svg")
    assert (tmp_path / "link.svg").is_symlink()
    assert (tmp_path / "net.svg").read_text(encoding="utf-8") == network().draw().svg
