"""``glassnet formula``: what a network is of its inputs, as algebra."""

from __future__ import annotations

from typing import Annotated

import typer

from glassnet.cli.sources import ModelName, model
from glassnet.ir.require import require


def formula(
    name: ModelName,
    neuron: Annotated[str | None, typer.Option(help="One neuron instead of the outputs: a1, or relu(a1).")] = None,
    symbols: Annotated[bool, typer.Option("--symbols", help="Letters instead of the weights' numbers.")] = False,
    collapse: Annotated[
        bool, typer.Option("--collapse", help="Multiply linear layers into one, step by step.")
    ] = False,
    inputs: Annotated[str | None, typer.Option(help='Names for the inputs: "u v".')] = None,
    latex: Annotated[bool, typer.Option("--latex", help="Write LaTeX.")] = False,
) -> None:
    """Write a network as the formula that it is: its outputs, or one neuron, of its inputs."""
    require(not (collapse and (neuron or symbols)), "--collapse is for the whole network, with its numbers")
    network = model(name)
    found = network.collapse(inputs=inputs) if collapse else network.formula(neuron, symbols=symbols, inputs=inputs)
    typer.echo(found.latex if latex else found.text)
