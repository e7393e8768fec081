"""SymPy's algebra is NumPy's under the same names; tests/ops/test_formulas.py uses it on every formula."""

import numpy as np
import pytest
import sympy

from glassnet.ops.numeric import Numeric
from glassnet.readings.algebra import Symbolic


def test_both_algebras_know_the_same_names() -> None:
    public = {name for name in vars(Numeric) if not name.startswith("_")}
    assert public == {name for name in dir(Symbolic()) if not name.startswith("_")}


@pytest.mark.parametrize("name", ["greater", "greater_equal", "equal"])
@pytest.mark.parametrize("pair", [(1.0, 2.0), (2.0, 1.0), (1.0, 1.0)])
def test_comparisons_are_one_and_zero_in_both_algebras(name: str, pair: tuple[float, float]) -> None:
    symbolic = getattr(Symbolic(), name)(*map(sympy.Float, pair))
    assert int(symbolic) == getattr(Numeric, name)(np.array(pair[0]), pair[1])


def test_where_chooses_by_zero_in_both_algebras() -> None:
    for condition in (0.0, 1.0, -2.0):
        symbolic = Symbolic().where(sympy.Float(condition), sympy.Integer(5), sympy.Integer(6))
        assert int(symbolic) == Numeric.where(np.array(condition), np.array(5), np.array(6))


@pytest.mark.parametrize(
    "name", ["exp", "expm1", "log", "log1p", "sqrt", "abs", "sign", "floor", "sin", "cos", "tanh", "erf"]
)
def test_functions_agree(name: str) -> None:
    symbolic = getattr(Symbolic(), name)(sympy.Float(0.75))
    np.testing.assert_allclose(getattr(Numeric, name)(np.array(0.75)), float(symbolic), rtol=1e-15)


@pytest.mark.parametrize("name", ["maximum", "minimum", "power"])
def test_functions_of_two_numbers_agree(name: str) -> None:
    symbolic = getattr(Symbolic(), name)(sympy.Float(0.75), sympy.Float(2.5))
    np.testing.assert_allclose(getattr(Numeric, name)(np.array(0.75), np.array(2.5)), float(symbolic), rtol=1e-15)


def test_pi() -> None:
    assert float(Symbolic().pi) == Numeric.pi
