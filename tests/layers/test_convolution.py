"""Convolutions against loops over every place, against their adjoint, and what they say of what does not fit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn

pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))


@st.composite
def convolutions(draw: st.DrawFn) -> tuple[tuple[int, int, int], dict[str, Any]]:
    """The shape of a picture, and the settings of a convolution that fits into it."""
    groups = draw(st.integers(1, 3))
    size, stride, dilation = draw(pairs), draw(pairs), draw(pairs)
    padding = draw(st.one_of(st.sampled_from(["valid", "same"]), st.tuples(st.integers(0, 2), st.integers(0, 2))))
    spans = [(s - 1) * d + 1 for s, d in zip(size, dilation, strict=True)]
    shape = [span + draw(st.integers(0, 3)) for span in spans]
    how = {"stride": stride, "dilation": dilation, "padding": padding, "groups": groups}
    filters = groups * draw(st.integers(1, 2))
    return (*shape, groups * draw(st.integers(1, 2))), {"filters": filters, "size": size, **how}  # type: ignore[return-value]


def by_loops(x: np.ndarray, w: np.ndarray, how: dict[str, Any]) -> np.ndarray:
    """One place, one filter, one number at a time."""
    (kh, kw), (sh, sw), (dh, dw) = how["size"], how["stride"], how["dilation"]
    before, after = [0, 0], [0, 0]
    for axis, (k, s, d) in enumerate(zip(how["size"], how["stride"], how["dilation"], strict=True)):
        if how["padding"] == "same":
            n = x.shape[1 + axis]
            total = max((int(np.ceil(n / s)) - 1) * s + (k - 1) * d + 1 - n, 0)
            before[axis], after[axis] = total // 2, total - total // 2
        elif how["padding"] != "valid":
            before[axis] = after[axis] = how["padding"][axis]
    x = np.pad(x, [(0, 0), (before[0], after[0]), (before[1], after[1]), (0, 0)])
    rows = (x.shape[1] - (kh - 1) * dh - 1) // sh + 1
    columns = (x.shape[2] - (kw - 1) * dw - 1) // sw + 1
    filters, channels = w.shape[3], w.shape[2]
    y = np.zeros((len(x), rows, columns, filters))
    for n, i, j, f in np.ndindex(*y.shape):
        first = f // (filters // how["groups"]) * channels
        for a, b, c in np.ndindex(kh, kw, channels):
            y[n, i, j, f] += x[n, i * sh + a * dh, j * sw + b * dw, first + c] * w[a, b, c, f]
    return y


@given(convolutions(), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_it_is_the_sum_over_the_window(drawn: tuple[tuple[int, int, int], dict[str, Any]], seed: int) -> None:
    shape, how = drawn
    net = gn.Network(shape, gn.Conv2D(**how, biases=[*range(how["filters"])]), dtype="float64", seed=seed)
    x = np.random.default_rng(seed).normal(size=(2, *shape))
    expected = by_loops(x, net.parameters["conv2d_1.weights"], how) + np.arange(how["filters"])
    np.testing.assert_allclose(net(x), expected, rtol=1e-12, atol=1e-12)


@given(convolutions(), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_the_transposed_one_is_the_adjoint(drawn: tuple[tuple[int, int, int], dict[str, Any]], seed: int) -> None:
    """⟨conv(x), y⟩ = ⟨x, transposed(y)⟩ with the same kernels, whose channels and filters change places."""
    shape, how = drawn
    if how["padding"] not in ("valid", (0, 0)):
        how["padding"] = "valid"
    spans = [(s - 1) * d + 1 for s, d in zip(how["size"], how["dilation"], strict=True)]
    fits = [n - (n - span) % s for n, span, s in zip(shape, spans, how["stride"], strict=False)]
    shape = (*fits, shape[2])
    down = gn.Network(shape, gn.Conv2D(**how, biases=None), dtype="float64", seed=seed)
    small, groups = down.output.shape[1:], how["groups"]
    w = down.parameters["conv2d_1.weights"]
    turned = np.concatenate([part.swapaxes(2, 3) for part in np.split(w, groups, 3)], 3)
    settings_ = {**how, "filters": shape[2], "weights": turned}
    up = gn.Network(small, gn.Conv2DTranspose(**settings_, biases=None), dtype="float64")
    generator = np.random.default_rng(seed)
    x, y = generator.normal(size=(2, *shape)), generator.normal(size=(2, *small))
    assert up(y).shape == x.shape
    assert (down(x) * y).sum() == pytest.approx((x * up(y)).sum(), abs=1e-10)


@pytest.mark.parametrize(
    "layer",
    [
        gn.Conv2D(4, 3, "tanh", padding="same", stride=2),
        gn.Conv2D(4, (2, 3), "relu", dilation=(2, 1), groups=2, padding=1),
        gn.Conv2DTranspose(4, 3, "tanh", stride=2, padding=1),
        gn.Conv2DTranspose(4, 3, "tanh", stride=2, padding="same", groups=2),
        gn.Sequential(gn.Reshape((30, 2)), gn.Conv1D(3, 4, "tanh", stride=3, padding="same")),
    ],
    ids=str,
)
def test_gradients_are_finite_differences_and_the_engine_gives_the_same(layer: gn.Layer, tmp_path: Path) -> None:
    net = gn.Network((6, 5, 2), layer, gn.Flatten(), gn.Dense(2), dtype="float64", seed=3)
    generator = np.random.default_rng(3)
    x, y = generator.normal(size=(7, 6, 5, 2)), generator.normal(size=(7, 2))
    assert gn.check_gradients(net, x[:2], y[:2]).largest < 1e-6
    other = net.copy()
    for one, engine in ((net, "numpy"), (other, "compiled")):
        one.fit(x, y, epochs=3, batch_size=3, optimizer=gn.Adam(0.01), engine=engine)
    assert other.history.engine == "compiled"
    for name, array in net.parameters.items():
        np.testing.assert_allclose(other.parameters[name], array, rtol=1e-9, atol=1e-11, err_msg=name)
    net.save(tmp_path / "net.safetensors")
    loaded = gn.load(tmp_path / "net.safetensors")
    assert loaded.root == net.root
    np.testing.assert_array_equal(loaded(x), net(x))


def test_first_weights_know_how_many_numbers_a_kernel_sees() -> None:
    """Fan-in is what a filter sees, 5 · 5 · 8 numbers, fan-out the places that a number goes to (Glorot & Bengio)."""
    net = gn.Network((9, 9, 8), gn.Conv2D(16, 5), gn.Conv2D(16, 3, weights="he normal", groups=16))
    glorot = net.parameters["conv2d_1.weights"]
    assert abs(glorot).max() == pytest.approx(np.sqrt(6 / (25 * 8 + 25 * 16)), rel=0.01)
    assert net.parameters["conv2d_2.weights"].std() == pytest.approx(np.sqrt(2 / 9), rel=0.2)


def test_settings_are_kept_in_their_shortest_form() -> None:
    assert gn.Conv2D(3, (5, 5), stride=[2, 2]) == gn.Conv2D(3, 5, stride=2)
    assert repr(gn.Conv2D(3, (5, 5), "relu", padding="SAME")) == (
        "Conv2D(filters=3, size=5, activation=Relu(), padding='same')"
    )


@pytest.mark.parametrize(
    ("shape", "layer", "words"),
    [
        (
            (4, 28),
            gn.Conv2D(6, 5),
            r"the windows of Conv2D 'conv2d_1' are 5 × 5, and its pictures are only 4 × 28: make the windows smaller, "
            r"or pad with padding='same'",
        ),
        ((4, 4), gn.Conv2D(6, 3, dilation=2), r"are 3 × 3 \(with dilation they span 5 × 5\), .* only 4 × 4"),
        ((2, 9), gn.Conv2D(6, 5, padding=1), r"only 2 × 9, 4 × 11 with the padding"),
        (3, gn.Conv1D(6, 5), r"the windows of Conv1D 'conv1d_1' are 5, and its sequences have only 3 steps"),
        (
            (8, 8, 3),
            gn.Conv2D(4, 3, groups=2),
            "Conv2D 'conv2d_1' has 2 groups, and its input 3 channels, which cannot be divided into them",
        ),
        (
            (2, 3, 4, 5),
            gn.Conv2D(4, 3),
            r"Conv2D 'conv2d_1' expects pictures of shape \(height, width, channels\) or \(height, width\), got an",
        ),
        (784, gn.Conv2D(4, 3), r"expects pictures of shape .*, got an array of shape \(n, 784\)"),
        ((2, 2, 1), gn.Conv2DTranspose(1, 3, padding=2), "makes pictures of 4 × 4, and padding=2 would cut off all"),
        (
            (5, 5),
            gn.Conv2D(2, 3, weights=np.ones((3, 3))),
            r"conv2d_1.weights: the given values have the shape \(3, 3\), expected \(3, 3, 1, 2\)",
        ),
    ],
)
def test_what_does_not_fit_is_said_in_words(shape: Any, layer: gn.Layer, words: str) -> None:
    with pytest.raises(gn.GlassnetError, match=words):
        gn.Network(shape, layer)


@pytest.mark.parametrize(
    ("settings_", "words"),
    [
        ({"filters": 0}, "the number of filters of Conv2D must be a whole number of at least 1, got 0"),
        ({"size": (3, 3, 3)}, r"the size of Conv2D must be one whole number, or 2, one for each axis, got \(3, 3, 3\)"),
        ({"size": 2.5}, "the size of Conv2D must be a whole number of at least 1, got 2.5"),
        ({"stride": 0}, "the stride of Conv2D must be a whole number of at least 1, got 0"),
        ({"dilation": (1, 0)}, "each of the dilation of Conv2D must be a whole number of at least 1, got 0"),
        ({"padding": "full"}, "the padding of Conv2D must be 'valid', 'same', a whole number of places, .*got 'full'"),
        ({"padding": -1}, "the padding of Conv2D must be a whole number of at least 0, got -1"),
        ({"padding": None}, "the padding of Conv2D must be 'valid', 'same', .*got None"),
        ({"groups": 3}, "the 4 filters of Conv2D cannot be divided into 3 groups of equal size"),
        ({"activation": "rellu"}, "there is no activation 'rellu'; did you mean 'Relu'"),
        ({"kernel_size": 3}, "there is no setting 'kernel_size'; here it is 'size'"),
        ({"strides": 3}, "there is no setting 'strides'; did you mean 'stride'"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings_: dict[str, Any], words: str) -> None:
    with pytest.raises(gn.GlassnetError, match=words):
        gn.Conv2D(**{"filters": 4, "size": 3, **settings_})


# ── every number of it, still ───────────────────────────────────────────────────────────────────────────────────────

BAR = np.array([[0, 0, 1.0], [0, 2, 1], [0, 3, 1]])
EDGE = np.array([[-1.0, 1], [-2, 2]]).reshape(2, 2, 1, 1)


def test_a_number_is_explained_as_the_products_of_its_window() -> None:
    net = gn.Network((3, 3), gn.Conv2D(1, 2, weights=EDGE, biases=[0.5], name="edge"), gn.Flatten(), dtype="float64")
    explanation = net.explain(BAR, [1.0, 0, 0, 0])
    assert explanation["edge_2_1_1"].text == "edge_2_1_1 = (0)(-1) + (2)(1) + (0)(-2) + (3)(2) + 0.5 = 8.5"
    slope = explanation.gradient("edge.weights[1, 0, 0, 0]")
    assert slope.value == net.gradients([BAR], [[1.0, 0, 0, 0]])["edge.weights"][1, 0, 0, 0]
    assert slope.text.startswith("∂loss/∂edge.weights[1, 0, 0, 0] = (0)(")
    assert [child.name for child in slope.children] == ["δedge_1_1_1", "δedge_1_2_1", "δedge_2_1_1", "δedge_2_2_1"]


def test_all_channels_of_the_window_are_in_it() -> None:
    net = gn.Network((5, 5, 2), gn.Conv2D(3, 3, name="c"), dtype="float64")
    explanation = net.explain(np.arange(50.0).reshape(5, 5, 2))
    assert len(explanation["c3_1_2"].whole.terms) == 3 * 3 * 2 + 1


def test_a_linear_one_collapses_to_one_layer() -> None:
    layers = gn.Conv2D(2, 2, weights="normal"), gn.AveragePool2D(2), gn.Flatten(), gn.Dense(2)
    net = gn.Network((4, 5), *layers, dtype="float64")
    collapsed = net.collapse()
    x = np.random.default_rng(0).normal(size=(3, 4, 5))
    found = x.reshape(3, 20) @ collapsed.A.astype(float) + collapsed.c.astype(float)
    np.testing.assert_allclose(found, net(x), rtol=1e-10, atol=1e-12)


def test_its_formula_is_of_the_window() -> None:
    net = gn.Network((3, 3), gn.Conv2D(1, 2, "relu", weights=EDGE, name="edge"), gn.Flatten())
    assert str(net.formula("edge_1_2_1")) == "edge_1_2_1 = -x1_2 + x1_3 - 2x2_2 + 2x2_3"


def test_it_is_drawn_as_boxes_with_their_sizes() -> None:
    net = gn.Network((3, 3), gn.Conv2D(4, 2, "relu"), gn.GlobalMaxPool(), gn.Dense(1))
    said = net.draw(x=BAR).description
    assert "conv2d_1; 2 × 2 × 4 numbers; conv2d of Input" in said
    assert net.operations().multiply_adds == 2 * 2 * 4 * (2 * 2) + 4
