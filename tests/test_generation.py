"""Writing: what is drawn follows the network's probabilities, and what cannot write is said."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.data.text import windows
from glassnet.generation import NextToken, probabilities, sharpened

CYCLE = "abcd"


def language(steps: int = 6, causal: bool = True) -> gn.Network:
    tokens = gn.data.Characters(CYCLE)
    net = gn.Network(
        steps, gn.Embedding(4, 8), gn.PositionEmbedding(steps), gn.Attention(2, causal), gn.Dense(4, "softmax")
    )
    net.tokens = tokens
    return net


def trained() -> gn.Network:
    """A network that knows the alphabet's first letters, round and round."""
    net = language()
    tokens = np.arange(200) % 4
    x, y = windows(tokens, 6, 1)
    net.fit(x, y, epochs=15, optimizer=gn.Adam(0.02))
    return net


def test_it_goes_on_as_it_has_learnt() -> None:
    net = trained()
    assert gn.generate(net, "bc", length=10, temperature=0.01) == "bcdabcdabcda"
    assert gn.generate(net, "d", length=9, top_k=1) == "dabcdabcda"


def test_a_seed_decides_and_others_draw_otherwise() -> None:
    net = language()
    texts = [gn.generate(net, "a", length=30, seed=seed) for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]
    assert all(re.fullmatch("a[abcd]{30}", text) for text in texts)


def test_what_is_drawn_has_the_networks_frequencies() -> None:
    net = language()
    expected = probabilities(net, [0])
    drawn = [gn.generate(net, "a", length=1, seed=seed)[1] for seed in range(2000)]
    shares = np.array([drawn.count(letter) for letter in CYCLE]) / len(drawn)
    np.testing.assert_allclose(shares, expected, atol=0.05)


def test_only_the_last_steps_are_seen_and_shorter_prompts_stand_first() -> None:
    net = language(steps=3)
    np.testing.assert_array_equal(probabilities(net, [0, 1, 2, 3, 1]), net([2, 3, 1])[2])
    np.testing.assert_allclose(probabilities(net, [2, 3]), net([2, 3, 1])[1], rtol=1e-6)


def test_temperature_and_top_k() -> None:
    p = np.array([0.5, 0.3, 0.2])
    for temperature in (0.25, 1.0, 3.0):
        sharp = sharpened(p, temperature)
        np.testing.assert_allclose(sharp / sharp.sum(), p ** (1 / temperature) / (p ** (1 / temperature)).sum())
    np.testing.assert_array_equal(sharpened(p, 1e-300), [1, 0, 0])
    np.testing.assert_array_equal(sharpened(p, 1.0, 2) > 0, [True, True, False])
    np.testing.assert_array_equal(sharpened(p, 1.0, 9), p / 0.5)


def test_a_temperature_of_0_takes_what_is_most_probable() -> None:
    """Nothing is drawn, so the seed changes nothing; of two alike the first is taken, as with top_k=1."""
    net = language()
    texts = {gn.generate(net, "ab", 20, temperature=0, top_k=top, seed=seed) for seed in range(3) for top in (None, 3)}
    assert texts == {gn.generate(net, "ab", 20, top_k=1)}
    following = NextToken(net, "ab", temperature=0)
    assert following.tokens == (int(net("abaaaa")[1].argmax()),)
    assert following.probabilities == [1.0]


def test_tokens_are_kept_in_the_file_and_in_copies(tmp_path: Path) -> None:
    net = language()
    net.save(tmp_path / "net.safetensors")
    loaded = gn.load(tmp_path / "net.safetensors")
    assert loaded.tokens == net.tokens == net.copy().tokens
    assert gn.generate(loaded, "ab", 20, seed=3) == gn.generate(net, "ab", 20, seed=3)
    net.tokens = gn.data.Characters("abcdef")
    with pytest.raises(gn.GlassnetError, match="the network has 4 outputs, but the file 6 tokens"):
        net.save(tmp_path / "net.safetensors")


