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
    "positions": (
        gn.Network(
            (None,),
            gn.Embedding(3, 4, mask=0),
            gn.PositionEmbedding(6),
            gn.TransformerBlock(2, 8, causal=True),
            gn.Dense(3, "softmax"),
            dtype="float64",
        ),
        5,
    ),
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
    forwards, backwards, both, last = Sequences(NETWORKS["both ways"][0]).layers
    assert (forwards.title, backwards.title) == ("bidirectional_1.forwards", "bidirectional_1.backwards")
    assert [one.is_backwards for one in (forwards, backwards, both, last)] == [False, True, False, False]
    assert [one.kind for one in (forwards, both, last)] == ["state", "step", "state"]
    assert list(forwards.parts) == ["output", "update gate", "reset gate", "candidate"]
    assert not Sequences(NETWORKS["tokens"][0]).has_slopes


def test_one_can_walk_from_the_token_to_the_probability() -> None:
    """Embedding, position, norms, attention, the residual sums, both dense layers and the softmax, as they follow."""
    blocks = gn.TransformerBlock(2, 8, causal=True), gn.TransformerBlock(2, 8, norm=gn.RMSNorm())
    for positions in ("learnt", "sinusoidal"):
        layers = gn.Embedding(3, 4), gn.PositionEmbedding(6, positions), *blocks, gn.Dense(3, "softmax")
        network = gn.Network((None,), *layers, dtype="float64")
        found = {layer.title: layer for layer in Sequences(network, 5).layers}
        block = "transformerblock_1"
        norm = ["output", "mean", "variance", "deviation"]
        expected = {
            "embedding_1": ["output"],
            "positionembedding_1": ["output", "position"][: 2 if positions == "learnt" else 1],
            f"{block}.layernorm_1": norm,
            f"{block}.attention_1": ["weight", "score", "mixture", "query", "key", "value", "output"],
            f"{block}.attended": ["attended"],
            f"{block}.layernorm_2": norm,
            f"{block}.dense_1": ["output", "sum"],
            f"{block}.dense_2": ["output"],
            block: ["output"],
        }
        assert {title: list(layer.parts) for title, layer in list(found.items())[:9]} == expected
        assert len(found) == 2 + 7 + 7 + 1
        assert list(found["dense_1"].parts) == ["output", "sum"]
        assert found["embedding_1"].parts["output"].shape == (5, 4)
        assert found[f"{block}.attention_1"].parts["weight"].shape == (2, 5, 5)


def test_what_does_not_read_a_sequence_is_said() -> None:
    with pytest.raises(GlassnetError, match=r"no layer of this network goes along a sequence, as gn\.LSTM"):
        Sequences(gn.lecture())
    with pytest.raises(GlassnetError, match="say how many"):
        Sequences(NETWORKS["one unit"][0])
