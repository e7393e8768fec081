"""The graph: equal equations are one node, damage is found, messages say where, and depth does not matter."""

import gc
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from glassnet import ops
from glassnet.ir import (
    BATCH,
    PRIMITIVES,
    Equation,
    GlassnetError,
    Graph,
    Primitive,
    ShapeError,
    Type,
    Var,
    operand,
    scope,
    source,
)
from glassnet.ir.graph import _NODES
from glassnet.ir.origin import Origin
from glassnet.readings import evaluate, gradients, simplify

DEEP = 5_000
ONES: Any = np.ones(3)


def given(name: str = "x", shape: Any = (3,), dtype: str = "float64") -> Var:
    return source("input", name, shape, dtype)


# ── one node for equal equations ────────────────────────────────────────────────────────────────────────────────────


def test_equal_equations_are_one_node() -> None:
    x, y = given("x"), given("y")
    assert x * y + 1 is x * y + 1.0
    assert ops.sum(x, 0) is ops.sum(x, -1)
    assert ops.sum(x, 0) is not ops.sum(x, 0, keepdims=True)
    assert x * y is not y * x
    assert x - 0.0 is not x - -0.0


def test_equal_constants_are_one_node() -> None:
    x = given()
    assert operand(ONES, "float64") is operand(np.array([1, 1, 1]), "float64")
    assert operand(1, "float64") is not operand(1, "float32")
    assert (x + ONES).inputs[1] is (x * ONES.copy()).inputs[1]


def test_sources_of_the_same_name_are_two() -> None:
    assert given("x") is not given("x")


def test_python_arithmetic_is_the_operations() -> None:
    x, y = given("x"), given("y")
    values = {"x": np.array([0.5, 1.0, 3.0]), "y": np.array([2.0, -1.0, 0.25])}
    a, b = values["x"], values["y"]
    both: list[tuple[Any, Any]] = [
        (x + y, a + b), (x - y, a - b), (x * y, a * b), (x / y, a / b), (x**y, a**b), (-x, -a),
        (2 + x, 2 + a), (2 - x, 2 - a), (2 * x, 2 * a), (2 / x, 2 / a), (2**x, 2**a), (x**2, a**2),
        (abs(-x), abs(-a)), (x > y, a > b), (x >= y, a >= b), (x < 1, a < 1), (x <= 1, a <= 1), (b > x, b > a),
        (b + x, b + a), (b - x, b - a), (b * x, b * a), (b / x, b / a), (np.float64(2) * x, 2 * a),
    ]  # fmt: skip
    for written, expected in both:
        assert isinstance(written, Var)
        np.testing.assert_allclose(evaluate(Graph({"z": written}), values)["z"], expected, rtol=1e-15)


def test_matrix_product_operator() -> None:
    assert (given("x", (BATCH, 3)) @ given("w", (3, 2))).type == Type((BATCH, 2), "float64")
    assert (np.ones((4, 3)) @ given("w", (3, 2))).type == Type((4, 2), "float64")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda x: x[0], r"nothing can be picked from it by \[ \]; use glassnet.ops.slice_"),
        (lambda x: list(x), r"nothing can be picked from it by \[ \]"),
        (lambda x: 1 if x > 0 else 2, r"Python cannot branch on it; use glassnet.ops.where\(condition, a, b\)"),
        (lambda x: np.mean(x), "it is no array; write what is done with it in the operations of glassnet.ops"),
        (lambda x: np.asarray(x), "it is no array"),
        (lambda x: np.where(x > 0, x, 0), "it is no array"),
    ],
)
def test_what_a_variable_cannot_do_says_what_to_write(wrong: Callable[[Any], Any], words: str) -> None:
    with pytest.raises(GlassnetError, match=f"has no value while the graph is being built, so {words}"):
        wrong(given("x"))


def test_a_primitive_needs_a_name_of_its_own() -> None:
    with pytest.raises(GlassnetError, match="already an operation named 'add'"):
        Primitive("add", "", rule=lambda x: x, kernel=lambda x: x)


# ── printing ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_graph_prints_its_equations() -> None:
    x, w = given("x", (BATCH, 2), "float32"), source("parameter", "w", (2, 1), "float32")
    y = x @ w + np.array([0.5])
    assert str(Graph({"y": y, "total": ops.sum(y)})).splitlines() == [
        "x : input float32[n, 2]",
        "w : parameter float32[2, 1]",
        "a = matmul(x, w) : float32[n, 1]",
        "b = add(a, [0.5]) : float32[n, 1]",
        "c = sum(b, axes=(0, 1), keepdims=False) : float32[]",
        "return y = b, total = c",
    ]


def test_printed_letters_are_not_those_of_sources() -> None:
    a, c = given("a"), given("c")
    assert str(Graph({"y": a * c + a})).splitlines()[2:] == [
        "b = multiply(a, c) : float64[3]",
        "d = add(b, a) : float64[3]",
        "return y = d",
    ]


