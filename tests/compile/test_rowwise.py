"""Clusters with sums of rows: the evaluator's numbers, in one instruction."""

import numpy as np
import pytest

import glassnet as gn
from glassnet import ops
from glassnet.compile import planned
from glassnet.compile.function import Function
from glassnet.ir import BATCH, Array, Var, source
from glassnet.readings import gradients
from glassnet.train import compiled
from tests.compile.sides import compared, on_the_engine

TOLERANCE = {"float32": 5e-6, "float64": 1e-13}


def numbers(dtype: str, *shape: int) -> Array:
    return np.random.default_rng(0).normal(size=shape).astype(dtype)


def rows(dtype: str, steps: int, size: int) -> Var:
    return source("input", "x", (BATCH, steps, size), dtype)


def loops(outputs: dict[str, Var], dtype: str) -> list[str]:
    plan = planned(outputs, {}, 5, {"x": dtype})
    return [instruction.what for instruction in plan.instructions if instruction.kind == "loop"]


@pytest.mark.parametrize("size", [16, 17, 27, 64])
@pytest.mark.parametrize("dtype", TOLERANCE)
def test_a_softmax_and_its_gradient_are_a_loop_each(dtype: str, size: int) -> None:
    x = ops.tanh(rows(dtype, 3, size))
    y = ops.softmax(x)
    outputs = {"y": y, "slope": gradients(ops.sum(y * y), [x])[0]}
    compared(outputs, {"x": numbers(dtype, 5, 3, size)}, TOLERANCE[dtype])
    assert loops({"y": y}, dtype) == ["tanh, max, subtract, exp, sum, divide"]


@pytest.mark.parametrize("samples", [1, 16, 37])
@pytest.mark.parametrize("size", [2, 3, 8, 12])
@pytest.mark.parametrize("dtype", TOLERANCE)
def test_of_narrow_rows_many_are_worked_out_side_by_side(dtype: str, size: int, samples: int) -> None:
    """A cross-entropy over a few classes, with its gradient: biases, labels and sums are read and written in place."""
    x, label = source("input", "x", (BATCH, size), dtype), source("input", "label", (BATCH,), "int64")
    bias = source("parameter", "bias", (size,), dtype)
    y = ops.softmax(x + bias)
    loss = -ops.sum(ops.one_hot(label, size=size, dtype=dtype) * ops.log_softmax(x + bias), -1)
    outputs = {"y": y, "loss": loss, "slope": gradients(ops.sum(loss), [x])[0]}
    given = {"x": numbers(dtype, samples, size), "bias": numbers(dtype, size), "label": np.arange(samples) % size}
    compared(outputs, given, TOLERANCE[dtype])
    assert loops({"y": y}, dtype) == ["add, max, subtract, exp, sum, divide"]


def test_nan_and_infinity_stay_in_their_narrow_rows() -> None:
    x = source("input", "x", (BATCH, 3), "float32")
    given = numbers("float32", 20, 3)
    given[1, 2], given[3, 0], given[19, 1] = np.nan, np.inf, -np.inf
    largest = ops.max(ops.tanh(x) * 2, -1, keepdims=True)
    with np.errstate(invalid="ignore"):
        compared({"largest": largest, "y": x - largest, "total": ops.sum(ops.exp(x), -1)}, {"x": given}, 5e-6)


@pytest.mark.parametrize("portable", [False, True])
@pytest.mark.parametrize("size", [16, 27, 40, 100])
def test_a_row_has_the_same_bits_whatever_others_are_beside_it(size: int, portable: bool) -> None:
    """A few rows are worked out side by side, and what is left of them one by one."""
    x = rows("float32", 1, size)
    y = ops.softmax(x)
    scaled = x / ops.sum(ops.absolute(x), -1, keepdims=True)
    outputs = {"y": y, "slope": gradients(ops.sum(y * y * x), [x])[0], "scaled": scaled}
    function = Function(outputs, {}, {}, portable=portable)
    given = numbers("float32", 7, 1, size) * 3
    given[2] *= np.float32(1e-33)  # the inverse of its sum is not exact
    together = function({"x": given})
    for sample in range(len(given)):
        alone = function({"x": given[sample : sample + 1]})
        assert all((alone[name][0] == together[name][sample]).all() for name in together)


@pytest.mark.parametrize("size", [3, 40])
def test_labels_that_name_no_class_are_in_no_lane(size: int) -> None:
    x, label = source("input", "x", (BATCH, size), "float32"), source("input", "label", (BATCH,), "int64")
    loss = -ops.sum(ops.one_hot(label, size=size, dtype="float32") * ops.log_softmax(x), -1)
    labels = np.array([0, size - 1, size, -1, 2**31 + 1, 2**32, 2**32 + 1, -(2**32), 2**63 - 1, -(2**63)])
    compared({"loss": loss}, {"x": numbers("float32", 10, size), "label": labels}, 5e-6)


def test_nan_and_infinity_stay_in_their_rows() -> None:
    x = rows("float32", 1, 40)
    given = numbers("float32", 9, 1, 40)
    given[1, 0, 2], given[3, 0, 39], given[8, 0, 1] = np.nan, np.inf, np.nan
    largest = ops.max(ops.tanh(x) * 2, -1, keepdims=True)
    with np.errstate(invalid="ignore"):
        compared({"largest": largest, "y": x - largest, "total": ops.sum(ops.exp(x), -1)}, {"x": given}, 5e-6)


