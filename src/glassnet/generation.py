"""Text that a network writes: token by token, each drawn from what the network expects after those before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, product

import numpy as np

from glassnet import ops
from glassnet.data.tokens import Tokens
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Graph, Var, source
from glassnet.ir.require import require, require_count, require_known, require_number
from glassnet.ir.types import Array
from glassnet.layers.position import PositionEmbedding
from glassnet.model.answer import Answer
from glassnet.model.model import Model
from glassnet.model.seeds import generator
from glassnet.model.translation import require_looking_back
from glassnet.readings.evaluate import evaluate
from glassnet.readings.explain import Explainer, Explanation

MOST_STEPS = 512
"""Tokens that a network sees of a text, where nothing in it says how many it can."""


def generate(
    network: Model,
    prompt: str,
    length: int = 200,
    temperature: float = 1.0,
    top_k: int | None = None,
    seed: int = 0,
    top_p: float | None = None,
) -> str:
    """The prompt, and so many more tokens as the network goes on, each drawn by its probability.

    Args:
        network: one that gives the probability of the next token at each step, (steps, tokens), and has ``tokens``.
        prompt: how the text begins, at least one character.
        length: how many tokens to add.
        temperature: 1 draws by the network's own probabilities pᵢ, others by pᵢ^(1/temperature): below 1 the probable
            is more so, and at 0 the most probable is always taken, as with ``top_k=1``.
        top_k: only the so many most probable tokens are drawn from.
        seed: decides what is drawn.
        top_p: only the most probable tokens are drawn from, no more than it takes to have this probability together,
            above 0 and at most 1: the nucleus of Holtzman et al. 2020, after ``temperature`` and ``top_k``.

    Raises:
        GlassnetError: no language model, a prompt that it cannot read, or settings that make no sense.

    >>> import glassnet as gn
    >>> text = gn.data.text("tale", length=8)
    >>> size = text.tokens.size
    >>> net = gn.Network(8, gn.Embedding(size, 32), gn.Attention(2, causal=True), gn.Dense(size, "softmax"))
    >>> net.tokens = text.tokens
    >>> gn.generate(net, "Once", length=20, seed=1).startswith("Once")
    True
    """
    tokens, given = _prompted(network, prompt)
    is_seed = isinstance(seed, int | np.integer) and not isinstance(seed, bool) and 0 <= seed < 2**64
    require(bool(is_seed), f"the seed must be a whole number from 0 to 2⁶⁴ − 1, got {seed!r}")
    length = require_count(length, "the length of what is generated")
    drawn = _drawn(network, given, Sampling(temperature, top_k, top_p), generator(seed, "generate"))
    return tokens.decode([*given, *islice(drawn, length)])


@dataclass(frozen=True)
class Sampling:
    """How a token is drawn, as :func:`generate` says it.

    Raises:
        GlassnetError: settings that make no sense.

    >>> Sampling(temperature=0.5, top_k=3, top_p=0.8).weights(np.array([0.1, 0.2, 0.4, 0.3])).round(4)
    array([0.    , 0.    , 1.    , 0.5625])
    """

    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None

    def __post_init__(self) -> None:
        require_number(self.temperature, "the temperature", 0)
        if self.top_k is not None:
            require_count(self.top_k, "top_k")
        if self.top_p is not None:
            require_number(self.top_p, "top_p", 0, 1, open_low=True)

    @property
    def nucleus(self) -> float | None:
        """``top_p``, where it may leave tokens out: 1 does not, and at a temperature of 0 one is taken anyway."""
        return self.top_p if self.temperature and self.top_p != 1 else None

    @property
    def divisor(self) -> float:
        """The temperature; of the one token that is left at 0, the share is 1 at any."""
        return float(self.temperature) or 1.0

    def ranked(self, expected: Array) -> tuple[Array, int]:
        """The ``top_k`` tokens, the most probable first, and how many of them are drawn from."""
        tokens = np.argsort(-expected, kind="stable")[: self.top_k if self.temperature else 1]
        if self.nucleus is None:
            return tokens, len(tokens)
        weights = self._sharpened(expected)[tokens]
        cumulated = np.cumsum(weights / weights.sum())
        return tokens, min(int(np.searchsorted(cumulated, self.nucleus)) + 1, len(tokens))

    def weights(self, expected: Array) -> Array:
        """The probabilities at the temperature, scaled to 1 for the largest; 0 for tokens that are not drawn from."""
        tokens, kept = self.ranked(expected)
        weights = np.zeros(len(expected))
        weights[tokens[:kept]] = self._sharpened(expected)[tokens[:kept]]
        return weights

    def _sharpened(self, expected: Array) -> Array:
        return np.asarray((expected / expected.max()) ** (1 / self.divisor))


class NextToken:
    """What a network expects after a text: what :func:`generate` draws by, whose arguments these are.

    ``next_token["next[5]"]`` is the arithmetic of token 5's probability: the network's own, ``p[5]``, as a share of the
    largest, to the power 1 / temperature, divided by the sum of all. With a ``top_p`` below 1 that is ``share[5]``;
    ``cumulated[5]`` is the sum of the shares from the most probable token's to this one's, and ``next[5]`` the share
    divided by what those that are kept have together.

    Attributes:
        tokens: those that may be drawn, the most probable first; probabilities: theirs, float64.
        left_out: those after them that ``top_p`` leaves out; ``ranked``, both.
        shares, cumulated: with a ``top_p``, those of all that are ranked; else empty.

    Raises:
        GlassnetError: as :func:`generate`.

    >>> import glassnet as gn
    >>> text = gn.data.text("tale", length=8)
    >>> net = gn.Network(8, gn.Embedding(text.tokens.size, 4), gn.Dense(text.tokens.size, "softmax"), seed=1)
    >>> net.tokens = text.tokens
    >>> following = NextToken(net, "a", temperature=0.5, top_k=3, top_p=0.6)
    >>> following.tokens, following.left_out
    ((22, 39), (25,))
    >>> print(following["next[22]"].tree(1))
    next[22] = 0.3347 / 0.6675 ≈ 0.5014
      share[22] = 1 / 2.988 ≈ 0.3347
      cumulated[39] = 0.3347 + 0.3328 ≈ 0.6675
    """

    def __init__(
        self,
        network: Model,
        prompt: str,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
    ) -> None:
        _, given = _prompted(network, prompt)
        sampling, expected = Sampling(temperature, top_k, top_p), probabilities(network, given)
        order, kept = sampling.ranked(expected)
        self.ranked: tuple[int, ...] = tuple(order.tolist())
        self.tokens, self.left_out = self.ranked[:kept], self.ranked[kept:]
        p, t = source("input", "p", order.shape, "float64"), source("input", "temperature", (), "float64")
        weight = (p / ops.max(p)) ** (1 / t)
        total = ops.sum(weight)
        share = weight / total
        together = _sum_of_first(share, kept)
        self._vars = {"next": share}
        if sampling.nucleus is not None:
            self._vars = {"next": _first(share, kept) / together, "share": share}
        self._names = {var: self._namer(word) for word, var in {"p": p, "weight": weight, **self._vars}.items()}
        self._names |= {total: lambda _: "sum", together: lambda _: f"cumulated[{self.tokens[-1]}]"}
        self._values = {"p": expected[order], "temperature": np.array(sampling.divisor)}
        found = evaluate(Graph(self._vars), self._values)
        self.probabilities = found["next"]
        self.shares: Array = found.get("share", np.zeros(0))
        self.cumulated = np.cumsum(self.shares)

    def _namer(self, word: str) -> Callable[[tuple[int, ...]], str]:
        return lambda index: f"{word}[{self.ranked[index[0]]}]"

    def __getitem__(self, name: str) -> Explanation:
        """The arithmetic of next[5]; with ``top_p`` of share[5] and cumulated[5], too. GlassnetError for others."""
        known = {f"next[{token}]": ("next", i) for i, token in enumerate(self.tokens)}
        if "share" in self._vars:
            words = product(("share", "cumulated"), enumerate(self.ranked))
            known |= {f"{word}[{token}]": (word, i) for word, (i, token) in words}
        require_known("probability of a next token", name, known)
        word, i = known[name]
        is_sum = word == "cumulated"
        var = _sum_of_first(self._vars["share"], i + 1) if is_sum else self._vars[word]
        names = {**self._names, var: lambda _: name} if is_sum else self._names
        return Explainer(Graph({"asked": var}), self._values, names)(var, () if is_sum else (i,))


def _first(x: Var, count: int) -> Var:
    return ops.slice_(x, axis=0, start=0, stop=count)


def _sum_of_first(x: Var, count: int) -> Var:
    return ops.sum(_first(x, count))


def _prompted(network: Model, prompt: str) -> tuple[Tokens, list[int]]:
    """A network's tokens, and those of a prompt; GlassnetError where there are none."""
    require(
        isinstance(network, Model), f"a network writes text, got {network!r:.60}; gn.load(path) reads one from a file"
    )
    tokens = require_language(network)
    require(
        isinstance(prompt, str) and prompt != "", f"the prompt must be a text of at least one character, got {prompt!r}"
    )
    return tokens, [int(token) for token in tokens.encode(prompt)]


