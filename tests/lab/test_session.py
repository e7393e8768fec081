"""A session is worked for as far as it reads, and no further."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from glassnet.lab.outbox import MOST_REPLIES
from glassnet.lab.page import Lab, Nothing, Page, command
from glassnet.lab.session import Session
from tests.lab.test_server import run

COMMANDS, TRIPS = 300, 40


@dataclass(frozen=True)
class Count:
    """How many commands there have been."""

    count: int


class Counter(Page):
    """Counts its commands."""

    name = "counter"
    count = 0

    @command
    def ask(self, given: Nothing) -> Count:
        self.count += 1
        return Count(self.count)


class Socket:
    """A browser that asks many things at once, and reads the answers when it may."""

    def __init__(self) -> None:
        self.may_read, self.read, self.asked = asyncio.Event(), list[int](), 0

    async def receive(self) -> dict[str, Any]:
        if self.asked == COMMANDS:
            await asyncio.Event().wait()
        self.asked += 1
        return {"type": "websocket.receive", "text": json.dumps({"id": self.asked, "op": "ask"})}

    async def send_text(self, text: str) -> None:
        await self.may_read.wait()
        self.read.append(json.loads(text)["result"]["count"])


def test_who_does_not_read_is_not_worked_for() -> None:
    async def work() -> None:
        socket: Any = Socket()
        session = Session(socket, Counter, Lab({}))
        serving = asyncio.create_task(session.run())
        loop = asyncio.get_running_loop()
        counts = []
        for _ in range(3 * TRIPS):  # each to the session's thread and back, where a command could have been done
            counts.append(await loop.run_in_executor(session._thread, lambda: getattr(session, "_page", Counter).count))
        assert counts[TRIPS:] == [MOST_REPLIES + 2] * 2 * TRIPS  # one is being sent, and one waits for room
        assert socket.asked < COMMANDS
        socket.may_read.set()
        while len(socket.read) < COMMANDS:
            await loop.run_in_executor(session._thread, lambda: None)
        assert socket.read == [*range(1, COMMANDS + 1)]
        serving.cancel()

    run(work())
