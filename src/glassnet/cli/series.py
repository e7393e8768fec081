"""``glassnet train --sequence``: series to forecast, held out in the order of time, beside the simplest forecasts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from rich.console import Console

from glassnet import data
from glassnet.cli.job import Job
from glassnet.cli.recipes import Recipe, series_network, series_recipe
from glassnet.cli.tables import note
from glassnet.data import Series
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.words import counted, number

TESTED, HELD_OUT = 0.2, 0.1  # of the forecasts: those of the last rows, and of the rows before them
FEWEST = 10
Part = tuple[Array, Array]


def show(series: Series, source: str, console: Console) -> None:
    """What the columns were taken for."""
    target, *others = series.features
    beside = f", with {', '.join(others)}" if others else ""
    console.print(
        f"{source}: {counted(len(series.values), 'row')}; {target!r} is forecast from the "
        f"{series.steps} rows before{beside}."
    )
    note(series.notes, console)


def parts(series: Series, held_out: float | None) -> tuple[Part, Part, Part]:
    """The forecasts to learn from, those held out, and those of the test, one after the other in time."""
    x, y = series.x, series.y
    share = HELD_OUT if held_out is None else held_out
    require(
        0 < share < 1 - TESTED, f"--validation of a series must be a share between 0 and {1 - TESTED:g}, got {share:g}"
    )
    few = f"{counted(len(x), 'forecast')} are too few to learn from, hold out and test on; at least {FEWEST} are needed"
    require(len(x) >= FEWEST, few)
    last, middle = (max(1, round(part * len(x))) for part in (TESTED, share))
    ends = len(x) - last - middle, len(x) - last
    learnt, held, tested = ((x[part], y[part]) for part in (slice(ends[0]), slice(*ends), slice(ends[1], None)))
    return learnt, held, tested


@dataclass(frozen=True)
class SeriesJob(Job):
    """A recurrent network that forecasts a series, which is tested on its end."""

    series: Series = field(kw_only=True)

    def report(self, console: Console) -> None:
        """How good the forecasts are, how good the simplest forecasts would be, and what comes next."""
        super().report(console)
        assert self.test is not None
        x, y = self.test
        guesses = {
            "that nothing changes": data.naive_forecast(x),
            "a linear function of all numbers": data.linear_forecast(self.x, self.y, x),
        }
        said = ", ".join(f"{name} {number(float(np.abs(guess - y).mean()))}" for name, guess in guesses.items())
        console.print(f"The mean absolute errors of simpler forecasts: {said}.")
        forecast = float(np.ravel(self.network(self.series.last))[0])
        console.print(f"After the last row, the network forecasts {self.series.features[0]} {number(forecast)}.")


def series_job(
    series: Series, source: str, held_out: float | None, adapted: Callable[[Recipe], Recipe], console: Console
) -> SeriesJob:
    """The training of a recurrent network on a series, which is said what it was taken for."""
    show(series, source, console)
    learnt, held, tested = parts(series, held_out)
    spread = float(learnt[1].var())
    require(spread > 0, f"{series.features[0]!r} is the same in all rows to learn from: there is nothing to learn")
    recipe = adapted(series_recipe(len(learnt[0])))
    network = series_network(recipe, series, len(learnt[0]))
    return SeriesJob(network, recipe, *learnt, "forecasts", held, tested, 1 / spread, series=series)
