"""Line: the class's demo in numbers, in Chromium and without."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

import glassnet as gn
from glassnet.ir.errors import GlassnetError
from glassnet.lab.line.messages import Add, Choose, Delete, Edit, Move, Nudge, Open, Own, Step, View
from glassnet.lab.line.state import data_sets
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab, Nothing
from glassnet.lab.pages.line import LinePage
from glassnet.lab.shown import Ask
from tests.lab.conftest import DESK, PHONE, Opens
from tests.lab.honest import check_accessible, check_line, check_numbers
from tests.lab.scripts import ran

ANSCOMBE = gn.data.anscombe()
SETS = ["thermometer", *(f"anscombe-{name}" for name in ANSCOMBE), "plane", "own"]


@pytest.fixture
def alone() -> LinePage:
    """The page's Python, without a browser."""
    return LinePage(Lab({}), Outbox(lambda: None))


def quality(view: View) -> dict[str, str]:
    return {one.name: one.text for one in view.quality}


def written(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


# ── in Chromium ─────────────────────────────────────────────────────────────────────────────────────────────────────


def value_of(page: Any, name: str) -> str:
    found = page.locator(f'.line-quality [data-number="{name}"]')
    return str(found.evaluate("e => e.firstChild.textContent"))


def set_field(page: Any, name: str, text: str) -> None:
    field = page.get_by_label(name, exact=True)
    field.fill(text)
    field.press("Enter")


def point(page: Any, number: int) -> Any:
    return page.locator(f'.line-point[aria-label^="point {number}:"]')


SHOWN = "name => document.querySelector(`.line-quality [data-number='${name}']`)?.firstChild.textContent"


def wait_for(page: Any, name: str, text: str) -> None:
    page.wait_for_function(f"([name, text]) => ({SHOWN})(name) === text", arg=[name, text])


def wait_for_other(page: Any, name: str, text: str) -> None:
    page.wait_for_function(f"([name, text]) => ({SHOWN})(name) !== text", arg=[name, text])


def drag(page: Any, start: tuple[float, float], by: tuple[float, float]) -> None:
    """Ten moves of the mouse, each painted before the next."""
    page.mouse.move(*start)
    page.mouse.down()
    for i in range(1, 11):
        page.mouse.move(start[0] + by[0] * i / 10, start[1] + by[1] * i / 10)
        page.evaluate("new Promise(done => requestAnimationFrame(done))")
    page.mouse.up()


def test_the_demo_as_a_class_would_use_it(opened: Opens) -> None:
    """m and b by hand, the squares' sum, the exact fit: LinearRegression's, and the lecture's y = 3.00 + 0.500x."""
    page = opened("line#data=anscombe-I")
    x, y = ANSCOMBE["I"]
    for m, b in ((0.4, 2.0), (0.5, 3.0)):
        set_field(page, "m", str(m))
        set_field(page, "b", str(b))
        wait_for(page, "SSE", written(float(((y - m * x - b) ** 2).sum())))
        sides = page.locator(".line-square").evaluate_all(
            "all => all.map(e => [e.width.baseVal.value, e.height.baseVal.value])"
        )
        assert len(sides) == len(x)
        assert all(width == height for width, height in sides)
    page.get_by_role("button", name="Exact fit").click()
    best = gn.LinearRegression().fit(x, y)
    expect(page.get_by_label("m", exact=True)).to_have_value("0.5001")  # the others look as they did before
    assert page.get_by_label("b", exact=True).input_value() == "3"
    assert value_of(page, "SSE") == written(best.sse)
    assert value_of(page, "R²") == written(best.r2) == "0.6665"
    page.locator('[data-why="m"]').click()
    page.locator("[data-line]").first.get_by_text("m = 55.01 / 110 = 5501/11000 ≈ 0.5000909091").wait_for()


def test_a_slider_is_dragged_and_one_undo_takes_it_back(opened: Opens) -> None:
    page = opened("line#data=anscombe-II")
    before = value_of(page, "SSE")
    box = page.get_by_label("m, slider").bounding_box()
    drag(page, (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), (32, 0))
    wait_for_other(page, "SSE", before)
    take_back(page)
    wait_for(page, "SSE", before)
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


QUICK_HANDS = """() => ['m', 'b'].map(name => {
  const slider = document.querySelector(`[aria-label="${name}, slider"]`);
  for (const kind of ['input', 'input', 'input', 'change']) {
    if (kind === 'input') slider.stepUp();
    slider.dispatchEvent(new Event(kind, { bubbles: true }));
  }
  return slider.value;
})"""


def test_two_sliders_are_moved_before_the_first_answer(opened: Opens) -> None:
    """Where the hand left the first one is not forgotten for the second."""
    page = opened("line#data=anscombe-II", late=300)
    for name, value in zip("mb", page.evaluate(QUICK_HANDS), strict=True):
        expect(page.get_by_label(name, exact=True)).to_have_value(value)


def test_a_point_is_dragged_and_one_undo_takes_it_back(opened: Opens) -> None:
    page = opened("line#data=anscombe-II")
    before = value_of(page, "SSE")
    box = point(page, 1).bounding_box()
    drag(page, (box["x"] + 12, box["y"] + 12), (50, 90))
    wait_for_other(page, "SSE", before)
    assert point(page, 1).get_attribute("aria-label") != "point 1: x 10, y 9.14"
    take_back(page)
    wait_for(page, "SSE", before)
    page.get_by_role("button", name="point 1: x 10, y 9.14").wait_for()
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


def take_back(page: Any) -> None:
    """Undo, once the answers to the drag have all come: a question that is asked after them is answered after them."""
    page.locator('[data-why="MSE"]').click()
    page.locator("[data-line]").first.get_by_text("MSE =").wait_for()
    page.get_by_role("button", name="Undo", exact=True).click()


def test_a_click_adds_a_point(opened: Opens) -> None:
    page = opened("line#data=anscombe-I")
    page.get_by_role("button", name="Add a point").click(position={"x": 30, "y": 30})
    point(page, 12).wait_for()
    page.get_by_role("button", name="Delete point 12").click()
    point(page, 12).wait_for(state="detached")


def test_it_is_complete_by_keyboard(opened: Opens) -> None:
    page = opened("line#data=anscombe-I")
    point(page, 1).focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="point 1: x 10.01, y 8.04").wait_for()
    page.keyboard.press("Shift+ArrowUp")
    page.get_by_role("button", name="point 1: x 10.01, y 8.14").wait_for()
    page.keyboard.press("Delete")
    point(page, 11).wait_for(state="detached")
    page.get_by_role("button", name="Add a point").focus()
    page.keyboard.press("Enter")
    point(page, 11).wait_for()
    for _ in range(4):
        page.keyboard.press("Control+z")
    page.get_by_role("button", name="point 1: x 10, y 8.04").wait_for()
    page.get_by_role("button", name="10 steps").press("Enter")
    page.get_by_role("status", name="Descent").get_by_text("10 steps of gradient descent").wait_for()
    page.get_by_role("button", name="Exact fit").press("Enter")
    wait_for(page, "SSE", "13.76")


