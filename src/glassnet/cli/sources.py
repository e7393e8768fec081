"""Where networks, data and inputs come from: what the commands take by name or by file, and how numbers are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from glassnet import data
from glassnet.cli.display import SIDE
from glassnet.data import Encoding, ImageData
from glassnet.data.records import Records, read_records
from glassnet.data.strokes import strokes as draw
from glassnet.data.text import TALE
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.lessons.lecture import LECTURE, lecture
from glassnet.model.answer import Answer
from glassnet.model.file import READERS
from glassnet.network import Network
from glassnet.words import counted, joined, unknown

IMAGE_SETS = ("mnist", "fashion", "strokes")
STROKES_TRAIN, STROKES_TEST = 60_000, 10_000
WILDNESS = 0.7  # of the digits drawn by the program: about as hard to read as MNIST's
TABLES = {"thermometer": "temperature", "anscombe": "y"}
"""The lecture's data, which come with Glassnet, each with the column that is to be predicted."""

MODELS = f"A model's file, {joined((*READERS, *LECTURE), 'or')}."
ModelName = Annotated[str, typer.Argument(metavar="MODEL", help=MODELS)]
DATA = f"{', '.join((*IMAGE_SETS, *TABLES))}, or a CSV file"
InputOption = typer.Option(
    "--input", metavar="NUMBERS", help="The input: 0.4,-0.7 or 0.4 -0.7, the picture of a digit, or a text."
)
Input = Annotated[str | None, InputOption]

# ── networks and their inputs ───────────────────────────────────────────────────────────────────────────────────────


def model(name: str) -> Network:
    """A network by its file, or one that comes with Glassnet by its name."""
    return lecture(name) if name in LECTURE else Network.load(name)


def sample(text: str, network: Network) -> Array:
    """What --input says as one input of the network: numbers, the picture of a digit, or a text."""
    if network.tokens is not None:
        return np.asarray(network.inputs_of(text)[0][0])
    if Path(text).is_file():
        return picture(Path(text), network)
    looks_like_a_file = re.fullmatch(r".*\.[A-Za-z]{3,4}", text) and not re.search(r"\s", text)
    require(not looks_like_a_file, f"there is no picture {text}; --input takes numbers too, such as 0.4,-0.7")
    if network.inputs[0] is None:
        return _sequence(text, network)
    return np.array(numbers(text, "--input", prod(network.input_shape))).reshape(network.input_shape)


def _sequence(text: str, network: Network) -> Array:
    """Numbers as steps, as many as there are, of a network that takes any number of them."""
    features = network.input_shape[1:]
    found = numbers(text, "--input", None)
    whole = f"--input takes {counted(prod(features), 'number')} for each step, of any number of steps, not {len(found)}"
    require(len(found) % prod(features) == 0, whole)
    return np.array(found).reshape(-1, *features)


def target_of(text: str, network: Network) -> Array:
    """What --target says: a class by its name or number, one number for each output, or a text."""
    if network.tokens is not None:
        return network.tokens.encode(text)
    if network.labels and text in network.labels:
        return np.asarray(network.labels.index(text))
    sizes = [dim for dim in network.output.shape[1:] if isinstance(dim, int)]
    if network.answer is Answer.CLASS and re.fullmatch(r"\s*[+-]?[\d.]+\s*", text):
        return np.asarray(float(text))
    return np.array(numbers(text, "--target", prod(sizes))).reshape(sizes)


def picture(path: Path, network: Network) -> Array:
    """The picture of a digit as one input of the network."""
    from glassnet.data.digit_image import digit_image

    require_pixels(network, path)
    return digit_image(path).reshape(network.input_shape)


def require_pixels(network: Network, path: Path) -> None:
    """Raise GlassnetError unless the network takes as many numbers as the picture of a digit has."""
    size = prod(network.input_shape)
    if network.tokens is not None:
        raise GlassnetError(f"the network reads text: give a short one by --input, or {path} to glassnet evaluate")
    if len(network.inputs) == 2 and path.suffix.lower() in (".csv", ".tsv"):
        raise GlassnetError(f"the network reads sequences, and {path} is a table; {_of_series(network, path)}")
    fits = f"{path} would be {SIDE * SIDE} numbers, and the network takes {counted(size, 'input')}"
    require(size == SIDE * SIDE, fits)


def _of_series(network: Network, source: str | Path) -> str:
    """What to do with a series and a network that reads sequences."""
    steps, *features = network.inputs
    size = f"{'any number of' if steps is None else steps} × {' × '.join(map(str, features))}"
    given = f'gn.data.series("{source}", target=…, steps={"…" if steps is None else steps})'
    in_python = f"series = {given}; net.evaluate(series.x, series.y)"
    return f"give {size} numbers by --input, or take its rows in Python: {in_python}"


