"""The face of the regression: its statistics, its inputs, its refusals, and its two teaching methods."""

from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pytest

from glassnet.ir.errors import DataError, DivergenceError, GlassnetError
from glassnet.regression import Categorical, LinearRegression, Polynomial

X123 = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
ANSCOMBE = {
    "I": (X123, [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68], Fraction(5501, 11000)),
    "II": (X123, [9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74], Fraction(1, 2)),
    "III": (X123, [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73], Fraction(5497, 11000)),
    "IV": (
        [8, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8],
        [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89],
        Fraction(5499, 11000),
    ),
}


@pytest.fixture
def line():
    x, y, _ = ANSCOMBE["I"]
    return LinearRegression().fit(x, y)


@pytest.mark.parametrize("name", ANSCOMBE)
@pytest.mark.parametrize("kind", [float, str, np.array])
def test_anscombe_slopes_are_exact(name, kind):
    x, y, slope = ANSCOMBE[name]
    values = kind(y) if kind is np.array else [kind(v) for v in y]
    fit = LinearRegression(precision="exact").fit(x, values)
    assert fit.exact.coefficients == (slope,)
    assert fit.coefficients[0] == float(slope)
    assert LinearRegression().fit(x, values).coefficients[0] == pytest.approx(float(slope), rel=1e-15)
    assert fit.intercept == pytest.approx(3.00, abs=0.005)
    assert fit.r2 == pytest.approx(0.67, abs=0.005)


def test_statistics_of_the_first_set(line):
    """The published output for this regression (Anscombe 1973; the same from R's lm)."""
    assert line.names == ["intercept", "x"]
    assert line.parameters == pytest.approx([3.0000909, 0.5000909], abs=5e-8)
    assert line.standard_errors == pytest.approx([1.1247, 0.1179], abs=5e-5)
    assert line.t == pytest.approx([2.667, 4.241], abs=5e-4)
    assert line.p == pytest.approx([0.02573, 0.00217], abs=5e-6)
    assert line.residual_standard_deviation == pytest.approx(1.237, abs=5e-4)
    assert line.r2 == pytest.approx(0.6665, abs=5e-5)
    assert line.adjusted_r2 == pytest.approx(0.6295, abs=5e-5)
    assert line.sse == pytest.approx(13.76269)
    assert line.mse == pytest.approx(13.76269 / 11)
    assert line.residual_variance == pytest.approx(13.76269 / 9)
    assert line.degrees_of_freedom == 9
    table = line.anova()
    assert (table.regression, table.residual, table.total) == pytest.approx((27.51, 13.76269, 41.27269), abs=5e-6)
    assert (table.f, table.p) == pytest.approx((17.99, 0.00217), abs=5e-4)


def test_residuals_and_fitted(line):
    x, y, _ = ANSCOMBE["I"]
    assert line.fitted + line.residuals == pytest.approx(y)
    assert line.fitted == pytest.approx(line.predict(x))
    assert line.residuals.sum() == pytest.approx(0, abs=1e-13)
    assert line.residuals @ np.array(x) == pytest.approx(0, abs=1e-12)


def test_intervals_by_the_textbook_formulas(line):
    x = np.array(X123, dtype=float)
    t, s = 2.2621571628540993, line.residual_standard_deviation
    reach = t * s / np.sqrt(((x - 9) ** 2).sum())
    assert line.confidence_interval()[1] == pytest.approx([line.coefficients[0] - reach, line.coefficients[0] + reach])
    distance = 1 / 11 + (12.5 - 9) ** 2 / ((x - 9) ** 2).sum()
    centre = line.predict(12.5)[0]
    mean, new = t * s * np.sqrt(distance), t * s * np.sqrt(1 + distance)
    assert line.mean_interval([12.5]) == pytest.approx(np.array([[centre - mean, centre + mean]]))
    assert line.prediction_interval([12.5]) == pytest.approx(np.array([[centre - new, centre + new]]))
    assert np.diff(line.prediction_interval(9, 0.5)) < np.diff(line.prediction_interval(9, 0.99))
    with pytest.raises(GlassnetError, match="between 0 and 1"):
        line.prediction_interval(9, 95)


