"""What a language model reads on the page *Sequence*: a text as tokens, what it writes, and what it expects next."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from glassnet.generation import NextToken, generate, most_steps, require_language
from glassnet.ir.errors import GlassnetError
from glassnet.ir.types import Array
from glassnet.lab.sequence.messages import Bar, Text
from glassnet.lab.sequence.state import Writing
from glassnet.lab.shown import shown
from glassnet.network import Network
from glassnet.words import rounded

PROMPTS = ("Once there", "the", "a")
MOST_CANDIDATES = 10
SIGNS = str.maketrans(" \n\t", "␣⏎⇥")


class Reading:
    """A text that a network reads, with what it has written."""

    def __init__(self, network: Network, writing: Writing) -> None:
        self.network, self.writing = network, writing
        self.prompt = writing.text or _first_prompt(network)
        self.text = self.prompt
        if writing.more:
            how = writing.temperature, writing.top_k or None, writing.seed
            self.text = generate(network, self.prompt, writing.more, *how)
        tokens = require_language(network)
        seen = tokens.encode(self.text)[-most_steps(network) :].tolist()
        self.x: Array = np.array([*seen, *[0] * ((network.inputs[0] or len(seen)) - len(seen))], np.float64)
        self.steps = tuple(tokens.decode([token]).translate(SIGNS) for token in seen)

    @cached_property
    def following(self) -> NextToken:
        """What comes next."""
        return NextToken(self.network, self.text, self.writing.temperature, self.writing.top_k or None)

    @property
    def _is_plain(self) -> bool:
        """Whether the next token is drawn by the network's own probabilities."""
        return self.writing.temperature == 1 and not self.writing.top_k

    def shown(self, names: Array, hidden: bool) -> Text:
        """As the page shows it; ``names`` are those of the network's outputs at the last step."""
        how = self.writing
        candidates = () if hidden else tuple(self._candidates(names))
        temperature = rounded(how.temperature, 17)
        return Text(self.text, self.prompt, temperature, how.top_k, how.seed, candidates, len(names))

    def _candidates(self, names: Array) -> Iterator[Bar]:
        tokens, following = require_language(self.network), self.following
        largest = following.probabilities[0]
        for token, share in zip(following.tokens[:MOST_CANDIDATES], following.probabilities, strict=False):
            name = str(names[token]) if self._is_plain else f"next[{token}]"
            label = tokens.decode([token]).translate(SIGNS)
            yield Bar(label, shown(name, share, 3), round(float(share / largest), 3))


def writes(network: Network) -> bool:
    """Whether it is a language model."""
    try:
        require_language(network)
    except GlassnetError:
        return False
    return True


def _first_prompt(network: Network) -> str:
    """One that it can read."""
    tokens = require_language(network)
    for prompt in PROMPTS:
        try:
            tokens.encode(prompt)
        except GlassnetError:
            continue
        return prompt
    return tokens.decode([0])
