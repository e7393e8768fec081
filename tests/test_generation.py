"""Writing: what is drawn follows the network's probabilities, and what cannot write is said."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.data.text import windows
from glassnet.generation import NextToken, Sampling, probabilities
from tests.readings.explain.reader import check_tree

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
        sharp = Sampling(temperature).weights(p)
        np.testing.assert_allclose(sharp / sharp.sum(), p ** (1 / temperature) / (p ** (1 / temperature)).sum())
    np.testing.assert_array_equal(Sampling(1e-300).weights(p), [1, 0, 0])
    np.testing.assert_array_equal(Sampling(top_k=2).weights(p) > 0, [True, True, False])
    np.testing.assert_array_equal(Sampling(top_k=9).weights(p), p / 0.5)


def nucleus(expected: np.ndarray, temperature: float, top_k: int, top_p: float) -> np.ndarray:
    """The probabilities of what is drawn, one step after the other, as the paper has it."""
    scaled = np.exp(np.log(expected) / temperature)
    scaled /= scaled.sum()
    chosen = sorted(range(len(scaled)), key=lambda i: -scaled[i])[:top_k]
    scaled = np.array([scaled[i] if i in chosen else 0 for i in range(len(scaled))])
    scaled /= scaled.sum()
    kept, together = [], 0.0
    for i in chosen:
        kept.append(i)
        together += scaled[i]
        if together >= top_p:
            break
    return np.array([scaled[i] / together if i in kept else 0 for i in range(len(scaled))])


@given(st.data())
def test_top_p_is_the_nucleus(data: st.DataObject) -> None:
    sizes = st.floats(0.01, 1)
    p = np.array(data.draw(st.lists(sizes, min_size=1, max_size=8, unique=True)))
    p /= p.sum()
    temperature, top_k = data.draw(st.floats(0.3, 3)), data.draw(st.integers(1, 9))
    top_p = data.draw(st.floats(0.01, 1))
    weights = Sampling(temperature, top_k, top_p).weights(p)
    expected = nucleus(p, temperature, top_k, top_p)
    is_close = abs(np.cumsum(np.sort(expected)[::-1]) - 1) < 1e-9
    assume(is_close.any())
    np.testing.assert_allclose(weights / weights.sum(), expected, rtol=1e-9, atol=1e-12)


def test_the_nucleus_is_no_larger_than_it_must_be() -> None:
    p = np.array([0.125, 0.5, 0.25, 0.125])
    kept = {top_p: np.flatnonzero(Sampling(top_p=top_p).weights(p)).tolist() for top_p in (1e-9, 0.5, 0.6, 0.875, 0.9)}
    assert kept == {1e-9: [1], 0.5: [1], 0.6: [1, 2], 0.875: [0, 1, 2], 0.9: [0, 1, 2, 3]}
    np.testing.assert_array_equal(Sampling(top_p=1).weights(p), Sampling().weights(p))
    np.testing.assert_array_equal(Sampling(0, top_p=0.9).weights(p), [0, 1, 0, 0])
    np.testing.assert_array_equal(Sampling(top_k=2, top_p=0.6).weights(p) > 0, [False, True, False, False])


def test_top_p_draws_from_the_nucleus_alone() -> None:
    net = language()
    expected = probabilities(net, [0])
    best = int(expected.argmax())
    drawn = {gn.generate(net, "a", length=1, seed=seed, top_p=expected.max() * 0.99)[1] for seed in range(50)}
    assert drawn == {CYCLE[best]}
    assert gn.generate(net, "a", 30, seed=1, top_p=1) == gn.generate(net, "a", 30, seed=1)
    assert gn.generate(net, "a", 30, top_p=1e-9) == gn.generate(net, "a", 30, top_k=1)


@pytest.mark.parametrize("temperature", [0, 5e-324, 1e-300, 0.5, 1, 3, 1e300])
@pytest.mark.parametrize("top_p", [None, 1, 0.6, 1e-3])
def test_all_that_is_drawn_by_answers_why(temperature: float, top_p: float | None) -> None:
    """Its lines give what they say, and none has an exponent longer than a line."""
    following = NextToken(language(), "ab", temperature, 3, top_p)
    words = ("next",) if not following.shares.size else ("next", "share", "cumulated")
    for word in words:
        ranked = following.tokens if word == "next" else (*following.tokens, *following.left_out)
        values = {"next": following.probabilities, "share": following.shares, "cumulated": following.cumulated}[word]
        for token, expected in zip(ranked, values, strict=True):
            explained = following[f"{word}[{token}]"]
            check_tree(explained, 5)
            assert float(explained.value) == pytest.approx(expected)
            assert max(len(line.text) for line in explained.tree(5).lines) < 150
    assert following.probabilities.sum() == pytest.approx(1)


def test_what_top_p_leaves_out_has_no_probability() -> None:
    following = NextToken(language(), "ab", top_p=0.3)
    assert len(following.tokens) + len(following.left_out) == 4
    np.testing.assert_allclose(following.shares, np.sort(probabilities(language(), [0, 1]))[::-1])
    assert following.cumulated[len(following.tokens) - 2] < 0.3 <= following.cumulated[len(following.tokens) - 1]
    with pytest.raises(gn.GlassnetError, match="there is no probability of a next token"):
        following[f"next[{following.left_out[0]}]"]
    with pytest.raises(gn.GlassnetError, match="there is no probability of a next token"):
        NextToken(language(), "ab")["cumulated[0]"]


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
        *(
            ({"top_p": top_p}, f"top_p must be a number, more than 0 and at most 1, got {re.escape(repr(top_p))}")
            for top_p in (0, -0.1, 1.1, float("nan"), float("inf"), "much", True)
        ),
        ({"top_p": 2, "temperature": 0}, "top_p must be a number, more than 0 and at most 1, got 2"),
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
