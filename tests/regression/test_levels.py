"""Categories of many levels: their 0/1 columns are never written out, and every number is that of the ones that are."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.regression import Categorical, LinearRegression, NotUniqueError, Polynomial


def fraction_means(cells, y):
    """The exact mean of each level, in fractions."""
    groups: dict[str, list[Fraction]] = {}
    for cell, value in zip(cells, y, strict=True):
        groups.setdefault(cell, []).append(Fraction(value))
    return {level: sum(values, Fraction(0)) / len(values) for level, values in groups.items()}


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("precision", ["float64", "exact"])
def test_three_hundred_levels_in_thirty_thousand_rows_are_the_means_of_the_levels(intercept, precision):
    rng = np.random.default_rng(0)
    cells = [f"town {i}" for i in [*range(300), *rng.integers(0, 300, 29_700)]]
    y = rng.integers(0, 10**7, 30_000) / 8
    fit = LinearRegression(intercept, precision=precision, terms=[Categorical("town")]).fit({"town": cells}, y)
    means = fraction_means(cells, y.tolist())
    levels = sorted(means)
    reference = means[levels[0]] if intercept else Fraction(0)
    expected = [float(means[level] - (reference if i or not intercept else 0)) for i, level in enumerate(levels)]
    assert fit.parameters == pytest.approx(expected, rel=1e-15)
    counts = np.unique(cells, return_counts=True)[1]
    errors = np.sqrt(fit.residual_variance * (1 / counts + (1 / counts[0] if intercept else 0)))
    assert fit.standard_errors[1:] == pytest.approx(errors[1:], rel=1e-14)
    assert fit.standard_errors[0] == pytest.approx(np.sqrt(fit.residual_variance / counts[0]), rel=1e-14)
    assert fit.predict({"town": "town 7"}) == pytest.approx(float(means["town 7"]), rel=1e-15)
    assert fit.degrees_of_freedom == 29_700


def statistics(fit, x):
    return [
        *(fit.parameters, fit.standard_errors, fit.fitted, fit.residuals, [fit.sse, fit.sst, fit.r2, fit.adjusted_r2]),
        *(fit.predict(x), fit.mean_interval(x), fit.prediction_interval(x), fit.confidence_interval()),
    ]


@given(st.integers(0, 10**9), st.booleans(), st.booleans(), st.sampled_from(["b", "q", None]))
def test_every_statistic_is_that_of_the_fractions(seed, intercept, weighted, reference):
    """Two categories, a number and its square: the larger category groups the rows, in whatever order they stand."""
    rng = np.random.default_rng(seed)
    n = 24
    x = {
        "small": [*"pqr", *rng.choice(list("pqr"), n - 3)],
        "number": (rng.integers(-40, 40, n) / 8).tolist(),
        "large": [*"abcde", *rng.choice(list("abcde"), n - 5)],
    }
    y = (rng.integers(-80, 80, n) / 8).tolist()
    weights = rng.integers(1, 5, n) if weighted else None
    small = Categorical("small", reference if reference == "q" else None)
    large = Categorical("large", reference if reference == "b" else None)
    fits = []
    for precision in ("exact", "float64"):
        try:
            model = LinearRegression(intercept, precision=precision, terms=[small, Polynomial(2, "number"), large])
            fits.append(model.fit(x, y, weights))
        except NotUniqueError:
            fits.append(None)
    exact, plain = fits
    assert (exact is None) == (plain is None)
    if exact is None or exact.sse == 0:
        return
    assert plain.names == exact.names
    for found, true in zip(statistics(plain, x), statistics(exact, x), strict=True):
        assert np.allclose(found, true, rtol=1e-12, atol=1e-12 * max(1e-9, np.abs(true).max()))


def test_what_depends_on_levels_is_named():
    table = {
        "town": ["Graz", "Linz", "Rome", "Oslo"] * 3,
        "height": [3, 2, 1, 0] * 3,
        "x": [1, 4, 2, 2, 5, 1, 1, 3, 2, 6, 1, 2],
    }
    terms = ["x", "height", Categorical("town")]
    message = r"height = −town=Linz − 3·town=Oslo − 2·town=Rome \+ 3\. Leave out height"
    with pytest.raises(NotUniqueError, match=message) as refusal:
        LinearRegression(terms=terms).fit(table, range(12))
    assert refusal.value.dependencies["height"].constant == 3
    with pytest.raises(NotUniqueError, match=r"height = 3·town=Graz \+ 2·town=Linz \+ town=Rome"):
        LinearRegression(intercept=False, terms=terms).fit(table, range(12))
    country = ["AT" if town in ("Graz", "Linz") else "other" for town in table["town"]]
    with pytest.raises(NotUniqueError, match=r"country=other = town=Oslo \+ town=Rome\."):
        LinearRegression(terms=[Categorical("town"), Categorical("country")]).fit(
            {**table, "country": country}, range(12)
        )


def test_many_dependent_columns_are_not_all_described():
    cells = [f"{i:02}" for i in range(30)] * 2
    with pytest.raises(NotUniqueError, match=r"; and 24 columns more\. Leave out these, or add") as refusal:
        LinearRegression(terms=[Categorical("a"), Categorical("b")]).fit({"a": cells, "b": cells}, range(60))
    assert len(refusal.value.dependencies) == 29
    assert len(str(refusal.value)) < 400


def test_a_level_without_weight_is_named():
    with pytest.raises(NotUniqueError, match="every observation with c=b has weight 0"):
        LinearRegression(terms=[Categorical("c")]).fit({"c": ["a", "b", "a", "c", "c"]}, range(5), [1, 0, 2, 1, 1])


def test_many_levels_are_not_all_listed():
    cells = [f"level {i:03}" for i in range(200)] * 2
    fit = LinearRegression(terms=[Categorical("c")]).fit({"c": cells}, range(400))
    with pytest.raises(ValueError, match=r"'other', which the fit never saw; it knows level 000, .* and 180 more$"):
        fit.predict({"c": "other"})
    with pytest.raises(NotUniqueError, match=r"200 observations .* 201 numbers .* and 191 more\)"):
        LinearRegression(terms=["x", Categorical("c")]).fit({"x": range(200), "c": cells[:200]}, range(200))


@pytest.mark.parametrize("method", ["normal equations", "gradient descent"])
def test_the_teaching_methods_write_the_columns_out(method):
    table = {"town": ["a", "b", "c", "a", "b", "c", "a"], "x": [0.0, 1, 0, 1, 0, 1, 0.5]}
    y = [1.0, 2, 4, 2, 2, 5, 1.5]
    terms = ["x", Categorical("town")]
    other = LinearRegression(method=method, terms=terms).fit(table, y)
    usual = LinearRegression(terms=terms).fit(table, y)
    assert other.parameters == pytest.approx(usual.parameters, rel=1e-8)
    assert other.standard_errors == pytest.approx(usual.standard_errors, rel=1e-8)
