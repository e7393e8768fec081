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
