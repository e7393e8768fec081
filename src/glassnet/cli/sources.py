"""Where networks and images come from: the data sets by name, models by file or by name."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from glassnet import data
from glassnet.data import Encoding, ImageData
from glassnet.data.strokes import strokes as draw
from glassnet.ir.errors import GlassnetError
from glassnet.network import Network
from glassnet.words import unknown

IMAGE_SETS = ("mnist", "fashion", "strokes")
STROKES_TRAIN, STROKES_TEST = 60_000, 10_000
WILDNESS = 0.7  # of the digits drawn by the program: about as hard to read as MNIST's


def is_image_set(name: str) -> bool:
    """Whether that names a set of images; else it must be a table's file.

    Raises:
        GlassnetError: it is neither.
    """
    if name in IMAGE_SETS:
        return True
    if not Path(name).suffix and not Path(name).exists():
        raise GlassnetError(f"{unknown('data set', name, IMAGE_SETS)}; or name a CSV file")
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


def strokes(train: int, test: int) -> ImageData:
    """Handwriting drawn by the program, in the shape of MNIST; the test images from a seed of their own."""
    x, y = draw(train, seed=0, wildness=WILDNESS)
    x_test, y_test = draw(test, seed=1, wildness=WILDNESS)
    source = (
        f"strokes: {f'{train:,} training and ' if train else ''}{test:,} test images of digits, drawn by the program"
    )
    return ImageData(x, y, x_test, y_test, tuple("0123456789"), source)


def require_encoding(network: Network, name: str) -> Encoding:
    """How a table's columns become the network's inputs; only networks trained on a table know that."""
    if network.encoding is None:
        raise GlassnetError(
            f"{name} was not trained on a table, so it does not know what the columns of one mean; "
            f"give it {' or '.join(IMAGE_SETS)} or images, or train one: glassnet train table.csv --target column"
        )
    return network.encoding
