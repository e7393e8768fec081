"""``glassnet draw``: the picture of a network, with the values for an input if one is given."""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from glassnet.canvas.picture import PICTURE
from glassnet.files import require_writable
from glassnet.ir.errors import GlassnetError
from glassnet.network import Network
from glassnet.words import counted


def draw(
    name: Annotated[str, typer.Argument(metavar="MODEL", help="A model's file, or digits.")],
    out: Annotated[Path, typer.Option(help="The picture: a .svg, .pdf or .png file.")] = Path("network.svg"),
    given: Annotated[
        str | None, typer.Option("--input", metavar="NUMBERS", help="Show the values for it: 0.4,-0.7")
    ] = None,
    dark: Annotated[
        bool | None,
        typer.Option("--dark/--light", help="Otherwise SVG follows the reader's system.", show_default=False),
    ] = None,
) -> None:
    """Draw a network: neurons, weights, biases and, for an input, the values.

    Layers of up to 8 neurons show every number; of wider ones, 24 neurons are drawn and the others counted.
    """
    require_writable(out, PICTURE, {"the model": name})
    network = Network.load(name)
    network.draw(out, None if given is None else _sample(given, network.input_shape), dark=dark)
    typer.echo(f"Drawn in {out}.")


def _sample(text: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """The numbers of a text as one input of that shape."""
    try:
        numbers = np.array([float(number) for number in text.split(",")])
    except ValueError:
        raise GlassnetError(f"--input takes numbers with commas between them, such as 0.4,-0.7; got {text!r}") from None
    if numbers.size != prod(shape):
        raise GlassnetError(f"the network takes {counted(prod(shape), 'input')}, --input has {numbers.size:,}")
    return numbers.reshape(shape)
