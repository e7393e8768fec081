"""Strokes: handwriting drawn by the program, seeded, framed like MNIST and readable."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data import mnist
from glassnet.data.strokes import STYLES, strokes
from glassnet.ir.errors import DataError
from tests.data.idx_files import real_mnist

REAL = real_mnist()
needs_mnist = pytest.mark.skipif(REAL is None, reason="the full MNIST is not in GLASSNET_DATA/mnist")


def test_images_are_ink_on_paper_and_labels_name_them() -> None:
    images, labels = strokes(300, seed=4)
    assert (images.shape, images.dtype) == ((300, 784), np.uint8)
    assert (labels.shape, labels.dtype) == ((300,), np.int64)
    assert (images.min(axis=1) == 0).all()
    assert (images.max(axis=1) == 255).all()
    share_of_paper = (images == 0).mean(axis=1)
    assert share_of_paper.min() > 0.5
    assert share_of_paper.max() < 0.97


def test_the_same_seed_gives_the_same_bits_and_another_seed_others() -> None:
    first, again, other = strokes(200, seed=7), strokes(200, seed=7), strokes(200, seed=8)
    assert first[0].tobytes() == again[0].tobytes()
    assert first[1].tobytes() == again[1].tobytes()
    assert (first[0] != other[0]).any(axis=1).mean() > 0.99


@pytest.mark.parametrize("count", [1, 127, 128, 129, 300])
def test_a_larger_count_continues_a_smaller_one(count: int) -> None:
    images, labels = strokes(count, seed=3)
    more_images, more_labels = strokes(400, seed=3)
    assert (images == more_images[:count]).all()
    assert (labels == more_labels[:count]).all()


def test_no_two_images_are_alike() -> None:
    images, _ = strokes(1000, seed=0)
    assert len(np.unique(images, axis=0)) == 1000


def test_every_digit_comes_about_equally_often() -> None:
    counts = np.bincount(strokes(5000, seed=0)[1], minlength=10)
    assert counts.shape == (10,)
    assert (abs(counts - 500) < 5 * np.sqrt(5000 * 0.1 * 0.9)).all()


def test_digits_are_framed_like_mnist() -> None:
    images = strokes(500, seed=1)[0].reshape(-1, 28, 28)
    inked = images > 128
    for axis in (1, 2):
        mass = images.sum(axis=axis, dtype=float)
        centre = (mass * np.arange(28)).sum(axis=1) / mass.sum(axis=1)
        assert np.percentile(abs(centre - 14), 90) < 0.7  # MNIST's lie within 14 ± ½
        assert abs(centre - 14).max() < 2  # crossing lines weigh double here
    extents = [[1 + np.ptp(np.flatnonzero(image.any(axis=axis))) for axis in (0, 1)] for image in inked]
    longer = np.max(extents, axis=1)
    assert np.percentile(longer, 5) >= 18
    assert longer.max() <= 22
    assert np.median(longer) == 20


def test_every_digit_has_several_styles() -> None:
    assert min(sum(digit == style[0] for style in STYLES) for digit in range(10)) >= 3


def test_digits_are_drawn_in_styles_of_ones_own() -> None:
    images, labels = strokes(300, seed=1, styles=((1, 1, "5,0 5,14"), (1, 3, "4,0 5,14"), (7, 1, "0,0 8,0; 8,0 4,14")))
    assert 120 < np.count_nonzero(labels == 1) < 180
    assert set(labels.tolist()) == {1, 7}
    across = (images.reshape(-1, 28, 28) > 128).any(axis=1).sum(axis=1)
    assert np.median(across[labels == 1]) < np.median(across[labels == 7]) - 3


def test_no_images_are_no_images() -> None:
    images, labels = strokes(0)
    assert images.shape == (0, 784)
    assert labels.shape == (0,)


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(DataError, match="count=-1"):
        strokes(-1)


def test_the_wilder_the_more_the_digits_of_one_style_differ() -> None:
    pictures = {wildness: strokes(400, seed=2, wildness=wildness)[0] / 255.0 for wildness in (0, 0.5, 1)}
    ones = strokes(400, seed=2)[1] == 1
    unlike = [float(each[ones].std(axis=0).mean()) for each in pictures.values()]
    assert unlike[0] < 0.8 * unlike[1] < 0.8 * unlike[2]
    assert (pictures[1] == strokes(400, seed=2)[0] / 255.0).all()


@pytest.mark.parametrize("wildness", [-0.1, float("nan"), float("inf")])
def test_a_wildness_that_is_none_is_refused(wildness: float) -> None:
    with pytest.raises(DataError, match="wildness"):
        strokes(1, wildness=wildness)


@needs_mnist
def test_the_nearest_stroke_tells_a_real_digit() -> None:
    real, drawn = mnist(REAL), strokes(6000, seed=0)
    images, pool = real.x_test[:500].reshape(-1, 784) / np.float32(255), drawn[0] / np.float32(255)
    distances = (pool**2).sum(axis=1) - 2 * images @ pool.T
    assert (drawn[1][distances.argmin(axis=1)] == real.y_test[:500]).mean() > 0.76
