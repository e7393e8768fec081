"""States over time and attention as arrays: each number is the one that explanations give for its name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.inspection.sequences import Sequences
from glassnet.ir.errors import GlassnetError

NETWORKS: dict[str, tuple[gn.Network, int | None]] = {
    "lstm": (gn.Network((4, 2), gn.LSTM(3, mask=0.0), gn.Dense(1, "sigmoid"), dtype="float64"), None),
    "one unit": (gn.Network((None, 1), gn.LSTM(1), dtype="float64"), 3),
    "both ways": (gn.Network((4, 2), gn.Bidirectional(gn.GRU(2, sequence=True)), gn.RNN(3), dtype="float64"), None),
    "heads": (gn.Network((4, 4), gn.TransformerBlock(2, 8, causal=True), gn.LSTM(2), dtype="float64"), None),
    "one head": (gn.Network((3, 2), gn.Attention(), dtype="float64"), None),
    "tokens": (gn.Network(4, gn.Embedding(3, 4), gn.Attention(2), gn.Dense(3, "softmax"), dtype="float64"), None),
}


def given(shape: tuple[int, ...]) -> Any:
    stream = np.random.default_rng(0)
    return stream.integers(0, 3, shape) if len(shape) == 1 else stream.normal(size=shape)


@pytest.mark.parametrize("name", NETWORKS)
def test_each_number_is_that_of_its_name(name: str) -> None:
    network, steps = NETWORKS[name]
    sequences = Sequences(network, steps)
    x = given(sequences.shape)
    explanation = network.explain(x)
    named = 0
    for layer, values in zip(sequences.layers, sequences(x), strict=True):
        for part_name, part in layer.parts.items():
            assert values[part_name].shape == part.shape
            for place in np.ndindex(part.shape):
                if asked := part.of(place):
                    assert float(explanation[asked].value) == pytest.approx(values[part_name][place], abs=1e-12)
                    named += 1
    assert named > 10
    names, answers = sequences.answers(x)
    assert [float(explanation[str(one)].value) for one in names.ravel()] == pytest.approx(answers.ravel())


@pytest.mark.parametrize("name", ["lstm", "both ways", "heads"])
def test_what_an_input_does_is_its_gradient(name: str) -> None:
    network, steps = NETWORKS[name]
    sequences = Sequences(network, steps)
    assert sequences.has_slopes
    x = given(sequences.shape)
    explanation = network.explain(x)
    for i, layer in enumerate(sequences.layers):
        part_name, part = next(iter(layer.parts.items()))
        place = tuple(size - 1 for size in part.shape)
        slope = sequences.slope(i, part_name, place, x)
        asked = [f"∂{part.of(place)}/∂x{row + 1}_{column + 1}" for row, column in np.ndindex(x.shape)]
        assert [float(explanation[one].value) for one in asked] == pytest.approx(slope.ravel(), abs=1e-12)


def test_what_the_layers_are() -> None:
    forwards, backwards, last = Sequences(NETWORKS["both ways"][0]).layers
    assert (forwards.title, backwards.title) == ("bidirectional_1.forwards", "bidirectional_1.backwards")
    assert (forwards.is_backwards, backwards.is_backwards, last.is_backwards) == (False, True, False)
    assert list(forwards.parts) == ["output", "update gate", "reset gate", "candidate"]
    heads, state = Sequences(NETWORKS["heads"][0]).layers
    assert (heads.is_attention, state.is_attention) == (True, False)
    assert heads.parts["weight"].shape == (2, 4, 4)
    assert not Sequences(NETWORKS["tokens"][0]).has_slopes


def test_what_does_not_read_a_sequence_is_said() -> None:
    with pytest.raises(GlassnetError, match=r"no layer of this network goes along a sequence, as gn\.LSTM"):
        Sequences(gn.lecture())
    with pytest.raises(GlassnetError, match="say how many"):
        Sequences(NETWORKS["one unit"][0])
