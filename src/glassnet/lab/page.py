"""A page of the lab as its Python side sees it: an object for each tab, whose commands the browser calls by name."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from threading import Event, Thread
from typing import Any, ClassVar, TypeVar, get_type_hints

from glassnet.ir.require import require_known
from glassnet.ir.types import Array
from glassnet.lab.messages import read, written
from glassnet.lab.outbox import Outbox
from glassnet.lessons.lecture import LECTURE
from glassnet.network import Network

Method = TypeVar("Method", bound=Callable[..., Any])
PATIENCE = 2.0  # seconds for work in the background to notice that it is to stop


@dataclass(frozen=True)
class Nothing:
    """A message that says only that."""


@dataclass(frozen=True)
class Script:
    """A page's state as a Python script."""

    text: str


@dataclass(frozen=True)
class Lab:
    """What all pages share.

    Attributes:
        networks: those that can be opened, by name: the lecture's, and the one that the lab was started with.
        chosen: the name of the one that was asked for; "" where none was.
        files: where those that were read from a file lie, by name.
        x: samples of the chosen one (n, …), and y: their targets (n, …); None where none were given.
    """

    networks: dict[str, Network]
    chosen: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    x: Array | None = None
    y: Array | None = None

    def source(self, name: str) -> str:
        """The Python that gives the network of that name.

        >>> Lab({}).source("2-4-3-1"), Lab({}, files={"own": "folder/own"}).source("own")
        ('gn.lecture("2-4-3-1")', 'gn.load("folder/own")')
        """
        text = json.dumps(self.files.get(name, name), ensure_ascii=False)
        return f"gn.lecture({text})" if name in LECTURE else f"gn.load({text})"


@dataclass(frozen=True)
class Command:
    """What a page does when asked: from a message to another; with ``takes_bytes``, numbers come along."""

    function: Callable[..., Any]
    given: type[Any]
    result: type[Any]
    takes_bytes: bool


def command(method: Method) -> Method:
    """Marks a method of a page as a command of the browser: ``def edit(self, given: Edit) -> View``."""
    method.is_command = True  # type: ignore[attr-defined]
    return method


class Page:
    """The base of all pages. A page's commands run one after the other, in a thread of its session.

    ``name`` is its address, /network; ``events`` are the messages that it sends unasked.
    """

    name: ClassVar[str]
    events: ClassVar[tuple[type[Any], ...]] = ()

    def __init__(self, lab: Lab, outbox: Outbox) -> None:
        self.lab, self._outbox = lab, outbox
        self._work: tuple[Thread, Event] | None = None

    @classmethod
    @cache
    def commands(cls) -> dict[str, Command]:
        """The page's commands by name."""
        found = {}
        for name, method in inspect.getmembers(cls, inspect.isfunction):
            if getattr(method, "is_command", False):
                hints = get_type_hints(method)
                result = hints.pop("return")
                given, *more = hints.values()
                found[name] = Command(method, given, result, bool(more))
        return found

    def answer(self, op: str, args: Any, payload: bytes = b"") -> Any:
        """What a command says to a message as it came from the browser.

        Raises:
            GlassnetError: no such command, or a message that does not fit or cannot be done.
        """
        commands = self.commands()
        require_known(f"command of {self.name}", op, commands)
        chosen = commands[op]
        given = read(chosen.given, args, op)
        return chosen.function(self, given, payload) if chosen.takes_bytes else chosen.function(self, given)

    def script(self) -> str:
        """The state as a Python script; running it makes the page's numbers anew, bit for bit."""
        raise NotImplementedError(f"the page {self.name} has no script")

    @command
    def python(self, given: Nothing) -> Script:
        """Show the script."""
        return Script(self.script())

    # ── unasked ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def tell(self, event: Any) -> None:
        """Send a message of ``events``. News of one kind that still waits is replaced."""
        name = type(event).__name__
        self._outbox.event(name, f'{{"event": "{name}", "data": {written(event)}}}')

    def frame(self, kind: int, step: int, numbers: Array) -> None:
        """Send numbers as float32, to be painted; stale ones that still wait are dropped."""
        self._outbox.frame(kind, step, numbers)

    def in_background(self, work: Callable[[Event], None]) -> None:
        """Begin work in a thread of its own, after the one before has stopped; it looks often whether to stop."""
        self.stop()
        stop = Event()
        thread = Thread(target=work, args=(stop,), name=f"lab {self.name}", daemon=True)
        self._work = thread, stop
        thread.start()

    @property
    def is_working(self) -> bool:
        """Whether there is work in the background."""
        return self._work is not None and self._work[0].is_alive()

    def stop(self) -> None:
        """Stop the work in the background, and wait until it has stopped."""
        if self._work is not None:
            thread, stop = self._work
            stop.set()
            thread.join(PATIENCE)
            self._work = None
