"""Pictures of networks: nothing overlaps, everything is there, and what is drawn is what the network computes."""

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.canvas import boxes
from glassnet.canvas.scene import Circle, Image, Path, Rectangle, Scene, Text, overlap
from tests.canvas.measure import covered, overlapping

UV = [0.4, -0.7]


def lecture() -> gn.Network:
    """The 2-4-3-1 network of the lecture."""
    first = gn.Dense(
        4, weights=[[0.3, -0.3, 0.7, -0.5], [-0.7, 0.1, 0.6, -0.6]], biases=[0.1, -0.2, -0.1, -0.8], name="w"
    )
    second = [[1.0, 0.2, -0.3], [0.8, -0.4, 0.4], [0.2, 0.3, 0.5], [0.3, -1.0, 0.7]]
    last = gn.Dense(1, weights=[[-0.7], [-0.8], [-0.6]], biases=[-0.7], name="z")
    return gn.Network(2, first, gn.Dense(3, weights=second, biases=[-0.9, 0.6, -0.3]), last, dtype="float64")


def scene(network: gn.Network, x: Any = None) -> Scene:
    return network.draw(x=x).scene


def texts(drawn: Scene) -> list[Text]:
    return [element for element in drawn.elements if isinstance(element, Text)]


def words(drawn: Scene) -> Counter[str]:
    return Counter(text.text for text in texts(drawn))


def edges(drawn: Scene) -> dict[str, int]:
    """How many lines of each colour step are drawn, the legend's two aside."""
    counts: Counter[str] = Counter()
    for element in drawn.elements:
        if isinstance(element, Path) and re.fullmatch("z|[np][1-6]", element.stroke):
            counts[element.stroke[0]] += len(element.lines)
    return {**counts, "p": counts["p"] - 1, "n": counts["n"] - 1}


def is_readable(drawn: Scene) -> bool:
    """No text touches another or a circle that is not its own, none is small, and all lie on the canvas."""
    assert overlapping(drawn.elements) == []
    assert covered(drawn.elements) == []
    corners = np.array([text.corners for text in texts(drawn)]).reshape(-1, 2)
    assert (corners >= 0).all()
    assert (corners <= [drawn.width, drawn.height]).all()
    return min(text.size for text in texts(drawn)) >= 12


# ── the lecture's network ───────────────────────────────────────────────────────────────────────────────────────────


def test_all_31_parameters_and_10_values_of_the_lecture_are_there() -> None:
    network = lecture()
    drawn = scene(network, UV)
    found = words(drawn)
    weights = [w for name, array in network.parameters.items() if "weights" in name for w in array.ravel()]
    assert len(weights) + 8 == network.parameters.buffer.size == 31
    shown = Counter(text.text for text in texts(drawn) if text.paint in ("positive", "negative"))
    assert shown == Counter(f"{w:g}".replace("-", "−") for w in weights)
    for bias in ["0.1", "−0.2", "−0.1", "−0.8", "−0.9", "0.6", "−0.3", "−0.7"]:
        assert found[f"bias {bias}"] == 1
    inside = [text.text for text in texts(drawn) if text.paint == "ink" and not text.bold]
    assert inside == ["0.4", "−0.7", "0.71", "−0.39", "−0.24", "−0.58", "−0.724", "1.406", "−1.195", "−0.601"]
    assert {"u", "v", "w1", "w2", "w3", "w4", "a1", "a2", "a3", "z"} <= set(found)
    assert is_readable(drawn)


def test_names_are_those_of_the_explanation() -> None:
    network = lecture()
    assert set(network.explain(UV).neurons) <= set(words(scene(network)))


def test_without_an_input_there_are_names_but_no_values() -> None:
    drawn = scene(lecture())
    assert "w1" in words(drawn)
    assert "0.71" not in words(drawn)
    assert is_readable(drawn)


def test_the_description_says_everything() -> None:
    description = lecture().draw(x=UV).description
    assert "w1 has weight 0.3 from u, weight −0.7 from v, bias 0.1, value 0.71" in description
    assert "z has weight −0.7 from a1, weight −0.8 from a2, weight −0.6 from a3, bias −0.7, value −0.601" in description


# ── no overlap, whatever the network ────────────────────────────────────────────────────────────────────────────────


def random_network(widths: list[int], seed: int, spread: float, activation: str) -> gn.Network:
    layers = [gn.Dense(n, activation, weights=gn.Normal(spread), biases=gn.Normal(spread)) for n in widths[1:]]
    return gn.Network(widths[0], *layers, seed=seed)


