"""How long it takes on the page Line from a move of the hand to the numbers that are painted.

python bench/lab_line.py [--moves 200]

A point, then the slider of m, is dragged in Chromium; each move is timed from the mouse's event to the frame in which
the squares, which come with all numbers in one answer, have changed. The next move comes 60 ms later.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.lab.conftest import DESK, FLAGS, lab

WATCH = """() => {
  window.times = [];
  const begin = event => { window.began ??= event.buttons ? performance.now() : undefined };
  addEventListener('pointermove', begin, true);
  new MutationObserver(() => requestAnimationFrame(() => {
    if (window.began !== undefined) window.times.push(performance.now() - window.began);
    window.began = undefined;
  })).observe(document.querySelector('.line-plot svg'), { attributes: true, subtree: true });
}"""


def dragged(page: Any, x: float, y: float, by: tuple[float, float], moves: int) -> list[float]:
    """Milliseconds of each move that changed anything."""
    page.evaluate(WATCH)
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(moves):
        share = 1 - abs(2 * (i + 1) / moves - 1)  # there and back
        page.mouse.move(x + by[0] * share, y + by[1] * share)
        page.wait_for_timeout(60)
    page.mouse.up()
    return list(page.evaluate("times"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=200)
    options = parser.parse_args()
    with lab(Path(tempfile.mkdtemp()), "--port", "0") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        page = browser.new_page(viewport=DESK)
        page.goto(address)
        for data in ("anscombe-I", "thermometer"):
            for what in (".line-point", "[aria-label='m, slider']"):
                page.goto(f"{address.partition('?')[0]}overview")
                page.goto(f"{address.partition('?')[0]}line#data={data}")
                box = page.locator(what).first.bounding_box()
                middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
                times = dragged(page, *middle, (90, -60 if what == ".line-point" else 0), options.moves)
                p50, p95 = np.percentile(times, [50, 95])
                print(f"{data}, {what}: {len(times)} moves, p50 {p50:.1f} ms, p95 {p95:.1f} ms", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
