"""Learn without a browser: the step is the library's, its lines give what they say, and going back restores it."""

from __future__ import annotations

from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.inspection.names import IN_TRAINING
from glassnet.ir.errors import GlassnetError
from glassnet.lab.learn.examples import examples
from glassnet.lab.learn.messages import Choose, Edit, Go, Open, Select, Steps, View
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab, Nothing
from glassnet.lab.pages.learn import LearnPage
from glassnet.lab.shown import Ask
from glassnet.train.optimizers.optimizer import Optimizer
from tests.lab.honest import check_line
from tests.lab.scripts import ran

NETWORKS = {name: gn.lecture(name) for name in ("2-4-3-1", "1-3-3-1")}
PARTS = ["forward", "loss", "δ", "gradient", "update"]


@pytest.fixture
def alone() -> LearnPage:
    """The page's Python, without a browser."""
    return LearnPage(Lab(NETWORKS), Outbox(lambda: None))


def weights(page: LearnPage) -> dict[str, Any]:
    return {name: array.copy() for name, array in page._learner.network.arrays().items()}


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("example", examples())
def test_every_gradient_agrees_with_central_differences(alone: LearnPage, example: str) -> None:
    alone.open(Open(f"example={example}&steps=2"))
    lesson = alone._lesson
    for name in alone._view(alone._state, lesson).selectable:
        nudge = lesson.nudge(name, 1e-5)
        [difference] = [one for one in nudge.names if one.startswith("finite difference")]
        assert nudge[difference].value == pytest.approx(nudge.gradient.value, rel=1e-6, abs=1e-9), name


@pytest.mark.parametrize("optimizer", Optimizer.known)
def test_going_back_restores_every_weight_bit_for_bit(alone: LearnPage, optimizer: str) -> None:
    """With each optimiser, whose memory must come back too: the same steps lead to the same weights again."""
    alone.open(Open(f"example=2-3-1 yes or no&optimizer={optimizer}"))
    states, views = [weights(alone)], []
    for _ in range(3):
        alone.steps(Steps(1))
        states.append(weights(alone))
        views.append(alone.go(Go(8)))
    assert not same(states[0], states[1])
    for k in (2, 1, 0):
        for _ in range(9):
            view = alone.back(Nothing())
        assert view.at == 8 or k == 0
        assert same(weights(alone), states[k])
    assert not alone.go(Go(0)).can_go_back
    for k in (1, 2, 3):
        alone.steps(Steps(1))
        assert same(weights(alone), states[k])
        assert alone.go(Go(8)) == views[k - 1]


@pytest.mark.parametrize("example", examples())
def test_all_lines_of_all_sub_steps_give_what_they_say(alone: LearnPage, example: str) -> None:
    view = alone.open(Open(f"example={example}&steps=1"))
    assert list(dict.fromkeys(step.part for step in view.sub_steps)) == PARTS
    for _ in view.sub_steps:
        view = alone.step(Nothing())
        assert view.lines
        for line in (*view.lines, *view.paths, *view.nudge_lines):
            check_line(line.text)
    assert all(row.new for row in view.rows)


def test_the_step_is_the_librarys(alone: LearnPage) -> None:
    """Also that of Mazur's example, whose numbers are printed in his article."""
    view = alone.open(Open("example=2-2-2 sigmoid&at=8"))
    network = examples()["2-2-2 sigmoid"].network.copy()
    assert network.loss([[0.05, 0.1]], [[0.01, 0.99]], "squared error") == pytest.approx(0.298371109, abs=1e-9)
    network.train_on_batch([[0.05, 0.1]], [[0.01, 0.99]], optimizer=gn.SGD(0.5), loss="squared error")
    by_hand = [[0.35891648, 0.51130127], [0.408666186, 0.561370121]]
    assert network.parameters["o.weights"] == pytest.approx(np.array(by_hand), abs=1e-8)
    first = [[0.149780716, 0.24975114], [0.19956143, 0.29950229]]
    assert network.parameters["h.weights"] == pytest.approx(np.array(first), abs=1e-8)
    assert view.loss_now is not None
    assert view.loss_now.text == "0.2984"
    new = {row.old.name: row.new.text for row in view.rows if row.new}
    assert new["o.weights[0, 0]"] == "0.3589"
    assert (
        alone.why(Ask("new h.weights[0, 0]"))
        .lines[0]
        .text.endswith("0.15 - (0.5)(0.0004386) ≈ 0.1498, for the weight from u to h1")
    )


