"""Edits on a page of the lab, typed in Chromium: from the key to the frame that is painted, and Python's part of it."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from tests.lab.conftest import DESK, FLAGS, lab

WATCH = """shown => {
  window.times = [];
  addEventListener('keydown', event => { if (event.key === 'Enter') window.began = performance.now() }, true);
  new MutationObserver(() => requestAnimationFrame(() => {
    if (window.began !== undefined) window.times.push(performance.now() - window.began);
    window.began = undefined;
  })).observe(shown.map(one => document.querySelector(one)).find(Boolean),
              { attributes: true, subtree: true, characterData: true, childList: true });
}"""
Typed = Callable[[str, int], str]
"""What is typed into a field, another time by time."""
OfPython = Callable[[str, str, int], list[float]]
"""Milliseconds of CPU time of so many edits, from the address and the field."""


def number(field: str, i: int) -> str:
    """A number from 0.11 to 0.90."""
    return f"0.{11 + i % 80}"


def of_page(page: Any, field: str, edits: int, shown: list[str], typed: Typed) -> list[float]:
    """Milliseconds of each edit, from the key to the frame after the first of what is ``shown`` has changed."""
    page.evaluate(WATCH, shown)
    into = page.get_by_label(field, exact=True)
    for i in range(edits):
        into.fill(typed(field, i))
        into.press("Enter")
        page.wait_for_timeout(60)
    return list(page.evaluate("times"))


def main(
    about: str,
    route: str,
    cases: Mapping[str, tuple[str, str]],
    shown: list[str],
    of_python: OfPython,
    edits: int,
    typed: Typed = number,
) -> None:
    """Time the cases, each an address and the field that is typed into, and print what was found."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("--edits", type=int, default=edits)
    edits = parser.parse_args().edits
    with lab(Path(tempfile.mkdtemp()), "--port", "0") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        page = browser.new_page(viewport=DESK)
        page.goto(address)
        home = address.partition("?")[0]
        for title, (fragment, field) in cases.items():
            page.goto(f"{home}overview")
            page.goto(f"{home}{route}#{fragment}")
            page.get_by_label(field, exact=True).wait_for()
            for what, times in (
                ("key to frame", of_page(page, field, edits, shown, typed)),
                ("Python, CPU", of_python(fragment, field, edits)),
            ):
                p50, p95 = np.percentile(times, [50, 95])
                print(f"{title}, {what}: {len(times)} edits, p50 {p50:.1f} ms, p95 {p95:.1f} ms", flush=True)
        browser.close()