@given(
    st.lists(st.integers(1, 8), min_size=2, max_size=4),
    st.integers(0, 99),
    st.sampled_from([1e-3, 1.0, 1e3]),
    st.sampled_from(["linear", "leaky relu", "hard sigmoid"]),
)
@example([8, 8, 8, 8], 0, 1.0, "softmax")
@example([8, 8], 1, 1e-3, "linear")
@example([1, 1], 0, 1.0, "linear")
@example([4] * 12, 2, 1.0, "tanh")
@settings(max_examples=12)
def test_texts_never_overlap_up_to_8_neurons_a_layer(
    widths: list[int], seed: int, spread: float, activation: str
) -> None:
    network = random_network(widths, seed, spread, activation)
    drawn = scene(network, np.linspace(-1, 1, widths[0]) if seed % 2 else None)
    assert is_readable(drawn)
    labels = [text for text in texts(drawn) if text.paint in ("positive", "negative")]
    assert len(labels) == sum(a * b for a, b in pairwise(widths))
    assert all(-90 < label.angle < 90 for label in labels)
    assert is_readable(network.draw(x=np.linspace(-1, 1, widths[0]), y=np.ones(widths[-1]), loss="squared error").scene)


def test_the_longest_labels_still_find_room() -> None:
    network = gn.Network(8, gn.Dense(8, weights=-np.full((8, 8), 1.2345e-7)))
    assert words(scene(network))["−1.23e−7"] == 64
    assert is_readable(scene(network))


@pytest.mark.parametrize("spread", [np.nan, np.inf, 0.0])
def test_numbers_that_are_none_and_zeros_are_drawn(spread: float) -> None:
    network = gn.Network(2, gn.Dense(2))
    network.parameters["dense_1.weights"] = np.full((2, 2), spread)
    drawn = scene(network)
    assert words(drawn)[{"nan": "nan", "inf": "inf", "0.0": "0"}[str(spread)]] == 4
    assert is_readable(drawn)


# ── what is an edge ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_signs_are_colours_and_dashes_and_sizes_thickness() -> None:
    drawn = scene(gn.Network(1, gn.Dense(3, weights=[[1.0, -1.0, 0.5]])))
    paths = {e.stroke: e for e in drawn.elements if isinstance(e, Path) and re.fullmatch("[np][1-6]", e.stroke)}
    assert {stroke: path.dashed for stroke, path in paths.items()} == {"p6": False, "n6": True, "p3": False}
    lines = [e for e in drawn.elements if isinstance(e, Path) and re.fullmatch("[np][1-6]", e.stroke)]
    thickness = {e.stroke: e.thickness for e in lines[:3]}
    assert thickness["p3"] < thickness["p6"] == thickness["n6"]


def test_an_edge_that_the_mask_takes_away_is_not_there() -> None:
    connected = np.array([[1, 0, 1], [0, 1, 1]])
    network = gn.Network(2, gn.Dense(3, weights=np.ones((2, 3)), connected=connected))
    drawn = scene(network)
    assert edges(drawn) == {"p": connected.sum(), "n": 0}
    assert words(drawn)["1"] == connected.sum()
    network.parameters["dense_1.weights"] = np.zeros((2, 3))  # a weight of 0 is an edge, a masked one is none
    assert edges(scene(network)) == {"z": connected.sum(), "p": 0, "n": 0}
    assert "from u, weight" not in network.draw().description.replace("weight 0 from u, weight 0 from v, ", "")


# ── wide layers ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_wide_layers_are_elided_with_their_count() -> None:
    network = gn.Network((28, 28), gn.Flatten(), gn.Dense(128, "relu"), gn.Dense(10, "softmax"))
    drawn = scene(network, np.ones((28, 28)))
    assert words(drawn)["760 more"] == words(drawn)["104 more"] == 1
    neurons = Counter(e.x for e in drawn.elements if isinstance(e, Circle) and e.radius > 2)
    assert sorted(neurons.values()) == [10, 24, 24]
    assert edges(drawn)["p"] + edges(drawn)["n"] == 24 * 24 + 24 * 10
    assert overlapping(drawn.elements) == []
    assert "784 neurons" in words(drawn)
    assert len(network.draw().svg) < 60_000


@pytest.mark.parametrize(("size", "shown"), [(8, 8), (9, 9), (24, 24), (25, 24), (26, 24)])
def test_how_many_neurons_are_drawn(size: int, shown: int) -> None:
    drawn = scene(gn.Network(1, gn.Dense(size)))
    assert len([e for e in drawn.elements if isinstance(e, Circle) and e.radius > 2]) == shown + 1
    assert (f"{size - 24} more" in words(drawn)) == (size > 24)


def test_classes_stand_beside_the_outputs_with_their_values() -> None:
    network = gn.Network(3, gn.Dense(10, "softmax", weights="zeros"))
    network.labels = ("zero & <none>", *"abcdefgh", "a long name that is cut somewhere, of course")
    drawn = scene(network, [0, 0, 0])
    names = network.explain([0, 0, 0]).neurons[10:]
    assert {f"{name} = 0.1" for name in names[:9]} <= set(words(drawn))
    assert any(re.fullmatch(r"softmax\(y_a_long.*… = 0.1", word) for word in words(drawn))
    assert overlapping(drawn.elements) == []
    assert words(scene(network))["zero & <none>"] == 1
    assert any(re.fullmatch("a long name that is c.*…", word) for word in words(scene(network)))