@pytest.mark.parametrize(
    "loss", ["squared error", "absolute error", "huber", "log cosh", "hinge", "binary cross entropy"]
)
@pytest.mark.parametrize("optimizer", ["sgd", "adam", "lbfgs", "muon", "lion"])
def test_losses_and_optimisers_go_together(alone: LearnPage, loss: str, optimizer: str) -> None:
    alone.open(Open("example=2-3-1 yes or no&steps=1"))
    alone.choose(Choose("loss", loss))
    alone.choose(Choose("optimizer", optimizer))
    view = alone.steps(Steps(2))
    at_the_end = alone.go(Go(len(view.sub_steps)))
    learner = alone._learner
    explanation = learner.network.explain(learner.x, learner.target, loss=loss, optimizer=learner.rule)
    for row in at_the_end.rows:
        assert row.new is not None
        assert alone.why(Ask(row.new.name)).lines[0].text == explanation[row.new.name].tree(0).lines[0].text
    assert alone.open(Open(at_the_end.fragment)) == at_the_end


def test_an_address_is_the_whole_state(alone: LearnPage) -> None:
    views = [alone.open(Open("example=2-4-3-1"))]
    views.append(alone.edit(Edit("u", "1/3")))
    views.append(alone.steps(Steps(7)))
    views.append(alone.choose(Choose("optimizer", "adam")))
    views.append(alone.edit(Edit("learning rate", "0,01")))
    views.append(alone.steps(Steps(5)))
    views.append(alone.edit(Edit("h.weights[1, 2]", "22/7")))
    views.append(alone.choose(Choose("loss", "huber")))
    views.append(alone.step(Nothing()))
    views.append(alone.select(Select("δh1")))
    views.append(alone.edit(Edit("ε", "0.01")))
    views.append(alone.steps(Steps(1)))
    views.append(alone.edit(Edit("target", "-2")))
    for view in reversed(views):
        assert alone.open(Open(view.fragment)) == view


@pytest.mark.parametrize("example", examples())
def test_its_script_makes_the_same_numbers(alone: LearnPage, example: str) -> None:
    """To the last bit: after steps, edits, and a change of loss or optimiser."""
    name = alone.open(Open(f"example={example}&steps=2")).rows[-1].old.name
    alone.edit(Edit(name, "1/7"))
    alone.edit(Edit(alone._learner.input_names()[0], "1/3"))
    alone.choose(Choose("optimizer", "rmsprop"))
    alone.edit(Edit("learning rate", "0.003"))
    view = alone.open(Open(alone.steps(Steps(3)).fragment + "&at=1"))
    last = len(view.sub_steps)
    view = alone.go(Go(last))
    left = ran(alone.script())
    assert same(left["net"].arrays(), weights(alone))
    for row in view.rows:
        for one in (row.gradient, row.step, row.new):
            assert one is not None
            assert left["explanation"][one.name].value == alone._lesson[one.name].value
    assert left["printed"].count(IN_TRAINING) == sum(line.text.count(IN_TRAINING) for line in view.nudge_lines)


def test_the_network_of_the_lab_is_there_where_it_is_small() -> None:
    wide = gn.Network(20, gn.Dense(3), gn.Dense(2))
    small = gn.Network(2, gn.Dense(3, "relu"), gn.Dense(1))
    networks = {**NETWORKS, "wide": wide, "small": small}
    view = LearnPage(Lab(networks, "small"), Outbox(lambda: None)).open(Open())
    assert (view.example, view.missing) == ("small", "")
    assert "wide" not in view.examples
    view = LearnPage(Lab(networks, "wide"), Outbox(lambda: None)).open(Open())
    assert view.example == "2-4-3-1"
    assert view.missing.startswith("wide is not here: a step of it has too many numbers")