@pytest.mark.parametrize("precision", ["float64", "exact"])
def test_whole_weights_repeat_observations(precision):
    x, y, w = [1, 2, 4, 7], [3, 2, 6, 9], [1, 3, 0, 2]
    weighted = LinearRegression(precision=precision).fit(x, y, w)
    repeated = LinearRegression(precision=precision).fit(np.repeat(x, w), np.repeat(y, w))
    assert weighted.parameters == pytest.approx(repeated.parameters, rel=1e-14)
    assert weighted.sse == pytest.approx(repeated.sse, rel=1e-13)
    assert weighted.r2 == pytest.approx(repeated.r2, rel=1e-13)
    assert weighted.mse == pytest.approx(repeated.mse, rel=1e-13)
    # They are precisions, not counts: three observations are left, the fourth has weight 0.
    assert (weighted.observations, weighted.degrees_of_freedom) == (3, 1)


def test_weighted_standard_errors_are_those_of_rescaled_rows():
    """The convention of R's lm: variance of observation i = σ²/wᵢ, σ² estimated with n − p."""
    rng = np.random.default_rng(0)
    x, y, w = rng.normal(size=20), rng.normal(size=20), rng.uniform(0.1, 5, 20)
    A = np.column_stack([np.ones(20), x]) * np.sqrt(w)[:, None]
    b, (sse,), *_ = np.linalg.lstsq(A, y * np.sqrt(w))
    fit = LinearRegression().fit(x, y, w)
    assert fit.parameters == pytest.approx(b)
    assert fit.standard_errors == pytest.approx(np.sqrt(np.diag(np.linalg.inv(A.T @ A)) * sse / 18))


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame, dict])
def test_named_inputs_are_matched_by_name(frame):
    fit = LinearRegression().fit(frame({"a": [1, 2, 3, 5], "b": [2, 1, 4, 0]}), [4, 4, 10, 5])
    assert fit.names == ["intercept", "a", "b"]
    assert fit.predict(frame({"b": [1], "a": [2]})) == pytest.approx(fit.predict([[2, 1]]))
    with pytest.raises(DataError, match=r"fitted to 2 inputs \(a, b\), got 2 \(a, c\)"):
        fit.predict(frame({"a": [1], "c": [2]}))


@pytest.mark.parametrize("series", [pd.Series, pl.Series])
def test_series(series):
    days = pd.Series([1, 2, 3], name="day") if series is pd.Series else pl.Series("day", [1, 2, 3])
    fit = LinearRegression().fit(days, series([1.0, 2.0, 4.0]))
    assert fit.names == ["intercept", "day"]


def test_text_numbers_and_small_floats():
    assert LinearRegression().fit(["1", " 2 ", "1/2"], ["3", "5", "2"]).coefficients == pytest.approx([2.0])
    exact = LinearRegression(precision="exact").fit(np.float32([0.1, 0.2]), [0, 1]).exact
    assert exact.coefficients == (Fraction(10),)  # float32 0.1 is meant as 0.1


