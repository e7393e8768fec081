"""Sequence: states over time, gates and attention, looked at, edited and learnt, in Chromium and without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

import glassnet as gn
from glassnet.generation import NextToken
from glassnet.ir.errors import GlassnetError
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab, Nothing
from glassnet.lab.pages.sequence import SequencePage
from glassnet.lab.sequence.examples import EXAMPLES, course
from glassnet.lab.sequence.messages import Choose, Edit, Hide, Next, Open, Pick, Resize, Seek, Take, Tune, Write
from glassnet.lab.shown import Ask, Guess, why
from tests.lab.conftest import DESK, LATE, PHONE, Opens, lab
from tests.lab.honest import check_accessible, check_line, check_numbers, same
from tests.lab.scripts import ran

UNTAUGHT = "epochs=0"  # an example that need not learn first


def reader() -> gn.Network:
    """A network of rows of pixels, more than can be written in numbers."""
    return gn.Network((28, 28), gn.LSTM(40, sequence=True), gn.GRU(3), gn.Dense(10, "softmax"), seed=1)


def tagger() -> gn.Network:
    """A network of tokens, with attention of two heads."""
    return gn.Network(6, gn.Embedding(5, 8), gn.TransformerBlock(2, 8), gn.Dense(2, "softmax"), seed=1)


@pytest.fixture
def alone() -> Iterator[SequencePage]:
    """The page's Python, without a browser, on an example that has not learnt."""
    page = SequencePage(Lab({"2-4-3-1": gn.lecture(), "reader": reader(), "tagger": tagger()}), Outbox(lambda: None))
    page.open(Open(UNTAUGHT))
    yield page
    page.stop()