# ── several samples ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def normed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LearnPage:
    """A page on a network with batch normalisation."""
    monkeypatch.chdir(tmp_path)
    network = gn.Network(2, gn.Dense(3, name="h"), gn.BatchNorm(), gn.Activation("tanh"), gn.Dense(1, name="z"), seed=2)
    network.save(name := "normed.safetensors")
    return LearnPage(Lab({name: network}, name), Outbox(lambda: None))


@pytest.mark.parametrize("example", examples())
def test_a_batch_is_played_for_each_of_its_samples(alone: LearnPage, example: str) -> None:
    alone.open(Open(f"example={example}&steps=1&samples=3"))
    for sample in ("1", "3"):
        alone.open(Open(f"{alone.choose(Choose('sample', sample)).fragment}&at=0"))
        seen = set[str]()
        for _ in range(len(alone._lesson.sub_steps)):
            view = alone.step(Nothing())
            seen |= {one.name for one in view.neurons} | set(view.edges)
            for line in view.lines:
                check_line(line.text)
        for name in seen:
            check_line(alone.why(Ask(name)).lines[0].text)
        assert view.drawn == int(sample)
        assert any(name.startswith(f"{alone._learner.input_names(int(sample) - 1)[0]}") for name in seen)


def test_the_step_of_a_batch_is_the_librarys(alone: LearnPage) -> None:
    alone.open(Open("example=2-4-3-1&samples=2"))
    alone.edit(Edit("v⁽²⁾", "1/4"))
    alone.edit(Edit("target⁽²⁾", "-3"))
    alone.steps(Steps(3))
    network = gn.lecture("2-4-3-1")
    for _ in range(3):
        network.train_on_batch([[0.4, -0.7], [-0.4, 0.25]], [[1], [-3]], optimizer=gn.SGD(0.02), loss="squared error")
    assert same(weights(alone), network.arrays())
    left = ran(alone.script())
    assert same(left["net"].arrays(), weights(alone))
    view = alone.open(Open(alone.choose(Choose("samples", "4")).fragment))
    assert (view.samples, [one.name for one in view.sample]) == (4, ["u⁽¹⁾", "v⁽¹⁾", "target⁽¹⁾"])
    assert alone.choose(Choose("samples", "1")).sample[0].name == "u"


def test_every_gradient_of_a_batch_agrees_with_central_differences(alone: LearnPage) -> None:
    view = alone.open(Open("example=2-3-2 softmax&samples=2&sample=2&at=8"))
    for name in view.selectable:
        nudge = alone._lesson.nudge(name, 1e-5)
        [difference] = [one for one in nudge.names if one.startswith("finite difference")]
        assert nudge[difference].value == pytest.approx(nudge.gradient.value, rel=1e-6, abs=1e-9), name
    assert alone.select(Select("h.weights[0, 1]")).routes


def test_batch_normalisation_learns_from_two_samples_at_least(normed: LearnPage) -> None:
    view = normed.open(Open("steps=2&samples=3&at=1"))
    assert view.counts == (2, 3, 4)
    for _ in view.sub_steps[1:]:
        view = normed.step(Nothing())
        for line in view.lines:
            check_line(line.text)
    assert same(ran(normed.script())["net"].arrays(), weights(normed))
    with pytest.raises(GlassnetError, match="batch normalisation needs at least 2"):
        normed.choose(Choose("samples", "1"))


