"""Convolution: pictures drawn and typed, kernels edited, numbers asked for and traced back, in Chromium and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

import glassnet as gn
from glassnet.inspection.feature_maps import INPUT
from glassnet.ir.errors import GlassnetError
from glassnet.lab.convolution.messages import (
    Choose,
    Edit,
    Hide,
    Look,
    Open,
    Paint,
    Pick,
    Preset,
    Set,
    Take,
    Turn,
)
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab
from glassnet.lab.pages.convolution import ConvolutionPage
from glassnet.lab.shown import Ask, Guess, why
from tests.lab.conftest import DESK, LATE, PHONE, Opens, lab
from tests.lab.honest import check_accessible, check_line, check_numbers, same
from tests.lab.scripts import ran

PLAIN = Set(3, 1, "valid", 1, "linear", "none")


def seeing() -> gn.Network:
    """A network of pictures as wide as the page takes them."""
    return gn.Network(
        (28, 28),
        gn.Rescale(1 / 255),
        gn.Conv2D(6, 5, "relu", padding="same"),
        gn.MaxPool2D(2),
        gn.Conv2D(64, 3, "relu"),
        gn.BatchNorm(),
        gn.Flatten(),
        gn.Dense(10, "softmax"),
        seed=0,
    )


@pytest.fixture
def alone() -> ConvolutionPage:
    """The page's Python, without a browser."""
    return ConvolutionPage(Lab({"2-4-3-1": gn.lecture(), "seeing": seeing()}), Outbox(lambda: None))