@pytest.mark.parametrize("size", [1e-35, 1e35])
def test_rows_are_divided_by_numbers_whose_inverse_is_not_exact(size: float) -> None:
    x = rows("float32", 1, 16)
    given = numbers("float32", 5, 1, 16)
    given[2] *= np.float32(size)
    compared({"y": x / ops.max(x, -1, keepdims=True)}, {"x": given}, 5e-6)


@pytest.mark.parametrize("size", [15, 129])
def test_rows_that_fill_no_vector_or_too_many_are_several_loops(size: int) -> None:
    y = ops.softmax(rows("float32", 3, size))
    compared({"y": y}, {"x": numbers("float32", 5, 3, size)}, 5e-6)
    assert len(loops({"y": y}, "float32")) > 2


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_a_norm_and_its_gradient(dtype: str) -> None:
    x, scale = rows(dtype, 4, 32), source("parameter", "scale", (32,), dtype)
    mean = ops.mean(x, -1, keepdims=True)
    spread = ops.sqrt(ops.mean((x - mean) ** 2, -1, keepdims=True) + 1e-5)
    y = (x - mean) / spread * scale
    outputs = {"y": y, "mean": mean, "spread": spread}
    outputs |= {f"d{i}": slope for i, slope in enumerate(gradients(ops.sum(y**3), [x, scale]))}
    compared(outputs, {"x": numbers(dtype, 5, 4, 32), "scale": numbers(dtype, 32)}, 20 * TOLERANCE[dtype])


def test_sums_are_dropped_of_their_axis_or_keep_it() -> None:
    x = ops.tanh(rows("float64", 3, 20))
    total = ops.sum(x, -1)
    again = ops.reshape(ops.exp(-total), shape=(BATCH, 3, 1))
    compared({"y": x * again, "total": total}, {"x": numbers("float64", 5, 3, 20)}, 1e-13)
    assert loops({"y": x * again}, "float64") == ["tanh, sum, negative, exp, multiply"]


def test_a_row_and_a_column_of_one_length_are_told_apart() -> None:
    """Of a square, what is one number for each row is not what is one for each column."""
    x, by_column = (source("parameter", name, (16, 16)[i:], "float64") for i, name in enumerate(("square", "column")))
    by_row = ops.sum(x * by_column, -1)
    y = x * by_column + ops.reshape(by_row * by_column, shape=(16, 1))
    compared({"y": y}, {"square": numbers("float64", 16, 16), "column": numbers("float64", 16)}, 1e-13)


def test_what_is_seen_across_the_rows_is_no_part_of_the_loop() -> None:
    x = rows("float64", 16, 16)
    y = x / ops.sum(ops.exp(x), -1, keepdims=True) + ops.transpose(ops.exp(x), (0, 2, 1))
    compared({"y": y}, {"x": numbers("float64", 3, 16, 16)}, 1e-13)


@pytest.mark.parametrize("size", [16, 27])
def test_nan_and_infinity_stay_where_they_are(size: int) -> None:
    x = rows("float32", 3, size)
    given = numbers("float32", 3, 3, size)
    given[0, 0, 3], given[0, 1, 15], given[1, 0, 2] = np.nan, np.inf, -np.inf
    largest = ops.max(ops.tanh(x) * 2, -1, keepdims=True)
    with np.errstate(invalid="ignore"):
        compared({"largest": largest, "y": x - largest, "total": ops.sum(ops.exp(x), -1)}, {"x": given}, 5e-6)


def test_labels_are_read_where_the_data_lies() -> None:
    """A cross-entropy over 20 letters at each of 3 places."""
    x, letter = rows("float32", 3, 20), source("input", "letter", (BATCH, 3), "int64")
    loss = -ops.sum(ops.one_hot(letter, size=20, dtype="float32") * ops.log_softmax(x), -1)
    given = {"x": numbers("float32", 4, 3, 20), "letter": np.arange(12).reshape(4, 3)}
    compared({"loss": loss, "slope": gradients(ops.sum(loss), [x])[0]}, given, 5e-6)


@pytest.mark.parametrize("precision", ["normal", "portable"])
def test_threads_give_the_same_bits(precision: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = np.random.default_rng(1).integers(0, 27, (40, 16))
    block = gn.TransformerBlock(4, 32, causal=True)
    found = []
    for threads in (1, 2, 3):
        monkeypatch.setattr(compiled.Threads, "next", lambda self, _, n=threads: n)
        net = gn.Network(16, gn.Embedding(27, 16), gn.PositionEmbedding(16), block, gn.Dense(27, "softmax"), seed=1)
        engine = {"engine": "compiled"} if precision == "normal" else {"precision": "portable"}
        net.fit(text, np.roll(text, -1, 1), epochs=3, batch_size=8, **engine)
        found.append(net.parameters.buffer.copy())
    assert all(np.array_equal(found[0], other) for other in found[1:])


def test_threads_share_the_rows() -> None:
    y = ops.softmax(rows("float32", 64, 64))
    given = {"x": numbers("float32", 40, 64, 64)}
    once = on_the_engine({"y": y}, given)["y"]
    assert all(np.array_equal(once, on_the_engine({"y": y}, given, threads)["y"]) for threads in (2, 3))
