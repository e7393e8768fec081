"""Network: the lecture's networks drawn, edited and asked why, in Chromium."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.ir.errors import GlassnetError
from glassnet.lab.network.messages import Edit, Open
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab
from glassnet.lab.pages.network import NetworkPage
from glassnet.lab.shown import Ask, why
from tests.lab.conftest import DESK, PHONE, Opens, lab
from tests.lab.honest import check_accessible, check_numbers
from tests.lab.scripts import ran

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


def test_an_address_is_the_whole_state(opened: Opens) -> None:
    page = opened("network#example=1-3-3-1&x=1/4&D, E, F.biases[0]=0")
    page.get_by_role("button", name="A, 1.05", exact=True).wait_for()
    assert page.get_by_label("D, E, F.biases[0]", exact=True).input_value() == "bias 0"
    page.wait_for_url(lambda url: url.endswith("#example=1-3-3-1&x=0.25&D,%20E,%20F.biases[0]=0"))


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_everyone_can_use_it(opened: Opens, theme: str, size: dict[str, int]) -> None:
    page = opened("network", size, theme)
    check_accessible(page)
    page.get_by_role("button", name="z, −0.601").dispatch_event("click")
    page.locator("[data-line]").first.wait_for()
    page.get_by_role("button", name="About").click()
    check_accessible(page)


def test_all_numbers_can_be_read_at_once(opened: Opens) -> None:
    """On 1280 × 720 nothing scrolls, texts are 12 pixels high or more, and no two numbers overlap."""
    page = opened("network#example=2-4-3-1")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    picture = page.locator(".picture")
    assert picture.evaluate("e => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight")
    scale = page.locator(".picture-scale").evaluate("e => e.getBoundingClientRect().width / e.offsetWidth")
    assert scale * 12 >= 12
    boxes = page.locator(".network-number input").evaluate_all(
        "all => all.map(e => { const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2] })"
    )
    middles = np.array(boxes)
    distances = np.hypot(*(middles[:, None] - middles[None]).transpose(2, 0, 1)) + 1e9 * np.eye(len(middles))
    assert distances.min() > 14


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
