"""The history of a training: one row an epoch."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from glassnet.words import counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class History(Mapping[str, list[float]]):
    """What was measured after each epoch: ``history["loss"]`` is a list with one number an epoch.

    ``stopped`` says in words why training ended before its last epoch, and is empty otherwise.

    >>> import glassnet as gn
    >>> net = gn.Network(1, gn.Dense(1, weights="zeros"), dtype="float64")
    >>> history = net.fit([[0.0], [1.0]], [[1.0], [3.0]], epochs=2, optimizer=gn.SGD(0.5), metrics=[])
    >>> history["loss"]
    [5.0, 0.625]
    >>> list(history)
    ['loss', 'seconds']
    >>> history.epochs, history.stopped
    (2, '')
    """

    def __init__(self, values: Mapping[str, list[float]] | None = None) -> None:
        self._values: dict[str, list[float]] = {name: list(column) for name, column in (values or {}).items()}
        self._epochs = max(map(len, self._values.values()), default=0)
        self.stopped = ""

    def append(self, row: Mapping[str, float]) -> None:
        """Add the measurements of one epoch: all of them or, where that is interrupted, none.

        What the last epoch has no number of yet, as a callback's own measurement, is added to it. What an epoch did not
        measure is NaN.
        """
        begun = all(len(self._values.get(name, ())) < self._epochs for name in row)
        epoch = self._epochs - 1 if begun and self._epochs else self._epochs
        for name, value in row.items():
            column = self._values.setdefault(name, [])
            del column[epoch:]
            column += [math.nan] * (epoch - len(column)) + [float(value)]
        self._epochs = epoch + 1

    @property
    def epochs(self) -> int:
        """How many epochs were finished."""
        return self._epochs

    def __getitem__(self, name: str) -> list[float]:
        column = self._values[name]
        if len(column) == self._epochs:
            return column
        return column[: self._epochs] + [math.nan] * (self._epochs - len(column))

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        last = ", ".join(f"{name} {column[-1]:.4g}" for name, column in self._values.items() if column)
        return f"History({counted(self.epochs, 'epoch')}; last: {last})"

    def plot(self, path: str | Path | None = None) -> Figure:
        """Draw each measurement against the epochs, training and validation together; save it where a path is given."""
        from matplotlib.ticker import MaxNLocator

        from glassnet.canvas.colors import LIGHT
        from glassnet.canvas.plots import new_figure, save_figure

        names = [n for n in self if not n.startswith("validation_") and n != "seconds" and any(self[n])]
        with new_figure(LIGHT, (5 * len(names), 3.6)) as figure:
            for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
                for column, label in ((name, "training"), (f"validation_{name}", "validation")):
                    if column in self:
                        axes.plot(range(1, len(self[column]) + 1), self[column], marker="o", markersize=3, label=label)
                axes.set(xlabel="epoch", title=name.replace("_", " "))
                axes.xaxis.set_major_locator(MaxNLocator(integer=True))
                axes.legend()
        return save_figure(figure, path)
