"""The log of a training: its history as a CSV file, a row at the end of each epoch."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from glassnet.files import FileKind, cause, require_writable, write_whole
from glassnet.ir.elsewhere import in_our_words
from glassnet.ir.errors import GlassnetError
from glassnet.train.training import Callback, Training

_CUT = rb"e?p?o?c?h?,?l?o?s?s?\Z|epoch,loss[^\r\n]*\r?\Z"
LOG = FileKind("log", re.compile(rb"\Aepoch,loss[^\r\n]*,seconds\r?\n|\A(?:" + _CUT + rb")"))
"""Logs that were cut off within their first line are known, too."""


class CsvLog(Callback):
    """Write each epoch's measurements as a row of a CSV file, at once, so that a crash loses none.

    The file holds the history. Where it does not, for it is of another training, was cut off or removed, it is written
    anew: a resumed training has the log of one that was never stopped. If it can no longer be written (the disk is
    full), the training says so and goes on; each later epoch tries again.

    Raises:
        GlassnetError: the file cannot be written, or there is another file of that name, which is no log.

    >>> import glassnet as gn
    >>> import tempfile, pathlib
    >>> net = gn.Network(1, gn.Dense(1, weights="zeros"), dtype="float64")
    >>> x, y = [[0.0], [1.0]], [[1.0], [3.0]]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     log = pathlib.Path(folder, "log.csv")
    ...     history = net.fit(x, y, epochs=2, metrics=[], callbacks=[gn.CsvLog(log)])
    ...     print(log.read_text().splitlines()[0])
    epoch,loss,seconds
    """

    @in_our_words
    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._names: list[str] = []
        self._size: int | None = None  # bytes of the file as it was written; None where it is not, or not whole
        self._warned = False

    def on_begin(self, training: Training, epochs: int) -> None:
        """Nothing is replaced yet: another callback may refuse to begin."""
        require_writable(self.path, LOG)
        self._size, self._warned = None, False

    def on_epoch(self, training: Training, row: Mapping[str, float]) -> None:
        self._try(training, row)

    def on_end(self, training: Training) -> None:
        if not self._is_as_written():
            self._try(training)

    def _try(self, training: Training, row: Mapping[str, float] | None = None) -> None:
        try:
            if row is not None and self._is_as_written() and row.keys() == set(self._names):
                self._append(training.history.epochs, row)
            else:
                self._write_whole(training)
            self._warned = False
        except GlassnetError as error:
            if not self._warned:
                training.note(f"{error}; the training goes on, and the log is tried again after each epoch")
            self._warned = True

    def _write_whole(self, training: Training) -> None:
        self._size = None
        require_writable(self.path, LOG)
        history = training.history
        known = dict.fromkeys([*training.measurements, *history])
        self._names = [*(name for name in known if name != "seconds"), "seconds"]
        rows = ([str(i + 1), *(_cell(history, name, i) for name in self._names)] for i in range(history.epochs))
        content = _lines([["epoch", *self._names], *rows])
        write_whole(self.path, content, LOG)
        self._size = len(content)

    def _append(self, epoch: int, row: Mapping[str, float]) -> None:
        """Add a row; where that fails, nothing of it is left."""
        line = _lines([[str(epoch), *(repr(float(row[name])) for name in self._names)]])
        before, self._size = self.path.stat().st_size, None
        try:
            with self.path.open("ab") as file:
                file.write(line)
        except OSError as error:
            with suppress(OSError):
                os.truncate(self.path, before)
            raise GlassnetError(f"the log {self.path} cannot be written: {cause(error, self.path)}") from None
        self._size = before + len(line)

    def _is_as_written(self) -> bool:
        """Whether nobody has removed, cut or replaced the file since."""
        try:
            return self.path.stat().st_size == self._size
        except OSError:
            return False


def _cell(history: Mapping[str, list[float]], name: str, epoch: int) -> str:
    return repr(float(history[name][epoch])) if epoch < len(history.get(name, [])) else ""


def _lines(rows: Iterable[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
