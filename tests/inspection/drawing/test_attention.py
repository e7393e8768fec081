"""Attention drawn: the weights are the network's own, each where it belongs, and what cannot be drawn is said."""

from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.canvas.scene import Text
from tests.canvas.measure import overlapping

X = np.random.default_rng(0).normal(size=(4, 6))


def net() -> gn.Network:
    return gn.Network((4, 6), gn.Attention(2, causal=True), gn.TransformerBlock(3, 8), dtype="float64")


def test_the_weights_are_those_of_the_explanation() -> None:
    model = net()
    found = gn.drawing.attention_weights(model, X)
    assert list(found) == ["attention_1", "transformerblock_1.attention_1"]
    explanation = model.explain(X)
    for name, weights in found.items():
        np.testing.assert_allclose(weights.sum(axis=-1), 1)
        for index in np.ndindex(weights.shape):
            assert explanation[f"{name}.weight{list(index)}"].value == pytest.approx(weights[index], rel=1e-12)


@pytest.mark.parametrize("layer", [None, "transformerblock_1.attention_1"])
@pytest.mark.parametrize("dark", [False, True])
def test_every_weight_is_drawn_where_it_belongs(layer: str | None, dark: bool) -> None:
    model = net()
    picture = gn.drawing.attention(model, X, layer, dark)
    weights = gn.drawing.attention_weights(model, X)[layer or "attention_1"]
    texts = [element for element in picture.scene.elements if isinstance(element, Text)]
    assert overlapping(picture.scene.elements) == []
    written = [text.text for text in texts if text.text in {"0", "1"} or text.text.startswith(".")]
    expected = [f"{w:.2f}".removeprefix("0") if 0.005 <= w < 0.995 else f"{w:.0f}" for w in weights.ravel() if w]
    numbers = [text for text in written if text.startswith(".")]
    assert numbers == [text for text in expected if text.startswith(".")]
    assert picture.description.count("looks at") == weights.shape[0] * 4


def test_tokens_name_the_steps() -> None:
    model = gn.Network(6, gn.Embedding(4, 4), gn.Attention(2, causal=True), gn.Dense(4, "softmax"))
    model.tokens = gn.data.Characters("\n ab")
    picture = gn.drawing.attention(model, "a b\n")
    texts = [element.text for element in picture.scene.elements if isinstance(element, Text)]
    assert texts[1:9] == ["a", "␣", "b", "⏎"] * 2
    assert "step b looks at" in picture.description


def test_a_translation_is_drawn_as_an_alignment() -> None:
    """Rows are what is written, columns what was asked, without its padding; each weight is the explanation's."""
    pairs = gn.data.TextPairs.of([("one", "1"), ("eleven", "11")])
    size, last = pairs.tokens.size, pairs.question - 1
    decoder, encoder = gn.Sequential(gn.Crop(last), gn.GRU(4, sequence=True)), gn.Crop(0, pairs.answer - 1)
    layers = gn.Embedding(size, 4), gn.CrossAttention(decoder, encoder), gn.Dense(size, "softmax")
    model = gn.Network(last + pairs.answer, *layers, dtype="float64", seed=7)
    model.tokens = pairs.tokens
    picture, answer = gn.drawing.attention(model, "one"), gn.translate(model, "one").ljust(2)
    texts = [element.text for element in picture.scene.elements if isinstance(element, Text)]
    assert texts[1:6] == [*answer.replace(" ", "␣"), *"one"]
    stream = pairs.tokens.encode(f"{'one':<6}{answer}")[:-1]
    explanation = model.explain(stream)
    [weights] = gn.drawing.attention_weights(model, "one").values()
    assert weights.shape == (1, 2, 6)
    for index in np.ndindex(2, 6):
        found = explanation[f"crossattention_1.weight{list(index)}"].value
        assert found == pytest.approx(weights[0][index], rel=1e-12)
    with pytest.raises(gn.GlassnetError, match="a question is a text of 1 to 6 characters"):
        gn.drawing.attention(model, "thirteen")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: gn.drawing.attention(gn.Network(2, gn.Dense(1)), [1, 2]), "the network has no attention; its layers"),
        (lambda: gn.drawing.attention(net(), X, "attention_2"), "no attention layer 'attention_2'; did you mean"),
        (lambda: gn.drawing.attention(net(), [X, X]), "one sample at a time"),
        (lambda: gn.drawing.attention(net(), "text"), "the network has no tokens, so it cannot read text"),
        (lambda: gn.drawing.attention(gn.Network((40, 2), gn.Attention()), np.ones((40, 2))), "up to 32 steps, got 40"),
    ],
)
def test_what_cannot_be_drawn_is_said(make: Any, words: str) -> None:
    with pytest.raises(gn.GlassnetError, match=words):
        make()
