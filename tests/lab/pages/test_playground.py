"""Playground: a training forwards and backwards, in Chromium and without."""

from __future__ import annotations

import itertools
from dataclasses import replace
from threading import Event
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from playwright.sync_api import expect

import glassnet as gn
from glassnet.ir.errors import GlassnetError
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab, Nothing
from glassnet.lab.pages.playground import PlaygroundPage
from glassnet.lab.playground.gallery import GALLERY
from glassnet.lab.playground.messages import (
    Add,
    Delete,
    Live,
    Look,
    Open,
    Own,
    Race,
    Seek,
    Set,
    Step,
    Train,
    Type,
    View,
)
from glassnet.lab.playground.run import MOST_MOMENTS, Run
from glassnet.lab.playground.samples import SETS
from glassnet.lab.playground.settings import Setup, State, Tuning
from glassnet.lab.playground.settings import opened as state_of
from glassnet.lab.shown import Ask
from tests.lab.conftest import DESK, PHONE, Opens
from tests.lab.honest import check_accessible, check_line, check_numbers, quoted
from tests.lab.scripts import ran

SEVEN = "features=x,y,x²,y²,xy,sin πx,sin πy&layers=8,8,8,8,8,8&tune=0:Adam,0.01,0.0,0.0,0.0"
BUSY = "data=spiral-3&layers=5,3&tune=0:Momentum,0.05,0.0,0.01,0.0;9:Adam,0.02,0.001,0.0,0.2;20:SGD,0.1,0.0,0.0,0.0"


@pytest.fixture
def alone() -> PlaygroundPage:
    """The page's Python, without a browser."""
    return PlaygroundPage(Lab({}), Outbox(lambda: None))


def weights(page: PlaygroundPage) -> bytes:
    return page._run.network.parameters.buffer.tobytes()


def texts(view: View) -> dict[str, str]:
    return {one.name: one.text for one in (*view.live.losses, *view.live.cost)}


def trained(page: PlaygroundPage) -> Live:
    """Train until it ends by itself."""
    ended, said = Event(), list[Live]()

    def tell(event: Any) -> None:
        if isinstance(event, Live) and not event.running:
            said.append(event)
            ended.set()

    page.tell = tell  # type: ignore[method-assign]
    page.train(Train())
    assert ended.wait(60)
    return said[0]


# ── the same numbers as in Python ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("data", [*SETS, "own"])
def test_the_script_makes_the_same_weights(alone: PlaygroundPage, data: str) -> None:
    """Within the first epoch, in the middle of one, and at the end of one."""
    alone.open(Open("seed=5&data_seed=3"))
    alone.set(Set("data", data))
    for step in (0, 3, 20, 2 * alone._run.setup.batches):
        alone._run.forward(step - alone._run.step)
        assert ran(alone.script())["net"].parameters.buffer.tobytes() == weights(alone)


def test_the_script_of_a_run_in_which_everything_was_changed(alone: PlaygroundPage) -> None:
    alone.open(Open(BUSY))
    for step in (5, 9, 10, 20, 21, 40):
        alone._run.forward(step - alone._run.step)
        script = alone.script()
        assert ran(script)["net"].parameters.buffer.tobytes() == weights(alone), step
        assert ("net.change" in script) == (step >= 9)


def test_whole_epochs_are_one_call_of_fit(alone: PlaygroundPage) -> None:
    alone.open(Open("layers=3&tune=0:Adam,0.03,0.0,0.0,0.1"))
    alone.step(Step("epoch"))
    alone.step(Step("epoch"))
    assert "net.fit(inputs[train], targets[train], epochs=2, batch_size=10" in alone.script()
    assert ran(alone.script())["net"].parameters.buffer.tobytes() == weights(alone)


def test_training_in_the_background_makes_the_same_steps(alone: PlaygroundPage) -> None:
    alone.open(Open("stop=steps,150"))
    live = trained(alone)
    assert (live.step, live.said) == (150, "Stopped after 150 steps, as the rule says.")
    assert ran(alone.script())["net"].parameters.buffer.tobytes() == weights(alone)


