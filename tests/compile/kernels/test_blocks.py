"""Products in blocks, of a B that is read where it lies: the same bits wherever its rows are in memory."""

import ctypes

import numpy as np
import pytest

from glassnet.compile import is_available
from glassnet.compile.jit import address
from glassnet.compile.kernels import blocks
from glassnet.compile.kernels.products import EXTENTS, Form, tile

pytestmark = pytest.mark.skipif(not is_available(), reason="llvmlite has no wheel for this platform")

DEPTH, ROWS, COLUMNS = 300, 70, 83


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rows_that_meet_in_the_same_lines_of_the_cache_are_copied(dtype: str) -> None:
    """B's rows lie a multiple of the period apart, or a little more; each number is summed in the same order."""
    rng = np.random.default_rng(1)
    a = rng.normal(size=(DEPTH, ROWS)).astype(dtype)
    b = rng.normal(size=(DEPTH, COLUMNS)).astype(dtype)
    period = blocks.PERIOD // a.itemsize
    found = [product(a, spaced(b, apart)) for apart in (COLUMNS, period - 1, period, period + 1, 2 * period)]
    exact = a.astype(np.float64).T @ b.astype(np.float64)
    np.testing.assert_allclose(found[0], exact, atol=DEPTH * np.finfo(dtype).eps)
    for other in found[1:]:
        np.testing.assert_array_equal(other, found[0])


def spaced(b: np.ndarray, apart: int) -> np.ndarray:
    """The same numbers, each row so many numbers after the one before; in between nothing is a number."""
    memory = np.full((len(b), apart), np.nan, b.dtype)
    memory[:, : b.shape[1]] = b
    return memory[:, : b.shape[1]]


def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """aᵀ·b, and nothing written beyond it."""
    form, (depth, rows), columns = Form(str(a.dtype), transposed=True), a.shape, b.shape[1]
    kernel = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)
    call = kernel(address(blocks.name(form, True, True), lambda: blocks.write(form, True, True)))
    c = np.full((rows, columns + 1), -7, a.dtype)
    of_b = [b.ctypes.data, b.strides[0] // b.itemsize, tile(form.dtype).columns]
    arguments = [depth, columns, a.ctypes.data, rows, *of_b, c.ctypes.data, columns + 1, 1, 0]
    assert len(arguments) == len(EXTENTS)
    numbers, line = np.array([*arguments, 0]), np.array([1])
    call(numbers.ctypes.data, line.ctypes.data, 0, rows)
    assert (c[:, columns] == -7).all()
    return c[:, :columns]
