"""``glassnet train``: a network from images, from a table or from a text, with a live progress bar."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from glassnet import data
from glassnet.cli.display import new_console
from glassnet.cli.job import Job, run
from glassnet.cli.language import is_text, language_job
from glassnet.cli.recipes import AUGMENT, IMAGES, Recipe, image_network, image_recipe, table_network, table_recipe
from glassnet.cli.series import series_job
from glassnet.cli.sources import DATA, IMAGE_SETS, TABLES, image_set, is_image_set, records_of
from glassnet.cli.tables import Delimiter, Header, Ignore, columns_of, note, show_table
from glassnet.data import ImageData, Table
from glassnet.data.table import Task
from glassnet.data.text import TALE
from glassnet.files import require_writable
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.model.file import MODEL
from glassnet.train import checkpoints as checkpoint_files
from glassnet.train.checkpoints import Checkpoint
from glassnet.train.log import LOG, CsvLog
from glassnet.train.training import Callback

FEWEST_TO_HOLD_OUT = 20  # rows: fewer are all needed for learning
HELD_OUT = 0.2


def train(
    source: Annotated[str, typer.Argument(metavar="DATA", help=f"{DATA} with a header, tale or a .txt file.")],
    target: Annotated[str | None, typer.Option(help="The column of the CSV file to predict.")] = None,
    task: Annotated[str | None, typer.Option(help="For tables: classification or regression.")] = None,
    sequence: Annotated[int | None, typer.Option(metavar="N", help="Forecast from the N rows before.")] = None,
    ignore: Ignore = None,
    delimiter: Delimiter = None,
    header: Header = None,
    hidden: Annotated[list[int] | None, typer.Option(metavar="N …", help="Units in each hidden layer.")] = None,
    epochs: Annotated[int | None, typer.Option(help="How often to go through the data.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where to keep the network; else named after the data.")] = None,
    recipe: Annotated[str | None, typer.Option(help=f"For images: {', '.join(IMAGES)}.")] = None,
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
    length: Annotated[int | None, typer.Option(help="For texts: how many tokens the network sees at once.")] = None,
    tokens: Annotated[str | None, typer.Option(help="For texts: characters, or a number of byte pairs.")] = None,
) -> None:
    """Train a network on images, on a table, or on a text.

    The images are of digits (mnist, strokes) or clothing (fashion); a table is any CSV file with a header, whose rows
    follow each other in time with --sequence; a text is any .txt file, or tale, which comes with Glassnet: the network
    learns to write as it does.
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

    is_about_text = is_text(source) and target is None
    for option, value in (("length", length), ("tokens", tokens)):
        require(is_about_text or value is None, f"--{option} is for texts, and {source} is none: those end in .txt")
    kind = "a text" if is_about_text else "a set of images" if is_image_set(source) else "a table"
    of_tables: dict[str, Any] = {"task": task, "sequence": sequence, "ignore": ignore}
    of_tables |= {"delimiter": delimiter, "header": header}
    for option, setting in of_tables.items():
        is_fine = kind == "a table" or setting in (None, [])
        require(is_fine, f"--{option} is for CSV files, and {source} is {kind}")
    for option, is_given in (("augment", augment), ("recipe", recipe is not None), ("data", folder is not None)):
        require(not is_given or kind == "a set of images", f"--{option} is for images, and {source} is {kind}")
    if is_about_text:
        job: Job = language_job(source, length, tokens, validation, adapted, console)
    elif kind == "a set of images":
        require(target is None, f"--target is for CSV files; the targets of {source} come with it")
        chosen = adapted(image_recipe(recipe or "default"))
        images = image_set(source, folder, console)
        console.print(f"{images.source}.")
        job = image_job(images, chosen)
    else:
        target = target or TABLES.get(source)
        if target is None:
            names = columns_of(source, delimiter, header)
            raise GlassnetError(f"name the column of {source} to predict with --target; it has {names}")
        records = records_of(source, delimiter, header, [target, *(ignore or ())])
        if sequence is not None:
            require(task is None, "--sequence forecasts numbers: leave out --task")
            series = data.series(records, target, sequence, ignore=ignore or ())
            job = series_job(series, source, validation, adapted, console)
        else:
            chosen_task = cast("Task | None", task)  # checked by table
            table = data.table(records, target, ignore=ignore or (), task=chosen_task)
            show_table(table, source, console)
            job = _table_job(table, adapted(table_recipe(len(table.x))))
            if validation is None and len(table.x) >= FEWEST_TO_HOLD_OUT:
                validation = HELD_OUT
    if validation is not None and not is_about_text and sequence is None:
        job = job.holding_out(validation)
        note(job.unseen(), console)
    console.print(str(job.network.summary()), style="dim")
    run(job, path, callbacks, console, checkpoints if resume else None)
    job.report(console)


def image_job(images: ImageData, recipe: Recipe) -> Job:
    network = image_network(recipe, images.labels)
    return Job(network, recipe, images.x_train, images.y_train, "images", test=(images.x_test, images.y_test))


def _table_job(table: Table, recipe: Recipe) -> Job:
    # With this weight a target's errors count in its own spread: the loss is that of a standardised target.
    weight = None if table.task == "classification" else float(1 / table.y.var())
    return Job(table_network(recipe, table), recipe, table.x, table.y, "rows", weight=weight)


def _require_free(path: Path, source: str, log: Path | None, checkpoints: Path | None, is_named: bool) -> None:
    """Raise GlassnetError now, not after the training, where the network or the log cannot be written."""
    if not is_named and path.exists():
        raise GlassnetError(f"{path} is there already; name another file with --out, or the same one to replace it")
    taken = {} if source in (*IMAGE_SETS, *TABLES, TALE) else {"the data": source}
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
