"""Digits: drawings replayed as pointer events and by the keyboard, read, asked why, and trained on, in Chromium."""

from __future__ import annotations

import io
import re
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

import glassnet as gn
from glassnet.data.digit_image import framed
from glassnet.ir.errors import GlassnetError
from glassnet.lab.digits.messages import Choose, Draw, Look, Open, Point, Train, Which
from glassnet.lab.digits.pad import PAD, Stroke, ink
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab, Nothing
from glassnet.lab.pages.digits import DigitsPage
from glassnet.lab.shown import Ask, why
from glassnet.words import number
from tests.data.canvas import PATHS
from tests.lab.conftest import DESK, PHONE, Opens
from tests.lab.honest import check_accessible, check_line, check_numbers, quoted, same
from tests.lab.scripts import ran

SEVEN = (Stroke("pen", 18, (70, 60, 185, 62)), Stroke("pen", 18, (185, 62, 150, 130, 125, 205)))


@pytest.fixture
def alone() -> DigitsPage:
    """The page's Python, without a browser."""
    return DigitsPage(Lab({"2-4-3-1": gn.lecture()}), Outbox(lambda: None))


def strokes(digit: int, shift: tuple[int, int] = (40, 40)) -> tuple[Stroke, ...]:
    """A drawing of tests/data/canvas.py as strokes on the pad."""
    lines = [[tuple(map(float, point.split(","))) for point in line.split()] for line in PATHS[digit][0].split(";")]
    places = [np.rint(np.array(line) * 1.6 + shift).astype(int).clip(0, PAD - 1).ravel() for line in lines]
    return tuple(Stroke("pen", 16, tuple(place.tolist())) for place in places)


def address_of(drawing: tuple[Stroke, ...]) -> str:
    return DigitsPage(Lab({}), Outbox(lambda: None)).draw(Draw(drawing, 1)).fragment


@pytest.mark.parametrize("digit", range(10))
def test_the_answers_share_is_what_its_output_is_explained_to_be(alone: DigitsPage, digit: int) -> None:
    untrained = alone.open(Open(address_of(strokes(digit))))
    for view in (untrained, alone.train(Train(digit, 3, "0.01"))):
        said = re.fullmatch(r"(\d)  (\d+\.\d\d) %", view.answer)
        assert said, view.answer
        name = view.outputs[int(said[1])].probability.name
        line = alone.why(Ask(name, 0)).lines[0].text
        assert check_line(line)[0] == name
        assert abs(float(said[2]) / 100 - float(line.split()[-1])) <= 1.0001e-4, line


# ── in Chromium ─────────────────────────────────────────────────────────────────────────────────────────────────────


def draw(page: Any, drawing: tuple[Stroke, ...]) -> None:
    """Replay strokes as a mouse's events."""
    box = page.get_by_label("Drawing pad", exact=True).bounding_box()
    unit = box["width"] / PAD
    for stroke in drawing:
        points = zip(stroke.points[::2], stroke.points[1::2], strict=True)
        places = [(box["x"] + (x + 0.5) * unit, box["y"] + (y + 0.5) * unit) for x, y in points]
        page.mouse.move(*places[0])
        page.mouse.down()
        for _, place in pairwise(places):
            page.mouse.move(*place, steps=4)
        page.mouse.up()


def answer(page: Any) -> Any:
    return page.get_by_role("status", name="Answer", exact=True)


@pytest.mark.parametrize("digit", range(10))
def test_a_drawing_is_read(opened: Opens, digit: int) -> None:
    page = opened("digits")
    assert answer(page).inner_text().startswith("no digit")
    draw(page, strokes(digit))
    answer(page).get_by_text(re.compile(rf"^{digit} ")).wait_for()
    rows = page.get_by_role("table", name="Outputs").get_by_role("row")
    assert [row.get_by_role("rowheader").inner_text() for row in rows.all()[1:]] == list("0123456789")


def test_a_blank_pad_shows_what_the_biases_alone_make(opened: Opens) -> None:
    page = opened("digits")
    first = gn.load("digits").parameters["dense_1.biases"][0]
    page.get_by_role("button", name=f"a1, relu(a1) = {max(0, first):.4g}", exact=True).wait_for()
    check_accessible(page)


