"""How long it takes on the page Sequence from an edit to the numbers that are painted, and what Python's part of it is.

python bench/lab_sequence.py [--edits 60]

A number, a text or a temperature is typed in Chromium and committed by Enter; the time runs from the key's event to the
frame after the numbers have changed. Python's part is measured apart, as CPU time of the command and of its message.
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
from glassnet.lab.messages import written
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab
from glassnet.lab.pages.sequence import SequencePage
from glassnet.lab.sequence.messages import Edit, Open, Tune, Write
from tests.lab.conftest import DESK, FLAGS, lab

LETTERS = "abcdefghilmnoprstuw"
CASES: dict[str, tuple[str, str]] = {
    "an input of the LSTM": ("model=brackets&epochs=0", "x1_1"),
    "an input of one head": ("model=one%20head", "x1_1"),
    "the text of the small GPT": ("model=tale&epochs=0", "Text"),
    "its temperature": ("model=tale&epochs=0&p=0.9", "Temperature"),
}
"""The address, and the field that is typed into."""
WATCH = """() => {
  window.times = [];
  addEventListener('keydown', event => { if (event.key === 'Enter') window.began = performance.now() }, true);
  new MutationObserver(() => requestAnimationFrame(() => {
    if (window.began !== undefined) window.times.push(performance.now() - window.began);
    window.began = undefined;
  })).observe(document.querySelector(document.querySelector('.seq-candidates') ? '.seq-candidates' : '.seq-board'),
              { attributes: true, subtree: true, characterData: true, childList: true });
}"""


def typed(field: str, i: int) -> str:
    """What is typed, another time by time."""
    return f"Once there wa{LETTERS[i % len(LETTERS)]}" if field == "Text" else f"0.{11 + i % 80}"


def of_python(fragment: str, field: str, edits: int) -> list[float]:
    """Milliseconds of CPU time of each edit, with its answer as text."""
    page = SequencePage(Lab({}), Outbox(lambda: None))
    page.open(Open(fragment))
    times = []
    for i in range(edits + 5):
        began, text = process_time(), typed(field, i)
        if field == "Text":
            view = page.write(Write(text))
        else:
            view = page.tune(Tune(text, 0, "0.9", 1)) if field == "Temperature" else page.edit(Edit(field, text))
        written(view)
        times.append(1000 * (process_time() - began))
    return times[5:]


def of_page(page: Any, name: str, edits: int) -> list[float]:
    """Milliseconds of each edit, from the key to the frame."""
    page.evaluate(WATCH)
    field = page.get_by_label(name, exact=True)
    for i in range(edits):
        field.fill(typed(name, i))
        field.press("Enter")
        page.wait_for_timeout(60)
    return list(page.evaluate("times"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edits", type=int, default=60)
    options = parser.parse_args()
    with lab(Path(tempfile.mkdtemp()), "--port", "0") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        page = browser.new_page(viewport=DESK)
        page.goto(address)
        for title, (fragment, name) in CASES.items():
            page.goto(f"{address.partition('?')[0]}overview")
            page.goto(f"{address.partition('?')[0]}sequence#{fragment}")
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
