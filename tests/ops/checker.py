"""Is an operation's type rule true, and is its derivative? Checked by running it; test_checker.py checks the checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from glassnet.ir import BATCH, Array, Graph, Primitive, Shape, Type, Var, source
from glassnet.ir.types import FLOATS
from glassnet.ops import cast, sum
from glassnet.readings import Program, evaluate, gradients

STEP = 2.0**-12
"""Of the finite differences: a power of two, so that adding it to a short number loses nothing, in float32 neither."""

STENCIL = ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))
"""Central differences of fourth order: the error is STEP⁴/30 times the fifth derivative."""


@dataclass(frozen=True)
class Operand:
    """What to call an operation on: its type, and its values."""

    type: Type
    values: Array


@dataclass(frozen=True)
class Case:
    """A call of an operation, and the operands to call it on."""

    call: Callable[..., Var]
    operands: tuple[Operand, ...]

    def sources(self) -> list[Var]:
        types = [operand.type for operand in self.operands]
        return [source("input", f"x{i}", type.shape, type.dtype) for i, type in enumerate(types)]

    def values(self) -> dict[str, Array]:
        return {f"x{i}": operand.values for i, operand in enumerate(self.operands)}

    def in_float32(self) -> Case:
        return Case(self.call, tuple(map(_in_float32, self.operands)))

    def slope(self, index: int, weights: Var) -> Case:
        """The derivative of this call, by one operand, as a call of its own: for second derivatives."""

        def call(*xs: Var) -> Var:
            y = self.call(*xs)
            return gradients(sum(cast(y, dtype="float64") * weights), [xs[index]])[0]

        return Case(call, self.operands)


def _in_float32(operand: Operand) -> Operand:
    if operand.type.dtype not in FLOATS:
        return operand
    return Operand(Type(operand.type.shape, "float32"), operand.values.astype("float32"))


def concrete(shape: Shape, n: int) -> tuple[int, ...]:
    return tuple(dim if isinstance(dim, int) else n for dim in shape)


def batch_size(case: Case) -> int:
    sizes = [
        size
        for operand in case.operands
        for dim, size in zip(operand.type.shape, operand.values.shape, strict=True)
        if dim is BATCH
    ]
    assert len(set(sizes)) <= 1, "the operands of a case must agree on the size of the batch"
    return sizes[0] if sizes else 1


def check_type(case: Case) -> None:
    """The type that the rule says is the type that is computed, and the graph is sound."""
    y = case.call(*case.sources())
    graph = Graph({"y": y})
    graph.check()
    value = evaluate(graph, case.values())["y"]
    assert str(value.dtype) == y.dtype, f"the rule says {y.dtype}, computed is {value.dtype}"
    expected = concrete(y.shape, batch_size(case))
    assert value.shape == expected, f"the rule says {y.shape}, computed is {value.shape}"


def check_derivative(case: Case, seed: int = 0) -> None:
    """The gradient of a random weighting of the results equals finite differences, for every number of every operand.

    Whole numbers have no gradient and are left alone.
    """
    xs, values = case.sources(), case.values()
    y = cast(case.call(*xs), dtype="float64")
    weighting = np.random.default_rng(seed).uniform(0.5, 1.5, concrete(y.shape, batch_size(case)))
    weights = source("input", "weights", y.shape, "float64")
    wrt = [x for x in xs if x.dtype in FLOATS]
    slopes = gradients(sum(y * weights), wrt)
    graph = Graph({name(x): slope for x, slope in zip(wrt, slopes, strict=True)})
    graph.check()
    computed = evaluate(graph, {**values, "weights": weighting})
    run = Program(Graph({"y": y}))
    for x in wrt:
        expected = _finite_differences(lambda given: run(given)["y"], values, name(x), weighting)
        assert computed[name(x)].shape == expected.shape, f"the gradient has the shape {computed[name(x)].shape}"
        np.testing.assert_allclose(computed[name(x)], expected, rtol=1e-6, atol=1e-9, err_msg=f"∂/∂{name(x)}")


def name(var: Var) -> str:
    return str(var.definition.name)  # type: ignore[union-attr]


def _finite_differences(
    run: Callable[[dict[str, Array]], Array], values: dict[str, Array], name: str, weighting: Array
) -> Array:
    x = values[name]
    result = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        total = np.zeros(weighting.shape)
        for shift, coefficient in STENCIL:
            moved = x.copy()
            moved[index] += shift * STEP
            total += coefficient * run({**values, name: moved})
        result[index] = (total * weighting).sum() / STEP
    return result


def elementwise_case(primitive: Primitive, shapes: list[Shape], n: int, seed: int) -> Case:
    """An elementwise operation on operands of these shapes, drawn from the intervals of its definition."""
    generator = np.random.default_rng(seed)
    operands = []
    for shape, (low, high, holes) in zip(shapes, primitive.sample, strict=True):  # type: ignore[attr-defined]
        values = generator.uniform(low, high, concrete(shape, n))
        for hole in holes:
            values = np.where(np.abs(values - hole) < 0.01, hole + 0.01, values)
        operands.append(Operand(Type(shape, "float64"), values))
    return Case(primitive, tuple(operands))
