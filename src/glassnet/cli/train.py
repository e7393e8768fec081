"""``glassnet train``: a network from images or from a table, with a live progress bar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, cast

import numpy as np
import typer
from rich.console import Console

from glassnet import data
from glassnet.cli.display import new_console
from glassnet.cli.group import BY_SIGNAL, complain
from glassnet.cli.recipes import AUGMENT, Recipe, image_network, image_recipe, table_network, table_recipe
from glassnet.cli.sources import DATA, IMAGE_SETS, TABLES, image_set, is_image_set, records_of
from glassnet.cli.tables import Delimiter, Header, Ignore, columns_of, note, show_table, unit_of
from glassnet.data import ImageData, Table
from glassnet.data.table import Task
from glassnet.files import require_writable
from glassnet.ir.errors import DivergenceError, GlassnetError
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.model.file import MODEL
from glassnet.model.history import measurements
from glassnet.model.seeds import generator
from glassnet.network import Network
from glassnet.train import checkpoints as checkpoint_files
from glassnet.train.callbacks import EarlyStopping
from glassnet.train.checkpoints import Checkpoint
from glassnet.train.log import LOG, CsvLog
from glassnet.train.preparation import hold_out
from glassnet.train.progress import Progress, Terminal
from glassnet.train.training import Callback
from glassnet.words import quoted

FEWEST_TO_HOLD_OUT = 20  # rows: fewer are all needed for learning
HELD_OUT = 0.2
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


def train(
    source: Annotated[str, typer.Argument(metavar="DATA", help=f"{DATA} with a header.")],
    target: Annotated[str | None, typer.Option(help="The column of the CSV file to predict.")] = None,
    task: Annotated[str | None, typer.Option(help="For tables: classification or regression.")] = None,
    ignore: Ignore = None,
    delimiter: Delimiter = None,
    header: Header = None,
    hidden: Annotated[list[int] | None, typer.Option(metavar="N …", help="Units in each hidden layer.")] = None,
    epochs: Annotated[int | None, typer.Option(help="How often to go through the data.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where to keep the network; else named after the data.")] = None,
    recipe: Annotated[str, typer.Option(help="For images: default, or best (slower, more accurate).")] = "default",
    activation: Annotated[str | None, typer.Option(help="relu, tanh, gelu, …")] = None,
    dropout: Annotated[float | None, typer.Option(help="Share of the hidden units to drop while training.")] = None,
    augment: Annotated[bool, typer.Option("--augment", help="Move and bend the images, anew each epoch.")] = False,
    batch_size: Annotated[int | None, typer.Option(help="Samples for each step.")] = None,
    optimizer: Annotated[str | None, typer.Option(help="adam, sgd, rmsprop, …, at a constant learning rate.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="How large the steps are, the same throughout.")] = None,
    validation: Annotated[float | None, typer.Option(help="Share to hold out; tables: 0.2, images: none.")] = None,
    seed: Annotated[int, typer.Option(help="Decides everything random.")] = 0,
    checkpoints: Annotated[Path | None, typer.Option(help="Folder to save the whole training in, each epoch.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint, if there is one.")] = False,
    log: Annotated[Path | None, typer.Option(help="CSV file for what is measured after each epoch.")] = None,
    folder: Annotated[Path | None, typer.Option("--data", help="Folder with the files of the images.")] = None,
) -> None:
    """Train a network on images, or on a table.

    The images are of digits (mnist, strokes) or clothing (fashion); a table is any CSV file with a header.
    """
    console = new_console(outlives_reader=True)
    path = out or Path(f"{Path(source).stem}.safetensors")
    _require_free(path, source, log, checkpoints, is_named=out is not None or resume)
    if checkpoints and resume and not checkpoint_files.files(checkpoints):
        console.print(f"There is no checkpoint in {checkpoints} yet: the training begins anew.")
    callbacks: list[Callback] = [*([CsvLog(log)] if log else []), *_checkpoints(checkpoints, resume)]
    given: dict[str, Any] = {
        "hidden": tuple(hidden) if hidden else None,
        "epochs": epochs,
        "batch_size": batch_size,
        "activation": activation,
        "dropout": dropout,
        "augment": AUGMENT if augment else None,
        "seed": seed,
    }
    changes = {name: value for name, value in given.items() if value is not None}

    def adapted(suggested: Recipe) -> Recipe:
        return replace(suggested, **changes).with_optimizer(optimizer, learning_rate)

    if is_image_set(source):
        require(target is None, f"--target is for CSV files; the targets of {source} come with it")
        for option, value in (("task", task), ("ignore", ignore), ("delimiter", delimiter), ("header", header)):
            require(value is None or value == [], f"--{option} is for CSV files, and {source} is a set of images")
        chosen = adapted(image_recipe(recipe))
        images = image_set(source, folder, console)
        console.print(f"{images.source}.")
        job = image_job(images, chosen)
    else:
        require(not augment, f"--augment is for images, and {source} is a table")
        target = target or TABLES.get(source)
        if target is None:
            names = columns_of(source, delimiter, header)
            raise GlassnetError(f"name the column of {source} to predict with --target; it has {names}")
        chosen_task = cast("Task | None", task)  # checked by table
        records = records_of(source, delimiter, header, [target, *(ignore or ())])
        table = data.table(records, target, ignore=ignore or (), task=chosen_task)
        show_table(table, source, console)
        job = _table_job(table, adapted(table_recipe(len(table.x))))
        if validation is None and len(table.x) >= FEWEST_TO_HOLD_OUT:
            validation = HELD_OUT
    if validation is not None:
        job = job.holding_out(validation)
        note(job.unseen(), console)
    console.print(str(job.network.summary()), style="dim")
    run(job, path, callbacks, console, checkpoints if resume else None)
    _report(job, console)


def image_job(images: ImageData, recipe: Recipe) -> Job:
    network = image_network(recipe, images.labels)
    return Job(network, recipe, images.x_train, images.y_train, "images", test=(images.x_test, images.y_test))


def _table_job(table: Table, recipe: Recipe) -> Job:
    # With this weight a target's errors count in its own spread: the loss is that of a standardised target.
    weight = None if table.task == "classification" else float(1 / table.y.var())
    return Job(table_network(recipe, table), recipe, table.x, table.y, "rows", weight=weight)


def run(job: Job, path: Path, callbacks: list[Callback], console: Console, resume: Path | None = None) -> None:
    """Train, and save whatever was reached; after Ctrl-C or a like signal, leaves with its exit code.

    Raises:
        DivergenceError: the training diverged; the weights of its best epoch, if it had one, are saved.
    """
    network, recipe = job.network, job.recipe
    first = network.parameters.buffer.copy()
    live = Progress(Terminal(console), job.noun)
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


def _report(job: Job, console: Console) -> None:
    """How good the network is on what it has not seen."""
    seen, name = job.test or job.held_out, "test" if job.test else "held-out"
    if seen is None:
        console.print(f"All {len(job.x)} {job.noun} were needed for learning, so nothing is left to test it on.")
        return
    metrics = ["accuracy"] if job.network.is_classifier else ["r2", "mae"]
    values = job.network.evaluate(*seen, metrics=metrics)
    if not job.network.is_classifier:
        values.pop("loss")
    console.print(
        f"On {len(seen[0]):,} {name} {job.noun}: {measurements(values)}{unit_of(job.network.encoding)}.", style="bold"
    )


def _weights(y: Array, weight: float | None) -> list[float] | None:
    return None if weight is None else [weight] * len(y)


def _weighted(samples: tuple[Array, Array] | None, weight: float | None) -> tuple[Any, ...] | None:
    return None if samples is None else (*samples, _weights(samples[1], weight))


def _require_free(path: Path, source: str, log: Path | None, checkpoints: Path | None, is_named: bool) -> None:
    """Raise GlassnetError now, not after the training, where the network or the log cannot be written."""
    if not is_named and path.exists():
        raise GlassnetError(f"{path} is there already; name another file with --out, or the same one to replace it")
    taken = {} if source in (*IMAGE_SETS, *TABLES) else {"the data": source}
    require_writable(path, MODEL, taken)
    if log is not None:
        require_writable(log, LOG, {**taken, "the model": path})
    for given in (path, log):
        if given and checkpoints and checkpoints.resolve() in (given.resolve(), given.resolve().parent):
            is_free = given.resolve() != checkpoints.resolve() and checkpoint_files.step_of(given) < 0
            require(is_free, f"{given} is where the checkpoints go; choose another name")


def _checkpoints(folder: Path | None, resume: bool) -> list[Callback]:
    if folder is None:
        require(not resume, "--resume goes on from the checkpoints in a folder; name it with --checkpoints")
        return []
    if not resume and checkpoint_files.files(folder):
        raise GlassnetError(f"{folder} has checkpoints of an earlier training; add --resume to go on, or name another")
    return [Checkpoint(folder)]
