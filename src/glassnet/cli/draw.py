"""``glassnet draw``: the picture of a network, with the values for an input if one is given."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from glassnet.canvas.colors import PALETTES
from glassnet.canvas.picture import PICTURE
from glassnet.cli.sources import Input, ModelName, model, sample, target_of
from glassnet.files import require_writable
from glassnet.ir.require import require


def draw(
    name: ModelName,
    out: Annotated[Path, typer.Option(help="The picture: a .svg, .pdf, .png or .tex file (TikZ).")] = Path(
        "network.svg"
    ),
    given: Input = None,
    target: Annotated[
        str | None, typer.Option(metavar="NUMBERS", help="What the input should give: draws the loss's gradients.")
    ] = None,
    loss: Annotated[str | None, typer.Option(metavar="NAME", help="Another loss than belongs to the outputs.")] = None,
    dark: Annotated[
        bool | None,
        typer.Option("--dark/--light", help="Otherwise SVG follows the reader's system.", show_default=False),
    ] = None,
    colors: Annotated[str, typer.Option(help=f"The colours: {' or '.join(PALETTES)}, black and white.")] = "signs",
    weights: Annotated[bool, typer.Option("--weights/--no-weights", help="Or all lines alike.")] = True,
    labels: Annotated[
        bool, typer.Option("--labels/--no-labels", help="Or nothing written on neurons and lines.")
    ] = True,
    most: Annotated[int, typer.Option(help="How many neurons of a layer are drawn; the others are counted.")] = 24,
) -> None:
    """Draw a network: neurons, weights, biases and, for an input, the values; with a target, the gradients.

    Layers of up to 8 neurons show every number.
    """
    require_writable(out, PICTURE, {"the model": name})
    network = model(name)
    require(target is None or given is not None, "gradients are of the loss for an input: give --input too")
    require(loss is None or target is not None, "a loss compares with a target: give --target too")
    x = None if given is None else sample(given, network)
    y = None if target is None else target_of(target, network)
    network.draw(out, x, y, loss=loss, dark=dark, colors=colors, weights=weights, labels=labels, most=most)
    typer.echo(f"Drawn in {out}.")
