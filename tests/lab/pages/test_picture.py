"""Picture & export: what is seen is the file, each number in it answers, and Python makes the same bytes."""

from __future__ import annotations

import re
from contextlib import chdir
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.ir.errors import GlassnetError
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab
from glassnet.lab.pages.picture import MEDIA, Export, Given, Look, Open, PicturePage
from glassnet.lab.shown import Ask, why
from tests.lab.conftest import DESK, PHONE, Opens
from tests.lab.honest import check_accessible, check_numbers
from tests.lab.scripts import ran

NETWORKS = {"2-4-3-1": gn.lecture(), "1-3-3-1": gn.lecture("1-3-3-1"), "digits": gn.load("digits")}
STATES = [
    "example=2-4-3-1&input=0.4,-0.7",
    "example=2-4-3-1&input=1/3;0&target=1&ground=dark&colors=ink",
    "example=1-3-3-1&weights=no&most=2&D, E, F.biases[0]=-2",
    "example=digits&input=digit 7&target=3&labels=no&most=8",
]


@pytest.fixture
def alone() -> PicturePage:
    """The page's Python, without a browser."""
    return PicturePage(Lab(NETWORKS), Outbox(lambda: None))


def save(page: Any, kind: str) -> bytes:
    with page.expect_download() as saving:
        page.get_by_role("button", name=f"Save as {kind}", exact=True).click()
    return Path(saving.value.path()).read_bytes()


# ── in Chromium ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", STATES)
def test_what_is_saved_is_what_python_saves(opened: Opens, tmp_path: Path, state: str) -> None:
    page = opened(f"picture#{state}")
    page.get_by_role("button", name="Show Python").click()
    page.get_by_label("Script").get_by_text("net.draw").wait_for()
    script = page.get_by_label("Script").inner_text()
    page.get_by_role("button", name="Close").click()
    with chdir(tmp_path):
        ran(script)
    for kind, name in {"svg": "SVG", "pdf": "PDF", "png": "PNG", "tex": "TikZ"}.items():
        assert save(page, name) == (tmp_path / f"network.{kind}").read_bytes()
    page.get_by_role("status", name="Saving").get_by_text("network.tex").wait_for()


@pytest.mark.parametrize(
    ("state", "count"),
    [
        (STATES[0], 31 + 10),
        ("example=1-3-3-1&input=0.3&weights=no&D, E, F.biases[0]=-2", 8),
        ("input=0.4,-0.7&target=1", 23 + 10 + 2),
    ],
)
def test_each_number_answers_why(opened: Opens, state: str, count: int) -> None:
    page = opened(f"picture#{state}")
    assert check_numbers(page) == count


def test_what_is_seen_is_the_file(opened: Opens) -> None:
    """Each choice changes the image, and undo takes it back; buttons lie on their numbers."""
    page = opened("picture#example=2-4-3-1&input=0.4,-0.7")
    image = page.locator(".picture img")
    first = image.get_attribute("src")
    for choice in ("Dark", "Black", "All alike", "None"):
        before = image.get_attribute("src")
        page.get_by_label(choice, exact=True).last.check()
        page.wait_for_function("src => document.querySelector('.picture img').getAttribute('src') !== src", arg=before)
    for _ in range(4):
        page.get_by_role("button", name="Undo", exact=True).click()
    page.wait_for_function("src => document.querySelector('.picture img').getAttribute('src') === src", arg=first)
    assert page.locator(".picture img").get_attribute("alt") == gn.lecture().draw(x=[0.4, -0.7]).description
    box, whole = page.get_by_role("button", name="z, −0.601", exact=True).bounding_box(), image.bounding_box()
    scale = whole["width"] / gn.lecture().draw(x=[0.4, -0.7]).scene.width
    [place] = [e for e in gn.lecture().draw(x=[0.4, -0.7]).scene.elements if getattr(e, "text", "") == "−0.601"]
    middle = (box["x"] + box["width"] / 2 - whole["x"]) / scale, (box["y"] + box["height"] / 2 - whole["y"]) / scale
    assert middle == pytest.approx((place.x, place.y), abs=1)


def test_two_choices_before_the_answer_hold_both(opened: Opens) -> None:
    page = opened("picture#example=2-4-3-1&input=0.4,-0.7", late=300)
    for choice in ("Dark", "Black"):
        page.get_by_label(choice, exact=True).last.click()
    page.wait_for_url(lambda url: "ground=dark" in url and "colors=ink" in url)


