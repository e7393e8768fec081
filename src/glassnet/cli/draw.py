"""``glassnet draw``: the picture of a network, with the values for an input if one is given."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from glassnet.canvas.picture import PICTURE
from glassnet.cli.sources import Input, ModelName, model, sample
from glassnet.files import require_writable


def draw(
    name: ModelName,
    out: Annotated[Path, typer.Option(help="The picture: a .svg, .pdf or .png file.")] = Path("network.svg"),
    given: Input = None,
    dark: Annotated[
        bool | None,
        typer.Option("--dark/--light", help="Otherwise SVG follows the reader's system.", show_default=False),
    ] = None,
) -> None:
    """Draw a network: neurons, weights, biases and, for an input, the values.

    Layers of up to 8 neurons show every number; of wider ones, 24 neurons are drawn and the others counted.
    """
    require_writable(out, PICTURE, {"the model": name})
    network = model(name)
    network.draw(out, None if given is None else sample(given, network), dark=dark)
    typer.echo(f"Drawn in {out}.")
