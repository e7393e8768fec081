"""A training of the command line: the network, what it learns from, how it is run, saved and reported."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import typer
from rich.console import Console

from glassnet.cli.group import BY_SIGNAL, complain
from glassnet.cli.recipes import Recipe
from glassnet.cli.tables import unit_of
from glassnet.ir.errors import DivergenceError
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.model.history import measurements
from glassnet.model.seeds import generator
from glassnet.network import Network
from glassnet.train.callbacks import EarlyStopping
from glassnet.train.preparation import hold_out
from glassnet.train.progress import Progress, Terminal
from glassnet.train.training import Callback
from glassnet.words import quoted

FEWEST_EPOCHS_OF_PATIENCE = 5


@dataclass(frozen=True)
class Job:
    """A network, how to train it, the samples it learns from, those held out for validation, and those of the test."""

    network: Network
    recipe: Recipe
    x: Array
    y: Array
    noun: str
    held_out: tuple[Array, Array] | None = None
    test: tuple[Array, Array] | None = None
    weight: float | None = None

    def early_stopping(self) -> list[Callback]:
        """The callback that puts back the weights of the best epoch, where samples are held out to judge by."""
        patience = max(FEWEST_EPOCHS_OF_PATIENCE, self.recipe.epochs // 5)
        return [EarlyStopping("validation_loss", patience)] if self.held_out else []

    def holding_out(self, share: float) -> Job:
        """The job without a random share of its samples, which it is validated on."""
        require(0 < share < 1, f"--validation must be a share between 0 and 1, got {share:g}")
        count = max(1, round(share * len(self.x)))
        require(count < len(self.x), f"{len(self.x)} {self.noun} are too few to hold out {share:g} of them")
        order = generator(self.network.seed, "split").permutation(len(self.x))
        kept, held = hold_out(order, count, self.y if self.network.is_classifier else None)
        return replace(self, x=self.x[kept], y=self.y[kept], held_out=(self.x[held], self.y[held]))

    def unseen(self) -> list[str]:
        """A note on the classes of which no sample is held out."""
        if self.held_out is None or not self.network.labels:
            return []
        classes = sorted(set(self.y.tolist()) - set(self.held_out[1].tolist()))
        names = quoted([self.network.labels[k] for k in classes])
        return [f"None of the held-out {self.noun} is of class {names}: they say nothing about it."] if classes else []

    def progress(self, console: Console) -> Progress:
        """What shows the training as it runs."""
        return Progress(Terminal(console), self.noun)

    def report(self, console: Console) -> None:
        """How good the network is on what it has not seen."""
        seen, name = self.test or self.held_out, "test" if self.test else "held-out"
        if seen is None:
            console.print(f"All {len(self.x)} {self.noun} were needed for learning, so nothing is left to test it on.")
            return
        metrics = ["accuracy"] if self.network.is_classifier else ["r2", "mae"]
        values = self.network.evaluate(*seen, metrics=metrics)
        if not self.network.is_classifier:
            values.pop("loss")
        console.print(
            f"On {len(seen[0]):,} {name} {self.noun}: {measurements(values)}{unit_of(self.network)}.",
            style="bold",
        )


def run(job: Job, path: Path, callbacks: list[Callback], console: Console, resume: Path | None = None) -> None:
    """Train, and save whatever was reached; after Ctrl-C or a like signal, leaves with its exit code.

    Raises:
        DivergenceError: the training diverged; the weights of its best epoch, if it had one, are saved.
    """
    network, recipe = job.network, job.recipe
    first = network.parameters.buffer.copy()
    live = job.progress(console)
    try:
        history = network.fit(
            job.x,
            job.y,
            epochs=recipe.epochs,
            batch_size=recipe.batch_size,
            optimizer=recipe.optimizer_for(len(job.x)),
            validation=_weighted(job.held_out, job.weight),
            sample_weight=_weights(job.y, job.weight),
            callbacks=[live, *job.early_stopping(), *callbacks],
            augment=recipe.augment,
            resume=resume,
            progress=False,
        )
    except DivergenceError as error:
        if np.array_equal(network.parameters.buffer, first):
            raise
        network.save(path)
        raise DivergenceError(f"{error}; they are saved in {path}") from None
    finally:
        live.close()
    network.save(path)
    if history.signal:
        complain(f"{history.stopped}; saved with the history in {path}")
        raise typer.Exit(BY_SIGNAL + history.signal)
    if history.stopped:
        console.print(f"{history.stopped}.".replace("_", " ").capitalize())
    console.print(f"Saved in {path} ({path.stat().st_size:,} bytes).")
    if getattr(console.file, "is_closed", False):
        complain(f"nobody reads what the training prints; it went on, and the network is saved in {path}")


def _weights(y: Array, weight: float | None) -> list[float] | None:
    return None if weight is None else [weight] * len(y)


def _weighted(samples: tuple[Array, Array] | None, weight: float | None) -> tuple[Any, ...] | None:
    return None if samples is None else (*samples, _weights(samples[1], weight))
