"""The distribution functions against mpmath, which computes them to any precision."""

import mpmath
import pytest

from glassnet.ir.errors import GlassnetError
from glassnet.regression.distributions import (
    f_quantile,
    f_upper,
    incomplete_beta,
    normal_cdf,
    normal_quantile,
    t_quantile,
    t_two_sided,
)


@pytest.mark.parametrize("a", [0.5, 1, 2.5, 30, 500])
@pytest.mark.parametrize("b", [0.5, 1, 4, 45, 800])
@pytest.mark.parametrize("x", [1e-6, 0.03, 0.4, 0.5, 0.77, 0.999])
def test_incomplete_beta_to_twelve_digits(a, b, x):
    expected = mpmath.betainc(a, b, 0, x, regularized=True)
    assert incomplete_beta(a, b, x) == pytest.approx(float(expected), rel=1e-12, abs=1e-300)


def test_incomplete_beta_at_its_ends():
    assert incomplete_beta(2, 3, 0) == 0
    assert incomplete_beta(2, 3, 1) == 1
    with pytest.raises(GlassnetError, match="x=2"):
        incomplete_beta(2, 3, 2)


@pytest.mark.parametrize("df", [1, 2, 9, 71, 1000])
@pytest.mark.parametrize("t", [1e-8, 0.5, 4.2, 40.0, 1e6])
def test_t_tails(df, t):
    with mpmath.workdps(40):
        x = mpmath.mpf(df) / (df + mpmath.mpf(t) ** 2)
        expected = mpmath.betainc(mpmath.mpf(df) / 2, mpmath.mpf("0.5"), 0, x, regularized=True)
    if expected > 1e-290:
        assert t_two_sided(t, df) == pytest.approx(float(expected), rel=1e-11)
        assert f_upper(t * t, 1, df) == pytest.approx(float(expected), rel=1e-11)  # T² is F with (1, df)


@pytest.mark.parametrize("df", [1, 3, 9, 200])
@pytest.mark.parametrize("probability", [1e-6, 0.025, 0.5, 0.8, 0.9999])
def test_t_quantile_undoes_the_distribution(df, probability):
    t = t_quantile(probability, df)
    tail = t_two_sided(t, df) / 2
    assert (tail if t < 0 else 1 - tail) == pytest.approx(probability, rel=1e-12)


def test_f_quantile_from_the_printed_tables():
    assert f_quantile(0.95, 3, 20) == pytest.approx(3.0984, abs=5e-5)
    assert f_quantile(0.99, 2, 10) == pytest.approx(7.5594, abs=5e-5)


def test_normal():
    assert normal_cdf(-10) == pytest.approx(float(mpmath.ncdf(-10)), rel=1e-13)
    assert normal_quantile(normal_cdf(1.2345)) == pytest.approx(1.2345, rel=1e-13)


@pytest.mark.parametrize("probability", [0, 1, -0.1, float("nan")])
def test_quantiles_need_a_probability(probability):
    with pytest.raises(GlassnetError, match="between 0 and 1"):
        t_quantile(probability, 5)
