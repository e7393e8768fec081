"""Progress: a live bar in a terminal, plain lines in a file or a pipe."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.text import Text

from glassnet.cli.display import measurement, measurements
from glassnet.data.store import Progress as DownloadProgress
from glassnet.train.training import Callback, Training

REFRESH = 0.1  # seconds between two looks of the live bar
MOST_LINES = 25  # of a longer training, evenly chosen epochs are printed


class LiveTraining(Callback):
    """Shows a training as it runs: epoch, loss, accuracy, images a second and the time left; a line for each epoch.

    ``noun`` is what the samples are.
    """

    def __init__(self, console: Console, noun: str = "images") -> None:
        self.console, self.noun, self.has_heading = console, noun, False
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[measured]}"),
            TimeRemainingColumn(compact=True),
            console=console,
            transient=True,
            disable=not console.is_terminal,
            expand=True,
        )

    def on_begin(self, training: Training, epochs: int) -> None:
        self.epochs = epochs
        samples, batch_size = training.data["samples"], training.data["batch_size"]
        assert isinstance(samples, int)
        assert isinstance(batch_size, int)
        self.samples, self.steps = samples, -(-samples // batch_size)
        done = training.position["epoch"]
        if training.resumed is not None:
            self.console.print(f"Going on after epoch {done} of {epochs}.")
        self.task = self.bar.add_task(self._title(done), total=epochs * self.steps, measured="")
        self.bar.start()
        self.shown, self.seen = time.perf_counter(), training.position["step"]

    def on_step(self, training: Training, measured: Mapping[str, float]) -> None:
        now = time.perf_counter()
        if now - self.shown < REFRESH:
            return
        batch, epoch = training.position["batch"], training.position["epoch"]
        step = training.position["step"]
        rate = (step - self.seen) * self.samples / self.steps / (now - self.shown)
        self.shown, self.seen = now, step
        self.bar.update(
            self.task,
            description=self._title(epoch),
            completed=epoch * self.steps + batch,
            measured=f"{measurements(training.means())}, {rate:,.0f} {self.noun}/s",
        )

    def on_epoch(self, training: Training, row: Mapping[str, float]) -> None:
        epoch = training.position["epoch"]
        every = -(-self.epochs // MOST_LINES)
        if epoch % every == 0 or epoch in (1, self.epochs):
            self._print_row(epoch, row)

    def _print_row(self, epoch: int, row: Mapping[str, float]) -> None:
        """One line of a table whose heading stands above the first line."""
        cells = {"epoch": f"{epoch:>{len(str(self.epochs))}}/{self.epochs}"}
        cells |= {name.replace("_", " "): measurement(name, value) for name, value in row.items() if name != "seconds"}
        cells[f"{self.noun}/s"] = f"{self.samples / max(row['seconds'], 1e-9):,.0f}"
        widths = [max(len(name), 8) for name in cells]
        if not self.has_heading:
            self.console.print(Text("  ".join(f"{n:>{w}}" for n, w in zip(cells, widths, strict=True)), "bold"))
            self.has_heading = True
        self.console.print("  ".join(f"{c:>{w}}" for c, w in zip(cells.values(), widths, strict=True)))

    def close(self) -> None:
        """Take the bar away, whatever ended the training."""
        self.bar.stop()

    def _title(self, done: int) -> str:
        width = len(str(self.epochs))
        return f"epoch {min(done + 1, self.epochs):>{width}}/{self.epochs}"


@contextmanager
def download_progress(console: Console) -> Iterator[DownloadProgress]:
    """Shows downloads, one bar a file, from when the first begins."""
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()
    bars = Progress(*columns, console=console, disable=not console.is_terminal)
    tasks: dict[str, object] = {}

    def report(name: str, done: int, total: int) -> None:
        if name not in tasks:
            if not console.is_terminal:
                console.print(f"Downloading {name} ({total:,} bytes)")
            tasks[name] = bars.add_task(name, total=total)
        bars.update(tasks[name], completed=done)  # type: ignore[arg-type]

    with bars:
        yield report
