"""The walk over "kind of number × form": random networks, where each layer, activation, loss and optimiser has a turn.

Every number that can be asked for is compared with what the network itself computes, read in every form, and so is each
number in its line; each printed name is asked back. ``GLASSNET_WALKS=500`` walks farther.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.canvas.scene import Text
from glassnet.inspection.explanations import NetworkExplanation
from glassnet.inspection.names import state_name
from glassnet.practice import exercise
from glassnet.readings.explain import Explanation
from glassnet.train.metrics import METRICS
from tests.inspection.test_explanations import ACTIVATIONS, LAYERS, LOSSES, OPTIMIZERS
from tests.inspection.test_steps import SETTINGS
from tests.readings.explain.reader import NUMBER, check
from tests.readings.explain.test_honesty import check_latex
from tests.readings.explain.test_outline import Content, as_shown

SLOPED = [name for name in ACTIVATIONS if name != "step"]  # whose loss has gradients
WALKS = int(os.environ.get("GLASSNET_WALKS", max(map(len, (LAYERS, SLOPED, LOSSES, OPTIMIZERS, SETTINGS)))))
X = np.array([[1.0, 3.0, 0.0], [2.0, 2.0, 1.0], [0.0, 1.0, 3.0]])
SUPERS = "⁽¹⁾", "⁽²⁾", "⁽³⁾"


@dataclass
class Walk:
    """A network in training, what it is shown, and what its next step is."""

    net: gn.Network
    y: Any
    loss: str
    settings: dict[str, Any]

    @property
    def explanation(self) -> NetworkExplanation:
        return self.net.explain(X, self.y, loss=self.loss, **self.settings)

    def step(self) -> None:
        self.net.fit(X, self.y, loss=self.loss, epochs=1, batch_size=3, shuffle=False, **self.settings)


def walk(seed: int) -> Walk:
    random = np.random.default_rng(seed)
    layers, loss = LAYERS[list(LAYERS)[seed % len(LAYERS)]], LOSSES[seed % len(LOSSES)]
    penalties = gn.Penalty(l1=0.01), gn.Penalty(l2=0.02), None
    hidden = gn.Dense(
        2, SLOPED[seed % len(SLOPED)], weights_penalty=penalties[seed % 3], biases="normal", name="hidden"
    )
    last = {"categoricalcrossentropy": "softmax", "kullbackleibler": "softmax"}.get(loss, "sigmoid")
    dtype = ("float64", "float32")[int(random.integers(4) == 0)]
    net = gn.Network(3, *layers, hidden, gn.Dense(2, last, weights_penalty=penalties[seed % 2]), dtype=dtype, seed=seed)
    y: Any = [[0.25, 0.75], [1.0, 0.0], [0.0, 1.0]]
    if loss == "categoricalcrossentropy" and seed % 2:
        y = [1, 0, 1]
    given = SETTINGS[list(SETTINGS)[seed % len(SETTINGS)]]
    if "class_weight" in given and np.ndim(y) > 1:
        given = {}
    return Walk(net, y, loss, {"optimizer": OPTIMIZERS[seed % len(OPTIMIZERS)], **given})


# ── what the network itself says ────────────────────────────────────────────────────────────────────────────────────


def kinds(walk: Walk, e: NetworkExplanation) -> Iterator[tuple[str, str, Any]]:
    """(kind, name, value by the network itself, or None where there are other tests for it) of each kind's numbers."""
    net, weighted = walk.net, walk.settings.get("sample_weight")
    yield from (("neuron", name, None) for name in e.neurons)
    outputs = net(X)
    last = [name for name in e.neurons if "(" in name][-outputs.size :]
    yield from (("output", name, value) for name, value in zip(last, outputs.ravel(), strict=True))
    yield from (("input", f"x{j + 1}{SUPERS[i]}", X[i, j]) for i, j in np.ndindex(X.shape))
    for name, array in {**net.parameters, **net.state}.items():
        for index in np.ndindex(*array.shape):
            yield "parameter" if name in net.parameters else "statistic", f"{name}{list(index)}", array[index]
    losses = [net.loss(X[i : i + 1], walk.y[i : i + 1], walk.loss) for i in range(3)]
    weights = np.ones(3) if weighted is None else np.array(weighted)
    if "class_weight" not in walk.settings:
        yield from (("loss of a sample", f"loss{SUPERS[i]}", losses[i] * weights[i]) for i in range(3))
        yield "loss", "loss", np.dot(losses, weights) / 3 + net.penalty()
    if net.penalty():
        yield "penalty", "penalty", net.penalty()
        yield "loss without penalty", "loss without penalty", None
    for metric in METRICS:
        try:
            yield "metric", metric, net.evaluate(X, walk.y, loss=walk.loss, metrics=[metric])[metric]
        except gn.GlassnetError:
            continue
    yield from (("δ", f"δ{name}", None) for name in e.neurons if "(" not in name)
    yield from (("slope of a value", f"∂loss/∂{name}", None) for name in e.neurons if "(" in name)
    yield from (("slope of an input", f"∂loss/∂x{j + 1}{SUPERS[i]}", None) for i, j in np.ndindex(X.shape))
    yield from (("slope of an output", f"∂{last[0]}/∂{name}", None) for name in e.neurons)
    for name, gradient in net.gradients(X, walk.y, walk.loss).items() if weighted is None else ():
        if "class_weight" not in walk.settings:
            for index in np.ndindex(*gradient.shape):
                yield "gradient", f"∂loss/∂{name}{list(index)}", gradient[index]
    training = e.training
    drawn = [name for name in training.by_name if re.search(r"\.(kept|noise|mean|variance|deviation)", name)]
    yield from (("drawn or of the batch", name + training.mark, None) for name in drawn)
    yield from (("neuron in training", name + training.mark, None) for name in training.neurons)
    yield from (("slope in training", f"∂loss/∂{name}{training.mark}", None) for name in training.neurons)