def numbers(text: str, option: str, expected: int | None) -> list[float]:
    """Numbers with commas or blanks between them; or, where they have decimal commas, with semicolons or blanks.

    As many as are ``expected``; any number of them where that is None.

    >>> numbers("0.4, -0.7", "--input", 2), numbers("0,4 −0,7", "--input", 2), numbers("0,4", "--input", 1)
    ([0.4, -0.7], [0.4, -0.7], [0.4])
    """
    spaced = re.split(r"\s*;\s*|\s+", text.replace("−", "-").strip(" ;"))
    with_commas = len(spaced) > 1 and not any(part.endswith(",") for part in spaced)
    parts = [part.replace(",", ".") for part in spaced] if with_commas else re.split(r"\s*,\s*", " ".join(spaced))
    if expected == 1 and len(parts) == 2 and not with_commas:
        parts = [".".join(parts)]
    try:
        found = [float(part) for part in parts]
    except ValueError:
        raise GlassnetError(
            f"{option} takes numbers with commas or blanks between them, such as 0.4,-0.7, or decimal commas and "
            f"semicolons, 0,4; -0,7; got {text!r}"
        ) from None
    if expected is not None:
        require(len(found) == expected, f"{option} takes {counted(expected, 'number')} here, not {len(found):,}")
    return found


# ── tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def records_of(name: str | Path, delimiter: str | None, header: bool | None, expected: Sequence[str] = ()) -> Records:
    """The rows of a table: of a file, or of one that comes with Glassnet."""
    if str(name) not in TABLES:
        return read_records(name, delimiter=delimiter, header=header, expected=expected)
    given = delimiter is not None or header is not None
    require(not given, f"--delimiter and --header are for CSV files, and {name} comes with Glassnet")
    return replace(read_records(_columns(str(name))), origin=str(name))


def _columns(name: str) -> dict[str, list[object]]:
    if name == "thermometer":
        days, temperatures = data.thermometer()
        return {"day": days.tolist(), "temperature": temperatures.tolist()}
    points = [(one, x, y) for one, (xs, ys) in data.anscombe().items() for x, y in zip(xs, ys, strict=True)]
    return {axis: list(column) for axis, column in zip(("set", "x", "y"), zip(*points, strict=True), strict=True)}


def encoding_for(network: Network, name: str, source: str) -> Encoding:
    """How the columns of a table become the network's inputs: as in its training, or as the lecture's data are meant.

    Raises:
        GlassnetError: it was not trained on a table, and the data are not the lecture's, or another number of inputs.
    """
    if network.encoding is not None:
        return network.encoding
    if source not in TABLES:
        if len(network.inputs) == 2 and network.tokens is None and network.input_shape != (SIDE, SIDE):
            raise GlassnetError(f"{name} reads sequences, not the rows of a table; {_of_series(network, source)}")
        raise GlassnetError(
            f"{name} was not trained on a table, so it does not know what the columns of one mean; "
            f"give it {' or '.join(IMAGE_SETS)} or images, or train one: glassnet train table.csv --target column"
        )
    records = records_of(source, None, None)
    ignored = [column for column in records.columns if column == "set"]
    encoding = data.table(records, TABLES[source], ignore=ignored).encoding
    fits = network.input_shape == (1,) and network.output.shape[1:] == (1,)
    shape = f"{name} takes {counted(prod(network.input_shape), 'input')}"
    require(fits, f"{source} has one input, {joined(encoding.names)}, for one number, {TABLES[source]}; {shape}")
    return encoding


# ── images ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def is_image_set(name: str) -> bool:
    """Whether that names a set of images; else it must be a table.

    Raises:
        GlassnetError: it is neither.
    """
    if name in IMAGE_SETS:
        return True
    if name not in TABLES and not Path(name).suffix and not Path(name).exists():
        raise GlassnetError(f"{unknown('data set', name, (*IMAGE_SETS, *TABLES, TALE))}; or name a file")
    return False


def image_set(name: str, folder: Path | None, console: Console, only_test: bool = False) -> ImageData:
    """A set of images by its name; a download shows its progress. With ``only_test`` no training images are drawn."""
    if name == "strokes":
        train = 0 if only_test else STROKES_TRAIN
        console.print(f"Drawing {train + STROKES_TEST:,} digits …")
        return strokes(train, STROKES_TEST)
    from glassnet.cli.progress import download_progress

    read = data.mnist if name == "mnist" else data.fashion_mnist
    with download_progress(console) as progress:
        return read(folder, progress=progress)


def test_images(network: Network, name: str, source: str, folder: Path | None, console: Console) -> ImageData:
    """A set of images with its test images, for a network that takes such."""
    if prod(network.input_shape) != SIDE * SIDE:
        raise GlassnetError(f"{name} is a {network!r}; the images of {source} have {SIDE * SIDE} numbers")
    images = image_set(source, folder, console, only_test=True)
    return replace(images, x_test=images.x_test.reshape(-1, *network.input_shape))


def strokes(train: int, test: int) -> ImageData:
    """Handwriting drawn by the program, in the shape of MNIST; the test images from a seed of their own."""
    x, y = draw(train, seed=0, wildness=WILDNESS)
    x_test, y_test = draw(test, seed=1, wildness=WILDNESS)
    source = (
        f"strokes: {f'{train:,} training and ' if train else ''}{test:,} test images of digits, drawn by the program"
    )
    return ImageData(x, y, x_test, y_test, tuple("0123456789"), source)
