"""Row numbers of embeddings: what is none is refused, however it is given, and what is not looked up is let be."""

from typing import Any

import numpy as np
import pytest

import glassnet as gn


@pytest.mark.parametrize("x", [[0.5, 1], np.array([[1, 0.25]], np.float32), np.array([[0, 1], [2, -0.5]])])
@pytest.mark.parametrize("use", ["__call__", "predict", "fit"])
def test_a_fraction_is_refused(use: str, x: Any) -> None:
    net = gn.Network(2, gn.Embedding(3, 2), gn.Flatten(), gn.Dense(1))
    targets = [[[0.0]] * np.atleast_2d(x).shape[0]] if use == "fit" else []
    with pytest.raises(gn.DataError, match=r"embedding_1 looks rows up by whole numbers from 0 on, got -?0\.\d+"):
        getattr(net, use)(np.atleast_2d(x) if targets else x, *targets)


@pytest.mark.parametrize("x", [[True, False], [[True, True]], np.array([False, True])])
def test_true_and_false_are_refused(x: Any) -> None:
    with pytest.raises(gn.DataError, match="got True and False; write 1 and 0 for them"):
        gn.Network(2, gn.Embedding(3, 2))(x)


@pytest.mark.parametrize("x", [[2, 0], [2.0, 0.0], np.array([2, 0], np.uint8), np.array([2, 0], np.float64)])
def test_whole_numbers_are_taken_in_any_dtype(x: Any) -> None:
    net = gn.Network(2, gn.Embedding(3, 1, weights=[[5], [6], [7]]))
    assert net(x).ravel().tolist() == [7, 5]


def test_only_what_is_looked_up_must_be_whole() -> None:
    """The first step is a row number, the others are numbers."""
    row = gn.Sequential(gn.Crop(0, 2), gn.Flatten(), gn.Embedding(3, 2, weights=[[0, 0], [1, 2], [0, 0]]))
    net = gn.Network((3, 1), gn.Concatenate(gn.Sequential(row, gn.Flatten()), gn.Sequential(gn.Crop(1), gn.Flatten())))
    assert net([[1], [0.5], [0.25]]).tolist() == [1, 2, 0.5, 0.25]
    with pytest.raises(gn.DataError, match=r"got 1\.5"):
        net([[1.5], [0.5], [0.25]])


def test_what_is_computed_is_cut_off_as_its_layers_say() -> None:
    """Half of each number, and only the whole part of it: which is what such a network is for."""
    net = gn.Network(2, gn.Rescale(0.5), gn.Embedding(2, 1, weights=[[5], [6]]))
    assert net([1, 3]).ravel().tolist() == [5, 6]


def test_at_each_length_of_a_free_one() -> None:
    net = gn.Network((None,), gn.Embedding(3, 2), gn.GRU(1))
    for steps in (2, 5, 2):
        assert net(np.ones(steps)).shape == (1,)
        with pytest.raises(gn.DataError, match=r"got 0\.5"):
            net(np.full(steps, 0.5))
