"""exp, log, tanh, … of the engine: against NumPy's in a longer format, over the whole range, and at the edges."""

import ctypes
from functools import cache

import numpy as np
import pytest
from scipy import special

from glassnet import ops
from glassnet.compile import is_available
from glassnet.compile.algebra import Wide
from glassnet.compile.emit import Code
from glassnet.compile.jit import compiled, host
from glassnet.compile.mathematics import Machine
from glassnet.ir import BATCH, source
from tests.compile.sides import on_the_engine

pytestmark = pytest.mark.skipif(not is_available(), reason="llvmlite has no wheel for this platform")

TYPES = {"float32": "float", "float64": "double"}
ULPS = {"exp": 1.0, "expm1": 1.5, "log": 1.0, "log1p": 1.0, "tanh": 1.1, "sigmoid": 1.6, "sin": 0.6, "cos": 0.6}
"""The largest errors of float32, in units of the last place."""
WIDE = {**dict.fromkeys(ULPS, 1.5), "expm1": 2.5, "tanh": 3.0, "sigmoid": 1.6, "sin": 1.0, "cos": 1.0}
EDGES = [
    0.0,
    -0.0,
    np.inf,
    -np.inf,
    np.nan,
    1.0,
    -1.0,
    0.5,
    88.72,
    88.73,
    -87.5,
    -103.9,
    -104.1,
    1e-40,
    709.7,
    710.0,
    20.0,
]


@cache
def addresses() -> dict[str, int]:
    codes = [of_two(dtype) for dtype in TYPES]
    for name in (*ULPS, "erf"):
        for dtype, type_ in TYPES.items():
            lanes = host().lanes(type_)
            code = Code(f"{name}_{dtype}", ["ptr %x", "ptr %y", "i64 %n"])
            with code.loop("0", "%n", lanes) as i:
                x = Wide(code, code.load(type_, code.at(type_, "%x", i), lanes), type_, lanes)
                code.store(type_, getattr(Machine, name)(x).name, code.at(type_, "%y", i), lanes)
            codes.append(code)
    return compiled(codes)


def of_two(dtype: str) -> Code:
    """Powers: of each x to its y, written over y."""
    type_ = TYPES[dtype]
    lanes = host().lanes(type_)
    code = Code(f"power_{dtype}", ["ptr %x", "ptr %y", "i64 %n"])
    with code.loop("0", "%n", lanes) as i:
        x, y = (Wide(code, code.load(type_, code.at(type_, p, i), lanes), type_, lanes) for p in ("%x", "%y"))
        code.store(type_, Machine.power(x, y).name, code.at(type_, "%y", i), lanes)
    return code


def run(name: str, x: np.ndarray, y: np.ndarray | None = None) -> np.ndarray:
    call = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)
    y = np.empty_like(x) if y is None else y.copy()
    call(addresses()[f"{name}_{x.dtype}"])(x.ctypes.data, y.ctypes.data, x.size)
    return y


def exact(name: str, x: np.ndarray) -> np.ndarray:
    """In a longer format than the one that is tested, where NumPy has one."""
    with np.errstate(all="ignore"):
        x = x.astype(np.longdouble)
        return 1 / (1 + np.exp(-x)) if name == "sigmoid" else np.asarray(getattr(np, name)(x))


def inputs(dtype: str) -> np.ndarray:
    """Numbers of every size and both signs, common ones more often; a multiple of all lanes of them."""
    rng = np.random.default_rng(0)
    if dtype == "float32":
        everywhere = rng.integers(0, 2**32, 1 << 17, dtype=np.uint64).astype(np.uint32).view(np.float32)
    else:
        everywhere = np.exp(rng.normal(0, 30, 1 << 17)) * rng.choice([-1, 1], 1 << 17)
    x = np.concatenate([everywhere, rng.normal(0, 3, 1 << 17).astype(dtype)])
    x[: len(EDGES)] = EDGES
    return x


