"""The scan: equal to its steps one by one, in both directions; differentiated twice; as large for any length."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet import ops
from glassnet.ir import BATCH, Graph, ShapeError, Type, Var, operand, source
from glassnet.ops.scan import Cell, scan
from glassnet.readings import evaluate, gradients
from tests.ops.checker import Case, Operand, check_derivative, check_type
from tests.ops.examples import Recurrent


def steps_one_by_one(h: Any, x: Any, u: Any, backwards: bool) -> np.ndarray:
    """What a scan of Recurrent is, in plain NumPy."""
    history = np.zeros((len(h), x.shape[1], h.shape[1]))
    for i in range(x.shape[1])[:: -1 if backwards else 1]:
        h = history[:, i] = np.tanh(0.5 * (x[:, i] + h @ u))
    return history


lengths = st.integers(1, 6)
sizes = st.integers(1, 3)


def numbers(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def case(samples: int, length: int, size: int, backwards: bool, seed: int) -> Case:
    shapes = ((BATCH, size), (BATCH, length, size), (size, size))
    arrays = numbers(samples, size, seed=seed), numbers(samples, length, size, seed=seed), numbers(size, size)
    operands = tuple(Operand(Type(s, "float64"), a) for s, a in zip(shapes, arrays, strict=True))
    return Case(lambda h, x, u: scan(Recurrent(), h, [x], [u], backwards), operands)


@given(sizes, lengths, sizes, st.booleans(), st.integers(0, 2**32 - 1))
def test_a_scan_is_its_steps_one_by_one(samples: int, length: int, size: int, backwards: bool, seed: int) -> None:
    made = case(samples, length, size, backwards, seed)
    check_type(made)
    history = evaluate(Graph({"y": made.call(*made.sources())}), made.values())["y"]
    h, x, u = (operand.values for operand in made.operands)
    np.testing.assert_allclose(history, steps_one_by_one(h, x, u, backwards), rtol=1e-14, atol=1e-15)


@given(sizes, lengths, sizes, st.booleans(), st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_its_gradients_equal_finite_differences(
    samples: int, length: int, size: int, backwards: bool, seed: int
) -> None:
    check_derivative(case(samples, length, size, backwards, seed))


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("index", [0, 1, 2])
def test_its_second_derivatives_equal_finite_differences(backwards: bool, index: int) -> None:
    slope = case(2, 3, 2, backwards, 5).slope(index, operand(0.7, "float64"))
    check_type(slope)
    check_derivative(slope)


def test_a_sequence_that_depends_on_another_gets_each_gradient_once() -> None:
    """Not that of the other sequence too, nor that of the state behind it."""
    values = (numbers(2, 2), numbers(2, 3, 2), numbers(2, 2, seed=1))
    types = ((BATCH, 2), (BATCH, 3, 2), (2, 2))

    def stacked(h: Var, x: Var, u: Var) -> Var:
        first = scan(Recurrent(), h, [x], [u])
        return scan(Recurrent(), h, [first, x], [u])

    check_derivative(Case(stacked, tuple(Operand(Type(t, "float64"), v) for t, v in zip(types, values, strict=True))))


def trained(length: int) -> Graph:
    """The gradients of a loss of the last state."""
    h, x, u = (
        source("input", n, s, "float64") for n, s in (("h", (BATCH, 2)), ("x", (BATCH, length, 2)), ("u", (2, 2)))
    )
    loss = ops.sum(scan(Recurrent(), h, [x], [u]) ** 2)
    return Graph({str(i): slope for i, slope in enumerate(gradients(loss, [h, x, u]))})


def test_the_graph_is_as_large_for_a_thousand_steps_as_for_ten() -> None:
    assert len(trained(1000).variables) == len(trained(10).variables) < 100
    trained(1000).check()


@dataclass(frozen=True)
class Wrong(Cell):
    """Its state becomes as wide as its steps."""

    def __call__(self, state: Var, steps: Sequence[Var], constants: Sequence[Var]) -> Var:
        return steps[0]


def given_(name: str, *shape: Any) -> Var:
    return source("input", name, shape, "float64")


def test_what_does_not_fit_is_said_in_words() -> None:
    h, x = given_("h", BATCH, 2), given_("x", BATCH, 3, 4)
    with pytest.raises(ShapeError, match=r"Wrong\(\) makes float64\[n, 4\] of the state float64\[n, 2\]; a scan's"):
        scan(Wrong(), h, [x])
    with pytest.raises(ShapeError, match=r"each sequence of a scan must have the shape \(samples, steps, numbers\)"):
        scan(Wrong(), h, [x, given_("z", BATCH, 2, 4)])
    with pytest.raises(ShapeError, match="each sequence of a scan"):
        scan(Wrong(), h, [given_("z", BATCH, 4)])
    with pytest.raises(ShapeError, match="and a sequence to go along"):
        scan(Wrong(), h, [])
    with pytest.raises(ShapeError, match=r"an initial state of shape \(samples, numbers\)"):
        scan(Wrong(), given_("h", 2), [x])


def test_equal_scans_of_a_layer_are_one_variable() -> None:
    h, x, u = given_("h", BATCH, 2), given_("x", BATCH, 3, 2), given_("u", 2, 2)
    assert scan(Recurrent(), h, [x], [u]) is scan(Recurrent(), h, [x], [u])
    assert scan(Recurrent(), h, [x], [u]) is not scan(Recurrent(0.1), h, [x], [u])
