"""Regression of very many observations: the digits of fractions and of the way for few, in a fraction of the time."""

import numpy as np
import pytest

from bench.suite.squares import digits, exact, observations
from glassnet.ir.errors import DataError
from glassnet.regression import LinearRegression, NotUniqueError, many
from glassnet.regression.many import fit_many

N = 60_000


def both(monkeypatch: pytest.MonkeyPatch, **given: object) -> tuple[LinearRegression, LinearRegression]:
    """The same fit, in the way for many observations and in that for few."""
    options = {name: given.pop(name) for name in ("intercept",) if name in given}
    monkeypatch.setattr(many, "LEAST", 0)
    fast = LinearRegression(**options).fit(**given)  # type: ignore[arg-type]
    monkeypatch.setattr(many, "MOST_COLUMNS", 0)
    return fast, LinearRegression(**options).fit(**given)  # type: ignore[arg-type]


def test_as_many_digits_as_fractions_show() -> None:
    x, y = observations(N, 20)
    assert N * 20 >= many.LEAST
    assert fit_many(x.astype(float), y.astype(float), np.ones(N), True) is not None
    assert digits(LinearRegression().fit(x, y).parameters, exact(x, y)) > 14


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_statistics_are_those_of_the_way_for_few(
    monkeypatch: pytest.MonkeyPatch, intercept: bool, weighted: bool
) -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(500, 3)) * [1, 1e-6, 1e6] + [0, 1e-5, -1e8]
    y = x @ [1, 1e6, 1e-6] + rng.normal(size=500)
    weights = rng.integers(0, 4, 500) if weighted else None
    fast, slow = both(monkeypatch, x=x, y=y, weights=weights, intercept=intercept)
    for name in ("parameters", "standard_errors", "residuals", "fitted", "p"):
        np.testing.assert_allclose(getattr(fast, name), getattr(slow, name), rtol=1e-9, atol=1e-9, err_msg=name)
    for name in ("sse", "sst", "r2", "adjusted_r2"):
        assert getattr(fast, name) == pytest.approx(getattr(slow, name), rel=1e-12), name


def test_a_perfect_fit_is_perfect(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(2).integers(-50, 50, (400, 2)) / 7
    fast, _ = both(monkeypatch, x=x, y=np.round(x * 7) @ [3.0, -2.0] + 5)
    np.testing.assert_allclose(fast.parameters, [5, 21, -14], rtol=1e-15)
    assert fast.r2 == 1


def test_columns_that_depend_on_others_are_named_as_before() -> None:
    x, y = observations(N, 20)
    x[:, 3] = 2 * x[:, 7]
    with pytest.raises(NotUniqueError, match="x8"):
        LinearRegression().fit(x, y)


@pytest.mark.parametrize("order", ["C", "F"])
def test_what_is_done_to_the_data_afterwards_changes_nothing(order: str) -> None:
    x, y = observations(N, 20)
    given, target = np.array(x, float, order=order), y.astype(float)  # type: ignore[call-overload]
    model = LinearRegression().fit(given, target)
    given[:], target[:] = 0, 0
    np.testing.assert_allclose(model.fitted + model.residuals, y, rtol=1e-15)
    assert digits(model.parameters, exact(x, y)) > 14


def test_columns_in_another_order_than_they_lie() -> None:
    x, y = observations(N, 20)
    names = [f"x{i}" for i in range(20, 0, -1)]
    turned = LinearRegression(terms=names).fit(x.astype(float), y)
    plain = LinearRegression().fit(x.astype(float), y)
    np.testing.assert_allclose(turned.parameters[1:], plain.parameters[:0:-1], rtol=1e-14)


def test_nearly_dependent_columns_go_the_other_way() -> None:
    x = np.random.default_rng(3).normal(size=(N, 20))
    x[:, 0] = x[:, 1] + 1e-3 * x[:, 0]
    assert fit_many(x, x[:, 1], np.ones(N), True) is None


def test_the_rows_that_means_are_guessed_from_may_be_unlike_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(20_000, 2)) + 3
    x[:: -(-len(x) // many.SAMPLED)] += 1e4
    fast, slow = both(monkeypatch, x=x, y=x @ [2.0, -1.0] + rng.normal(size=len(x)))
    np.testing.assert_allclose(fast.parameters, slow.parameters, rtol=1e-13)
    np.testing.assert_allclose(fast.standard_errors, slow.standard_errors, rtol=1e-13)


def test_means_that_are_guessed_far_too_badly_are_left_to_the_other_way() -> None:
    n = 500_000
    x = np.random.default_rng(5).normal(size=(n, 2))
    y = x @ [2.0, -1.0]
    assert fit_many(x, y, np.ones(n), True) is not None
    x[:: -(-n // many.SAMPLED), 1] += 1e4
    assert fit_many(x, y, np.ones(n), True) is None


def test_threads_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = observations(N, 20)
    both_threads = LinearRegression().fit(x, y)
    monkeypatch.setattr(many, "each", map)
    alone = LinearRegression().fit(x, y)
    assert np.array_equal(both_threads.parameters, alone.parameters)
    assert np.array_equal(both_threads.standard_errors, alone.standard_errors)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e200, 1e-200])
def test_numbers_that_cannot_be_squared_are_named(value: float) -> None:
    x, y = observations(N, 20)
    x = x.astype(float)
    x[:, 4] = x[:, 4] * 1e-220 if value == 1e-200 else x[:, 4]
    x[-1, 4] = value
    assert fit_many(x, y.astype(float), np.ones(N), True) is None
    with pytest.raises(DataError, match="x5"):
        LinearRegression().fit(x, y)
