"""Contestants try what they can, and then take turns."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bench.suite import reference
from bench.suite.contestants import NEEDED, OURS, SLOW, Contestant, installed
from bench.suite.processes import Failed, Slow, Workers
from bench.suite.statistics import TOLERANCE, ratio, summary, unequal
from bench.suite.task import Array, Task, first_weights

FAR = 2.5
"""A contestant that takes so many times the fastest rival's time gets few turns: it isn't the best one."""
FEW = 3
HOPELESS = 30.0
"""One that takes so many times its time does not even get these."""


@dataclass(frozen=True)
class Session:
    """One run of the suite.

    Attributes:
        folder: for what is handed to the workers.
        turns: how often each contestant is measured in a row.
        seconds: that a turn is to take.
    """

    workers: Workers
    folder: Path
    turns: int
    seconds: float
    quick: bool


@dataclass
class Entry:
    """A contestant with a number of threads, ready for its turns.

    Attributes:
        piece: seconds that one epoch, or one call, took when it was tried.
        loss: after the first epochs, by the reference; NaN where nothing is trained.
        engine: what made the steps, where a library has several.
    """

    contestant: Contestant
    threads: int
    piece: float
    loss: float = float("nan")
    engine: str | None = None
    times: list[float] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.contestant.name

    def said(self, unit: float) -> dict[str, Any]:
        """For the results, with times in units of so many seconds."""
        times = [seconds / unit for seconds in self.times]
        found = {"name": self.name, "version": installed(self.contestant.package), "threads": self.threads or None}
        more = {"loss": self.loss, "engine": self.engine} if np.isfinite(self.loss) else {}
        return {**found, "times": times, **summary(times), **more}


Try = Callable[[Contestant, int], Entry]
Take = Callable[[Entry, int], float]
"""Seconds for so many epochs, or calls."""


def tried(contestants: Sequence[Contestant], attempt: Try, end: Callable[[Contestant, int], None]) -> tuple[
    list[Entry], dict[str, str], set[str]
]:  # fmt: skip
    """Each contestant at its best number of threads; those that cannot do it, with the reason; the slow among them."""
    entries, skipped, slow = [], {}, set()
    for contestant in contestants:
        if reason := contestant.missing:
            skipped[contestant.name] = reason
            continue
        found = []
        for threads in contestant.threads_tried():
            try:
                found.append(attempt(contestant, threads))
            except Failed as error:
                skipped[contestant.name] = str(error)
                slow |= {contestant.name} if isinstance(error, Slow) else set()
            said = skipped.get(contestant.name) if not found else f"{1e3 * found[-1].piece:.3g} ms a piece"
            print(f"  {contestant.name}, threads {threads or 'of its choice'}: {said}", file=sys.stderr, flush=True)
        if found:
            skipped.pop(contestant.name, None)
            slow.discard(contestant.name)
            best = min(found, key=lambda entry: entry.piece)
            entries.append(best)
            for other in found:
                if other is not best:
                    end(contestant, other.threads)
    return entries, skipped, slow


def take_turns(entries: Sequence[Entry], take: Take, session: Session) -> dict[str, str]:
    """Fill the entries' times, in seconds of one epoch or call: one after the other, again and again.

    Returns those that failed meanwhile, and why.
    """
    failed: dict[str, str] = {}
    fastest = min((entry.piece for entry in entries if not entry.name.startswith(OURS)), default=0.0)
    for turn in range(session.turns):
        for entry in entries:
            often = turn < FEW or entry.piece <= FAR * fastest or entry.name.startswith(OURS)
            if entry.name in failed or not often:
                continue
            count = max(1, round(session.seconds / entry.piece))
            try:
                entry.times.append(take(entry, count) / count)
            except Failed as error:
                failed[entry.name] = str(error)
    return failed


def compared(entries: Sequence[Entry], lacking: str | None = None, needed: Sequence[str] = NEEDED) -> dict[str, Any]:
    """The ratio of ours and the fastest rival, or why there is none."""
    by_name = {entry.name: entry for entry in entries if entry.times}
    missing = [name for name in needed if name not in by_name]
    if lacking or missing:
        return {"ratio": None, "not_measured": lacking or f"without {' and '.join(missing)} there is no ratio"}
    rivals = [entry for entry in by_name.values() if not entry.name.startswith(OURS)]
    best = min(rivals, key=lambda entry: float(np.quantile(entry.times, 0.25)))
    return {"ratio": {"best_rival": best.name, **ratio(by_name[OURS].times, best.times)}, "not_measured": None}


# ── training ────────────────────────────────────────────────────────────────────────────────────────────────────────


def race(
    session: Session,
    task: Task,
    contestants: Sequence[Contestant],
    epochs: int,
    tolerance: float = TOLERANCE,
    also: Callable[[], None] | None = None,
) -> dict[str, Any]:
    """Train in turns: times in microseconds a step, losses after so many epochs, the ratio.

    ``also`` is done after each of our turns, while all contestants stand still.
    """
    path, fastest = session.folder / "task.npz", float("inf")
    task.save(path)

    def attempt(contestant: Contestant, threads: int) -> Entry:
        nonlocal fastest
        ask = session.workers.ask
        ask(contestant, threads, do="start", task=str(path))
        for epoch in range(epochs):
            seconds = ask(contestant, threads, do="train", epochs=1)["seconds"]
            if epoch and seconds > HOPELESS * fastest and contestant.name not in NEEDED:
                raise Failed(f"an epoch takes {seconds:.1f} s, {seconds / fastest:.0f} × the fastest rival's time")
        weights, engine = weights_of(session, contestant, threads)
        piece = min(ask(contestant, threads, do="train", epochs=1)["seconds"] for _ in range(2))
        if not contestant.name.startswith(OURS):
            fastest = min(fastest, piece)
        return Entry(contestant, threads, piece, reference.loss(task, weights), engine)

    def take(entry: Entry, count: int) -> float:
        seconds: float = session.workers.ask(entry.contestant, entry.threads, do="train", epochs=count)["seconds"]
        if also and entry.name == OURS:
            also()
        return seconds

    before = reference.loss(task, first_weights(task.work))
    return _measured(session, contestants, attempt, take, 1e-6 * task.steps, (before, tolerance))


def answers(session: Session, task: Task, contestants: Sequence[Contestant], unit: float) -> dict[str, Any]:
    """Answer in turns: times of a call in this unit of seconds; answers must be those of the reference."""
    path, answer = session.folder / "task.npz", session.folder / "answer.npy"
    task.save(path)
    expected = np.exp(reference.log_softmax(reference.answer(task.work, first_weights(task.work), task.x)))

    def attempt(contestant: Contestant, threads: int) -> Entry:
        ask = session.workers.ask
        ask(contestant, threads, do="start", task=str(path))
        ask(contestant, threads, do="answer", repeats=3, path=str(answer))
        error = float(np.abs(np.load(answer).reshape(expected.shape) - expected).max())
        if not error < 1e-4:
            raise Failed(f"its answers differ by {error:.1g}")
        pieces = [ask(contestant, threads, do="answer", repeats=10)["seconds"] / 10 for _ in range(2)]
        return Entry(contestant, threads, min(pieces))

    def take(entry: Entry, count: int) -> float:
        seconds: float = session.workers.ask(entry.contestant, entry.threads, do="answer", repeats=count)["seconds"]
        return seconds

    return _measured(session, contestants, attempt, take, unit, None)


def _measured(
    session: Session,
    contestants: Sequence[Contestant],
    attempt: Try,
    take: Take,
    unit: float,
    losses: tuple[float, float] | None,
) -> dict[str, Any]:
    """Try, leave out those whose losses aren't the others', take turns, compare."""

    def end(contestant: Contestant, threads: int) -> None:
        with suppress(Failed):
            session.workers.ask(contestant, threads, do="end")

    entries, skipped, slow = tried(
        [one for one in contestants if not (session.quick and one.name in SLOW)], attempt, end
    )
    if losses:
        before, tolerance = losses
        wrong = unequal({entry.name: entry.loss for entry in entries}, before, tolerance) if entries else {}
        skipped |= wrong
        entries = [entry for entry in entries if entry.name not in wrong]
    failed = take_turns(entries, take, session)
    for entry in entries:
        end(entry.contestant, entry.threads)
    skipped |= failed
    entries = [entry for entry in entries if entry.name not in failed]
    return {
        "contestants": [entry.said(unit) for entry in entries],
        "skipped": [{"name": name, "why": why} for name, why in skipped.items()],
        **compared(entries, needed=[name for name in NEEDED if name not in slow]),
    }


def weights_of(session: Session, contestant: Contestant, threads: int) -> tuple[list[Array], str | None]:
    """The weights, and which engine made the steps."""
    path = session.folder / "weights.npz"
    engine = session.workers.ask(contestant, threads, do="weights", path=str(path))["engine"]
    with np.load(path) as file:
        return [file[name] for name in file.files], engine