# ── the optimiser's settings ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("optimizer", Optimizer.known)
def test_every_setting_can_be_typed(alone: LearnPage, optimizer: str) -> None:
    view = alone.open(Open(f"example=2-3-1 yes or no&optimizer={optimizer}"))
    for one in view.settings:
        value = {"nesterov": 1, "history": 5}.get(one.name, 0.25)
        if one.name == "nesterov":
            alone.edit(Edit("momentum", "0.9"))
        view = alone.edit(Edit(one.name, str(value)))
        assert attrgetter(one.name)(alone._learner.rule) == value
        assert check_line(alone.why(Ask(one.name)).lines[0].text) == (one.name, str(value))
    view = alone.steps(Steps(2))
    assert alone.open(Open(view.fragment)) == view
    assert same(ran(alone.script())["net"].arrays(), weights(alone))
    assert alone.choose(Choose("optimizer", "sgd")).settings[0].exact == "0"


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("example=nothing", "2-4-3-1"),
        ("example=2-4-3-1&loss=nothing", "squared error"),
        ("example=2-4-3-1&optimizer=nothing", "sgd"),
        ("example=2-4-3-1&rate=0", "above 0"),
        ("example=2-4-3-1&rate=-1", "above 0"),
        ("example=2-4-3-1&samples=0", "1 to 4 samples"),
        ("example=2-4-3-1&samples=5", "1 to 4 samples"),
        ("example=2-4-3-1&samples=2&u=1", "u"),
        ("example=2-4-3-1&optimizer.momentum=1", "momentum"),
        ("example=2-4-3-1&optimizer.nesterov=0.5", "0 or 1"),
        ("example=2-4-3-1&optimizer.beta_1=0.5", "setting of sgd"),
        ("example=2-4-3-1&u=one", "'one' is not a number"),
        ("example=2-4-3-1&w.weights[9,9]=1", r"w.weights\[9, 9\]"),
        ("example=2-4-3-1&steps=-1", "whole number"),
        ("example=2-4-3-1&steps=99999", "a whole number up to 5,000"),
        ("example=2-4-3-1&steps=3000&u=1&steps=3000", "5,000 steps at most"),
        ("example=2-4-3-1&at=99", "11 sub-steps"),
        ("example=2-4-3-1&select=w9", "w9"),
        ("example=2-4-3-1&epsilon=0", "ε must be"),
        ("example=2-4-3-1&epsilon=nan", "ε must be"),
        ("example=2-4-3-1&epsilon=a", "epsilon must be a number"),
        ("example=2-3-2 softmax&target=2", "0 to 1, got 2"),
        ("example=2-3-2 softmax&target=0.5", "0 to 1, got 0.5"),
        ("example=2-4-3-1&" + "&".join(["steps=1&u=1"] * 300), "400 changes"),
    ],
)
def test_a_wrong_address_changes_nothing(alone: LearnPage, fragment: str, said: str) -> None:
    before = alone.open(Open("example=2-4-3-1&u=0.25&steps=3&at=4"))
    with pytest.raises(GlassnetError, match=said):
        alone.open(Open(fragment))
    assert alone.edit(Edit("u", "0.25")).rows == before.rows


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda page: page.steps(Steps(0)), "steps at once"),
        (lambda page: page.back(Nothing()), "no step lies before this"),
        (lambda page: page.go(Go(99)), "11 sub-steps"),
        (lambda page: page.go(Go(-1)), "11 sub-steps"),
        (lambda page: page.choose(Choose("colour", "red")), "optimizer"),
        (lambda page: page.edit(Edit("nothing", "1")), "nothing"),
        (lambda page: page.edit(Edit("u", "")), "empty"),
        (lambda page: page.select(Select("nothing")), "nothing"),
        (lambda page: page.why(Ask("nothing")), "nothing"),
    ],
)
def test_what_cannot_be_done_is_said(alone: LearnPage, act: Any, said: str) -> None:
    before = alone.open(Open())
    with pytest.raises(GlassnetError, match=said):
        act(alone)
    assert alone.open(Open()) == before


@pytest.mark.parametrize("rate", ["100", "1e6"])
def test_steps_that_diverge_stop_at_the_last_number(alone: LearnPage, rate: str) -> None:
    alone.open(Open(f"example=2-4-3-1&rate={rate}"))
    view: View = alone.steps(Steps(100))
    assert "training diverged at step" in view.diverged
    assert 0 < view.steps < 100
    assert alone.open(Open(view.fragment)) == view
    assert not alone.back(Nothing()).diverged
    alone.open(Open(view.fragment))
    with pytest.raises(GlassnetError, match="diverged"):
        alone.steps(Steps(1))
    alone.edit(Edit("learning rate", "0.01"))