def test_polynomial_and_categorical_terms():
    table = {
        "x": [0, 1, 2, 3, 4, 5, 6, 7],
        "city": ["Oslo", "Rome", "Paris", "Oslo", "Rome", "Paris", "Oslo", "Rome"],
    }
    extra = {"Oslo": 0, "Paris": 5, "Rome": -2}
    y = [1 + 2 * x - 3 * x**2 + extra[city] for x, city in zip(*table.values(), strict=True)]
    fit = LinearRegression(terms=[Polynomial(2, "x"), Categorical("city")]).fit(table, y)
    assert fit.names == ["intercept", "x", "x²", "city=Paris", "city=Rome"]
    assert fit.parameters == pytest.approx([1, 2, -3, 5, -2])
    assert fit.predict({"x": [10], "city": ["Rome"]}) == pytest.approx([1 + 20 - 300 - 2])
    with pytest.raises(DataError, match="level 'Bern', which the fit never saw; it knows Oslo, Paris, Rome"):
        fit.predict({"x": [10], "city": ["Bern"]})
    means = LinearRegression(intercept=False, terms=[Categorical("city")]).fit(table, y)
    oslo = [value for value, city in zip(y, table["city"], strict=True) if city == "Oslo"]
    assert means.names == ["city=Oslo", "city=Paris", "city=Rome"]
    assert means.coefficients[0] == pytest.approx(np.mean(oslo))


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ([Polynomial(2)], "2 inputs .*say which one"),
        (["age"], "no input 'age'; the inputs are x, city"),
        ([Polynomial(0, "x")], "whole number from 1 on, got 0"),
        (["x", Polynomial(2, "x")], "the column x twice"),
        ([Categorical("city", reference="Bern")], "no level 'Bern' to be the reference; it has Oslo, Rome"),
        ([], "terms is empty"),
        (None, "city, row 0 .*is 'Oslo', which is not a number.*Categorical"),
    ],
)
def test_bad_terms(terms, message):
    with pytest.raises(GlassnetError, match=message):
        LinearRegression(terms=terms).fit({"x": [1, 2, 3, 4], "city": ["Oslo", "Rome"] * 2}, [1, 2, 3, 5])


@pytest.mark.parametrize("precision", ["float64", "exact"])
@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1, float("nan"), 3], [1, 2, 3], r"x, row 1 \(counted from 0\), is nan"),
        ([1, 2, 3], [1, float("inf"), 3], r"y, row 1 .* is inf"),
        ([[1, 2], [3, None], [5, 6], [7, 9]], [1, 2, 3, 4], "x2, row 1 .* is empty"),
        (["1,5", "2", "3"], [1, 2, 3], "'1,5', which is not a number; write decimals with a point"),
        ([1, 2, 3], [1, 2], "x has 3 observations and y has 2"),
        ([[1, 2], [3]], [1, 2], "ragged rows: row 1 has 1 values, row 0 has 2"),
        ([[1, 2], 3], [1, 2], "ragged rows"),
        ([], [], "x is empty"),
        ({}, [1], "x has no columns"),
        (np.zeros((2, 2, 2)), [1, 2], r"got \(2, 2, 2\)"),
        ("abc", [1, 2], "expected a list, array or frame"),
        ([1, 2, 3], [[1, 2], [3, 4], [5, 6]], "y must be one column, got 2"),
        ({"a": [1, 2], "b": [1]}, [1, 2], "different lengths: a has 2, b has 1"),
    ],
)
def test_bad_data(x, y, message, precision):
    with pytest.raises(DataError, match=message):
        LinearRegression(precision=precision).fit(x, y)


@pytest.mark.parametrize("weights", [[1, -1, 1], [0, 0, 0]])
def test_bad_weights(weights):
    with pytest.raises(DataError, match="weights must be 0 or more and not all 0"):
        LinearRegression().fit([1, 2, 3], [1, 2, 4], weights)


def test_bad_options():
    with pytest.raises(GlassnetError, match="unknown method 'magic'"):
        LinearRegression(method="magic")
    with pytest.raises(GlassnetError, match='leave method out for precision="exact"'):
        LinearRegression(method="gradient descent", precision="exact")
    with pytest.raises(GlassnetError, match=r"call \.fit\(x, y\) first"):
        _ = LinearRegression().coefficients
    with pytest.raises(GlassnetError, match='only method="gradient descent" has a path'):
        _ = LinearRegression().fit([1, 2, 3], [1, 2, 4]).path
    with pytest.raises(GlassnetError, match="fractions are kept only"):
        _ = LinearRegression().fit([1, 2, 3], [1, 2, 4]).exact


def test_a_failed_fit_leaves_the_last_one(line):
    before = line.parameters
    with pytest.raises(DataError):
        line.fit([1, 1, 1], [1, 2, 3])
    assert (line.parameters == before).all()


