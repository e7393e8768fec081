"""Every operation there is, on the engine: the evaluator's numbers, and its gradients' too."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet import ops
from glassnet.ir import BATCH, Array, Equation, Graph, Var, source
from glassnet.ir.types import FLOATS
from glassnet.ops.elementwise import Elementwise
from glassnet.readings import gradients
from tests.compile.sides import compared, on_the_engine
from tests.ops.checker import Case, Operand
from tests.ops.test_operations import cases, elementwise, examples


def by_sample(operand: Operand, var: Var) -> tuple[Var, Array]:
    """The operand made of an input whose samples lie along its first axis, as all data of a network does."""
    shape = operand.type.shape
    if BATCH not in shape[1:]:
        return var, operand.values
    axis = shape.index(BATCH)
    order = (axis, *(a for a in range(len(shape)) if a != axis))
    moved = source("input", f"{var.definition.name} by sample", tuple(shape[a] for a in order), operand.type.dtype)  # type: ignore[union-attr]
    return ops.transpose(moved, tuple(order.index(a) for a in range(len(shape)))), operand.values.transpose(order)


def run(case: Case, tolerance: float) -> None:
    """The result, and the gradient of its sum for each operand that has one."""
    given = [by_sample(operand, var) for operand, var in zip(case.operands, case.sources(), strict=True)]
    y = case.call(*(var for var, _ in given))
    outputs, values = {"y": y}, {"seed": np.uint64(3), "step": np.float64(2)}
    for var, array in given:
        values |= dict.fromkeys(Graph({"x": var}).sources, array)
    primitive = y.definition.primitive if isinstance(y.definition, Equation) else None
    if y.dtype in FLOATS and primitive is not None and primitive.vjp is not None:
        wrt = [var for var, _ in given if var.dtype in FLOATS]
        outputs |= {f"d{i}": slope for i, slope in enumerate(gradients(ops.sum(y), wrt))}
    compared(outputs, {name: np.asarray(values[name]) for name in Graph(outputs).sources}, tolerance)


@examples
@pytest.mark.parametrize("samples", [1, 2, 19])
def test_examples(example: Callable[[int], Case], samples: int) -> None:
    case = example(samples)
    run(case, 1e-12)


@elementwise
@given(data=st.data())
@settings(max_examples=10, deadline=None)
def test_elementwise(primitive: Elementwise, data: st.DataObject) -> None:
    case = data.draw(cases(primitive))
    run(case, 1e-12)
    run(case.in_float32(), 4e-6)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("divisor", [3.0, 0.1, 255.0, -7.0, 1e-29, 1e-35, 1e35, 0.0, np.inf, np.nan])
def test_dividing_by_a_scalar_is_rounded_as_division_is(divisor: float, dtype: str) -> None:
    x, s = source("input", "x", (BATCH,), dtype), source("input", "s", (), dtype)
    rng = np.random.default_rng(0)
    numbers = np.exp(rng.normal(0, 10, 4000)) * rng.choice([-1, 1], 4000)
    values = {
        "x": np.append(numbers, [0.0, -0.0, np.inf, -np.inf, np.nan]).astype(dtype),
        "s": np.asarray(divisor, dtype),
    }
    with np.errstate(all="ignore"):
        expected = values["x"] / values["s"]
    assert np.array_equal(on_the_engine({"y": x / s}, values)["y"], expected, equal_nan=True)


@pytest.mark.parametrize("samples", [1, 3, 19])
@pytest.mark.parametrize("shape", [(2,), (8,), (3, 4), (5,), (16,)])
@pytest.mark.parametrize("dtype", FLOATS)
def test_what_is_repeated_row_by_row(shape: tuple[int, ...], samples: int, dtype: str) -> None:
    """Also where rows fill a vector only together."""
    rng = np.random.default_rng(2)
    x, scale, bias = (
        source("input", "x", (BATCH, *shape), dtype),
        source("parameter", "scale", shape, dtype),
        source("parameter", "bias", shape[-1:], dtype),
    )
    values = {
        "x": rng.normal(size=(samples, *shape)),
        "scale": rng.normal(size=shape),
        "bias": rng.normal(size=shape[-1:]),
    }
    given = {name: array.astype(dtype) for name, array in values.items()}
    compared({"y": ops.relu(ops.exp(x) * scale + bias), "z": ops.exp(x) + bias}, given, 1e-6)


@pytest.mark.parametrize("columns", [10, 32, 70, 234])
@pytest.mark.parametrize("dtype", FLOATS)
def test_a_single_row_is_multiplied_as_among_others(columns: int, dtype: str) -> None:
    """To the same bits, though it meets more columns at once."""
    rng = np.random.default_rng(3)
    x, w = source("input", "x", (BATCH, 70), dtype), source("parameter", "w", (70, columns), dtype)
    given = {"x": rng.normal(size=(5, 70)).astype(dtype), "w": rng.normal(size=(70, columns)).astype(dtype)}
    given["x"][:, 10:30] = 0  # columns that are left out
    for operand in (x, ops.exp(x)):
        y = {"y": operand @ w}
        compared(y, given, 1e-4 if dtype == "float32" else 1e-12)
        alone = on_the_engine(y, {**given, "x": given["x"][:1]})["y"]
        np.testing.assert_array_equal(alone, on_the_engine(y, given)["y"][:1])


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_column_is_summed_to_the_same_bits_whatever_is_beside_it(dtype: str) -> None:
    """Many columns are summed side by side, others alone."""
    x = np.random.default_rng(5).normal(size=(39, 150)).astype(dtype)
    sums = {}
    for width in (20, 70, 135, 150):
        columns = source("input", "x", (BATCH, width), dtype)
        outputs = {"sums": ops.sum(ops.exp(columns), axes=(0,))}
        compared(outputs, {"x": x[:, :width]}, 1e-5 if dtype == "float32" else 1e-12)
        sums[width] = on_the_engine(outputs, {"x": x[:, :width]})["sums"]
    for width, found in sums.items():
        np.testing.assert_array_equal(found, sums[150][:width])


@pytest.mark.parametrize("width", [64, 65, 79, 200])
@pytest.mark.parametrize("dtype", FLOATS)
def test_columns_of_data_that_are_all_0_are_left_out(width: int, dtype: str) -> None:
    """Their weights' gradients are 0."""
    rng = np.random.default_rng(4)
    x, w = source("input", "x", (BATCH, width), dtype), source("parameter", "w", (width, 5), dtype)
    slope = gradients(ops.sum((x @ w) ** 2), [w])[0]
    for share in (0.0, 0.3, 1.0):
        used = rng.random(width) < share
        given = {
            "x": (rng.normal(size=(9, width)) * used).astype(dtype),
            "w": rng.normal(size=(width, 5)).astype(dtype),
        }
        given["x"][1:, :40] = 0  # used in one sample
        compared({"y": x @ w, "slope": slope}, given, 1e-4 if dtype == "float32" else 1e-11)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("columns", [3, 16, 21])
def test_rows_of_any_length_are_added_to_those_of_a_table(columns: int, dtype: str) -> None:
    table, number = source("parameter", "table", (5, columns), dtype), source("input", "number", (BATCH, 4), "int64")
    slope = gradients(ops.sum(ops.sin(ops.take(table, number))), [table])[0]
    rng = np.random.default_rng(0)
    values = {"table": rng.normal(size=(5, columns)).astype(dtype), "number": rng.integers(0, 5, (3, 4))}
    compared({"slope": slope}, values, 1e-5 if dtype == "float32" else 1e-12)
