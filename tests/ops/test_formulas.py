"""Every elementwise operation: its kernel and its derivative against its formula, evaluated by SymPy to 40 digits."""

from typing import Any

import numpy as np
import pytest
import sympy

from glassnet.ir import PRIMITIVES, Graph, Type
from glassnet.ops import sum
from glassnet.ops.elementwise import Elementwise
from glassnet.readings import evaluate, gradients
from glassnet.readings.algebra import Symbolic
from tests.ops.checker import Case, Operand, elementwise_case

DIGITS = 40
ELEMENTWISE = [p for p in PRIMITIVES.values() if isinstance(p, Elementwise)]
every_elementwise = pytest.mark.parametrize("primitive", ELEMENTWISE, ids=lambda p: p.name)


def symbols(primitive: Elementwise) -> list[Any]:
    return [sympy.Symbol(f"x{i}", real=True) for i in range(len(primitive.sample))]


def exactly(expression: Any, given: dict[Any, float], digits: int = DIGITS) -> Any:
    """The value of an expression at the very numbers that these floats are."""
    return expression.subs({symbol: sympy.Float(float(x), digits) for symbol, x in given.items()}).evalf(digits)


def points(primitive: Elementwise, count: int = 16) -> Case:
    """Random numbers from the operation's intervals, and their ends."""
    case = elementwise_case(primitive, [(count,)] * len(primitive.sample), n=1, seed=5)
    operands = []
    for operand, interval in zip(case.operands, primitive.sample, strict=True):
        ends = [end for end in interval[:2] if end not in interval.holes]
        values = np.concatenate([operand.values[len(ends) :], ends])
        operands.append(Operand(Type(values.shape, "float64"), values))
    return Case(primitive, tuple(operands))


def rows(case: Case) -> list[tuple[float, ...]]:
    return list(zip(*(operand.values for operand in case.operands), strict=True))


def derivative(expression: Any, symbol: Any) -> Any:
    """SymPy leaves the derivative of floor standing; between whole numbers it is 0."""
    return expression.diff(symbol).replace(lambda e: isinstance(e, sympy.Derivative), lambda e: sympy.Integer(0))


def check_slopes(primitive: Elementwise) -> None:
    """The operation's vjp, evaluated, equals SymPy's derivative of its formula to 12 digits."""
    case, names = points(primitive), symbols(primitive)
    xs = case.sources()
    loss = sum(4 * primitive(*xs))  # a vjp that forgets its g would not notice a plain sum
    slopes = evaluate(Graph({f"by x{i}": slope for i, slope in enumerate(gradients(loss, xs))}), case.values())
    for i, symbol in enumerate(names):
        formula = derivative(primitive.formula(Symbolic(), *names), symbol)
        expected = [4 * float(exactly(formula, dict(zip(names, row, strict=True)))) for row in rows(case)]
        np.testing.assert_allclose(slopes[f"by x{i}"], expected, rtol=1e-12, atol=1e-300, err_msg=f"∂/∂{symbol}")


def check_kernel(primitive: Elementwise, dtype: str, units: float = 4) -> None:
    """The operation's kernel gives its formula's value to a few units in the last place."""
    case, names = points(primitive), symbols(primitive)
    arrays = [operand.values.astype(dtype) for operand in case.operands]
    computed = primitive.kernel(*arrays)
    assert computed.dtype == dtype
    formula = primitive.formula(Symbolic(), *names)
    for value, row in zip(computed, zip(*arrays, strict=True), strict=True):
        error = error_in_units(value, exactly(formula, dict(zip(names, row, strict=True))))
        assert error <= units, f"{primitive.name}{row} is off by {error} units in the last place"


def error_in_units(value: Any, expected: Any) -> float:
    """How far a float is from an exact number, in units of its last place."""
    spacing = np.spacing(abs(np.asarray(value).dtype.type(float(expected))))
    return float(abs(sympy.Float(float(value), DIGITS) - expected)) / float(spacing)


@pytest.mark.parametrize("primitive", [p for p in ELEMENTWISE if p.vjp], ids=lambda p: p.name)
def test_the_derivative_is_that_of_the_formula(primitive: Elementwise) -> None:
    check_slopes(primitive)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@every_elementwise
def test_the_kernel_computes_the_formula(primitive: Elementwise, dtype: str) -> None:
    check_kernel(primitive, dtype)


@pytest.mark.parametrize("name", ["add", "divide", "sqrt", "sign", "maximum", "where", "relu", "clip"])
def test_an_exact_operation_has_one_right_result(name: str) -> None:
    primitive = PRIMITIVES[name]
    assert isinstance(primitive, Elementwise)
    assert primitive.is_exact
    check_kernel(primitive, "float32", units=0.5)


@pytest.mark.parametrize("name", ["exp", "log1p", "erf", "power", "sigmoid", "log_cosh", "sigmoid_cross_entropy"])
def test_what_is_made_of_a_library_s_own_rounding_is_not_exact(name: str) -> None:
    primitive = PRIMITIVES[name]
    assert isinstance(primitive, Elementwise)
    assert not primitive.is_exact


@every_elementwise
def test_the_kernel_is_algebraically_the_formula(primitive: Elementwise) -> None:
    """The kernel written for NumPy is written in any algebra too: in SymPy's it is the formula, to 35 digits."""
    names = symbols(primitive)
    written = primitive.kernel.func  # type: ignore[attr-defined]
    stable, plain = written(Symbolic(), *names), primitive.formula(Symbolic(), *names)
    for row in rows(points(primitive)):
        given = dict(zip(names, row, strict=True))
        assert float(abs(exactly(stable - plain, given))) < 1e-35