def largest_error(y: np.ndarray, expected: np.ndarray) -> float:
    """In units of the last place; what is not finite must be so in both."""
    dtype = y.dtype
    with np.errstate(all="ignore"):
        rounded = expected.astype(dtype)
    assert np.array_equal(np.isnan(y), np.isnan(rounded))
    infinite = np.isinf(rounded)
    assert np.array_equal(np.where(infinite, y, 0), np.where(infinite, rounded, 0), equal_nan=True)
    finite = np.isfinite(rounded)
    unit = np.spacing(np.maximum(np.abs(rounded[finite]), np.finfo(dtype).tiny)).astype(np.longdouble)
    return float((np.abs(y[finite].astype(np.longdouble) - expected[finite]) / unit).max())


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", ULPS)
def test_the_error_is_a_few_units_in_the_last_place(name: str, dtype: str) -> None:
    x = inputs(dtype)
    assert largest_error(run(name, x), exact(name, x)) <= (ULPS if dtype == "float32" else WIDE)[name]


def test_the_error_function_of_single_precision_is_right_to_the_last_place() -> None:
    """Of float64 it is fdlibm's, for which there is no wider oracle here."""
    x = inputs("float32")
    with np.errstate(all="ignore"):
        expected = special.erf(x.astype(np.float64)).astype(np.longdouble)
    assert largest_error(run("erf", x), expected) <= 1.0


@pytest.mark.parametrize("dtype", TYPES)
def test_powers_are_right_to_the_last_place_but_one(dtype: str) -> None:
    rng = np.random.default_rng(1)
    x = np.exp(rng.normal(0, 3, 1 << 16)).astype(dtype)
    y = (rng.normal(0, 8, x.size)).astype(dtype)
    x[::8] *= -1
    y[::16] = np.round(y[::16])
    with np.errstate(all="ignore"):
        expected = np.power(x.astype(np.longdouble), y.astype(np.longdouble))
    assert largest_error(run("power", x, y), expected) <= 2.0


@pytest.mark.parametrize("dtype", TYPES)
def test_powers_of_edges_are_those_of_the_standard(dtype: str) -> None:
    """C's ``pow`` (C17, F.10.4.4), which NumPy's follows."""
    edges = np.array([0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 3.0, -3.0, 1e-40, np.inf, -np.inf, np.nan], dtype)
    x, y = (np.ascontiguousarray(a.ravel()) for a in np.meshgrid(edges, edges))
    rest = -x.size % host().lanes(TYPES[dtype])
    x, y = (np.append(a, np.ones(rest, dtype)) for a in (x, y))
    with np.errstate(all="ignore"):
        expected = np.power(x.astype(np.float64), y.astype(np.float64)).astype(dtype)
    found = run("power", x, y)
    plain = np.abs(expected) > np.finfo(dtype).tiny  # rounding to denormals may differ in their last place
    assert np.array_equal(np.signbit(found[~np.isnan(found)]), np.signbit(expected[~np.isnan(found)]))
    assert np.allclose(found[plain], expected[plain], rtol=4 * np.finfo(dtype).eps, equal_nan=True)
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    assert np.array_equal(found[expected == 0], expected[expected == 0])


@pytest.mark.parametrize("name", ["expm1", "log1p", "tanh", "sin", "erf"])
def test_the_sign_of_zero_stays(name: str) -> None:
    lanes = host().lanes("float")
    assert np.signbit(run(name, np.full(lanes, -0.0, np.float32))).all()
    assert not np.signbit(run(name, np.zeros(lanes, np.float32))).any()


def test_what_a_root_divides_is_rounded_as_division_is() -> None:
    """Estimated and made exact, where a loop takes roots; zeros, infinities and NaN are divided as always."""
    rng = np.random.default_rng(0)
    edges = np.array([0, -0.0, 1, 3e38, 1e-30, np.inf, -np.inf, np.nan], np.float32)
    x = np.concatenate([rng.normal(size=10_000) * 10.0 ** rng.integers(-20, 20, 10_000), np.repeat(edges, 8)])
    y = np.concatenate([rng.lognormal(size=10_000) * 10.0 ** rng.integers(-36, 36, 10_000), np.tile(np.abs(edges), 8)])
    values = {"x": x.astype(np.float32), "y": y.astype(np.float32)}
    of_x, of_y = (source("input", name, (BATCH,), "float32") for name in values)
    root = on_the_engine({"root": ops.sqrt(of_y)}, values)["root"]
    found = on_the_engine({"quotient": of_x / ops.sqrt(of_y)}, values)["quotient"]
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(found, values["x"] / root)
