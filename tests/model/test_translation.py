"""Translations: what is written follows from what was written before, and what cannot translate is said."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.data.pairs import TextPairs
from glassnet.model.translation import translates, written

WORDS = TextPairs.of([("one", "1"), ("two", "2"), ("ten", "10"), ("twelve", "12")])


def network(pairs: TextPairs = WORDS, **more: Any) -> gn.Network:
    size = pairs.tokens.size
    layers = gn.Embedding(size, 8), gn.GRU(12, sequence=True), gn.Crop(pairs.question - 1), gn.Dense(size, "softmax")
    net = gn.Network(pairs.question + pairs.answer - 1, *layers, **more)
    net.tokens = pairs.tokens
    return net


def trained() -> gn.Network:
    net = network()
    net.fit(WORDS.x_train, WORDS.y_train, epochs=150, optimizer=gn.Adam(0.03))
    return net


def test_it_says_what_it_has_learnt(tmp_path: Path) -> None:
    net = trained()
    net.save(tmp_path / "words.safetensors")
    for one in (net, gn.load(tmp_path / "words.safetensors")):
        assert gn.translate(one, [question for question, _ in WORDS.train]) == ["1", "2", "10", "12"]
        assert gn.translate(one, "twelve") == "12"
    assert gn.translate(net, []) == []


def test_each_character_is_the_most_probable_after_those_before_it() -> None:
    net = network(dtype="float64", seed=5)
    [row] = written(net, ["two"])
    assert WORDS.tokens.decode(row[:6]) == "two   "
    np.testing.assert_array_equal(net(row[:-1]).argmax(-1), row[6:])


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", "a question is a text of 1 to 6 characters, got ''"),
        ("thirteen", "a question is a text of 1 to 6 characters, got 'thirteen'"),
        (47, "what is translated is a text, or a list of texts, got 47"),
        (None, "what is translated is a text, or a list of texts, got None"),
        (["one", 2], "a question is a text of 1 to 6 characters, got 2"),
        ("six", "the text has the character 's', which is not one of those that were learnt"),
    ],
)
def test_questions_that_it_cannot_read(question: Any, words: str) -> None:
    with pytest.raises(gn.GlassnetError) as error:
        gn.translate(network(), question)
    assert words in str(error.value)


def test_what_is_no_network_does_not_translate() -> None:
    with pytest.raises(gn.GlassnetError, match=r"a network translates, got 'dates.safetensors'; gn.load\(path\) reads"):
        gn.translate("dates.safetensors", "one")  # type: ignore[call-overload]


def test_a_network_that_looks_ahead_cannot_write() -> None:
    size = WORDS.tokens.size
    net = gn.Network(7, gn.Embedding(size, 4), gn.Attention(), gn.Crop(5), gn.Dense(size, "softmax"))
    net.tokens = WORDS.tokens
    with pytest.raises(gn.GlassnetError, match="looks at tokens that come later"):
        gn.translate(net, "one")


@pytest.mark.parametrize(
    ("net", "words"),
    [
        (gn.Network(7, gn.Embedding(5, 4), gn.Dense(5, "softmax")), "the network has no characters, so it cannot read"),
        (
            gn.Network(2, gn.Dense(9, "softmax")),
            "(question + answer − 1,) → (answer, 9) with softmax, got a Network: 2",
        ),
        (
            gn.Network((None,), gn.Embedding(9, 9), gn.Activation("softmax")),
            "got a Network: any number of inputs → steps × 9 outputs",
        ),
        (gn.Network(7, gn.Embedding(9, 9)), "with softmax, got a Network: 7 inputs → 7 × 9 outputs"),
        (
            gn.Network(7, gn.Embedding(9, 8), gn.Activation("softmax")),
            "(answer, 9) with softmax, got a Network: 7 inputs → 7 × 8 outputs",
        ),
    ],
    ids=repr,
)
def test_other_networks_do_not_translate(net: gn.Network, words: str) -> None:
    if net.output.shape[-1] != 5:
        net.tokens = gn.data.Characters("abcdefgh ")
    with pytest.raises(gn.GlassnetError) as error:
        gn.translate(net, "a")
    assert words in str(error.value)


def test_a_language_model_is_none_of_them() -> None:
    net = gn.Network(4, gn.Embedding(9, 9), gn.Activation("softmax"))
    net.tokens = gn.data.Characters("abcdefgh ")
    assert not translates(net)
    assert translates(network())
