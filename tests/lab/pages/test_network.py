"""Network: the lecture's networks drawn, edited and asked why, in Chromium."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

import glassnet as gn
from glassnet.canvas import scene
from glassnet.canvas.scene import Corners, overlap
from glassnet.ir.errors import GlassnetError
from glassnet.lab.network.messages import Edit, Open
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab
from glassnet.lab.pages.network import NetworkPage
from glassnet.lab.shown import Ask, why
from tests.lab.conftest import DESK, PHONE, Opens, lab
from tests.lab.honest import check_accessible, check_line, check_numbers
from tests.lab.scripts import ran

LECTURE = [
    "w1 = (0.4)(0.3) + (-0.7)(-0.7) + 0.1 = 0.71",
    "w2 = (0.4)(-0.3) + (-0.7)(0.1) - 0.2 = -0.39",
    "w3 = (0.4)(0.7) + (-0.7)(0.6) - 0.1 = -0.24",
    "w4 = (0.4)(-0.5) + (-0.7)(-0.6) - 0.8 = -0.58",
    "h1 = (0.71)(1) + (-0.39)(0.8) + (-0.24)(0.2) + (-0.58)(0.3) - 0.9 = -0.724",
    "h2 = (0.71)(0.2) + (-0.39)(-0.4) + (-0.24)(0.3) + (-0.58)(-1) + 0.6 = 1.406",
    "h3 = (0.71)(-0.3) + (-0.39)(0.4) + (-0.24)(0.5) + (-0.58)(0.7) - 0.3 = -1.195",
    "z = (-0.724)(-0.7) + (1.406)(-0.8) + (-1.195)(-0.6) - 0.7 = -0.601",
]
CHECK = [
    "A = (0.3)(0.2) + 1 = 1.06",
    "B = (0.3)(-0.6) - 1 = -1.18",
    "C = (0.3)(0.7) - 0.5 = -0.29",
    "D = (1.06)(-1) + (-1.18)(-0.9) + (-0.29)(0.2) + 0.3 = 0.244",
    "E = (1.06)(-1) + (-1.18)(-0.4) + (-0.29)(-0.3) - 0.5 = -1.001",
    "F = (1.06)(-1) + (-1.18)(-0.2) + (-0.29)(-0.7) + 0.7 = 0.079",
    "y = (0.244)(-0.8) + (-1.001)(-0.4) + (0.079)(-0.6) - 0.4 = -0.2422",
]
NETWORKS = {name: gn.lecture(name) for name in ("2-4-3-1", "1-3-3-1")}


@pytest.fixture
def alone() -> NetworkPage:
    """The page's Python, without a browser."""
    return NetworkPage(Lab(NETWORKS), Outbox(lambda: None))


# ── in Chromium ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("example", "count"), [("2-4-3-1", 31 + 2 + 8 + 1), ("1-3-3-1", 22 + 1 + 7 + 1)])
def test_each_number_answers_why(opened: Opens, example: str, count: int) -> None:
    page = opened(f"network#example={example}")
    assert check_numbers(page) == count


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_each_number_of_an_own_network_answers_why(opened: Opens, tmp_path: Path, activation: str) -> None:
    gn.Network(2, gn.Dense(3, activation), gn.Dense(2, "softmax"), seed=4, dtype="float64").save(
        tmp_path / "own.safetensors"
    )
    with lab(tmp_path, str(tmp_path / "own.safetensors"), "--port", "0") as address:
        page = opened("network", at=address, pardon="Error in connection establishment")
        assert page.get_by_label("Example").input_value() == "own.safetensors"
        assert page.get_by_role("button", name=re.compile(rf"^a1, {activation}\(a1\) = ")).count() == 1
        assert check_numbers(page) == 9 + 8 + 2 + 5 + 2


def test_a_wide_network_is_drawn_in_part(opened: Opens) -> None:
    page = opened("network#example=digits", DESK)
    page.get_by_text("760 more").first.wait_for()
    check_accessible(page)
    assert check_numbers(page) > 24


