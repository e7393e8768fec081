"""How smoothly the page Playground shows a training, how soon it pauses, and how soon any step is seen again.

python bench/lab_playground.py [--seconds 10] [--steps 10000]

A 7-8-8-8-8-8-8-1 network trains as fast as it goes. Frames are timed in Chromium, from the answer to one painted frame
to the next; a pause from the click to the button that says Train again; a seek in Python, with all that is shown of it,
and in Chromium from the key to the step that is shown.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab
from glassnet.lab.pages.playground import PlaygroundPage
from glassnet.lab.playground.messages import Open, Seek
from tests.lab.conftest import DESK, FLAGS, lab

SEVEN = "features=x,y,x²,y²,xy,sin πx,sin πy&layers=8,8,8,8,8,8&tune=0:Adam,0.01,0.0,0.0,0.0"
WATCH = """() => {
  window.painted = [];
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (text) {
    if (typeof text === 'string' && text.startsWith('{"ack"')) window.painted.push(performance.now());
    return send.call(this, text);
  };
}"""
PAUSE = """() => new Promise(done => {
  const began = performance.now();
  const ended = () => { if ([...document.querySelectorAll('button')].some(e => e.textContent === 'Train')) {
    watching.disconnect(); done(performance.now() - began);
  } };
  const watching = new MutationObserver(ended);
  watching.observe(document.body, { childList: true, subtree: true, characterData: true });
  [...document.querySelectorAll('button')].find(e => e.textContent === 'Pause').click();
})"""
SEEK = """step => new Promise(done => {
  const slider = document.querySelector('[aria-label="Time travel"]');
  const began = performance.now();
  const watching = new MutationObserver(() => {
    if (slider.getAttribute('aria-valuetext').startsWith(`step ${step} `)) {
      watching.disconnect(); done(performance.now() - began);
    }
  });
  watching.observe(slider, { attributes: true });
  slider.value = step;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  slider.dispatchEvent(new Event('change', { bubbles: true }));
})"""


def told(what: str, milliseconds: list[float]) -> None:
    p50, p95 = np.percentile(milliseconds, [50, 95])
    print(
        f"{what}: {len(milliseconds)}, p50 {p50:.1f} ms, p95 {p95:.1f} ms, most {max(milliseconds):.1f} ms", flush=True
    )


def seeks(steps: int) -> None:
    """Any step, in Python."""
    page = PlaygroundPage(Lab({}), Outbox(lambda: None))
    page.open(Open(SEVEN))
    began = time.perf_counter()
    page._run.forward(steps)
    print(f"{steps:,} steps with their snapshots: {1000 * (time.perf_counter() - began) / steps:.2f} ms each")
    times, draw = [], random.Random(0)
    for _ in range(100):
        began = time.perf_counter()
        page.seek(Seek(draw.randint(0, steps)))
        times.append(1000 * (time.perf_counter() - began))
    told("seeks in Python", times)


def watched(page: Any, address: str, seconds: float) -> None:
    """Frames and pauses, in Chromium."""
    page.goto(f"{address.partition('?')[0]}playground#{SEVEN}")
    page.get_by_role("button", name="Train", exact=True).wait_for()
    page.evaluate(WATCH)
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_timeout(1000 * seconds)
    gaps = np.diff(page.evaluate("painted"))[10:].tolist()
    print(f"frames: {1000 / np.mean(gaps):.1f} a second")
    told("from frame to frame", gaps)
    pauses = []
    for _ in range(20):
        pauses.append(page.evaluate(PAUSE))
        page.get_by_role("button", name="Train", exact=True).click()
        page.wait_for_timeout(300)
    told("pauses", pauses)
    page.evaluate(PAUSE)
    last = int(page.get_by_label("Time travel").get_attribute("max"))
    draw = random.Random(0)
    told(f"seeks among {last:,} steps in Chromium", [page.evaluate(SEEK, draw.randint(0, last - 1)) for _ in range(30)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--steps", type=int, default=10_000)
    options = parser.parse_args()
    with lab(Path(tempfile.mkdtemp()), "--port", "0") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        page = browser.new_page(viewport=DESK)
        page.goto(address)
        watched(page, address, options.seconds)
        browser.close()
    seeks(options.steps)


if __name__ == "__main__":
    main()
