"""Every operation read in symbols and in fractions is what its kernel computes."""

from fractions import Fraction

import numpy as np
import pytest
import sympy

from glassnet import ops
from glassnet.ir import BATCH, PRIMITIVES, GlassnetError, Graph, Var, scope, source
from glassnet.ops.elementwise import Elementwise
from glassnet.readings import evaluate
from glassnet.readings.algebra import Affine, AffineAlgebra, NoFormula, NotLinear, Reading, SymbolicAlgebra, TooLarge
from glassnet.readings.algebra.reading import shape
from tests.ops.checker import Case, elementwise_case
from tests.ops.examples import EXAMPLES

LOOKS_AT_VALUES = [("take", 0), ("scatter_add", 0), ("uniform", 0), ("scan", 0)]
"""Operations, and their examples, that depend on the numbers themselves: no formula says that. (A scan is read step by
step, once it is written out: `readings/test_unroll.py`.)"""

ELEMENTWISE = {
    p.name: elementwise_case(p, [(2, 3)] * len(p.sample), n=1, seed=2)
    for p in PRIMITIVES.values()
    if isinstance(p, Elementwise)
}
CASES = [
    *(pytest.param(case, id=name) for name, case in ELEMENTWISE.items()),
    *(
        pytest.param(example(1), id=f"{name}-{i}")
        for name, examples in EXAMPLES.items()
        for i, example in enumerate(examples)
        if name not in {name for name, _ in LOOKS_AT_VALUES}
    ),
]


def reading(y: Var) -> Reading:
    return Reading({y: np.ndindex(*shape(y))})


@pytest.mark.parametrize("case", CASES)
def test_symbols_with_numbers_put_in_are_what_the_kernel_computes(case: Case) -> None:
    xs = case.sources()
    y = case.call(*xs)
    symbols = {x: np.array([sympy.Symbol(f"{i}_{k}", real=True) for k in range(operand.values.size)], object)
               for i, (x, operand) in enumerate(zip(xs, case.operands, strict=True))}  # fmt: skip
    symbols = {x: array.reshape(shape(x)) for x, array in symbols.items()}
    numbers = reading(y)(SymbolicAlgebra(), symbols)
    at = {
        symbol: sympy.Rational(str(value))
        for x, operand in zip(xs, case.operands, strict=True)
        for symbol, value in zip(symbols[x].ravel(), operand.values.ravel(), strict=True)
    }
    expected = evaluate(Graph({"y": y}), case.values())["y"]
    tolerance = 1e-6 if y.dtype == "float32" else 1e-12
    found = np.array([complex(sympy.sympify(numbers[y, i]).subs(at)).real for i in np.ndindex(*shape(y))])
    np.testing.assert_allclose(found.reshape(shape(y)), expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("case", CASES)
def test_fractions_of_given_numbers_are_what_the_kernel_computes(case: Case) -> None:
    xs = case.sources()
    y = case.call(*xs)
    numbers = reading(y)(AffineAlgebra(never), {x: o.values for x, o in zip(xs, case.operands, strict=True)})
    expected = evaluate(Graph({"y": y}), case.values())["y"]
    found = np.array([float(numbers[y, i].offset) for i in np.ndindex(*shape(y))]).reshape(shape(y))
    np.testing.assert_allclose(found, expected, rtol=1e-12 if y.dtype != "float32" else 1e-6, atol=1e-12)


def never(_: Affine) -> bool:
    raise AssertionError("nothing here depends on an input")


@pytest.mark.parametrize(("name", "example"), LOOKS_AT_VALUES)
def test_what_looks_at_values_has_no_formula(name: str, example: int) -> None:
    case = EXAMPLES[name][example](1)
    with pytest.raises(NoFormula, match=f"the result of {name} has no formula"):
        reading(case.call(*case.sources()))


def test_a_mask_that_the_graph_holds_says_what_counts() -> None:
    x = source("input", "x", (1, 2), "float64")
    y = PRIMITIVES["masked_softmax"](x, np.array([1.0, 0.0]))
    u = np.array([sympy.symbols("u v")], object)
    numbers = reading(y)(SymbolicAlgebra(), {x: u})
    assert (numbers[y, (0, 0)], numbers[y, (0, 1)]) == (1, 0)
    with pytest.raises(NoFormula, match="depends on the numbers"):
        reading(PRIMITIVES["masked_softmax"](x, source("input", "mask", (1, 2), "float64")))


def test_only_what_is_needed_is_read() -> None:
    x = source("input", "x", (1, 1000), "float64")
    w = source("parameter", "w", (1000, 3), "float64")
    y = x @ w + 1.0
    Reading({y: [(0, 2)]}, most=2002)
    with pytest.raises(TooLarge, match="more than 2,001 numbers"):
        Reading({y: [(0, 2)]}, most=2001)


def test_sizes_are_those_of_the_formula_written_out() -> None:
    x = source("input", "x", (1, 2), "float64")
    w, v = source("parameter", "w", (2, 3), "float64"), source("parameter", "v", (3, 1), "float64")
    y = ops.relu(x @ w) @ v
    assert Reading({y: [(0, 0)]}).sizes()[y, (0, 0)] == 3 * (2 * 2 + 1)


def test_reading_stops_at_what_is_given() -> None:
    x = source("input", "x", (1, 2), "float64")
    h = ops.exp(x)
    y = 3 * h
    u = np.array([[Affine.of_input(0), Affine.of_input(1)]], object)
    result = Reading({y: [(0, 1)]}, given=[h])(AffineAlgebra(never), {h: u})[y, (0, 1)]
    assert (result.terms, result.offset) == ({1: 3}, 0)


def test_the_first_result_that_is_not_affine_is_named() -> None:
    x = source("input", "x", (1, 1), "float64")
    u = np.array([[Affine.of_input(0)]], object)
    with scope("dense_7"):
        y = ops.exp(2 * x)
    with pytest.raises(NotLinear, match="the result of exp in dense_7 is not linear") as caught:
        reading(y + 1.0)(AffineAlgebra(never), {x: u})
    assert (caught.value.operation, caught.value.layer) == ("exp", "dense_7")


def test_missing_and_infinite_numbers_are_named() -> None:
    x = source("input", "x", (BATCH, 1), "float64")
    run = reading(x + 1.0)
    with pytest.raises(GlassnetError, match="no value given for input 'x'"):
        run(AffineAlgebra(never), {})
    with pytest.raises(GlassnetError, match="input 'x' has the number nan, which has no place in a formula"):
        run(AffineAlgebra(never), {x: np.array([[np.nan]])})


def test_float32_numbers_are_taken_at_their_decimal_text() -> None:
    x = source("input", "x", (1,), "float32")
    y = ops.multiply(x, 0.7)
    run = reading(y)
    assert run(AffineAlgebra(never), {x: np.array([0.3], "float32")})[y, (0,)].offset == Fraction("0.21")


def test_a_reading_goes_on_where_numbers_end() -> None:
    x = source("input", "x", (1, 2), "float64")
    w = source("parameter", "w", (2, 2), "float64")
    y = x @ w
    run = Reading({y: [(0, 0), (0, 1)]})
    numbers = run.given(AffineAlgebra(bool), {x: np.array([[2.0, 3.0]]), w: np.array([[1.0, 10.0], [100.0, 1000.0]])})
    assert run.work(numbers) == 2 * (10 + 4)
    run.go_on(AffineAlgebra(bool), numbers)
    assert run.work(numbers) == 0
    assert [numbers[run.slots[y, (0, k)]].offset for k in range(2)] == [302, 3020]
    del numbers[-1]
    assert run.work(numbers) == 10 + 4
