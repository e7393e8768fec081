"""Kernels where plain formulas overflow or lose every digit, and the error function over all its branches."""

import math

import mpmath
import numpy as np
import pytest

from glassnet.ir import Array, Graph, Var, source
from glassnet.ops import (
    erf,
    exp,
    expm1,
    log,
    log1p,
    log_softmax,
    sigmoid,
    sigmoid_cross_entropy,
    softmax,
    softmax_cross_entropy,
    softplus,
    tanh,
)
from glassnet.ops import sum as total
from glassnet.ops.elementwise import Elementwise
from glassnet.ops.numeric import Numeric
from glassnet.readings import evaluate, gradients
from glassnet.readings.algebra import Symbolic
from tests.ops.test_formulas import error_in_units, exactly, symbols

LARGE = [-800.0, -710.0, -100.0, -40.0, -1e-3, -1e-8, -1e-20, 0.0, 1e-20, 1e-8, 1e-3, 40.0, 100.0, 710.0, 800.0]
SMALL = [x for x in LARGE if abs(x) < 80]
POSITIVE = [x for x in LARGE if x > 0]
EXTREMES: dict[Elementwise, list[float]] = {
    sigmoid: LARGE, softplus: LARGE, tanh: LARGE, erf: LARGE, exp: SMALL, expm1: [-800.0, *SMALL], log: POSITIVE,
    log1p: POSITIVE,
}  # fmt: skip


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("primitive", EXTREMES, ids=lambda p: p.name)
def test_kernels_are_accurate_at_extremes(primitive: Elementwise, dtype: str) -> None:
    [x] = symbols(primitive)
    formula = primitive.formula(Symbolic(), x)
    given = np.array(EXTREMES[primitive], dtype)
    with np.errstate(under="ignore"):
        computed = primitive.kernel(given)
    for number, value in zip(given, computed, strict=True):
        assert error_in_units(value, exactly(formula, {x: number}, digits=800)) <= 4, f"{primitive.name}({number})"


@pytest.mark.parametrize("primitive", [sigmoid, softplus, tanh, erf, expm1], ids=lambda p: p.name)
def test_infinity_and_nan(primitive: Elementwise) -> None:
    limits = {
        "sigmoid": (0, 1), "softplus": (0, math.inf), "tanh": (-1, 1), "erf": (-1, 1), "expm1": (-1, math.inf),
    }  # fmt: skip
    computed = primitive.kernel(np.array([-math.inf, math.inf, math.nan]))
    np.testing.assert_array_equal(computed, [*limits[primitive.name], math.nan])


def slope(primitive: Elementwise, values: list[float], dtype: str) -> Array:
    x = source("input", "x", (len(values),), dtype)
    [by_x] = gradients(total(primitive(x)), [x])
    return evaluate(Graph({"slope": by_x}), {"x": np.array(values, dtype)})["slope"]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_slopes_at_extremes(dtype: str) -> None:
    far = [-800.0, 800.0]
    np.testing.assert_array_equal(slope(sigmoid, far, dtype), [0, 0])
    np.testing.assert_array_equal(slope(softplus, far, dtype), [0, 1])
    np.testing.assert_array_equal(slope(tanh, far, dtype), [0, 0])
    np.testing.assert_array_equal(slope(erf, far, dtype), [0, 0])


# ── softmax ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("logits", "probabilities", "logarithms"),
    [
        ([1e4, 0, -1e4], [1, 0, 0], [0, -1e4, -2e4]),
        ([1e4, 1e4], [0.5, 0.5], [-math.log(2)] * 2),
        ([-1e4, -1e4, -1e4, -1e4], [0.25] * 4, [-math.log(4)] * 4),
        ([1e30, -1e30], [1, 0], [0, -2e30]),
        ([0, -math.inf], [1, 0], [0, -math.inf]),
        ([7], [1], [0]),
    ],
)
def test_softmax_of_extreme_logits(
    logits: list[float], probabilities: list[float], logarithms: list[float], dtype: str
) -> None:
    x = source("input", "x", (len(logits),), dtype)
    computed = evaluate(Graph({"p": softmax(x), "log p": log_softmax(x)}), {"x": np.array(logits, dtype)})
    np.testing.assert_allclose(computed["p"], probabilities, rtol=1e-6)
    np.testing.assert_allclose(computed["log p"], logarithms, rtol=1e-6)


