"""Many pages at once: each is answered, none waits for one that trains or stalls, and all end when their tabs close.

``python bench/lab_clients.py`` is the same with a hundred, five of them in Chromium, and measures it.
"""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import closing
from pathlib import Path

import pytest

import glassnet as gn
from glassnet.lab.pages import PAGES
from tests.lab.test_server import ask, run, session

CLIENTS, COMMANDS = 30, 5


async def client(address: str, page: str, commands: int = COMMANDS) -> list[int]:
    """The numbers of the answers, in their order."""
    async with session(address, page) as socket:
        return [(await ask(socket, {"id": i, "op": "open"}))["id"] for i in range(commands)]


async def descent(address: str, begun: asyncio.Event, done: asyncio.Event) -> int:
    """Train until the others are done; how many times."""
    count = 0
    async with session(address, "line") as socket:
        while not done.is_set():
            await ask(socket, {"id": 1, "op": "open", "args": {"fragment": "data=thermometer"}})
            answer = await ask(socket, {"id": 2, "op": "step", "args": {"count": 20_000}})
            assert "20,000 steps" in answer["result"]["steps"] or "rests" in answer["result"]["steps"]
            begun.set()
            count += 1
    return count


def test_each_of_many_is_answered_beside_trainings_and_one_that_stalls(address: str) -> None:
    async def work() -> None:
        begun, done = asyncio.Event(), asyncio.Event()
        training = [asyncio.create_task(descent(address, begun, done)) for _ in range(2)]
        async with session(address) as stalled:
            for i in range(100):
                await stalled.send(json.dumps({"id": i, "op": "open"}))  # and never reads an answer
            await begun.wait()
            pages = [page for _, page in zip(range(CLIENTS), 10 * list(PAGES), strict=False)]
            answers = await asyncio.gather(*(client(address, page) for page in pages))
            assert answers == [list(range(COMMANDS))] * CLIENTS
            done.set()
            assert min(await asyncio.gather(*training)) >= 1
            stalled.transport.abort()

    run(work())


def test_a_session_ends_with_its_tab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, where its threads can be seen."""
    monkeypatch.setenv("GLASSNET_STATE", str(tmp_path))

    async def work() -> None:
        await asyncio.gather(*(client(lab.address, page) for page in PAGES))

    with closing(gn.lab.show(gn.lecture(), port=0)) as lab:
        run(work())
        for thread in threading.enumerate():
            if thread.name.startswith("lab "):
                thread.join(20)
                assert not thread.is_alive(), f"{thread.name} outlives its tab"
