"""Types, broadcasting with a batch axis, and literals compared by content."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

from glassnet.ir import BATCH, Shape, ShapeError, Type, Values, broadcast_shapes


def test_a_type_is_written_as_its_dtype_and_shape() -> None:
    assert repr(Type((BATCH, 28, 28), "float32")) == "float32[n, 28, 28]"
    assert repr(Type((), "float64")) == "float64[]"


@given(mutually_broadcastable_shapes(num_shapes=3, max_dims=4))
def test_shapes_broadcast_as_numpys(shapes: object) -> None:
    assert broadcast_shapes(*shapes.input_shapes) == shapes.result_shape  # type: ignore[attr-defined]


@given(array_shapes(min_dims=0, max_side=3), array_shapes(min_dims=0, max_side=3))
def test_shapes_that_numpy_refuses_are_refused(x: tuple[int, ...], y: tuple[int, ...]) -> None:
    try:
        expected = np.broadcast_shapes(x, y)
    except ValueError:
        with pytest.raises(ShapeError, match="do not fit together"):
            broadcast_shapes(x, y)
    else:
        assert broadcast_shapes(x, y) == expected


@given(st.lists(st.sampled_from([1, 2, 3]), max_size=3))
def test_the_batch_axis_broadcasts_like_a_size_of_its_own(sizes: list[int]) -> None:
    shape: Shape = (BATCH, *sizes)
    assert broadcast_shapes(shape, (1,) * len(shape)) == shape
    assert broadcast_shapes((), shape) == shape
    with pytest.raises(ShapeError, match="each pair of sizes must be equal, or one of them 1"):
        broadcast_shapes(shape, (7, *sizes))


@pytest.mark.parametrize(
    ("x", "y"), [([1, 2], [1, 2.0001]), ([1], [[1]]), (0.0, -0.0), (np.float32(1), np.float64(1)), ([], 0)]
)
def test_literals_differ_in_content_shape_or_dtype(x: object, y: object) -> None:
    assert Values(x) == Values(x)
    assert Values(x) != Values(y)
    assert hash(Values(x)) == hash(Values(x))


def test_nan_equals_itself_as_a_literal() -> None:
    assert Values(np.nan) == Values(np.nan)


def test_literals_do_not_change() -> None:
    given = np.array([1.0, 2.0])
    values = Values(given)
    given[0] = 9
    assert values.array[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        values.array[0] = 9
