"""How soon the lab is there: the server from its command to its first answer, and each page until it can be used.

python bench/lab_start.py [--times 5]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from gzip import compress
from pathlib import Path
from time import perf_counter

import httpx
import numpy as np
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from glassnet.lab.pages import PAGES
from glassnet.lab.server import STATIC
from tests.lab.conftest import DESK, FLAGS, lab

READY = """() => new Promise(resolve => {
  const look = () => document.querySelector('main > *') ? resolve(performance.now()) : requestAnimationFrame(look);
  look();
})"""

LOADED = "() => performance.getEntriesByType('resource').map(one => one.name.split('/').pop())"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    folder, walls, computed = Path(tempfile.mkdtemp()), [], []
    for _ in range(options.times):
        before, started = sum(os.times()[2:4]), perf_counter()
        with lab(folder, "--port", "0") as address:
            assert httpx.get(address, follow_redirects=True).status_code == 200
            walls.append(perf_counter() - started)
        computed.append(sum(os.times()[2:4]) - before)
    print(f"server: {np.median(walls):.2f} s to its first answer, of which it computed {np.median(computed):.2f} s")
    with lab(folder, "--port", "0") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        for name in PAGES:
            times, weight = [], 0
            for _ in range(options.times):
                context = browser.new_context(viewport=DESK)
                page = context.new_page()
                page.goto(address)
                page.goto(f"{address.partition('?')[0]}{name}")
                times.append(page.evaluate(READY))
                scripts = [path for path in STATIC.rglob("*.js") if path.name in page.evaluate(LOADED)]
                weight = sum(len(compress(path.read_bytes())) for path in scripts)
                context.close()
            print(f"/{name}: usable after {np.median(times):.0f} ms, {weight / 1024:.0f} KB of compressed scripts")
        browser.close()


if __name__ == "__main__":
    main()
