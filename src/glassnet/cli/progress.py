"""The progress of downloads; that of trainings is in train/progress.py."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from glassnet.data.store import Progress as DownloadProgress


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
