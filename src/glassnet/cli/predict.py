"""``glassnet predict``: what a network says of images of digits, of the rows of a table, or of what follows them."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Annotated

import typer

from glassnet.cli.display import image_table, new_console
from glassnet.cli.group import USAGE, complain
from glassnet.cli.language import expected_next
from glassnet.cli.series import next_value
from glassnet.cli.sources import TABLES, Input, ModelName, encoding_for, model, picture, require_pixels, sample
from glassnet.cli.tables import Delimiter, Header, kind_of_target, note, rows_for
from glassnet.data import Encoding, Series
from glassnet.data.kinds import DATES, written
from glassnet.data.records import Records
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.model.answer import Answer
from glassnet.model.translation import translate, translates
from glassnet.network import Network
from glassnet.words import percent, rounded, visible


def predict(
    name: ModelName,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE …", help="Images, or CSV files of the model's columns.")
    ] = None,
    given: Input = None,
    delimiter: Delimiter = None,
    header: Header = None,
    show: Annotated[bool, typer.Option("--show", help="Show each image as the network sees it, in numbers.")] = False,
) -> None:
    """Read digits from images, predict the rows of a table or what follows them, or answer one input.

    Images may be photos or drawings, of any size, dark on light or light on dark, of paper on a desk; each gives one
    line with its path, the digit and the probability, or "no digit", "several digits" or "not sure". A table's
    predictions are written as CSV; after a series, what comes next.
    """
    network = model(name)
    require(bool(files) != (given is not None), "name files to predict, or give one input with --input")
    if given is not None and Path(given).is_file():
        files = [Path(given)]
    elif given is not None:
        answer = translate(network, given) if translates(network) else _answer(network, network(sample(given, network)))
        typer.echo(visible(answer))
    files, failed = files or [], False
    for path in files:
        try:
            if network.encoding is not None or str(path) in TABLES:
                encoding = encoding_for(network, name, str(path))
                _predict_rows(network, encoding, rows_for(encoding, path, delimiter, header))
            elif network.series is not None:
                _predict_next(network, network.series.read(path, delimiter, header))
            else:
                _predict_image(network, path, max(len(str(file)) for file in files), show)
        except GlassnetError as error:
            complain(error if str(path) in str(error) else f"{path}: {error}")
            failed = True
    if failed:
        raise typer.Exit(USAGE)


def _predict_next(network: Network, series: Series) -> None:
    """What comes after the last row, as a table with its column."""
    note(series.notes)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerows([[visible(series.features[0], keep="\n\t")], [next_value(network, series)]])


def _predict_image(network: Network, path: Path, width: int, show: bool) -> None:
    from glassnet.digits import LABELS, read_digit

    require_pixels(network, path)
    if network.labels in (None, LABELS):
        answer = read_digit(network, path)
        words, image = answer.words, answer.image
    else:  # of a network that has learnt other images
        image = picture(path, network)
        words = _answer(network, network(image))
    typer.echo(visible(f"{path!s:<{width}}  {words}"))
    if show:
        console = new_console()
        console.print(image_table(image.reshape(-1), console.width))


def _answer(network: Network, outputs: Array) -> str:
    """The class or classes and how probable; or the numbers; of a text, what comes next."""
    if network.tokens is not None:
        return expected_next(network, outputs)
    flat = outputs.ravel()
    if (kind := kind_of_target(network)) in DATES:
        return "  ".join(written(value, kind) for value in flat.tolist())
    if network.answer is Answer.VALUES:
        return "  ".join(rounded(value, 6) for value in flat)
    if network.answer is Answer.CLASS:
        best = int(flat.argmax())
        return f"{network.labels[best] if network.labels else best}  {percent(float(flat[best]))}"
    words = network.labels if network.labels and len(network.labels) == 2 else ("0", "1")
    return "  ".join(f"{words[int(p > 0.5)]}  {percent(float(max(p, 1 - p)))}" for p in flat)


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
