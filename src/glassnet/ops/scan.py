"""The scan: a small graph applied step by step along sequences. Its one result is the history of its state.

The gradients of a recurrent network (backpropagation through time, Werbos 1990) are a scan in the other direction: with
G the gradient of the history and J the derivative of a step by the state before it, μₜ = Jₜᵀ (Gₜ + μₜ₊₁). What the
numbers of the sequences and the constants contribute is then found for all steps at once, by one application of the
cell to whole sequences. So the graph is as large for a thousand steps as for ten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

import numpy as np

from glassnet.ir.errors import ShapeError
from glassnet.ir.graph import Constant, Equation, Graph, Primitive, Var, operand, source
from glassnet.ir.origin import within
from glassnet.ir.types import Array, Type
from glassnet.ops.layout import broadcast, concatenate, reshape, slice_

PulledBack = Callable[[Callable[..., Var], Sequence[Var], Var], list[Var]]
"""``pulled_back(function, operands, g)``: what the gradient g of ``function(*operands)`` gives each operand."""
KEPT = 256
"""How many steps are kept traced: of each cell, for each type of its operands."""


@dataclass(frozen=True)
class Cell:
    """What a scan computes at each step: a frozen dataclass whose ``__call__`` is written in operations.

    It is given the state (n, S), for each sequence the numbers of this step (n, f), and the constants, and gives the
    new state, of the same type. It works along the last axis only, so that it can be applied to whole sequences too,
    where these have the shapes (n, t, S) and (n, t, f): the gradients do that.

    >>> import glassnet as gn
    >>> @dataclass(frozen=True)
    ... class Fading(Cell):
    ...     kept: float
    ...     def __call__(self, state, steps, constants):
    ...         return self.kept * state + (1 - self.kept) * steps[0]
    >>> @dataclass(frozen=True)
    ... class MovingAverage(gn.Layer):
    ...     kept: float
    ...     def __call__(self, x):
    ...         start = gn.ops.mean(x, 1)
    ...         return scan(Fading(self.kept), start, [x])
    >>> gn.Network((3, 1), MovingAverage(0.5))([[0], [3], [3]]).ravel()
    array([1. , 2. , 2.5], dtype=float32)
    """

    def __call__(self, state: Var, steps: Sequence[Var], constants: Sequence[Var]) -> Var:
        raise NotImplementedError


@dataclass(frozen=True)
class Backwards(Cell):
    """One step back: from what the later steps give the state, what they and this step give the state before it."""

    cell: Cell
    pulled_back: PulledBack = field(repr=False)

    def __call__(self, state: Var, steps: Sequence[Var], constants: Sequence[Var]) -> Var:
        g, before, *own = steps
        [slope] = self.pulled_back(lambda previous: self.cell(previous, own, constants), [before], g + state)
        return slope


def scan(
    cell: Cell, initial: Var, sequences: Sequence[Var], constants: Sequence[Var] = (), backwards: bool = False
) -> Var:
    """The history of a state that a cell changes step by step along sequences, (n, t, S).

    Args:
        cell: what is computed at each step.
        initial: the state before the first step, (n, S).
        sequences: what the cell is given step by step, each (n, t, f).
        constants: what it is given at each step alike, such as weights.
        backwards: whether it begins with the last step; the history stays in the order of the sequences.

    Raises:
        ShapeError: the shapes do not fit, or the cell gives a state of another type.

    >>> from glassnet.ir import operand
    >>> from glassnet.readings import value
    >>> @dataclass(frozen=True)
    ... class Sum(Cell):
    ...     def __call__(self, state, steps, constants):
    ...         return state + steps[0]
    >>> x = operand([[[1], [2], [3]]], "float64")
    >>> value(scan(Sum(), operand([[10]], "float64"), [x])).tolist()
    [[[11.0], [13.0], [16.0]]]
    """
    return _scan(initial, *sequences, *constants, cell=cell, sequences=len(sequences), backwards=backwards)


@lru_cache(maxsize=KEPT)
def step_graph(cell: Cell, initial: Type, steps: tuple[Type, ...], constants: tuple[Type, ...]) -> Graph:
    """One step of a cell as a graph, from the sources "state", "step 0", … and "constant 0", … to the new "state"."""
    with within("", ""):
        state, *rest = (
            source("input", name, type_.shape, type_.dtype)
            for name, type_ in [
                ("state", initial),
                *((f"step {i}", step) for i, step in enumerate(steps)),
                *((f"constant {i}", constant) for i, constant in enumerate(constants)),
            ]
        )
        return Graph({"state": cell(state, rest[: len(steps)], rest[len(steps) :])})


def step_of(equation: Equation) -> Graph:
    """One step of the scan of that equation as a graph."""
    params, (initial, *rest) = dict(equation.params), [v.type for v in equation.inputs]
    along, constants = rest[: params["sequences"]], rest[params["sequences"] :]
    return step_graph(params["cell"], initial, tuple(map(of_one_step, along)), tuple(constants))


def of_one_step(sequence: Type) -> Type:
    """The type of a sequence's numbers at one step."""
    return Type((sequence.shape[0], *sequence.shape[2:]), sequence.dtype)


