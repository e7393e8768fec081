"""``glassnet evaluate``: how good a network is on data it has not seen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from glassnet.cli.display import class_table, confusion, new_console
from glassnet.cli.language import evaluate_text, is_text
from glassnet.cli.series import evaluate_series
from glassnet.cli.sources import DATA, ModelName, encoding_for, is_image_set, model, test_images
from glassnet.cli.tables import Delimiter, Header, note, rows_for, unit_of
from glassnet.data import Encoding
from glassnet.data.encoding import require_columns
from glassnet.data.records import Records
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.model.history import measurements
from glassnet.network import Network
from glassnet.train.metrics import confusion_matrix


def evaluate(
    name: ModelName,
    source: Annotated[str, typer.Argument(metavar="DATA", help=f"{DATA}.")],
    delimiter: Delimiter = None,
    header: Header = None,
    folder: Annotated[Path | None, typer.Option("--data", help="Folder with the files of the images.")] = None,
) -> None:
    """Test a network: its loss, accuracy and mistakes.

    On the test images of a set, on the rows of a table with the columns that it was trained on, or on a text. Forecasts
    of a series are compared with the rows that they are of, and with the simplest forecast.
    """
    console = new_console()
    network = model(name)
    if is_text(source) and network.encoding is None and network.series is None:
        evaluate_text(network, name, source, console)
    elif is_image_set(source):
        images = test_images(network, name, source, folder, console)
        console.print(f"{images.source}.")
        report(network, images.x_test, images.y_test, "test images", console)
    elif network.series is not None:
        evaluate_series(network, network.series, source, delimiter, header, console)
    else:
        encoding = encoding_for(network, name, source)
        x, y = _rows(encoding, rows_for(encoding, source, delimiter, header), console)
        report(network, x, y, f"rows of {source}", console)


def _rows(encoding: Encoding, records: Records, console: Console) -> tuple[Array, Array]:
    """Inputs and targets of the rows that have a target; the others are noted."""
    target = encoding.target
    require_columns(records, [*encoding.names, target.name])
    notes: list[str] = []
    if lacking := target.missing(records):
        notes.append(f"Left out {len(lacking):,} of {len(records):,} rows, in which {target.name!r} is missing.")
        require(len(lacking) < len(records), f"{records.origin} has no row with a value of {target.name!r}")
        records = records.without(lacking)
    x, y = encoding.inputs(records, notes), encoding.outputs(records, notes)
    note(notes, console)
    return x, y


def report(network: Network, x: Array, y: Array, noun: str, console: Console) -> None:
    """Print everything that the samples say about the network."""
    metrics = ["accuracy"] if network.is_classifier else ["r2", "mae"]
    measured = measurements(network.evaluate(x, y, metrics=metrics)) + unit_of(network)
    console.print(f"On {len(x):,} {noun}: {measured}.", style="bold")
    outputs = network(x)
    if outputs.shape[-1] > 1 and network.is_classifier:
        labels = network.labels or tuple(map(str, range(outputs.shape[-1])))
        matrix = confusion_matrix(y, outputs, len(labels))
        console.print()
        console.print(confusion(matrix, labels))
        console.print()
        console.print(class_table(matrix, labels))