@pytest.mark.parametrize("primitive", [softmax, log_softmax], ids=lambda p: p.name)
def test_gradients_of_extreme_logits_are_finite(primitive: object) -> None:
    x, weights = source("input", "x", (3,), "float64"), source("input", "w", (3,), "float64")
    y: Var = primitive(x)  # type: ignore[operator]
    [by_x] = gradients(total(y * weights), [x])
    given = {"x": np.array([1e4, 0, -1e4]), "w": np.array([1.0, 2.0, 3.0])}
    computed = evaluate(Graph({"slope": by_x}), given)["slope"]
    expected = [0, 0, 0] if primitive is softmax else [1 - 6, 2, 3]
    np.testing.assert_array_equal(computed, expected)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("x", "t", "loss"),
    [
        (1e4, 1, 0),
        (-1e4, 0, 0),
        (1e4, 0, 1e4),
        (-1e30, 1, 1e30),
        (40, 1, 4.248354255291589e-18),
        (-40, 0, 4.248354255291589e-18),
        (1e4, 0.5, 5e3),
        (0, 0.3, math.log(2)),
    ],
)
def test_binary_cross_entropy_of_extreme_logits(x: float, t: float, loss: float, dtype: str) -> None:
    kernel = sigmoid_cross_entropy.kernel
    assert kernel(np.array(x, dtype), np.array(t, dtype)) == pytest.approx(loss, rel=1e-6)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("label", [0, 1, 2])
def test_cross_entropy_of_extreme_logits(label: int, dtype: str) -> None:
    x, t = source("input", "x", (3,), dtype), source("input", "t", (3,), dtype)
    loss = softmax_cross_entropy(x, t)
    [delta] = gradients(loss, [x])
    given = {"x": np.array([1e4, 0, -1e4], dtype), "t": np.eye(3, dtype=dtype)[label]}
    computed = evaluate(Graph({"loss": loss, "delta": delta}), given)
    assert computed["loss"] == [0, 1e4, 2e4][label]
    np.testing.assert_array_equal(computed["delta"], np.eye(3)[0] - np.eye(3)[label])


def test_softmax_to_the_last_digits() -> None:
    logits = np.random.default_rng(0).normal(0, 5, 10)
    with mpmath.workdps(40):
        e = [mpmath.exp(mpmath.mpf(x)) for x in logits]
        p = [float(x / mpmath.fsum(e)) for x in e]
        log_p = [float(mpmath.log(x / mpmath.fsum(e))) for x in e]
    np.testing.assert_allclose(softmax.kernel(logits), p, rtol=1e-15)
    np.testing.assert_allclose(log_softmax.kernel(logits), log_p, rtol=1e-15)


# ── the error function ──────────────────────────────────────────────────────────────────────────────────────────────

EDGES = [0.84375, 1.25, 1 / 0.35, 6.0]


def around(edges: list[float]) -> list[float]:
    """Each edge and the floats next to it."""
    return [x for e in edges for x in (math.nextafter(e, 0), e, math.nextafter(e, math.inf))]


BRANCHES = [*np.linspace(0, 6.5, 300).tolist(), *around(EDGES), 5e-324, 1e-310, 1e-300, 2.0**-28, 1e-9, 1e3, 1e308]


def test_erf_is_within_one_unit_in_the_last_place_over_all_branches() -> None:
    for x in BRANCHES:
        with mpmath.workdps(60):
            expected = mpmath.erf(mpmath.mpf(x))
            error = abs(mpmath.mpf(float(erf.kernel(np.array(x)))) - expected) / mpmath.mpf(math.ulp(float(expected)))
        assert error < 1, f"erf({x!r}) is off by {error} units in the last place"


def test_erf_is_that_of_the_c_library() -> None:
    x = np.array(BRANCHES)
    np.testing.assert_array_max_ulp(erf.kernel(x), np.array([math.erf(number) for number in BRANCHES]), 1)


def test_erf_is_odd() -> None:
    x = np.array(BRANCHES)
    np.testing.assert_array_equal(erf.kernel(-x), -erf.kernel(x))
    assert math.copysign(1, erf.kernel(np.array(-0.0))) == -1


def test_erf_in_float32_is_correctly_rounded() -> None:
    x = np.array([number for number in BRANCHES if number < 1e38], np.float32)
    expected = np.array([math.erf(number) for number in x.tolist()]).astype(np.float32)
    computed = erf.kernel(x)
    assert computed.dtype == np.float32
    np.testing.assert_array_equal(computed, expected)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("base", [0.9, 0.999, 0.5, 1e-30, 1 - 1e-12])
def test_powers_that_vanish_are_those_of_numpy(base: float, dtype: str) -> None:
    """They are not computed; the smallest numbers that there are, infinity and NaN are."""
    steps = np.concatenate([np.arange(20_000.0), 10.0 ** np.arange(20), [np.inf, -np.inf, np.nan, -5.0]])
    x, y = np.asarray(base, dtype), steps.astype(dtype)
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(Numeric.power(x, y), np.power(x, y))