def test_letters_go_on_after_z_and_leave_out_n_which_is_the_batch() -> None:
    y = given("angle")
    for _ in range(28):
        y = ops.sin(y)
    assert str(Graph({"y": y})).splitlines()[25:28] == [
        "z = sin(y) : float64[3]",
        "aa = sin(z) : float64[3]",
        "ab = sin(aa) : float64[3]",
    ]


def test_variables_come_after_their_operands_and_sources_are_found_by_name() -> None:
    x, y = given("x"), given("y")
    graph = Graph({"first": x * y, "second": ops.exp(x * y) - x})
    position = {var: i for i, var in enumerate(graph.variables)}
    assert all(position[v] < position[var] for var, equation in graph.equations() for v in equation.inputs)
    assert graph.sources == {"x": x, "y": y}
    assert len(graph.variables) == 5


# ── damage ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def wrong_type() -> Var:
    return Var(Type((4,), "float64"), (given() * 2.0).definition, Origin())


def wrong_dtype() -> Var:
    return Var(Type((3,), "float32"), (given() * 2.0).definition, Origin())


def wrong_constant() -> Var:
    return given() * Var(Type((3,), "float64"), operand(np.ones(2), "float64").definition, Origin())


def two_sources_of_one_name() -> Var:
    return given("x") + given("x")


def a_circle() -> Var:
    y = Var(Type((3,), "float64"), (given() * 2.0).definition, Origin())
    z = y + 1.0
    y.definition = Equation(PRIMITIVES["exp"], (z,))
    return z


def operands_that_do_not_fit() -> Var:
    return Var(Type((3,), "float64"), Equation(PRIMITIVES["add"], (given("x"), given("y", (2,)))), Origin())


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (wrong_type, r"the result of multiply has type float64\[4\], its rule says float64\[3\]"),
        (wrong_dtype, r"has type float32\[3\], its rule says float64\[3\]"),
        (wrong_constant, r"a constant is not of its type float64\[3\]"),
        (two_sources_of_one_name, "two different sources are named 'x'"),
        (a_circle, "comes before its operands"),
        (operands_that_do_not_fit, "do not fit together"),
    ],
)
def test_damage_is_found(damage: Callable[[], Var], message: str) -> None:
    graph = Graph({"y": damage()})
    with pytest.raises(GlassnetError, match=message):
        graph.check()


def test_a_sound_graph_passes() -> None:
    x = given()
    Graph({"y": ops.softmax(x * 2) + ONES, "slope": gradients(ops.sum(x**2), [x])[0]}).check()


# ── messages ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_shape_error_says_rule_operands_layer_and_line() -> None:
    x, w = given("x", (BATCH, 784), "float32"), source("parameter", "dense_1.weights", (100, 10), "float32")
    with scope("block"), scope("dense_1"), pytest.raises(ShapeError) as raised:
        ops.relu(x) @ w
    message = str(raised.value)
    assert message.startswith("matmul in block.dense_1 (test_graph.py:")
    assert "the first operand's columns (784) must be as many as the second's rows (100)" in message
    assert "the result of relu in block.dense_1 is float32[n, 784]" in message
    assert "parameter 'dense_1.weights' is float32[100, 10]" in message


def test_the_line_is_the_users() -> None:
    code = compile("def build(x, ops):\n    return ops.mean(x, 5)\n", "students_model.py", "exec")
    namespace: dict[str, Any] = {}
    exec(code, namespace)
    with pytest.raises(ShapeError, match=r"sum \(students_model\.py:2\)"):
        namespace["build"](given(), ops)