def require_language(network: Model) -> Tokens:
    """The network's tokens; GlassnetError for one that is no language model."""
    if network.tokens is None:
        raise GlassnetError("the network has no tokens, so it cannot read text; set net.tokens = text.tokens")
    steps, size = network.input_shape[0], network.tokens.size
    fits = network.input_shape == (steps,) and network.output.shape[1:] == (steps, size)
    given = f"it takes {network.input_shape} and gives {network.output.shape[1:]}"
    require(
        fits and network.answer is Answer.CLASS,
        f"a network writes text if it gives the probability of each of its {size} tokens at each step: (steps,) → "
        f"(steps, {size}) with softmax; {given}",
    )
    require_looking_back(network, size)
    return network.tokens


def probabilities(network: Model, given: list[int]) -> Array:
    """What the network expects after these tokens: a probability for each token, float64.

    It sees as many of the last ones as it has steps, or positions. Fewer stand at its first steps, and what stands
    after them does not matter to a network that looks back only.
    """
    seen = given[-most_steps(network) :]
    steps = network.inputs[0] or min(most_steps(network), 2 ** (len(seen) - 1).bit_length())
    outputs = network(np.array([*seen, *[0] * (steps - len(seen))]))
    return np.asarray(outputs[len(seen) - 1], np.float64)


def most_steps(network: Model) -> int:
    """How many tokens the network can see: its steps, or where their number is free, its positions."""
    positions = (layer.positions for layer in network.layers.values() if isinstance(layer, PositionEmbedding))
    return network.inputs[0] or min(positions, default=MOST_STEPS)


def _drawn(network: Model, given: list[int], sampling: Sampling, random: np.random.Generator) -> Iterator[int]:
    """Token after token."""
    given = list(given)
    while True:
        weights = sampling.weights(probabilities(network, given))
        given.append(int(random.choice(len(weights), p=weights / weights.sum())))
        yield given[-1]
