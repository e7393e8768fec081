"""Dropout and Gaussian noise: what random layers must do on the whole, and exactly."""

from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.ir import Graph, Trace, source
from glassnet.ir.types import BATCH
from glassnet.layers.layer import run
from glassnet.readings import Program, gradients


def in_training(
    layer: gn.Layer, x: np.ndarray, step: int = 1, seed: int = 0, training: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """What the layer makes of x, and the gradient of the sum of it."""
    with Trace(str(x.dtype), training=training) as trace:
        x_ = source("input", "x", (BATCH, *x.shape[1:]), str(x.dtype))
        y = run(layer, x_)
        program = Program(Graph({"y": y, "g": gradients(gn.ops.sum(y), [x_])[0]}))
        del trace
    values = program({"x": x, "seed": np.uint64(seed), "step": np.float64(step)})
    return values["y"], values["g"]


ONES = np.ones((400, 250))


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_drops_that_share_and_keeps_the_mean(rate: float) -> None:
    """100,000 draws: five standard deviations of the share are 0.5/√100,000 · 5 = 0.008."""
    y, _ = in_training(gn.Dropout(rate), ONES)
    assert set(np.unique(y).round(12)) == {0.0, round(1 / (1 - rate), 12)}
    assert abs((y == 0).mean() - rate) < 0.008
    assert abs(y.mean() - 1) < 0.008 / (1 - rate)


def test_dropout_treats_each_number_by_itself() -> None:
    dropped = in_training(gn.Dropout(0.5), ONES)[0] == 0
    for means in (dropped.mean(axis=0), dropped.mean(axis=1)):
        assert abs(means - 0.5).max() < 5 * 0.5 / np.sqrt(min(ONES.shape))
    for one, other in ((dropped[1:], dropped[:-1]), (dropped[:, 1:], dropped[:, :-1])):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.02


def test_dropout_is_new_at_each_step_and_for_each_layer_and_seed() -> None:
    twice = gn.Sequential(gn.Dropout(0.5), gn.Dropout(0.5))
    y, _ = in_training(twice, ONES)
    assert abs((y != 0).mean() - 0.25) < 0.008, "two layers must not drop the same numbers"
    masks = [in_training(gn.Dropout(0.5), ONES, step, seed)[0].tobytes() for step, seed in ((1, 0), (2, 0), (1, 1))]
    assert len(set(masks)) == 3
    assert in_training(gn.Dropout(0.5), ONES)[0].tobytes() == masks[0]


def test_dropouts_gradient_passes_where_the_number_passed() -> None:
    y, g = in_training(gn.Dropout(0.3), ONES)
    np.testing.assert_array_equal(g, y)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_gaussian_noise_has_its_deviation(dtype: str) -> None:
    y, g = in_training(gn.GaussianNoise(0.3), ONES.astype(dtype))
    noise = (y - 1).ravel().astype(np.float64)
    assert abs(noise.mean()) < 5 * 0.3 / np.sqrt(noise.size)
    assert noise.std() == pytest.approx(0.3, rel=0.02)
    assert abs((np.abs(noise) < 0.3).mean() - 0.6827) < 0.01
    assert abs((np.abs(noise) < 0.6).mean() - 0.9545) < 0.01
    assert (g == 1).all()
    assert y.dtype == dtype


@pytest.mark.parametrize("layer", [gn.Dropout(0.5), gn.GaussianNoise(1.0)], ids=str)
def test_afterwards_they_are_not_there(layer: gn.Layer) -> None:
    x = np.linspace(-1, 1, 12).reshape(4, 3)
    np.testing.assert_array_equal(in_training(layer, x, training=False)[0], x)
    with_, without = gn.Network(3, layer, gn.Dense(2)), gn.Network(3, gn.Dense(2))
    assert len(with_.graph.variables) == len(without.graph.variables)
    np.testing.assert_array_equal(with_(x), without(x))


@pytest.mark.parametrize("layer", [gn.Dropout(0.0), gn.GaussianNoise(0.0)], ids=str)
def test_none_of_it_is_none(layer: gn.Layer) -> None:
    np.testing.assert_array_equal(in_training(layer, ONES)[0], ONES)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: gn.Dropout(-0.1), "the rate of Dropout must be a number, at least 0"),
        (lambda: gn.Dropout(1.0), "at most 0.999, got 1.0"),
        (lambda: gn.GaussianNoise(-1.0), "the standard deviation of GaussianNoise must be a number, at least 0"),
    ],
)
def test_what_is_refused(make: Any, said: str) -> None:
    with pytest.raises(gn.GlassnetError, match=said):
        make()
