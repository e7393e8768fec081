"""``glassnet generate``: text as a network that was trained on text goes on."""

from __future__ import annotations

from typing import Annotated

import typer

from glassnet import generation
from glassnet.cli.sources import model
from glassnet.ir.errors import GlassnetError
from glassnet.words import visible


def generate(
    name: Annotated[str, typer.Argument(metavar="MODEL", help="The file of a model that was trained on text.")],
    prompt: Annotated[str, typer.Option(help="How the text begins.")],
    length: Annotated[int, typer.Option(help="How many tokens to add.")] = 200,
    temperature: Annotated[
        float,
        typer.Option(help="Below 1 it is more predictable, above 1 bolder; 0 always takes the most probable token."),
    ] = 0.8,
    top_k: Annotated[int | None, typer.Option(help="Draw from so many most probable tokens only.")] = None,
    top_p: Annotated[
        float | None,
        typer.Option(help="Draw from the most probable tokens only, as few as have this probability together."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides what is drawn.")] = 0,
) -> None:
    """Let a network go on with a text.

    It draws one token after the other, each by the probability that it gives it.
    """
    network = model(name)
    if network.tokens is None:
        raise GlassnetError(f"{name} was not trained on text; train one that is: glassnet train book.txt")
    text = generation.generate(network, prompt, length, temperature, top_k, seed, top_p)
    typer.echo(visible(text, keep="\n\t"))
