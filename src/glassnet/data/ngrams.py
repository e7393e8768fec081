"""Yardsticks for language models: what counting how often tokens follow one another comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import exp, log

NAMES = ("uniform", "unigram", "bigram", "trigram")
"""What models are called that count 0, 1, 2 and 3 tokens in a row."""
Gram = tuple[int, ...]


class Ngrams:
    """The probability of a token after the ones before it, by counts of 1, 2, … ``order`` tokens in a row.

    Counts of longer rows are mixed with those of shorter ones (Witten & Bell 1991): a history that was met c times,
    with t different tokens after it, gives t / (c + t) of the probability to the shorter history. The shortest is
    that all tokens are equally probable.

    >>> model = Ngrams([0, 1, 0, 1, 0, 0], size=2, order=2)
    >>> model.probabilities([1], 0)  # ½, (4 + 2 · ½) / (6 + 2), (2 + 1 · 0.625) / (2 + 1)
    [0.5, 0.625, 0.875]
    """

    def __init__(self, tokens: Sequence[int], size: int, order: int) -> None:
        self.size, self.order = size, order
        self._counts: Counter[Gram] = Counter()
        self._met: Counter[Gram] = Counter()
        self._different: Counter[Gram] = Counter()
        for n in range(1, order + 1):
            for end in range(n, len(tokens) + 1):
                gram = tuple(tokens[end - n : end])
                self._different[gram[:-1]] += gram not in self._counts
                self._counts[gram] += 1
                self._met[gram[:-1]] += 1

    def probabilities(self, before: Sequence[int], token: int) -> list[float]:
        """The probability of the token after those ``before``, by counts of no, one, two, … tokens in a row."""
        found = [1 / self.size]
        for n in range(self.order):
            history = tuple(before[len(before) - n :]) if n <= len(before) else ()
            met, different = self._met[history], self._different[history]
            known = met > 0 and len(history) == n
            found.append(
                (self._counts[*history, token] + different * found[-1]) / (met + different) if known else found[-1]
            )
        return found


def perplexities(learnt: Sequence[int], seen: Sequence[int], size: int) -> dict[str, float]:
    """How many tokens each model of ``learnt`` hesitates between, on average, at each token of ``seen`` but its first.

    The perplexity is exp of the mean of −ln(probability): that of the uniform model is the number of tokens.

    >>> {name: round(value, 2) for name, value in perplexities([0, 1, 0, 1, 0, 1], [0, 1, 0, 1], size=2).items()}
    {'uniform': 2.0, 'unigram': 2.0, 'bigram': 1.16, 'trigram': 1.08}
    """
    model, order = Ngrams(learnt, size, len(NAMES) - 1), len(NAMES) - 1
    each = [model.probabilities(seen[max(end - order + 1, 0) : end], seen[end]) for end in range(1, len(seen))]
    columns = dict(zip(NAMES, zip(*each, strict=True), strict=True))
    return {name: exp(-sum(map(log, column)) / len(column)) for name, column in columns.items()}
