"""What the tests of the lab share: a server, Chromium, and a page that must not complain.

Without Chromium they are skipped by name; with ``GLASSNET_BROWSER=needed`` they fail instead. ``GLASSNET_CHROMIUM`` is
where it lies, if not on the PATH. With ``GLASSNET_LATE=300`` each page hears its server 300 ms late: a test that does
not wait for an answer then fails at once, and not only now and then on a busy machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
DESK, PHONE = {"width": 1280, "height": 720}, {"width": 390, "height": 844}
PATIENCE = 30_000
"""Milliseconds that a page has for what is waited for; only what never comes takes so long."""
LATE = int(os.environ.get("GLASSNET_LATE", "0"))
HEARS_LATE = """
window.WebSocket = class extends WebSocket {
  set onmessage(hear) { super.onmessage = (event) => setTimeout(hear, LATE, event); }
  set onclose(hear) { super.onclose = (event) => setTimeout(hear, LATE, event); }
};
"""
GLASSNET = [sys.executable, "-c", "from glassnet.cli import main; main()"]
Opens = Callable[..., Any]


def get(address: str, **options: Any) -> httpx.Response:
    """What a server says to a request, however busy the machine is."""
    return httpx.get(address, timeout=60, **options)


@contextmanager
def lab(folder: Path, *args: str) -> Iterator[str]:
    """``glassnet lab`` with these arguments, as a user starts it: its address with the token."""
    command = [*GLASSNET, "lab", *args, "--no-browser"]
    environment = {**os.environ, "GLASSNET_STATE": str(folder)}
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment, **pipes) as child:
        assert child.stdout is not None
        try:
            yield child.stdout.readline().strip()
        finally:
            child.terminate()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a lab on the lecture's networks and the embedded digit reader, which all tests share."""
    with lab(tmp_path_factory.mktemp("state"), "--port", "0") as found:
        yield found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, or another one."""
    found = os.environ.get("GLASSNET_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        said = "there is no Chromium: install it (apt install chromium), or set GLASSNET_CHROMIUM to where it is"
        pytest.fail(said) if os.environ.get("GLASSNET_BROWSER") == "needed" else pytest.skip(said)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Any, address: str) -> Iterator[Opens]:
    """``opened("network#example=1-3-3-1", PHONE, "dark")``: that page, ready; at the end it must not have complained.

    Nothing may be asked of any other machine, and nothing may stand in the browser's console.
    """
    complaints: list[str] = []
    contexts: list[Any] = []

    def open_page(
        path: str,
        size: dict[str, int] = DESK,
        theme: str = "light",
        at: str = address,
        pardon: str = "nothing",
        late: int = LATE,
    ) -> Any:
        look = {"viewport": size, "color_scheme": "dark" if theme == "dark" else "light"}
        context = chromium.new_context(**look, ignore_https_errors=True)
        contexts.append(context)
        if theme == "projector":
            context.add_init_script("localStorage.setItem('glassnet-appearance', 'projector')")
        if late:
            context.add_init_script(HEARS_LATE.replace("LATE", str(late)))
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        home = at.partition("?")[0].rpartition("/")[0] + "/"
        page.on("console", lambda message: complaints.append(message.text) if pardon not in message.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.append(request.url) if not request.url.startswith(home) else None)
        page.goto(at)
        if path:
            page.goto(home + path)
            page.locator("main > *").first.wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints
