"""The list of a matrix's columns that are not all 0: those first, then the others, and nothing beyond."""

import ctypes

import numpy as np
import pytest

from glassnet.compile import is_available
from glassnet.compile.jit import address
from glassnet.compile.kernels import columns

pytestmark = pytest.mark.skipif(not is_available(), reason="llvmlite has no wheel for this platform")

UNTOUCHED = -7


def listed(a: np.ndarray) -> np.ndarray:
    """What the kernel writes, and some numbers beyond."""
    name, (rows, count) = columns.name(str(a.dtype)), a.shape
    kernel = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)
    to = np.full(count + 9, UNTOUCHED)
    arguments, line = np.array([rows, count, a.ctypes.data, count, to.ctypes.data]), np.array([rows])
    call = kernel(address(name, lambda: [columns.write(str(a.dtype))]))
    call(arguments.ctypes.data, line.ctypes.data, 0, 1)
    return to


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_columns_in_use_come_first(dtype: str, share: float) -> None:
    rng = np.random.default_rng(1)
    for count in range(70):
        for rows in (1, 3):
            a = np.where(rng.random((rows, count)) < share, rng.normal(size=(rows, count)), -0.0).astype(dtype)
            if count and share:
                a[0, rng.integers(count)] = np.nan
            used = np.flatnonzero((a != 0).any(axis=0))
            to = listed(a)
            assert to[0] == len(used)
            np.testing.assert_array_equal(to[1 : 1 + len(used)], used)
            np.testing.assert_array_equal(np.sort(to[1 : 1 + count]), np.arange(count))
            assert (to[1 + count :] == UNTOUCHED).all()
