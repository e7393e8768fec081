"""Attention: every step of a sequence looks at the others, and mixes what it finds by learned weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet import ops
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Var, operand
from glassnet.ir.require import require, require_count, require_flag, require_number
from glassnet.ir.trace import parameter
from glassnet.ir.types import BATCH, Array, Values
from glassnet.layers.activations import ActivationFunction, Linear, activation_function
from glassnet.layers.dense import Dense, mask_of
from glassnet.layers.initializers import GlorotUniform, Initializer, Zeros, initializer
from glassnet.layers.layer import Layer, describe_layer, run
from glassnet.layers.noise import Dropout
from glassnet.layers.normalization import LayerNorm
from glassnet.layers.padding import is_there
from glassnet.layers.position import require_few, rotated, steps_and_features
from glassnet.words import counted

NUMBERS = (int, float, np.number, np.bool)
WEIGHTS = ("query_weights", "key_weights", "value_weights", "output_weights")


@dataclass(frozen=True)
class Attention(Layer):
    """Multi-head attention of a sequence to itself (Vaswani et al. 2017): (steps, features) stays so.

    Each step has a query, a key and a value, three linear functions of its features, which are shared out among the
    heads. In each head, step i's score for step j is query i · key j / √size; the softmax of its scores are its
    weights, and the mixture of all values by these weights is what it gets. The mixtures of all heads, side by side, go
    through a last linear function.

    Args:
        heads: how many; the features must divide into them.
        causal: whether a step may look only at itself and at those before it.
        query_weights, key_weights, value_weights, output_weights: the first weights, of shape (features, features): an
            initializer, its name, or the numbers themselves. Head h has the columns from h · size on.
        biases: the first biases of all four, or None for none.
        mask: rows of 0 and 1, of shape (steps, steps): step i may look at step j where mask[i][j] is 1. Or a number, as
            recurrent layers take it: steps that consist of it alone are padding, which no step looks at; where there
            is nothing else to look at, all weights are 0.
        rotary: whether queries and keys are turned by their positions (Su et al. 2021), so that scores depend on how
            far apart two steps are; see :class:`glassnet.layers.PositionEmbedding` for positions that are added.

    Raises:
        GlassnetError: features that do not divide into heads, no sequence, or a mask of another shape.

    >>> import glassnet as gn
    >>> same = {name: [[1.0]] for name in ("query_weights", "key_weights", "value_weights", "output_weights")}
    >>> net = gn.Network((3, 1), gn.Attention(causal=True, **same), dtype="float64")
    >>> net([[0.0], [0.0], [3.0]]).round(3).tolist()  # e⁹ / (2 + e⁹) of 3 at last
    [[0.0], [0.0], [2.999]]
    """

    heads: int = 1
    causal: bool = False
    query_weights: Initializer | str | Sequence[Any] | Array = GlorotUniform()
    key_weights: Initializer | str | Sequence[Any] | Array = GlorotUniform()
    value_weights: Initializer | str | Sequence[Any] | Array = GlorotUniform()
    output_weights: Initializer | str | Sequence[Any] | Array = GlorotUniform()
    biases: Initializer | str | Sequence[Any] | Array | None = Zeros()
    mask: float | Values | Sequence[Any] | Array | None = None
    rotary: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "heads", require_count(self.heads, "the number of heads of Attention"))
        require_flag(self.causal, "causal of Attention")
        require_flag(self.rotary, "rotary of Attention")
        for name in WEIGHTS:
            object.__setattr__(self, name, initializer(getattr(self, name), name))
        if self.biases is not None:
            object.__setattr__(self, "biases", initializer(self.biases, "biases"))
        if isinstance(self.mask, NUMBERS):
            require_number(self.mask, "the mask of Attention", -1e38, 1e38)
            object.__setattr__(self, "mask", float(self.mask))
        elif self.mask is not None:
            object.__setattr__(self, "mask", mask_of(self.mask, "the mask"))

    def __call__(self, x: Var) -> Var:
        return self.attend(x, x)

    def attend(self, x: Var, context: Var) -> Var:
        """Each step of x looks at the steps of the context: self-attention where they are the same."""
        features = steps_and_features(self, x)[1]
        if features % self.heads:
            parts = f"{counted(features, 'feature')} of each step into {counted(self.heads, 'head')}"
            raise GlassnetError(f"{describe_layer(self)} cannot divide {parts}; take a number that divides {features}")
        size = features // self.heads
        query, key, value = (self._heads(*one, size) for one in (("query", x), ("key", context), ("value", context)))
        score = ops.named(query @ ops.transpose(key) / size**0.5, name="score")
        weight = ops.named(self._softmax(score, context), name="weight")
        mixture = ops.named(weight @ value, name="mixture")
        side_by_side = ops.reshape(ops.transpose(mixture, (0, 2, 1, 3)), shape=x.shape)
        return self._linear("output", side_by_side, features)

    def _heads(self, name: str, x: Var, size: int) -> Var:
        """A linear function of each step, shared out among the heads: (n, heads, steps, size)."""
        steps, _ = steps_and_features(self, x)
        shared = ops.reshape(self._linear(name, x, self.heads * size), shape=(BATCH, steps, self.heads, size))
        by_head = ops.transpose(shared, (0, 2, 1, 3))
        return ops.named(rotated(by_head) if self.rotary and name != "value" else by_head, name=name)

    def _linear(self, name: str, x: Var, units: int) -> Var:
        y = x @ parameter(f"{name}_weights", (x.shape[-1], units), getattr(self, f"{name}_weights"))
        if self.biases is None:
            return y
        return y + parameter(f"{name}_biases", (units,), initializer(self.biases, "biases"))

    def _softmax(self, score: Var, context: Var) -> Var:
        """The weights of each step's scores, over the steps that it may look at."""
        shape = tuple(size for size in score.shape[2:] if isinstance(size, int))
        require_few(self, self.heads, *shape)
        if self.mask is None and not self.causal:
            return ops.softmax(score)
        allowed = operand(self._allowed(shape), score.dtype)
        if isinstance(self.mask, float):
            allowed = allowed * ops.reshape(is_there(context, self.mask), shape=(BATCH, 1, 1, shape[1]))
        return ops.masked_softmax(score, allowed)

    def _allowed(self, shape: tuple[int, ...]) -> Array:
        """1 where a step may look at another, whatever they hold."""
        allowed = np.tril(np.ones(shape)) if self.causal else np.ones(shape)
        if isinstance(self.mask, Values):
            given = self.mask.array.shape
            require(
                given == shape,
                f"{describe_layer(self)} expects a mask of shape {shape}, got {given}; for any number of steps, "
                "causal=True looks back, and a number as the mask passes over padding",
            )
            allowed = allowed * self.mask.array
        blind = np.flatnonzero(~allowed.any(axis=1))
        require(
            not len(blind), f"{describe_layer(self)}: step {blind[:1].sum()} may look at nothing; allow it one step"
        )
        return allowed