# ── time travel ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_step_comes_back_bit_for_bit() -> None:
    """Also where every other snapshot was dropped, and across changes of the tuning."""
    state = state_of(BUSY)
    run, known = Run(state.setup, state.tunings), {}
    for step in range(MOST_MOMENTS + 150):
        known[step] = run.network.parameters.buffer.tobytes()
        run.forward()
    for step in (0, 1, 8, 9, 10, 19, 20, 21, 77, MOST_MOMENTS + 149, MOST_MOMENTS - 1, 3):
        run.seek(step)
        assert run.network.parameters.buffer.tobytes() == known[step], step
    run.forward(500)
    run.seek(444)
    assert run.network.parameters.buffer.tobytes() == known[444]


@pytest.mark.parametrize("steps", [200, 401, 1000, 10_000])
def test_the_next_snapshot_is_never_far(steps: int) -> None:
    """The steps that are made again for a seek: a handful in a run of 10,000."""
    run = Run(Setup(count=20, layers=(1,)), State().tunings)
    run.measured = dict  # type: ignore[method-assign]
    run.forward(steps)
    kept = [*run.moments, steps]
    farthest = max(after - before for before, after in itertools.pairwise(kept))
    assert len(kept) <= MOST_MOMENTS + 2
    assert farthest <= max(1, 4 * steps // MOST_MOMENTS)


def test_a_change_in_the_past_begins_another_future(alone: PlaygroundPage) -> None:
    alone.open(Open(""))
    alone._run.forward(30)
    before = weights(alone)
    alone.seek(Seek(12))
    view = alone.set(Set("l2", "0.05"))
    assert (view.live.step, view.live.last) == (12, 12)
    assert float(texts(view)["penalty"]) > 0
    alone._run.forward(18)
    assert weights(alone) != before
    alone.set(Set("rate", "0.5"))
    assert [begin for begin, _ in alone._run.tunings] == [0, 12, 30]
    with pytest.raises(GlassnetError, match="there is no step 31"):
        alone.seek(Seek(31))


def test_undo_and_links_open_the_same_again(alone: PlaygroundPage) -> None:
    views, numbers = [], []
    for act in (
        lambda: alone.open(Open(SEVEN)),
        lambda: alone.step(Step("epoch")),
        lambda: alone.set(Set("dropout", "0.2")),
        lambda: alone.step(Step("batch")),
        lambda: alone.set(Set("stop", "loss")),
        lambda: alone.set(Set("layers", "3,2")),
        lambda: alone.step(Step("epoch")),
        lambda: alone.seek(Seek(4)),
        lambda: alone.set(Set("l1", "0.01")),
        lambda: alone.set(Set("data", "own")),
        lambda: alone.type(Type("0,25", "1/4", "1")),
        lambda: alone.step(Step("batch")),
        lambda: alone.reset(Nothing()),
    ):
        views.append(act())
        numbers.append(weights(alone))
    for view, then in zip(reversed(views), reversed(numbers), strict=True):
        for page in (alone, PlaygroundPage(Lab({}), Outbox(lambda: None))):
            again = page.open(Open(view.fragment))
            assert again.fragment == view.fragment
            assert weights(page) == then
            assert again.live.losses == view.live.losses


def test_a_step_that_is_far_is_trained_to_in_the_background(alone: PlaygroundPage) -> None:
    ended = Event()
    alone.tell = lambda event: ended.set() if isinstance(event, Live) and not event.running else None  # type: ignore[method-assign]
    assert alone.open(Open("layers=2&step=400")).live.running
    assert ended.wait(60)
    assert alone._run.step == 400


# ── what people were misled by elsewhere ────────────────────────────────────────────────────────────────────────────


def test_reset_gives_the_seeds_first_weights_and_no_others(alone: PlaygroundPage) -> None:
    first = weights(alone)
    alone.step(Step("epoch"))
    alone.set(Set("rate", "0.3"))
    alone.reset(Nothing())
    assert weights(alone) == first
    assert alone._run.tuning.rate == 0.3
    alone.set(Set("seed", "1"))
    assert weights(alone) != first


def test_the_loss_has_its_penalty_and_shows_it_apart(alone: PlaygroundPage) -> None:
    alone.set(Set("l2", "0.1"))
    view = alone.step(Step("batch"))
    loss, without, penalty = (float(texts(view)[name]) for name in ("loss", "loss without penalty", "penalty"))
    assert loss == pytest.approx(without + penalty, abs=2e-4)
    assert {curve.name for curve in view.curves.curves} == {"loss", "test loss", "penalty"}


def test_each_point_of_a_curve_was_measured(alone: PlaygroundPage) -> None:
    alone._run.forward(5)
    for curve in alone.step(Step("batch")).curves.curves:
        for step, value in zip(curve.steps, curve.values, strict=True):
            alone.seek(Seek(step))
            assert alone._run.measured()[curve.name] == pytest.approx(value, rel=1e-4)


def test_a_step_is_a_batch_and_an_epoch_all_of_them(alone: PlaygroundPage) -> None:
    assert alone.step(Step("batch")).live.step == 1
    view = alone.step(Step("epoch"))
    assert (view.live.step, view.live.position) == (14, "epoch 2, batch 0 of 14")
    assert texts(view)["multiply-adds"] == str(14 * alone._run.network.training.operations(10).multiply_adds)  # type: ignore[union-attr]


def test_the_bias_of_the_output_is_there(alone: PlaygroundPage) -> None:
    [bias] = alone.step(Step("epoch")).live.biases
    assert bias.name == "dense_3.biases[0]"
    assert float(bias.text.replace("−", "-")) == pytest.approx(
        alone._run.network.parameters["dense_3.biases"][0], rel=1e-3
    )


# ── side by side ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_race_begins_with_the_same_weights_and_keeps_up(alone: PlaygroundPage) -> None:
    alone._run.forward(4)
    view = alone.race(Race("Adam", "0.05"))
    assert view.rival == "Adam, rate 0.05"
    view = alone.step(Step("epoch"))
    assert alone._rival is not None
    assert alone._rival.step == alone._run.step == 14
    other = state_of("tune=0:Adam,0.05,0.0,0.0,0.0")
    run = Run(other.setup, other.tunings)
    run.forward(14)
    assert alone._rival.network.parameters.buffer.tobytes() == run.network.parameters.buffer.tobytes()
    assert check_line(alone.why(Ask("other loss")).lines[0].text)[1] == texts(view)["other loss"]
    assert alone.open(Open(view.fragment)).rival == view.rival
    assert not alone.alone(Nothing()).rival


def test_a_fork_goes_on_as_it_was(alone: PlaygroundPage) -> None:
    alone._run.forward(9)
    alone.fork(Nothing())
    alone.set(Set("dropout", "0.5"))
    alone.step(Step("epoch"))
    assert alone._rival is not None
    plain = Run(Setup(), State().tunings)
    plain.forward(14)
    assert alone._rival.network.parameters.buffer.tobytes() == plain.network.parameters.buffer.tobytes()
    assert weights(alone) != plain.network.parameters.buffer.tobytes()


# ── what goes wrong ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_nan_stops_the_run_and_names_step_and_layer(alone: PlaygroundPage) -> None:
    alone.open(Open(GALLERY[0].fragment))
    live = trained(alone)
    assert live.diverged
    assert live.step < 50
    assert f"training diverged at step {live.step + 1}: the loss is" in live.said
    assert "the first number that is not finite is in the result of matmul in dense_" in live.said
    with pytest.raises(GlassnetError, match="diverged at step"):
        alone.train(Train())
    assert not alone.seek(Seek(1)).live.diverged


def test_relu_neurons_die(alone: PlaygroundPage) -> None:
    alone.open(Open(GALLERY[1].fragment))
    alone._run.forward(200)
    run = alone._run
    values = alone._surfaces._activations.everywhere(run.train[0])[:-1]
    dead = [int((~layer.any(axis=0)).sum()) for layer in values]
    assert sum(dead) >= 4
    gradients = run.network.gradients(*run.train)
    assert not gradients["dense_1.weights"][:, ~values[0].any(axis=0)].any()


def test_twenty_points_are_learnt_by_heart(alone: PlaygroundPage) -> None:
    alone.open(Open(GALLERY[2].fragment))
    alone._run.forward(600)
    moments = [one.measured for one in alone._run.moments.values()]
    assert moments[-1]["loss"] < 0.05
    assert moments[-1]["test loss"] > 1.5 * min(one["test loss"] for one in moments)


def test_a_gradient_vanishes(alone: PlaygroundPage) -> None:
    alone.open(Open(GALLERY[3].fragment))
    gradients = alone._run.network.gradients(*alone._run.train)
    sizes = [float(np.abs(gradients[f"dense_{k}.weights"]).mean()) for k in range(1, 8)]
    assert sizes[0] < sizes[-1] / 100


def test_a_penalty_outweighs_the_loss(alone: PlaygroundPage) -> None:
    alone.open(Open(GALLERY[4].fragment))
    alone._run.forward(400)
    assert np.abs(alone._run.network.parameters["dense_2.weights"]).max() < 0.1
    assert alone._run.measured()["accuracy"] < 0.7


@pytest.mark.parametrize(
    ("rule", "said"),
    [("loss,0.6", "below 0.6"), ("test loss,2", "the test loss has not fallen for 2 epochs"), ("steps,9", "9 steps")],
)
def test_rules_stop_it(alone: PlaygroundPage, rule: str, said: str) -> None:
    alone.open(Open(f"data=moons&noise=0.4&layers=8&tune=0:Adam,0.1,0.0,0.0,0.0&stop={rule}"))
    assert said in trained(alone).said


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("break=everything", "there is no way to break it 'everything'"),
        ("data=nothing", "circles"),
        ("count=1000000", "whole number up to|samples, not"),
        ("noise=-1", "the noise is 0 to 2"),
        ("share=1", "held out for testing"),
        ("features=", "at least one feature"),
        ("features=x,z", "feature"),
        ("layers=99", "layers must be a whole number"),
        ("layers=1,1,1,1,1,1,1,1,1", "8 hidden layers"),
        ("activation=softmax", "activation"),
        ("batch=0", "a batch has"),
        ("seed=-1", "whole number"),
        ("tune=0:Adam,nan,0,0,0", "not a number"),
        ("tune=0:SGD,0.1,0,0", "a tuning is STEP"),
        ("tune=5:SGD,0.1,0,0,0", "begin at step 0"),
        ("tune=0:SGD,0.1,0,0,0.95", "dropout is 0 to 0.9"),
        ("step=1000001", "step must be a whole number"),
        ("stop=now,1", "rule to stop"),
        ("data=own&points=1,2", "a point is x,y,target"),
        ("data=own&points=1,2,3;4,5,6&labels=a,b", "a class is one of"),
        ("data=own&points=1e9,2,3;4,5,6", "between −1000 and 1000"),
        ("other=1", "part of an address"),
    ],
)
def test_a_wrong_address_changes_nothing(alone: PlaygroundPage, fragment: str, said: str) -> None:
    alone.step(Step("batch"))
    before = alone._state
    with pytest.raises(GlassnetError, match=said):
        alone.open(Open(fragment))
    assert alone._state == before


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda page: page.seek(Seek(-1)), "there is no step -1"),
        (lambda page: page.set(Set("rate", "0")), "above 0"),
        (lambda page: page.set(Set("rate", "fast")), "not a number"),
        (lambda page: page.look(Look("a9", "0", "0")), "neuron"),
        (lambda page: page.delete(Delete(999)), "there is no point 999"),
        (lambda page: page.type(Type("0", "0", "green")), "target|number"),
        (lambda page: page.own(Own("a,b,c,d\n1,2,3,4\n2,3,4,5\n"), b""), "two inputs, and here are 3"),
        (lambda page: page.own(Own(""), b""), "the table is empty"),
        (lambda page: page.why(Ask("nothing")), "no number|nothing"),
        (lambda page: page.race(Race("SGDD", "0.1")), "optimiser"),
    ],
)
def test_what_cannot_be_done_is_said(alone: PlaygroundPage, act: Any, said: str) -> None:
    before = alone._state
    with pytest.raises(GlassnetError, match=said):
        act(alone)
    assert alone._state == before