def _rule(initial: Type, *rest: Type, cell: Cell, sequences: int, backwards: bool) -> Type:
    along, constants = rest[:sequences], rest[sequences:]
    if len(initial.shape) != 2 or not along:
        raise ShapeError("a scan needs an initial state of shape (samples, numbers), and a sequence to go along")
    samples, length = initial.shape[0], along[0].shape[1:2]
    for x in along:
        if len(x.shape) != 3 or x.shape[0] != samples or x.shape[1:2] != length or not isinstance(x.shape[1], int):
            raise ShapeError("each sequence of a scan must have the shape (samples, steps, numbers), all as many steps")
    new = step_graph(cell, initial, tuple(map(of_one_step, along)), constants).outputs["state"].type
    if new != initial:
        raise ShapeError(f"{cell} makes {new} of the state {initial}; a scan's state keeps its type")
    return Type((samples, *length, initial.shape[1]), initial.dtype)


class _Loop:
    """A step prepared to be taken many times: what depends on constants alone is computed once."""

    def __init__(self, graph: Graph) -> None:
        slots = {var: slot for slot, var in enumerate(graph.variables)}
        sources = {name: slots[var] for name, var in graph.sources.items()}
        self._values = [
            var.definition.values.array if isinstance(var.definition, Constant) else None for var in graph.variables
        ]
        self._sources, self._state = sources, slots[graph.outputs["state"]]
        changing = {var for name, var in graph.sources.items() if not name.startswith("constant")}
        self._once: list[tuple[Callable[..., Any], list[int], int]] = []
        self._each: list[tuple[Callable[..., Any], list[int], int]] = []
        for var, equation in graph.equations():
            call = partial(equation.primitive.kernel, **dict(equation.params))
            changes = not changing.isdisjoint(equation.inputs)
            changing |= {var} if changes else set()
            (self._each if changes else self._once).append((call, [slots[v] for v in equation.inputs], slots[var]))

    def __call__(self, state: Array, sequences: Sequence[Array], constants: Sequence[Array], backwards: bool) -> Array:
        """The history of the state."""
        slots: list[Any] = self._values.copy()
        given = {f"constant {i}": array for i, array in enumerate(constants)}
        self._give(slots, given)
        _call(self._once, slots)
        length = sequences[0].shape[1]
        history = np.empty((len(state), length, state.shape[1]), state.dtype)
        for i in reversed(range(length)) if backwards else range(length):
            self._give(slots, {"state": state, **{f"step {k}": x[:, i] for k, x in enumerate(sequences)}})
            _call(self._each, slots)
            state = history[:, i] = slots[self._state]
        return history

    def _give(self, slots: list[Any], values: dict[str, Array]) -> None:
        """Put values where their sources are; those that the cell does not use are left out."""
        for name, array in values.items():
            if name in self._sources:
                slots[self._sources[name]] = array


def _call(calls: list[tuple[Callable[..., Any], list[int], int]], slots: list[Any]) -> None:
    for kernel, inputs, output in calls:
        slots[output] = kernel(*[slots[i] for i in inputs])


@lru_cache(maxsize=KEPT)
def _loop(cell: Cell, initial: Type, steps: tuple[Type, ...], constants: tuple[Type, ...]) -> _Loop:
    return _Loop(step_graph(cell, initial, steps, constants))


def _type(array: Array) -> Type:
    return Type(array.shape, str(array.dtype))


def _kernel(initial: Array, *rest: Array, cell: Cell, sequences: int, backwards: bool) -> Array:
    along, constants = rest[:sequences], rest[sequences:]
    steps = tuple(of_one_step(_type(x)) for x in along)
    return _loop(cell, _type(initial), steps, tuple(map(_type, constants)))(initial, along, constants, backwards)


def before_each(initial: Var, history: Var, backwards: bool) -> Var:
    """The state before each step: the initial one, then the history without its last."""
    samples, length, numbers = history.shape
    assert isinstance(length, int)
    first = reshape(initial, shape=(samples, 1, numbers))
    if length == 1:
        return first
    if backwards:
        return concatenate([slice_(history, axis=1, start=1, stop=length), first], axis=1)
    return concatenate([first, slice_(history, axis=1, start=0, stop=length - 1)], axis=1)


def at_step(x: Var, i: int) -> Var:
    """The numbers of one step of a sequence, (n, f)."""
    samples, _, *numbers = x.shape
    return reshape(slice_(x, axis=1, start=i, stop=i + 1), shape=(samples, *numbers))


def _vjp(
    g: Var, y: Var, initial: Var, *rest: Var, pulled_back: PulledBack, cell: Cell, sequences: int, backwards: bool
) -> tuple[Var, ...]:
    along, constants = rest[:sequences], rest[sequences:]
    before = before_each(initial, y, backwards)
    zeros = broadcast(operand(0.0, initial.dtype), initial)
    passed = scan(Backwards(cell, pulled_back), zeros, (g, before, *along), constants, not backwards)
    of_steps = g + before_each(zeros, passed, not backwards)
    slopes = pulled_back(lambda *own: cell(before, own[:sequences], own[sequences:]), rest, of_steps)
    return at_step(passed, y.shape[1] - 1 if backwards else 0), *slopes  # type: ignore[operator]


_scan: Primitive = Primitive(
    "scan",
    "The history of a state that a cell changes step by step along sequences.",
    rule=_rule,
    kernel=_kernel,
    vjp=_vjp,
    pulls_back=True,
)

__all__: list[Any] = ["Cell", "scan"]
