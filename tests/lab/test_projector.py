"""All pages on a projector of 1280 × 720: each part fits without scrolling, and no letters have less than 20 pixels.

Arithmetic alone may be longer than a window, and on Learn the table of all parameters and the legend below the picture.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.conftest import Opens
from tests.lab.pages.test_digits import SEVEN, address_of
from tests.lab.pages.test_playground import SEVEN as DEEP

LEAST = 20
DIGITS = ("Fed", "Layers", "What mattered", "Train", "Why?")
PLAYGROUND = ("Samples", "Training", "Neuron", "Answers", "Compare", "Break it", "Why?", "Own table", "Points")
SIDE = ("Outputs", "Fed forward", "Why?")
OVER_TIME = ("Over time", "Step", "Why?")
TOURS: dict[str, tuple[str, ...]] = {
    "": (),
    "digits#{drawing}": DIGITS,
    "digits#{drawing}&model=convolution": DIGITS,
    "line#data=anscombe-I": ("Points", "Normal equations", "Own table", "Bowl"),
    "line#data=plane": ("Points", "Bowl"),
    "network#example=2-4-3-1&target=1": SIDE,
    "network#example=1-3-3-1": SIDE,
    "learn#example=2-4-3-1&at=7": ("Arithmetic", "Update", "Gradient", "Settings", "Why?"),
    "playground": PLAYGROUND,
    f"playground#{DEEP}": PLAYGROUND,
    "playground#break=overfitting": PLAYGROUND[:-1],
    "convolution#padding=same": ("Kernel", "Maps", "Products", "Why?"),
    "convolution#kernel=" + ",".join(["0.5"] * 26): ("Kernel", "Maps", "Products", "Why?"),
    "convolution#model=convolution": ("Layers", "Maps", "Products", "Outputs", "Why?"),
    "sequence#model=brackets&epochs=0": OVER_TIME,
    "sequence#model=forecast&epochs=0": OVER_TIME,
    "sequence#model=by%20hand": OVER_TIME,
    "sequence#model=one%20head": OVER_TIME,
    "sequence#model=tale&epochs=0": ("Over time", "Next token", "Step", "Why?"),
    "sequence#model=tale&epochs=0&p=0.2": ("Next token",),
    "sequence#model=tale&epochs=0&more=9&pick=1,1,1,3,output": ("Over time", "Step"),
    "sequence#model=tale&epochs=0&more=9&pick=3,1,1,3,mean": ("Over time", "Step"),
    "sequence#model=tale&epochs=0&more=9&pick=7,1,1,3,sum": ("Over time", "Step"),
    "sequence#model=tale&epochs=0&more=9&pick=10,1,1,3,output": ("Over time", "Step"),
    "sequence#model=tale&epochs=0&more=9": ("Over time", "Next token", "Step", "Why?"),
    "picture#example=2-4-3-1&input=0.4,-0.7": (),
    "picture#example=1-3-3-1&input=0.3&target=1": (),
}
SCROLLING = """() => [...document.querySelectorAll('html, body, body *')].flatMap(e => {
  const style = getComputedStyle(e);
  const [down, across] = [e.scrollHeight - e.clientHeight, e.scrollWidth - e.clientWidth];
  const may = way => e === document.documentElement || ['auto', 'scroll'].includes(way);
  const does = (down > 0 && may(style.overflowY)) || (across > 0 && may(style.overflowX));
  const isLong = e.matches('.why, [aria-label="Normal equations"], .learn :is(.learn-panel, .picture)');
  return does && !isLong ? [`${e.tagName} ${e.className}: ${down} down, ${across} across`] : [];
})"""
SMALL = """least => {
  const found = new Map();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const note = (e, text) => {
    const box = e.getBoundingClientRect();
    if (!e.checkVisibility({ visibilityProperty: true }) || box.width <= 1 || e.closest('.unseen, option')) return;
    const scaled = e.closest('.picture-scale');
    const scale = scaled ? scaled.getBoundingClientRect().width / scaled.offsetWidth : 1;
    const size = parseFloat(getComputedStyle(e).fontSize) * scale;
    if (size < least - 0.01) found.set(text.trim(), `${text.trim()}: ${size.toFixed(1)}, ${e.tagName} ${e.className}`);
  };
  while (texts.nextNode())
    if (texts.currentNode.data.trim()) note(texts.currentNode.parentElement, texts.currentNode.data);
  for (const e of document.querySelectorAll('input:not([type=range], [type=file]), select, textarea')) note(e, e.value);
  return [...found.values()];
}"""


@pytest.mark.parametrize("path", TOURS)
def test_everything_is_large_and_nothing_scrolls(opened: Opens, path: str) -> None:
    page = opened(path.format(drawing=address_of(SEVEN)), theme="projector")
    if path.startswith("network"):
        page.locator(".is-compact").wait_for()
    for part in TOURS[path] or ("",):
        if part:
            page.get_by_role("button", name=part, exact=True).first.click()
        settle(page)
        assert page.evaluate(SCROLLING) == [], part
        assert page.evaluate(SMALL, LEAST) == [], part


def settle(page: Any) -> None:
    """Wait until all that was asked for is there: pictures are fetched anew for large letters."""
    page.wait_for_load_state("networkidle")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
