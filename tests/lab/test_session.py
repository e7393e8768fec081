"""A session is worked for as far as it reads, and no further."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import Any

import pytest

from glassnet.lab.outbox import MOST_REPLIES
from glassnet.lab.page import Lab, Nothing, Page, command
from glassnet.lab.session import Session
from tests.lab.test_messages import MESSAGES
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
    """A browser that says many things at once, and reads the answers when it may."""

    def __init__(self, messages: Iterable[str | bytes]) -> None:
        self.may_read, self.read, self.asked = asyncio.Event(), list[Any](), 0
        self._messages = iter(messages)

    async def receive(self) -> dict[str, Any]:
        message = next(self._messages, None)
        if message is None:
            await asyncio.Event().wait()
        self.asked += 1
        return {"type": "websocket.receive", "text" if isinstance(message, str) else "bytes": message}

    async def send_text(self, text: str) -> None:
        await self.may_read.wait()
        self.read.append(json.loads(text))


def test_who_does_not_read_is_not_worked_for() -> None:
    async def work() -> None:
        socket: Any = Socket(json.dumps({"id": i + 1, "op": "ask"}) for i in range(COMMANDS))
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
        assert socket.read == [{"id": i + 1, "result": {"count": i + 1}} for i in range(COMMANDS)]
        serving.cancel()

    run(work())


GOOD = (
    '{"id": 1, "op": "ask", "args": {}}', '{"id": 2, "op": "ask"}', '{"ack": 3}', '{"id": 4, "op": "python"}',
    '{"id": 5, "op": "ask", "args": {"a": [1, -2.5e-3, null, true, "\u00e9\\n"]}}',
)  # fmt: skip
PIECES = (
    b"{", b"[", b"[" * 3000, b'"', b",", b":", b"null", b"NaN", b"1e999", b"-", b"9" * 400, b"\0", b"\xff", b"\\u",
    b'"id"',
)  # fmt: skip


def damaged(rng: random.Random) -> str | bytes:
    """A message as it should be, with bytes changed, lost, doubled or put in; as text, or as bytes with a length."""
    data = bytearray(rng.choice(GOOD).encode())
    for _ in range(rng.randrange(4)):
        i, j = sorted(rng.randrange(len(data) + 1) for _ in range(2))
        match rng.randrange(4):
            case 0:
                data[i:j] = b""
            case 1:
                data[i:i] = data[i:j]
            case 2:
                data[i:i] = rng.choice(PIECES)
            case _:
                data[i : i + 1] = rng.randbytes(1)
    if rng.random() < 0.5:
        return data.decode("utf-8", "replace")
    length = len(data) if rng.random() < 0.7 else rng.choice([0, 1, len(data) + 1, 2**31, 2**32 - 1])
    whole = length.to_bytes(4, "little") + data + rng.randbytes(rng.randrange(9))
    return whole if rng.random() < 0.9 else whole[: rng.randrange(8)]


def test_hostile_messages_end_no_session(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Each is answered, but for those that acknowledge a frame; after them all, the session goes on as before."""
    monkeypatch.setattr("glassnet.lab.session.RATE", inf)
    monkeypatch.setattr("glassnet.lab.session.BURST", inf)
    monkeypatch.setattr(Counter, "script", lambda self: "")
    rng = random.Random(8)

    async def work() -> None:
        socket: Any = Socket([*(damaged(rng) for _ in range(MESSAGES)), '{"id": 123456, "op": "ask"}'])
        socket.may_read.set()
        session = Session(socket, Counter, Lab({}))
        serving, loop = asyncio.create_task(session.run()), asyncio.get_running_loop()
        while not (socket.read and socket.read[-1]["id"] == 123456):
            assert not serving.done()
            await loop.run_in_executor(session._thread, lambda: None)
        serving.cancel()
        assert all(("result" in answer) != ("error" in answer) for answer in socket.read)
        assert MESSAGES / 2 < len(socket.read) <= MESSAGES + 1

    run(work())
    assert not caplog.records, "a fault of ours"
