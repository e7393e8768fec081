"""How long it takes on the page Network from an edit to the numbers that are painted, and what Python's part of it is.

python bench/lab_network.py [--edits 100]

A weight is typed in Chromium and committed by Enter; the time runs from the key's event to the frame after the picture
has changed. Python's part is measured apart, as CPU time of the command and of its message, in this process.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
import glassnet as gn
from glassnet.lab.messages import written
from glassnet.lab.network.messages import Edit, Open
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab
from glassnet.lab.pages.network import NetworkPage
from tests.lab.conftest import DESK, FLAGS, lab

CASES = {
    "2-4-3-1": ("example=2-4-3-1", "w.weights[0, 1]"),
    "1-3-3-1": ("example=1-3-3-1", "A, B, C.weights[0, 1]"),
    "2-4-3-1, relu and a target": ("example=2-4-3-1&w.activation=relu&target=1", "w.weights[0, 1]"),
}
WATCH = """() => {
  window.times = [];
  addEventListener('keydown', event => { if (event.key === 'Enter') window.began = performance.now() }, true);
  new MutationObserver(() => requestAnimationFrame(() => {
    if (window.began !== undefined) window.times.push(performance.now() - window.began);
    window.began = undefined;
  })).observe(document.querySelector('.picture svg'), { attributes: true, subtree: true, characterData: true,
                                                        childList: true });
}"""


def of_python(fragment: str, name: str, edits: int) -> list[float]:
    """Milliseconds of CPU time of each edit, with its answer as text."""
    page = NetworkPage(Lab({one: gn.lecture(one) for one in ("2-4-3-1", "1-3-3-1")}), Outbox(lambda: None))
    page.open(Open(fragment))
    times = []
    for i in range(edits + 5):
        began = process_time()
        written(page.edit(Edit(name, f"0.{11 + i % 80}")))
        times.append(1000 * (process_time() - began))
    return times[5:]


def of_page(page: Any, name: str, edits: int) -> list[float]:
    """Milliseconds of each edit, from the key to the frame."""
    page.evaluate(WATCH)
    field = page.get_by_label(name, exact=True)
    for i in range(edits):
        field.fill(f"0.{11 + i % 80}")
        field.press("Enter")
        page.wait_for_timeout(60)
    return list(page.evaluate("times"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edits", type=int, default=100)
    options = parser.parse_args()
    with lab(Path(tempfile.mkdtemp()), "--port", "0") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        page = browser.new_page(viewport=DESK)
        page.goto(address)
        for title, (fragment, name) in CASES.items():
            page.goto(f"{address.partition('?')[0]}overview")
            page.goto(f"{address.partition('?')[0]}network#{fragment}")
            page.get_by_label(name, exact=True).wait_for()
            for what, times in (
                ("key to frame", of_page(page, name, options.edits)),
                ("Python, CPU", of_python(fragment, name, options.edits)),
            ):
                p50, p95 = np.percentile(times, [50, 95])
                print(f"{title}, {what}: {len(times)} edits, p50 {p50:.1f} ms, p95 {p95:.1f} ms", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
