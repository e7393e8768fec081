"""Progress: what a person who waits for a training sees of it, in a terminal or a notebook; nobody else sees anything.

A bar with the means of the epoch so far, the speed and the time left; above it a line for each epoch, or for 25 evenly
chosen ones of many.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Protocol, cast

from glassnet.ir.require import require
from glassnet.model.history import measurement, measurements
from glassnet.outlet import Outlet
from glassnet.train.training import Callback, Training
from glassnet.words import visible

if TYPE_CHECKING:
    from rich.console import Console

REFRESH = 0.1  # seconds between two looks at the training, at least,
SHARE = 0.005  # and at most so much of the time is spent on looks
PATIENCE = 0.5  # seconds that a training may take before anyone wants to see how far it is
MOST_LINES = 25  # of a longer training, evenly chosen epochs are shown
BAR = 30  # characters, in a notebook


class Screen(Protocol):
    """Where progress is seen."""

    def add(self, lines: Sequence[tuple[str, str]]) -> None:
        """Add lines that stay, each with its style."""

    def bar(self, share: float, title: str, text: str) -> None:
        """Show how far the training is."""

    def close(self) -> None:
        """Take the bar away."""


class Terminal:
    """Lines on a console, and a bar of rich's below them where it is a terminal."""

    def __init__(self, console: Console) -> None:
        from rich.progress import BarColumn, Progress, TextColumn

        title, measured = (TextColumn(f"{{task.{what}}}", markup=False) for what in ("description", "fields[measured]"))
        columns = title, BarColumn(bar_width=None), measured
        self.console = console
        self._bar = Progress(
            *columns,
            console=console,
            transient=True,
            auto_refresh=False,
            expand=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=1.0, measured="")

    def add(self, lines: Sequence[tuple[str, str]]) -> None:
        from rich.text import Text

        self.console.print(Text("\n").join(Text(text, style) for text, style in lines))

    def bar(self, share: float, title: str, text: str) -> None:
        self._bar.update(self._task, completed=share, description=title, measured=text)
        self._bar.start()
        self._bar.refresh()

    def close(self) -> None:
        self._bar.stop()


