"""``glassnet explain``: the arithmetic behind any number of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from glassnet.cli.sources import InputOption, ModelName, model, sample, target_of
from glassnet.ir.require import require

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
    y = None if target is None else target_of(target, network)
    explanation = network.explain(x, y, optimizer=optimizer if update else None, whole=whole)
    require(sum(map(bool, (neuron, gradient, update))) <= 1, "ask for one of --neuron, --gradient and --update")
    require(not (gradient or update) or y is not None, "a gradient or an update is of a loss: give --target too")
    one = _asked_for(explanation, neuron, gradient, update)
    typer.echo(str(explanation) if one is None else one.tree(depth).text)


def _asked_for(
    explanation: NetworkExplanation, neuron: str | None, gradient: str | None, update: str | None
) -> Explanation | None:
    if neuron:
        return explanation[neuron]
    if gradient:
        return explanation.gradient(gradient)
    return explanation.update(update) if update else None