def test_an_edit_changes_the_outputs_and_undo_takes_it_back(opened: Opens) -> None:
    page = opened("network#example=2-4-3-1")
    field = page.get_by_label("w.weights[0, 1]", exact=True)
    for typed in ("1/2", "0,5"):
        field.fill(typed)
        field.press("Enter")
        page.get_by_role("button", name="w2, −0.07", exact=True).wait_for()
        net = gn.lecture("2-4-3-1")
        net.parameters["w.weights"][0, 1] = 0.5
        assert output(page) == gn_text(net([0.4, -0.7])[0])
        page.wait_for_url(lambda url: url.endswith("#example=2-4-3-1&w.weights[0,1]=0.5"))
        page.get_by_role("button", name="Undo", exact=True).click()
        page.get_by_role("button", name="w2, −0.39", exact=True).wait_for()
        assert output(page) == "−0.601"


def output(page: Any) -> str:
    return str(page.locator("table .number").first.evaluate("e => e.firstChild.textContent"))


def gn_text(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


def test_what_is_no_number_is_said_and_changes_nothing(opened: Opens) -> None:
    page = opened("network")
    field = page.get_by_label("u", exact=True)
    field.fill("two")
    field.press("Enter")
    page.get_by_role("alert").get_by_text("'two' is not a number").wait_for()
    assert field.get_attribute("aria-invalid") == "true"
    check_accessible(page)
    field.press("Escape")
    assert output(page) == "−0.601"


@pytest.mark.parametrize("theme", ["light", "projector"])
def test_what_is_wrong_in_an_address_is_said_and_stays(opened: Opens, theme: str) -> None:
    page = opened("network#u=two", DESK, theme)
    page.locator(".is-compact" if theme == "projector" else ".neuron-button").first.wait_for()
    assert page.get_by_role("alert").text_content().startswith("'two' is not a number")
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


def test_an_address_is_the_whole_state(opened: Opens) -> None:
    page = opened("network#example=1-3-3-1&x=1/4&D, E, F.biases[0]=0")
    page.get_by_role("button", name="A, 1.05", exact=True).wait_for()
    assert page.get_by_label("D, E, F.biases[0]", exact=True).input_value() == "bias 0"
    page.wait_for_url(lambda url: url.endswith("#example=1-3-3-1&x=0.25&D,%20E,%20F.biases[0]=0"))


THEMES = ["light", "dark", "projector"]
STATES = {
    "editing": "example=2-4-3-1&target=1",
    "hidden": "example=1-3-3-1&hide=A,B,C,D,E,F,y",
    "collapsed": "example=1-3-3-1&merged=2",
    "pieces": "example=1-3-3-1&A, B, C.activation=relu&merged=3",
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_everyone_can_use_it(opened: Opens, theme: str, size: dict[str, int]) -> None:
    """Axe finds nothing, whatever is open: Why?, a guess, an error, what is played, what is collapsed."""
    page = opened("network", size, theme)
    for name, fragment in STATES.items():
        page.evaluate("fragment => { location.hash = fragment }", fragment)
        page.locator(MARKS[name]).first.wait_for()
        check_accessible(page)
    page.evaluate("location.hash = 'example=2-4-3-1&target=1'")
    page.get_by_role("button", name="z, −0.601").dispatch_event("click")
    page.get_by_role("heading", name="What mattered most here").wait_for()
    page.get_by_role("button", name="Step", exact=True).click()
    page.locator(".network-line[data-line]").wait_for()
    page.get_by_label("u", exact=True).fill("two")
    page.get_by_label("u", exact=True).press("Enter")
    page.get_by_role("alert").get_by_text("not a number").wait_for()
    page.get_by_role("button", name="About").click()
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


MARKS = {
    "editing": "[aria-label=Loss]",
    "hidden": "[aria-label='Guess y']",
    "collapsed": ".network-product",
    "pieces": ".network-corner",
}


@pytest.mark.parametrize(("theme", "least"), [("light", 12), ("projector", 20)])
@pytest.mark.parametrize(("example", "parameters", "values"), [("2-4-3-1", 31, 10), ("1-3-3-1", 22, 8)])
def test_all_numbers_can_be_read_at_once(
    opened: Opens, example: str, parameters: int, values: int, theme: str, least: float
) -> None:
    """On 1280 × 720 nothing scrolls, texts are large enough, and no number covers another, or a circle's number."""
    page = opened(f"network#example={example}", DESK, theme)
    if theme == "projector":
        page.locator(".is-compact").wait_for()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    picture = page.locator(".picture")
    assert picture.evaluate("e => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight")
    numbers = page.evaluate(NUMBERS)
    assert sum("[" in one["name"] for one in numbers) == parameters
    assert len(numbers) == parameters + values
    assert min(one["size"] for one in numbers) >= least - 0.01
    boxes = [turned(one) for one in numbers]
    for i, one in enumerate(boxes):
        assert all(0 <= x <= 1280 and 0 <= y <= 720 for x, y in one)
        for j in range(i):
            assert not overlap(one, boxes[j], 0), (numbers[i], numbers[j])


NUMBERS = """() => {
  const drawn = document.querySelector('.picture-scale');
  const scale = drawn.getBoundingClientRect().width / drawn.offsetWidth;
  const canvas = document.createElement('canvas').getContext('2d');
  const of = (e, name, text, angle) => {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e), size = parseFloat(style.fontSize);
    canvas.font = style.font;
    return { name, text, angle, size: size * scale, x: box.x + box.width / 2, y: box.y + box.height / 2,
             width: canvas.measureText(text).width * scale, height: 0.75 * size * scale };
  };
  const fields = [...document.querySelectorAll('.network-number')].map(e => {
    const input = e.querySelector('input'), [, angle] = /rotate\\(([-\\d.]+)deg/.exec(e.style.transform);
    return of(input, input.dataset.number, input.value, parseFloat(angle));
  });
  const values = [...document.querySelectorAll('.picture text')].filter(e => /^−?[\\d.]+$/.test(e.textContent))
    .map(e => of(e, 'value', e.textContent, 0));
  return [...fields, ...values];
}"""


def turned(number: dict[str, Any]) -> Corners:
    """The corners of a number on the screen."""
    half = number["width"] / 2, number["height"] / 2
    return scene.turned(-half[0], -half[1], *half, (number["x"], number["y"]), number["angle"])


@pytest.mark.parametrize(("example", "said"), [("2-4-3-1", LECTURE), ("1-3-3-1", CHECK)], ids=["slides", "check"])
def test_it_is_played_in_the_order_of_the_slides(opened: Opens, example: str, said: list[str]) -> None:
    """Each sum is written out as in the lecture; back takes one away, and layer by layer takes a layer at once."""
    page = opened(f"network#example={example}")
    step, back = (page.get_by_role("button", name=name, exact=True) for name in ("Step", "Back"))
    lines = page.locator(".network-line[data-line]")
    for i, line in enumerate(said):
        step.click()
        lines.nth(i).wait_for()
        assert lines.nth(i).text_content() == line
        assert page.locator("[data-number].neuron-button").count() == i + 1
    expect(step).to_be_disabled()
    back.click()
    page.wait_for_function("n => document.querySelectorAll('.network-line[data-line]').length === n", arg=len(said) - 1)
    page.get_by_label("A step is").select_option("layer")
    step.click()
    first = 4 if example == "2-4-3-1" else 3
    page.wait_for_function("n => document.querySelectorAll('.network-line[data-line]').length === n", arg=first)
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("button", name="Show all", exact=True).click()
    page.locator(".network-line[data-line]").first.wait_for(state="detached")


def test_a_step_back_is_not_undone_by_a_late_answer(opened: Opens) -> None:
    page = opened("network#example=2-4-3-1", late=500)
    for name in ("Step", "Back"):
        page.get_by_role("button", name=name, exact=True).click()
    page.get_by_role("button", name="Show Python").click()  # which is answered later
    page.get_by_role("region", name="Script").get_by_text("import glassnet").wait_for()
    assert page.locator(".network-line[data-line]").count() == 0


ENTER_AND_LEAVE = """e => {
  e.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  e.blur();
}"""


def test_what_is_typed_is_sent_once_and_can_be_typed_on(opened: Opens) -> None:
    page = opened("network#example=2-4-3-1", late=500)
    asked: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda text: asked.append(str(text))))
    page.reload()
    field = page.get_by_label("u", exact=True)
    field.fill("1")
    field.evaluate(ENTER_AND_LEAVE)
    field.fill("12")  # before the answer
    page.get_by_role("button", name="w1, 0.89", exact=True).wait_for()
    assert field.input_value() == "12"
    field.press("Enter")
    page.get_by_role("button", name="w1, 4.19", exact=True).wait_for()
    assert sum('"edit"' in text for text in asked) == 2