@pytest.mark.parametrize(
    "state", ["data=anscombe-I&line=0.4,2", "data=anscombe-III&fit=1", "data=own&steps=3", "data=plane&steps=2"]
)
def test_each_number_answers_why(opened: Opens, state: str) -> None:
    page = opened(f"line#{state}")
    rows = page.locator(".line-points tbody tr")
    rows.first.wait_for()
    assert check_numbers(page) > 5 * rows.count()


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_everyone_can_use_it(opened: Opens, theme: str, size: dict[str, int]) -> None:
    page = opened("line#data=anscombe-I", size, theme)
    check_accessible(page)
    page.locator('[data-why="SSE"]').click()
    page.locator("[data-line]").first.wait_for()
    set_field(page, "learning rate", "1")
    page.get_by_role("button", name="10 steps").click()
    page.get_by_role("status", name="Descent").get_by_text("gradient descent diverged").wait_for()
    check_accessible(page)
    page.get_by_role("button", name="Own table").click()
    page.get_by_label("Table, with a header").fill("x,y\n1,2\n3\n")
    page.get_by_role("button", name="Use this table").click()
    page.get_by_role("alert").get_by_text("line 3: 1 cell where the header has 2").wait_for()
    check_accessible(page)
    page.get_by_role("button", name="Two inputs").click()
    page.get_by_role("img", name="Points and the plane").wait_for()
    page.get_by_role("button", name="Normal equations").click()
    page.locator(".line-equation").first.wait_for()
    check_accessible(page)


