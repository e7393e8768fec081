"""What an operation does at one step, (n, …), it does at all steps of sequences, (n, t, …), by other parameters."""

from collections.abc import Callable

import numpy as np
import pytest

from glassnet import ops
from glassnet.ir import Array, Var, operand
from glassnet.ir.graph import Equation
from glassnet.readings import value

SAMPLES, STEPS = 2, 3

CASES: dict[str, tuple[Callable[..., Var], list[tuple[int, ...]], list[bool]]] = {
    "sum": (lambda x: ops.sum(x, 1), [(2, 4)], [True]),
    "sum, kept": (lambda x: ops.sum(x, -1, keepdims=True), [(2, 4)], [True]),
    "max": (lambda x: ops.max(x, 2), [(2, 4, 5)], [True]),
    "count": (lambda x: ops.count(x, 1), [(2, 4)], [True]),
    "slice": (lambda x: ops.slice_(x, axis=1, start=1, stop=3), [(2, 4)], [True]),
    "pad": (lambda x: ops.pad(x, axis=1, before=1, after=2), [(2, 4)], [True]),
    "concatenate": (lambda x, y: ops.concatenate([x, y], 1), [(2, 4), (2, 5)], [True, True]),
    "reshape": (lambda x: ops.reshape(x, shape=(2, 3, 2)), [(2, 6)], [True]),
    "matmul": (lambda x, w: x @ w, [(2, 4), (4, 5)], [True, False]),
    "multiply": (lambda x, y: x * y, [(2, 4), (2, 4)], [True, True]),
    "add a row": (lambda x, b: x + b, [(2, 4), (4,)], [True, False]),
    "broadcast": (lambda x, y: ops.broadcast(x, y), [(2, 1), (2, 4)], [True, True]),
    "cast": (lambda x: ops.cast(x, dtype="float32"), [(2, 4)], [True]),
    "named": (lambda x: ops.named(x, name="x"), [(2, 4)], [True]),
    "stop_gradient": (lambda x: ops.stop_gradient(x), [(2, 4)], [True]),
}

NEVER: dict[str, tuple[Callable[..., Var], list[tuple[int, ...]], list[bool]]] = {
    "a sum over samples": (lambda x: ops.sum(x, 0), [(2, 4)], [True]),
    "samples joined": (lambda x, y: ops.concatenate([x, y], 0), [(2, 4), (2, 4)], [True, True]),
    "joined with what has no steps": (lambda x, y: ops.concatenate([x, y], 1), [(2, 4), (2, 4)], [True, False]),
    "times a matrix at each step": (lambda x, y: x @ y, [(2, 4), (4, 5)], [True, True]),
    "plus a matrix": (lambda x, y: x + y, [(2, 4), (2, 4)], [True, False]),
    "samples and numbers mixed": (lambda x: ops.reshape(x, shape=(4, 2)), [(2, 4)], [True]),
}


def parameters(make: Callable[..., Var], arrays: list[Array], along: list[bool]) -> tuple[Equation, object]:
    """The operation at one step, and its parameters for all of them."""
    one = make(*(operand(x[:, 0] if a else x, "float64") for x, a in zip(arrays, along, strict=True)))
    assert isinstance(one.definition, Equation)
    rule, types = one.definition.primitive.at_all_steps, [v.type for v in one.inputs]
    assert rule is not None
    return one.definition, rule(STEPS, along, *types, **dict(one.definition.params))


def numbers(shapes: list[tuple[int, ...]], along: list[bool]) -> list[Array]:
    rng = np.random.default_rng(0)
    return [rng.normal(size=(x[0], STEPS, *x[1:]) if a else x) for x, a in zip(shapes, along, strict=True)]


@pytest.mark.parametrize("case", CASES)
def test_all_steps_at_once_are_each_step(case: str) -> None:
    make, shapes, along = CASES[case]
    arrays = numbers(shapes, along)
    equation, params = parameters(make, arrays, along)
    assert isinstance(params, dict)
    found = value(equation.primitive(*(operand(x, "float64") for x in arrays), **params))
    for step in range(STEPS):
        given = [x[:, step] if a else x for x, a in zip(arrays, along, strict=True)]
        expected = value(make(*(operand(x, "float64") for x in given)))
        np.testing.assert_allclose(found[:, step] if expected.ndim else found, expected, rtol=1e-15)


@pytest.mark.parametrize("case", NEVER)
def test_what_cannot_be_done_at_once(case: str) -> None:
    make, shapes, along = NEVER[case]
    assert parameters(make, numbers(shapes, along), along)[1] is None
