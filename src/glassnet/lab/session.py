"""A tab of a browser: one WebSocket, one page. Commands run in a thread; the event loop only reads and sends."""

from __future__ import annotations

import asyncio
import logging
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any, TypeVar

from starlette.websockets import WebSocket, WebSocketDisconnect

from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.lab.messages import parsed, written
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab, Page
from glassnet.words import excerpt

Result = TypeVar("Result")
LARGEST_MESSAGE = 4 * 2**20
"""Bytes of a message from the browser; the socket closes on larger ones."""
WAITING = 32
"""Commands that may wait; while as many do, no more are read."""
RATE, BURST = 200.0, 400.0
"""Messages a second that are read, and how many at once."""
_log = logging.getLogger("glassnet.lab")


class Session:
    """From a tab's opening to its end.

    A text from the browser is ``{"id": 1, "op": "edit", "args": {…}}`` or ``{"ack": 7}``; bytes are such a command with
    a payload: the length of its JSON (4 bytes, little-endian), the JSON, the payload. Each command is answered once,
    with its id and a ``result`` or an ``error`` in words.
    """

    def __init__(self, socket: WebSocket, page: type[Page], lab: Lab) -> None:
        self._socket, self._loop, self._ready = socket, asyncio.get_running_loop(), asyncio.Event()
        self._outbox = Outbox(self._wake)
        self._kind, self._lab = page, lab
        self._sent = asyncio.Event()
        self._waiting: asyncio.Queue[tuple[Any, bytes]] = asyncio.Queue(WAITING)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"lab {page.name}")

    async def run(self) -> None:
        """Serve the tab until it closes."""
        self._page = await self._in_thread(self._kind, self._lab, self._outbox)
        tasks = [asyncio.create_task(part()) for part in (self._read, self._work, self._send)]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if not isinstance(task.exception(), WebSocketDisconnect | None):
                    _log.error("a session of the lab broke", exc_info=task.exception())
        finally:
            for task in tasks:
                task.cancel()
            self._thread.submit(self._page.stop)
            self._thread.shutdown(wait=False)

    def _wake(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ready.set)

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _read(self) -> None:
        allowance, last = BURST, monotonic()
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect
            allowance, last = min(BURST, allowance + RATE * (monotonic() - last)) - 1, monotonic()
            if allowance < 0:
                await asyncio.sleep(-allowance / RATE)
            try:
                command, payload = _taken_apart(message.get("text"), message.get("bytes"))
            except GlassnetError as error:
                await self._answer(written({"id": None, "error": str(error)}))
                continue
            if set(command) == {"ack"}:
                self._acknowledge(command["ack"])
            else:
                await self._waiting.put((command, payload))

    def _acknowledge(self, sequence: Any) -> None:
        if isinstance(sequence, int):
            self._outbox.acknowledge(sequence)

    # ── answering ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _work(self) -> None:
        while True:
            command, payload = await self._waiting.get()
            await self._answer(await self._in_thread(self._reply, command, payload))

    async def _in_thread(self, work: Callable[..., Result], *args: Any) -> Result:
        return await self._loop.run_in_executor(self._thread, work, *args)

    async def _answer(self, text: str) -> None:
        """Send an answer, once there is room: a tab that does not read is not worked for."""
        while self._outbox.is_full:
            self._sent.clear()
            await self._sent.wait()
        self._outbox.reply(text)

    def _reply(self, command: dict[str, Any], payload: bytes) -> str:
        number = command.get("id")
        number = number if isinstance(number, int) else None
        try:
            require(number is not None, f"a command needs an id, a whole number; got {excerpt(command.get('id'))}")
            op = command.get("op")
            require(isinstance(op, str), f"a command needs an op, the name of what to do; got {excerpt(op)}")
            return written({"id": number, "result": self._page.answer(str(op), command.get("args", {}), payload)})
        except GlassnetError as error:
            return written({"id": number, "error": str(error)})
        except MemoryError:
            return written({"id": number, "error": "this does not fit into memory; take smaller layers or less data"})
        except Exception:
            _log.exception("a command of the lab failed: %s", excerpt(command))
            return written({"id": number, "error": "the lab could not do this; the server's window says why"})

    # ── sending ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _send(self) -> None:
        while True:
            await self._ready.wait()
            self._ready.clear()
            while (message := self._outbox.next()) is not None:
                if isinstance(message, str):
                    await self._socket.send_text(message)
                else:
                    await self._socket.send_bytes(message)
                self._sent.set()


def _taken_apart(text: str | None, data: bytes | None) -> tuple[dict[str, Any], bytes]:
    """A message from the browser as its command and its payload."""
    payload = b""
    if data is not None:
        require(len(data) >= 4, "a message of bytes begins with the length of its command")
        [length] = struct.unpack_from("<I", data)
        require(length <= len(data) - 4, "a message of bytes is shorter than it says")
        text, payload = data[4 : 4 + length].decode("utf-8", "replace"), data[4 + length :]
    command = parsed(text or "")
    require(isinstance(command, dict), f"a message must be an object, got {excerpt(command)}")
    return command, payload
