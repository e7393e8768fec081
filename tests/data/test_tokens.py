"""Tokens: any text comes back as it was, and what a file says of them is not trusted."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.data import BytePairs, Characters, Tokens

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(TEXTS)
def test_characters_come_back(text: str) -> None:
    tokens = Characters.learnt(text)
    encoded = tokens.encode(text)
    assert tokens.decode(encoded) == text
    assert set(encoded.tolist()) == set(range(tokens.size))


@given(TEXTS, TEXTS, st.integers(256, 270))
def test_byte_pairs_write_any_text(text: str, other: str, size: int) -> None:
    tokens = BytePairs.learnt(text, size)
    assert tokens.size <= size
    for one in (text, other):
        assert tokens.decode(tokens.encode(one)) == one
        assert len(tokens.encode(one)) <= len(one.encode())


@given(TEXTS)
def test_what_a_file_says_makes_the_same_tokens(text: str) -> None:
    for tokens in (Characters.learnt(text), BytePairs.learnt(text * 3, 262)):
        assert Tokens.from_json(json.loads(json.dumps(tokens.to_json()))) == tokens


def test_the_most_frequent_pair_comes_first() -> None:
    """As in Sennrich, Haddow & Birch 2016: low 5 times, lower 2 times, newest 6 times, widest 3 times."""
    words = ["low"] * 5 + ["lower"] * 2 + ["newest"] * 6 + ["widest"] * 3
    tokens = BytePairs.learnt("\n".join(words), 256 + 4)
    assert [tokens.decode([256 + i]) for i in range(4)] == ["es", "est", "lo", "low"]


def test_pairs_stay_within_words_and_end_where_none_is_there_twice() -> None:
    tokens = BytePairs.learnt("ab ab. cd", 300)
    assert [tokens.decode([256 + i]) for i in range(tokens.size - 256)] == ["ab"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "tokens are characters or byte pairs"),
        ({"characters": 3}, "tokens are characters or byte pairs"),
        ({"characters": "ab", "more": 1}, "tokens are characters or byte pairs"),
        ({"characters": "aa"}, "in which each stands once"),
        ({"characters": ""}, "in which each stands once"),
        ({"characters": "\ud800"}, "no character at place 0"),
        ({"byte pairs": [[1]]}, "must be pairs of whole numbers"),
        ({"byte pairs": [[1, 256]]}, "byte pair 0 must be of two earlier tokens, below 256"),
        ({"byte pairs": [[1, True]]}, "must be of two earlier tokens"),
        ({"byte pairs": [[1, 1.5]]}, "must be of two earlier tokens"),
        ({"byte pairs": [[1, -1]]}, "must be of two earlier tokens"),
        ({"byte pairs": [[1, 1], *([256 + i, 256 + i] for i in range(40))]}, "a token is longer than"),
    ],
)
def test_what_a_file_says_is_checked(content: Any, words: str) -> None:
    with pytest.raises(gn.GlassnetError, match=words):
        Tokens.from_json(content)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Characters.learnt(""), "the text is empty"),
        (lambda: BytePairs.learnt("", 300), "the text is empty"),
        (lambda: BytePairs.learnt("abc", 100), "byte pairs make 256 to 100,000 tokens, got 100"),
        (
            lambda: Characters("abc").encode("cat"),
            "the character 't', which is not one of those that were learnt: 'abc'",
        ),
        (lambda: BytePairs(()).encode("a\ud800"), "no character at place 1"),
    ],
)
def test_what_cannot_be_is_said(make: Any, words: str) -> None:
    with pytest.raises(gn.GlassnetError, match=words):
        make()


@pytest.mark.parametrize(
    "tokens", [Characters("abc"), BytePairs.learnt("the the the", 257)], ids=["characters", "pairs"]
)
@pytest.mark.parametrize("wrong", [-1, 1000, 1.5, "a", None])
def test_what_is_no_token_is_said(tokens: Tokens, wrong: Any) -> None:
    for what in ([0, wrong], wrong):
        with pytest.raises(gn.GlassnetError, match=f"tokens are whole numbers from 0 to {tokens.size - 1}, .* got "):
            tokens.decode(what)
