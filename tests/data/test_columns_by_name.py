"""Columns go by their names, in tables and in networks that were trained on one: never by position."""

import pickle
import warnings
from collections import namedtuple

import numpy as np
import pandas as pd
import polars as pl
import pytest

import glassnet as gn
from glassnet import storage
from glassnet.data import as_numbers, table
from glassnet.data.checks import holds
from glassnet.ir.errors import DataError, ModelFileError

X, Y = [0.0, 1, 2, 3, 4, 5], [1.0, 3, 5, 8, 9, 11]


# --- names


@pytest.mark.parametrize(
    "source",
    [pd.DataFrame(np.c_[X, Y]), {0: X, 1: Y}, [{0: x, 1: y} for x, y in zip(X, Y, strict=True)]],
    ids=["frame", "columns", "rows"],
)
def test_numbers_as_names(source):
    for target in (1, "1"):
        t = table(source, target)
        assert repr(t) == "Table(6 rows, 1 input, regression of '1')"
    assert table({0: X, 2: Y, 1: Y}, 1, ignore=2).encoding.features == ("0",)
    with pytest.raises(DataError, match="no column '7'; it has '0', '1'"):
        table(source, 7)


@pytest.mark.parametrize("ignore", ["ab", ["ab"], ("ab",), pd.Index(["ab"]), {"ab"}, " ab "])
def test_ignore_as_a_text_is_one_column(ignore):
    t = table({"ab": X, "a": np.square(X), "b": Y, "y": Y}, "y", ignore=ignore)
    assert t.encoding.features == ("a", "b")


def test_a_target_that_is_ignored_as_a_text():
    with pytest.raises(DataError, match="the target 'y' cannot be ignored"):
        table({"x": X, "y": Y}, "y", ignore="y")
    with pytest.raises(DataError, match="no column 'xy'"):
        table({"x": X, "y": Y}, "y", ignore="xy")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "the data frame has more than one column named 'a'"),
        (pd.DataFrame([[1, 2]], columns=[1, "1"]), "more than one column named '1'"),
        (pd.DataFrame([[1, 2]], columns=["a", "a "]), "more than one column named 'a'"),
        ({1: [1, 2], "1": [1, 2]}, "the dictionary has more than one column named '1'"),
        ([{1: 2, "1": 3}], "row 0 has more than one column named '1'"),
    ],
)
def test_names_that_are_the_same_once_written(source, message):
    with pytest.raises(DataError, match=message):
        table(source, "a")


# --- dictionaries of columns


def test_dictionaries_of_columns():
    expected = table(pd.DataFrame({"x": X, "y": Y}), "y").x
    for wrap in (list, tuple, np.array, pd.Series, pl.Series):
        t = table({"x": wrap(X), "y": wrap(Y)}, "y")
        np.testing.assert_array_equal(t.x, expected)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"x": [1, 2], "y": [1]}, "'x' has 2 values and 'y' has 1"),
        ({"x": [1, 2], "y": 1}, "one value for 'y' and many for others; give each a list"),
        ({"x": [], "y": []}, "the dictionary is empty"),
        ({"x": np.zeros((2, 2)), "y": [1, 2]}, r"'x' has the shape \(2, 2\)"),
        ({}, "the list has no column 'y'"),
        ({"x": [b"\xff"], "y": [1]}, "row 0: 'x' is b'.xff', no text in UTF-8"),
        ({"x": {1, 2}, "y": [1, 2]}, "'x' is a set, which has no order; give a list"),
        ({"x": np.array(5), "y": [1, 2]}, r"'x' has the shape \(\)"),
    ],
)
def test_dictionaries_that_are_no_tables(source, message):
    with pytest.raises(DataError, match=message):
        table(source, "y")


def test_an_index_with_a_name_is_said_to_be_passed_over():
    frame = pd.DataFrame({"x": X, "y": Y}, index=pd.Index(list("abcdef"), name="country"))
    assert table(frame, "y").notes == ("Passed over the index 'country'; frame.reset_index() makes it a column.",)
    assert table(frame.reset_index(drop=True), "y").notes == ()


