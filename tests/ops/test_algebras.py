"""Every function that a formula may use is there in every algebra, and means the same."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy

from glassnet.ir import PRIMITIVES, Graph, source
from glassnet.ir.expression import Expression, Number, Operation, Written, fold, leaves
from glassnet.ops.algebra import FLOATS, Functions, KernelFunctions, meaning
from glassnet.ops.elementwise import ANY, Elementwise, elementwise
from glassnet.ops.numeric import Numeric
from glassnet.readings import value
from glassnet.readings.algebra import Affine, AffineAlgebra, Reading, Symbolic, SymbolicAlgebra
from glassnet.readings.explain import Explainer
from glassnet.readings.explain.arithmetic import roughly
from glassnet.readings.explain.precise import Precise, exactly


def names(protocol: type) -> list[str]:
    return [name for name in vars(protocol) if not name.startswith("_")]


FUNCTIONS = names(Functions)
OPERANDS = {
    **dict.fromkeys(("maximum", "minimum", "greater", "greater_equal", "equal", "power"), ("0.75", "-0.5")),
    "where": ("0.5", "0.75", "-0.5"),
    "pi": (),
}
ORACLES = {
    "exp": mpmath.exp, "log": mpmath.log, "sqrt": mpmath.sqrt, "sin": mpmath.sin, "cos": mpmath.cos,
    "tanh": mpmath.tanh, "erf": mpmath.erf, "abs": abs, "sign": mpmath.sign, "floor": mpmath.floor,
    "maximum": max, "minimum": min, "greater": lambda x, y: x > y, "greater_equal": lambda x, y: x >= y,
    "equal": lambda x, y: x == y, "where": lambda c, x, y: x if c else y, "pi": lambda: mpmath.pi,
    "expm1": mpmath.expm1, "log1p": mpmath.log1p, "power": mpmath.power, "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
}  # fmt: skip
ALGEBRAS: dict[str, tuple[Any, Callable[[str], Any], Callable[[Any], float]]] = {
    "NumPy": (Numeric, np.float64, float),
    "SymPy": (Symbolic(), sympy.Rational, float),
    "exact": (Precise(), Fraction, float),
    "affine": (AffineAlgebra(lambda x: False).m, lambda text: Affine.of(Fraction(text)), lambda x: float(x.offset)),
    "expressions": (Written(), lambda text: Number(float(text)), roughly),
    "expressions, exactly": (
        Written(),
        lambda text: Number(float(text)),
        lambda expression: float(exactly(expression, lambda number: repr(float(number.value)))),
    ),
}
every_algebra = pytest.mark.parametrize(("m", "number", "back"), ALGEBRAS.values(), ids=ALGEBRAS)


def asked(m: Any, name: str, operands: list[Any]) -> Any:
    return getattr(m, name)(*operands) if operands else getattr(m, name)


@every_algebra
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("signs", [(1, 1), (-1, 1), (1, -1), (0, 1)], ids=str)
def test_every_algebra_has_every_function(m: Any, number: Any, back: Any, name: str, signs: tuple[int, int]) -> None:
    texts = OPERANDS.get(name, ("0.75",))
    floats = [float(text) * sign for text, sign in zip(texts, (*signs, 1), strict=False)]
    if name in ("log", "sqrt") and floats[0] <= 0:
        floats = [2.25]
    expected = float(ORACLES[name](*floats))
    assert back(asked(m, name, [number(str(x)) for x in floats])) == pytest.approx(expected, rel=1e-12, abs=1e-15)


@every_algebra
def test_equal_numbers_compare_as_equal(m: Any, number: Any, back: Any) -> None:
    two = number("2"), number("2")
    compared = {name: back(getattr(m, name)(*two)) for name in ("greater", "greater_equal", "equal")}
    assert compared == {"greater": 0, "greater_equal": 1, "equal": 1}


@pytest.mark.parametrize("algebra", ["NumPy", "SymPy"])
@pytest.mark.parametrize("name", names(KernelFunctions))
def test_what_kernels_use_besides(algebra: str, name: str) -> None:
    m, number, back = ALGEBRAS[algebra]
    texts = OPERANDS.get(name, ("0.75",))
    expected = float(ORACLES[name](*map(float, texts)))
    assert back(asked(m, name, [number(text) for text in texts])) == pytest.approx(expected, rel=1e-12)


def test_the_list_is_complete() -> None:
    """No operation's formula uses a function that is not listed."""
    used: set[str] = set()

    class Listening(Written):
        def __getattribute__(self, name: str) -> Any:
            used.add(name)
            return super().__getattribute__(name)

    for primitive in PRIMITIVES.values():
        if isinstance(primitive, Elementwise):
            primitive.formula(Listening(), *[Number(0.5) for _ in primitive.sample])
    assert used <= set(FUNCTIONS)
    assert {"exp", "abs", "where", "greater"} <= used


# ── an operation that uses a function, in every reading ─────────────────────────────────────────────────────────────


@pytest.fixture(params=FUNCTIONS)
def using(request: pytest.FixtureRequest) -> Iterator[tuple[str, Elementwise]]:
    """2 + x · the function, of one operand."""
    name, count = request.param, len(OPERANDS.get(request.param, ("0.75",)))

    def formula(m: Any, x: Any) -> Any:
        return 2 + x * asked(m, name, [x, x - 1, -x][:count])

    primitive = elementwise("using", "Uses it.", formula=formula, sample=ANY)
    yield name, primitive
    del PRIMITIVES["using"]


def test_a_formula_may_use_it_in_every_reading(using: tuple[str, Elementwise]) -> None:
    name, primitive = using
    x = source("input", "x", (1,), "float64")
    y = primitive(x)
    count = len(OPERANDS.get(name, ("0.75",)))
    expected = 2 + 0.75 * float(ORACLES[name](*[0.75, -0.25, -0.75][:count]))
    np.testing.assert_allclose(value(y, x=[0.75]), [expected], rtol=1e-14)
    explanation = Explainer(Graph({"y": y}), {"x": np.array([0.75])})(y, (0,), "y")
    line, _, since = explanation.text.partition(", since ")
    assert line.startswith("y = 2" if since else "y = 2 + (0.75)(")
    assert float(line.split()[-1]) == pytest.approx(expected, rel=1e-3)
    assert explanation.latex.startswith("y = 2")
    numbers = {x: np.array([0.75])}
    for algebra, back in (
        (SymbolicAlgebra(), float),
        (AffineAlgebra(lambda line: True), lambda found: float(found.offset)),
    ):
        assert back(Reading({y: [(0,)]})(algebra, numbers)[y, (0,)]) == pytest.approx(expected, rel=1e-12)


# ── folding ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_expression_is_folded_from_its_leaves_up() -> None:
    two, three = Number(2.0), Number(3.0)
    expression: Expression = -(two * three) + two**three / Operation("max", (two, three))
    assert list(leaves(expression)) == [two, three, two, three, two, three]
    assert fold(expression, lambda x: x.value, lambda name, xs: meaning(name)(FLOATS, xs)) == -6 + 8 / 3
    assert fold(expression, lambda _: 0, lambda _, depths: 1 + max(depths)) == 3
