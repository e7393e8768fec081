"""Every line, evaluated exactly as displayed, gives what it displays: each operation at its extremes, and long sums."""

from __future__ import annotations

from itertools import product

import matplotlib.mathtext
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet import ops
from glassnet.ir import PRIMITIVES, Graph, source
from glassnet.ops.elementwise import Elementwise
from glassnet.readings.explain import Explainer, Explanation
from tests.readings.explain.reader import check, check_tree

EXTREMES = (  # every other one, and the last six, are extreme enough too
    0.0, 1.0, -1.0, 0.5, -2.0, 0.1, 1 / 3, -0.3, 3.0, 1 + 2.0**-20, 12345.678, -987654321.0, 1e-7, -1e-7, 40.0, -40.0,
    710.0, -710.0, 1e20, 1e-30, 1e38, 1e-45, np.inf, -np.inf, np.nan,
)  # fmt: skip
ELEMENTWISE = [p for p in PRIMITIVES.values() if isinstance(p, Elementwise)]
MATHTEXT = matplotlib.mathtext.MathTextParser("path")


def explained(var: ops.Var, **values: object) -> Explainer:
    arrays = {name: np.asarray(value) for name, value in values.items()}
    return Explainer(Graph({"y": var}), arrays)  # type: ignore[arg-type]


def check_latex(explanation: Explanation) -> None:
    """An independent parser takes it: matplotlib's."""
    MATHTEXT.parse(explanation._repr_latex_())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("primitive", ELEMENTWISE, ids=lambda p: p.name)
def test_operations_at_their_extremes(primitive: Elementwise, dtype: str) -> None:
    numbers = [EXTREMES, EXTREMES[::2], EXTREMES[-6:]][len(primitive.sample) - 1]
    with np.errstate(over="ignore"):
        rows = np.array(list(product(numbers, repeat=len(primitive.sample))), dtype=dtype)
    xs = [source("input", f"x{i}", (len(rows),), dtype) for i in range(rows.shape[1])]
    y = primitive(*xs)
    explainer = explained(y, **{f"x{i}": column for i, column in enumerate(rows.T)})
    for i in range(len(rows)):
        explanation = explainer(y, (i,), "y")
        check(explanation)
        if i == 3:
            check_latex(explanation)


def total(numbers: list[float], dtype: str = "float64") -> Explanation:
    x = source("input", "x", (len(numbers),), dtype)
    y = ops.sum(x)
    return explained(y, x=np.array(numbers, dtype))(y, (), "y")


def test_cancellation_says_both() -> None:
    assert total([0.1, 0.2, -0.3]).text == "y = 0.1 + 0.2 - 0.3 = 0 [5.551e-17 after rounding in float64]"
    assert total([1e20, 1.0, -1e20]).text == "y = 1e20 + 1 - 1e20 = 1 [0 after rounding in float64]"
    assert total([1e30, 1e30], "float32").text == "y = 1e30 + 1e30 = 2e30"
    assert total([3e38, 3e38], "float32").text == "y = 3e38 + 3e38 = 6e38 [inf after rounding in float32]"


def test_a_difference_of_nearly_equal_numbers_is_not_called_rounding() -> None:
    assert total([123456792.0, -123456784.0], "float32").text == "y = 1.23456792e8 - 1.23456784e8 = 8"
    assert total([16777217.0, -16777216.0]).text == "y = 1.6777217e7 - 1.6777216e7 = 1"
    assert total([1 + 2.0**-50, -1.0]).text == "y = 1.00000000000000088818 - 1 ≈ 8.882e-16"


def times(x: float, y: float, dtype: str = "float64") -> str:
    a, b = (source("input", name, (), dtype) for name in "xy")
    return explained(a * b, x=np.asarray(x, dtype), y=np.asarray(y, dtype))(a * b, (), "z").text


def test_equal_only_where_the_number_itself_is_the_result() -> None:
    assert times(0.4, 1.53696) == "z = (0.4)(1.537) ≈ 0.6148"
    assert times(1000.0, 123456789.0) == "z = (1000)(1.235e8) ≈ 1.235e11"
    assert times(0.1, 3.0) == "z = (0.1)(3) = 0.3"  # 0.30000000000000004
    assert times(0.3, 0.7, "float32") == "z = (0.3)(0.7) = 0.21"
    assert times(1e-300, 1e-300) == "z = (1e-300)(1e-300) = 1e-600 [0 after rounding in float64]"