def test_two_clicks_before_the_answer_are_two_neurons(opened: Opens) -> None:
    page = opened("network#example=2-4-3-1", late=300)
    page.get_by_role("button", name="One neuron more in Hidden 1").evaluate("e => { e.click(); e.click() }")
    page.get_by_role("button", name=re.compile("^w6, ")).wait_for()


def test_layers_are_edited_in_the_picture(opened: Opens) -> None:
    page = opened("network#example=2-4-3-1")
    page.get_by_label("Activation of Hidden 1").select_option("relu")
    page.get_by_role("button", name="w2, relu(w2) = 0", exact=True).wait_for()
    page.get_by_role("button", name="One neuron more in Hidden 1").click()
    page.get_by_role("button", name=re.compile("^w5, ")).wait_for()
    page.get_by_role("button", name="Add a layer after Hidden 2").click()
    page.get_by_label("Activation of Hidden 3").wait_for()
    page.wait_for_url(lambda url: "a:3:linear" in url)
    address = page.url
    assert check_numbers(page) == 2 + 10 + 5 + 15 + 3 + 9 + 3 + 3 + 1 + 5 + 3 + 3 + 1 + 1
    again = opened(address.partition("/")[2].rpartition("/")[2])
    assert output(again) == output(page)
    page.get_by_role("button", name="Remove Hidden 1").click()
    page.get_by_label("Activation of Hidden 3").wait_for(state="detached")
    for _ in range(4):
        page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_role("button", name="w2, −0.39", exact=True).wait_for()
    assert output(page) == "−0.601"