@pytest.fixture(scope="module")
def with_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a lab that was opened on a network with convolutions."""
    folder: Path = tmp_path_factory.mktemp("seeing")
    seeing().save(folder / "seeing.safetensors")
    with lab(folder, str(folder / "seeing.safetensors"), "--port", "0") as found:
        yield found


# ── in Chromium ─────────────────────────────────────────────────────────────────────────────────────────────────────


def board(page: Any, name: str) -> Any:
    return page.get_by_role("region", name=name, exact=True).locator("[data-cell]")


def holds(page: Any, field: str, text: str) -> None:
    """Wait until a field says that."""
    expect(page.get_by_label(field, exact=True)).to_have_value(text)


def show(page: Any, theme: str, part: str) -> None:
    """Choose what stands beside the picture where labels are large."""
    if theme == "projector":
        page.get_by_role("button", name=part, exact=True).click()


def test_each_number_in_sight_answers_why(opened: Opens) -> None:
    page = opened("convolution#pooling=none")
    page.locator(".conv-values [data-number]").first.wait_for()
    assert check_numbers(page) == 8 * 8 + 6 * 6 + 2 + 2
    check_accessible(page)


def test_a_number_is_picked_and_its_window_shown(opened: Opens) -> None:
    page = opened("convolution#picture=edge")
    board(page, "Map of Feature map c").nth(6 * 1 + 2).click()  # the second row, the third column
    page.locator("[data-line]").get_by_text("relu(c2_3_1) = relu(3) = 3").wait_for()
    seen = page.locator(".conv-picture .is-seen").evaluate_all("all => all.map(e => e.dataset.number)")
    assert seen == [f"x{i}_{j}" for i in (2, 3, 4) for j in (3, 4, 5)]
    terms = page.locator(".conv-term").all_inner_texts()
    assert terms == ["(0)(-1)", "(0)(0)", "(1)(1)"] * 3
    board(page, "Map of Pooled p").nth(4).click()
    page.locator("[data-line]").get_by_text("p2_2_1 = max(3, 3, 3, 3) = 3, which is relu(c3_3_1)").wait_for()
    assert page.locator(".is-winner").first.get_attribute("data-number") == "relu(c3_3_1)"
    page.get_by_text("p2_2_1 sees 4 × 4 of the 8 × 8 numbers of the picture").wait_for()
    check_accessible(page)


NOTE_LINES = """() => {
  window.lines = [];
  const note = () => {
    const text = document.querySelector('[data-line]')?.textContent;
    if (text && text !== lines.at(-1)) lines.push(text);
  };
  new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


@pytest.mark.parametrize("late", [LATE, 400], ids=["", "late"])
def test_the_kernel_slides_by_itself(opened: Opens, late: int) -> None:
    """From the chosen number on, row by row, until a click or the end, however late the lab answers: each number has
    its arithmetic before the next. All of it is one step of undo.
    """
    page = opened("convolution#pooling=none&pick=1,1,5,1", late=late)
    slide = page.get_by_role("button", name="Slide over Feature map c")
    page.evaluate(NOTE_LINES)
    slide.click()
    page.wait_for_function("() => lines.length >= 3")
    page.get_by_role("button", name="Stop over Feature map c").click()
    slide.wait_for()
    names = [line.partition(" = ")[0] for line in page.evaluate("lines")]
    assert names[:3] == ["relu(c1_6_1)", "relu(c2_1_1)", "relu(c2_2_1)"]
    page.get_by_role("button", name="Undo", exact=True).click()
    page.wait_for_url(lambda url: "pick=1,1,5,1" in url)
    board(page, "Map of Feature map c").nth(34).click()
    page.wait_for_url(lambda url: "pick=1,6,5,1" in url)
    slide.click()
    page.wait_for_url(lambda url: "pick=1,6,6,1" in url)
    slide.wait_for()


def test_a_stroke_is_one_step_of_undo_and_looking_is_another(opened: Opens) -> None:
    page = opened("convolution#picture=blank")
    undo = page.get_by_role("button", name="Undo", exact=True)
    board(page, "Map of Feature map c").nth(0).click()
    page.locator("[data-line]").get_by_text("relu(c1_1_1)").first.wait_for()
    box = page.get_by_role("group", name="Drawing pad").locator(".conv-cells").bounding_box()
    unit = box["width"] / 8
    page.mouse.move(box["x"] + 2.5 * unit, box["y"] + 0.5 * unit)
    page.mouse.down()
    for row in (1.5, 2.5):
        page.mouse.move(box["x"] + 2.5 * unit, box["y"] + row * unit, steps=3)
    page.mouse.up()
    page.locator("[data-line]").get_by_text("relu(c1_1_1) = relu(3) = 3").wait_for()
    assert board(page, "Picture").nth(2).inner_text() == "1"
    undo.click()
    page.locator("[data-line]").get_by_text("relu(c1_1_1) = relu(0) = 0").wait_for()
    undo.click()
    page.locator(".conv-boards .is-chosen").first.wait_for()
    expect(undo).to_be_disabled()


def test_the_keyboard_alone(opened: Opens) -> None:
    page = opened("convolution#picture=blank")
    board(page, "Picture").first.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", " ", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    page.get_by_role("button", name="x2_3 = 1", exact=True).wait_for()
    board(page, "Map of Feature map c").first.focus()
    page.keyboard.press("Enter")
    page.locator("[data-line]").get_by_text("relu(c1_1_1) = relu(1) = 1").wait_for()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.get_by_role("button", name="x2_3 = 0", exact=True).wait_for()


def test_numbers_are_typed_into_picture_and_kernel(opened: Opens) -> None:
    page = opened("convolution#picture=blank")
    cell = page.get_by_label("x1_1", exact=True)
    cell.fill("1/4")
    cell.press("Enter")
    page.get_by_role("button", name="x1_1 = 0.25", exact=True).wait_for()
    weight = page.get_by_label("c.weights[0, 0, 0, 0]", exact=True)
    weight.fill("8")
    weight.press("Enter")
    page.get_by_role("button", name="relu(c1_1_1) = 2", exact=True).wait_for()
    weight.fill("much")
    weight.press("Enter")
    page.get_by_role("alert").get_by_text("not a number").wait_for()
    page.get_by_label("Size", exact=True).select_option("5")
    page.get_by_label("c.weights[4, 4, 0, 0]", exact=True).wait_for()
    page.get_by_label("Dilation", exact=True).select_option("3")
    page.get_by_role("alert").get_by_text("8 × 8").wait_for()
    page.get_by_label("Padding", exact=True).select_option("same")
    page.get_by_label("Kernel to begin with").select_option("blur")
    holds(page, "c.weights[4, 4, 0, 0]", "0.04")


def test_a_hidden_number_is_guessed(opened: Opens) -> None:
    page = opened("convolution#kernel=0,0,0,0,2,0,0,0,0,0.5&picture=cross&pick=1,3,3,1")
    page.get_by_role("button", name="Hide numbers").click()
    guess = page.get_by_label("Guess relu(c3_3_1)")
    guess.fill("2")
    guess.press("Enter")
    page.get_by_role("status", name="Reply").get_by_text("Not yet").wait_for()
    assert set(board(page, "Map of Feature map c").all_inner_texts()) == {"?"}
    guess.fill("2.5")
    guess.press("Enter")
    page.get_by_role("button", name="relu(c3_3_1) = 2.5", exact=True).wait_for()
    check_accessible(page)
    page.get_by_role("button", name="Show numbers").click()
    page.get_by_role("button", name="relu(c1_1_1) = 0.5", exact=True).wait_for()


def test_a_networks_kernel_is_edited(opened: Opens, with_model: str) -> None:
    page = opened("convolution#picture=edge&pick=1,14,20,2", at=with_model)
    name = "conv2d_1.weights[0, 2, 0, 1]"
    value = page.get_by_role("region", name="Products").locator(".conv-values [data-number]").last
    before = value.inner_text()
    page.get_by_role("button", name="Edit kernel").click()
    weight = page.get_by_label(name, exact=True)
    weight.fill("19/2")
    weight.press("Enter")
    holds(page, name, "9.5")
    page.wait_for_url(lambda url: "weights=" in url)
    page.get_by_role("button", name=f"Why? {name}").click()
    page.locator("[data-line]").get_by_text(f"{name} = 9.5").wait_for()
    check_accessible(page)
    page.reload()
    page.get_by_text(re.compile(r"relu\(a14_20_2\) = ")).first.wait_for()
    shown = value.inner_text()
    assert shown != before
    page.get_by_role("button", name="Edit kernel").click()
    holds(page, name, "9.5")
    weight.fill("0")
    weight.press("Enter")
    expect(value).not_to_have_text(shown, use_inner_text=True)
    holds(page, name, "0")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(value).to_have_text(shown, use_inner_text=True)
    holds(page, name, "9.5")


VALUES_SEEN = """e => {
  window.seen = [];
  const look = () => {
    if (seen.at(-1) !== e.value) seen.push(e.value);
    requestAnimationFrame(look);
  };
  look();
}"""


def test_a_typed_weight_stays_until_its_number_comes(opened: Opens, with_model: str) -> None:
    """The weight that was there before is not shown in between."""
    page = opened("convolution#picture=edge&pick=1,14,20,2", at=with_model, late=200)
    page.get_by_role("button", name="Edit kernel").click()
    weight = page.get_by_label("conv2d_1.weights[0, 2, 0, 1]", exact=True)
    value = page.get_by_role("region", name="Products").locator(".conv-values [data-number]").last
    before = value.inner_text()
    weight.fill("9.5")
    weight.evaluate(VALUES_SEEN)
    weight.press("Enter")
    expect(value).not_to_have_text(before, use_inner_text=True)
    assert page.evaluate("seen") == ["9.5"]


def test_a_network_is_looked_into(opened: Opens, with_model: str) -> None:
    page = opened("convolution", at=with_model)
    layers = page.get_by_role("region", name="Layers")
    layers.get_by_role("button", name="conv2d_2").click()
    tiles = page.get_by_role("list", name="Channels of conv2d_2").get_by_role("button")
    tiles.nth(63).wait_for()
    assert tiles.count() == 64
    tiles.nth(7).click()
    page.get_by_role("region", name="Map of conv2d_2, channel 8").wait_for()
    page.get_by_text("sees 10 × 10 of the 28 × 28 numbers of the picture").wait_for()
    page.get_by_label("with channel").select_option("3")
    layers.get_by_role("button", name="batchnorm_1").click()
    page.locator("[data-line]").first.wait_for()
    check_accessible(page)
    board(page, "Map of batchnorm_1, channel 1").nth(0).click()
    page.get_by_text("e1_1_1 sees", exact=False).or_(page.get_by_text("d1_1_1 sees", exact=False)).first.wait_for()
    page.get_by_role("application", name="Picture: choose a number").focus()
    for key in ("ArrowDown", "ArrowRight", " "):
        page.keyboard.press(key)
    holds(page, "x2_2", "255")
    page.get_by_label("Look into").select_option(label="your own kernel")
    page.get_by_role("region", name="Kernel").wait_for()


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_everyone_can_use_it(opened: Opens, with_model: str, theme: str, size: dict[str, int]) -> None:
    for path, at in (("convolution#padding=same", None), ("convolution", with_model)):
        page = opened(path, size, theme, **({} if at is None else {"at": at}))
        for part in ("Layers", "Maps", "Products", "Outputs") if at else ("Kernel", "Maps", "Products"):
            show(page, theme, part)
            page.locator(".conv-picture .colours-frame").first.wait_for(state="attached")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            check_accessible(page)


@pytest.mark.parametrize("theme", ["light", "projector"])
def test_nothing_scrolls_on_a_laptop(opened: Opens, with_model: str, theme: str) -> None:
    five = "convolution#kernel=" + ",".join(["0.5"] * 26) + "&padding=same"
    for path, at in ((five, None), ("convolution#pick=3,6,6,1", with_model)):
        page = opened(path, theme=theme, **({} if at is None else {"at": at}))
        for part in ("Layers", "Maps", "Products", "Outputs") if at else ("Kernel", "Maps", "Products"):
            show(page, theme, part)
            page.locator(".conv-picture .colours-frame").first.wait_for(state="attached")
            if part == "Products":
                page.locator(".conv-products .conv-values").wait_for()
            parts = page.locator("html, main, .conv, .conv > *")
            sizes = parts.evaluate_all("all => all.map(e => [e.className, e.scrollHeight - e.clientHeight])")
            assert [one for one in sizes if one[1] > 0] == [], part


# ── without ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_its_numbers_are_the_librarys(alone: ConvolutionPage) -> None:
    alone.open(Open("kernel=0,-1,0,-1,4,-1,0,-1,0,0.5&stride=2&padding=same&activation=tanh&pooling=average"))
    view = alone.edit(Edit("x2_3", "1/3"))
    picture = np.array([cell.exact for cell in view.boards[0].cells], float).reshape(8, 8)
    assert picture[1, 2] == 1 / 3
    kernel = np.reshape([0, -1, 0, -1, 4, -1, 0, -1, 0], (3, 3, 1, 1))
    net = gn.Network(
        (8, 8),
        gn.Conv2D(1, 3, "tanh", stride=2, padding="same", weights=kernel, biases=[0.5], name="c"),
        gn.AveragePool2D(2, name="p"),
        dtype="float64",
    )
    explanation = net.explain(picture)
    assert [cell.name for cell in view.boards[1].cells][:2] == ["tanh(c1_1_1)", "tanh(c1_2_1)"]
    for cell in (*view.boards[1].cells, *view.boards[2].cells):
        assert float(cell.exact) == explanation[cell.name].value
        name, result = check_line(alone.why(Ask(cell.name, 0)).lines[0].text)
        assert (name, same(cell.text, result)) == (cell.name, True)
    assert alone.open(Open(view.fragment)) == view


def test_the_window_holds_the_terms_of_the_sum(alone: ConvolutionPage) -> None:
    alone.open(Open("picture=cross&padding=same&pick=1,1,4,1"))
    picked = alone.look(Look())
    line = alone.why(Ask(picked.sum.name, 0)).lines[0].text
    assert f"{picked.sum.name} = {' + '.join([*(term.text for term in picked.terms), picked.bias])} = 1" in line
    assert [(term.row, term.column) for term in picked.terms] == [(i, j) for i in (1, 2) for j in (0, 1, 2)]
    [field] = picked.fields
    assert (field.layer, field.row, field.column, field.rows, field.columns) == (INPUT, 0, 2, 2, 3)


def test_any_network_of_pictures_or_sequences_opens() -> None:
    networks = {
        "colours": gn.Network((9, 9, 3), gn.Conv2D(4, 3, "relu"), gn.GlobalAveragePool(), gn.Dense(2)),
        "rows of pixels": gn.Network(64, gn.Reshape((8, 8, 1)), gn.Conv2D(2, 3, groups=1), gn.Flatten(), gn.Dense(1)),
        "sequences": gn.Network((12, 2), gn.Conv1D(3, 3, "relu"), gn.MaxPool1D(2), gn.Flatten(), gn.Dense(1)),
        "residual": gn.Network((6, 6), gn.Conv2D(2, 3), gn.Add(gn.Identity(), gn.Conv2D(2, 3, padding="same"))),
        "back": gn.Network((4, 4), gn.Conv2DTranspose(2, 3, stride=2), gn.Dropout2D(0.5), gn.UpSample2D(2)),
    }
    page = ConvolutionPage(Lab({**networks, "2-4-3-1": gn.lecture()}), Outbox(lambda: None))
    assert list(page.open(Open()).models) == [*networks, "convolution"]
    for name, network in networks.items():
        view = page.choose(Choose(name))
        view = page.paint(Paint((0, 3), "pen"))
        explanation = network.explain(page._input)
        for layer, shown in enumerate(view.layers):
            view = page.pick(Pick(layer, shown.rows - 1, shown.columns - 1, shown.channels - 1))
            picked = page.look(Look())
            assert why(explanation[picked.value.name]).lines == page.why(Ask(picked.value.name)).lines
            assert picked.fields[0].layer == INPUT
            assert {term.name for term in picked.terms} <= {*_used(explanation[picked.sum.name])}
        assert page.open(Open(view.fragment)) == view


def test_the_model_that_reads_digits_opens() -> None:
    """Its input is a row of grey values, which it scales and makes a picture of."""
    page = ConvolutionPage(Lab({}), Outbox(lambda: None))
    view = page.choose(Choose("convolution"))
    assert (view.boards[0].rows, view.boards[0].columns, view.layers[0].title) == (28, 28, "conv2d_1")
    answers = [float(one.number.text.replace("−", "-")) for one in page.take(Take("digit 7")).answers]
    assert int(np.argmax(answers)) == 7


def _used(explanation: Any) -> Iterator[str]:
    """The names of what a number is computed from at once, or through numbers without a name of their own."""
    for names, _, _ in explanation.whole.contributions:
        yield from names
    yield from (child.name for child in explanation.whole.operands)


def test_a_picture_of_several_channels_is_turned() -> None:
    page = ConvolutionPage(Lab({"colours": gn.Network((4, 4, 3), gn.Conv2D(1, 3))}), Outbox(lambda: None))
    page.choose(Choose("colours"))
    page.edit(Edit("x1_2_3", "0.5"))
    picture = page.turn(Turn(2)).boards[0]
    assert (picture.channel, picture.channels, picture.title) == (2, 3, "Picture, channel 3")
    assert (picture.cells[1].name, picture.cells[1].text) == ("x1_2_3", "0.5")
    with pytest.raises(GlassnetError, match="no channel 4"):
        page.turn(Turn(3))
    assert page.choose(Choose("")).boards[0].channel == 0


def test_samples_that_came_with_a_network_are_pictures() -> None:
    x = np.random.default_rng(0).random((3, 5, 5)).astype(np.float32)
    net = gn.Network((5, 5), gn.Conv2D(1, 3), gn.Flatten())
    page = ConvolutionPage(Lab({"own": net}, "own", {"own": "own.safetensors"}, x), Outbox(lambda: None))
    view = page.open(Open())
    assert view.pictures[:4] == ("sample 1", "sample 2", "sample 3", "seven")
    view = page.take(Take("sample 2"))
    assert [float(cell.exact) for cell in view.boards[0].cells] == x[1].ravel().astype(float).tolist()


def test_what_is_hidden_is_not_given_away(alone: ConvolutionPage) -> None:
    alone.open(Open("picture=edge&pick=2,1,1,1"))
    view = alone.hide(Hide(True))
    assert {cell.text for one in view.boards[1:] for cell in one.cells} == {"?"}
    picked = alone.look(Look())
    assert (picked.value.text, picked.terms, picked.mattered) == ("?", (), ())
    for name in ("p1_1_1", "relu(c1_1_1)", "c1_1_1"):
        with pytest.raises(GlassnetError, match="hidden: guess it first"):
            alone.why(Ask(name))
    assert alone.why(Ask("x1_1")).lines[0].text == "x1_1 = 0"
    with pytest.raises(GlassnetError, match="is not hidden"):
        alone.guess(Guess("x1_1", "0"))
    assert not alone.guess(Guess("p1_1_1", "17")).is_right
    assert alone.guess(Guess("p1_1_1", "0")).is_right
    assert alone.open(Open(alone.pick(Pick(1, 0, 0, 0)).fragment)).boards[2].cells[0].text == "0"


@pytest.mark.parametrize("model", ["", "seeing"])
def test_its_script_makes_the_same_numbers(alone: ConvolutionPage, model: str, tmp_path: Path) -> None:
    """To the last bit, after edits."""
    page = alone
    if model:
        path = tmp_path / "seeing.safetensors"
        alone.lab.networks["seeing"].save(path)
        page = ConvolutionPage(Lab(alone.lab.networks, "seeing", {"seeing": str(path)}), Outbox(lambda: None))
        page.pick(Pick(2, 4, 4, 9))
        page.edit(Edit("conv2d_2.weights[0, 1, 3, 9]", "1/7"))
    else:
        page.set(Set(5, 2, "same", 1, "sigmoid", "average"))
        page.edit(Edit("c.weights[0, 1, 0, 0]", "1/7"))
        page.pick(Pick(1, 1, 0, 0))
    page.paint(Paint((3, 4, 5), "pen"))
    page.paint(Paint((4,), "eraser"))
    picked, made = page.look(Look()), ran(page.script())
    for name in (picked.value.name, picked.sum.name, *(term.name for term in picked.terms)):
        assert why(made["explanation"][name]).lines == page.why(Ask(name)).lines
    field = next(one for one in picked.fields if one.layer == INPUT)
    rows, columns = np.nonzero(made["field"].reshape(page._looked.picture.shape).any(axis=-1))
    assert (rows.min(), columns.min(), np.ptp(rows) + 1, np.ptp(columns) + 1) == (
        field.row,
        field.column,
        field.rows,
        field.columns,
    )


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("nothing=1", "part of this address"),
        ("model=none", "network with convolutions"),
        ("model=2-4-3-1", "network with convolutions"),
        ("kernel=1,2,3", "9 or 25 numbers and a bias"),
        ("kernel=a,b", "not a number"),
        ("stride=9", "stride here is 1 to 3"),
        ("stride=-1", "whole number"),
        ("padding=some", "padding"),
        ("activation=softmax", "activation"),
        ("picture=cat", "picture 'cat'"),
        ("edits=abc", "a list of numbers in the address is damaged"),
        ("edits=eNoztDLUMzI2MTUzt7C0MgQAHWgDrQ", "damaged|none at|whole number|end is missing"),
        ("pick=1,2", "layer, row, column and channel"),
    ],
)
def test_a_wrong_address_changes_nothing(alone: ConvolutionPage, fragment: str, said: str) -> None:
    before = alone.paint(Paint((1,), "pen"))
    with pytest.raises(GlassnetError, match=said):
        alone.open(Open(fragment))
    assert alone.paint(Paint((1,), "pen")) == before


