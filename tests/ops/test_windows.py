"""Sliding windows and their adjoint, against NumPy and each other; and what they say of sizes that do not fit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet import ops
from glassnet.ir import BATCH, ShapeError, operand, source
from glassnet.readings import gradients, value

small = st.integers(1, 3)
slides = st.lists(st.tuples(small, small, small, st.integers(0, 4)), min_size=1, max_size=2)
"""For each axis: size, stride, dilation, and how much longer the axis is than one window spans."""


def of(slide: list[tuple[int, int, int, int]]) -> tuple[tuple[int, ...], dict[str, tuple[int, ...]]]:
    """The lengths of the axes, and the other arguments."""
    sizes, strides, dilations, more = zip(*slide, strict=True)
    lengths = tuple((s - 1) * d + 1 + m for s, d, m in zip(sizes, dilations, more, strict=True))
    return lengths, {"sizes": sizes, "strides": strides, "dilations": dilations}


@given(slides)
@settings(max_examples=60)
def test_windows_are_what_numpy_slides_over(slide: list[tuple[int, int, int, int]]) -> None:
    lengths, how = of(slide)
    x = np.random.default_rng(0).normal(size=(2, *lengths, 2))
    spans = tuple((s - 1) * d + 1 for s, d in zip(how["sizes"], how["dilations"], strict=True))
    axes = tuple(range(1, 1 + len(lengths)))
    expected = np.moveaxis(np.lib.stride_tricks.sliding_window_view(x, spans, axes), len(lengths) + 1, -1)
    steps = [slice(None, None, s) for s in how["strides"]]
    apart = [slice(None, None, d) for d in how["dilations"]]
    expected = expected[(slice(None), *steps, *apart)]
    seen = value(ops.windows(operand(x, "float64"), axis=1, **how))
    np.testing.assert_array_equal(seen, expected)
    assert not seen.flags.writeable


@given(slides)
@settings(max_examples=60)
def test_overlap_is_the_adjoint_of_windows(slide: list[tuple[int, int, int, int]]) -> None:
    """⟨windows(x), g⟩ = ⟨x, overlap(g)⟩ for all x and g."""
    lengths, how = of(slide)
    generator = np.random.default_rng(1)
    x = generator.normal(size=(2, *lengths, 2))
    seen = value(ops.windows(operand(x, "float64"), axis=1, **how))
    g = generator.normal(size=seen.shape)
    del how["sizes"]
    back = value(ops.overlap(operand(g, "float64"), axis=1, lengths=lengths, **how))
    assert (seen * g).sum() == pytest.approx((x * back).sum(), abs=1e-12)


def test_windows_copy_nothing() -> None:
    x = np.zeros((2, 5, 3))
    seen = ops.windows.kernel(x, axis=1, sizes=(3,), strides=(1,), dilations=(1,))
    assert np.shares_memory(seen, x)


def slid(x: ops.Var, axis: int = 1, size: int = 3, stride: int = 1, dilation: int = 1) -> ops.Var:
    return ops.windows(x, axis=axis, sizes=(size,), strides=(stride,), dilations=(dilation,))


def test_a_window_must_fit() -> None:
    x = source("input", "x", (BATCH, 4), "float64")
    with pytest.raises(ShapeError, match=r"a window that spans 5 does not fit into 4\. Given: input 'x'"):
        slid(x, dilation=2)
    with pytest.raises(ShapeError, match="windows cannot slide along the batch axis"):
        slid(x, axis=0)
    with pytest.raises(ShapeError, match="sizes, strides and dilations are at least 1, not 3, 0 and 1"):
        slid(x, stride=0)
    with pytest.raises(ShapeError, match=r"windows of \(3,\), .* need the axes 2 to 2 of an array, which has 2"):
        slid(x, axis=2)


def test_what_is_added_back_must_be_windows() -> None:
    g = source("input", "g", (BATCH, 3, 2), "float64")
    with pytest.raises(ShapeError, match=r"\(n, 3, 2\) are no windows of \(n, 7\)"):
        ops.overlap(g, axis=1, lengths=(7,), strides=(1,), dilations=(1,))
    with pytest.raises(ShapeError, match=r"\(n, 3, 2\) are no windows of"):
        ops.overlap(g, axis=2, lengths=(7,), strides=(1,), dilations=(1,))


def test_a_place_between_windows_has_no_gradient() -> None:
    x = source("input", "x", (5,), "float64")
    [slope] = gradients(ops.sum(slid(x, axis=0, size=1, stride=2)), [x])
    np.testing.assert_array_equal(value(slope, x=np.zeros(5)), [1, 0, 1, 0, 1])