def steps(walk: Walk, before: NetworkExplanation) -> Iterator[tuple[str, str, Any]]:
    """The same, of what a step makes of the parameters and of what the optimiser remembers: the step is made here."""
    names = [name for name in before.training.graph.outputs if name in before.training.graph.sources]
    walk.step()
    training = walk.net._training
    assert training is not None
    weights = training._raw[0] if training._raw else walk.net.parameters
    new = {**weights, **walk.net.state, **training.memory}
    for name in names:
        for index in np.ndindex(*new[name].shape):
            place = str(list(index)) if index else ""
            yield "update" if name in weights else "memory", f"new {state_name(name)}{place}", new[name][index]


# ── forms ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def check_forms(one: Explanation) -> None:
    """The line as text is true; the tree, LaTeX, HTML and data have every line and number of the text."""
    check(one)
    tree = one.tree(1)
    assert tree.text.splitlines()[0] == one.told
    assert Content(tree.html).lines == [(line.level, as_shown(line.text)) for line in tree.lines]
    entry = tree.data[0]
    assert (entry["name"], entry["text"]) == (one.name, one.told)
    assert float(entry["value"]) == float(one.value) or np.isnan(one.value)
    assert [value for _, value in one.terms] == [term["value"] for term in entry["terms"]]
    result = one.text.split()[-1].rstrip("]")
    if re.fullmatch(NUMBER, result) and "e" not in result:
        assert one.latex.endswith(result) or "nan" in one.latex or "infty" in one.latex


def check_names(e: NetworkExplanation, one: Explanation, asked: dict[str, Any], depth: int = 2) -> None:
    """Each name in the line and in those of its numbers is one number's: asked back, it is that number."""
    for child in (one, *(one.children if depth else ())):
        if child.name and child.name not in asked:
            back = asked[child.name] = e[child.name]
            assert back.name == child.name
            check(child)
        if child.name:
            np.testing.assert_array_equal(asked[child.name].value, child.value, err_msg=child.name)
        if child is not one:
            check_names(e, child, asked, depth - 1)


def few(found: list[tuple[str, str, Any]], random: np.random.Generator) -> Iterator[tuple[str, str, Any]]:
    """At most two numbers of each kind: all values are compared, these are read."""
    for kind in dict.fromkeys(kind for kind, _, _ in found):
        of_kind = [number for number in found if number[0] == kind]
        yield from (of_kind[i] for i in random.permutation(len(of_kind))[:2])