@pytest.mark.parametrize(
    ("command", "args", "said"),
    [
        ("paint", {"cells": [64], "tool": "pen"}, "no such cell"),
        ("edit", {"name": "x9_1", "text": "1"}, "no number 'x9_1'"),
        ("edit", {"name": "c.weights[0, 3, 0, 0]", "text": "1"}, "no number"),
        ("edit", {"name": "c.biases[0]", "text": "much"}, "not a number"),
        ("preset", {"kernel": "none"}, "kernel 'none'"),
        ("set", {**PLAIN.__dict__, "size": 4}, "3 or 5 rows"),
        ("set", {**PLAIN.__dict__, "size": 5, "dilation": 2}, "8 × 8"),
        ("take", {"picture": "none"}, "picture 'none'"),
        ("choose", {"model": "none"}, "none"),
        ("pick", {"layer": 5, "row": 0, "column": 0, "channel": 0}, "no number at that place"),
        ("pick", {"layer": -1, "row": 0, "column": 0, "channel": 0}, "no number at that place"),
        ("point", {"layer": -1, "row": 8, "column": 0, "channel": 0}, "no such cell"),
        ("why", {"name": "c9_9_9"}, "c9_9_9"),
    ],
)
def test_what_cannot_be_done_is_said(alone: ConvolutionPage, command: str, args: dict[str, Any], said: str) -> None:
    before = alone.preset(Preset("sharpen"))
    with pytest.raises(GlassnetError, match=said):
        alone.answer(command, args)
    assert alone.preset(Preset("sharpen")) == before


