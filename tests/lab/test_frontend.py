"""The whole of the lab in Chromium: the overview, a server that is started anew, and what a page weighs."""

from __future__ import annotations

import gzip
import re
from contextlib import chdir
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from glassnet.lab.pages import PAGES
from glassnet.lab.server import STATIC
from tests.lab.conftest import DESK, PHONE, Opens, lab
from tests.lab.honest import check_accessible
from tests.lab.scripts import ran

MOST = 90 * 1024


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_overview_is_for_everyone(opened: Opens, theme: str, size: dict[str, int]) -> None:
    page = opened("", size, theme)
    check_accessible(page)
    assert page.locator("main a").first.get_attribute("href") == "./digits"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert size == PHONE or page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_the_overview_opens_each_page_by_a_click(opened: Opens) -> None:
    page = opened("")
    check_accessible(page)
    for name in PAGES:
        page.locator(f'main a[href="./{name}"]').click()
        page.wait_for_url(lambda url, name=name: urlsplit(url).path == f"/{name}")
        page.locator("main > *").first.wait_for()
        assert "token" not in page.url
        page.get_by_role("link", name="Glassnet").click()


@pytest.mark.parametrize("name", PAGES)
def test_each_page_shows_its_python(opened: Opens, name: str, tmp_path: Path) -> None:
    page = opened(name)
    page.get_by_role("button", name="Show Python").click()
    script = page.get_by_role("region", name="Script")
    script.get_by_text("import glassnet as gn").wait_for()
    check_accessible(page)
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("status", name="Copying").get_by_text(re.compile("Copied|Selected")).wait_for()
    with chdir(tmp_path):  # where a script may save pictures
        assert ran(script.inner_text())["printed"]
    page.keyboard.press("Escape")
    script.wait_for(state="hidden")


def test_the_script_follows_what_is_done(opened: Opens) -> None:
    page = opened("line#data=anscombe-I")
    page.get_by_role("button", name="Show Python").click()
    page.get_by_role("button", name="10 steps").dispatch_event("click")
    page.get_by_role("region", name="Script").get_by_text("line.descend(10)").wait_for()


def test_a_restarted_server_is_found_again(opened: Opens, tmp_path: Path) -> None:
    with lab(tmp_path, "--port", "0") as address:
        page = opened("network", at=address, pardon="Error in connection establishment")
        field = page.get_by_label("u", exact=True)
        field.fill("2")
        field.press("Enter")
        page.get_by_role("button", name="w1, 1.19").wait_for()
    page.get_by_role("status").get_by_text("does not answer").wait_for()
    check_accessible(page)
    with lab(tmp_path, "--port", str(urlsplit(address).port)) as again:
        assert urlsplit(again).netloc == urlsplit(address).netloc
        page.get_by_role("status").get_by_text("does not answer").wait_for(state="hidden")
        field.fill("3")
        field.press("Enter")
        page.get_by_role("button", name="w1, 1.49").wait_for()
        page.get_by_role("button", name="Undo", exact=True).click()
        page.get_by_role("button", name="w1, 1.19").wait_for()


@pytest.mark.parametrize("name", PAGES)
def test_no_request_leaves_the_machine(chromium: Any, address: str, name: str) -> None:
    """From the first on: the page, its scripts and styles, its picture, its socket."""
    context = chromium.new_context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.goto(address)
    page.goto(f"{address.partition('?')[0]}{name}")
    page.locator("main > *").first.wait_for()
    context.close()
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {urlsplit(address).netloc}
    assert {"http", "ws"} <= {urlsplit(url).scheme for url in asked}


def test_a_page_is_light() -> None:
    """The scripts of a page, compressed: its own, and at most all that are of no page alone."""
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in STATIC.rglob("*.js")}
    own = {name: sum(size for file, size in sizes.items() if file.startswith(f"{name}-")) for name in PAGES}
    assert all(own.values())
    shared = sum(sizes.values()) - sum(own.values())
    assert {name: shared + size for name, size in own.items() if shared + size > MOST} == {}