class Notebook:
    """Lines and a bar below them as one text of a notebook's cell, which is replaced by the next."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._display: Any = None

    def add(self, lines: Sequence[tuple[str, str]]) -> None:
        self._lines += [text for text, _ in lines]
        self._show()

    def bar(self, share: float, title: str, text: str) -> None:
        full = round(BAR * share)
        self._show(f"{title} {'━' * full}{'─' * (BAR - full)} {text}")

    def close(self) -> None:
        if self._display is not None:
            self._show()

    def _show(self, *last: str) -> None:
        content = {"text/plain": "\n".join([*self._lines, *last])}
        if self._display is None:
            from IPython.display import display

            self._display = display(content, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._display.update(content, raw=True)


class Progress(Callback):
    """Shows a training as it runs; ``noun`` is what the samples are, ``patience`` how long nothing is shown at first.

    Whoever made it closes it, whatever ended the training.
    """

    def __init__(self, screen: Screen, noun: str = "samples", patience: float = 0.0) -> None:
        self.screen, self.noun, self.patience = screen, noun, patience
        self._waiting: list[tuple[str, str]] = []  # lines that are not shown yet
        self._has_heading, self._pause = False, REFRESH

    def on_begin(self, training: Training, epochs: int) -> None:
        self.epochs, self.last = epochs, training.began["epoch"] + epochs
        self._samples = training.data.get("samples")
        self._steps = -(-self._samples // training.data["batch_size"]) if self._samples else 0
        self._begun = self._shown = time.perf_counter()
        self._before, self._seen = self._epochs_done(training), training.position["step"]
        if training.position["epoch"]:
            self._line(f"Going on after epoch {training.position['epoch']} of {self.last}.")

    def steps_at_once(self, training: Training) -> int:
        """Whenever steps pause: it only shows how far they are."""
        return sys.maxsize

    def on_step(self, training: Training, measured: Mapping[str, float]) -> None:
        now, self._batches = time.perf_counter(), training.position["batch"]
        if now - self._shown < self._pause or now - self._begun < self.patience:
            return
        done, step = self._epochs_done(training), training.position["step"]
        parts = [measurements(training.means())]
        if self._samples:
            rate = (step - self._seen) * self._samples / self._steps / (now - self._shown)
            parts.append(f"{rate:,.0f} {self.noun}/s")
        if done > self._before:
            parts.append(_left((now - self._begun) * (self.epochs - done) / (done - self._before)))
        self._flush()
        self.screen.bar(done / self.epochs, self._title(training.position["epoch"]), visible(", ".join(parts)))
        self._shown, self._seen = now, step
        self._pause = max(REFRESH, (time.perf_counter() - now) / SHARE)

    def on_epoch(self, training: Training, row: Mapping[str, float]) -> None:
        epoch = training.position["epoch"]
        self._steps = self._steps or self._batches  # of a stream, known after its first epoch
        every = -(-self.epochs // MOST_LINES)
        if epoch % every == 0 or epoch in (training.began["epoch"] + 1, self.last):
            self._row(epoch, row)

    def close(self) -> None:
        """Show what is left to be shown, and take the bar away."""
        self._show_rest()
        self.screen.close()

    def _epochs_done(self, training: Training) -> float:
        epoch, batch = training.position["epoch"], training.position["batch"]
        return epoch - training.began["epoch"] + (batch / self._steps if self._steps else 0.0)

    def _title(self, done: int) -> str:
        return f"epoch {min(done + 1, self.last):>{len(str(self.last))}}/{self.last}"

    def _row(self, epoch: int, row: Mapping[str, float]) -> None:
        """One line of a table whose heading stands above the first line."""
        cells = {"epoch": f"{epoch:>{len(str(self.last))}}/{self.last}"}
        cells |= {name.replace("_", " "): measurement(name, value) for name, value in row.items() if name != "seconds"}
        if self._samples:
            cells[f"{self.noun}/s"] = f"{self._samples / max(row['seconds'], 1e-9):,.0f}"
        widths = [max(len(name), 8) for name in cells]
        if not self._has_heading:
            self._line("  ".join(f"{n:>{w}}" for n, w in zip(cells, widths, strict=True)), "bold")
            self._has_heading = True
        self._line("  ".join(f"{c:>{w}}" for c, w in zip(cells.values(), widths, strict=True)))

    def _line(self, text: str, style: str = "") -> None:
        """Show a line with the next look, or at the end."""
        self._waiting.append((visible(text), style))

    def on_end(self, training: Training) -> None:
        self._show_rest()

    def _show_rest(self) -> None:
        if self._waiting and time.perf_counter() - self._begun >= self.patience:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self.screen.add(self._waiting)
            self._waiting = []


@contextmanager
def shown(progress: bool | None) -> Iterator[list[Callback]]:
    """The callback that shows a training, where one is wanted: always, never, or (None) where a person watches."""
    require(progress is None or isinstance(progress, bool), f"progress is True, False or None, got {progress!r}")
    screen = _screen(progress)
    if screen is None:
        yield []
        return
    live = Progress(screen, patience=0.0 if progress else PATIENCE)
    try:
        yield [live]
    finally:
        live.close()


def _screen(progress: bool | None) -> Screen | None:
    """The notebook or terminal to show progress on. Files, pipes and CI logs get it only when it is asked for."""
    if progress is False or (progress is None and os.environ.get("CI")):
        return None
    if _in_notebook():
        return Notebook()
    if sys.stdout is None or not (progress or sys.stdout.isatty()):
        return None
    from rich.console import Console

    outlet = cast("IO[str]", Outlet("stdout"))
    return Terminal(Console(file=outlet, highlight=False, markup=False))


def _in_notebook() -> bool:
    """Whether this is the kernel of a notebook: only that has IPython loaded, and a shell with a kernel."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def _left(seconds: float) -> str:
    """The time left: 0:07 left, 1:02:03 left.

    >>> _left(7.2), _left(3723)
    ('0:07 left', '1:02:03 left')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02} left" if hours else f"{minutes}:{rest:02} left"
