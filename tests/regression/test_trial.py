"""A line by hand: its numbers against NumPy and finite differences, and each line against the independent reader."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.ir.errors import DataError, GlassnetError
from glassnet.regression import LinearRegression
from glassnet.regression.bowl import bowl_of
from glassnet.regression.descent import StepsDivergedError
from glassnet.regression.trial import TrialLine, parameter_names
from tests.readings.explain.reader import check_tree

ANSCOMBE = gn.data.anscombe()
PLANE = np.array([[1.0, 2], [2, 1], [3, 5], [4, 2], [6, 3]]), np.array([3.0, 4, 9, 7, 11])


@pytest.mark.parametrize("name", ANSCOMBE)
def test_its_numbers_are_numpys(name: str) -> None:
    x, y = ANSCOMBE[name]
    trial = TrialLine(x, y, 0.4, 2.0, new=12)
    residual = y - (0.4 * x + 2)
    assert trial.of_points("residual") == pytest.approx(residual)
    assert trial.value("SSE") == pytest.approx(residual @ residual)
    assert trial.value("MSE") == pytest.approx((residual**2).mean())
    assert trial.value("R²") == pytest.approx(1 - (residual @ residual) / ((y - y.mean()) ** 2).sum())
    assert trial.value("prediction of the new point") == pytest.approx(6.8)


@pytest.mark.parametrize(("x", "y"), [ANSCOMBE["I"], PLANE], ids=["line", "plane"])
def test_its_gradient_is_that_of_central_differences(x: Any, y: Any) -> None:
    inputs = 1 if x.ndim == 1 else 2
    at = np.array([0.3, 0.2, -0.1][: inputs + 1])
    trial = TrialLine(x, y, at[1:], at[0])
    names = parameter_names(inputs)
    for i, name in enumerate((names[-1], *names[:-1])):
        nudge = 1e-4 * np.eye(inputs + 1)[i]
        up, down = (trial.at(at + by).value("SSE") for by in (nudge, -nudge))
        assert trial.value(f"∂SSE/∂{name}") == pytest.approx((up - down) / 2e-4, rel=1e-6)
        new = at[i] - trial.learning_rate * trial.value(f"∂SSE/∂{name}") / len(y)
        assert trial.value(f"new {name}") == pytest.approx(new)


@given(st.data(), st.integers(1, 2))
def test_each_line_gives_what_it_says(data: st.DataObject, inputs: int) -> None:
    numbers = st.one_of(st.integers(-20, 20).map(float), st.floats(-1e4, 1e4, allow_subnormal=False))
    n = data.draw(st.integers(1, 5))
    rows = data.draw(st.lists(st.lists(numbers, min_size=inputs + 1, max_size=inputs + 1), min_size=n, max_size=n))
    line = data.draw(st.lists(numbers, min_size=inputs + 1, max_size=inputs + 1))
    table = np.array(rows)
    trial = TrialLine(table[:, :-1], table[:, -1], line[:-1], line[-1], learning_rate=0.01, new=1.5)
    for name in trial.names:
        if name != "R²" or trial.value("total sum of squares"):
            assert trial[name].name == name
            check_tree(trial[name])


def test_a_step_is_that_of_its_formula() -> None:
    x, y = ANSCOMBE["I"]
    before = TrialLine(x, y, 0.4, 2.0, 0.005)
    after, path = before.descend(1)
    assert after.slopes[0] == pytest.approx(before.value("new m"), rel=1e-14)
    assert after.intercept == pytest.approx(before.value("new b"), rel=1e-14)
    assert path.loss == pytest.approx([before.value("MSE"), after.value("MSE")])


@pytest.mark.parametrize("name", ANSCOMBE)
def test_descent_reaches_the_exact_fit(name: str) -> None:
    x, y = ANSCOMBE[name]
    best = LinearRegression().fit(x, y)
    line, path = TrialLine(x, y, -1.0, 20.0, 0.005).descend(100_000)
    assert path.converged
    assert line.slopes[0] == pytest.approx(best.coefficients[0], abs=1e-6)
    assert line.intercept == pytest.approx(best.intercept, abs=1e-6)


def test_divergence_is_named_with_its_step() -> None:
    x, y = ANSCOMBE["I"]
    with pytest.raises(StepsDivergedError, match=r"learning rate 0\.02 the loss grows from step 1 on; after 1 step it"):
        TrialLine(x, y, 0.0, 0.0, 0.02).descend(1)
    with pytest.raises(StepsDivergedError, match=r"the largest stable learning rate here is 0\.010"):
        TrialLine(x, y, 0.0, 0.0, 0.02).descend(1000)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([], [], 1, 0), "with a point at least"),
        (([1, 2], [1], 1, 0), r"got \(2, 1\) and \(1,\)"),
        (([1, 2], [1, 2], [1, 2], 0), "1 input need as many slopes, got 2"),
        (([1, float("nan")], [1, 2], 1, 0), "x has a number that is not finite"),
        (([1, 2], [1, 2], float("inf"), 0), "m has a number that is not finite"),
    ],
)
def test_what_is_no_line_is_refused(arguments: tuple[Any, ...], said: str) -> None:
    with pytest.raises(DataError, match=said):
        TrialLine(*arguments)


def test_a_number_that_is_not_there_is_said() -> None:
    with pytest.raises(GlassnetError, match="residual of point 1"):
        TrialLine([1, 2], [1, 2], 1, 0)["residual of point 3"]


@pytest.mark.parametrize(("x", "y"), [ANSCOMBE["IV"], PLANE], ids=["line", "plane"])
def test_a_contour_is_where_sse_is_that(x: Any, y: Any) -> None:
    best = LinearRegression().fit(x, y)
    bowl = bowl_of(best.found)
    assert bowl(*bowl.best) == pytest.approx(best.sse)
    for level in (best.sse, best.sse + 1, 100 * best.sse):
        for first, second in bowl.contour(level):
            if x.ndim == 1:
                sse = TrialLine(x, y, first, second).value("SSE")
            else:  # the plane's constant is the best for these slopes
                rest = y - x @ [first, second]
                sse = float(((rest - rest.mean()) ** 2).sum())
            assert sse == pytest.approx(level, rel=1e-6)
    with pytest.raises(GlassnetError, match="at least, so there is no contour"):
        bowl.contour(best.sse / 2)


def test_other_fits_have_no_bowl() -> None:
    x, y = [1, 2, 3], [1, 2, 4]
    for model in (LinearRegression(intercept=False).fit(x, y), LinearRegression().fit(x, y, [1, 2, 1])):
        with pytest.raises(GlassnetError, match="without weights"):
            bowl_of(model.found)