X, MATRIX, BATCHED = given(), given("m", (2, 3)), given("b", (BATCH, 3))
INTEGERS = given("i", (3,), "int64")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: X + given("y", (2,)), r"the shapes \(3,\) and \(2,\) do not fit together"),
        (lambda: BATCHED + given("y", (4, 3)), r"the shapes \(n, 3\) and \(4, 3\) do not fit together"),
        (lambda: X + given("y", (3,), "float32"), "not float32 and float64; use cast"),
        (lambda: INTEGERS + 1, "one dtype, float32 or float64, not int64; use cast"),
        (lambda: X @ X, "two operands of at least two axes"),
        (lambda: MATRIX @ MATRIX, r"columns \(3\) must be as many as the second's rows \(2\)"),
        (lambda: ops.reshape(BATCHED, shape=(BATCH, 4)), "the number of elements must stay the same"),
        (lambda: ops.reshape(BATCHED, shape=(6,)), "the number of elements must stay the same"),
        (lambda: ops.transpose(MATRIX, (0, 0)), r"the axes must be an order of \(0, 1\), not \(0, 0\)"),
        (lambda: ops.broadcast(MATRIX, X), r"\(2, 3\) cannot be repeated to \(3,\)"),
        (lambda: ops.cast(X, dtype="float16"), "the dtype must be one of float32, float64, int64, uint64"),
        (lambda: ops.concatenate([X, MATRIX]), "cannot be joined along axis 0: the other axes must be equal"),
        (lambda: ops.concatenate([BATCHED, BATCHED], axis=0), "the batch axis cannot be joined"),
        (lambda: ops.concatenate([MATRIX, MATRIX], axis=2), "there is no axis 2; the 2 axes of float64"),
        (lambda: ops.concatenate([MATRIX, MATRIX], axis=-3), "there is no axis -1"),
        (lambda: ops.slice_(X, axis=0, start=2, stop=4), r"there is no stretch 2:4 along axis 0 of \(3,\)"),
        (lambda: ops.slice_(MATRIX, axis=-1, start=0, stop=1), "there is no axis -1"),
        (lambda: ops.slice_(BATCHED, axis=0, start=0, stop=1), "the batch axis cannot be joined, cut or padded"),
        (lambda: ops.pad(X, axis=1, before=1, after=1), "there is no axis 1"),
        (lambda: ops.pad(MATRIX, axis=-1, before=1, after=1), "there is no axis -1"),
        (lambda: ops.pad(X, axis=0, before=-1, after=1), "neither may be negative"),
        (lambda: ops.pad(BATCHED, axis=0, before=1, after=1), "the batch axis cannot be joined, cut or padded"),
        (lambda: ops.take(X, INTEGERS), "rows are taken from a table of two axes"),
        (lambda: ops.take(MATRIX, X), "rows are taken from a table of two axes"),
        (lambda: ops.one_hot(X, size=2, dtype="float32"), "labels must be int64, not float64"),
        (lambda: ops.sum(INTEGERS), "the operand must be float32 or float64, not int64; use cast"),
        (lambda: ops.max(MATRIX, 2), r"the axes \(2,\) must be different axes of an array of 2"),
        (lambda: ops.count(MATRIX, -3), r"the axes \(-1,\) must be different axes of an array of 2"),
        (lambda: ops.sum(MATRIX, (1, -1)), r"the axes \(1, 1\) must be different axes"),
        (lambda: ops.softmax(given("s", ())), "at least one axis"),
        (lambda: ops.log_softmax(INTEGERS), "at least one axis, and be float32 or float64"),
        (lambda: ops.softmax_cross_entropy(MATRIX, X), "the targets must have the type of the logits"),
    ],
)
def test_operands_that_do_not_fit_are_refused_in_words(wrong: Callable[[], Var], message: str) -> None:
    with pytest.raises(ShapeError, match=message) as raised:
        wrong()
    assert "test_graph.py:" in str(raised.value)
    assert "Given: input '" in str(raised.value)


def test_python_cannot_branch_on_a_variable() -> None:
    with pytest.raises(GlassnetError, match=r"input 'x' has no value .* use glassnet.ops.where\(condition, a, b\)"):
        bool(given())


@pytest.mark.parametrize("nonsense", [None, "two", [None, 1.0], 1j])
def test_operands_are_variables_and_numbers(nonsense: Any) -> None:
    with pytest.raises(GlassnetError, match="operands are variables, numbers and arrays of numbers, not"):
        given() + nonsense


def test_dtypes_are_those_there_are() -> None:
    with pytest.raises(GlassnetError, match="the dtype must be one of float32, float64, int64, uint64, got 'float16'"):
        given("x", (3,), "float16")


def test_numpys_functions_are_refused_rather_than_applied_number_by_number() -> None:
    with pytest.raises(TypeError, match="does not support ufuncs"):
        np.exp(given())  # type: ignore[call-overload]


def test_variables_are_described_in_a_few_words() -> None:
    x = given()
    with scope("dense_1"):
        y = ops.relu(x)
    assert repr(x) == "<input 'x': float64[3]>"
    assert repr(y) == "<the result of relu in dense_1: float64[3]>"
    assert repr(operand(2, "float32")) == "<constant 2.0: float32[]>"
    assert repr(operand(ONES, "float32")) == "<a constant: float32[3]>"


# ── depth and memory ────────────────────────────────────────────────────────────────────────────────────────────────


def deep(x: Var) -> Var:
    for i in range(DEEP // 2):
        x = 0.5 * ops.sin(x) if i % 2 else x + 0.001 * i
    return x


def test_deep_graphs_are_built_checked_printed_differentiated_simplified_and_run() -> None:
    x = given("x", ())
    y = deep(x)
    [slope] = gradients(y, [x])
    graph = Graph(simplify({"y": y, "slope": slope}))
    graph.check()
    assert str(graph).count("\n") > DEEP
    at = {"x": np.array(0.3)}
    lower, upper = (evaluate(graph, {"x": at["x"] + shift})["y"] for shift in (-1e-5, 1e-5))
    np.testing.assert_allclose(evaluate(graph, at)["slope"], (upper - lower) / 2e-5, rtol=1e-6, atol=1e-12)


def test_nodes_are_freed_with_their_last_user() -> None:
    gc.collect()
    before = len(_NODES)
    x = given()
    y = deep(x)
    middle = weakref.ref(y.inputs[1])
    assert len(_NODES) > before + DEEP // 2
    del y
    assert middle() is None
    assert len(_NODES) == before


def test_nodes_live_as_long_as_a_graph_that_needs_them() -> None:
    graph = Graph({"y": ops.exp(given()) * 2})
    gc.collect()
    np.testing.assert_array_equal(evaluate(graph, {"x": np.zeros(3)})["y"], [2, 2, 2])