def test_a_text_is_an_input_of_a_network_that_reads() -> None:
    net = language()
    np.testing.assert_array_equal(net("abcdab"), net([0, 1, 2, 3, 0, 1]))
    assert net.explain("abcdab").neurons == net.explain([0, 1, 2, 3, 0, 1]).neurons
    with pytest.raises(gn.DataError, match="the text is 2 tokens, and the network takes 6"):
        net("ab")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"prompt": ""}, "the prompt must be a text of at least one character, got ''"),
        ({"prompt": 3}, "the prompt must be a text"),
        ({"prompt": "ax"}, "the text has the character 'x', which is not one of those that were learnt: 'abcd'"),
        ({"length": 0}, "the length of what is generated must be a whole number of at least 1, got 0"),
        ({"temperature": -1.0}, "the temperature must be a number, at least 0, got -1.0"),
        ({"temperature": float("nan")}, "the temperature must be a number, at least 0"),
        ({"top_k": 0}, "top_k must be a whole number of at least 1, got 0"),
        ({"seed": -1}, "the seed must be a whole number from 0 to 2⁶⁴ − 1, got -1"),
        ({"seed": "x"}, "the seed must be a whole number from 0 to 2⁶⁴ − 1, got 'x'"),
        ({"network": "net.safetensors"}, "a network writes text, got 'net.safetensors'; "),
    ],
)
def test_settings_that_make_no_sense(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(gn.GlassnetError, match=words):
        gn.generate(**{"network": language(), "prompt": "a", **settings})


def test_the_number_of_steps_may_be_free(tmp_path: Path) -> None:
    """One set of parameters for texts of any length, up to the positions that there are."""
    layers = gn.Embedding(4, 8), gn.PositionEmbedding(12), gn.Attention(2, causal=True), gn.Dense(4, "softmax")
    free, fixed = (gn.Network(inputs, *layers, dtype="float64") for inputs in ((None,), 12))
    free.tokens = fixed.tokens = gn.data.Characters(CYCLE)
    assert gn.generate(free, "ab", length=30, seed=1) == gn.generate(fixed, "ab", length=30, seed=1)
    np.testing.assert_allclose(free("abc"), fixed("abcaaaaaaaaa")[:3], rtol=1e-12)
    assert (
        free.explain("ab")["attention_1.weight[0, 1, 0]"].value
        == gn.drawing.attention_weights(free, "ab")["attention_1"][0, 1, 0]
    )
    for text in ("abcdabcdabcda", "bcdabcdabc", "cdab") * 60:
        tokens = free.tokens.encode(text)
        loss = free.train_on_batch(tokens[None, :-1], tokens[None, 1:], optimizer=gn.Adam(0.02))
    assert loss < 0.3
    free.save(tmp_path / "net.safetensors")
    assert gn.generate(gn.load(tmp_path / "net.safetensors"), "abcda", length=6, temperature=0.1) == "abcdabcdabc"
    assert repr(free).startswith("Network: any number of inputs")
    with pytest.raises(gn.GlassnetError, match="has 12 positions, and the sequence is longer: 13 steps"):
        free("abcdabcdabcda")


def test_tokens_are_tokens() -> None:
    net = language()
    for wrong in ("abcd", gn.data.text(length=6)):
        with pytest.raises(gn.GlassnetError, match="a network's tokens say how text becomes numbers"):
            net.tokens = wrong  # type: ignore[assignment]
    net.tokens = None


def test_networks_that_cannot_write() -> None:
    with pytest.raises(gn.GlassnetError, match="the network has no tokens, so it cannot read text"):
        gn.generate(gn.Network(2, gn.Dense(1)), "a")
    values = gn.Network(2, gn.Dense(4))
    values.tokens = gn.data.Characters(CYCLE)
    with pytest.raises(
        gn.GlassnetError, match=r"\(steps,\) → \(steps, 4\) with softmax; it takes \(2,\) and gives \(4,\)"
    ):
        gn.generate(values, "a")
    with pytest.raises(gn.GlassnetError, match="the network looks at tokens that come later"):
        gn.generate(language(causal=False), "a")