@dataclass(frozen=True)
class CrossAttention(Layer):
    """Attention of one sequence to another: each is made of the same input, by a branch of its own.

    Args:
        queries: the layer whose steps look, and get what they find.
        context: the layer whose steps are looked at; it may have other steps and features.
        attention: heads, first weights and all else; with ``causal``, step i looks at steps 0..i of the context.

    >>> import glassnet as gn
    >>> net = gn.Network((5, 4), gn.CrossAttention(gn.Crop(3, 0), gn.Crop(0, 2), gn.Attention(heads=2)))
    >>> net.output.shape  # two steps look at three
    (n, 2, 4)
    """

    queries: Layer
    context: Layer
    attention: Attention = Attention()

    def __post_init__(self) -> None:
        for name in ("queries", "context"):
            given = getattr(self, name)
            require(isinstance(given, Layer), f"the {name} of CrossAttention must be a layer, got {given!r}")
        fits = isinstance(self.attention, Attention)
        require(fits, f"the attention of CrossAttention must be gn.Attention(…), got {self.attention!r}")

    def __call__(self, x: Var) -> Var:
        return self.attention.attend(run(self.queries, x), run(self.context, x))


@dataclass(frozen=True)
class TransformerBlock(Layer):
    """Attention, then two dense layers for each step by itself, each added to what it was given (Vaswani et al. 2017).

    x + attention(norm(x)), then x + dense(activation(dense(norm(x)))): normalised before, as in GPT-2 (Radford et al.
    2019). Its inner layers are named after it: transformerblock_1.attention_1.

    Args:
        heads: of the attention; the features must divide into them.
        hidden: how many units the first dense layer has; the second has as many as there are features.
        causal, rotary, mask: as in :class:`Attention`; the mask is rows of 0 and 1.
        activation: of the first dense layer.
        norm: the layer that normalises, LayerNorm() or RMSNorm() say.
        weights, biases: the first ones of all its layers; None for no biases.
        dropout: the share of what is added that is dropped while training.

    >>> import glassnet as gn
    >>> net = gn.Network((16, 8), gn.TransformerBlock(heads=2, hidden=32, causal=True))
    >>> net.operations().parameters
    872
    >>> list(net.layers)[1]
    'transformerblock_1.layernorm_1'
    """

    heads: int
    hidden: int
    causal: bool = False
    activation: str | ActivationFunction = "gelu"
    norm: Layer = LayerNorm()
    weights: Initializer | str = GlorotUniform()
    biases: Initializer | str | None = Zeros()
    mask: Values | Sequence[Any] | Array | None = None
    rotary: bool = False
    dropout: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "hidden", require_count(self.hidden, "the hidden units of TransformerBlock"))
        object.__setattr__(self, "activation", activation_function(self.activation))
        require(isinstance(self.norm, Layer), f"the norm of TransformerBlock must be a layer, got {self.norm!r}")
        require_number(self.dropout, "the dropout of TransformerBlock", 0, 0.999)
        require(
            not isinstance(self.mask, NUMBERS),
            f"the mask of TransformerBlock is rows of 0 and 1, got {self.mask!r}: after a block there is something in "
            "each step, padding too",
        )
        attention = self._attention
        for name, checked in (("heads", attention.heads), ("weights", attention.query_weights)):
            object.__setattr__(self, name, checked)
        object.__setattr__(self, "biases", attention.biases)
        object.__setattr__(self, "mask", attention.mask)

    @property
    def _attention(self) -> Attention:
        weights: dict[str, Any] = dict.fromkeys(WEIGHTS, self.weights)
        settings: dict[str, Any] = {"biases": self.biases, "mask": self.mask, "rotary": self.rotary}
        return Attention(self.heads, self.causal, **weights, **settings)

    def __call__(self, x: Var) -> Var:
        _, features = steps_and_features(self, x)
        x = ops.named(x + self._through(x, self._attention), name="attended")
        settings = self.weights, self.biases
        return x + self._through(
            x, Dense(self.hidden, self.activation, *settings), Dense(features, Linear(), *settings)
        )

    def _through(self, x: Var, *layers: Layer) -> Var:
        """What is added to x: these layers of the normalised x, with dropout where there is some."""
        for layer in (self.norm, *layers, *([Dropout(self.dropout)] if self.dropout else [])):
            x = run(layer, x)
        return x