@pytest.fixture(scope="module")
def with_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a lab that was opened on a network with a state."""
    folder: Path = tmp_path_factory.mktemp("reader")
    reader().save(folder / "reader.safetensors")
    with lab(folder, str(folder / "reader.safetensors"), "--port", "0") as found:
        yield found


# ── in Chromium ─────────────────────────────────────────────────────────────────────────────────────────────────────


def cells(page: Any, part: str) -> Any:
    return page.get_by_role("group", name=part, exact=True).locator("[data-cell]")


def line(page: Any, text: str) -> None:
    """Wait for a line of arithmetic."""
    page.locator("[data-line]").get_by_text(text).first.wait_for()


def commit(page: Any, field: str, text: str) -> None:
    typed = page.get_by_label(field, exact=True)
    typed.fill(text)
    typed.press("Enter")


def show(page: Any, theme: str, part: str) -> None:
    """Choose what is shown where labels are large."""
    if theme == "projector":
        page.get_by_role("button", name=part, exact=True).click()


@pytest.mark.parametrize("fragment", [UNTAUGHT, "model=by%20hand", "model=one%20head"])
def test_each_number_in_sight_answers_why(opened: Opens, fragment: str) -> None:
    page = opened(f"sequence#{fragment}")
    page.locator(".seq-left [data-number]").first.wait_for()
    assert check_numbers(page) > 20
    check_accessible(page)


def test_a_step_is_picked_and_its_gates_shown(opened: Opens) -> None:
    page = opened("sequence#epochs=0")
    cells(page, "output").nth(12 + 4).click()  # the second unit, the fifth step
    page.get_by_role("heading", name="step 5, unit 2").wait_for()
    line(page, "lstm_1.step_5.output[1] = ")
    gates = page.get_by_role("list", name="Gates").locator("li > span:first-child").all_inner_texts()
    assert gates == ["forget gate", "input gate", "candidate", "cell before", "cell", "output gate", "output"]
    page.get_by_role("button", name="forget gate", exact=True).click()
    cells(page, "forget gate").nth(0).wait_for()
    page.get_by_role("button", name="Undo", exact=True).click()
    cells(page, "output").nth(0).wait_for()


def test_a_state_by_hand(opened: Opens) -> None:
    """As in lesson 12: half of the state before is kept, or none, or all."""
    page = opened("sequence#model=by%20hand")
    assert cells(page, "output").all_inner_texts()[:4] == ["8", "4", "3", "1.5"]
    commit(page, "rnn_1.recurrent_weights[0, 0]", "1")
    page.get_by_role("button", name="rnn_1.step_3.output = 9", exact=True).wait_for()
    commit(page, "x2_1", "1/2")
    page.get_by_role("button", name="rnn_1.step_3.output = 9.5", exact=True).wait_for()
    page.get_by_role("button", name="One step more").click()
    page.get_by_role("button", name="rnn_1.step_9.output = 9.5", exact=True).wait_for()
    commit(page, "x2_1", "much")
    page.get_by_role("alert").get_by_text("not a number").wait_for()
    page.keyboard.press("Escape")
    for _ in range(3):
        page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_role("button", name="rnn_1.step_3.output = 3", exact=True).wait_for()
    assert cells(page, "output").count() == 8


@pytest.mark.parametrize("late", [LATE, 200], ids=["", "late"])
def test_the_input_is_drawn(opened: Opens, late: int) -> None:
    page = opened("sequence#model=by%20hand&input=ones", late=late)
    box = page.locator(".seq-drawing").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5, steps=8)
    page.mouse.up()
    expect(page.get_by_label("x5_1", exact=True)).not_to_have_value("1")  # where the hand let go
    drawn = [page.get_by_label(f"x{i}_1", exact=True).input_value() for i in range(1, 9)]
    assert drawn[0] == drawn[7] == "1"
    assert "1" not in drawn[2:4]
    page.get_by_role("button", name="Undo", exact=True).click()
    page.wait_for_url("**=ones")
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


def test_it_learns_pauses_and_goes_back(opened: Opens) -> None:
    page = opened("sequence#epochs=1")
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function("() => Number(document.querySelector('[aria-label=\"Epoch, slider\"]').value) > 3")
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("button", name="Train", exact=True).wait_for()
    page.wait_for_url("**epochs=**")
    page.get_by_role("status", name="How good").get_by_text("other rows are judged rightly").wait_for()
    commit(page, "Epoch", "0")
    page.wait_for_url("**epochs=0")
    check_accessible(page)
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_role("button", name="Undo", exact=True).click()
    page.wait_for_url("**epochs=1")


def test_the_keyboard_alone(opened: Opens) -> None:
    page = opened("sequence#model=by%20hand&pick=1,1,1,1,output")
    cells(page, "output").first.focus()
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    line(page, "rnn_1.step_3.output = 1 + (4)(0.5) = 3")
    page.keyboard.press("Control+z")
    page.get_by_role("heading", name="step 1, unit 1").wait_for()


def test_attention_is_looked_at(opened: Opens) -> None:
    page = opened("sequence#model=one%20head")
    cells(page, "weight").nth(8).click()  # the last step looks at itself
    line(page, "head.weight[2, 2] = exp(2.828) / (exp(1.414) + exp(1.414) + exp(2.828)) ≈ 0.6728")
    rows = page.locator(".seq-attention tbody tr")
    assert [row.locator("[data-number]").first.inner_text()[:4] for row in rows.all()] == ["1.41", "1.41", "2.83"]
    page.get_by_role("button", name="query", exact=True).click()
    page.get_by_role("button", name="head.query[2, 0] = 2", exact=True).wait_for()
    check_accessible(page)


def test_a_hidden_number_is_guessed(opened: Opens) -> None:
    page = opened("sequence#model=by%20hand&pick=1,1,1,3,output")
    page.get_by_role("button", name="Hide numbers").click()
    guess = page.get_by_label("Guess rnn_1.step_3.output")
    guess.fill("5")
    guess.press("Enter")
    page.get_by_role("status", name="Reply").get_by_text("Not yet").wait_for()
    assert set(cells(page, "output").all_inner_texts()) == {"?"}
    guess.fill("3")
    guess.press("Enter")
    page.get_by_role("button", name="rnn_1.step_3.output = 3", exact=True).wait_for()
    check_accessible(page)
    page.get_by_role("button", name="Show numbers").click()
    page.get_by_role("button", name="rnn_1.step_2.output = 4", exact=True).wait_for()


def test_a_network_is_looked_into(opened: Opens, with_model: str) -> None:
    page = opened("sequence", at=with_model)
    page.get_by_role("application", name="output: choose a number").focus()
    for key, found in (("ArrowDown", "step 28, unit 2"), ("ArrowLeft", "step 27, unit 2")):
        page.keyboard.press(key)
        page.get_by_role("heading", name=found).wait_for()
    line(page, "lstm_1.step_27.output[1] = ")
    page.get_by_label("Layer", exact=True).select_option("gru_1")
    cells(page, "output").nth(5).click()
    line(page, "gru_1.step_6.output[0] = ")
    check_accessible(page)


def test_a_text_goes_on(opened: Opens) -> None:
    page = opened("sequence#model=tale&epochs=0")
    text = page.get_by_label("Text", exact=True)
    assert text.input_value() == "Once there"
    page.get_by_role("button", name="Next token", exact=True).first.click()
    page.wait_for_url("**more=1")
    page.get_by_role("button", name="Ten more").click()
    page.wait_for_url("**more=11")
    written = text.input_value()
    assert (len(written), written.startswith("Once there")) == (21, True)
    assert cells(page, "weight").count() == 12 * 12  # as many as it sees
    page.get_by_label("Temperature", exact=True).fill("0,5")
    page.get_by_label("Temperature", exact=True).press("Enter")
    page.wait_for_url("**temperature=0.5")
    page.get_by_label("Draw from").select_option("3")
    page.wait_for_url("**top=3")
    assert text.input_value() == written
    page.get_by_role("region", name="Next token").locator("[data-number^='next']").nth(2).wait_for()
    commit(page, "Top-p", "0,5")
    page.wait_for_url("**&p=0.5**")
    page.get_by_role("region", name="Next token").get_by_text("left out").wait_for()
    assert check_numbers(page.get_by_role("region", name="Next token").page) == 144 + 2 + 3
    check_accessible(page)
    commit(page, "Text", "A lamp")
    page.wait_for_url("**text=A%20lamp**")
    commit(page, "Text", "A lamp 日")
    page.get_by_role("alert").get_by_text("日").wait_for()
    page.keyboard.press("Escape")
    for _ in range(5):  # the text, what was looked at, top-p, the tokens to draw from, the temperature
        page.get_by_role("button", name="Undo", exact=True).click()
    page.wait_for_url("**more=11")
    assert text.input_value() == written


def test_attention_between_characters(opened: Opens) -> None:
    page = opened("sequence#model=tale&epochs=0&text=Once")
    page.get_by_label("Head", exact=True).select_option("3")
    page.get_by_role("button", name="transformerblock_1.attention_1.weight[2, 0, 0] = 1", exact=True).wait_for()
    cells(page, "weight").nth(3 * 4 + 1).click()
    line(page, "transformerblock_1.attention_1.weight[2, 3, 1] = exp(")
    page.get_by_role("heading", name="‘e’ looks back, head 3").wait_for()
    assert page.locator(".seq-attention tbody th").all_inner_texts() == ["O", "n", "c", "e"]
    check_accessible(page)


def test_from_the_token_to_the_probability(opened: Opens) -> None:
    """Layer by layer, at the step that was chosen: each number of each board answers why."""
    page = opened("sequence#model=tale&epochs=0&text=The%20lamp&pick=1,1,1,3,output")
    cells(page, "output").nth(2).click()
    line(page, "embedding_1_3_1 = embedding_1.weights[")
    page.get_by_role("button", name="Layer after").click()
    page.get_by_role("button", name="a3_1 = ").first.wait_for()
    page.get_by_role("button", name="position", exact=True).click()
    cells(page, "position").nth(2).click()
    line(page, "positionembedding_1.weights[2, 0] = ")
    for shown in ("layernorm_1", "attention_1", "attended", "layernorm_2", "dense_1"):
        page.get_by_role("button", name="Layer after").click()
        page.wait_for_function(
            "shown => document.querySelector('[aria-label=\"Layer\"]').selectedOptions[0].textContent === shown",
            arg=shown,
        )
    page.get_by_role("application", name="output: choose a number").click(position={"x": 5, "y": 5})
    line(page, "gelu(e1_1) = ")
    check_accessible(page)
    page.get_by_label("Layer", exact=True).select_option("transformerblock_1")
    page.get_by_role("button", name="g1_1 = ").first.wait_for()  # the layer before has an output, too
    cells(page, "output").first.click()
    line(page, "g1_1 = ")
    assert check_numbers(page) == 16 * 8 + 1
    check_accessible(page)
    page.get_by_label("Layer", exact=True).select_option("9")
    page.get_by_role("application", name="output: choose a number").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("heading", name="‘p’, then ‘").wait_for()
    line(page, "softmax(y8_17) = ")
    page.get_by_role("button", name="Layer after").wait_for()
    expect(page.get_by_role("button", name="Layer after")).to_be_disabled()


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_everyone_can_use_it(opened: Opens, with_model: str, theme: str, size: dict[str, int]) -> None:
    examples = (UNTAUGHT, "model=one%20head", "model=tale&epochs=0&more=9", "model=tale&epochs=0&pick=2,1,1,3,output")
    for path, at in (*((f"sequence#{one}", None) for one in examples), ("sequence", with_model)):
        page = opened(path, size, theme, **({} if at is None else {"at": at}))
        for part in ("Over time", "Step"):
            show(page, theme, part)
            page.locator(".seq-main, .seq-step").first.wait_for()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            check_accessible(page)


@pytest.mark.parametrize("theme", ["light", "projector"])
@pytest.mark.parametrize("fragment", [UNTAUGHT, "model=forecast&epochs=0", "model=by%20hand", "model=one%20head"])
def test_nothing_scrolls_on_a_laptop(opened: Opens, fragment: str, theme: str) -> None:
    page = opened(f"sequence#{fragment}", theme=theme)
    for part in ("Over time", "Step"):
        show(page, theme, part)
        page.locator(".seq-left, .seq-step").first.wait_for()
        parts = page.locator("html, main, .seq, .seq > *, .seq-time")
        measured = "all => all.map(e => [e.className, e.scrollHeight - e.clientHeight, e.scrollWidth - e.clientWidth])"
        assert [one for one in parts.evaluate_all(measured) if max(one[1:]) > 0] == [], part


@pytest.mark.parametrize("fragment", ["more=9", "pick=2,1,1,3,output", "pick=7,1,1,3,output", "pick=3,1,1,3,mean"])
def test_a_text_does_not_scroll_on_a_laptop(opened: Opens, fragment: str) -> None:
    page = opened(f"sequence#model=tale&epochs=0&{fragment}")
    for part in ("Next token", "Chosen step"):
        page.get_by_role("button", name=part, exact=True).last.click()
        page.locator(".seq-candidates, .seq-step").first.wait_for()
        heights = page.locator("html, main, .seq, .seq > *, .seq-time").evaluate_all(
            "all => all.map(e => e.scrollHeight - e.clientHeight)"
        )
        assert max(heights) == 0, part


# ── without ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def wait_for(page: SequencePage) -> None:
    """Until the example has learnt."""
    until = monotonic() + 60
    while page.is_working:
        assert monotonic() < until
        sleep(0.05)


@pytest.mark.parametrize("model", ["by hand", "one head", "forecast", "tagger"])
def test_its_numbers_are_the_librarys(alone: SequencePage, model: str) -> None:
    alone.open(Open(f"model={model}&epochs=0"))
    name = alone._looked.entries().cells[1].name
    view = alone.edit(Edit(name, "1"))
    explanation = alone._looked.network.explain(alone._looked.x)
    for i, layer in enumerate(view.layers):
        for part in layer.parts:
            board = alone.pick(Pick(i, part, max(0, layer.heads - 1), 0, 0)).board
            for cell in board.cells:
                assert float(cell.exact) == pytest.approx(float(explanation[cell.name].value), abs=1e-9)
                called, result = check_line(alone.why(Ask(cell.name, 0)).lines[0].text)
                assert (called, same(cell.text, result)) == (cell.name, True)
    assert alone.open(Open(alone._view().fragment)) == alone._view()


def test_what_is_learnt_is_what_the_script_learns(alone: SequencePage) -> None:
    """To the last bit: epoch by epoch in the background, and at once in the script."""
    alone.seek(Seek(3))
    wait_for(alone)
    view = alone.edit(Edit("x3_1", "0.25"))
    assert view.training is not None
    assert (view.training.epoch, view.training.is_running) == (3, False)
    made = ran(alone.script())
    assert {name: float(made["output"][0]) for name in ("y",)} == {"y": float(view_of_output(alone))}
    name = view.board.cells[0].name
    assert why(made["explanation"][name], 3).lines == alone.why(Ask(name, 3)).lines


def view_of_output(page: SequencePage) -> float:
    return float(page._looked.network(page._looked.x)[0])


@pytest.mark.parametrize("model", ["by hand", "one head", "reader"])
def test_its_script_makes_the_same_numbers(model: str, tmp_path: Path) -> None:
    path = tmp_path / "reader.safetensors"
    reader().save(path)
    page = SequencePage(Lab({"reader": reader()}, "reader", {"reader": str(path)}), Outbox(lambda: None))
    page.choose(Choose(model))
    page.edit(Edit("x2_1", "1/7"))
    if model == "by hand":
        page.edit(Edit("rnn_1.recurrent_weights[0, 0]", "1.5"))
    made = ran(page.script())
    assert np.array_equal(made["sequence"], page._looked.x)
    name = page.look(Nothing()).value.name
    assert why(made["explanation"][name], 2).lines == page.why(Ask(name, 2)).lines


def test_an_example_learns_to_its_end(alone: SequencePage) -> None:
    """The brackets are judged rightly, and the forecast is better than that nothing changes."""
    for name in ("brackets", "forecast"):
        taught = course(name)
        for epoch in range(1, EXAMPLES[name].epochs + 1):
            taught.learn(epoch)
    view = alone.open(Open())
    assert view.said == "matched"
    assert alone.take(Take("())(()")).said == "not matched"
    assert alone.edit(Edit("x1_1", "1/2")).said in ("not matched", "matched, which is wrong")
    assert float(taught.judged(EXAMPLES["forecast"].epochs).split()[2]) < 0.12
    assert alone.choose(Choose("forecast")).said.endswith("came")


def test_networks_of_the_lab_are_looked_into_unmodified(alone: SequencePage) -> None:
    view = alone.choose(Choose("reader"))
    assert view.models == (*EXAMPLES, "reader", "tagger")
    assert [layer.title for layer in view.layers] == ["lstm_1", "gru_1"]
    assert (view.board.cells, bool(view.board.data), len(view.board.rows)) == ((), True, 40)
    assert view.weights == ()
    with pytest.raises(GlassnetError, match="no number 'lstm_1"):
        alone.edit(Edit("lstm_1.biases[0]", "1"))
    samples = np.random.default_rng(0).random((3, 28, 28)).astype(np.float32)
    own = SequencePage(Lab({"reader": reader()}, "reader", {}, samples), Outbox(lambda: None))
    assert own.open(Open()).inputs[:4] == ("sample 1", "sample 2", "sample 3", "one wave")
    own.take(Take("sample 2"))
    assert np.array_equal(own._looked.x, samples[1])


def test_a_layer_that_goes_backwards_has_its_cell_before_at_the_next_step() -> None:
    net = gn.Network((4, 1), gn.LSTM(1, backwards=True), dtype="float64")
    page = SequencePage(Lab({"back": net}, "back"), Outbox(lambda: None))
    page.pick(Pick(0, "cell", 0, 0, 1))
    bars = {bar.label: bar.number.name for bar in page.look(Nothing()).parts}
    assert (bars["cell"], bars["cell before"]) == ("lstm_1.step_2.cell", "lstm_1.step_3.cell")


def test_a_layer_that_passes_over_padding_says_that_its_state_stays() -> None:
    net = gn.Network((4, 1), gn.LSTM(1, sequence=True, mask=0.0), dtype="float64", seed=1)
    page = SequencePage(Lab({"masked": net}, "masked"), Outbox(lambda: None))
    [layer] = page.open(Open()).layers
    assert layer.how.endswith("; at a step of padding the state stays")
    for name in ("x3", "x4"):
        page.edit(Edit(f"{name}_1", "0"))
    states = page._looked.values[0]["state"][:, 0]
    np.testing.assert_array_equal(states, net(page._looked.x)[:, 0])
    assert states[1] == states[2] == states[3]


def test_what_is_hidden_is_not_given_away(alone: SequencePage) -> None:
    alone.choose(Choose("by hand"))
    alone.pick(Pick(0, "output", 0, 0, 2))
    view = alone.hide(Hide(True))
    assert {cell.text for cell in view.board.cells} == {"?"}
    assert {one.text for one in view.answers} == {"?"}
    picked = alone.look(Nothing())
    assert (picked.value.text, picked.parts, picked.left) == ("?", (), ())
    with pytest.raises(GlassnetError, match="hidden: guess it first"):
        alone.why(Ask("rnn_1.step_3.output"))
    with pytest.raises(GlassnetError, match="is not hidden"):
        alone.guess(Guess("x1_1", "0"))
    assert alone.guess(Guess("rnn_1.step_3.output", "3")).is_right
    assert alone.open(Open(alone._view().fragment)).board.cells[2].text == "3"


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("nothing=1", "part of this address"),
        ("model=none", "example or network 'none'"),
        ("model=2-4-3-1", "example or network '2-4-3-1'"),
        ("epochs=many", "whole number"),
        ("epochs=1000", "120 epochs at most"),
        ("steps=99&model=by%20hand", "64 steps at most"),
        ("input=none", "input 'none'"),
        ("edits=abc", "damaged"),
        ("pick=1,2", "layer, head, row, column and part"),
    ],
)
def test_a_wrong_address_changes_nothing(alone: SequencePage, fragment: str, said: str) -> None:
    before = alone.edit(Edit("x1_1", "0.5"))
    with pytest.raises(GlassnetError, match=said):
        alone.open(Open(fragment))
    assert alone.edit(Edit("x1_1", "0.5")) == before


@pytest.mark.parametrize(
    ("command", "args", "said"),
    [
        ("edit", {"name": "x99_1", "text": "1"}, "no number 'x99_1'"),
        ("edit", {"name": "lstm_1.biases[0]", "text": "1"}, "no number 'lstm_1"),
        ("edit", {"name": "x1_1", "text": "much"}, "not a number"),
        ("take", {"input": "none"}, "input 'none'"),
        ("choose", {"model": "none"}, "none"),
        ("resize", {"steps": 3}, "fixed number of steps"),
        ("pick", {"layer": 0, "part": "cell", "head": 0, "row": 3, "column": 0}, "no number at that place"),
        ("pick", {"layer": 0, "part": "query", "head": 0, "row": 0, "column": 0}, "no number at that place"),
        ("pick", {"layer": 7, "part": "", "head": 0, "row": 0, "column": 0}, "no layer 8"),
        ("seek", {"epoch": 121}, "0 to 120 epochs"),
        ("why", {"name": "lstm_1.step_99.cell[0]"}, "lstm_1.step_99"),
    ],
)
def test_what_cannot_be_done_is_said(alone: SequencePage, command: str, args: dict[str, Any], said: str) -> None:
    before = alone.edit(Edit("x1_1", "0.5"))
    with pytest.raises(GlassnetError, match=said):
        alone.answer(command, args)
    assert alone.edit(Edit("x1_1", "0.5")) == before


def test_steps_are_added_and_taken_away(alone: SequencePage) -> None:
    alone.choose(Choose("by hand"))
    alone.edit(Edit("x8_1", "5"))
    assert len(alone.resize(Resize(10)).entries.cells) == 10
    view = alone.resize(Resize(3))
    assert [cell.text for cell in view.entries.cells] == ["8", "0", "1"]
    assert [cell.text for cell in alone.resize(Resize(8)).entries.cells] == ["8", "0", "1", *["0"] * 5]
    with pytest.raises(GlassnetError, match="1 to 64 steps"):
        alone.resize(Resize(0))


def test_what_a_language_model_expects(alone: SequencePage) -> None:
    alone.open(Open("model=tale&epochs=0&text=The"))
    view = alone.next(Next(2))
    assert view.text is not None
    network = alone._looked.network
    assert view.text.text == gn.generate(network, "The", length=2, seed=1)
    plain = view.text.candidates
    tuned = alone.tune(Tune("1/2", 4, "1", 7)).text
    assert tuned is not None
    assert (tuned.text, tuned.prompt, len(tuned.candidates)) == (view.text.text, view.text.text, 4)
    following = NextToken(network, tuned.text, 0.5, 4)
    for candidate, before in zip(tuned.candidates, plain, strict=False):
        assert candidate.label == before.label
        for one in (candidate, before):
            assert one.number is not None
            name, result = check_line(alone.why(Ask(one.number.name, 0)).lines[0].text)
            assert (name, same(one.number.text, result)) == (one.number.name, True)
    assert tuned.candidates[0].share == 1
    assert sum(following.probabilities) == pytest.approx(1)
    assert alone.next(Next(3)).text.text == gn.generate(network, tuned.text, 3, 0.5, 4, seed=7)  # type: ignore[union-attr]
    assert alone.open(Open(alone._view().fragment)) == alone._view()
    made = ran(alone.script())
    assert made["text"] == alone._view().text.text  # type: ignore[union-attr]
    name = f"next[{following.tokens[1]}]"
    assert why(made["following"][name], 2).lines == alone.why(Ask(name, 2)).lines
    name = alone.look(Nothing()).value.name
    assert why(made["explanation"][name], 3).lines == alone.why(Ask(name, 3)).lines
    assert alone.hide(Hide(True)).text.candidates == ()  # type: ignore[union-attr]
    with pytest.raises(GlassnetError, match="hidden"):
        alone.why(Ask("next[1]"))


def test_a_language_model_of_any_length_writes() -> None:
    text = gn.data.text("tale", length=8)
    size = text.tokens.size
    net = gn.Network((None,), gn.Embedding(size, 6), gn.GRU(5, sequence=True), gn.Dense(size, "softmax"), seed=1)
    net.tokens = text.tokens
    page = SequencePage(Lab({"letters": net}, "letters"), Outbox(lambda: None))
    view = page.write(Write("Once there was"))
    assert (len(view.board.columns), view.can_resize, view.inputs) == (14, False, ())
    assert page.next(Next(1)).board.columns[:5] == ("O", "n", "c", "e", "␣")
    assert page.pick(Pick(1, "update gate", 0, 4, 14)).pick.column == 14
    assert page.next(Next(1)).pick == Pick(1, "update gate", 0, 4, 15)


def test_a_nucleus_is_drawn_from(alone: SequencePage) -> None:
    """What top-p keeps and leaves out: each number gives its line, and the script makes the same."""
    alone.open(Open("model=tale&epochs=0"))
    view = alone.tune(Tune("0,5", 20, "0,3", 4))
    text, network = view.text, alone._looked.network
    assert text is not None
    following = NextToken(network, text.text, 0.5, 20, 0.3)
    assert (text.kept, text.top_p) == (len(following.tokens), "0.3")
    assert 1 < text.kept < len(text.candidates)
    for i, one in enumerate(text.candidates):
        assert (one.number is not None) == (i < text.kept)
        for number in filter(None, (one.number, one.together)):
            name, result = check_line(alone.why(Ask(number.name, 0)).lines[0].text)
            assert (name, same(number.text, result)) == (number.name, True)
    assert text.candidates[text.kept].share == 0
    assert alone.open(Open(view.fragment)) == view
    written = alone.next(Next(5))
    assert written.text is not None
    assert written.text.text == gn.generate(network, text.text, 5, 0.5, 20, 4, 0.3)
    made = ran(alone.script())
    name = f"cumulated[{made['following'].left_out[0]}]"
    assert why(made["following"][name], 2).lines == alone.why(Ask(name, 2)).lines


def test_the_step_stays_when_one_goes_on(alone: SequencePage) -> None:
    """To another layer or part, with a row of -1: the same step, unit and head, as far as there are."""
    alone.open(Open("model=tale&epochs=0&text=The%20lamp"))
    alone.pick(Pick(4 - 1, "weight", 2, 5, 3))
    for layer, part, expected in (
        (3, "query", (2, 5, 3)),
        (3, "output", (2, 0, 5)),
        (1, "", (2, 0, 5)),
        (2, "mean", (2, 0, 5)),
        (9, "", (2, 0, 5)),
        (3, "", (2, 5, 5)),
    ):
        found = alone.pick(Pick(layer, part, 0, -1, 0)).pick
        assert (found.head, found.row, found.column) == expected, (layer, part)
    alone.pick(Pick(6, "sum", 0, 60, 2))
    assert alone.pick(Pick(7, "", 0, -1, 0)).pick.row == 15


@pytest.mark.parametrize("layer", range(10))
def test_all_numbers_of_a_language_model_are_the_librarys(alone: SequencePage, layer: int) -> None:
    """Those of the first and last step of each layer: their lines give them, and they may be hidden and guessed."""
    shown = alone.open(Open("model=tale&epochs=0&text=The")).layers[layer]
    for part in shown.parts:
        for row, column in ((0, 0), (0, 2)):
            alone.pick(Pick(layer, part, 0, row, column))
            picked = alone.look(Nothing())
            called, result = check_line(alone.why(Ask(picked.value.name, 0)).lines[0].text)
            assert (called, same(picked.value.text, result)) == (picked.value.name, True)
            assert picked.value.name in [bar.number.name for bar in picked.parts + picked.weights + picked.mixture] or (
                part in ("query", "key", "value")
            )
        alone.hide(Hide(True))
        hidden = alone.look(Nothing())
        assert hidden.is_hidden == (part != "position")
        if hidden.is_hidden:
            assert alone.guess(Guess(hidden.value.name, repr(alone._looked.value(hidden.place)))).is_right
        alone.hide(Hide(False))


@pytest.mark.parametrize("temperature", ["0", "1e-99", "0.001", "1000"])
def test_text_is_written_at_any_temperature_as_the_library_writes_it(alone: SequencePage, temperature: str) -> None:
    alone.open(Open("model=tale&epochs=0"))
    alone.tune(Tune(temperature, 0, "1", 3))
    view, network = alone.next(Next(4)), alone._looked.network
    assert view.text is not None
    assert view.text.text == gn.generate(network, view.text.prompt, 4, float(temperature), None, 3)
    assert alone.open(Open(view.fragment)) == view
    for one in view.text.candidates:
        assert one.number is not None
        assert all(len(said.text) < 150 for said in alone.why(Ask(one.number.name, 3)).lines)


@pytest.mark.parametrize(
    ("command", "args", "said"),
    [
        ("write", {"text": "日"}, "日"),
        ("write", {"text": "a" * 401}, "400 characters at most"),
        ("next", {"count": 0}, "one token"),
        ("next", {"count": 201}, "200 tokens"),
        (
            "tune",
            {"temperature": "-0.1", "top_k": 0, "top_p": "1", "seed": 1},
            "the temperature must be a number, at least 0",
        ),
        ("tune", {"temperature": "warm", "top_k": 0, "top_p": "1", "seed": 1}, "not a number"),
        ("tune", {"temperature": "1", "top_k": -1, "top_p": "1", "seed": 1}, "0 or more"),
        ("tune", {"temperature": "1", "top_k": 0, "top_p": "0", "seed": 1}, "top_p must be a number, more than 0"),
        ("tune", {"temperature": "0", "top_k": 0, "top_p": "1,5", "seed": 1}, "at most 1, got 1.5"),
        ("tune", {"temperature": "1", "top_k": 0, "top_p": "most", "seed": 1}, "not a number"),
        ("edit", {"name": "x1", "text": "3"}, "reads a text"),
        ("why", {"name": "next[99]"}, "next"),
    ],
)
def test_what_cannot_be_written_is_said(alone: SequencePage, command: str, args: dict[str, Any], said: str) -> None:
    before = alone.open(Open("model=tale&epochs=0&temperature=2"))
    with pytest.raises(GlassnetError, match=said):
        alone.answer(command, args)
    assert alone.open(Open("model=tale&epochs=0&temperature=2")) == before
    alone.choose(Choose("by hand"))
    with pytest.raises(GlassnetError, match="numbers, no text"):
        alone.write(Write("a"))


def test_a_token_that_is_none_is_said(alone: SequencePage) -> None:
    alone.choose(Choose("tagger"))
    assert not alone.look(Nothing()).left
    with pytest.raises(GlassnetError):
        alone.edit(Edit("x1", "7"))
