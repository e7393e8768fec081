"""The names of a network's neurons, which explanations, formulas and pictures share: a1, a2, …, b1, …, y."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from glassnet.ir.graph import Equation, Graph, Var
from glassnet.ir.types import BATCH

if TYPE_CHECKING:
    from glassnet.network import Network

ARITHMETIC = ("add", "subtract", "multiply", "divide", "matmul", "negative", "sum")
Index = tuple[int, ...]


def layers(graph: Graph) -> Iterator[tuple[str, Var]]:
    """(path, last variable) of each layer, in order."""
    last: dict[str, Var] = {}
    for var, _ in graph.equations():
        last[var.origin.path] = var
    yield from last.items()


def before_activation(output: Var) -> Var:
    """What a layer's activation is applied to; the layer's result itself where it has none."""
    definition = output.definition
    if not isinstance(definition, Equation):
        return output
    before = definition.inputs[0]
    same = before.origin.path == output.origin.path and before.shape == output.shape
    is_activation = definition.primitive.name not in ARITHMETIC
    return before if is_activation and same and isinstance(before.definition, Equation) else output


def letters(network: Network, found: Sequence[tuple[str, Var]]) -> list[str]:
    """What each layer's neurons are called: its own name if it was given one, else a, b, c, … and y for the last."""
    given = {layer.name for layer in network.root.layers if layer.name}
    alphabet = iter("abcdefghijklmnopqrstuvw")
    return [
        path if path in given else "y" if i == len(found) - 1 else next(alphabet, path)
        for i, (path, _) in enumerate(found)
    ]


def namer(letter: str, var: Var) -> Callable[[Index], str]:
    """From a number's place to its name: w1, w2, …; just z where there is only one."""
    single = all(dim == 1 or dim is BATCH for dim in var.shape)
    return lambda index: letter if single else letter + "_".join(str(i + 1) for i in index[1:])