# --- networks


@pytest.fixture
def network():
    """y = a − 10 b exactly, with b taken as a category beside them."""
    t = table({"a": X, "b": Y, "c": list("uvuvuv"), "y": np.subtract(X, Y)}, "y")
    net = gn.Network(4, gn.Dense(1, weights=[[1.0], [-10], [100], [200]], biases=None), dtype="float64")
    net.encoding = t.encoding
    return net


FRAME = pd.DataFrame({"a": [1.0, 2], "b": [3.0, 4], "c": ["u", "v"]})


@pytest.mark.parametrize("order", ["abc", "cba", "bca"])
def test_a_network_takes_columns_by_name(network, order, tmp_path):
    frame = FRAME[list(order)]
    expected = [[71.0], [162.0]]
    network.save(tmp_path / "n.safetensors")
    for net in (network, gn.load(tmp_path / "n.safetensors")):
        for x in (frame, pl.DataFrame(frame.to_dict("list")), frame.to_dict("records"), frame.to_dict("list")):
            np.testing.assert_array_equal(net(x), expected)
            np.testing.assert_array_equal(net.predict(x), expected)
            assert net.evaluate(x, expected)["loss"] == 0
        np.testing.assert_array_equal(net(frame.iloc[1]), expected[1])
        np.testing.assert_array_equal(net(frame.iloc[1].to_dict()), expected[1])
        np.testing.assert_array_equal(net(next(frame[1:].itertuples(index=False))), expected[1])
        np.testing.assert_array_equal(net.predict(frame.iloc[1]), expected[1])
    np.testing.assert_array_equal(network([[1, 3, 1, 0]]), expected[:1])  # arrays go by position, as ever


def test_a_network_is_trained_by_name(network):
    target = [[71.0], [162.0]]
    before = network.parameters.buffer.copy()
    network.fit(FRAME[["c", "b", "a"]], target, epochs=1, optimizer=gn.SGD(0.1))
    np.testing.assert_array_equal(network.parameters.buffer, before)


