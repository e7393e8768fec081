"""TikZ says the same as SVG: each shape and each text in its place, in its colour."""

from __future__ import annotations

import re
from math import cos, radians, sin
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

import glassnet as gn
from glassnet.canvas.colors import theme_of
from glassnet.canvas.picture import Picture
from glassnet.canvas.scene import Image, Scene, Text
from glassnet.canvas.tikz import latex

SVG = "{http://www.w3.org/2000/svg}"
PLACE = re.compile(r"\((-?[\d.]+),(-?[\d.]+)\)")
PICTURES = [
    gn.lecture().draw(x=[0.4, -0.7]),
    gn.lecture().draw(x=[0.4, -0.7], y=1, dark=True, colors="ink"),
    gn.Network(30, gn.Add(gn.Dense(30, "tanh"), gn.Identity()), gn.Dense(3, "softmax"), seed=1).draw(x=np.ones(30)),
    gn.drawing.graph(gn.lecture().graph),
]


def of_kind(picture: Picture, kind: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(picture.svg.encode()).iter(SVG + kind))


def places(text: str) -> list[tuple[float, ...]]:
    return [tuple(map(float, pair)) for pair in PLACE.findall(text)]


def numbers(element: ElementTree.Element, *names: str) -> list[float]:
    return [float(element.get(name, "0")) for name in names]


def commands(picture: Picture, start: str) -> list[str]:
    return [line for line in picture.encoded("tex").decode().splitlines() if line.startswith(start)]


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: str(picture.title)[:30])
def test_shapes_are_where_svg_has_them(picture: Picture) -> None:
    circles = [
        (places(line)[0], float(line.partition("radius=")[2].split("bp")[0])) for line in commands(picture, r"\filld")
    ]
    expected = [(numbers(e, "cx", "cy"), 0.75 * numbers(e, "r")[0]) for e in of_kind(picture, "circle")]
    assert circles == [(pytest.approx(at, abs=0.051), pytest.approx(radius, abs=0.04)) for at, radius in expected]
    lines = [places(line) for line in commands(picture, r"\draw")]
    ways = [re.findall(r"-?[\d.]+", e.get("d", "")) for e in of_kind(picture, "path")]
    assert [np.ravel(line) for line in lines] == [pytest.approx(list(map(float, way)), abs=0.051) for way in ways]
    dashed = ["dash pattern" in line for line in commands(picture, r"\draw")]
    assert dashed == [e.get("stroke-dasharray") is not None for e in of_kind(picture, "path")]
    boxes = [places(line)[0] for line in commands(picture, r"\path")]
    assert boxes == [pytest.approx(numbers(e, "x", "y"), abs=0.051) for e in of_kind(picture, "rect")[1:]]


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: str(picture.title)[:30])
def test_texts_are_where_svg_has_them(picture: Picture) -> None:
    nodes = commands(picture, r"\node")
    texts = of_kind(picture, "text")
    assert [line.partition(") {")[2] for line in nodes] == [f"{latex(e.text or '')}}};" for e in texts]
    for line, element in zip(nodes, texts, strict=True):
        at = numbers(element, "x", "y")
        if turn := re.findall(r"-?[\d.]+", element.get("transform", "")):
            angle, *around = map(float, turn)
            down = at[1] - around[1]
            at = [around[0] - down * sin(radians(angle)), around[1] + down * cos(radians(angle))]
            assert f"rotate={-angle:g}" in line.replace(".0,", ",")
        assert places(line)[0] == pytest.approx(at, abs=0.11)
        assert float(line.partition("fontsize{")[2].split("}")[0]) == pytest.approx(
            0.75 * numbers(element, "font-size")[0]
        )


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: str(picture.title)[:30])
def test_colours_are_the_themes_and_each_is_defined_once(picture: Picture) -> None:
    defined = re.findall(r"definecolor\{gn(\w+)\}\{HTML\}\{(\w{6})\}", picture.encoded("tex").decode())
    theme = theme_of(picture.colors, bool(picture.dark))
    assert {name: f"#{color.lower()}" for name, color in defined} == {name: theme[name] for name, _ in defined}
    drawn = [line.partition("] at ")[0] for line in commands(picture, "\\") if "definecolor" not in line]
    assert {name for line in drawn for name in re.findall(r"gn(\w+)", line)} == {name for name, _ in defined}


@pytest.mark.parametrize(
    "text", [r"\input{/etc/passwd}", "a % b $x$ #1 & {c}_^~", "|<>|\"'`", "two\nlines", "−0.5 × δw1 → ∂loss … ²"]
)
def test_hostile_labels_are_only_text(text: str) -> None:
    """Nothing of a label is a command, a comment or a group: what LaTeX reads as one is written as its sign."""
    written = latex(text)
    rest = re.sub(r"\\[#$%&_{}]|\\text[a-z]+\{\}|\\dots\{\}|\$\\?[a-z\d^−-]+\$", "", written)
    assert not set("\\{}$%#&_^~") & set(rest)
    assert "\n" not in written


def test_images_are_refused_in_words() -> None:
    picture = Picture(Scene(10, 10, "", "", [Text(1, 1, "a"), Image(0, 0, 10, 10, np.zeros((1, 1, 3), np.uint8))]))
    with pytest.raises(gn.GlassnetError, match=r"save it as \.pdf, \.svg or \.png"):
        picture.encoded("tex")


def test_other_kinds_are_refused_in_words() -> None:
    with pytest.raises(gn.GlassnetError, match="bmp"):
        gn.lecture().draw().encoded("bmp")


def test_a_file_of_ours_is_replaced_and_no_other(tmp_path: Any) -> None:
    path = tmp_path / "net.tex"
    for _ in range(2):
        gn.lecture().draw(path)
    path.write_text("a thesis")
    with pytest.raises(gn.GlassnetError):
        gn.lecture().draw(path)
    assert path.read_text() == "a thesis"