@pytest.mark.parametrize("seed", range(WALKS))
def test_every_kind_of_number_in_every_form(seed: int) -> None:
    random, one_walk = np.random.default_rng(seed), walk(seed)
    one_walk.step()  # so that the optimiser remembers something
    e = one_walk.explanation
    found = [*kinds(one_walk, e), *steps(one_walk, e)]
    tolerance = 1e-12 if one_walk.net.dtype == "float64" else 2e-5
    for kind, name, value in found:
        if value is not None:
            one = e[name]
            exact = kind in ("input", "parameter", "statistic")
            assert one.value == (value if exact else pytest.approx(value, rel=tolerance, abs=tolerance)), (kind, name)
    asked: dict[str, Any] = {}
    for kind, name, _ in few(found, random):
        one = e[name]
        check_forms(one)
        check_names(e, one, asked)
        if kind in ("neuron", "δ", "update"):
            check_latex(one)


def test_every_one_has_a_turn_and_every_kind_is_met() -> None:
    walks = [walk(seed) for seed in range(WALKS)]
    assert {one.loss for one in walks} == set(LOSSES)
    assert {one.settings["optimizer"] for one in walks} == set(OPTIMIZERS)
    met = set[str]()
    while len(met) < 18:  # an IndexError where none is left
        one = walks.pop(0)
        met |= {kind for kind, _, _ in kinds(one, one.explanation)}


# ── the same names elsewhere ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(0, WALKS, 2))
def test_a_number_in_a_picture_is_that_of_its_name(seed: int) -> None:
    """Each weight and value that is drawn knows its name; asked back, it is what is written there."""
    net = walk(seed).net
    explanation = net.explain(X[0])
    named = [text for text in net.draw(x=X[0]).scene.elements if isinstance(text, Text) and text.of]
    written = [(text.of, text.text.rpartition("= ")[2].replace("−", "-")) for text in named]
    values = [(name, float(value)) for name, value in written if re.fullmatch(NUMBER, value)]
    assert len(values) > 3
    for name, value in values:
        assert explanation[name].value == pytest.approx(value, rel=6e-3, abs=6e-4), name


def is_within(point: list[Fraction], corners: Sequence[tuple[Fraction, Fraction]]) -> bool:
    """Whether a point lies in a convex polygon: on the same side of every edge."""
    (x, y), edges = point, zip(corners, [*corners[1:], corners[0]], strict=True)
    sides = [(b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]) for a, b in edges]
    return all(side > 0 for side in sides) or all(side < 0 for side in sides)


@pytest.mark.parametrize("seed", range(6))
def test_regions_and_pieces_have_the_numbers_of_their_names(seed: int) -> None:
    random, activation = np.random.default_rng(seed), ("relu", "leaky relu", "hard sigmoid")[seed % 3]
    for inputs in (1, 2):
        net = gn.Network(inputs, gn.Dense(3, activation, name="p"), gn.Dense(1, name="z"), dtype="float64", seed=seed)
        explanation, at = net.explain(x := random.uniform(-1, 1, inputs)), [Fraction(str(one)) for one in x.tolist()]
        for name in explanation.neurons:
            if inputs == 1:
                pieces = net.pieces(name)
                assert pieces.name == name
                [piece] = [
                    p for p in pieces.pieces if (p.low is None or p.low < at[0]) and (p.high is None or at[0] <= p.high)
                ]
                value = piece.slope * at[0] + piece.intercept
            else:
                regions = net.regions(-1, 1, name)
                assert regions.name == name
                [region] = [one for one in regions.regions if is_within(at, one.corners)]
                value = sum((f * u for f, u in zip(region.slopes, at, strict=True)), region.intercept)
            assert float(value) == pytest.approx(explanation[name].value, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("level", range(1, 14))
def test_exercises_ask_for_the_numbers_by_their_names(level: int) -> None:
    drawn = exercise(level, seed=level)
    for question in drawn.questions:
        one = drawn.numbers[question.name]
        assert one.name == question.name
        assert float(question.value) == pytest.approx(float(one.value), rel=1e-6, abs=1e-9)
