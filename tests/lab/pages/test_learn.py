"""Learn: a step taken apart, sub-step by sub-step, in Chromium."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

import glassnet as gn
from tests.lab.conftest import DESK, PHONE, Opens, lab
from tests.lab.honest import check_accessible, check_numbers


@pytest.mark.parametrize("example", ["2-3-1 relu", "2-3-2 softmax", "2-3-1 dropout"])
def test_each_number_answers_why(opened: Opens, example: str) -> None:
    """Before the update, in it, and while a gradient is checked; the lines of the panels are read with those of Why."""
    page = opened(f"learn#example={example}&optimizer=adam&steps=1")
    steps = page.locator(".learn-parts button")
    last = steps.count() - 1
    for i, panel in ((0, "Arithmetic"), (last - 1, "Gradient"), (last, "Update")):
        steps.nth(i).click()
        steps.nth(i).and_(page.locator("[aria-current=step]")).wait_for()
        tab(page, panel).click()
        assert check_numbers(page) > 8


def tab(page: Any, name: str) -> Any:
    return page.locator(".learn-side .tabs").get_by_role("button", name=name, exact=True)


def test_the_lectures_step_is_played_forwards_and_back(opened: Opens) -> None:
    page = opened("learn#example=2-4-3-1")
    seen = []
    step, back = (page.get_by_role("button", name=name, exact=True) for name in ("Step", "Back"))
    expect(back).to_be_disabled()
    for i in range(11):
        seen.append(page.locator(".learn-panel").inner_text())
        step.click()
        page.get_by_role("status", name="Progress").get_by_text(f"0 steps, sub-step {i + 1} of 11").wait_for()
        if i == 0:
            page.get_by_role("button", name="w1, 0.71", exact=True).wait_for()
        if i == 2:
            page.get_by_role("button", name="z, −0.601", exact=True).wait_for()
        if i == 3:
            assert loss_of(page) == "2.563"
        if i == 6:
            page.get_by_role("button", name="δw1: δw1 = 2.177", exact=True).wait_for()
        if i == 9:
            page.get_by_role("button", name="∂loss/∂w.weights[0, 1]: 0.615", exact=True).wait_for()
    page.get_by_role("button", name="new w.weights[0, 1]: −0.312", exact=True).wait_for()
    step.click()
    page.get_by_role("status", name="Progress").get_by_text("1 step, sub-step 0 of 11").wait_for()
    for i in reversed(range(12)):
        back.click()
        page.get_by_role("status", name="Progress").get_by_text(f"0 steps, sub-step {i} of 11").wait_for()
        if i < 11:
            assert page.locator(".learn-panel").inner_text() == seen[i]


def loss_of(page: Any) -> str:
    return str(page.get_by_role("status", name="Loss").locator(".number").evaluate("e => e.firstChild.textContent"))


def test_a_gradient_is_checked_in_front_of_the_class(opened: Opens) -> None:
    page = opened("learn#example=2-4-3-1&at=10")
    page.get_by_role("button", name="∂loss/∂w.weights[0, 1]: 0.615", exact=True).click()
    page.get_by_role("region", name="Gradient").get_by_text("w2 → h1 → z = u · weight(w2→h1)").wait_for()
    assert page.locator(".learn-routes polyline").count() == 3
    field = page.get_by_label("ε", exact=True)
    field.fill("1/100")
    field.press("Enter")
    page.wait_for_url(lambda url: url.endswith("&select=w.weights[0,%201]&epsilon=0.01"))
    network, numbers = gn.lecture("2-4-3-1"), dict[str, float]()
    for row in page.locator(".learn-nudge > div").all():
        text = row.locator(".number").evaluate("e => e.firstChild.textContent")
        numbers[row.locator("dt").inner_text()] = float(text.replace("−", "-").replace("·10", "e"))
    for sign in "+-":
        moved = network.copy()
        moved.parameters["w.weights"][0, 1] += 0.01 if sign == "+" else -0.01
        assert numbers[f"loss with w.weights[0, 1] {sign} ε"] == pytest.approx(moved.loss([[0.4, -0.7]], [[1.0]]))
    assert numbers["finite difference for w.weights[0, 1]"] == pytest.approx(numbers["∂loss/∂w.weights[0, 1]"])
    assert numbers["∂loss/∂w.weights[0, 1]"] == pytest.approx(0.614784)


def test_undo_has_no_limit_and_restores_every_weight(opened: Opens) -> None:
    page = opened("learn#example=2-2-2%20sigmoid")
    field = page.get_by_label("learning rate", exact=True)
    address, undo = [page.url], page.get_by_role("button", name="Undo", exact=True)
    for act in (
        lambda: page.get_by_role("button", name="10 steps", exact=True).click(),
        lambda: (field.fill("1/3"), field.press("Enter")),
        lambda: page.get_by_label("Optimiser").select_option("adam"),
        lambda: page.get_by_role("button", name="100 steps", exact=True).click(),
        lambda: page.get_by_label("Loss function").select_option("huber"),
        lambda: page.get_by_role("button", name="Step", exact=True).click(),
    ):
        act()
        page.wait_for_url(lambda url: url != address[-1])
        address.append(page.url)
    for before in reversed(address[:-1]):
        undo.click()
        page.wait_for_url(lambda url, before=before: url in (before, f"{before}#example=2-2-2%20sigmoid"))
    expect(undo).to_be_disabled()


def test_it_is_complete_by_keyboard(opened: Opens) -> None:
    page = opened("learn#example=2-3-1%20relu")
    page.get_by_role("button", name="Step", exact=True).focus()
    for _ in range(3):
        page.keyboard.press("Enter")
    page.get_by_role("status", name="Progress").get_by_text("sub-step 3 of 8").wait_for()
    page.keyboard.press("Control+z")
    page.get_by_role("status", name="Progress").get_by_text("sub-step 2 of 8").wait_for()
    page.get_by_role("button", name="δ backwards: h").press("Enter")
    page.get_by_role("button", name="δh1: δh1 = −0.3584").press("Enter")
    page.get_by_role("region", name="Why").get_by_text("δh1 = ").wait_for()
    tab(page, "Update").press("Enter")
    field = page.get_by_label("h.weights[0, 0]", exact=True)
    field.fill("0,25")
    field.press("Enter")
    page.wait_for_url(lambda url: "h.weights[0,%200]=0.25" in url)


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_everyone_can_use_it(opened: Opens, theme: str, size: dict[str, int]) -> None:
    page = opened("learn#example=2-3-2%20softmax", size, theme)
    check_accessible(page)
    for at in (2, 3, 5, 7, 8):
        page.locator(".learn-parts button").nth(at - 1).click()
        page.get_by_role("status", name="Progress").get_by_text(f"sub-step {at} of 8").wait_for()
        check_accessible(page)
    if theme == "projector":
        tab(page, "Settings").click()
    page.locator('[data-why="target"]').click()
    page.locator(".why [data-line]").first.wait_for()
    for panel in ("Update", "Gradient"):
        tab(page, panel).click()
        check_accessible(page)
    page.get_by_role("button", name="10 steps", exact=True).click()
    page.get_by_role("img", name="The loss before each of 10 steps and now").wait_for()
    if theme == "projector":
        tab(page, "Settings").click()
    target = page.get_by_label("target", exact=True)
    target.fill("5")
    target.press("Enter")
    page.get_by_role("alert").get_by_text("the target is the number of a class, 0 to 1, got 5").wait_for()
    check_accessible(page)


def test_forced_colours_and_reduced_motion(opened: Opens) -> None:
    page = opened("learn#example=2-4-3-1&at=10")
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    tab(page, "Gradient").click()
    check_accessible(page)
    moving = "[...document.querySelectorAll('*')].some(e => getComputedStyle(e).transitionDuration !== '0s')"
    assert not page.evaluate(moving)


@pytest.mark.parametrize("theme", ["light", "projector"])
def test_it_fits_the_window(opened: Opens, theme: str) -> None:
    page = opened("learn#example=2-4-3-1&steps=2&at=7", theme=theme)
    for panel in ("Arithmetic", "Update", "Gradient"):
        tab(page, panel).click()
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert page.locator(".frame-main").evaluate("e => e.scrollHeight <= e.clientHeight")
    if theme == "projector":
        scale = page.locator(".picture-scale").evaluate("e => e.getBoundingClientRect().width / e.offsetWidth")
        assert scale * 12 >= 20
        circles = page.locator(".neuron-button").evaluate_all("all => all.map(e => e.getBoundingClientRect())")
        assert len(circles) == 10  # the whole network is in the window, large as its letters are
        assert all(one["right"] <= 1280 - 336 and one["bottom"] <= 720 for one in circles)
        tab(page, "Settings").click()
        page.get_by_label("Optimiser").select_option("adam")
        page.wait_for_url(lambda url: "optimizer=adam" in url)
        texts = page.locator("main :is(button, label, dt, th, td, p, .learn-line)")
        sizes = texts.evaluate_all("all => all.map(e => getComputedStyle(e).fontSize)")
        assert min(float(size.removesuffix("px")) for size in sizes) >= 20
    else:
        picture = page.locator(".picture")
        assert picture.evaluate("e => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight")
    phone = opened("learn#example=2-4-3-1&at=10", PHONE, theme)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_own_network_learns_too(opened: Opens, tmp_path: Path) -> None:
    gn.Network(3, gn.Dense(2, "tanh"), gn.LayerNorm(), gn.Dense(2, "softmax"), seed=4).save(
        tmp_path / "own.safetensors"
    )
    with lab(tmp_path, str(tmp_path / "own.safetensors"), "--port", "0") as address:
        page = opened("learn", at=address, pardon="Error in connection establishment")
        assert page.get_by_label("Example").input_value() == "own.safetensors"
        page.get_by_role("button", name="Sub-step Update").click()
        page.get_by_role("button", name=re.compile("^new dense_1.weights")).first.wait_for()
        assert check_numbers(page) > 20


def test_divergence_is_said(opened: Opens) -> None:
    page = opened("learn#example=2-4-3-1&rate=100")
    page.get_by_role("button", name="100 steps", exact=True).click()
    page.get_by_role("status", name="Progress").get_by_text("training diverged at step").wait_for()
    expect(page.get_by_role("button", name="Step", exact=True)).to_be_disabled()
    check_accessible(page)
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_role("status", name="Progress").get_by_text("0 steps, sub-step").wait_for()