# ── points of one's own ─────────────────────────────────────────────────────────────────────────────────────────────


def test_points_are_drawn_typed_and_deleted(alone: PlaygroundPage) -> None:
    view = alone.add(Add(0.12345, -0.5, 1.0))
    assert view.settings.data == "own"
    assert (view.dots.x[-1], view.dots.y[-1], view.dots.target[-1]) == (0.123, -0.5, 1.0)
    assert len(view.dots.x) == 201
    view = alone.type(Type("1/3", "0,5", "0"))
    assert view.dots.x[-1] == pytest.approx(1 / 3, abs=1e-4)
    assert len(alone.delete(Delete(1)).dots.x) == 201


def test_a_table_of_classes_and_one_of_values(alone: PlaygroundPage) -> None:
    rows = "\n".join(f"{i},{(7 * i) % 20},{'high' if i > 10 else 'low'}" for i in range(20))
    view = alone.own(Own(f"length,width,kind\n{rows}\n"), b"")
    assert view.classes == ("high", "low")
    assert (min(view.dots.x), max(view.dots.x)) == (-1.0, 1.0)
    view = alone.own(Own(), b"u;v;w\n0,1;0,2;0,35\n0,4;0,1;0,55\n0,3;0,3;0,65\n")
    assert view.classes == ()
    assert view.dots.target == (0.35, 0.55, 0.65)
    assert alone.step(Step("epoch")).live.step == 1