def test_the_keyboard_alone_draws(opened: Opens) -> None:
    page = opened("digits")
    page.get_by_label("Drawing pad", exact=True).focus()
    for key, times in (("ArrowUp", 9), (" ", 1), ("ArrowDown", 18), (" ", 1)):
        for _ in range(times):
            page.keyboard.press(key)
    answer(page).get_by_text(re.compile("^1 ")).wait_for()
    page.keyboard.press("Control+z")
    answer(page).get_by_text("no digit").wait_for()
    page.keyboard.press("Control+Shift+Z")
    answer(page).get_by_text(re.compile("^1 ")).wait_for()


def test_each_stroke_is_one_step_of_undo(opened: Opens) -> None:
    page = opened("digits")
    serial = 0
    for stroke in SEVEN:
        draw(page, (stroke,))
        serial += 1 + 4 * (len(stroke.points) // 2 - 1)
        page.locator(f".digits[data-serial='{serial}']").wait_for()
    answer(page).get_by_text(re.compile("^7 ")).wait_for()
    undo = page.get_by_role("button", name="Undo", exact=True)
    undo.click()
    page.get_by_role("button", name="Redo", exact=True).and_(page.locator(":enabled")).wait_for()
    answer(page).and_(page.get_by_text(re.compile("^(?!7|no digit: the picture is blank)."))).wait_for()
    undo.click()
    answer(page).get_by_text("no digit").wait_for()
    expect(undo).to_be_disabled()


def test_each_number_in_sight_answers_why(opened: Opens) -> None:
    page = opened(f"digits#{address_of(SEVEN)}")
    page.get_by_label("Loss", exact=True).wait_for()
    assert check_numbers(page) == 128 + 64 + 2 * 10 + 4
    check_accessible(page)


@pytest.mark.parametrize(("button", "count"), [("Numbers", 784), ("Table of dense_1", 256), ("Table of dense_2", 128)])
def test_each_number_of_a_table_answers_why(opened: Opens, button: str, count: int, alone: DigitsPage) -> None:
    page = opened(f"digits#{address_of(SEVEN)}")
    page.get_by_role("button", name=button, exact=True).click()
    numbers = page.locator(".digits-sheet [data-number]")
    numbers.nth(count - 1).wait_for()
    assert numbers.count() == count
    check_accessible(page)
    alone.open(Open(address_of(SEVEN)))
    shown = numbers.evaluate_all("all => all.map(e => [e.dataset.number, e.firstChild.textContent])")
    for name, text in shown:
        name_of_line, result = check_line(alone.why(Ask(name, 0)).lines[0].text)
        assert name_of_line == name
        assert same(text, result), f"{name} is shown as {text}"
    name = shown[count // 2][0]
    page.locator(f".digits-sheet [data-why={quoted(name)}]").click()
    page.locator("[data-line]").first.wait_for()
    assert page.locator("[data-line]").first.inner_text() == alone.why(Ask(name)).lines[0].text


def test_a_term_leads_to_its_neuron(opened: Opens, alone: DigitsPage) -> None:
    page = opened(f"digits#{address_of(SEVEN)}")
    alone.open(Open(address_of(SEVEN)))
    contributions = alone.look(Look()).contributions
    line = alone.why(Ask("y7", 0)).lines[0].text
    assert all(one.text in line for one in contributions)
    largest = contributions[0].name
    page.get_by_role("region", name="What mattered most").get_by_role("button", name=largest).first.click()
    neuron = largest.removeprefix("relu(").removesuffix(")")
    page.get_by_role("heading", name=f"What mattered most for {neuron}", exact=True).wait_for()
    page.locator("[data-line]").get_by_text(f"{largest} = ").first.wait_for()


def test_training_on_a_drawing_lowers_its_loss_and_undo_takes_it_back(opened: Opens) -> None:
    page = opened(f"digits#{address_of(SEVEN)}")
    loss = page.get_by_role("status", name="Loss", exact=True)
    digit, train = page.get_by_label("This is a"), page.get_by_role("button", name="Train", exact=True)
    digit.select_option("1")
    net, image = gn.load("digits"), framed(ink(SEVEN))
    before = net.explain(image, 1).loss.value
    loss.get_by_text(number(before, 4)).wait_for()
    page.get_by_label("Steps", exact=True).select_option("10")
    train.click()
    for _ in range(10):
        net.train_on_batch(image[None], [1], optimizer=gn.SGD(0.01))
    after = net.explain(image, 1).loss.value
    assert after < before
    loss.get_by_text(number(after, 4)).wait_for()
    page.reload()
    page.get_by_text("10 steps. Undo").wait_for()
    digit.select_option("1")
    loss.get_by_text(number(after, 4)).wait_for()
    train.click()
    page.get_by_text("11 steps. Undo").wait_for()
    page.get_by_role("button", name="Undo", exact=True).click()
    loss.get_by_text(number(after, 4)).wait_for()


def test_an_image_file_is_read_and_one_that_is_none_is_said(opened: Opens) -> None:
    page = opened("digits")
    picture = Image.new("L", (500, 400), 240)
    ImageDraw.Draw(picture).line([(240, 80), (250, 320)], 20, 24)
    file = io.BytesIO()
    picture.save(file, "png")
    chooser = page.get_by_label("Image file")
    chooser.set_input_files({"name": "one.png", "mimeType": "image/png", "buffer": file.getvalue()})
    answer(page).get_by_text(re.compile("^1 ")).wait_for()
    chooser.set_input_files({"name": "none.png", "mimeType": "image/png", "buffer": b"no image"})
    page.get_by_role("alert").get_by_text("is not an image").wait_for()
    assert answer(page).inner_text().startswith("1 ")
    check_accessible(page)


def test_a_file_that_is_too_large_is_said_and_the_largest_is_read(opened: Opens) -> None:
    page = opened("digits")
    chooser, said = page.get_by_label("Image file"), page.get_by_role("alert")
    chooser.set_input_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": bytes(4_000_001)})
    said.get_by_text("photo.jpg has 5 MB, and this page takes 4: crop it to the digit, or save it smaller").wait_for()
    chooser.set_input_files({"name": "full.jpg", "mimeType": "image/jpeg", "buffer": bytes(4_000_000)})
    said.get_by_text("is not an image").wait_for()


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_everyone_can_use_it(opened: Opens, theme: str, size: dict[str, int]) -> None:
    page = opened(f"digits#{address_of(SEVEN)}", size, theme)
    show(page, theme, "Train")
    page.get_by_label("Loss", exact=True).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    check_accessible(page)
    page.get_by_role("button", name=re.compile("^y7, ")).click()
    page.locator("[data-line]").first.wait_for()
    show(page, theme, "Fed")
    page.get_by_role("button", name="Weights of the first layer").click()
    page.get_by_role("button", name="Weights of relu(a128)").wait_for()
    check_accessible(page)


def show(page: Any, theme: str, part: str) -> None:
    """Choose what stands beside the pad where labels are large."""
    if theme == "projector":
        page.get_by_role("button", name=part, exact=True).click()


@pytest.mark.parametrize("theme", ["light", "projector"])
@pytest.mark.parametrize("model", ["digits", "convolution"])
def test_nothing_scrolls_on_a_laptop(opened: Opens, theme: str, model: str) -> None:
    page = opened(f"digits#{address_of(SEVEN)}&model={model}", theme=theme)
    for part in ("Train", "Fed", "Layers", "What mattered"):
        show(page, theme, part)
        if part == "Train":
            page.get_by_label("Loss", exact=True).wait_for()
        parts = page.locator("html, main, .digits, .digits > *")
        sizes = parts.evaluate_all("all => all.map(e => [e.className, e.scrollHeight - e.clientHeight])")
        assert [one for one in sizes if one[1] > 0] == [], part


# ── without ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("digit", range(10))
def test_a_shift_changes_nothing(alone: DigitsPage, digit: int) -> None:
    """By 4 of the pad's 256 units, and by 4 of the 28 pixels, which are 37 units, in each direction."""
    for by in (4, 37):
        for x, y in product((-by, 0, by), repeat=2):
            assert alone.draw(Draw(strokes(digit, (40 + x, 40 + y)), 1)).digit == digit


def test_two_digits_are_called_so(alone: DigitsPage) -> None:
    halves = [(line.width, np.array(line.points).reshape(-1, 2)) for line in (*strokes(3), *strokes(3))]
    count = len(strokes(3))
    both = tuple(
        Stroke("pen", 10, tuple((place // 2 + (0 if i < count else 120, 60)).ravel().tolist()))
        for i, (_, place) in enumerate(halves)
    )
    assert alone.draw(Draw(both, 1)).answer.startswith("several digits")


def test_its_numbers_are_the_librarys(alone: DigitsPage) -> None:
    view = alone.draw(Draw(SEVEN, 3))
    net, image = gn.load("digits"), framed(ink(SEVEN))
    assert view.answer == str(gn.read_digit(net, image.reshape(28, 28)))
    explanation = net.explain(image)
    shares = [one.share for one in view.outputs]
    assert shares == [explanation[name].value for name in explanation.neurons[-10:]]
    np.testing.assert_allclose(shares, net(image), rtol=1e-4)  # which the engine computes
    for layer in view.layers:
        for neuron in layer.neurons:
            assert same(neuron.label, check_line(explanation[neuron.name].text)[1])
    assert alone.point(Point("fed", 376)).text == str(image[376])
    assert alone.open(Open(view.fragment)).fragment == view.fragment


def test_a_network_with_convolutions_reads_too() -> None:
    """Its maps are the page Convolution's; of the last ones, which are small, each number is shown and answers why."""
    net, image = gn.load("convolution"), framed(ink(SEVEN))
    page = DigitsPage(Lab({"2-4-3-1": gn.lecture()}), Outbox(lambda: None))
    page.choose(Choose("convolution"))
    view = page.draw(Draw(SEVEN, 1))
    assert (view.has_weights, view.maps) == (False, "model=convolution")
    assert view.answer == str(gn.read_digit(net, image.reshape(28, 28)))
    assert [layer.title for layer in view.layers] == ["conv2d_5", "batchnorm_5"]
    explanation = net.explain(image)
    for layer in view.layers:
        for neuron in layer.neurons[::50]:
            assert same(neuron.label, check_line(explanation[neuron.name].text)[1])
    last = view.layers[-1].neurons[-1].name
    assert page.look(Look(last)).value.name == last
    with pytest.raises(GlassnetError, match="no weight for each pixel"):
        page.weights(Nothing())


def test_all_that_read_digits_can_be_chosen(alone: DigitsPage) -> None:
    """What ships in its own order, then what the lab has; the one that was asked for is shown at first."""
    view = alone.open(Open())
    assert (view.model, view.models) == ("digits", ("digits", "convolution"))
    assert (view.has_weights, view.maps) == (True, "")
    own = gn.Network(784, gn.Dense(10, "softmax"), seed=1)
    convolution = gn.load("convolution")
    for networks, chosen, models in (
        ({"own": own, "2-4-3-1": gn.lecture()}, "own", ("digits", "convolution", "own")),
        ({"convolution": convolution}, "convolution", ("digits", "convolution")),
    ):
        view = DigitsPage(Lab(networks, chosen), Outbox(lambda: None)).open(Open())
        assert (view.model, view.models) == (chosen, models)


def test_what_it_looks_for_is_the_slope_of_any_neuron(alone: DigitsPage) -> None:
    alone.draw(Draw(SEVEN, 1))
    looked = (("softmax(y3)", "∂y3/∂x401"), ("relu(b5)", "∂b5/∂x401"), ("relu(a5)", "dense_1.weights[400, 4]"))
    for neuron, name in looked:
        alone.look(Look(neuron))
        shown = alone.point(Point("looks_for", 400))
        assert shown.name == name
        name_of_line, result = check_line(alone.why(Ask(name)).lines[0].text)
        assert (name_of_line, same(shown.text, result)) == (name, True)


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("model=none", "model that reads digits"),
        ("ink=abc", "damaged"),
        ("ink=eNpjYBhIcPo0", "damaged|end is missing"),
        ("image=eNpjYAAAAAIAAQ", "784 pixels|damaged|end is missing"),
        ("lesson=7:1:0.01", "lesson"),
        ("lesson=7:1:0:eNpjYBgFo2AUDHcAAAMQAAE", "too long, or its end"),
        ("nothing=1", "part of this address"),
    ],
)
def test_a_wrong_address_changes_nothing(alone: DigitsPage, fragment: str, said: str) -> None:
    before = alone.draw(Draw(SEVEN, 1))
    with pytest.raises(GlassnetError, match=said):
        alone.open(Open(fragment))
    assert alone.draw(Draw(SEVEN, 1)) == before


@pytest.mark.parametrize(
    ("command", "args", "said"),
    [
        ("draw", {"strokes": [{"tool": "pen", "width": 1, "points": [1, 1]}], "serial": 1}, "4 to 48 wide"),
        ("draw", {"strokes": [{"tool": "pen", "width": 9, "points": [1]}], "serial": 1}, "pairs"),
        ("draw", {"strokes": [{"tool": "pen", "width": 9, "points": [1, 256]}], "serial": 1}, "from 0 to 255"),
        ("draw", {"strokes": [{"tool": "pen", "width": 9, "points": [1, 2] * 5001}], "serial": 1}, "full"),
        ("train", {"digit": 11, "steps": 1, "rate": "0.1"}, "0 to 9"),
        ("train", {"digit": 1, "steps": 0, "rate": "0.1"}, "at least 1"),
        ("train", {"digit": 1, "steps": 5000, "rate": "0.1"}, "the most"),
        ("train", {"digit": 1, "steps": 1, "rate": "fast"}, "not a number"),
        ("train", {"digit": 1, "steps": 1, "rate": "-1"}, "more than 0"),
        ("look", {"digit": 10}, "0 to 9"),
        ("point", {"of": "fed", "index": 784}, "no pixel"),
        ("numbers", {"of": "dense_9"}, "dense_9"),
        ("choose", {"model": "none"}, "none"),
    ],
)
def test_what_cannot_be_done_is_said(alone: DigitsPage, command: str, args: dict[str, Any], said: str) -> None:
    before = alone.draw(Draw(SEVEN, 1))
    with pytest.raises(GlassnetError, match=said):
        alone.answer(command, args)
    assert alone.draw(Draw(SEVEN, 1)) == before


def test_a_blank_pad_teaches_nothing(alone: DigitsPage) -> None:
    with pytest.raises(GlassnetError, match="draw something first"):
        alone.train(Train(7, 1, "0.1"))


def test_an_eraser_takes_ink_away(alone: DigitsPage) -> None:
    rubbed = (*SEVEN, *(Stroke("eraser", 40, one.points) for one in SEVEN))
    assert alone.draw(Draw(rubbed, 1)).answer.startswith("no digit")


def test_two_tabs_learn_apart(alone: DigitsPage) -> None:
    other = DigitsPage(alone.lab, Outbox(lambda: None))
    other.draw(Draw(SEVEN, 1))
    before = other.numbers(Which("dense_1"))
    alone.draw(Draw(SEVEN, 1))
    alone.train(Train(1, 10, "0.1"))
    assert other.numbers(Which("dense_1")) == before
    assert alone.numbers(Which("dense_1")) != before
    alone.clear(Nothing())
    assert alone.open(Open()).trained == 0


def test_its_script_makes_the_same_numbers(alone: DigitsPage) -> None:
    """To the last bit, after lessons on two drawings."""
    alone.draw(Draw(strokes(3), 1))
    alone.train(Train(8, 3, "0.1"))
    alone.draw(Draw(SEVEN, 2))
    alone.train(Train(1, 10, "1/20"))
    alone.train(Train(7, 2, "0.05"))
    closer = alone.look(Look("relu(b5)", 4))
    made = ran(alone.script())
    shares = [one.share for one in alone.draw(Draw(SEVEN, 3)).outputs]
    assert made["probabilities"] == shares
    for name in ("loss", "b5", "relu(b5)", "x377", "softmax(y4)", "∂b5/∂x401"):
        assert why(made["explanation"][name]) == alone.why(Ask(name))
    assert number(made["explanation"]["loss"].value, 4) == closer.loss.text
