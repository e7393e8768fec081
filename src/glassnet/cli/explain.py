"""``glassnet explain``: the arithmetic behind any number of a network."""

from __future__ import annotations

import re
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.lessons.lecture import LECTURE, lecture
from glassnet.model.answer import Answer
from glassnet.network import Network
from glassnet.words import counted

if TYPE_CHECKING:
    from glassnet.inspection.explanations import NetworkExplanation
    from glassnet.readings.explain import Explanation


def explain(
    name: Annotated[str, typer.Argument(metavar="MODEL", help="A model's file, digits, 2-4-3-1 or 1-3-3-1.")],
    given: Annotated[
        str,
        typer.Option("--input", metavar="NUMBERS", help="The input, 0.4,-0.7 or 0,4; -0,7 or the image of a digit."),
    ],
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
    network = lecture(name) if name in LECTURE else Network.load(name)
    x = _input(given, network)
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


def _input(text: str, network: Network) -> Array:
    if Path(text).is_file():
        from glassnet.data.digit_image import digit_image

        return np.asarray(digit_image(Path(text)))
    return np.array(_numbers(text, "--input", prod(network.input_shape))).reshape(network.input_shape)


def _target(text: str, network: Network) -> Array:
    """A class by its name or number, or one number for each output."""
    if network.labels and text in network.labels:
        return np.asarray(network.labels.index(text))
    sizes = [dim for dim in network.output.shape[1:] if isinstance(dim, int)]
    if network.answer is Answer.CLASS and _is_one_number(text):
        return np.asarray(float(text))
    return np.array(_numbers(text, "--target", prod(sizes))).reshape(sizes)


def _numbers(text: str, option: str, expected: int) -> list[float]:
    """Numbers with commas between them; or, where they have decimal commas, with semicolons or spaces."""
    spaced = re.split(r"\s*;\s*|\s+", text.strip(" ;"))
    with_commas = len(spaced) > 1 and not any(part.endswith(",") for part in spaced)
    parts = [part.replace(",", ".") for part in spaced] if with_commas else re.split(r"\s*,\s*", text.strip())
    if expected == 1 and len(parts) == 2 and not with_commas:
        parts = [".".join(parts)]
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        raise GlassnetError(
            f"{option} takes numbers with commas between them, such as 0.4,-0.7, or decimal commas and semicolons, "
            f"0,4; -0,7; got {text!r}"
        ) from None
    require(len(numbers) == expected, f"{option} takes {counted(expected, 'number')} here, not {len(numbers):,}")
    return numbers


def _is_one_number(text: str) -> bool:
    return re.fullmatch(r"\s*[+-]?[\d.]+\s*", text) is not None
