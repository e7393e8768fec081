"""Augmentation: each transform against a hand-made answer, and all of them together for what must hold."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest
from numpy.typing import NDArray

from glassnet.data.augment import Augment, affine, sample
from glassnet.data.strokes import strokes
from glassnet.ir.errors import DataError, GlassnetError

ALL = Augment(shift=2, rotate=15, scale=0.15, shear=0.2, elastic=1.0)


def transform(
    picture: NDArray[np.uint8], turn: float = 0, scale: float = 1, shear: float = 0, shift: tuple[float, float] = (0, 0)
) -> NDArray[np.uint8]:
    """One picture (h, w), moved by known amounts."""
    amounts = (np.array([amount], float) for amount in (turn, scale, shear))
    return sample(picture[None], affine(*picture.shape, *amounts, np.array([shift], float)))[0]


@pytest.fixture
def picture() -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (7, 9)).astype(np.uint8)


@pytest.fixture
def digits() -> NDArray[np.uint8]:
    return strokes(200, seed=5)[0]


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_zero_parameters_change_no_bit(dtype: type) -> None:
    images = np.random.default_rng(1).uniform(0, 255, (300, 784)).astype(dtype)
    assert Augment()(images, np.random.default_rng(0)).tobytes() == images.tobytes()


def test_a_whole_shift_moves_pixels_and_brings_in_zeros(picture: NDArray[np.uint8]) -> None:
    expected = np.zeros_like(picture)
    expected[2:, :-3] = picture[:-2, 3:]
    assert (transform(picture, shift=(2, -3)) == expected).all()


def test_half_a_shift_averages_neighbours() -> None:
    row = np.array([[0, 100, 50, 0]], np.uint8)
    assert transform(row, shift=(0, 0.5)).tolist() == [[0, 50, 75, 25]]


def test_a_quarter_turn_is_rot90(picture: NDArray[np.uint8]) -> None:
    square = picture[:, :7]
    assert (transform(square, turn=np.pi / 2) == np.rot90(square)).all()


def test_half_a_turn_is_rot180_for_any_shape(picture: NDArray[np.uint8]) -> None:
    assert (transform(picture, turn=np.pi) == np.rot90(picture, 2)).all()


def test_twice_the_scale_doubles_distances_from_the_middle() -> None:
    points = np.zeros((9, 9), np.uint8)
    points[4, 4], points[2, 5] = 10, 200
    larger = transform(points, scale=2)
    assert (larger[4, 4], larger[0, 6]) == (10, 200)


def test_a_shear_of_one_leans_an_upright_line_to_the_right_by_its_height() -> None:
    column = np.zeros((5, 9), np.uint8)
    column[:, 4] = 255
    assert (transform(column, shear=1) == 255 * np.eye(5, 9, 2, np.uint8)[::-1]).all()


def test_a_turn_and_its_opposite_give_the_picture_back() -> None:
    y, x = np.mgrid[-14:14, -14:14] + 0.5
    blob = (255 * np.exp(-((x - 2) ** 2 + 2 * (y + 1) ** 2) / 40)).astype(np.uint8)
    there = transform(blob, turn=0.4)
    assert abs(there.astype(int) - blob).max() > 40
    assert abs(transform(there, turn=-0.4).astype(int) - blob).max() <= 8


def test_mass_is_roughly_kept(digits: NDArray[np.uint8]) -> None:
    moved = Augment(shift=2, rotate=15, shear=0.2, elastic=0.5)(digits, np.random.default_rng(0))
    assert moved.sum(dtype=float) == pytest.approx(digits.sum(dtype=float), rel=0.02)
    assert moved.sum(axis=1, dtype=float) == pytest.approx(digits.sum(axis=1, dtype=float), rel=0.3)


def test_the_same_generator_state_gives_the_same_bits(digits: NDArray[np.uint8]) -> None:
    first, again, other = (ALL(digits, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert first.tobytes() == again.tobytes()
    assert (first != other).any(axis=1).all()


def test_every_image_is_moved_differently() -> None:
    same = np.repeat(strokes(1, seed=5)[0], 300, axis=0)
    assert len(np.unique(ALL(same, np.random.default_rng(0)), axis=0)) == 300


def test_flat_and_square_images_agree(digits: NDArray[np.uint8]) -> None:
    flat = ALL(digits, np.random.default_rng(0))
    square = ALL(digits.reshape(-1, 28, 28), np.random.default_rng(0))
    assert (flat == square.reshape(-1, 784)).all()


def test_floats_and_bytes_agree_to_rounding(digits: NDArray[np.uint8]) -> None:
    bytes_ = ALL(digits, np.random.default_rng(0))
    floats = ALL(digits / np.float32(255), np.random.default_rng(0))
    assert floats.dtype == np.float32
    assert abs(255 * floats - bytes_).max() < 0.51


def test_oblong_images_keep_their_shape() -> None:
    images = np.random.default_rng(0).uniform(0, 1, (10, 12, 31))
    moved = ALL(images, np.random.default_rng(0))
    assert (moved.shape, moved.dtype) == (images.shape, images.dtype)
    assert moved.min() >= 0
    assert moved.max() <= 1


def test_elastic_displacements_have_the_asked_size_and_are_smooth() -> None:
    origins = Augment(elastic=1.5)._origins((2000, 28, 28), np.random.default_rng(0)).reshape(2000, 2, 28, 28)
    moved = origins - np.indices((28, 28))
    assert np.sqrt((moved**2).mean()) == pytest.approx(1.5, rel=0.02)
    assert np.sqrt((moved**2).mean(axis=0)) == pytest.approx(1.5, rel=0.12)  # at every pixel, corners included
    # Gaussian smoothing with σ gives a correlation of exp(−d²/4σ²) at distance d
    correlation = (moved[..., 4:] * moved[..., :-4]).mean() / 1.5**2
    assert correlation == pytest.approx(np.exp(-16 / (4 * 4.0**2)), abs=0.03)


def test_shifts_stay_within_bounds() -> None:
    origins = Augment(shift=3)._origins((500, 5, 5), np.random.default_rng(0)).reshape(500, 2, 5, 5)
    shifts = (np.indices((5, 5)) - origins)[:, :, 0, 0]
    assert abs(shifts).max() <= 3.0001
    assert abs(shifts).max(axis=0) == pytest.approx(3, abs=0.1)


def test_parameters_survive_json() -> None:
    assert Augment(**json.loads(json.dumps(asdict(ALL)))) == ALL


def test_no_images_are_no_images() -> None:
    assert ALL(np.zeros((0, 784), np.uint8), np.random.default_rng(0)).shape == (0, 784)


@pytest.mark.parametrize(
    "wrong", [{"shift": -1}, {"rotate": float("nan")}, {"elastic": float("inf")}, {"scale": 1}, {"smoothness": 0}]
)
def test_impossible_parameters_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(GlassnetError, match=next(iter(wrong))):
        Augment(**wrong)


@pytest.mark.parametrize(
    "images", [np.zeros((3, 783)), np.zeros(784), np.zeros((2, 3, 4, 5)), np.zeros((2, 4), np.int64)]
)
def test_other_arrays_are_refused(images: NDArray[np.float64]) -> None:
    with pytest.raises(DataError, match="images"):
        ALL(images, np.random.default_rng(0))