def test_a_networks_weights_are_edited_and_its_layers_stay(alone: ConvolutionPage) -> None:
    alone.choose(Choose("seeing"))
    before = alone.pick(Pick(0, 4, 4, 1))
    name = "conv2d_1.weights[0, 2, 0, 1]"
    weights = alone.look(Look()).weights
    assert weights is not None
    assert (len(weights.rows), weights.rows[0][2].name, weights.bias.name) == (5, name, "conv2d_1.biases[1]")
    view = alone.edit(Edit(name, "1/2"))
    view = alone.edit(Edit("conv2d_1.biases[1]", "-0,25"))
    net = seeing()
    net.parameters["conv2d_1.weights"][0, 2, 0, 1] = 0.5
    net.parameters["conv2d_1.biases"][1] = -0.25
    picked = alone.look(Look())
    assert picked.weights is not None
    assert (picked.weights.rows[0][2].exact, picked.weights.bias.exact) == ("0.5", "-0.25")
    assert why(net.explain(alone._input)[picked.value.name]).lines == alone.why(Ask(picked.value.name)).lines
    assert alone.why(Ask(name)).lines[0].text == f"{name} = 0.5"
    other = ConvolutionPage(alone.lab, Outbox(lambda: None))
    assert other.open(Open(view.fragment)) == alone.open(Open(view.fragment)) == view
    assert other.open(Open(before.fragment)) == before
    for command, args in (("preset", {"kernel": "blur"}), ("set", PLAIN.__dict__)):
        with pytest.raises(GlassnetError, match="its own kernels"):
            alone.answer(command, args)
    for wrong in ("conv2d_1.weights[5, 0, 0, 0]", "conv2d_9.weights[0, 0, 0, 0]", "c.biases[0]"):
        with pytest.raises(GlassnetError, match="no input, weight or bias"):
            alone.edit(Edit(wrong, "1"))
    assert alone.open(Open(view.fragment)) == view


def test_only_what_slides_has_a_kernel() -> None:
    sequences = gn.Network((12, 2), gn.Conv1D(3, 5, "relu"), gn.MaxPool1D(2), gn.Flatten(), gn.Dense(1))
    page = ConvolutionPage(Lab({"sequences": sequences, "seeing": seeing()}), Outbox(lambda: None))
    page.choose(Choose("sequences"))
    page.pick(Pick(0, 0, 3, 2))
    weights = page.look(Look(1)).weights
    assert weights is not None
    assert [[one.name for one in row] for row in weights.rows] == [[f"conv1d_1.weights[{i}, 1, 2]" for i in range(5)]]
    page.pick(Pick(1, 0, 3, 2))
    assert page.look(Look()).weights is None
    page.choose(Choose(""))
    assert page.look(Look()).weights is None


def test_another_size_keeps_the_middle(alone: ConvolutionPage) -> None:
    alone.preset(Preset("sharpen"))
    alone.set(Set(5, 1, "valid", 1, "relu", "max"))
    view = alone.set(Set(3, 1, "valid", 1, "relu", "max"))
    assert view.bench is not None
    assert view.bench.preset == "sharpen"