def test_what_has_no_meaning_is_refused_in_words():
    exact_line = LinearRegression().fit([1, 2], [3, 5])
    assert exact_line.parameters == pytest.approx([1, 2])
    with pytest.raises(GlassnetError, match="2 observations determine 2 numbers exactly"):
        _ = exact_line.standard_errors
    flat = LinearRegression().fit([1, 2, 3], [4, 4, 4])
    with pytest.raises(GlassnetError, match="R² is undefined: y is the same"):
        _ = flat.r2
    perfect = LinearRegression(precision="exact").fit([1, 2, 3], [2, 4, 6])
    with pytest.raises(GlassnetError, match="the fit is perfect"):
        _ = perfect.t
    assert perfect.anova().f == float("inf")
    for model in (exact_line, flat, perfect):
        assert "–" in model.summary()
        assert "<table>" in model._repr_html_()


def test_methods_agree(line):
    x, y, _ = ANSCOMBE["I"]
    for method in ("normal equations", "gradient descent"):
        other = LinearRegression(method=method).fit(x, y)
        assert other.parameters == pytest.approx(line.parameters, rel=1e-9)
        assert other.standard_errors == pytest.approx(line.standard_errors, rel=1e-9)


def test_the_path_is_the_recurrence():
    """Two steps by hand: x = (0, 2), y = (1, 5), m = b = 0, rate 0.1, loss the mean of squared errors."""
    path = LinearRegression(method="gradient descent", learning_rate=0.1, steps=2).fit([0, 2], [1, 5]).path
    # Step 1: errors −1, −5; gradient (b, m) = (−6, −10).
    # Step 2: b = 0.6, m = 1; errors −0.4, −2.4; gradient (−2.8, −4.8).
    assert path.parameters == pytest.approx(np.array([[0, 0], [0.6, 1.0], [0.88, 1.48]]))
    assert path.loss == pytest.approx([13, 2.96, (0.12**2 + 1.16**2) / 2])
    # The curvature [[2, 2], [2, 4]] has the largest eigenvalue 3 + √5.
    assert path.largest_stable_rate == pytest.approx(2 / (3 + 5**0.5))
    assert not path.converged


def test_descent_that_stops_short_says_so():
    model = LinearRegression(method="gradient descent", steps=5).fit([0, 2, 3], [1, 5, 6])
    assert "not converged after 5 steps" in model.summary()
    assert model.sst == pytest.approx(14)  # about the mean of y, wherever the descent has got to
    with pytest.raises(GlassnetError, match="had not reached after 5 steps"):
        _ = model.standard_errors


def test_divergence_is_named_with_the_largest_stable_rate():
    stable = 2 / (3 + 5**0.5)
    with pytest.raises(DivergenceError, match=f"the largest stable learning rate here is {stable:.6g}") as failure:
        LinearRegression(method="gradient descent", learning_rate=stable * 1.2).fit([0, 2], [1, 5])
    assert failure.value.path.loss[-1] > failure.value.path.loss[0]
    LinearRegression(method="gradient descent", learning_rate=stable * 0.99).fit([0, 2], [1, 5])


def test_normal_equations_that_lose_every_digit_refuse():
    x = np.linspace(1000, 1001, 30)
    with pytest.raises(DataError, match="lost every digit"):
        LinearRegression(method="normal equations", terms=[Polynomial(3)]).fit(x, x)


def test_summary_and_repr(line):
    assert repr(line) == "LinearRegression: y = 0.500091·x + 3.00009"
    assert repr(LinearRegression()) == "LinearRegression: not fitted"
    for words in ("standard error", "0.117906", "R²", "0.666542"):
        assert words in line.summary()
        assert words in line._repr_html_()
    escaped = LinearRegression().fit({"<b>": [1, 2, 3]}, [1, 2, 4])._repr_html_()
    assert "&lt;b&gt;" in escaped
    assert "<b>:" not in escaped
