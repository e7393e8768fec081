"""Numbers from users: what is taken as it is, what is converted, and how each mistake is named."""

import decimal
import fractions

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.data import as_numbers, check_finite
from glassnet.data.checks import BLOCK
from glassnet.ir.errors import DataError

NAN, INF = float("nan"), float("inf")


def assert_same(array, expected):
    np.testing.assert_array_equal(array, expected)
    assert array.dtype == np.asarray(expected).dtype


@pytest.mark.parametrize("dtype", ["uint8", "int64", "float16", "float32", "float64"])
def test_an_array_that_is_fine_is_itself(dtype):
    array = np.arange(6, dtype=dtype).reshape(2, 3)
    assert as_numbers(array, "x") is array
    assert as_numbers(array, "x", dtype) is array


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([[1, 2], [3, 4]], np.array([[1, 2], [3, 4]])),
        ((1.5, 2), np.array([1.5, 2])),
        ([True, False], np.array([1, 0], "uint8")),
        ([np.ones(2), [3, 4]], np.array([[1.0, 1], [3, 4]])),
        ([fractions.Fraction(1, 4), decimal.Decimal("0.5")], np.array([0.25, 0.5])),
        (np.array([1, 2.5], object), np.array([1, 2.5])),
        (7, np.array(7)),
        (range(3), np.arange(3)),
        (pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5]}), np.array([[1, 0.5], [2, 1.5]])),
        (pd.DataFrame({"a": pd.array([1, 2], "Int64"), "b": [True, False]}), np.array([[1.0, 1], [2, 0]])),
        (pd.Series([1.0, 2.0]), np.array([1.0, 2.0])),
        (pl.DataFrame({"a": [1, 2], "b": [0.5, 1.5]}), np.array([[1, 0.5], [2, 1.5]])),
        (pl.Series([1, 2]), np.array([1, 2])),
        (np.ma.masked_array([1.0, 2.0], [False, False]), np.array([1.0, 2.0])),
    ],
)
def test_what_is_taken(data, expected):
    assert_same(as_numbers(data, "x"), expected)
    assert_same(as_numbers(data, "x", "float32"), expected.astype("float32"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], r"x is empty \(its shape is \(0,\)\)"),
        (np.empty((0, 784)), r"x is empty \(its shape is \(0, 784\)\)"),
        ([[], []], r"x is empty \(its shape is \(2, 0\)\)"),
        ([1, NAN, INF], "x has nan in row 1;"),
        ([[1, 2], [3, -INF]], "x has -inf in row 1, column 1;"),
        (np.full((1, 2, 2), NAN, "float32"), r"x has nan in row 0, cell \(0, 0\)"),
        (NAN, "x has nan in its only cell"),
        ([[1, 2], [3]], "x is ragged: row 1 has 1 value but row 0 has 2 values; all rows must be equally long"),
        ([[1, 2], 3], "x is ragged: row 1 has a single value but row 0 has 2 values"),
        ([[[1], [2]], [[1], [2, 3]]], "row 1 of x is ragged: row 1 has 2 values but row 0 has 1 value;"),
        ([1, "two"], "x has the text 'two' in row 1; expected a number"),
        ([[1, 2], [3, "4"]], "x has the text '4' in row 1, column 1"),
        (np.array([["a", "b"]]), "x has the text .*a.* in row 0, column 0"),
        ([1, None], "x has None in row 1; expected a number"),
        ([1, {}], "x has {} in row 1; expected a number"),
        ([1, 2j], "x holds complex128 values; expected real numbers"),
        (np.array(["2024-01-01"], "datetime64[D]"), r"x holds datetime64\[D\] values"),
        (None, "x is None; expected numbers"),
        ("digits.csv", "x is 'digits.csv'; expected numbers"),
        ((i for i in range(3)), "x is a value of type generator; expected numbers in an array, a list or a data frame"),
        ([10**400], "x has a value of type int in row 0; expected a number"),
        (np.ma.masked_array([1.0, 2.0], [False, True]), "x has masked cells"),
        (pd.DataFrame({"a": [1, 2], "b": [1.5, NAN]}), "x has nan in row 1, column 'b'"),
        (pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}), "x has the text 'x' in row 0, column 'b'"),
        (pd.DataFrame({"a": pd.array([1, None], "Int64"), "b": ["x", "y"]}), "x has the text 'x' in row 0, column 'b'"),
        (pd.Series(pd.array([1, None], "Int64")), "x has <NA> in row 1|x has nan in row 1"),
        (pl.DataFrame({"a": [1, None], "b": [1.5, 2]}), "x has nan in row 1, column 'a'"),
        (pl.DataFrame({"a": [1, 2], "b": ["x", "y"]}), "x has the text 'x' in row 0, column 'b'"),
    ],
)
def test_each_mistake_is_named(data, message):
    with pytest.raises(DataError, match=message):
        as_numbers(data, "x")


def test_what_does_not_fit_the_type_asked_for():
    with pytest.raises(DataError, match=r"x has 1e\+300 in row 0, column 1, which does not fit float32"):
        as_numbers([[1, 1e300]], "x", "float32")
    with pytest.raises(DataError, match=r"y has 1.5 in row 1, which does not fit int64"):
        as_numbers([1, 1.5], "y", "int64")
    with pytest.raises(DataError, match=r"y has -1 in row 0, which does not fit uint8"):
        as_numbers([-1], "y", "uint8")
    assert_same(as_numbers([1.0, 2.0], "y", "int64"), np.array([1, 2]))


def test_memory_maps_are_read_through_but_neither_copied_nor_converted(tmp_path):
    array = np.memmap(tmp_path / "x", "float32", "w+", shape=(100, 3))
    assert as_numbers(array, "x", "float64") is array
    array[70, 2] = NAN
    with pytest.raises(DataError, match="x has nan in row 70, column 2"):
        as_numbers(array, "x")


@given(
    hnp.arrays("float64", hnp.array_shapes(min_dims=1, max_dims=3, max_side=5), elements=st.floats(-1e3, 1e3)),
    st.data(),
)
def test_a_single_bad_number_is_found_wherever_it_is(array, data):
    check_finite(array, "x")
    index = tuple(data.draw(st.integers(0, side - 1)) for side in array.shape)
    array[index] = data.draw(st.sampled_from([NAN, INF, -INF]))
    with pytest.raises(DataError, match=rf"x has (nan|-?inf) in row {index[0]}\b"):
        check_finite(array, "x")


def test_bad_numbers_are_found_beyond_the_first_block():
    array = np.zeros((BLOCK // 100 * 3, 100), "float32")
    array[-1, 7] = NAN
    with pytest.raises(DataError, match=f"x has nan in row {len(array) - 1}, column 7"):
        check_finite(array, "x")
    with pytest.raises(DataError, match=f"x has nan in row 7, column {len(array) - 1}"):
        check_finite(array.T, "x")


@pytest.mark.parametrize("wrap", [list, tuple])
def test_masked_rows_in_a_list(wrap):
    rows = wrap([np.ma.array([1.0, 2.0]), np.ma.array([3.0, 999.0], mask=[False, True])])
    with pytest.raises(DataError, match=r"x\[1\] has masked cells, the first in row 1; remove"):
        as_numbers(rows, "x")
    np.testing.assert_array_equal(as_numbers(wrap([np.ma.array([1.0, 2.0])]), "x"), [[1, 2]])
