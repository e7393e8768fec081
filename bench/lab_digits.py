"""Digits drawn with a mouse on the lab's page: how many are read right, and how long a stroke takes to be painted.

python bench/lab_digits.py [--count 200] [--seed 0]

Half of the drawings follow the skeletons of glassnet.data.strokes, half those below, which no model was trained on;
each is shifted, scaled, slanted, shaken and drawn thick or thin, as pointer events in Chromium. The time runs from an
event's arrival on the pad to the end of the frame that shows its outputs, or newer ones.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import sync_playwright
from scipy.interpolate import make_interp_spline

from glassnet.data.strokes import STYLES

# One hand's digits on paper 10 wide and 14 high, as in glassnet.data.strokes, in other forms.
OTHER: dict[int, str] = {
    0: "5,0 2.5,1 .8,4 .5,7.5 1.2,11 3,13.5 5.5,14 8,12.5 9.5,9 9.6,5.5 8.6,2.2 6.6,.4 4.6,.1",
    1: "2.6,3.4 4.4,1.8 6,0; 6,0 6,5 5.9,10 5.8,14",
    2: "1,3.2 2.2,1 4.6,0 7,.7 8.4,2.8 8,5.4 6.2,8 4,10.4 1.2,13.4; 1.2,13.4 4,13.6 6.6,13.4 9.2,13.6",
    3: "1.6,1.4 3.6,.2 6.2,.2 8,1.8 7.8,4.2 6,5.9 3.8,6.4; 3.8,6.4 6.6,6.8 8.6,8.8 8.4,11.6 6,13.8 1.2,12.6",
    4: "6.8,.2 4.8,3 2.8,6 .6,9.2; .6,9.2 3.4,9.3 6.4,9.2 9.6,9.2; 6.9,4.6 6.9,8 6.8,11 6.7,14",
    5: "8.4,.2 5.4,.2 2.4,.3; 2.4,.3 2.1,3 1.8,5.8; 1.8,5.8 4.4,5 7,5.6 8.6,7.8 8.4,10.8 6.6,13.2 4,13.9 1.2,12.9",
    6: "7.4,.6 5.4,1.8 3.4,4.2 2,7.2 1.5,10.2 2.4,12.8 4.6,14 7,13.3 8.3,11.2 7.8,8.8 5.8,7.5 3.4,8.2 1.9,10.2",
    7: "1,.6 3.8,.7 6.4,.6 9,.5; 9,.5 7.6,3.6 6.2,7 5,10.4 4.2,14",
    8: "7.6,2.2 6,.4 3.8,.5 2.4,2.2 2.9,4.4 5,6.3 7.2,8.4 8,11 6,13.8 2.4,13 1.8,10.6 3,8.2 5.3,6.2 7.2,4.2 7.7,2",
    9: "7.8,2.8 6.4,.7 4.2,.3 2.3,1.8 1.9,4.3 3.1,6.4 5.3,6.8 7.2,5.4 7.9,2.8; 7.9,2.8 7.8,6 7.4,9.6 6.4,14",
}  # fmt: skip
PAD = 256

Line = NDArray[np.float64]

MEASURE = """() => {
  const pad = document.querySelector('.digits-pad'), page = document.querySelector('.digits');
  window.sent = []; window.times = [];
  for (const kind of ['pointerdown', 'pointermove'])
    pad.addEventListener(kind, e => { if (e.buttons) window.sent.push(performance.now()); }, {capture: true});
  let painted = 0;
  new MutationObserver(() => {
    const serial = Number(page.dataset.serial);
    if (!serial || serial <= painted) return;
    const first = painted;
    painted = serial;
    requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = () => {
      for (let i = first; i < serial; i++) window.times.push(performance.now() - window.sent[i]);
    }; channel.port2.postMessage(0); });
  }).observe(page, {attributes: true, attributeFilter: ['data-serial']});
}"""


def lines_of(skeleton: str) -> list[Line]:
    """The movements of a skeleton, each a smooth line of many points."""
    found = []
    for movement in skeleton.split(";"):
        points = np.array([tuple(map(float, point.split(","))) for point in movement.split()])
        along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
        fine = np.linspace(0, along[-1], max(2, round(along[-1] / 0.7)))
        found.append(make_interp_spline(along, points, k=min(len(points) - 1, 3))(fine))
    return found


def by_hand(lines: list[Line], rng: np.random.Generator) -> list[Line]:
    """The same on the pad: of any size and place, slanted, turned and shaken."""
    turn, slant, size = rng.normal(0, 0.08), rng.normal(0, 0.12), rng.uniform(0.35, 0.85)
    turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) @ np.array([[1, 0], [-slant, 1]])
    stretch = (rng.uniform(0.85, 1.15), 1)
    moved = [(line - (5, 7)) * stretch @ turned for line in lines]
    scale = size * PAD / 14
    shaken = [line * scale + rng.normal(0, 0.06, line.shape) * scale for line in moved]
    low, high = (f([f(line, axis=0) for line in shaken], axis=0) for f in (np.min, np.max))
    room = np.maximum(PAD - 24 - (high - low), 1)
    place = 12 - low + rng.uniform(0, 1, 2) * room
    return [line + place for line in shaken]


def drawings(count: int, seed: int) -> list[tuple[str, int, list[Line]]]:
    """(whose skeleton, digit, lines) of so many drawings, the two sources in turn."""
    found: list[tuple[str, int, list[Line]]] = []
    for i in range(count):
        rng, digit = np.random.default_rng((seed, i)), i // 2 % 10
        if i % 2:
            found.append(("other skeletons", digit, by_hand(lines_of(OTHER[digit]), rng)))
        else:
            own = [(weight, text) for one, weight, text in STYLES if one == digit]
            chances = np.array([weight for weight, _ in own], float)
            skeleton = own[rng.choice(len(own), p=chances / chances.sum())][1]
            found.append(("skeletons of strokes", digit, by_hand(lines_of(skeleton), rng)))
    return found


def draw(page: Any, lines: list[Line], width: int) -> str:
    """Draw on an empty pad, and what the page answers."""
    page.get_by_role("button", name="Clear", exact=True).click()
    page.get_by_role("status", name="Answer").get_by_text("no digit: the picture is blank").wait_for()
    page.get_by_label("Thickness").evaluate(
        "(e, w) => { e.value = w; e.dispatchEvent(new Event('input', {bubbles: true})); }", width
    )
    box = page.get_by_label("Drawing pad", exact=True).bounding_box()
    for line in lines:
        places = line * box["width"] / PAD + (box["x"], box["y"])
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place)
        page.mouse.up()
    page.wait_for_function("() => window.times.length === window.sent.length")
    return str(page.get_by_role("status", name="Answer").inner_text())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    command = [sys.executable, "-c", "from glassnet.cli import main; main()", "lab", "--no-browser", "--port", "0"]
    right, seen, wrong = Counter[str](), Counter[str](), list[str]()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        try:
            with sync_playwright() as playwright:
                chromium = os.environ.get("GLASSNET_CHROMIUM") or shutil.which("chromium")
                browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox"])
                page = browser.new_page(viewport={"width": 1280, "height": 720})
                page.goto(address)
                page.goto(address.partition("?")[0] + "digits")
                page.get_by_label("Loss", exact=True).wait_for()
                page.evaluate(MEASURE)
                for i, (source, digit, lines) in enumerate(drawings(options.count, options.seed)):
                    said = draw(page, lines, 8 + 2 * (i % 9))
                    seen[source] += 1
                    right[source] += said.startswith(f"{digit} ")
                    wrong += [] if said.startswith(f"{digit} ") else [f"{digit} ({source}): {said}"]
                times = page.evaluate("window.times")
                browser.close()
        finally:
            server.terminate()
    for source in seen:
        print(f"{source:22}{right[source] / seen[source]:7.1%} of {seen[source]} read right")
    print(f"{'all':22}{right.total() / seen.total():7.1%} of {seen.total()}")
    p50, p95 = np.percentile(times, [50, 95])
    print(f"stroke to painted prediction: p50 {p50:.1f} ms, p95 {p95:.1f} ms, of {len(times)} events")
    print(*wrong, sep="\n")


if __name__ == "__main__":
    main()
