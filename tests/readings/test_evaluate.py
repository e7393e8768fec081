"""Running a graph: values, missing inputs, slots emptied after their last use, the first number that is not finite."""

import tracemalloc

import numpy as np
import pytest

from glassnet import ops
from glassnet.ir import BATCH, GlassnetError, Graph, Var, scope, source
from glassnet.readings import Program, evaluate, first_not_finite


def given(name: str = "x", shape: tuple[object, ...] = (3,), dtype: str = "float64") -> Var:
    return source("input", name, shape, dtype)  # type: ignore[arg-type]


def test_a_program_runs_for_any_size_of_the_batch() -> None:
    program = Program(Graph({"mean": ops.mean(given("x", (BATCH, 2)), 0)}))
    np.testing.assert_array_equal(program({"x": np.array([[1.0, 2.0], [3.0, 6.0]])})["mean"], [2, 4])
    np.testing.assert_array_equal(program({"x": np.array([[1.0, 2.0]])})["mean"], [1, 2])


def test_outputs_may_be_sources_constants_and_the_same_variable() -> None:
    x = given()
    y = x * 2
    results = evaluate(Graph({"x": x, "two": y.inputs[1], "y": y, "again": y}), {"x": np.ones(3)})
    assert {name: value.tolist() for name, value in results.items()} == {
        "x": [1, 1, 1], "two": 2, "y": [2, 2, 2], "again": [2, 2, 2],
    }  # fmt: skip


def test_a_missing_value_is_named_with_what_was_given() -> None:
    graph = Graph({"z": given("x") + given("y")})
    with pytest.raises(GlassnetError, match="no value given for 'y'; given: x"):
        evaluate(graph, {"x": np.ones(3)})
    with pytest.raises(GlassnetError, match="no value given for 'x'; given: nothing"):
        evaluate(graph, {})


def test_values_that_are_not_needed_are_ignored() -> None:
    assert evaluate(Graph({"y": given() * 2}), {"x": np.ones(3), "unused": np.ones(9)})["y"].sum() == 6


def test_running_does_not_change_what_was_given() -> None:
    x = np.array([1.0, 3.0, 2.0])
    graph = Graph({"y": ops.softmax(given() * 2) - 1})
    first = evaluate(graph, {"x": x})["y"]
    np.testing.assert_array_equal(x, [1, 3, 2])
    np.testing.assert_array_equal(evaluate(graph, {"x": x})["y"], first)


def test_numbers_that_overflow_do_not_warn() -> None:
    result = evaluate(Graph({"y": ops.log(given()) / 0.0}), {"x": np.array([-1.0, 0.0, 2.0])})["y"]
    np.testing.assert_array_equal(result, [np.nan, -np.inf, np.inf])


# ── memory ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_slots_are_emptied_after_their_last_use_and_outputs_never() -> None:
    x = given()
    a = ops.exp(x)
    b = a * x  # the last use of x
    c = b + a  # the last use of a, and of b but for being an output
    d = ops.sin(c)
    graph = Graph({"b": b, "d": d})
    slots = {var: slot for slot, var in enumerate(graph.variables)}
    calls = [var for var, _ in graph.equations()]
    emptied = dict(zip(calls, Program(graph)._last_uses, strict=True))
    assert {var: set(after) for var, after in emptied.items()} == {
        a: set(), b: {slots[x]}, c: {slots[a]}, d: {slots[c]},
    }  # fmt: skip


def test_a_long_chain_needs_the_memory_of_a_few_arrays() -> None:
    y = given("x", (BATCH,))
    for _ in range(50):
        y = ops.sin(y) + 0.5
    program = Program(Graph({"y": ops.sum(y)}))
    x = np.ones(100_000)
    tracemalloc.start()
    try:
        program({"x": x})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * x.nbytes


# ── the first number that is not finite ─────────────────────────────────────────────────────────────────────────────


def test_the_first_not_finite_variable_is_named() -> None:
    x = given()
    with scope("dense_1"):
        root = ops.log(x)
    graph = Graph({"loss": ops.sum(ops.exp(x) * (root + 1))})
    assert first_not_finite(graph, {"x": np.array([1.0, 2.0, 3.0])}) is None
    assert first_not_finite(graph, {"x": np.array([1.0, 0.0, 3.0])}) is root
    assert root.origin.path == "dense_1"


def test_a_source_that_is_not_finite_comes_before_all_results() -> None:
    x, weights = given("x"), given("weights")
    graph = Graph({"y": ops.log(x) * weights})
    bad = first_not_finite(graph, {"x": np.zeros(3), "weights": np.array([1.0, np.nan, 1.0])})
    assert bad is weights


def test_whole_numbers_are_finite() -> None:
    index = given("i", (3,), "int64")
    one_hot = ops.one_hot(index, size=3, dtype="float32")
    assert first_not_finite(Graph({"y": one_hot}), {"i": np.arange(3)}) is None