def test_columns_that_are_missing_or_more_are_said(network):
    with pytest.raises(DataError, match=r"the data frame has no column 'b' \(did you mean 'a'\?\)|has no column 'b'"):
        network(FRAME.drop(columns="b"))
    with pytest.warns(UserWarning, match="Passed over 'd', 'e': not among the columns that were learned from"):
        network(FRAME.assign(d=1, e=2))
    with pytest.warns(UserWarning, match="1 missing cell stands for the training data's mean.* of 'a'"):
        assert network(FRAME.assign(a=[1.0, np.nan]))[1, 0] == 2.5 - 40 + 200
    with pytest.raises(DataError, match="row 1: 'c' is 'w', which the training data did not have"):
        network(FRAME.assign(c=["u", "w"]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network(FRAME.assign(y=0))  # the target may be there


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_a_network_that_was_trained_on_a_frame_of_numbers_takes_them_by_name(frame, tmp_path):
    net = gn.Network(2, gn.Dense(1, weights=[[1.0], [10.0]], biases=None), dtype="float64")
    one, other = frame({"a": [1.0, 2], "b": [3.0, 4]}), frame({"b": [3.0, 4], "a": [1.0, 2]})
    y = [[31.0], [42.0]]
    assert net(other)[0, 0] == 13  # nothing has told it names
    net.fit(one, y, epochs=1, validation=(other, y))
    for x in (one, other, one.to_numpy()):
        np.testing.assert_array_equal(net(x), y)
    net.fit(other, y, epochs=1)
    assert net.evaluate(other, y)["loss"] == 0
    for wrong in (frame({"a": [1.0]}), frame({"a": [1.0], "b": [1.0], "c": [1.0]}), frame({"a": [1.0], "B": [1.0]})):
        with pytest.raises(DataError, match=r"x has the columns 'a'.*; learned from were 'a', 'b'"):
            net(wrong)
    net.save(tmp_path / "n.safetensors")
    for equal in (net.simplify(), net.copy(), pickle.loads(pickle.dumps(net)), gn.load(tmp_path / "n.safetensors")):
        np.testing.assert_allclose(equal(other), y)
    numbered = gn.Network(2, gn.Dense(1))
    numbered.fit(pd.DataFrame([[1.0, 3], [2, 4]]), y, epochs=1)
    assert numbered(pd.DataFrame([[1.0, 3]])[[1, 0]]) == numbered([[1.0, 3]])


@pytest.mark.parametrize("names", [["a", "b"], ["b", "größe in cm"], [0, 1], [7, "7b"]])
def test_one_row_of_a_frame_goes_by_its_names_too(names):
    net = gn.Network(2, gn.Dense(1, weights=[[1.0], [10.0]], biases=None), dtype="float64")
    frame = pd.DataFrame([[1.0, 3.0], [2.0, 4.0]], columns=names)
    assert net(frame[names[::-1]].iloc[1]) == 24  # nothing has told it names
    net.fit(frame, [[31.0], [42.0]], epochs=1)
    other = frame[names[::-1]]
    assert net(frame.iloc[1]) == net(other.iloc[1]) == net(other.iloc[1].to_dict()) == 42
    assert net.loss(other.iloc[1], 42.0) == 0
    assert "(2)(1) + (4)(10) = 42" in str(net.explain(other.iloc[1]))
    with pytest.raises(DataError, match=r"x has the columns 'ab', .*; learned from were"):
        net(other.rename(columns={names[0]: "ab"}).iloc[1].rename(str)[["ab", str(names[1])]])


def test_named_tuples_go_by_their_names():
    net = gn.Network(2, gn.Dense(1, weights=[[1.0], [10.0]], biases=None), dtype="float64")
    net.fit(pd.DataFrame({"a": [1.0, 2], "b": [3.0, 4]}), [[31.0], [42.0]], epochs=1)
    point = namedtuple("Point", "b a")
    assert net(point(4.0, 2.0)) == 42
    assert net((2.0, 4.0)) == 42  # a plain one by position


@pytest.mark.parametrize("columns", [["a"], ["a", "a"], ["a", 1], "ab", {"a": "b"}, []])
def test_columns_in_a_file_that_nobody_vouches_for(columns, tmp_path):
    net = gn.Network(2, gn.Dense(1))
    specification = net.specification({}) | {"columns": columns}
    arrays = net.arrays()
    storage.write(tmp_path / "n.safetensors", arrays, storage.sealed(arrays, {"network": specification}))
    with pytest.raises(ModelFileError, match=r"columns must be a list of different|the file names"):
        gn.load(tmp_path / "n.safetensors")


# --- arrays whose numbers do not fit


@pytest.mark.parametrize("dtype", [">f8", "<f8", np.longdouble, object])
def test_numbers_too_large_for_the_network_are_refused(dtype, tmp_path):
    net = gn.Network(1, gn.Dense(1, weights=[[1.0]]))
    with pytest.raises(DataError, match="does not fit float32"):
        net(np.array([[1.0], [1e300]], dtype))
    assert net(np.array([[2.0]], dtype)).item() == 2
    if dtype is not object:
        mapped = np.memmap(tmp_path / "x", dtype, "w+", shape=(3, 1))
        mapped[2] = 1e300
        with pytest.raises(DataError, match="in row 2, column 0, which does not fit float32"):
            net(mapped)


def test_which_types_hold_which():
    assert all(holds("float32", narrow) for narrow in ("uint8", "int64", "bool", "float16", ">f4"))
    assert not any(holds("float32", narrow) for narrow in ("float64", ">f8", "complex64", "U3", "datetime64[s]"))
    big = np.array([1.5, 2], ">f4")
    assert as_numbers(big, "x", "float32").dtype == "float32"
