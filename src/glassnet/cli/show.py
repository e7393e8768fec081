"""``glassnet show``: what is in a model's file, or in one image of a data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table as Grid

from glassnet.cli.display import history_table, image_table, new_console
from glassnet.cli.sources import IMAGE_SETS, TABLES, image_set, model, records_of, strokes
from glassnet.cli.tables import MOST_COLUMNS
from glassnet.data import ImageData, anscombe
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.lessons.lecture import LECTURE
from glassnet.model.file import READERS
from glassnet.network import Network
from glassnet.regression import quartet_table
from glassnet.words import joined, listed, rounded


def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help=f"A model's file, {joined((*READERS, *LECTURE, *IMAGE_SETS, *TABLES), 'or')}."
        ),
    ],
    number: Annotated[int | None, typer.Argument(help="Which image of the data set; 0 is the first.")] = None,
    test: Annotated[bool, typer.Option("--test", help="Take it from the test images, not the training ones.")] = False,
    folder: Annotated[Path | None, typer.Option("--data", help="Folder with the files of the images.")] = None,
) -> None:
    """Show what is in a model, in the lecture's data, or in one image.

    Of a model: its layers, parameters and history. Of an image: its table of numbers from 0 (paper) to 255 (ink).
    """
    console = new_console()
    is_of_images = name in IMAGE_SETS or (number is None and not test)
    require(is_of_images, f"a number and --test choose an image of {joined(IMAGE_SETS, 'or')}, not of {name}")
    number = number or 0
    if name in TABLES:
        _show_table(name, console)
    elif name == "strokes":
        _show_image(strokes(max(number, 0) + 1, max(number, 0) + 1), number, test, console)
    elif name in IMAGE_SETS:
        _show_image(image_set(name, folder, console), number, test, console)
    else:
        _show_model(model(name), console)


def _show_image(images: ImageData, number: int, test: bool, console: Console) -> None:
    x, y, part = (images.x_test, images.y_test, "test") if test else (images.x_train, images.y_train, "training")
    if not 0 <= number < len(x):
        raise GlassnetError(f"there is no {part} image {number}; the numbers go from 0 to {len(x) - 1:,}")
    console.print(image_table(x[number], console.width))
    console.print(f"{part} image {number}, labelled {images.labels[y[number]]!r}; {images.source}", style="dim")


def _show_table(name: str, console: Console) -> None:
    """The numbers; of Anscombe's quartet the four sets side by side, and what is the same in all of them."""
    columns: Mapping[str, Sequence[object]] = records_of(name, None, None).columns
    if name == "anscombe":
        columns = {
            f"{axis} {one}": points[i].tolist() for one, points in anscombe().items() for i, axis in enumerate("xy")
        }
    grid = Grid(box=None, padding=(0, 2, 0, 0))
    for column in columns:
        grid.add_column(column, justify="right")
    for row in zip(*columns.values(), strict=True):
        grid.add_row(*(rounded(value, 5) for value in row))
    console.print(grid)
    if name == "anscombe":
        console.print(f"\n{quartet_table()}")


def _show_model(network: Network, console: Console) -> None:
    console.print(str(network.summary()))
    console.print("\nLayers", style="bold")
    for layer in network.specification({})["layers"]:
        console.print(f"  {written(layer)}", soft_wrap=True)
    if network.labels:
        console.print("\nClasses", style="bold")
        console.print(f"  {', '.join(network.labels)}")
    if network.encoding is not None:
        target = network.encoding.target.name
        console.print("\nInputs and target", style="bold")
        console.print(f"  {listed(network.encoding.features, MOST_COLUMNS)} → {target}")
    if network.history.epochs:
        console.print("\nHistory", style="bold")
        console.print(history_table(network.history))


def written(value: Any) -> str:
    """A specification from its JSON as one reads it; what is not set is left out.

    >>> written({"layer": "Dense", "units": 4, "activation": {"activation": "Relu"}, "connected": None})
    'Dense(units 4, activation Relu)'
    >>> written({"layer": "LayerNorm", "epsilon": 1e-5, "trainable": False})
    'LayerNorm(epsilon 1e-05, frozen)'
    """
    if not isinstance(value, dict):
        return str(value)
    if "tensor" in value:
        return "one number each"
    (_, name), *fields = value.items()
    told = [(field, content) for field, content in fields if content is not None and field != "trainable"]
    frozen = ["frozen"] if value.get("trainable") is False else []
    given = ", ".join([*(f"{field} {written(content)}" for field, content in told), *frozen])
    return f"{name}({given})" if given else str(name)