def test_numbers_are_typed(opened: Opens) -> None:
    page = opened("picture")
    field = page.get_by_label("Input", exact=True)
    field.fill("one; two")
    field.press("Enter")
    page.get_by_role("alert").get_by_text("'one' is not a number").wait_for()
    check_accessible(page)
    field.fill("1/2 0,25")
    field.press("Enter")
    page.get_by_text("net.draw(x=[0.5, 0.25]").wait_for()
    most = page.get_by_label("Neurons of a layer, at most", exact=True)
    most.fill("1")
    most.press("Enter")
    page.get_by_role("alert").get_by_text("2 to 1,000 neurons").wait_for()


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_everyone_can_use_it(opened: Opens, theme: str, size: dict[str, int]) -> None:
    page = opened("picture#example=2-4-3-1&input=0.4,-0.7", size, theme)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    check_accessible(page)
    page.get_by_role("button", name="z, −0.601", exact=True).dispatch_event("click")
    page.locator("[data-line]").first.wait_for()
    page.get_by_role("button", name="About").click()
    check_accessible(page)


@pytest.mark.parametrize("theme", ["light", "projector"])
def test_it_fits_the_window(opened: Opens, theme: str) -> None:
    page = opened("picture#example=2-4-3-1&input=0.4,-0.7", theme=theme)
    page.get_by_role("button", name="z, −0.601", exact=True).dispatch_event("click")
    page.locator("[data-line]").first.wait_for()
    sizes = page.locator("html, main, .export-side").evaluate_all(
        "all => all.map(e => e.scrollHeight - e.clientHeight)"
    )
    assert max(sizes) <= 0
    if theme == "light":
        assert page.locator(".picture").evaluate("e => e.scrollWidth <= e.clientWidth")


# ── without ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", STATES)
def test_an_address_is_the_whole_state(alone: PicturePage, state: str) -> None:
    view = alone.open(Open(state))
    alone.choose(Open("2-4-3-1"))
    assert alone.open(Open(view.fragment)) == view
    assert re.fullmatch(r"[\w=&,;\[\].+%/-]+", view.fragment)


def test_its_numbers_are_the_librarys(alone: PicturePage) -> None:
    alone.open(Open("example=2-4-3-1&h.biases[2]=-2"))
    net = gn.lecture()
    net.parameters["h.biases"][2] = -2
    view = alone.feed(Given("0.4 -0.7", "1"))
    drawn = net.draw(x=[0.4, -0.7], y=1, dark=False)
    assert [one.text for one in view.written] == [
        e.text for e in drawn.scene.elements if getattr(e, "of", "") and hasattr(e, "text")
    ]
    assert alone.why(Ask("δz")) == why(net.explain([0.4, -0.7], 1)["δz"])


def test_a_class_is_called_by_its_name_or_its_number() -> None:
    net = gn.Network(2, gn.Dense(3, "softmax"), seed=1)
    net.labels = ("setosa", "versicolor", "virginica")
    page = PicturePage(Lab({"iris": net}), Outbox(lambda: None))
    named, numbered = page.feed(Given("1,2", "virginica")), page.feed(Given("1,2", "2"))
    assert named.image == numbered.image
    assert "y=2" in named.call


def test_no_path_of_the_browser_reaches_the_disk(alone: PicturePage, tmp_path: Path) -> None:
    """A message has no field for one, and files are made in memory."""
    with chdir(tmp_path):
        for kind in MEDIA:
            assert alone.export(Export(kind)).name == f"network.{kind}"  # type: ignore[arg-type]
        with pytest.raises(GlassnetError, match=r"export has no 'path'"):
            alone.answer("export", {"kind": "svg", "path": "/etc/passwd"})
        with pytest.raises(GlassnetError, match="kind must be one of svg, pdf, png, tex"):
            alone.answer("export", {"kind": "../x.svg"})
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("example=7-7", "7-7"),
        ("input=1", "the input takes 2 numbers, not 1"),
        ("input=1,2,3", "the input takes 2 numbers, not 3"),
        ("input=1,x", "'x' is not a number"),
        ("input=digit 3", "takes 2 numbers|not a number"),
        ("input=0,0&target=1 2", "'1 2' is not a number"),
        ("target=1", "give x too"),
        ("example=digits&input=digit 3&target=cat", "the target is a class, not"),
        ("example=digits&input=digit 3&target=11", "11"),
        ("most=1", "2 to 1,000"),
        ("most=101", "up to 100"),
        ("most=many", "whole number"),
        ("ground=pink", "ground must be one of light, dark, reader"),
        ("weights=maybe", "weights is yes or no"),
        ("w.weights[9,9]=1", r"no input, weight or bias 'w.weights\[9,9\]'"),
        ("w[]=1", "no input, weight or bias"),
        ("nothing=1", "part of an address"),
    ],
)
def test_a_wrong_address_changes_nothing(alone: PicturePage, fragment: str, said: str) -> None:
    before = alone.draw(Look(ground="dark"))
    with pytest.raises(GlassnetError, match=said):
        alone.open(Open(fragment))
    assert alone.draw(Look(ground="dark")) == before


def test_a_digit_is_one_drawn_by_the_program(alone: PicturePage) -> None:
    images, labels = gn.data.strokes(50)
    for digit in range(10):
        view = alone.open(Open(f"example=digits&input=digit {digit}"))
        x = images[np.flatnonzero(labels == digit)[0]]
        assert view.picture.description == NETWORKS["digits"].draw(x=x).description
