"""A page's work in the background: one at a time, and it ends with the page. Its session, with a server around it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect

import glassnet as gn
from glassnet.lab.outbox import HEADER, Outbox
from glassnet.lab.page import Lab, Nothing, Page, command
from glassnet.lab.pages import PAGES
from glassnet.lab.server import listening
from glassnet.lab.session import Session
from glassnet.lessons.lecture import LECTURE
from tests.lab.scripts import ran
from tests.lab.test_server import run


@dataclass(frozen=True)
class Ended:
    """The work has ended, at that step."""

    step: int


class Worker(Page):
    """Counts as fast as it can, until it is stopped."""

    name = "worker"
    events = (Ended,)
    stopped = Event()

    @command
    def begin(self, given: Nothing) -> Nothing:
        self.in_background(self._count)
        return given

    @command
    def end(self, given: Nothing) -> Nothing:
        self.stop()
        return given

    @command
    def fail(self, given: Nothing) -> Nothing:
        raise KeyError("a fault of ours")

    @command
    def weigh(self, given: Nothing, payload: bytes) -> Ended:
        return Ended(len(payload))

    def _count(self, stop: Event) -> None:
        step = 0
        while not stop.is_set():
            step += 1
            self.frame(1, step, np.full(4, step))
        self.tell(Ended(step))
        Worker.stopped.set()


@contextmanager
def serving() -> Iterator[str]:
    """A server of that page alone, in a thread of its own."""

    async def endpoint(socket: WebSocket) -> None:
        await socket.accept()
        await Session(socket, Worker, Lab({"2-4-3-1": gn.lecture()})).run()

    listener = listening("127.0.0.1", 0)
    app = Starlette(routes=[WebSocketRoute("/", endpoint)])
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="websockets-sansio"))
    thread = Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()


async def told(socket: Any, wanted: str) -> Any:
    """The next text that has that key; frames on the way are acknowledged."""
    while True:
        message = await asyncio.wait_for(socket.recv(), 20)
        if isinstance(message, bytes):
            await socket.send(json.dumps({"ack": HEADER.unpack(message[: HEADER.size])[0]}))
        elif wanted in (found := json.loads(message)):
            return found


def test_frames_flow_while_commands_are_answered() -> None:
    async def work(address: str) -> None:
        async with connect(address, open_timeout=60) as socket:
            await socket.send('{"id": 1, "op": "begin"}')
            assert (await told(socket, "result"))["id"] == 1
            steps = []
            while len(steps) < 20:
                message = await asyncio.wait_for(socket.recv(), 20)
                assert isinstance(message, bytes)
                sequence, step, kind, _ = HEADER.unpack(message[: HEADER.size])
                assert (kind, np.frombuffer(message[HEADER.size :], "<f4").tolist()) == (1, [float(step)] * 4)
                steps.append(step)
                await socket.send(json.dumps({"ack": sequence}))
            assert steps == sorted(set(steps))
            await socket.send('{"id": 2, "op": "end"}')
            assert (await told(socket, "event"))["data"]["step"] >= steps[-1]

    with serving() as address:
        run(work(address))


def test_work_ends_with_its_tab() -> None:
    async def work(address: str) -> None:
        Worker.stopped.clear()
        async with connect(address, open_timeout=60) as socket:
            await socket.send('{"id": 1, "op": "begin"}')
            await told(socket, "result")
        assert await asyncio.to_thread(Worker.stopped.wait, 20)

    with serving() as address:
        run(work(address))


def test_a_fault_of_ours_is_said_and_the_session_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    async def work(address: str) -> None:
        async with connect(address, open_timeout=60) as socket:
            await socket.send('{"id": 1, "op": "fail"}')
            assert "could not do this" in (await told(socket, "error"))["error"]
            command = b'{"id": 2, "op": "weigh"}'
            await socket.send(len(command).to_bytes(4, "little") + command + b"12345")
            assert (await told(socket, "result"))["result"] == {"step": 5}

    with serving() as address:
        run(work(address))
    assert "a fault of ours" in caplog.text


def test_a_page_knows_its_commands() -> None:
    assert sorted(Worker.commands()) == ["begin", "end", "fail", "python", "weigh"]
    assert Worker.commands()["weigh"].takes_bytes


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_a_script_that_runs(name: str, tmp_path: Path) -> None:
    page = PAGES[name](Lab({one: gn.lecture(one) for one in LECTURE}), Outbox(lambda: None))
    with chdir(tmp_path):  # where a script may save pictures
        assert ran(page.answer("python", {}).text)["printed"]
    page.stop()
