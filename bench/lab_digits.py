"""Digits drawn with a mouse on the lab's page: how many are read right, and how long a stroke takes to be painted.

python bench/lab_digits.py [--count 200] [--seed 0] [--only SETS] [--digit 1]

Digits by hand: half follow the skeletons of glassnet.data.strokes, half those below, which no model was trained on;
each is shifted, scaled, slanted, shaken and drawn thick or thin. Then each digit in each corner of the pad, small and
large, thin and thick. Then letters, and two digits beside each other: any answer but a digit is right. ``--only`` takes
a part of the names of sets, ``--digit`` one of the digits.

All are drawn as pointer events in Chromium, one waiting for the other, about two seconds each. The time runs from an
event's arrival on the pad to the end of the frame that shows its outputs, or newer ones.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, count, islice, product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import sync_playwright
from scipy.interpolate import make_interp_spline

from glassnet.data.strokes import STYLES

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.data.canvas import LETTERS, path_lines

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
EDGE = 12  # of the pad, which drawings keep free
SIZES = {"small": 0.3, "large": 0.75}  # of the pad
PENS = {"thin": 4, "thick": 0.12}  # units of the pad, or a share of the digit's height
MOST_PEN = 24

Line = NDArray[np.float64]


@dataclass(frozen=True)
class Drawing:
    """Lines on the pad, drawn with a pen of a width; ``digit`` is what they are, None for no digit."""

    kind: str
    digit: int | None
    lines: list[Line]
    width: int

    def is_right(self, said: str) -> bool:
        """Whether an answer names the digit, or none where there is none."""
        return not said[0].isdigit() if self.digit is None else said.startswith(f"{self.digit} ")


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
    scale = rng.uniform(0.35, 0.85) * PAD / 14
    turn, slant = rng.normal(0, 0.08), rng.normal(0, 0.12)
    turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) @ np.array([[1, 0], [-slant, 1]])
    stretch = (rng.uniform(0.85, 1.15), 1)
    moved = [(line - (5, 7)) * stretch @ turned for line in lines]
    shaken = [line * scale + rng.normal(0, 0.06, line.shape) * scale for line in moved]
    return placed(shaken, rng.uniform(0, 1, 2))


def placed(lines: list[Line], share: Any) -> list[Line]:
    """The same at a place of the pad: (0, 0) is the corner at the top left, (1, 1) that at the bottom right."""
    low, high = (f([f(line, axis=0) for line in lines], axis=0) for f in (np.min, np.max))
    room = np.maximum(PAD - 2 * EDGE - (high - low), 1)
    return [line + (EDGE - low + share * room) for line in lines]


def own_skeletons(seed: int) -> Iterator[Drawing]:
    """Digits by hand after the skeletons of glassnet.data.strokes, one of each in turn."""
    for i in count():
        rng, digit = np.random.default_rng((seed, 2 * i)), i % 10
        own = [(weight, text) for one, weight, text in STYLES if one == digit]
        chances = np.array([weight for weight, _ in own], float)
        skeleton = own[rng.choice(len(own), p=chances / chances.sum())][1]
        yield Drawing("skeletons of strokes", digit, by_hand(lines_of(skeleton), rng), 8 + 2 * (2 * i % 9))


def other_skeletons(seed: int) -> Iterator[Drawing]:
    """The same after the skeletons above."""
    for i in count():
        rng, digit = np.random.default_rng((seed, 2 * i + 1)), i % 10
        yield Drawing("other skeletons", digit, by_hand(lines_of(OTHER[digit]), rng), 8 + 2 * ((2 * i + 1) % 9))


def in_corners() -> Iterator[Drawing]:
    """Each digit in each corner, small and large, thin and thick."""
    for digit, size, pen, corner in product(OTHER, SIZES, PENS, product((0, 1), (0, 1))):
        scale = SIZES[size] * PAD / 14
        lines = placed([line * scale for line in lines_of(OTHER[digit])], np.array(corner))
        width = PENS[pen] if pen == "thin" else min(PENS[pen] * SIZES[size] * PAD, MOST_PEN)
        yield Drawing(f"corners, {size} and {pen}", digit, lines, round(width / 2) * 2)


def letters() -> Iterator[Drawing]:
    """Letters that are not written like a digit, large."""
    for path in LETTERS.values():
        yield Drawing("letters", None, placed([line * 1.6 for line in path_lines(path)], np.full(2, 0.5)), 14)


def pairs(seed: int) -> Iterator[Drawing]:
    """Two digits beside each other."""
    beside = np.array((95, 0))
    for i in range(20):
        one, other = np.random.default_rng((seed, i)).integers(0, 10, 2)
        left, right = ([line * 7 for line in lines_of(OTHER[int(digit)])] for digit in (one, other))
        yield Drawing("two digits", None, placed([*left, *(line + beside for line in right)], np.full(2, 0.5)), 10)


def sets(by_hand: int, seed: int) -> list[Drawing]:
    """All drawings."""
    half = (list(islice(drawings, by_hand // 2)) for drawings in (own_skeletons(seed), other_skeletons(seed)))
    return [*chain(*half), *in_corners(), *letters(), *pairs(seed)]


def draw(page: Any, drawing: Drawing) -> str:
    """Draw on an empty pad, and what the page answers."""
    page.get_by_role("button", name="Clear", exact=True).click()
    page.get_by_role("status", name="Answer").get_by_text("no digit: the picture is blank").wait_for()
    page.get_by_label("Thickness").evaluate(
        "(e, w) => { e.value = w; e.dispatchEvent(new Event('input', {bubbles: true})); }", drawing.width
    )
    box = page.get_by_label("Drawing pad", exact=True).bounding_box()
    for line in drawing.lines:
        places = line * box["width"] / PAD + (box["x"], box["y"])
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place)
        page.mouse.up()
    page.wait_for_function("() => window.times.length === window.sent.length")
    return str(page.get_by_role("status", name="Answer").inner_text())


@contextmanager
def digits_page() -> Iterator[Any]:
    """The page of a lab of its own, in Chromium, ready."""
    command = [sys.executable, "-c", "from glassnet.cli import main; main()", "lab", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        try:
            with sync_playwright() as playwright:
                chromium = os.environ.get("GLASSNET_CHROMIUM") or shutil.which("chromium")
                flags = ["--headless", "--no-sandbox", "--disable-gpu"]
                browser = playwright.chromium.launch(executable_path=chromium, args=flags)
                page = browser.new_page(viewport={"width": 1280, "height": 720})
                page.goto(address)
                page.goto(address.partition("?")[0] + "digits")
                page.get_by_label("Loss", exact=True).wait_for()
                page.evaluate(MEASURE)
                yield page
                browser.close()
        finally:
            server.terminate()


def table(title: str, results: list[tuple[Drawing, str]], row: Callable[[Drawing], Any]) -> None:
    """How many of each kind are right, a row for each of what ``row`` says of a drawing."""
    right: defaultdict[Any, Counter[bool]] = defaultdict(Counter)
    for drawing, said in results:
        right[row(drawing)][drawing.is_right(said)] += 1
    print(f"\n{title}")
    for name, counts in right.items():
        print(f"{name!s:28}{counts[True] / counts.total():7.1%} of {counts.total()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200, help="digits by hand")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", metavar="SETS", help="a part of the names of the sets to draw")
    parser.add_argument("--digit", type=int, choices=range(10), help="the only digit to draw")
    options = parser.parse_args()
    of_sets = [drawing for drawing in sets(options.count, options.seed) if options.only in drawing.kind]
    asked = [drawing for drawing in of_sets if options.digit in (None, drawing.digit)]
    results: list[tuple[Drawing, str]] = []
    with digits_page() as page:
        for drawing in asked:
            results.append((drawing, draw(page, drawing)))
            if len(results) % 20 == 0:
                print(f"{len(results)} of {len(asked)} drawn", file=sys.stderr, flush=True)
        times = page.evaluate("window.times")
    table("right by set", results, lambda drawing: drawing.kind)
    table("right by digit", results, lambda drawing: "no digit" if drawing.digit is None else drawing.digit)
    p50, p95 = np.percentile(times, [50, 95])
    print(f"\nstroke to painted prediction: p50 {p50:.1f} ms, p95 {p95:.1f} ms, of {len(times)} events\n")
    for drawing, said in results:
        if not drawing.is_right(said):
            print(f"{'no digit' if drawing.digit is None else drawing.digit} ({drawing.kind}): {said}")


if __name__ == "__main__":
    main()