def test_layers_are_multiplied_product_by_product(opened: Opens) -> None:
    page = opened("network#example=1-3-3-1")
    page.get_by_role("button", name="Collapse", exact=True).click()
    page.locator(".network-formula", has_text="y = 0.026x − 0.25").wait_for()
    assert check_numbers(page) == 1 + 2 + 1 + 1
    page.get_by_role("button", name="Back one product").click()
    page.get_by_role("button", name="A2[0, 0], 0.48", exact=True).wait_for()
    assert check_numbers(page) == 1 + 6 + 4 + 4 + 1
    page.get_by_role("button", name="As it was").click()
    page.get_by_label("Activation of Hidden 1").select_option("relu")
    page.locator(".network-corner").nth(2).wait_for()
    page.get_by_role("button", name="Collapse", exact=True).click()
    page.get_by_text("'relu' in A, B, C is not").wait_for()


def test_each_linear_piece_answers_why(opened: Opens) -> None:
    page = opened("network#example=1-3-3-1&A, B, C.activation=relu")
    pieces = page.locator(".network-pieces li")
    pieces.nth(3).wait_for()
    for i, slope in enumerate(("-0.6", "-0.24", "0.36", "0.626")):
        pieces.nth(i).get_by_role("button", name=f"Why? piece {i + 1}", exact=True).click()
        page.locator("[data-line]", has_text=f"intercept of piece {i + 1} = ").wait_for()
        lines = [check_line(line) for line in page.locator("[data-line]").all_text_contents()]
        assert lines[0] == ("∂y/∂x", slope)
    check_accessible(page)


def test_what_is_hidden_is_guessed_and_the_slip_named(opened: Opens) -> None:
    page = opened("network#example=1-3-3-1")
    page.get_by_label("Predict", exact=True).select_option(label="Understanding check: x = 0.3")
    reply = page.get_by_role("status", name="Reply")
    for name, wrong, slip, right in (
        ("A", "0,06", "the bias 1 was forgotten", "1,06"),
        ("B", "-0.82", "has the wrong sign", "-1.18"),
    ):
        field = page.get_by_label(f"Guess {name}", exact=True)
        field.fill(wrong)
        field.press("Enter")
        reply.get_by_text(slip).wait_for()
        field.fill(right)
        field.press("Enter")
        reply.get_by_text(f"{name}: Right").wait_for()
        page.get_by_role("button", name=re.compile(f"^{name}, ")).wait_for()
    assert page.get_by_label("Guess C", exact=True).count() == 1


@pytest.mark.parametrize("example", ["example=2-4-3-1&target=1", "example=2-4-3-1&h.activation=sigmoid&target=1/3"])
def test_with_a_target_each_number_has_its_gradient(opened: Opens, example: str) -> None:
    page = opened(f"network#{example}")
    assert check_numbers(page) > 40
    page.locator("[data-why='w.weights[0, 1]']").first.dispatch_event("click")
    page.locator("[data-line]", has_text="∂loss/∂w.weights[0, 1] = u · δw2").wait_for()
    assert page.get_by_role("status", name="Loss").text_content()


