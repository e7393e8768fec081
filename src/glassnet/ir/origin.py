"""Where variables are made: the layer, the stage of a training step, and the line of the user's program."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Stage = Literal["", "gradient", "optimizer"]


@dataclass(frozen=True)
class Origin:
    """Where a variable was made: the path of the layer or parameter that it belongs to, and the stage.

    The stage is "" for what feeds forward to the outputs and the loss, else "gradient" or "optimizer".
    """

    path: str = ""
    stage: Stage = ""

    @property
    def layer(self) -> str:
        """The path of the layer it belongs to, be it a gradient; empty for the loss, the optimiser and constants.

        >>> Origin("dense_1", "gradient").layer, Origin("dense_1.weights", "optimizer").layer
        ('dense_1', '')
        """
        return "" if self.stage == "optimizer" else self.path

    def __str__(self) -> str:
        return " of ".join(filter(None, (self.stage, self.path)))


_PATH: ContextVar[str] = ContextVar("_PATH", default="")
"""The names of the layers whose ``__call__`` is being traced, outermost first."""
_STAGE: ContextVar[Stage] = ContextVar("_STAGE", default="")
"""The stage of a training step that is being traced."""


@contextmanager
def within(path: str, stage: Stage | None = None) -> Iterator[None]:
    """A block whose variables have that path, and that stage if one is given.

    Readings that rebuild or extend a graph say so whose the new variables are.
    """
    tokens = _PATH.set(path), _STAGE.set(_STAGE.get() if stage is None else stage)
    try:
        yield
    finally:
        _PATH.reset(tokens[0])
        _STAGE.reset(tokens[1])


def here() -> Origin:
    """The origin of what is being made now.

    >>> with within("dense_1", "gradient"):
    ...     print(here())
    gradient of dense_1
    """
    return Origin(_PATH.get(), _STAGE.get())


_PACKAGE = str(Path(__file__).resolve().parents[1]) + os.sep


def caller() -> str:
    """The line of the user's program that led here, such as "net.py:12"; empty where there is none."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith((_PACKAGE, "<")):
        frame = frame.f_back  # type: ignore[assignment]
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}" if frame is not None else ""