# ── other layers ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_branches_meet_in_a_block_and_a_short_cut_passes_over() -> None:
    network = gn.Network(3, gn.Dense(4), gn.Add(gn.Dense(4, "tanh"), gn.Identity()), gn.BatchNorm(), gn.Dropout(0.5))
    drawn = scene(network, [1, 2, 3])
    assert {"add", "batch norm", "all 4", "4 neurons, tanh", "dropout in training"} <= set(words(drawn))
    assert len([e for e in drawn.elements if isinstance(e, Rectangle)]) == 2
    assert is_readable(drawn)


def test_layers_that_are_only_there_in_training_are_noted_where_they_act() -> None:
    branch = gn.Sequential(gn.Dense(3), gn.Dropout(0.1))
    network = gn.Network(3, gn.GaussianNoise(0.1), gn.Add(branch, gn.Identity()), gn.Dropout(0.2), gn.Dense(1))
    notes = [(text.x, text.text) for text in texts(scene(network)) if "in training" in text.text]
    at = {text.text: text.x for text in texts(scene(network)) if text.bold}
    assert notes == [
        (at["Input"], "gaussian noise in training"),
        (at["Hidden 1"], "dropout in training"),
        (at["Add"], "dropout in training"),
    ]


def test_branches_of_different_lengths() -> None:
    long = gn.Sequential(gn.Dense(3, "tanh"), gn.Dense(2))
    network = gn.Network(3, gn.Concatenate(gn.Dense(2, "relu"), long, gn.Identity()), gn.Dense(1, "sigmoid"))
    drawn = scene(network, [1, 2, 3])
    assert {"concatenate", "all 2", "all 3", "7 numbers"} <= set(words(drawn))
    assert is_readable(drawn)


def test_numbers_that_are_not_in_a_row_are_a_box() -> None:
    network = gn.Network(4, gn.Embedding(10, 3), gn.LayerNorm(), gn.Flatten(), gn.Activation("relu"), gn.Dense(2))
    drawn = scene(network, [1, 2, 3, 4])
    assert words(drawn)["4 × 3"] == 2
    assert {"flatten", "relu"} <= set(words(drawn))
    assert overlapping(drawn.elements) == []


def test_a_network_of_nothing_but_its_input() -> None:
    drawn = scene(gn.Network(2, gn.Identity()), [1, 2])
    assert {"u", "v", "1", "2"} <= set(words(drawn))
    assert not any(isinstance(element, Image) for element in drawn.elements)


def test_a_layer_of_ones_own_is_drawn_from_its_operations() -> None:
    class Twice(gn.Layer):
        def __call__(self, x: Any) -> Any:
            return gn.ops.tanh(x @ gn.parameter("weights", (x.shape[-1], 2), gn.Constant(0.5)))

    drawn = scene(gn.Network(2, Twice()), [1, 1])
    assert words(drawn)["0.5"] == 4
    assert {"tanh(y1) = 0.7616", "tanh(y2) = 0.7616"} <= set(words(drawn))
    assert words(drawn)["2 neurons, tanh"] == 1


def test_only_one_sample_is_drawn() -> None:
    with pytest.raises(gn.GlassnetError, match="one sample is drawn at a time"):
        lecture().draw(x=[UV, UV])


# ── many layers ─────────────────────────────────────────────────────────────────────────────────────────────────────


def deep(count: int) -> gn.Network:
    return gn.Network(8, *[gn.Dense(8) for _ in range(count)])


def broad(count: int) -> gn.Network:
    return gn.Network(8, gn.Concatenate(*[gn.Dense(8) for _ in range(count)]))


@pytest.mark.parametrize("network", [deep, broad])
def test_four_times_the_layers_take_four_times_the_comparisons(
    network: Callable[[int], gn.Network], monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: Counter[int] = Counter()

    def counting(*args: Any) -> bool:
        compared[count] += 1
        return overlap(*args)

    monkeypatch.setattr(boxes, "overlap", counting)
    for count in (6, 24):
        scene(network(count))
    assert 0 < compared[24] < 5 * compared[6]


def test_a_thousand_layers_are_drawn_with_every_weight() -> None:
    network = gn.Network(2, *[gn.Dense(2, "relu") for _ in range(1000)])
    drawn = scene(network, [1, 2])
    assert sum(text.paint in ("positive", "negative") for text in texts(drawn)) == 4000
    assert words(drawn)["Hidden 999"] == 1


def within(count: int, wrap: Callable[[gn.Layer], gn.Layer]) -> gn.Network:
    layer: gn.Layer = gn.Dense(2)
    for _ in range(count):
        layer = wrap(layer)
    return gn.Network(2, layer)


@pytest.mark.parametrize("wrap", [gn.Sequential, lambda layer: gn.Add(layer, gn.Dense(2))], ids=["sequential", "add"])
def test_layers_within_layers_are_drawn_or_refused_in_words(wrap: Callable[[gn.Layer], gn.Layer]) -> None:
    network = within(40, wrap)
    assert words(scene(network))["dense_1"] == 1
    assert gn.drawing.graph(network.graph).scene.elements
    with pytest.raises(gn.GlassnetError, match="nested more than 90 levels deep"):
        within(300, wrap)
