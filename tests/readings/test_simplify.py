"""Simplifying: the same function and type always, and the stable form where the plain one overflows."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet import ops
from glassnet.ir import BATCH, Array, Graph, Primitive, ShapeError, Type, Var, broadcast_shapes, operand, source
from glassnet.ir.graph import Constant
from glassnet.readings import evaluate, gradients, simplify
from glassnet.readings.simplify import NAMES, RULES, WRITTEN


def x_of(shape: tuple[object, ...] = (BATCH, 3), dtype: str = "float64") -> Var:
    return source("input", "x", shape, dtype)  # type: ignore[arg-type]


def simplified(var: Var) -> Var:
    return simplify({"y": var})["y"]


# ── each rule ───────────────────────────────────────────────────────────────────────────────────────────────────────

X = x_of()
SIGMOID = ops.sigmoid(X)
TARGETS = ops.absolute(ops.sin(X))  # between 0 and 1
YES, NO = -(TARGETS * ops.log(SIGMOID)), (1 - TARGETS) * ops.log(1 - SIGMOID)
REWRITTEN: dict[str, tuple[Var, Var]] = {
    "log of softmax": (ops.log(ops.softmax(X)), ops.log_softmax(X)),
    "log of sigmoid": (ops.log(SIGMOID), -ops.softplus(-X)),
    "log of one minus sigmoid": (ops.log(1 - SIGMOID), -ops.softplus(X)),
    "binary cross-entropy of sigmoid": (YES - NO, ops.sigmoid_cross_entropy(X, TARGETS)),
    "cross-entropy of softmax": (
        -ops.sum(TARGETS * ops.log(ops.softmax(X)), -1),
        ops.softmax_cross_entropy(X, TARGETS),
    ),
    "times one": (X * 1, X),
    "one times": (1 * X, X),
    "times ones": (X * operand(np.ones((1, 3)), "float64"), X),
    "plus zero": (X + 0, X),
    "zero plus": (0 + X, X),
    "power one": (X**1, X),
    "twice negative": (ops.negative(-X), X),
    "named": (ops.named(X, name="mean"), X),
    "reshape to the same": (ops.reshape(X, shape=(BATCH, 3)), X),
    "cast to the same": (ops.cast(X, dtype="float64"), X),
    "broadcast to the same": (ops.broadcast(X, ops.exp(X)), X),
    "rules after rules": (ops.exp(ops.negative(-(X * 1 + 0))), ops.exp(X)),
    "constants": (X * (operand(2.0, "float64") + 1.0), X * 3),
}


@pytest.mark.parametrize("name", REWRITTEN)
def test_what_is_written_becomes_what_is_meant(name: str) -> None:
    written, meant = REWRITTEN[name]
    assert simplified(written) is meant
    assert simplified(written).type == written.type
    values = {"x": np.array([[0.5, -1.0, 2.0], [0.1, 0.2, 0.3]])}
    both = evaluate(Graph({"written": written, "meant": simplified(written)}), values)
    np.testing.assert_allclose(both["meant"], both["written"], rtol=1e-14)


def test_what_is_to_be_kept_stays_as_it_is_written() -> None:
    written = ops.named(ops.log(ops.softmax(X)), name="mean")
    assert simplify({"y": written}, keep=WRITTEN)["y"] is written
    assert simplify({"y": written}, keep=NAMES)["y"] is ops.named(ops.log_softmax(X), name="mean")


@pytest.mark.parametrize(
    "other",
    [
        YES - (1 - X) * ops.log(1 - SIGMOID),  # the rest of another target
        YES - (2 - TARGETS) * ops.log(1 - SIGMOID),
        YES - (1 - TARGETS) * ops.log(1 - ops.sigmoid(-X)),  # another probability
        YES + NO,
        -ops.sum(TARGETS * ops.log(SIGMOID), -1),
        -ops.sum(TARGETS * ops.log(ops.softmax(X)), 0),  # over the samples
        -ops.sum(TARGETS * ops.log(ops.softmax(X)), -1, keepdims=True),
        -ops.sum(operand([[0.5, 0.25, 0.25]], "float64") * ops.log(ops.softmax(X)), -1),
    ],
)
def test_what_only_looks_like_a_cross_entropy_is_none(other: Var) -> None:
    assert "cross_entropy" not in str(Graph({"y": simplified(other)}))


def test_every_rule_has_a_case_above() -> None:
    written = {equation.primitive.name for w, _ in REWRITTEN.values() for _, equation in Graph({"y": w}).equations()}
    assert set(RULES) <= written


@pytest.mark.parametrize(
    "kept",
    [
        X * 0,
        X + operand(np.zeros((4, 1, 3)), "float64"),  # repeats x
        operand(np.ones((4, 1, 3)), "float64") * X,
        X - 0.5,
        X**2,
        ops.log(2 - SIGMOID),
        ops.log(1 - ops.softmax(X)),
        ops.log(SIGMOID + 1),
        ops.cast(X, dtype="float32"),
        ops.broadcast(X, x_of((4, 1, 3)) + X),
        ops.reshape(X, shape=(BATCH, 3, 1)),
    ],
)
def test_what_only_looks_alike_is_kept(kept: Var) -> None:
    assert simplified(kept) is kept


# ── constants ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_equations_of_constants_are_constants() -> None:
    numbers = operand(np.array([1, 2, 3]), "float32")
    folded = simplified(ops.sum(ops.exp(numbers) * 2.0))
    assert isinstance(folded.definition, Constant)
    assert folded.type == Type((), "float32")
    np.testing.assert_allclose(folded.definition.values.array, 2 * np.exp([1, 2, 3]).sum(), rtol=1e-6)


def test_constants_that_are_not_finite_stay_where_they_came_from() -> None:
    bad = ops.log(operand(-1.0, "float64"))
    assert simplified(bad) is bad
    assert simplified(X + bad) == X + bad


# ── extreme logits ──────────────────────────────────────────────────────────────────────────────────────────────────

LOGITS = np.array([[1e4, 0.0, -1e4], [800.0, 0.0, -800.0]])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (lambda z: ops.log(ops.softmax(z)), [[0, -1e4, -2e4], [0, -800, -1600]]),
        (lambda z: ops.log(ops.sigmoid(z)), [[0, -np.log(2), -1e4], [0, -np.log(2), -800]]),
        (lambda z: ops.log(1 - ops.sigmoid(z)), [[-1e4, -np.log(2), 0], [-800, -np.log(2), 0]]),
    ],
)
def test_logarithms_of_probabilities_stay_finite(
    write: Callable[[Var], Var], expected: list[list[float]], dtype: str
) -> None:
    z = x_of(dtype=dtype)
    plain, slope = write(z), gradients(ops.sum(simplified(write(z))), [z])[0]
    values = {"x": LOGITS.astype(dtype)}
    assert not np.isfinite(evaluate(Graph({"y": plain}), values)["y"]).all()
    stable = evaluate(Graph({"y": simplified(plain), "slope": slope}), values)
    np.testing.assert_allclose(stable["y"], expected, rtol=1e-6)
    assert np.isfinite(stable["slope"]).all()


# ── any graph ───────────────────────────────────────────────────────────────────────────────────────────────────────

UNARY: list[Primitive | Callable[[Var], Var]] = [
    ops.tanh, ops.sigmoid, ops.softmax, ops.sin, ops.negative, ops.absolute, ops.relu,
    lambda v: ops.log(ops.sigmoid(v)), lambda v: ops.log(1 - ops.sigmoid(v)), lambda v: ops.log(ops.softmax(v)),
    lambda v: v**1, lambda v: 1 * v, lambda v: v + 0, lambda v: ops.negative(-v), lambda v: v * 0, lambda v: 0 + v,
    lambda v: v * operand(np.ones(3), v.dtype), lambda v: v + operand(np.zeros((2, 1, 1)), v.dtype),
    lambda v: ops.cast(v, dtype=v.dtype), lambda v: ops.broadcast(v, v), lambda v: ops.reshape(v, shape=v.shape),
    lambda v: ops.reshape(v, shape=(*v.shape, 1)), lambda v: ops.sum(v, -1, keepdims=True), lambda v: ops.max(v, -1),
]  # fmt: skip
BINARY: list[Callable[[Var, Var], Var]] = [
    ops.add, ops.subtract, ops.maximum, ops.minimum, lambda v, w: v * ops.tanh(w),
]  # fmt: skip
"""Nothing that makes a small difference large: the stable forms are not equal to the plain ones to the last digit."""

LEAVES = ((BATCH, 3), (3,), (), (2, 1, 1))


@st.composite
def graphs(draw: st.DrawFn, dtype: str) -> tuple[Graph, dict[str, Array]]:
    """A random graph of a dozen operations over sources and constants, rich in what the rules look for, and values."""
    variables = [source("input", f"x{i}", shape, dtype) for i, shape in enumerate(LEAVES)]
    variables += [operand(number, dtype) for number in (0.0, 1.0, 0.5)]
    for _ in range(draw(st.integers(1, 12))):
        if draw(st.booleans()):
            candidates = [v for v in variables if v.shape and len(v.shape) < 4]
            variables.append(draw(st.sampled_from(UNARY))(draw(st.sampled_from(candidates))))
        else:
            x, y = (draw(st.sampled_from(variables)) for _ in range(2))
            if fit(x, y):
                variables.append(draw(st.sampled_from(BINARY))(x, y))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = {f"x{i}": generator.normal(size=[2 if d is BATCH else d for d in s]) for i, s in enumerate(LEAVES)}  # type: ignore[misc]
    graph = Graph({str(i): v for i, v in enumerate(variables[-3:])})
    return graph, {name: array.astype(dtype) for name, array in values.items()}


def fit(x: Var, y: Var) -> bool:
    """Whether they broadcast."""
    try:
        broadcast_shapes(x.shape, y.shape)
    except ShapeError:
        return False
    return True


@pytest.mark.parametrize(("dtype", "rounding"), [("float64", 1e-10), ("float32", 1e-3)])
@given(data=st.data())
@settings(max_examples=150)
def test_simplifying_never_changes_results_or_types(dtype: str, rounding: float, data: st.DataObject) -> None:
    graph, values = data.draw(graphs(dtype))
    simple = Graph(simplify(graph.outputs))
    simple.check()
    assert {name: v.type for name, v in simple.outputs.items()} == {name: v.type for name, v in graph.outputs.items()}
    before, after = evaluate(graph, values), evaluate(simple, values)
    for name, expected in before.items():
        finite = np.isfinite(expected)
        np.testing.assert_allclose(after[name][finite], expected[finite], rtol=rounding, atol=rounding)
        assert after[name].shape == expected.shape
