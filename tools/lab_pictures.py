"""The pictures of the lab in docs/lab/, taken anew: ``python -m tools.lab_pictures [PAGE …]``.

Each page of the lab, and the overview, is opened in Chromium in a state worth seeing, in light, dark and projector mode
at 1280 × 720 and on a phone at 390 × 844. Pages that are not in the table of states are taken as they open.
"""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image

from glassnet.lab.pages import PAGES
from tests.lab.conftest import DESK, FLAGS, PHONE, lab
from tests.lab.pages.test_digits import draw, strokes

FOLDER = Path(__file__).parents[1] / "docs" / "lab"
OVERVIEW = "overview"
LOOKS = {"light": DESK, "dark": DESK, "projector": DESK, "phone": PHONE}
COLORS = 96  # of a picture's palette: the files stay small, and texts sharp
SETTLED = 700  # milliseconds after the last action until all is painted


def ask(name: str) -> Callable[[Any], None]:
    """Press *Why?* of the number of that name."""
    return lambda page: page.locator(f'[data-why="{name}"]').first.dispatch_event("click")


def press(name: str) -> Callable[[Any], None]:
    """Press a button."""
    return lambda page: page.get_by_role("button", name=name, exact=True).first.click()


def wait(milliseconds: int) -> Callable[[Any], None]:
    """Let it go on for so long."""
    return lambda page: page.wait_for_timeout(milliseconds)


def learnt(page: Any) -> None:
    """Wait until the example has learnt."""
    page.get_by_role("button", name="Train", exact=True).wait_for()


STATES: dict[str, tuple[str, tuple[Callable[[Any], None], ...]]] = {
    "line": ("data=anscombe-I&line=0.2,6&rate=0.005", (press("10 steps"), ask("SSE"))),
    "network": ("example=2-4-3-1", (ask("w1"),)),
    "digits": ("", (lambda page: draw(page, strokes(3)), ask("y3"))),
    "learn": ("example=2-4-3-1&at=7", ()),
    "playground": ("step=2500", (wait(8000),)),
    "convolution": ("padding=same&pick=2,2,2,1", (ask("p2_2_1"),)),
    "sequence": ("pick=1,1,2,3,output", (learnt, ask("lstm_1.step_3.output[1]"))),
    "picture": ("example=2-4-3-1&input=0.4,-0.7", (ask("h1"),)),
}
"""A page's state: the fragment of its address, and what is done then."""


def names(pages: list[str]) -> Iterator[tuple[str, str]]:
    """Each picture's page and look."""
    return ((page, look) for page in pages for look in LOOKS)


def taken(browser: Any, address: str, name: str, look: str) -> bytes:
    """A page in its state, as a PNG file."""
    home = address.partition("?")[0]
    context = browser.new_context(viewport=LOOKS[look], color_scheme="dark" if look == "dark" else "light")
    try:
        if look == "projector":
            context.add_init_script("localStorage.setItem('glassnet-appearance', 'projector')")
        page = context.new_page()
        page.goto(address)
        if name != OVERVIEW:
            fragment, actions = STATES.get(name, ("", ()))
            page.goto(f"{home}{name}#{fragment}")
            page.locator("main > *").first.wait_for()
            for act in actions:
                act(page)
        page.mouse.move(0, 0)
        page.wait_for_timeout(SETTLED)
        return bytes(page.screenshot())
    finally:
        context.close()


def small(png: bytes) -> bytes:
    """The same with a palette of few colours."""
    file = io.BytesIO()
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(COLORS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def main(pages: list[str]) -> None:
    """Take the pictures of these pages, or of all."""
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as state, lab(Path(state), "--port", "0") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        for name, look in names(pages or [OVERVIEW, *PAGES]):
            path = FOLDER / f"{name}-{look}.png"
            path.write_bytes(small(taken(browser, address, name, look)))
            print(path.relative_to(FOLDER.parents[1]), f"{path.stat().st_size / 1000:.0f} KB")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
