"""Reading a graph by counting: multiply-adds, other operations, bytes."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from glassnet.ir.graph import Equation, Graph, Source, Var
from glassnet.ir.types import BATCH, Shape

_MOVES = ("reshape", "transpose", "broadcast", "slice", "concatenate", "cast", "stop_gradient", "take", "pad")


@dataclass(frozen=True)
class Cost:
    """What one run of a graph takes, for a batch of ``samples``.

    Attributes:
        multiply_adds: products that are summed, in matrix products.
        operations: all other arithmetic, one for each number computed.
        parameters: trainable numbers.
        bytes: what the parameters take up.
    """

    samples: int
    multiply_adds: int
    operations: int
    parameters: int
    bytes: int

    def __str__(self) -> str:
        return (
            f"{self.multiply_adds:,} multiply-adds and {self.operations:,} other operations for {self.samples} "
            f"sample{'s' if self.samples != 1 else ''}; {self.parameters:,} parameters, {self.bytes:,} bytes"
        )


def cost(graph: Graph, samples: int = 1) -> Cost:
    """Count the work of one run of a graph on a batch of so many samples.

    >>> import glassnet as gn
    >>> print(gn.Network(784, gn.Dense(128, "relu"), gn.Dense(10, "softmax")).cost())
    101,632 multiply-adds and 276 other operations for 1 sample; 101,770 parameters, 407,080 bytes
    """
    multiply_adds = operations = 0
    for var, equation in graph.equations():
        if equation.primitive.name == "matmul":
            multiply_adds += _size(var.shape, samples) * _size(equation.inputs[0].shape[-1:], samples)
        elif equation.primitive.name not in _MOVES:
            operations += _size(_widest(var, equation).shape, samples)
    parameters = [
        v for v in graph.sources.values() if isinstance(v.definition, Source) and v.definition.kind == "parameter"
    ]
    return Cost(
        samples,
        multiply_adds,
        operations,
        sum(_size(v.shape, 1) for v in parameters),
        sum(_size(v.shape, 1) * (4 if v.dtype == "float32" else 8) for v in parameters),
    )


def _widest(var: Var, equation: Equation) -> Var:
    """Elementwise work is counted by its result, a reduction's by what it reduces."""
    return max((var, *equation.inputs), key=lambda v: len(v.shape))


def _size(shape: Shape, samples: int) -> int:
    return prod(samples if dim is BATCH else dim for dim in shape)  # type: ignore[misc]
