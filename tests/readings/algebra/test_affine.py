"""Affine functions: Python's arithmetic on them is that of the functions, exactly."""

import operator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.readings.algebra.affine import Affine, AffineAlgebra, NotAffine

FRACTIONS = st.fractions(-5, 5, max_denominator=20)
FORMS = st.builds(lambda a, b, c: a * Affine.of_input(0) + b * Affine.of_input(1) + c, FRACTIONS, FRACTIONS, FRACTIONS)
POINTS = st.tuples(FRACTIONS, FRACTIONS)


@given(FORMS, FORMS, FRACTIONS, POINTS)
def test_arithmetic_is_pointwise(x: Affine, y: Affine, k: Fraction, at: tuple[Fraction, Fraction]) -> None:
    assert (x + y).at(at) == x.at(at) + y.at(at)
    assert (x - y).at(at) == x.at(at) - y.at(at)
    assert (k - x).at(at) == k - x.at(at)
    assert (k * x).at(at) == (x * k).at(at) == k * x.at(at)
    assert (-x).at(at) == -x.at(at)
    assert (x**1).at(at) == x.at(at)
    assert Affine.total([x, y, x, Affine.of(k)]).at(at) == 2 * x.at(at) + y.at(at) + k
    if k:
        assert (x / k).at(at) == x.at(at) / k
    assert x.at(at) == x.factor(0) * at[0] + x.factor(1) * at[1] + x.offset
    assert (x - x + y).is_same_as(y)
    assert not (y + 1).is_same_as(y)


@given(st.lists(st.tuples(FRACTIONS, FORMS, st.booleans()), max_size=6), POINTS)
def test_a_scalar_product_is_the_sum_of_products(
    pairs: list[tuple[Fraction, Affine, bool]], at: tuple[Fraction, Fraction]
) -> None:
    sides = [(form, Affine.of(number)) if turned else (Affine.of(number), form) for number, form, turned in pairs]
    found = Affine.scalar_product([x for x, _ in sides], [y for _, y in sides])
    assert found.at(at) == sum(number * form.at(at) for number, form, _ in pairs)


@given(FORMS, FORMS)
def test_a_product_of_two_that_vary_is_none(x: Affine, y: Affine) -> None:
    if x.terms and y.terms:
        with pytest.raises(NotAffine):
            _ = x * y
        with pytest.raises(NotAffine):
            Affine.scalar_product([Affine.of(1), x], [y, y])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x: 1 / x,
        lambda x: x / 0,
        lambda x: x**2,
        lambda x: 2**x,
        lambda x: AffineAlgebra(bool).m.exp(x),
        lambda x: AffineAlgebra(bool).m.floor(x),
    ],
)
def test_what_is_not_affine_is_refused(wrong: Any) -> None:
    with pytest.raises(NotAffine):
        wrong(Affine.of_input(0))


@pytest.mark.parametrize("side", [True, False])
def test_corners_follow_the_side_that_is_chosen(side: bool) -> None:
    m = AffineAlgebra(lambda form: side).m
    x = Affine.of_input(0)
    assert m.maximum(x, 0).is_same_as(x if side else Affine.of(0))
    assert m.minimum(x, 3).is_same_as(Affine.of(3) if side else x)
    assert m.abs(x).is_same_as(x if side else -x)
    assert m.where(m.greater(x, 1), x, 2 * x).is_same_as(x if side else 2 * x)
    assert m.equal(x, x + 0).offset == 1
    assert m.equal(x, 2).offset == 0


@given(FRACTIONS, FRACTIONS)
def test_corners_of_plain_numbers_need_no_choice(x: Fraction, y: Fraction) -> None:
    def never(_: Affine) -> bool:
        raise AssertionError

    m = AffineAlgebra(never).m
    a, b = Affine.of(x), Affine.of(y)
    for name, expected in {
        "maximum": max(x, y), "minimum": min(x, y), "greater": x > y, "greater_equal": x >= y, "equal": x == y,
    }.items():  # fmt: skip
        assert getattr(m, name)(a, b).offset == expected
    assert m.abs(a).offset == abs(x)
    assert m.sign(a).offset == (x > 0) - (x < 0)
    assert m.where(a, 7, b).offset == (7 if x else y)
    assert operator.pow(a, 3).offset == x**3


def test_functions_of_plain_numbers_are_rounded_to_float64() -> None:
    assert AffineAlgebra(bool).m.sqrt(Affine.of(2)).offset == Fraction(str(2**0.5))
    assert (Affine.of(2) ** 0.5).offset == Fraction(str(2**0.5))
    assert 3 < AffineAlgebra(bool).m.pi.offset < 4
