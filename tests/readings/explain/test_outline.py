"""Trees of explanations as lines, LaTeX, HTML and data: the same in every form, each number once, all escaped."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser

import latex2mathml.converter
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

import glassnet as gn
from glassnet.inspection.explanations import NetworkExplanation
from glassnet.readings.explain import Explanation, Outline
from glassnet.readings.explain.outline import markup

NASTY = "<b>alert'&\\}$^ö"


def lecture() -> NetworkExplanation:
    return gn.lecture("2-4-3-1").explain([0.4, -0.7], 1.0, optimizer="adam")


def numbers() -> list[Explanation]:
    nasty = gn.Network(2, gn.Dense(2, "tanh", name=NASTY), gn.Dense(3, "softmax"), seed=0).explain([1.0, 0.5], 1)
    net = gn.Network(3, gn.Dense(4, "relu"), gn.LayerNorm(), gn.Dense(2, "sigmoid"), seed=1, dtype="float64")
    batch = net.explain([[1.0, 2.0, 3.0], [0.0, -1.0, 1.0]], [[0, 1], [1, 0]], optimizer=gn.Adam(0.1))
    wide = gn.Network(20, gn.Dense(1), seed=0).explain(np.ones(20))
    overflow = gn.Network(1, gn.Dense(1, weights=[[1e30]]), gn.Dense(1, weights=[[1e30]])).explain([1.0])
    return [
        *(lecture()[name] for name in ("z", "δw2", "∂loss/∂w.weights[0, 1]", "new w.biases[1]", "loss", "u")),
        *(nasty[name] for name in (f"{NASTY}_1", "softmax(y2)", "loss", f"δ{NASTY}_1")),
        *(batch[name] for name in ("loss", "sigmoid(y1^(2))", "δa1^(1)", "new dense_1.weights[0, 0]")),
        wide["y"],
        overflow["y"],
    ]


class Content(HTMLParser):
    """The text of HTML line by line with its level, as a browser shows it; every tag must be closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.lines: list[tuple[int, str]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attrs} <= {"style", "open"}
        self.open.append(tag)
        self.tags.add(tag)
        if tag in ("summary", "div") and len(self.open) > 1:
            self.lines.append((self.open.count("details") - (tag == "summary"), ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        level, text = self.lines[-1]
        within = [tag for tag in self.open if tag in ("sub", "sup")]
        sign = "^" if within == ["sup"] else ""
        self.lines[-1] = level, text + sign + data


def as_shown(text: str) -> str:
    """The text as HTML has it: a place after a letter is an index, a1,2 for a1_2 and for a_1_2."""
    place = re.compile(r"(?<![\w.])(δ?[A-Za-z])_?(\d+(?:_\d+)+)(?![\w.\[])")
    return place.sub(lambda match: match[1] + match[2].replace("_", ","), text)


@pytest.mark.parametrize("number", numbers(), ids=lambda number: number.name)
def test_every_form_has_every_line(number: Explanation) -> None:
    tree = number.tree(4)
    assert tree.lines[0].text == number.told
    assert [line for line in tree.text.splitlines() if line] == ["  " * line.level + line.text for line in tree.lines]
    content = Content(tree.html)
    assert content.lines == [(line.level, as_shown(line.text)) for line in tree.lines]
    assert content.tags <= {"div", "details", "summary", "sub", "sup", "b"}
    assert Content(tree.folded()).lines == content.lines
    assert tree.latex.count(r"\\" + "\n") == len(tree.lines) - 1
    assert "merror" not in latex2mathml.converter.convert(tree.latex)
    assert latex2mathml.converter.convert(number.latex).count("<mtext") <= 8
    flat = list(flattened(tree))
    assert [(level, entry.get("text", entry.get("words"))) for level, entry in flat] == [
        (line.level, line.text) for line in tree.lines
    ]
    assert json.loads(json.dumps(tree.data, allow_nan=False)) == tree.data


def flattened(tree: Outline):  # type: ignore[no-untyped-def]
    to_do = [(0, entry) for entry in reversed(tree.data)]
    while to_do:
        level, entry = to_do.pop()
        yield level, entry
        to_do += [(level + 1, child) for child in reversed(entry["children"])]


@pytest.mark.parametrize("depth", [0, 1, 2, 3, 4, None])
@pytest.mark.parametrize("number", numbers(), ids=lambda number: number.name)
def test_each_number_is_explained_once_as_near_to_the_top_as_it_is_needed(
    number: Explanation, depth: int | None
) -> None:
    lines = number.tree(depth).lines
    places = [line.number.place for line in lines if isinstance(line.number, Explanation)]
    assert max(Counter(places).values()) == 1
    nearest, level, front = {number.place: 0}, 0, [number]
    while front and (depth is None or level < depth):
        level += 1
        below = {child.place: child for one in front for child in one.children if child.place not in nearest}
        nearest |= dict.fromkeys(below, level)
        front = list(below.values())
    levels = {line.number.place: line.level for line in lines if isinstance(line.number, Explanation)}
    assert set(levels) == set(nearest)
    apart = {place for place in nearest if number.is_backward and not place[0].origin.stage}  # fed forward
    assert all(levels[place] == nearest[place] for place in nearest if place not in apart)
    assert all(levels[place] >= 1 for place in apart)


def test_where_else_a_number_stands_is_said() -> None:
    said = set()
    for number in numbers():
        order = [line.number.name if line.number else line.words for line in number.tree(5).lines]
        for i, words in enumerate(order):
            if match := re.fullmatch(r"and (.+) from (above|below)", words):
                assert all((name in order[:i]) == (match[2] == "above") for name in re.split(r", (?!\d)", match[1]))
                said.add(match[2])
    assert said == {"above", "below"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("w1 = (2)^2", "w<sub>1</sub> = (2)<sup>2</sup>"),
        ("y = (2)^(1 / (2)(3)) - 1", "y = (2)<sup>(1 / (2)(3))</sup> - 1"),
        ("y = (0.9)^1e-7 + 1", "y = (0.9)<sup>1e-7</sup> + 1"),
        ("(2)^(-1)(3)^2", "(2)<sup>(-1)</sup>(3)<sup>2</sup>"),
        ("δa1_2⁽²⁾ = relu(b3)", "δ<sub>a<sub>1,2</sub></sub>⁽²⁾ = relu(b<sub>3</sub>)"),
        ("δz = (u)(2)", "δ<sub>z</sub> = (u)(2)"),
        ("e1 = 1e5 + 2e-3", "e<sub>1</sub> = 1e5 + 2e-3"),
        ("∂loss/∂w1.weights[0, 1] < 3", "∂loss/∂w1.weights[0, 1] &lt; 3"),
        ("0 [5.551e-17 after rounding in float64]", "0 [5.551e-17 after rounding in float64]"),
    ],
)
def test_markup(text: str, html: str) -> None:
    assert markup(text) == html


def test_the_whole_network_is_an_outline_too() -> None:
    explanation = lecture()
    outline = explanation.outline
    assert outline.text == str(explanation)
    assert [line.words for line in outline.lines if line.is_title] == ["w", "h", "z", "loss"]
    assert Content(explanation._repr_html_()).lines == [(line.level, as_shown(line.text)) for line in outline.lines]
    assert [entry["words"] for entry in outline.data] == ["w", "h", "z", "loss"]
    assert outline.data[0]["children"][0]["name"] == "w1"


def test_a_notebook_shows_numbers_trees_and_networks() -> None:
    code = "import glassnet as gn\nexplanation = gn.lecture('2-4-3-1').explain([0.4, -0.7], 1.0)\n"
    cells = [code + "explanation['w1']", "explanation['δh1'].tree()", "explanation"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=120).execute()
    one, tree, everything = (next(o.data for o in cell.outputs if "data" in o) for cell in notebook.cells)
    assert one["text/html"] == lecture()["w1"]._repr_html_()
    assert one["text/latex"] == f"${lecture()['w1'].latex}$"
    assert one["text/plain"] == lecture()["w1"].text
    assert "<details open><summary>δ<sub>h<sub>1</sub></sub> = " in tree["text/html"]
    assert r"\begin{aligned}" in tree["text/latex"]
    assert "<summary><b>w</b></summary>" in everything["text/html"]
