"""Places: the same numbers looked at in other ways, as NumPy's views do it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.compile.places import Buffer, Place, broadcast, reshape, slice_, transpose
from glassnet.compile.places import whole as whole_buffer
from glassnet.ir.types import BATCH, Type

SAMPLES = 5


def whole(*shape: int) -> Place:
    return whole_buffer(Buffer(Type(shape, "float64"), SAMPLES))


def seen(place: Place, memory: np.ndarray) -> np.ndarray:
    """The numbers that a place shows of its buffer's memory."""
    sizes = [dim if isinstance(dim, int) else SAMPLES for dim in place.shape]
    strides = [8 * stride for stride in place.strides]
    return np.lib.stride_tricks.as_strided(memory[place.offset :], sizes, strides)


@given(st.permutations(range(3)), st.lists(st.sampled_from([1, 2, 3, 4]), min_size=3, max_size=3), st.data())
def test_views_as_numpy_has_them(axes: list[int], shape: list[int], data: st.DataObject) -> None:
    memory = np.arange(float(np.prod(shape)))
    expected = memory.reshape(shape).transpose(axes)
    place = transpose(whole(*shape), tuple(axes))
    assert np.array_equal(seen(place, memory), expected)
    axis = data.draw(st.integers(0, 2))
    stop = data.draw(st.integers(1, expected.shape[axis]))
    start = data.draw(st.integers(0, stop - 1))
    cut = slice_(place, axis, start, stop)
    expected = expected[(slice(None),) * axis + (slice(start, stop),)]
    assert np.array_equal(seen(cut, memory), expected)
    for new in ((-1,), (*expected.shape[:1], -1), (-1, *expected.shape[2:]), (1, *expected.shape, 1)):
        target = expected.reshape(new)
        found = reshape(cut, target.shape)
        if found is None:
            view = expected.view()
            with pytest.raises(AttributeError):
                view.shape = target.shape  # NumPy cannot either
        else:
            assert np.array_equal(seen(found, memory), target)
    wide = broadcast(cut, (2, *(3 if size == 1 else size for size in cut.shape)))
    assert np.array_equal(seen(wide, memory), np.broadcast_to(expected, wide.shape))


def test_the_samples_stay_an_axis_of_their_own() -> None:
    place = whole_buffer(Buffer(Type((BATCH, 6), "float64"), SAMPLES))
    assert reshape(place, (BATCH, 2, 3)) is not None
    assert reshape(transpose(place, (1, 0)), (6, BATCH)) is not None
    assert reshape(transpose(place, (1, 0)), (BATCH, 6)) is None
