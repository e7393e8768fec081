"""``glassnet predict``: the answer of a network for images of digits, or for the rows of a table."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Annotated

import typer

from glassnet.cli.display import image_table, new_console
from glassnet.cli.group import USAGE, complain
from glassnet.cli.tables import Delimiter, Header, note, rows_for
from glassnet.data import Encoding
from glassnet.data.records import Records
from glassnet.ir.errors import GlassnetError
from glassnet.network import Network
from glassnet.words import percent, visible


def predict(
    name: Annotated[str, typer.Argument(metavar="MODEL", help="A model's file, or digits: the one built in.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE …", help="Images, or CSV files of the model's columns.")],
    delimiter: Delimiter = None,
    header: Header = None,
    show: Annotated[bool, typer.Option("--show", help="Show each image as the network sees it, in numbers.")] = False,
) -> None:
    """Read digits from images, or predict the rows of a table.

    Images may be photos or drawings, of any size, dark on light or light on dark, of paper on a desk; each gives one
    line with its path, the digit and the probability, or "no digit", "several digits" or "not sure". A table's
    predictions are written as CSV.
    """
    network = Network.load(name)
    failed = False
    for path in files:
        try:
            if network.encoding is not None:
                records = rows_for(network.encoding, path, delimiter, header)
                _predict_rows(network, network.encoding, records)
            else:
                _predict_image(network, path, max(len(str(file)) for file in files), show)
        except GlassnetError as error:
            complain(error if str(path) in str(error) else f"{path}: {error}")
            failed = True
    if failed:
        raise typer.Exit(USAGE)


def _predict_image(network: Network, path: Path, width: int, show: bool) -> None:
    from glassnet.data.digit_image import digit_image
    from glassnet.digits import LABELS, read_digit

    if network.labels in (None, LABELS):
        answer = read_digit(network, path)
        words, image = answer.words, answer.image
    else:  # of a network that has learnt other images
        image = digit_image(path)
        outputs = network(image)
        best = int(outputs.argmax())
        words = f"{network.labels[best]}  {percent(float(outputs[best]))}"
    typer.echo(visible(f"{path!s:<{width}}  {words}"))
    if show:
        console = new_console()
        console.print(image_table(image.reshape(-1), console.width))


def _predict_rows(network: Network, encoding: Encoding, records: Records) -> None:
    """The predictions as CSV, with the probability of each where the target is a class."""
    notes: list[str] = []
    outputs = network(encoding.inputs(records, notes))
    note(notes)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    name = visible(encoding.target.name, keep="\n\t")
    if network.labels is None:
        writer.writerow([name])
        writer.writerows([encoding.target.written(value)] for value in outputs[:, 0])
        return
    labels = [visible(label, keep="\n\t") for label in network.labels]
    writer.writerow([name, "probability"])
    for row in outputs:
        best = int(row.argmax())
        writer.writerow([labels[best], f"{row[best]:.4f}"])
