"""Series on the command line: trained with ``--sequence``, forecast, and evaluated beside the simplest forecasts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from rich.console import Console

from glassnet import data
from glassnet.cli.job import Job
from glassnet.cli.recipes import Recipe, series_network, series_recipe
from glassnet.cli.tables import note, row_numbers, unit_of
from glassnet.data import Series, SeriesColumns
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.model.history import measurements
from glassnet.network import Network
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
    few = f"there are too few forecasts to learn from, hold out and test on: {len(x)}, and at least {FEWEST} are needed"
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
        errors = {name: number(float(np.abs(guess - y).mean())) for name, guess in guesses.items()}
        said = ", ".join(f"{name} {error}{unit_of(self.network)}" for name, error in errors.items())
        console.print(f"The mean absolute errors of simpler forecasts: {said}.")
        said = next_value(self.network, self.series)
        console.print(f"After the last row, the network forecasts {self.series.features[0]} {said}.")


def next_value(network: Network, series: Series) -> str:
    """What the network forecasts after the last row, as it stands in a table."""
    return series.columns.written(float(np.ravel(network(series.last))[0]))


def evaluate_series(
    network: Network, columns: SeriesColumns, source: str, delimiter: str | None, header: bool | None, console: Console
) -> None:
    """How good the forecasts of all rows of a table are that have enough rows before them."""
    series = columns.read(source, delimiter, header)
    rows, steps = counted(len(series.values), "row"), columns.steps
    enough = f"{source} has {rows}: a forecast from {steps} is compared with the row after, so {steps + 1} are needed"
    require(len(series.values) > steps, enough)
    note(series.notes, console)
    x, y = series.x, series.y
    metrics = ["r2", "mae"] if len(y) > 1 else ["mae"]  # one number has no spread, of which R² says the explained part
    measured = network.evaluate(x, y, metrics=metrics)
    said = measurements({name: measured[name] for name in metrics}) + unit_of(network)
    console.print(f"On {counted(len(y), 'forecast')} of {source}: {said}.", style="bold")
    naive = number(float(np.abs(data.naive_forecast(x) - y).mean())) + unit_of(network)
    console.print(f"The mean absolute error of the forecast that nothing changes: {naive}.")


def forecast_of(
    columns: SeriesColumns, source: str, rows: str | None, delimiter: str | None, header: bool | None
) -> tuple[Array, Array | None]:
    """What those rows of a table, in the order of time, are forecast from, and what they hold.

    Without ``rows``, what the row after the last is forecast from; nobody knows what it holds.
    """
    series = columns.read(source, delimiter, header)
    note(series.notes)
    if rows is None:
        return series.last[None], None
    places, steps = row_numbers(rows, len(series.values), source), columns.steps
    few = f"row {places[0] + 1} of {source} has {counted(places[0], 'row')} before it, and {steps} are needed"
    require(places[0] >= steps, f"{few}: ask for rows from {steps + 1} on, or leave --rows out for the next forecast")
    chosen = np.array(places) - steps
    return series.x[chosen], series.y[chosen]


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
