"""Tracing: parameters, state, random keys and names, under the path of the layer that asked."""

from typing import Any

import numpy as np
import pytest

from glassnet.ir import (
    BATCH,
    Array,
    GlassnetError,
    Graph,
    Trace,
    Type,
    Var,
    is_training,
    parameter,
    random_key,
    rate,
    recall,
    remember,
    scope,
    source,
)
from glassnet.ir.origin import here
from glassnet.readings import evaluate


def zeros(shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    return np.zeros(shape)


def given(shape: Any = (3,), dtype: str = "float32") -> Var:
    return source("input", "x", shape, dtype)


def test_parameters_are_collected_under_the_path_of_their_layer() -> None:
    with Trace(dtype="float64") as trace:
        with scope("block"), scope("dense_1"):
            weights = parameter("weights", (2, 3), zeros)
        biases = parameter("biases", (3,), zeros, penalty=lambda w: w**2)
    assert weights.type == Type((2, 3), "float64")
    assert list(trace.parameters) == ["block.dense_1.weights", "biases"]
    assert trace.parameters["block.dense_1.weights"].var is weights
    assert weights.origin.path == "block.dense_1"
    assert trace.parameters["biases"].var is biases
    assert trace.parameters["biases"].penalty is not None


def test_two_parameters_of_one_name_are_refused() -> None:
    with Trace(), scope("dense_1"):
        parameter("weights", (2,), zeros)
        with pytest.raises(GlassnetError, match=r"two parameters are named 'dense_1\.weights'; give each layer"):
            parameter("weights", (3,), zeros)


def test_a_parameter_does_not_depend_on_the_batch() -> None:
    with Trace(), pytest.raises(GlassnetError, match=r"'weights' would have the shape \(n, 3\)"):
        parameter("weights", (BATCH, 3), zeros)


def test_layers_are_numbered_by_kind_and_named_once() -> None:
    with Trace() as trace:
        assert [trace.unique_name("dense", None) for _ in range(2)] == ["dense_1", "dense_2"]
        assert trace.unique_name("dropout", None) == "dropout_1"
        assert trace.unique_name("dense", "hidden") == "hidden"
        with pytest.raises(GlassnetError, match="two layers are named 'hidden'"):
            trace.unique_name("dense", "hidden")
        with pytest.raises(GlassnetError, match="two layers are named 'dense_1'"):
            trace.unique_name("dense", "dense_1")


@pytest.mark.parametrize(
    "ask", [is_training, random_key, lambda: parameter("w", (1,), zeros), lambda: recall("m", given())]
)
def test_outside_a_trace_layers_and_optimizers_say_what_to_do(ask: Any) -> None:
    with pytest.raises(GlassnetError, match=r"to run a network, call net\(x\), to trace one by hand, write: with"):
        ask()


def test_a_trace_and_a_scope_end_with_an_error() -> None:
    with pytest.raises(RuntimeError), Trace(), scope("dense_1"):
        raise RuntimeError
    assert here().path == ""
    with pytest.raises(GlassnetError, match="while a graph is being traced"):
        is_training()


def test_the_innermost_trace_answers() -> None:
    with Trace(training=True):
        with Trace(training=False):
            assert not is_training()
        assert is_training()


def test_state_is_recalled_and_remembered() -> None:
    w = given()
    with Trace() as trace, scope("adam"):
        before = recall("m", like=w, initial=0.5)
        assert recall("m", like=w) is before
        after = remember("m", 0.9 * before + 0.1 * w)
    [(name, slot)] = trace.state.items()
    assert (name, slot.var, slot.initial, slot.update) == ("adam.m", before, 0.5, after)
    assert before.type == w.type


def test_state_that_was_never_recalled_cannot_be_remembered() -> None:
    with Trace(), pytest.raises(GlassnetError, match="'m' is remembered but never recalled"):
        remember("m", given())


def test_state_keeps_its_type() -> None:
    w = given()
    with Trace():
        recall("m", like=w)
        with pytest.raises(GlassnetError, match=r"state 'm' is float32\[3\] but was given float32\[\] to remember"):
            remember("m", given(()))


def test_every_draw_has_a_tag_of_its_own() -> None:
    with Trace() as trace:
        first, second = random_key(), random_key()
    assert first[:2] == second[:2] == (trace.seed, trace.step)
    assert (first[2], second[2]) == (1, 2)


@pytest.mark.parametrize(("learning_rate", "expected"), [(0.1, 0.05), (lambda step: 1 / (step + 2), 0.5 / 8)])
def test_the_rate_counts_steps_from_0_and_can_be_lowered(learning_rate: Any, expected: float) -> None:
    with Trace() as trace:
        value = rate(learning_rate, trace.step)
    computed = evaluate(
        Graph({"rate": value}),
        {"step": np.array(7.0), "schedule_start": np.array(0.0), "learning_rate_factor": np.array(0.5)},
    )["rate"]
    assert computed == pytest.approx(expected, rel=1e-15)