@pytest.mark.parametrize("theme", ["light", "projector"])
@pytest.mark.parametrize("data", ["anscombe-I", "thermometer", "plane"])
def test_it_fits_the_window(opened: Opens, theme: str, data: str) -> None:
    page = opened(f"line#data={data}&fit=1", theme=theme)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.locator(".frame-main").evaluate("e => e.scrollHeight <= e.clientHeight")
    phone = opened("line#data=anscombe-I", PHONE)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert phone.locator(".line-plot").evaluate("e => e.clientHeight") > 250


def test_a_table_of_ones_own(opened: Opens) -> None:
    page = opened("line#data=own")
    page.get_by_role("button", name="Own table").click()
    content = b"area;rooms;rent\n50,5;2;600\n70;3;940\n80;3;1000\n"
    file = {"name": "flats.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("or a CSV file").set_input_files(file)
    page.get_by_label("Inputs (else all others)").fill("area")
    page.get_by_role("button", name="Use this table").click()
    page.get_by_role("button", name="point 1: x 50.5, y 600").wait_for()
    page.reload()
    page.get_by_role("button", name="point 1: x 50.5, y 600").wait_for()


def test_the_normal_equations_are_the_librarys(opened: Opens) -> None:
    page = opened("line#data=anscombe-I")
    page.get_by_role("button", name="Normal equations").click()
    page.locator(".line-equation").first.wait_for()
    x, y = ANSCOMBE["I"]
    sections = gn.LinearRegression().fit({"x": x}, {"y": y}).explain().sections
    assert page.locator(".line-normal h2").all_text_contents() == [title for title, _ in sections]
    assert page.locator(".line-equation").all_text_contents() == [step.text for _, steps in sections for step in steps]


# ── without ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ANSCOMBE)
def test_anscombes_four_agree(alone: LinePage, name: str) -> None:
    alone.open(Open(f"data=anscombe-{name}"))
    view = alone.fit(Nothing())
    x, y = ANSCOMBE[name]
    best = gn.LinearRegression().fit(x, y)
    m, b = (one.value for one in view.parameters)
    assert (m, b) == (best.coefficients[0], best.intercept)
    assert (round(m, 2), round(b, 2), round(float(quality(view)["R²"]), 2)) == (0.5, 3.0, 0.67)
    assert quality(view)["SSE"] == written(best.sse)
    walked = alone.open(Open(f"data=anscombe-{name}&steps=100000"))
    assert [one.value for one in walked.parameters] == pytest.approx([m, b], abs=1e-6)
    assert "rests" in walked.steps


@pytest.mark.parametrize("data", SETS)
def test_descent_reaches_the_exact_fit(alone: LinePage, data: str) -> None:
    """Standardised, by the numbers that the labels say; the line is the same one, and so is the best one."""
    before = alone.open(Open(f"data={data}&line={'0,0,1' if data == 'plane' else '0.25,1'}"))
    x = np.array([column.values for column in before.columns[: len(before.labels) - 1]]).T
    y = np.array(before.columns[len(before.labels) - 1].values)
    view = alone.standardize(Nothing())
    assert view.is_standard
    assert quality(view)["SSE"] == quality(before)["SSE"]
    assert view.prediction.text == before.prediction.text
    scales = np.array(
        [[float(n.replace("−", "-")) for n in re.findall(r"[\d.]+", one)[-2:]] for one in view.labels[:-1]]
    )
    means = scales[:, 0] * [-1 if "− −" in one else 1 for one in view.labels[:-1]]
    moved = np.array([column.values for column in view.columns[: x.shape[1]]]).T
    assert moved == pytest.approx((x - means) / scales[:, 1])
    walked = alone.step(Step(100_000))
    assert "rests" in walked.steps
    *slopes, intercept = (one.value for one in walked.parameters)
    best = gn.LinearRegression().fit(x, y)
    found = np.array(slopes) / scales[:, 1]
    assert found == pytest.approx(best.coefficients, abs=1e-6)
    assert intercept - found @ means == pytest.approx(best.intercept, abs=1e-6)
    assert alone.open(Open(walked.fragment)) == walked


def test_inputs_that_are_all_the_same_are_not_standardised(alone: LinePage) -> None:
    alone.open(Open("data=anscombe-IV"))
    alone.delete(Delete(8))  # the only point with another x
    with pytest.raises(GlassnetError, match="cannot be standardised"):
        alone.standardize(Nothing())


@pytest.mark.parametrize("data", SETS)
def test_an_address_is_the_whole_state(alone: LinePage, data: str) -> None:
    """Undo opens an earlier address: each number comes back bit for bit."""
    assert set(SETS) == set(data_sets())
    views = [alone.open(Open(f"data={data}"))]
    slope, *_, intercept = (one.name for one in views[0].parameters)
    views.append(alone.edit(Edit(slope, "1/3")))
    views.append(alone.step(Step(7)))
    views.append(alone.edit(Edit("learning rate", "0,00001")))
    views.append(alone.step(Step(5)))
    views.append(alone.edit(Edit("y of point 2", "22/7")))
    views.append(alone.add(Add()))
    views.append(alone.delete(Delete(1)))
    views.append(alone.fit(Nothing()))
    views.append(alone.step(Step(3)))
    views.append(alone.edit(Edit(intercept, "-1/7")))
    for view in reversed(views):
        assert alone.open(Open(view.fragment)) == view


def test_divergence_is_named(alone: LinePage) -> None:
    alone.open(Open("data=anscombe-I&rate=0.02"))
    view = alone.step(Step(100))
    assert "with learning rate 0.02 the loss grows from step 1 on" in view.diverged
    assert "largest stable learning rate here is 0.0108824" in view.diverged
    assert alone.open(Open(view.fragment)) == view


def test_where_no_line_is_best(alone: LinePage) -> None:
    alone.open(Open("data=anscombe-IV"))
    view = alone.delete(Delete(8))  # the only point with another x
    assert view.bowl is None
    assert view.no_best
    with pytest.raises(GlassnetError):
        alone.fit(Nothing())
    assert alone.step(Step(1)).quality


def test_why_follows_where_a_number_comes_from(alone: LinePage) -> None:
    alone.open(Open("data=anscombe-I&line=0.4,2&rate=0.005"))
    assert [line.text for line in alone.why(Ask("m", 1)).lines] == ["m = 0.4"]
    alone.step(Step(1))
    before, result = alone.why(Ask("m", 0)).lines[0].text.split(" ≈ ")
    assert before.endswith("0.4 - (0.005)((-398.4) / 11)")
    assert result == "0.5811"
    alone.fit(Nothing())
    lines = [line.text for line in alone.why(Ask("b", 1)).lines]
    assert lines[0] == "b = (82.51 - (99)(5501/11000)) / 11 = 33001/11000 ≈ 3.000090909"
    assert {check_line(line)[0] for line in lines} >= {"n", "Σx", "m", "b"}


def test_hands_are_as_exact_as_the_plot(alone: LinePage) -> None:
    alone.open(Open("data=anscombe-I"))
    assert alone.move(Move(1, 10.123456, 7.98765)).columns[0].exact[0] == "10.12"
    assert alone.nudge(Nudge(1, 1, -10)).columns[1].exact[0] == "7.89"
    chosen = alone.choose(Choose(0.123456, 3.98765))
    assert [one.exact for one in chosen.parameters] == ["0.12", "4.0"]


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("data=nothing", "anscombe-I"),
        ("line=1", "line must be 2 numbers"),
        ("line=a,b", "numbers parted by commas"),
        ("line=1e99,0", "too large"),
        ("line=nan,0", "too large"),
        ("rate=0", "above 0"),
        ("rate=nan", "too large"),
        ("steps=-1", "whole number"),
        ("names=x,y&points=1,2;3", "each point needs 2"),
        ("names=a,b,c,d&points=1,2,3,4", "one input and a plane two"),
        ("nothing=1", "part of an address"),
        ("names=x,y&points=" + ";".join(["1,2"] * 201), "1 to 200 points"),
    ],
)
def test_a_wrong_address_changes_nothing(alone: LinePage, fragment: str, said: str) -> None:
    before = alone.edit(Edit("m", "0.5"))
    with pytest.raises(GlassnetError, match=said):
        alone.open(Open(fragment))
    assert alone.edit(Edit("m", "0.5")) == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (Own(""), "the table is empty"),
        (Own("x,y\n1,2\n3,four\n5,6\n7,8"), "four"),
        (Own("a,b,c,y\n1,2,3,4\n2,3,5,5\n3,9,4,6\n"), "here are 3: name those to use"),
        (Own("x,y\n1,2\n2,3\n", target="z"), "'z'"),
        (Own("x,y\n1,2\n2,3\n", inputs="z"), "'z'"),
        (Own("x,y\n" + "\n".join(f"{i},{i % 7}.5" for i in range(201))), "1 to 200 points"),
    ],
)
def test_a_table_that_cannot_be_used_is_said(alone: LinePage, given: Own, said: str) -> None:
    with pytest.raises(GlassnetError, match=said):
        alone.own(given, b"")


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda page: page.delete(Delete(99)), "there is no point 99"),
        (lambda page: page.edit(Edit("z", "1")), "number to type"),
        (lambda page: page.edit(Edit("x of point one", "1")), "there is no point 0"),
        (lambda page: page.step(Step(0)), "steps at once"),
        (lambda page: page.move(Move(1, 1e40, 0)), "too far"),
        (lambda page: page.why(Ask("nothing")), "number of the line"),
    ],
)
def test_what_cannot_be_done_is_said(alone: LinePage, act: Any, said: str) -> None:
    with pytest.raises(GlassnetError, match=said):
        act(alone)


@pytest.mark.parametrize("data", ["anscombe-I", "plane"])
@pytest.mark.parametrize("then", ["", "&steps=7", "&rate=1&steps=40", "&fit=1"])
def test_its_script_makes_the_same_numbers(alone: LinePage, data: str, then: str) -> None:
    """To the last bit: those of the line as it was chosen, after steps, after steps that diverge, and of the best."""
    alone.open(Open(f"data={data}{then}"))
    view = alone.edit(Edit("x of the new point" if data != "plane" else "x2 of the new point", "1/3"))
    line = ran(alone.script())["line"]
    for one in (*view.parameters, view.rate, *view.new):
        assert line.value(one.name) == one.value, one.name
    for column in view.columns:
        numbers = [line.value(f"{column.name} of point {i + 1}") for i in range(len(column.values))]
        assert numbers == list(column.values), column.name
    assert bool(view.diverged) == ("rate=1" in then)
    for one in view.quality:
        assert alone.why(Ask(one.name)).lines[0].text == str(line[one.name])
