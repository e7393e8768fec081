"""Text that a network writes: token by token, each drawn from what the network expects after those before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

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
    temperature, top_k = _settings(temperature, top_k)
    drawn = _drawn(network, given, temperature, top_k, generator(seed, "generate"))
    return tokens.decode([*given, *islice(drawn, length)])


class NextToken:
    """What a network expects after a text, at a temperature and of the ``top_k`` alone: what :func:`generate` draws by.

    Arguments are those of :func:`generate`. ``next_token["next[5]"]`` is the arithmetic of token 5's probability: the
    network's own, ``p[5]``, as a share of the largest, to the power 1 / temperature, divided by the sum of all.

    Attributes:
        tokens: those that may be drawn, the most probable first; probabilities: theirs, float64.

    Raises:
        GlassnetError: as :func:`generate`.

    >>> import glassnet as gn
    >>> text = gn.data.text("tale", length=8)
    >>> net = gn.Network(8, gn.Embedding(text.tokens.size, 4), gn.Dense(text.tokens.size, "softmax"), seed=1)
    >>> net.tokens = text.tokens
    >>> following = NextToken(net, "a", temperature=0.5, top_k=2)
    >>> print(following[f"next[{following.tokens[0]}]"].tree(1))
    next[22] = 1 / 1.9943 ≈ 0.5014
      weight[22] = (0.02168 / 0.02168)^(1 / 0.5) = 1
      sum = 1 + 0.9943 ≈ 1.994
    """

    def __init__(self, network: Model, prompt: str, temperature: float = 1.0, top_k: int | None = None) -> None:
        _, given = _prompted(network, prompt)
        temperature, top_k = _settings(temperature, top_k)
        expected = probabilities(network, given)
        self.tokens = tuple(map(int, np.argsort(-expected, kind="stable")[: top_k or len(expected)]))
        p, t = source("input", "p", (len(self.tokens),), "float64"), source("input", "temperature", (), "float64")
        weight = (p / ops.max(p)) ** (1 / t)
        total = ops.sum(weight)
        shares = weight / total
        names: dict[Var, Callable[[tuple[int, ...]], str]]
        names = {var: partial(self._name, word) for var, word in ((p, "p"), (weight, "weight"), (shares, "next"))}
        names[total] = lambda _: "sum"
        values = {"p": expected[list(self.tokens)], "temperature": np.array(float(temperature))}
        self._explainer, self._shares = Explainer(Graph({"next": shares}), values, names), shares
        self.probabilities = np.array([float(self._explainer.value(shares, (i,))) for i in range(len(self.tokens))])

    def _name(self, word: str, index: tuple[int, ...]) -> str:
        return f"{word}[{self.tokens[index[0]]}]"

    def __getitem__(self, name: str) -> Explanation:
        """The arithmetic of next[5]; GlassnetError where token 5 may not be drawn."""
        known = [f"next[{token}]" for token in self.tokens]
        require_known("probability of a next token", name, known)
        return self._explainer(self._shares, (known.index(name),))


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


def _settings(temperature: float, top_k: int | None) -> tuple[float, int | None]:
    """The settings, checked; a temperature of 0 takes the most probable token, whose share is 1 at any other."""
    require_number(temperature, "the temperature", 0)
    if top_k is not None:
        require_count(top_k, "top_k")
    return (temperature, top_k) if temperature else (1.0, 1)


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


def _drawn(
    network: Model, given: list[int], temperature: float, top_k: int | None, random: np.random.Generator
) -> Iterator[int]:
    """Token after token."""
    given = list(given)
    while True:
        weights = sharpened(probabilities(network, given), temperature, top_k)
        given.append(int(random.choice(len(weights), p=weights / weights.sum())))
        yield given[-1]


def sharpened(expected: Array, temperature: float, top_k: int | None = None) -> Array:
    """The probabilities at another temperature, of the ``top_k`` most probable alone; the largest is scaled to 1.

    >>> sharpened(np.array([0.1, 0.2, 0.4, 0.3]), temperature=0.5, top_k=2).round(4)
    array([0.    , 0.    , 1.    , 0.5625])
    """
    weights = np.asarray((expected / expected.max()) ** (1 / temperature))
    if top_k is not None and top_k < len(weights):
        weights[np.argsort(-expected, kind="stable")[top_k:]] = 0
    return weights
