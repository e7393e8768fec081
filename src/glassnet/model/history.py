"""The history of a training: one row an epoch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING

from glassnet.grids import html_table
from glassnet.ir.elsewhere import HISTORY, attribute_error_in_words
from glassnet.ir.errors import UnknownName
from glassnet.words import counted, percent, unknown, visible

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_ROWS = 20
"""Rows that a notebook shows of a long history."""


class History(Mapping[str, list[float]]):
    """What was measured after each epoch: ``history["loss"]`` is a list with one number an epoch.

    ``stopped`` says in words why training ended before its last epoch, and is empty otherwise; ``signal`` is the number
    of the signal that ended it, such as that of Ctrl-C, or 0. ``engine`` says what made the steps. An epoch in which
    something was not measured has NaN for it.

    >>> import glassnet as gn
    >>> net = gn.Network(1, gn.Dense(1, weights="zeros"), dtype="float64")
    >>> history = net.fit([[0.0], [1.0]], [[1.0], [3.0]], epochs=2, optimizer=gn.SGD(0.5), metrics=[])
    >>> history["loss"]
    [5.0, 0.625]
    >>> list(history)
    ['loss', 'seconds']
    >>> history.epochs, history.stopped, history.engine
    (2, '', 'numpy')
    """

    if not TYPE_CHECKING:  # type checkers know by themselves what is not there
        __getattr__ = attribute_error_in_words(HISTORY)

    def __init__(self, values: Mapping[str, list[float]] | None = None) -> None:
        columns = values or {}
        self._rows: list[dict[str, float]] = [
            dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)
        ]
        self.stopped = ""
        self.signal = 0
        self.engines: list[tuple[str, int]] = []
        """Each engine that made steps, and the first of these."""
        self.fallback = ""
        """Why the compiled engine cannot make steps of this network here; empty where it can."""

    def append(self, row: Mapping[str, float]) -> None:
        """Add the measurements of one epoch: all of them or, where that is interrupted, none.

        Measurements that the last epoch lacks, such as a callback's own, are added to that epoch. What an epoch did not
        measure is NaN.
        """
        numbers = {name: float(value) for name, value in row.items()}
        if self._rows and not any(name in self._rows[-1] for name in numbers):
            self._rows[-1] = {**self._rows[-1], **numbers}
        else:
            self._rows.append(numbers)

    def copy(self) -> History:
        """A history to be continued: the same rows, not yet stopped."""
        other = History()
        other._rows, other.engines = list(self._rows), list(self.engines)
        return other

    def made_by(self, engine: str, step: int) -> None:
        """Note which engine made that step."""
        if not self.engines or self.engines[-1][0] != engine:
            self.engines.append((engine, step))

    @property
    def engine(self) -> str:
        """What made the steps: "numpy" (the evaluator), "compiled", or one after the other; empty where none was made.

        >>> history = History()
        >>> history.made_by("numpy", 1), history.made_by("compiled", 51)
        (None, None)
        >>> history.engine
        'numpy, compiled from step 51'
        """
        first, *others = self.engines or [("", 0)]
        why = f" ({self.fallback})" if self.fallback else ""
        return ", ".join([first[0], *(f"{engine} from step {step}" for engine, step in others)]) + why

    @property
    def _names(self) -> dict[str, None]:
        return dict.fromkeys(name for row in list(self._rows) for name in row)

    @property
    def epochs(self) -> int:
        """How many epochs were finished."""
        return len(self._rows)

    def __getitem__(self, name: str) -> list[float]:
        if name not in self._names:
            ours = str(name).replace("val_", "validation_", 1)
            said = f"the history has no {name!r}; here it is {ours!r}, if fit is given validation=(x, y)"
            raise UnknownName(said if ours != name else unknown("measurement", str(name), self._names))
        return [float(row.get(name, nan)) for row in list(self._rows)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def _repr_html_(self) -> str:
        """A table for notebooks: one row an epoch, or evenly chosen ones of a long history."""
        every = (self.epochs - 1) / (MOST_ROWS - 1)
        chosen = sorted({round(i * every) for i in range(MOST_ROWS)}) if self.epochs else []
        heading = [name.replace("_", " ") for name in ("epoch", *self)]
        columns = {name: self[name] for name in self}
        rows = [[str(i + 1), *(measurement(name, column[i]) for name, column in columns.items())] for i in chosen]
        engine = f"engine: {self.engine}" if self.engine else ""
        ended = "".join(f"<p>{escape(text)}</p>" for text in (self.stopped, engine) if text)
        return html_table([heading, *rows]) + ended

    def __repr__(self) -> str:
        row = self._rows[-1] if self._rows else {}
        last = ", ".join(f"{visible(name)} {value:.4g}" for name, value in row.items())
        engine = f"; engine: {self.engine}" if "compiled" in self.engine else ""
        return f"History({counted(self.epochs, 'epoch')}; last: {last}{engine})"

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


def measurement(name: str, value: float) -> str:
    """A measured number as its kind is written: shares as percentages.

    >>> measurement("validation_accuracy", 0.97314), measurement("loss", 0.0912374)
    ('97.31 %', '0.09124')
    """
    shares = ("accuracy", "precision", "recall", "f1", "top_")
    return percent(value) if name.removeprefix("validation_").startswith(shares) else f"{value:.4g}"


def measurements(values: Mapping[str, float]) -> str:
    """All in one line.

    >>> measurements({"loss": 0.0912374, "r2": 0.5})
    'loss 0.09124, R² 0.5'
    """
    words = {"r2": "R²", "mae": "mean absolute error"}
    return ", ".join(f"{words.get(n, n.replace('_', ' '))} {measurement(n, value)}" for n, value in values.items())
