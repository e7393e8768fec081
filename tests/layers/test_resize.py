"""Pictures made larger: repeated numbers, zeros around, and the gradients that come back from them."""

from typing import Any

import numpy as np
import pytest

import glassnet as gn

X = np.random.default_rng(0).normal(size=(2, 3, 2, 2))


@pytest.mark.parametrize(("size", "rows", "columns"), [(2, 2, 2), ((1, 3), 1, 3), (1, 1, 1)])
def test_numbers_are_repeated(size: Any, rows: int, columns: int) -> None:
    expected = X.repeat(rows, 1).repeat(columns, 2)
    np.testing.assert_array_equal(gn.Network((3, 2, 2), gn.UpSample2D(size), dtype="float64")(X), expected)


@pytest.mark.parametrize(
    ("padding", "amounts"),
    [(2, ((2, 2), (2, 2))), ((0, 1), ((0, 0), (1, 1))), (((1, 0), 2), ((1, 0), (2, 2))), (0, ((0, 0), (0, 0)))],
)
def test_zeros_stand_around(padding: Any, amounts: Any) -> None:
    net = gn.Network((3, 2, 2), gn.ZeroPad2D(padding), dtype="float64")
    np.testing.assert_array_equal(net(X), np.pad(X, ((0, 0), *amounts, (0, 0))))
    assert gn.ZeroPad2D(padding) == gn.ZeroPad2D(amounts)


def test_gradients_are_finite_differences() -> None:
    layers = gn.Conv2D(2, 1), gn.UpSample2D((2, 3)), gn.ZeroPad2D(1), gn.Conv2D(1, 3), gn.Flatten(), gn.Dense(1)
    net = gn.Network((3, 2, 2), *layers, dtype="float64")
    assert gn.check_gradients(net, X, [[1.0], [0.0]]).largest < 1e-6


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: gn.UpSample2D(0), "the size of UpSample2D must be a whole number of at least 1, got 0"),
        (lambda: gn.ZeroPad2D(-1), "each of the padding of ZeroPad2D must be a whole number of at least 0, got -1"),
        (lambda: gn.ZeroPad2D((1, 2, 3)), r"must be a number, \(rows, columns\) or \(\(above, below\), \(l"),
        (lambda: gn.ZeroPad2D(((1, 2, 3), 4)), r"must be a number, \(rows, columns\) or"),
        (lambda: gn.Network(5, gn.ZeroPad2D()), r"ZeroPad2D 'zeropad2d_1' expects pictures of shape \(height, w"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(make: Any, words: str) -> None:
    with pytest.raises(gn.GlassnetError, match=words):
        make()