# ── why ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "state", ["", BUSY, "data=hills&share=0", "data=own&share=0&points=0,0,1;1,1,0;0,1,1&labels=a,b"]
)
def test_the_numbers_of_any_step_are_explained(alone: PlaygroundPage, state: str) -> None:
    alone.open(Open(state))
    alone._run.forward(12)
    view = alone.seek(Seek(10))
    shown = [*view.live.losses, *view.live.cost, *view.live.biases, *itertools.chain(*view.live.confusion)]
    closer = view.live.closer
    for one in [*shown, closer.sum, closer.value, closer.bias, *(each.weight for each in closer.weights)]:
        name, _ = check_line(alone.why(Ask(one.name)).lines[0].text)
        assert name == one.name


# ── in Chromium ─────────────────────────────────────────────────────────────────────────────────────────────────────


TRAVEL = "Number(document.querySelector('[aria-label=\"Time travel\"]')?.value ?? -1)"


def button(page: Any, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def wait_for_step(page: Any, condition: str) -> int:
    """The step that is shown, once it is so."""
    page.wait_for_function(f"() => {{ const step = {TRAVEL}; return {condition} }}")
    return int(page.get_by_label("Time travel").input_value())


def loss(page: Any) -> str:
    return str(page.get_by_role("status", name="Loss").locator("[data-number=loss]").evaluate("e => e.firstChild.data"))


def pause(page: Any) -> None:
    button(page, "Pause").click()
    button(page, "Train").wait_for()


def test_train_pause_travel_and_undo(opened: Opens) -> None:
    page = opened("playground#layers=3")
    first = loss(page)
    button(page, "Train").click()
    wait_for_step(page, "step > 30")
    pause(page)
    page.wait_for_function("() => location.hash.includes('step=')")  # it may have made another before it stopped
    last, end = wait_for_step(page, "step > 30"), loss(page)
    field = page.get_by_label("Go to step")
    for step, text in ((0, first), (last, end), (0, first)):
        field.fill(str(step))
        field.press("Enter")
        wait_for_step(page, f"step == {step}")
        assert loss(page) == text
    page.get_by_label("Time travel").press("End")
    for step in (0, last, 0, last, 0):  # undo may come before the answer to the key
        button(page, "Undo").click()
        wait_for_step(page, f"step == {step}")
    expect(button(page, "Undo")).to_be_disabled()
    page.wait_for_function("() => !location.hash.includes('step=')")
    page.reload()
    wait_for_step(page, "step == 0")


TRAVEL_AND_UNDO = """async () => {
  const slider = document.querySelector('[aria-label="Time travel"]');
  slider.value = 2;
  for (const kind of ['input', 'change']) slider.dispatchEvent(new Event(kind, { bubbles: true }));
  for (let i = 0; i < 20; i++) await null;  // the page is drawn anew, and no answer can have come
  [...document.querySelectorAll('button')].find(one => one.textContent === 'Undo').click();
}"""


def test_undo_right_after_travelling_is_not_lost(opened: Opens) -> None:
    """Also where there was nothing to take back before."""
    page = opened("playground#layers=3&step=40")
    wait_for_step(page, "step == 40")
    button(page, "Train").wait_for()
    for _ in range(3):
        page.evaluate(TRAVEL_AND_UNDO)
        button(page, "Redo").and_(page.locator(":enabled")).wait_for()
        wait_for_step(page, "step == 40")
        page.wait_for_url(lambda url: "step=40" in url)
        expect(button(page, "Undo")).to_be_disabled()


def test_the_script_on_the_page_gives_the_numbers_on_the_page(opened: Opens) -> None:
    page = opened("playground#data=moons&layers=3")
    button(page, "Train").click()
    wait_for_step(page, "step > 20")
    field = page.get_by_label("L2")
    field.fill("0.01")
    field.press("Enter")
    page.locator("[data-number=penalty]").wait_for()
    wait_for_step(page, "step > 60")
    pause(page)
    button(page, "Show Python").click()
    page.get_by_role("region", name="Script").get_by_text("net.change").first.wait_for()
    made = ran(page.get_by_role("region", name="Script").inner_text())
    net, train = made["net"], made["train"]
    total = net.evaluate(made["inputs"][train], made["targets"][train])
    assert "net.change" in page.get_by_role("region", name="Script").inner_text()
    assert loss(page) == f"{total['loss'] + total['penalty']:.4g}"


@pytest.mark.parametrize("state", ["layers=3,2&step=30&tune=0:Adam,0.03,0.001,0.01,0.1", "data=blobs&layers=3&step=9"])
def test_each_number_answers_why(opened: Opens, state: str) -> None:
    page = opened(f"playground#{state}")
    wait_for_step(page, "step > 0")
    button(page, "Train").wait_for()
    page.get_by_text("Decision surface as a table").click()
    button(page, "Work out the answers").click()
    page.locator(".play-sheet").wait_for()
    with_surface = check_numbers(page)
    page.get_by_text("Decision surface as a table").click()
    button(page, "Answers").click()
    page.get_by_text("multiply-adds so far").wait_for()
    classes = 4 if "blobs" in state else 2
    assert check_numbers(page) > classes**2 + 2
    assert with_surface > (25 if classes == 2 else 8)


def test_a_table_of_answers_says_of_which_step_it_is(opened: Opens) -> None:
    page = opened("playground#layers=3")
    page.get_by_text("Decision surface as a table").click()
    button(page, "Work out the answers").click()
    expect(page.locator(".play-sheet caption")).to_have_text("Answers at step 0")
    button(page, "Step").click()
    wait_for_step(page, "step == 1")
    assert page.locator(".play-sheet caption").inner_text() == "Answers at step 0"
    button(page, "Work out anew").click()
    expect(page.locator(".play-sheet caption")).to_have_text("Answers at step 1")


def test_a_nan_is_named_on_the_page(opened: Opens) -> None:
    page = opened("playground")
    button(page, "Break it").click()
    button(page, "Divergence").click()
    page.wait_for_function("() => location.hash.includes('hills')")
    button(page, "Train").click()
    page.get_by_role("status", name="Training").get_by_text("training diverged at step").wait_for()
    button(page, "Train").wait_for()
    check_accessible(page)


def test_it_is_complete_by_keyboard(opened: Opens) -> None:
    page = opened("playground")
    button(page, "Step").press("Enter")
    wait_for_step(page, "step == 1")
    page.get_by_label("Time travel").press("ArrowLeft")
    wait_for_step(page, "step == 0")
    page.get_by_label("Optimiser").select_option("Adam")
    page.wait_for_function("() => location.hash.includes('Adam')")
    button(page, "More neurons in layer 1").press("Enter")
    page.get_by_role("button", name="tanh(a5), ").press("Enter")
    page.locator(".play-closer strong").get_by_text("tanh(a5)").wait_for()
    button(page, "xy").press("Space")
    page.wait_for_function("() => location.hash.includes('features=x,y,xy')")
    button(page, "Add a point").press("Enter")
    page.wait_for_function("() => location.hash.includes('data=own')")
    button(page, "Points").press("Enter")
    button(page, "Delete point 1").press("Enter")
    page.get_by_label("x", exact=True).fill("1/4")
    button(page, "Add this point").press("Enter")
    page.locator(".play-points li").filter(has_text="0.25, 0").last.wait_for()
    button(page, "Train").press("Enter")
    wait_for_step(page, "step > 3")
    button(page, "Pause").press("Enter")
    button(page, "Train").wait_for()
    page.keyboard.press("Control+z")
    wait_for_step(page, "step == 0")


def test_a_click_draws_a_point_of_the_chosen_class(opened: Opens) -> None:
    page = opened("playground#data=moons")
    button(page, "Points").click()
    page.get_by_label("Class", exact=True).select_option("1")
    button(page, "Add a point").click(position={"x": 200, "y": 40})
    page.locator(".play-points li").nth(200).get_by_text(": 1").wait_for()


def test_two_optimisers_race(opened: Opens) -> None:
    page = opened("playground#layers=3")
    button(page, "Compare").click()
    page.get_by_label("Race against").select_option("Adam")
    button(page, "Race").click()
    page.get_by_text("Beside this: Adam").wait_for()
    button(page, "Train").click()
    wait_for_step(page, "step > 20")
    pause(page)
    assert page.locator(".play-chart .play-other").get_attribute("points").count(",") > 15
    button(page, "End it").click()
    page.locator(f"[data-number={quoted('other loss')}]").wait_for(state="detached")


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_everyone_can_use_it(opened: Opens, theme: str, size: dict[str, int]) -> None:
    page = opened("playground#layers=3", size, theme)
    check_accessible(page)
    button(page, "Train").click()
    wait_for_step(page, "step > 10")
    check_accessible(page)
    pause(page)
    page.locator("[data-why=loss]").first.click()
    page.locator("[data-line]").first.wait_for()
    tabs = ("Answers", "Points", "Compare", "Break it", *(("Samples", "Training") if theme == "projector" else ()))
    for name in tabs:
        button(page, name).click()
        check_accessible(page)
    field = page.get_by_label("Learning rate")
    field.fill("fast")
    field.press("Enter")
    page.get_by_role("alert").filter(has_text="not a number").wait_for()
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a_projector_what_has_no_room_is_a_tab(opened: Opens) -> None:
    page = opened("playground", DESK, "projector")
    button(page, "Samples").click()
    page.get_by_label("Data", exact=True).select_option("moons")
    page.wait_for_url(lambda url: "data=moons" in url)
    button(page, "Training").click()
    page.get_by_label("Optimiser", exact=True).select_option("Adam")
    page.wait_for_url(lambda url: "Adam" in url)
    page.locator('[data-why="loss"]').click()
    page.get_by_role("region", name="Why", exact=True).locator("[data-line]").first.wait_for()
    check_accessible(page)


def test_the_gallery_is_found_from_the_overview(opened: Opens) -> None:
    """Each link opens one of the examples, with what to watch for."""
    page = opened("")
    links = page.get_by_role("navigation", name="Break it").get_by_role("link")
    assert links.all_inner_texts() == [one.title for one in GALLERY]
    for i, example in enumerate(GALLERY):
        links.nth(i).click()
        page.get_by_role("region", name="Break it").get_by_text(example.watch).wait_for()
        page.wait_for_url(lambda url: "break=" not in url)
        assert state_of(unquote(urlsplit(page.url).fragment)) == state_of(example.fragment)
        page.get_by_role("link", name="Glassnet").click()


def test_it_can_be_seen_in_forced_colours_and_without_motion(opened: Opens) -> None:
    page = opened("playground#layers=3")
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    button(page, "Train").click()
    wait_for_step(page, "step > 5")
    pause(page)
    check_accessible(page)
    moving = "document.getAnimations().length"
    assert page.evaluate(moving) == 0
    drawn = "e => new Set(e.getContext('2d').getImageData(0, 0, e.width, e.height).data).size"
    page.wait_for_function(f"() => ({drawn})(document.querySelector('.play-surface canvas')) > 50")


def test_it_fits_the_window(opened: Opens) -> None:
    page = opened(f"playground#{SEVEN}")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    for part in (".frame-main", ".play-middle", ".play-right", ".play-samples"):
        assert page.locator(part).evaluate("e => e.scrollHeight <= e.clientHeight"), part
    sizes = page.locator(".play-neuron").evaluate_all("all => all.map(e => [e.offsetWidth, e.offsetHeight])")
    assert len(sizes) == 49
    assert all(width >= 24 and height >= 24 for width, height in sizes)
    page = opened("playground", DESK, "projector")
    for part in (".frame-main", ".play-middle", ".play-right"):
        assert page.locator(part).evaluate("e => e.scrollHeight <= e.clientHeight"), part
    assert page.locator(".play-panel").evaluate("e => e.clientHeight") > 100
    labels = page.locator(".play-setting label, .play-losses span:first-child, .play-chart text")
    assert min(labels.evaluate_all("all => all.map(e => parseFloat(getComputedStyle(e).fontSize))")) >= 20


def test_same_seed_same_weights_and_another_seed_others() -> None:
    nets = [Run(Setup(seed=seed), ((0, Tuning()),)) for seed in (3, 3, 4)]
    for run in nets:
        run.forward(20)
    first, second, third = (run.network.parameters.buffer for run in nets)
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, third)
    assert isinstance(nets[0].network, gn.Network)
    assert replace(Tuning(), rate=0.2) != Tuning()
