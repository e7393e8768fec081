"""Translations: networks that read a question, and write its answer character by character."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from glassnet.data.tokens import Characters
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.model.answer import Answer
from glassnet.model.model import Model
from glassnet.words import counted


@overload
def translate(network: Model, question: str) -> str: ...


@overload
def translate(network: Model, question: list[str]) -> list[str]: ...


def translate(network: Model, question: str | list[str]) -> str | list[str]:
    """What the network answers, character by character, each the most probable one after those before it.

    Args:
        network: one that learnt pairs of texts, :class:`glassnet.data.TextPairs`, and has their ``tokens``: of question
            + answer − 1 characters it gives the probabilities of the answer's.
        question: a text, or a list of several at once, none longer than those it learnt.

    Raises:
        GlassnetError: another network, or a question that it cannot read.

    >>> import glassnet as gn
    >>> pairs = gn.data.TextPairs.of([("one", "1"), ("ten", "10")])
    >>> layers = gn.Embedding(pairs.tokens.size, 8), gn.GRU(8, sequence=True), gn.Crop(2)
    >>> net = gn.Network(4, *layers, gn.Dense(pairs.tokens.size, "softmax"))
    >>> net.tokens = pairs.tokens
    >>> history = net.fit(pairs.x_train, pairs.y_train, epochs=100, optimizer=gn.Adam(0.03))
    >>> gn.translate(net, "ten"), gn.translate(net, ["one", "ten"])
    ('10', ['1', '10'])
    """
    fits = isinstance(question, str | list | tuple)
    require(fits, f"what is translated is a text, or a list of texts, got {question!r:.60}")
    questions = [question] if isinstance(question, str) else list(question)
    rows = written(network, questions)
    tokens, asked = network.tokens, sizes(network)[0]
    assert tokens is not None
    answers = [tokens.decode(row[asked:]).rstrip() for row in rows]
    return answers[0] if isinstance(question, str) else answers


def written(network: Model, questions: Sequence[str]) -> NDArray[np.int64]:
    """The tokens of each question, padded, and of the answer that the network writes: (n, question + answer)."""
    tokens, (question, answer) = _characters(network), sizes(network)
    for text in questions:
        fits = isinstance(text, str) and 0 < len(text) <= question
        require(fits, f"a question is a text of 1 to {counted(question, 'character')}, got {text!r:.80}")
    require_looking_back(network, tokens.size)
    rows = np.zeros((len(questions), question + answer), np.int64)
    rows[:, :question] = tokens.encode("".join(f"{text:<{question}}" for text in questions)).reshape(-1, question)
    for i in range(answer if len(rows) else 0):
        rows[:, question + i] = network(rows[:, :-1])[:, i].argmax(axis=-1)
    return rows


def translates(network: Model) -> bool:
    """Whether the network reads a question with its answer, and gives the answer's characters alone."""
    return isinstance(network.tokens, Characters) and sizes(network)[0] > 1


def sizes(network: Model) -> tuple[int, int]:
    """How many characters of a question a network reads, and how many of an answer it gives; 0 where it gives none."""
    steps, shape = network.inputs[0], network.output.shape[1:]
    answer = shape[0] if len(shape) == 2 and network.answer is Answer.CLASS else None
    if len(network.inputs) != 1 or steps is None or not isinstance(answer, int) or answer > steps:
        return 0, 0
    return steps + 1 - answer, answer


def _characters(network: Model) -> Characters:
    """The characters of a network that translates; GlassnetError for another."""
    require(
        isinstance(network, Model), f"a network translates, got {network!r:.60}; gn.load(path) reads one from a file"
    )
    if not isinstance(network.tokens, Characters):
        raise GlassnetError("the network has no characters, so it cannot read text; set net.tokens = pairs.tokens")
    question, answer = sizes(network)
    size = network.tokens.size
    fits = question > 0 and network.output.shape[1:] == (answer, size)
    require(
        fits,
        f"a network translates if it gives the probability of each of its {size} characters at each step of an answer: "
        f"(question + answer − 1,) → (answer, {size}) with softmax, got a {network!r}",
    )
    return network.tokens


def require_looking_back(network: Model, size: int) -> None:
    """Raise GlassnetError where the last token changes what is expected before it: it is not known yet when writing."""
    two = np.zeros((2, *network.input_shape))
    two[1, -1] = size - 1
    before = network(two)[:, :-1]
    require(
        np.allclose(before[0], before[1], rtol=1e-3),
        "the network looks at tokens that come later, which are not there when it writes; give causal=True to its "
        "attention",
    )
