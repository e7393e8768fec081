"""How the lab serves a hundred pages at once: how soon, how evenly, and with how much memory.

python bench/lab_clients.py [--clients 100] [--seconds 30]

Five of them are real pages in Chromium, each of which trains all the time (Line descends to the end, again and again).
One client stalls: it asks and asks, and never reads an answer. The others ask two things every few seconds, as people
do; each answer is timed. At the end all leave at once, and the server is looked at again. Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from playwright.async_api import async_playwright
from websockets.asyncio.client import connect

sys.path.insert(0, str(Path(__file__).parents[1]))
from glassnet.lab.key import COOKIE
from tests.lab.conftest import DESK, FLAGS, lab
from tests.lab.test_server import cookie

REAL = 5
PAUSE = 4.0
"""Seconds that someone looks at an answer before the next two questions."""
STROKE = {"tool": "pen", "width": 16, "points": [100, 40, 102, 200]}
ASKED: dict[str, tuple[dict[str, Any], ...]] = {
    "network": ({"op": "edit", "args": {"name": "u", "text": "1/3"}}, {"op": "why", "args": {"name": "z"}}),
    "line": ({"op": "edit", "args": {"name": "m", "text": "0.5"}}, {"op": "step", "args": {"count": 100}}),
    "digits": ({"op": "draw", "args": {"strokes": [STROKE], "serial": 1}}, {"op": "look", "args": {}}),
}


def server_of(port: int) -> str:
    """The process that listens there, as /proc has it."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"lab" in words and str(port).encode() in words:
            return str(folder)
    raise SystemExit("the server is not to be found")


def state(process: str) -> str:
    """Its threads, its memory, and the time that it has computed."""
    lines = dict(line.split(":", 1) for line in Path(process, "status").read_text().splitlines())
    ticks = sum(map(int, Path(process, "stat").read_text().rpartition(")")[2].split()[11:13]))
    memory, seconds = int(lines["VmRSS"].split()[0]) / 1024, ticks / os.sysconf("SC_CLK_TCK")
    return f"{lines['Threads'].strip()} threads, {memory:.0f} MiB, {seconds:.0f} s of a core"


async def client(url: str, headers: dict[str, str], page: str, seconds: float, start: float) -> list[float]:
    """Ask now and then; the milliseconds of each answer."""
    times: list[float] = []
    origin: Any = f"http://{urlsplit(url).netloc}"
    async with connect(f"{url}{page}", origin=origin, additional_headers=headers, max_size=None) as socket:
        await asyncio.sleep(start)
        end = perf_counter() + seconds
        while perf_counter() < end:
            for command in ASKED[page]:
                asked = perf_counter()
                await socket.send(json.dumps({"id": len(times), **command}))
                while json.loads(await socket.recv()).get("id") != len(times):
                    pass
                times.append(1000 * (perf_counter() - asked))
            await asyncio.sleep(PAUSE)
    return times


async def staller(url: str, headers: dict[str, str], seconds: float) -> None:
    """Ask as much as goes, and read nothing."""
    origin: Any = f"http://{urlsplit(url).netloc}"
    async with connect(f"{url}network", origin=origin, additional_headers=headers, max_queue=1) as socket:
        for i in range(5000):
            try:
                await asyncio.wait_for(socket.send(json.dumps({"id": i, "op": "open"})), seconds)
            except (TimeoutError, OSError):
                break
        await asyncio.sleep(seconds)
        socket.transport.abort()


async def trainer(browser: Any, address: str, seconds: float) -> int:
    """A real page that descends to the end, again and again; how many times it arrived."""
    page = await browser.new_page(viewport=DESK)
    await page.goto(address)
    await page.goto(f"{address.partition('?')[0]}line#data=anscombe-I")
    status = page.get_by_role("status", name="Descent")
    end, count = perf_counter() + seconds, 0
    while perf_counter() < end:
        await page.get_by_role("button", name="To the end").click()
        await status.get_by_text("so it rests").wait_for(timeout=60_000)
        await page.get_by_role("button", name="Reset").click()
        await status.get_by_text("so it rests").wait_for(state="hidden", timeout=60_000)
        count += 1
    await page.close()
    return count


def fresh_port() -> Iterator[int]:
    from glassnet.lab.server import listening

    with listening("127.0.0.1", 0) as free:
        yield free.getsockname()[1]


async def measure(address: str, process: str, clients: int, seconds: float) -> None:
    url, headers = f"ws://{urlsplit(address).netloc}/session/", {"cookie": f"{COOKIE}={cookie(address)}"}
    print(f"before: {state(process)}", flush=True)
    pages = [page for _, page in zip(range(clients - REAL - 1), 100 * list(ASKED), strict=False)]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        asking = [client(url, headers, page, seconds, PAUSE * i / len(pages)) for i, page in enumerate(pages)]
        work = asyncio.gather(*asking, *(trainer(browser, address, seconds) for _ in range(REAL)))
        stalled = asyncio.create_task(staller(url, headers, seconds))
        await asyncio.sleep(seconds / 2)
        print(f"halfway: {state(process)}", flush=True)
        found: list[Any] = await work
        await stalled
        await browser.close()
    times, trained = found[: len(pages)], found[len(pages) :]
    for kind in ASKED:
        every = np.concatenate([one for one, page in zip(times, pages, strict=True) if page == kind])
        p50, p95 = np.percentile(every, [50, 95])
        print(f"{kind}: {len(every)} answers, p50 {p50:.0f} ms, p95 {p95:.0f} ms, longest {every.max():.0f} ms")
    shares = [len(one) for one in times]
    print(f"answers of each client: {min(shares)} to {max(shares)}; descents of each real page: {sorted(trained)}")
    print(f"at the end: {state(process)}")
    await asyncio.sleep(5)
    print(f"5 s after all have left: {state(process)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    with ExitStack() as stack:
        [port] = fresh_port()
        address = stack.enter_context(lab(Path(tempfile.mkdtemp()), "--port", str(port)))
        asyncio.run(measure(address, server_of(port), options.clients, options.seconds))


if __name__ == "__main__":
    main()
