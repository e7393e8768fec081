"""What a language model reads on the page *Sequence*: a text as tokens, what it writes, and what it expects next."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice, zip_longest

import numpy as np

from glassnet.generation import NextToken, generate, most_steps, require_language
from glassnet.ir.errors import GlassnetError
from glassnet.ir.types import Array
from glassnet.lab.sequence.messages import Candidate, Text
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
            how = writing.temperature, writing.top_k or None, writing.seed, writing.top_p
            self.text = generate(network, self.prompt, writing.more, *how)
        self._tokens = tokens = require_language(network)
        seen = tokens.encode(self.text)[-most_steps(network) :].tolist()
        self.x: Array = np.array([*seen, *[0] * ((network.inputs[0] or len(seen)) - len(seen))], np.float64)
        self.steps = tuple(map(self.label, seen))

    @cached_property
    def following(self) -> NextToken:
        """What comes next."""
        how = self.writing
        return NextToken(self.network, self.text, how.temperature, how.top_k or None, how.top_p)

    @property
    def _is_plain(self) -> bool:
        """Whether the next token is drawn by the network's own probabilities."""
        return self.writing.temperature == 1 and not self.writing.top_k and self.writing.top_p == 1

    def shown(self, names: Array, hidden: bool) -> Text:
        """As the page shows it; ``names`` are those of the network's outputs at the last step."""
        how = self.writing
        candidates = () if hidden else tuple(islice(self._candidates(names), MOST_CANDIDATES))
        settings = rounded(how.temperature, 17), how.top_k, rounded(how.top_p, 17), how.seed
        kept = 0 if hidden else len(self.following.tokens)
        return Text(self.text, self.prompt, *settings, candidates, len(names), kept)

    def _candidates(self, names: Array) -> Iterator[Candidate]:
        """Those that are drawn from, then those that ``top_p`` leaves out."""
        following = self.following
        shares = following.probabilities / following.probabilities[0]
        for token, probability, share, together in zip_longest(
            following.ranked, following.probabilities, shares, following.cumulated
        ):
            name = str(names[token]) if self._is_plain else f"next[{token}]"
            yield Candidate(
                self.label(token),
                None if probability is None else shown(name, probability, 3),
                round(float(share or 0), 3),
                None if together is None else shown(f"cumulated[{token}]", together, 3),
            )

    def label(self, token: int) -> str:
        """A token as it is seen."""
        return self._tokens.decode([token]).translate(SIGNS)


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
