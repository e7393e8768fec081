"""``glassnet explain``: the arithmetic behind any number of a network."""

from __future__ import annotations

import re
from math import prod
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from glassnet.cli.sources import InputOption, ModelName, model, numbers, sample
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.model.answer import Answer
from glassnet.network import Network

if TYPE_CHECKING:
    from glassnet.inspection.explanations import NetworkExplanation
    from glassnet.readings.explain import Explanation


def explain(
    name: ModelName,
    given: Annotated[str, InputOption],
    target: Annotated[str | None, typer.Option(metavar="NUMBERS", help="What it should give: for the loss.")] = None,
    neuron: Annotated[str | None, typer.Option(help="Only this neuron, as it is printed: w1.")] = None,
    gradient: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="∂loss/∂ this: dense_1.weights[0,1], or a neuron's name.")
    ] = None,
    update: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="What the first training step makes of it: dense_1.biases[0].")
    ] = None,
    optimizer: Annotated[str, typer.Option(help="The rule of that step: adam, sgd, …")] = "adam",
    depth: Annotated[int, typer.Option(help="How far back the numbers in it are explained too.", min=0)] = 2,
    whole: Annotated[bool, typer.Option("--whole", help="Every term of long sums, every neuron.")] = False,
) -> None:
    """Show the arithmetic of a network for one input: every neuron, or any one number and what it was made from.

    Each line, evaluated as it is printed, gives the result that it prints.
    """
    network = model(name)
    x = sample(given, network)
    y = None if target is None else _target(target, network)
    explanation = network.explain(x, y, optimizer=optimizer if update else None, whole=whole)
    require(sum(map(bool, (neuron, gradient, update))) <= 1, "ask for one of --neuron, --gradient and --update")
    require(not (gradient or update) or y is not None, "a gradient or an update is of a loss: give --target too")
    one = _asked_for(explanation, neuron, gradient, update)
    typer.echo(str(explanation) if one is None else one.tree(depth))


def _asked_for(
    explanation: NetworkExplanation, neuron: str | None, gradient: str | None, update: str | None
) -> Explanation | None:
    if neuron:
        return explanation[neuron]
    if gradient:
        return explanation.gradient(gradient)
    return explanation.update(update) if update else None


def _target(text: str, network: Network) -> Array:
    """A class by its name or number, or one number for each output."""
    if network.labels and text in network.labels:
        return np.asarray(network.labels.index(text))
    sizes = [dim for dim in network.output.shape[1:] if isinstance(dim, int)]
    if network.answer is Answer.CLASS and _is_one_number(text):
        return np.asarray(float(text))
    return np.array(numbers(text, "--target", prod(sizes))).reshape(sizes)


def _is_one_number(text: str) -> bool:
    return re.fullmatch(r"\s*[+-]?[\d.]+\s*", text) is not None
