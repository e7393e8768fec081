"""Counting as a language model: probabilities that sum to 1, and by hand."""

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.data.ngrams import Ngrams, perplexities

SIZE = 3
TOKENS = st.lists(st.integers(0, SIZE - 1), min_size=1, max_size=30)


@given(TOKENS, TOKENS)
def test_the_probabilities_of_all_tokens_sum_to_1(learnt: list[int], before: list[int]) -> None:
    model = Ngrams(learnt, SIZE, 3)
    for each in zip(*(model.probabilities(before, token) for token in range(SIZE)), strict=True):
        assert sum(each) == pytest.approx(1)
        assert min(each) > 0


def test_by_hand() -> None:
    """Witten & Bell: of 0 0 1, token 0 was met twice and followed by two different ones."""
    unigram = (2 + 2 * 1 / 3) / (3 + 2), (1 + 2 * 1 / 3) / (3 + 2), (0 + 2 * 1 / 3) / (3 + 2)
    after_0 = [(count + 2 * p) / (2 + 2) for count, p in zip((1, 1, 0), unigram, strict=True)]
    model = Ngrams([0, 0, 1], 3, 2)
    assert [model.probabilities([0], token) for token in range(3)] == [
        pytest.approx([1 / 3, unigram[token], after_0[token]]) for token in range(3)
    ]
    found = perplexities([0, 0, 1], [0, 1, 2], 3)
    assert found["unigram"] == pytest.approx(exp(-(log(unigram[1]) + log(unigram[2])) / 2))
    assert found["uniform"] == pytest.approx(3)


def test_more_history_helps_on_the_tale() -> None:
    text = gn.data.text()
    found = perplexities(text.train.tolist(), text.test.tolist(), text.tokens.size)
    assert list(found) == ["uniform", "unigram", "bigram", "trigram"]
    assert found["uniform"] > found["unigram"] > found["bigram"] > found["trigram"] > 1
