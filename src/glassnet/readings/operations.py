"""Reading a graph by counting: multiply-adds, other operations, bytes."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from glassnet.grids import html_table
from glassnet.ir.graph import Equation, Graph, Source, Var
from glassnet.ir.types import BATCH, Type
from glassnet.ops.scan import step_of
from glassnet.words import counted


@dataclass(frozen=True)
class Operations:
    """What one run of a graph takes.

    Attributes:
        multiply_adds: multiplications whose products are summed, as in matrix products.
        others: all other operations, one for each number computed.
        parameters: trainable numbers.
        bytes: what the parameters take up in memory.
    """

    multiply_adds: int
    others: int
    parameters: int
    bytes: int

    def _repr_html_(self) -> str:
        return html_table([list(vars(self)), [f"{number:,}" for number in vars(self).values()]])

    def __str__(self) -> str:
        return (
            f"{counted(self.multiply_adds, 'multiply-add')} and {counted(self.others, 'other operation')}; "
            f"{counted(self.parameters, 'parameter')}, {counted(self.bytes, 'byte')}"
        )


def operations(graph: Graph, samples: int = 1) -> Operations:
    """Count the work of one run of a graph on a batch of so many samples.

    >>> import glassnet as gn
    >>> print(operations(gn.Network(784, gn.Dense(128, "relu"), gn.Dense(10, "softmax")).graph))
    101,632 multiply-adds and 276 other operations; 101,770 parameters, 407,080 bytes
    """
    counts = [of_one(var, equation, samples) for var, equation in graph.equations()]
    multiply_adds, others = sum(count[0] for count in counts), sum(count[1] for count in counts)
    parameters = [
        v for v in graph.sources.values() if isinstance(v.definition, Source) and v.definition.kind == "parameter"
    ]
    numbers = [prod(_sizes(v, samples)) for v in parameters]
    sizes = [4 if v.dtype == "float32" else 8 for v in parameters]
    memory = sum(count * size for count, size in zip(numbers, sizes, strict=True))
    return Operations(multiply_adds, others, sum(numbers), memory)


def of_one(var: Var, equation: Equation, samples: int) -> tuple[int, int]:
    """(multiply-adds, other operations) of one equation."""
    primitive = equation.primitive
    if primitive.name == "scan":
        return _of_scan(var, equation, samples)
    if primitive.multiply_adds is not None:
        types = [Type(_sizes(operand, samples), operand.dtype) for operand in equation.inputs]
        return prod(_sizes(var, samples)) * primitive.multiply_adds(*types, **dict(equation.params)), 0
    return 0, 0 if primitive.moves else _most_numbers(var, equation, samples)


def _of_scan(var: Var, equation: Equation, samples: int) -> tuple[int, int]:
    """Those of one step, as often as there are steps."""
    step = step_of(equation)
    counts = [of_one(one, computed, samples) for one, computed in step.equations()]
    steps = var.shape[1]
    assert isinstance(steps, int)
    return steps * sum(count[0] for count in counts), steps * sum(count[1] for count in counts)


def _most_numbers(var: Var, equation: Equation, samples: int) -> int:
    """The numbers of the largest of result and operands: an exponential does so much work, and so does a sum."""
    return max(prod(_sizes(v, samples)) for v in (var, *equation.inputs))


def _sizes(var: Var, samples: int) -> tuple[int, ...]:
    """The shape of a variable, for so many samples."""
    return tuple(samples if dim is BATCH else dim for dim in var.shape)  # type: ignore[misc]
