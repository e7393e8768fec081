"""p-values, intervals and the F test against mpmath, which computes the distributions to any precision."""

import mpmath
import numpy as np
import pytest

from glassnet.ir.errors import GlassnetError
from glassnet.regression import LinearRegression


def tail(t, df):
    """P(|T| > |t|) of Student's t."""
    with mpmath.workdps(40):
        x = mpmath.mpf(df) / (df + mpmath.mpf(float(t)) ** 2)
        return float(mpmath.betainc(mpmath.mpf(df) / 2, mpmath.mpf("0.5"), 0, x, regularized=True))


def f_tail(f, df1, df2):
    """P(F > f)."""
    with mpmath.workdps(40):
        x = df2 / (df2 + df1 * mpmath.mpf(float(f)))
        return float(mpmath.betainc(mpmath.mpf(df2) / 2, mpmath.mpf(df1) / 2, 0, x, regularized=True))


@pytest.mark.parametrize("n", [4, 6, 12, 75, 1000])
@pytest.mark.parametrize("noise", [1e-6, 1e-2, 1.0, 1e3])
def test_p_values_and_intervals(n, noise):
    rng = np.random.default_rng(n)
    x = rng.normal(size=(n, 2))
    fit = LinearRegression().fit(x, x @ [3, -1] + 5 + noise * rng.normal(size=n))
    df = n - 3
    assert fit.p == pytest.approx([tail(t, df) for t in fit.t], rel=1e-11, abs=1e-290)
    table = fit.anova()
    assert table.p == pytest.approx(f_tail(table.f, 2, df), rel=1e-11, abs=1e-290)
    for level in (0.5, 0.95, 0.999):
        reach = np.diff(fit.confidence_interval(level), axis=1)[:, 0] / 2 / fit.standard_errors
        assert 1 - tail(reach[0], df) == pytest.approx(level, rel=1e-8)  # the ends' difference has lost some digits
        assert reach == pytest.approx(reach[0], rel=1e-8)


@pytest.mark.parametrize("level", [0, 1, -0.1, 95, float("nan")])
def test_a_level_lies_between_0_and_1(level):
    fit = LinearRegression().fit([1, 2, 3, 4], [2, 4, 5, 8])
    for interval in (
        fit.confidence_interval,
        lambda v: fit.mean_interval(2, v),
        lambda v: fit.prediction_interval(2, v),
    ):
        with pytest.raises(GlassnetError, match="between 0 and 1"):
            interval(level)


def test_the_q_q_plot_has_the_normal_quantiles():
    rng = np.random.default_rng(0)
    (axes,) = LinearRegression().fit(rng.normal(size=9), rng.normal(size=9)).plot("qq").axes
    quantiles = axes.lines[1].get_xdata()
    assert quantiles == pytest.approx([float(mpmath.sqrt(2) * mpmath.erfinv(2 * (i + 0.5) / 9 - 1)) for i in range(9)])