def test_a_sum_whose_rest_is_rounded_is_about() -> None:
    assert "more terms: " in total([0.1] * 20).text
    assert total([0.1] * 20).text.endswith(" = 2")
    assert " ≈ " in total([1 / 7] * 20).text


def test_terms_neither_overflow_nor_cancel() -> None:
    x = source("input", "x", (2,), "float64")
    y = ops.log(ops.exp(x) + 1) + 0.5
    explainer = explained(y, x=[700.0, -71.0])
    assert [value for _, value in explainer(y, (0,)).terms] == [700.0, 0.5]
    assert explainer(y, (1,)).terms[0][1] == pytest.approx(1.462486227251231e-31, rel=1e-15)


def test_equal_only_where_equal() -> None:
    assert total([0.25, 0.5]).text == "y = 0.25 + 0.5 = 0.75"
    assert total([1 / 3, 1 / 3]).text == "y = 0.33333 + 0.33333 ≈ 0.6667"
    assert total([12345.6, 0.01]).text == "y = 12346 + 0.01 ≈ 12346"
    assert total([1.0, 1e-9]).text == "y = 1 + 1e-9 ≈ 1"


def test_a_function_is_equal_only_where_its_value_is_a_fraction() -> None:
    x = source("input", "x", (4,), "float64")
    y = ops.sqrt(x)
    lines = [explained(y, x=[4.0, 2.0, 0.0, 0.25])(y, (i,)).text for i in range(4)]
    assert lines == ["sqrt(4) = 2", "sqrt(2) ≈ 1.414", "sqrt(0) = 0", "sqrt(0.25) = 0.5"]
    z = ops.tanh(x)
    assert [explained(z, x=[0.0, 1000.0, 1.0, -1.0])(z, (i,)).text for i in range(2)] == [
        "tanh(0) = 0",
        "tanh(1000) ≈ 1",
    ]


def test_what_underflows_is_said() -> None:
    x = source("input", "x", (), "float64")
    y = ops.sigmoid(x)
    line = explained(y, x=-800.0)(y).text
    assert line == "1 / (1 + exp(-(-800))) ≈ 3.668e-348 [0 after rounding in float64]"
    z = ops.softplus(x)
    assert explained(z, x=-600.0)(z).text == "log(1 + exp(-600)) ≈ 2.65e-261"


@given(
    numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1, max_size=40),
    weights=st.lists(st.floats(-10, 10, width=32), min_size=40, max_size=40),
    dtype=st.sampled_from(["float32", "float64"]),
)
@settings(max_examples=60)
def test_sums_of_products(numbers: list[float], weights: list[float], dtype: str) -> None:
    n = len(numbers)
    x, w = source("input", "x", (1, n), dtype), source("parameter", "w", (n, 1), dtype)
    y = x @ w + 0.1
    with np.errstate(over="ignore"):
        values = {"x": np.array([numbers], dtype), "w": np.array(weights[:n], dtype)[:, None]}
    explanation = explained(y, **values)(y, (0, 0), "y")
    check(explanation)
    check(explanation.whole)


@given(data=st.data())
@settings(max_examples=60)
def test_random_arithmetic(data: st.DataObject) -> None:
    """Any operations on top of each other, two numbers at a time."""
    x = source("input", "x", (4,), "float64")
    found = [x, ops.absolute(x) + 0.5]
    names = [p.name for p in ELEMENTWISE if p.name not in ("power", "log", "sqrt", "log1p", "divide")]
    for name in data.draw(st.lists(st.sampled_from(names), min_size=2, max_size=7)):
        primitive = PRIMITIVES[name]
        operands = [data.draw(st.sampled_from(found)) for _ in primitive.sample]  # type: ignore[attr-defined]
        found.append(primitive(*operands))
    numbers = data.draw(st.lists(st.floats(-20, 20), min_size=4, max_size=4))
    explainer = explained(found[-1], x=np.array(numbers))
    for i in range(4):
        check_tree(explainer(found[-1], (i,), "y"), depth=4)
