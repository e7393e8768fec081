"""The float64 solver against exact arithmetic, and what it says of columns that depend on others."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.regression import Combination, LinearRegression, NotUniqueError, Polynomial
from glassnet.regression.doubles import Double
from glassnet.regression.factorise import pivoted_qr, solve_transposed, solve_upper

EIGHTHS = st.integers(-800, 800).map(lambda i: i / 8)  # floats whose decimals are exact


def same(a, b):
    """Equal to 13 digits of the largest."""
    return np.allclose(a, b, rtol=1e-13, atol=1e-13 * np.abs(b).max(initial=1e-300))


def fit_or_refuse(x, y, weights, intercept, precision):
    """The fit, or the columns that it names as dependent."""
    try:
        return LinearRegression(intercept, precision=precision).fit(x, y, weights)
    except NotUniqueError as refusal:
        return set(refusal.dependencies)


@given(st.data(), st.integers(1, 3), st.booleans(), st.booleans())
def test_float64_agrees_with_exact(data, width, intercept, weighted):
    n = data.draw(st.integers(width + 2, 9))
    x = data.draw(st.lists(st.lists(EIGHTHS, min_size=width, max_size=width), min_size=n, max_size=n))
    y = data.draw(st.lists(EIGHTHS, min_size=n, max_size=n))
    weights = data.draw(st.lists(st.integers(1, 9), min_size=n, max_size=n)) if weighted else None
    exact, plain = (fit_or_refuse(x, y, weights, intercept, precision) for precision in ("exact", "float64"))
    if isinstance(exact, set):
        assert plain == exact
        return
    assert same(plain.parameters, exact.parameters)
    assert same(plain.fitted, exact.fitted)
    assert same(plain.residuals, exact.residuals)
    assert plain.sse == pytest.approx(exact.sse, rel=1e-12, abs=1e-20)
    assert same(plain.standard_errors, exact.standard_errors)
    assert same(plain.predict(x[:2]), exact.predict(x[:2]))
    assert same(plain.prediction_interval(x[:2]), exact.prediction_interval(x[:2]))


def test_pivoted_qr_is_a_factorisation():
    A = np.random.default_rng(0).normal(size=(7, 4))
    factors = pivoted_qr(A, np.zeros(4))
    permuted = A[:, factors.order]
    assert factors.rank == 4
    assert np.allclose(factors.R.T @ factors.R, permuted.T @ permuted, rtol=1e-13)
    assert np.allclose(np.abs(np.diag(factors.R)), np.abs(np.diag(np.linalg.qr(permuted).R)))
    b = np.arange(4.0)
    assert np.allclose(factors.R @ solve_upper(factors.R, b), b)
    assert np.allclose(factors.R.T @ solve_transposed(factors.R, b), b)


@pytest.mark.parametrize("precision", ["float64", "exact"])
@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"x1": [1, 2, 4, 7], "x2": [3, 1, 4, 1], "x3": [-1, 3, 4, 13]}, r"x3 = 2·x1 − x2\. Leave out x3"),
        ({"a": [0.1, 0.2, 0.4, 0.9], "b": [5, 5, 5, 5]}, "b has the same value 5 in every observation"),
        ({"celsius": [10, 20, 25, 12], "fahrenheit": [50, 68, 77, 53.6]}, r"fahrenheit = 1\.8·celsius \+ 32"),
        ({"a": [1, 2, 4, 7], "b": [0, 0, 0, 0]}, "b has the same value 0"),
        ({"a": [1, 2, 4, 7], "b": [2, 4, 8, 14], "c": [3, 6, 12, 21]}, "b = 2·a; c = 3·a. Leave out b and c"),
    ],
)
def test_dependent_columns_are_named(columns, message, precision):
    with pytest.raises(NotUniqueError, match=message):
        LinearRegression(precision=precision).fit(columns, [1, 2, 3, 5])


def test_dependencies_are_data_too():
    with pytest.raises(NotUniqueError) as refusal:
        LinearRegression().fit([[1, 1, 3], [2, 5, 9], [3, 2, 8], [4, 4, 12]], [1, 2, 3, 4])
    found = refusal.value.dependencies["x3"]
    assert (found.factors, found.constant) == (pytest.approx({"x1": 2.0, "x2": 1.0}), 0.0)


def test_without_intercept_a_constant_column_is_welcome():
    fit = LinearRegression(intercept=False).fit({"one": [1, 1, 1], "x": [0, 1, 2]}, [3, 5, 7])
    assert fit.coefficients == pytest.approx([3, 2])
    with pytest.raises(NotUniqueError, match="zero has the same value 0"):
        LinearRegression(intercept=False).fit({"x": [1, 2, 3], "zero": [0, 0, 0]}, [1, 2, 3])


def test_columns_that_differ_little_are_told_apart():
    """A difference of 1e-7 in the eighth digit is no rounding error."""
    x = np.arange(10.0)
    nearly = x + 1e-7 * (x % 3)
    fit = LinearRegression().fit(np.column_stack([x, nearly]), 2 * x + 3 * nearly + 1)
    assert fit.coefficients == pytest.approx([2, 3], rel=1e-6)


@pytest.mark.parametrize("scale", [1e-148, 1e-30, 1e30, 1e148])
def test_units_do_not_matter(scale):
    x, y = np.array([1.0, 2, 4, 7]), np.array([2.0, 3, 3, 8])
    plain, scaled = LinearRegression().fit(x, y), LinearRegression().fit(x * scale, y * scale)
    assert scaled.coefficients == pytest.approx(plain.coefficients, rel=1e-13)
    assert scaled.intercept == pytest.approx(plain.intercept * scale, rel=1e-12)


def test_a_perfect_fit_leaves_nothing():
    x = np.arange(6.0)
    fit = LinearRegression(terms=[Polynomial(3)]).fit(x, x**3 - 2)
    assert fit.parameters.tolist() == [-2, 0, 0, 1]
    assert fit.residuals.tolist() == [0] * 6
    assert fit.sse == 0


def test_the_same_decimal_everywhere_is_constant():
    with pytest.raises(NotUniqueError, match=r"x has the same value 0\.1"):
        LinearRegression().fit([0.1] * 3, [1, 2, 3])
    assert LinearRegression().fit([1, 2, 3], [0.1] * 3).sst == 0


def test_overflow_of_a_power_is_named():
    with pytest.raises(ValueError, match=r"x² reaches .* choose another unit"):
        LinearRegression(terms=[Polynomial(3)]).fit([1e80, 2e80, 3e80, 4e80, 5e80], [1, 2, 3, 4, 5])


def test_too_few_observations():
    with pytest.raises(NotUniqueError, match=r"2 observations cannot determine 3 numbers \(intercept, x1, x2\)"):
        LinearRegression().fit([[1, 2], [3, 4]], [1, 2])
    with pytest.raises(NotUniqueError, match="1 observation cannot determine 2 numbers"):
        LinearRegression(precision="exact").fit([1], [1])


def test_a_combination_as_one_writes_it():
    assert str(Combination({"x": -1.0}, -2.5)) == "−x − 2.5"
    assert str(Combination({"x": 0.0})) == "0"
    assert str(Combination({"1": 2.0, "x": 1.0}, 3.0)) == "2·'1' + x + 3"  # a column may be called 1


@given(st.lists(st.tuples(EIGHTHS, EIGHTHS), min_size=1, max_size=20))
def test_double_arithmetic_keeps_what_float64_loses(pairs):
    a, b = (np.array(part) for part in zip(*pairs, strict=True))
    tiny = 2.0**-80
    total = (Double.of(a) + Double.of(b) * tiny) - a
    assert (total.hi == b * tiny).all()
    assert float((Double.of(a) * Double.of(b)).sum().hi) == float((a * b).sum())  # eighths: exact in float64


def exactly(numbers):
    """The pairs as fractions."""
    pairs = zip(numbers.hi.ravel(), numbers.lo.ravel(), strict=True)
    return np.array([Fraction(float(h)) + Fraction(float(low)) for h, low in pairs], dtype=object).reshape(
        numbers.shape
    )


@pytest.mark.parametrize(("n", "k", "m"), [(3, 4, 2), (2, 2500, 3), (1100, 3, 1), (2, 1, 2), (3, 0, 2)])
@pytest.mark.parametrize("spread", [0, 60])
def test_a_matrix_product_in_pairs_is_right_to_thirty_digits(n, k, m, spread):
    """Whatever the units: a column of one factor may be as large as the row of the other is small."""
    rng = np.random.default_rng(n + k + spread)
    units = 10.0 ** rng.integers(-spread, spread + 1, k)
    a = Double.of(rng.normal(size=(n, k)) * units) + Double.of(rng.normal(size=(n, k)) * units * 1e-18)
    b = Double.of(rng.normal(size=(k, m)) / units[:, None]) + Double.of(
        rng.normal(size=(k, m)) / units[:, None] * 1e-18
    )
    left, right = exactly(a)[:2], exactly(b)
    error = np.abs(exactly((a @ b)[:2]) - left @ right)
    assert (error <= np.abs(left) @ np.abs(right) / 10**30).all()


@given(st.lists(st.tuples(st.integers(0, 4), EIGHTHS), min_size=1, max_size=40))
def test_sums_by_group(pairs):
    group, values = (np.array(part) for part in zip(*pairs, strict=True))
    found = (Double.of(values) + Double.of(values) * 2.0**-70).sums(group.astype(np.intp), 5)
    expected = [
        sum((Fraction(v) for v in values[group == g]), Fraction(0)) * (1 + Fraction(1, 2**70)) for g in range(5)
    ]
    assert exactly(found).tolist() == expected
