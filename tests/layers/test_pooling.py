"""Pooling against loops over windows; padding, ties, and what is said of what does not fit."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn


@st.composite
def pools(draw: st.DrawFn) -> tuple[tuple[int, int, int], dict[str, Any]]:
    size = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    stride = draw(st.one_of(st.none(), st.tuples(st.integers(1, 3), st.integers(1, 3))))
    numbers = st.tuples(*(st.integers(0, one - 1) for one in size))
    padding = draw(st.one_of(st.sampled_from(["valid", "same"]), numbers))
    return (*(one + draw(st.integers(0, 3)) for one in size), 2), {"size": size, "stride": stride, "padding": padding}  # type: ignore[return-value]


def by_loops(x: np.ndarray, how: dict[str, Any]) -> list[list[np.ndarray]]:
    """Row by row, what lies in the picture of each window: (samples, places, channels)."""
    along = []
    for axis, (k, s) in enumerate(zip(how["size"], how["stride"] or how["size"], strict=True)):
        n = x.shape[1 + axis]
        count = int(np.ceil(n / s))
        total = max((count - 1) * s + k - n, 0)
        before, after = (total // 2, total - total // 2) if how["padding"] == "same" else (0, 0)
        if not isinstance(how["padding"], str):
            before = after = how["padding"][axis]
        starts = range(-before, n + after - k + 1, s)
        along.append([slice(max(start, 0), min(start + k, n)) for start in starts])
    return [[x[:, i, j].reshape(len(x), -1, x.shape[-1]) for j in along[1]] for i in along[0]]


@given(pools())
@settings(max_examples=60, deadline=None)
def test_the_largest_and_the_mean_of_each_window(drawn: tuple[tuple[int, int, int], dict[str, Any]]) -> None:
    shape, how = drawn
    x = np.random.default_rng(0).normal(size=(2, *shape))
    seen = by_loops(x, how)
    for layer, of in ((gn.MaxPool2D, np.max), (gn.AveragePool2D, np.mean)):
        expected = np.stack([np.stack([of(window, axis=1) for window in row], 1) for row in seen], 1)
        np.testing.assert_allclose(gn.Network(shape, layer(**how), dtype="float64")(x), expected, rtol=1e-13)


@pytest.mark.parametrize("layer", [gn.MaxPool2D(3, stride=2, padding=1), gn.AveragePool2D(3, stride=1, padding="same")])
def test_gradients_are_finite_differences(layer: gn.Layer) -> None:
    net = gn.Network((5, 4, 2), gn.Conv2D(2, 1), layer, gn.Flatten(), gn.Dense(1), dtype="float64")
    x = np.random.default_rng(1).normal(size=(2, 5, 4, 2))
    assert gn.check_gradients(net, x, [[1.0], [2.0]]).largest < 1e-6


def test_of_equal_numbers_the_first_has_the_gradient() -> None:
    net = gn.Network((2, 2), gn.Rescale([1.0, 1.0]), gn.MaxPool2D(2), gn.Flatten(), dtype="float64")
    explanation = net.explain([[0.0, 3.0], [3.0, 3.0]], [1.0])
    slopes = [explanation.gradient(name).value for name in ("x1_1", "x1_2", "x2_1", "x2_2")]
    assert slopes == [0, 4, 0, 0]


def test_padding_never_wins() -> None:
    net = gn.Network((2, 2), gn.MaxPool2D(3, stride=1, padding=1), gn.Reshape((2, 2)), dtype="float64")
    np.testing.assert_array_equal(net([[-4.0, -3.0], [-2.0, -1.0]]), np.full((2, 2), -1.0))


def test_over_all_places() -> None:
    x = np.arange(24.0).reshape(1, 3, 4, 2)
    assert gn.Network((3, 4, 2), gn.GlobalAveragePool(), dtype="float64")(x).tolist() == [[11, 12]]
    assert gn.Network((3, 4, 2), gn.GlobalMaxPool(), dtype="float64")(x).tolist() == [[22, 23]]
    steps = gn.Network((12, 2), gn.GlobalAveragePool(), dtype="float64")
    assert steps(x.reshape(1, 12, 2)).tolist() == [[11, 12]]


@pytest.mark.parametrize(
    ("shape", "make", "words"),
    [
        ((1, 5, 2), lambda: gn.MaxPool2D(2), "the windows of MaxPool2D 'maxpool2d_1' are 2 × 2, .* are only 1 × 5"),
        (3, lambda: gn.AveragePool1D(4), "the windows of AveragePool1D .* are 4, and its sequences have only 3 steps"),
        (5, lambda: gn.GlobalMaxPool(), r"GlobalMaxPool 'globalmaxpool_1' expects pictures \(height, width, ch"),
        ((4, 4), lambda: gn.MaxPool2D(2, padding=2), "the padding of MaxPool2D must be less than its windows' size"),
        ((4, 4), lambda: gn.MaxPool2D((2, 0)), "each of the size of MaxPool2D must be a whole number of at least 1"),
        ((4, 4), lambda: gn.MaxPool2D(2, stride=0), "the stride of MaxPool2D must be a whole number of at least 1"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_in_words(shape: Any, make: Any, words: str) -> None:
    with pytest.raises(gn.GlassnetError, match=words):
        gn.Network(shape, make())


def test_the_explanation_says_which_number_won() -> None:
    layers = gn.Conv2D(1, 1, "relu", weights=[[[[1.0]]]], name="c"), gn.MaxPool2D(2, name="m")
    explanation = gn.Network((2, 2), *layers, dtype="float64").explain([[0.5, -1.0], [2.5, 2.5]])
    assert explanation["m"].text == "m = max(0.5, 0, 2.5, 2.5) = 2.5, which is relu(c2_1_1)"
    assert explanation["m"].latex.endswith(r"= 2.5\text{, which is }\operatorname{relu}(c_{2,1,1})")


def test_the_explanation_of_a_mean_counts_what_is_there() -> None:
    net = gn.Network((2, 3), gn.AveragePool2D(2, padding="same", name="p"), dtype="float64")
    explanation = net.explain([[1.0, 2, 3], [4, 5, 7]])
    assert explanation["p1_1_1"].text == "p1_1_1 = (1 + 2 + 4 + 5) / 4 = 3"
    assert explanation["p1_2_1"].text == "p1_2_1 = (3 + 7) / 2 = 5"