def test_the_keyboard_alone_is_enough(opened: Opens) -> None:
    page = opened("network#example=2-4-3-1")
    tab_to(page, "button", "Step")
    page.keyboard.press("Enter")
    page.locator(".network-line[data-line]").wait_for()
    tab_to(page, "[data-number]", "w.weights[0, 1]")
    page.keyboard.type("1/2")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith("w.weights[0,1]=0.5"))
    tab_to(page, "button", "w1, 0.71")
    page.keyboard.press("Space")
    page.locator(".why [data-line]", has_text="w1 = (0.4)(0.3)").wait_for()
    tab_to(page, "select", "Activation of Hidden 1")
    page.keyboard.press("ArrowDown")
    page.wait_for_url(lambda url: "w.activation=relu" in url)
    page.keyboard.press("Control+z")
    page.wait_for_url(lambda url: "w.activation" not in url)


def tab_to(page: Any, kind: str, name: str) -> None:
    """Press Tab until the element of that name has the focus."""
    here = (
        "([kind, name]) => { const e = document.activeElement; return e.matches(kind) && "
        "[e.ariaLabel, e.textContent, e.dataset.number].includes(name) }"
    )
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate(here, [kind, name]):
            return
    raise AssertionError(f"Tab never reaches {name}")


def test_of_wide_layers_the_terms_that_matter_are_buttons(opened: Opens) -> None:
    page = opened("network#example=digits")
    page.locator("[data-why='relu(b1)']").first.dispatch_event("click")
    page.get_by_role("heading", name="What mattered most here").wait_for()
    page.locator("[data-why='softmax(y3)']").first.dispatch_event("click")
    page.locator("[data-line]", has_text="softmax(y3) =").wait_for()
    page.locator(".network-term-name", has_text="relu(b").nth(3).wait_for()
    term = page.get_by_role("region", name="What mattered most").get_by_role("button").first
    name = term.locator(".network-term-name").inner_text()
    term.click()
    page.locator(".why-first[data-line]", has_text=f"{name} = ").wait_for()
    picture = page.locator(".picture")
    assert picture.evaluate("e => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight")


# ── without ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_its_numbers_are_the_librarys(alone: NetworkPage) -> None:
    view = alone.open(Open("example=2-4-3-1&u=1/3&h.biases[2]=-2"))
    net = gn.lecture("2-4-3-1")
    net.parameters["h.biases"][2] = -2
    [z] = net([1 / 3, -0.7])
    assert view.outputs[0].text == gn_text(z)
    assert alone.why(Ask("z")).lines[0].text == net.explain([1 / 3, -0.7])["z"].text
    assert alone.open(Open(view.fragment)) == view


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("example=7-7", "7-7"),
        ("u=1&w.weights[9,9]=1", r"no input, weight or bias 'w.weights\[9, 9\]'"),
        ("nothing=1", "no input, weight or bias 'nothing'"),
        ("u=one", "'one' is not a number"),
        ("u=1e99", "too large"),
        ("u=", "empty"),
        ("example=", "unknown|no network"),
    ],
)
def test_a_wrong_address_changes_nothing(alone: NetworkPage, fragment: str, said: str) -> None:
    before = alone.edit(Edit("u", "0.5"))
    with pytest.raises(GlassnetError, match=said):
        alone.open(Open(fragment))
    assert alone.edit(Edit("u", "0.5")) == before


def test_two_tabs_have_a_network_each(alone: NetworkPage) -> None:
    other = NetworkPage(alone.lab, Outbox(lambda: None))
    before = other.open(Open())
    alone.edit(Edit("w.biases[0]", "5"))
    assert other.open(Open()) == before


@pytest.mark.parametrize("edit", ["", "u=1/3&h.biases[2]=-2&w.weights[0,1]=1/7"])
def test_its_script_makes_the_same_numbers(alone: NetworkPage, edit: str) -> None:
    alone.open(Open(f"example=2-4-3-1&{edit}"))
    explanation = ran(alone.script())["explanation"]
    lines = [line.text for line in alone.why(Ask("z", 6)).lines]
    assert [line.text for line in why(explanation["z"], 6).lines] == lines
