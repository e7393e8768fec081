"""Outlets: standard streams whose reader may leave before a training ends."""

from __future__ import annotations

import os
import sys
from typing import Any, Literal


class Outlet:
    """A standard stream. Once nobody reads it any more, what is written goes nowhere, and ``is_closed`` says so.

    So ``glassnet train … | head`` and a terminal that is closed do not end a training.
    """

    def __init__(self, name: Literal["stdout", "stderr"]) -> None:
        self.stream = getattr(sys, name)
        self.is_closed = False

    def write(self, text: str) -> int:
        try:
            self.stream.write(text)
        except OSError:
            self._close()
        return len(text)

    def flush(self) -> None:
        try:
            self.stream.flush()
        except OSError:
            self._close()

    def _close(self) -> None:
        """Let the stream lead nowhere, so that what is left in it does no harm when Python leaves."""
        self.is_closed = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.stream.fileno())
        os.close(nowhere)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)
