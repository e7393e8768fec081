"""Pandas objects whose rows are paired by position have one index, or are refused: nothing is paired in silence."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import glassnet as gn

X = pd.DataFrame({"u": [0.0, 1.0, 2.0, 4.0], "v": [1.0, 0.0, 1.0, 0.5]}, index=[3, 0, 2, 1])
Y = pd.Series([1.0, 3.5, 4.0, 8.0], index=X.index, name="y")
WEIGHTS = pd.Series([1.0, 2.0, 1.0, 2.0], index=X.index)


def reset(data: Any) -> Any:
    """The same rows in the same order, with another index."""
    return data.reset_index(drop=True)


def network() -> gn.Network:
    return gn.Network(2, gn.Dense(1))


USES: dict[str, Callable[[Any, Any, Any], object]] = {
    "fit": lambda x, y, w: network().fit(x, y, sample_weight=w, epochs=1),
    "validation": lambda x, y, w: network().fit(X, Y, validation=(x, y, w), epochs=1),
    "a stream": lambda x, y, w: network().fit([(x, y, w)], epochs=1),
    "evaluate": lambda x, y, w: network().evaluate(x, y, sample_weight=w),
    "explain": lambda x, y, w: network().explain(x, y, sample_weight=w, optimizer=gn.SGD(0.1)),
    "regression": lambda x, y, w: gn.LinearRegression().fit(x, y, w),
    "regression of one column": lambda x, y, w: gn.LinearRegression().fit(x["u"], y, w),
    "regression of columns": lambda x, y, w: gn.LinearRegression().fit({"u": x["u"], "v": x["v"]}, y, w),
    "normal equations": lambda x, y, w: gn.LinearRegression(method="normal equations").fit(x, y, w),
}
WITHOUT_WEIGHTS: dict[str, Callable[[Any, Any], object]] = {
    "loss": lambda x, y: network().loss(x, y),
    "gradients": lambda x, y: network().gradients(x, y),
    "train_on_batch": lambda x, y: network().train_on_batch(x, y),
    "check_gradients": lambda x, y: gn.check_gradients(network(), x, y),
    "find_learning_rate": lambda x, y: gn.find_learning_rate(network(), x, y, steps=5),
}
ALL = {**USES, **{name: lambda x, y, w, use=use: use(x, y) for name, use in WITHOUT_WEIGHTS.items()}}


@pytest.mark.parametrize("use", ALL)
def test_targets_with_another_index_are_refused(use: str) -> None:
    with pytest.raises(gn.DataError, match=r"have different indexes \(row 0 is 3 in x.* and 0 in y\), and rows are"):
        ALL[use](X, reset(Y), None)
    with pytest.raises(gn.DataError, match=r"give y\.loc\[x.*\.index\] to pair .*, or y\.to_numpy\(\) if they belong"):
        ALL[use](X, Y.sort_index(), None)


@pytest.mark.parametrize("use", USES)
def test_weights_with_another_index_are_refused(use: str) -> None:
    with pytest.raises(gn.DataError, match=r"x.* and (sample_weight|weights) have different indexes \(row 0 is 3 in x"):
        USES[use](X, Y, reset(WEIGHTS))
    with pytest.raises(gn.DataError, match=r"y and (sample_weight|weights) have different indexes \(row 0 is 3 in y"):
        USES[use](pl.DataFrame(X.to_dict("list")), Y, reset(WEIGHTS))


@pytest.mark.parametrize("use", ALL)
def test_what_is_said_to_do_helps(use: str) -> None:
    sorted_y = Y.sort_index()
    for y in (Y, sorted_y.loc[X.index], reset(Y).to_numpy(), list(reset(Y)), pl.Series(reset(Y))):
        ALL[use](X, y, WEIGHTS)
    ALL[use](reset(X), reset(Y), WEIGHTS.to_numpy())  # 0, 1, 2, … however pandas keeps them
    ALL[use](reset(X), pd.Series(Y.to_numpy(), index=[0, 1, 2, 3]), None)


def test_columns_of_a_dictionary_too() -> None:
    table = {"u": X["u"], "v": reset(X["v"]), "y": Y}
    words = r"\['u'\] and .*\['v'\] have different indexes \(row 0 is 3 in .*\['u'\] and 0 in .*\['v'\]\)"
    with pytest.raises(gn.DataError, match=words):
        gn.data.table(table, target="y")
    with pytest.raises(gn.DataError, match=words):
        gn.LinearRegression().fit(table, [1, 2, 3, 4])
    assert gn.data.table({**table, "v": X["v"]}, target="y").x.shape == (4, 2)


@pytest.mark.parametrize(
    "index",
    [
        pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1), ("b", 2)]),
        pd.date_range("2026-01-01", periods=4),
        pd.Index(["p", "q", "r", "s"]),
        pd.Index([1.0, np.nan, 2.0, np.nan]),
        pd.Index([7, 7, 7, 7]),
    ],
    ids=["multi", "dates", "texts", "missing", "repeated"],
)
def test_indexes_of_any_kind(index: pd.Index) -> None:
    x, y = X.set_axis(index), Y.set_axis(index)
    network().fit(x, y, epochs=1)
    with pytest.raises(gn.DataError, match="x and y have different indexes"):
        network().fit(x, Y, epochs=1)


def test_one_row_is_no_column_of_rows() -> None:
    """The index of a row are the names of its columns; so many targets may be of other names."""
    net = gn.Network(2, gn.Dense(2))
    targets = pd.DataFrame({"s": [1.0], "t": [2.0]})
    net.fit(X.iloc[:1].set_axis([0]), targets, epochs=1)
    explanation = net.explain(X.iloc[0], targets.iloc[0])
    assert explanation.loss.value == pytest.approx(net.loss(X.iloc[:1].to_numpy(), targets.to_numpy()))


def test_of_other_lengths_the_lengths_are_said() -> None:
    with pytest.raises(gn.DataError, match="x has 4 samples and y has 3"):
        network().fit(X, reset(Y)[:3], epochs=1)
    with pytest.raises(gn.DataError, match="x has 4 observations and y has 3"):
        gn.LinearRegression().fit(X, reset(Y)[:3])
