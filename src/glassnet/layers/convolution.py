"""Convolutions: small kernels that slide over pictures and sequences, the same weights at every place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from glassnet import ops
from glassnet.ir.graph import Var
from glassnet.ir.require import require, require_count
from glassnet.ir.trace import parameter
from glassnet.ir.types import Array
from glassnet.layers.activations import ActivationFunction, Linear, activation_function
from glassnet.layers.initializers import GlorotUniform, Initializer, Zeros, initializer
from glassnet.layers.layer import Layer, describe_layer
from glassnet.layers.penalty import Penalty
from glassnet.layers.sliding import (
    Padding,
    Setting,
    Sizes,
    Slide,
    each,
    lengths,
    padded,
    padding_setting,
    setting,
    with_channels,
)


@dataclass(frozen=True)
class _Kernels(Layer):
    """The settings of a layer of kernels, (…size, channels of a group, filters), and of its biases."""

    filters: int
    size: Setting
    activation: str | ActivationFunction = Linear()
    stride: Setting = field(default=1, kw_only=True)
    padding: Padding = field(default="valid", kw_only=True)
    dilation: Setting = field(default=1, kw_only=True)
    groups: int = field(default=1, kw_only=True)
    weights: Initializer | str | Sequence[Any] | Array = field(default=GlorotUniform(), kw_only=True)
    biases: Initializer | str | Sequence[Any] | Array | None = field(default=Zeros(), kw_only=True)
    weights_penalty: Penalty | None = field(default=None, kw_only=True)
    biases_penalty: Penalty | None = field(default=None, kw_only=True)
    axes: ClassVar[int] = 2

    def __post_init__(self) -> None:
        of = f"of {type(self).__name__}"
        self._set("filters", require_count(self.filters, f"the number of filters {of}"))
        for name in ("size", "stride", "dilation"):
            self._set(name, setting(getattr(self, name), self.axes, f"the {name} {of}"))
        self._set("padding", padding_setting(self.padding, self.axes, type(self).__name__))
        self._set("groups", require_count(self.groups, f"the number of groups {of}"))
        divides = self.filters % self.groups == 0
        require(divides, f"the {self.filters} filters {of} cannot be divided into {self.groups} groups of equal size")
        self._set("activation", activation_function(self.activation))
        self._set("weights", initializer(self.weights, "weights"))
        if self.biases is not None:
            self._set("biases", initializer(self.biases, "biases"))

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    @property
    def _slide(self) -> Slide:
        sizes, strides, dilations = (each(one, self.axes) for one in (self.size, self.stride, self.dilation))
        return Slide(self, sizes, strides, dilations, self.padding)

    def _kernels(self, x: Var) -> Var:
        """The weights, for the channels of x."""
        channels = x.shape[-1]
        assert isinstance(channels, int)
        asked = f"{describe_layer(self)} has {self.groups} groups, and its input {channels} channels"
        require(channels % self.groups == 0, f"{asked}, which cannot be divided into them")
        shape = (*self._slide.sizes, channels // self.groups, self.filters)
        return parameter("weights", shape, initializer(self.weights, "weights"), self.weights_penalty)

    def _by_group(self, made: Callable[[Var, Var], Var], x: Var, weights: Var) -> Var:
        """What is made of the channels of each group and its kernels, side by side."""
        if self.groups == 1:
            return made(x, weights)
        return ops.concatenate([*map(made, _parts(x, self.groups), _parts(weights, self.groups))])

    def _activated(self, y: Var) -> Var:
        if self.biases is not None:
            y = y + parameter("biases", (self.filters,), initializer(self.biases, "biases"), self.biases_penalty)
        return activation_function(self.activation)(y)


@dataclass(frozen=True)
class _Convolution(_Kernels):
    """Kernels that slide along any number of axes."""

    def __call__(self, x: Var) -> Var:
        x, slide = with_channels(self, x, self.axes), self._slide
        slide.check(lengths(x))
        weights = self._kernels(x)
        x = padded(x, slide.paddings(lengths(x)))

        def convolved(x: Var, kernels: Var) -> Var:
            return ops.contract(slide.windows(x), kernels, axes=self.axes + 1)

        return self._activated(self._by_group(convolved, x, weights))


@dataclass(frozen=True)
class Conv2D(_Convolution):
    """Kernels that slide over a picture: at each place, the products of what they see with their weights, summed.

    (height, width, channels) becomes (rows, columns, filters): y = activation(Σ x · W + b), summed over the window and
    the channels (LeCun et al. 1989). As everywhere in machine learning the kernel is not turned round: in mathematics
    this is a cross-correlation. A picture of shape (height, width) has one channel.

    Args:
        filters: the number of kernels, and so of channels of the result.
        size: height and width of the kernels; one number for both, as for stride, dilation and padding.
        activation: a name or an activation function.
        stride: how many places a kernel moves on at a time.
        padding: "valid", only where the whole kernel fits in; "same", zeros around the picture so that there are
            ⌈length / stride⌉ places, of an odd number one more behind, as in Keras; or so many zeros on each side.
        dilation: how far the places that a kernel sees lie apart: with 2 it leaves one out between each two.
        groups: channels and filters are divided into so many groups; each filter sees the channels of its group alone.
            As many as channels make a depthwise convolution.
        weights: the first weights, of shape (height, width, channels / groups, filters): an initializer, its name, or
            the numbers themselves.
        biases: the first biases, of shape (filters,), likewise; None for a layer without biases.
        weights_penalty, biases_penalty: what their size adds to the loss.

    Raises:
        GlassnetError: when the numbers do not fit together, or a kernel does not fit into the picture.

    >>> import glassnet as gn
    >>> edges = gn.Conv2D(1, (1, 2), weights=[[[[-1]], [[1]]]])  # each number less the one to its left
    >>> net = gn.Network((2, 4), edges, gn.Reshape((2, 3)))
    >>> net([[1, 1, 5, 5], [0, 2, 2, 9]])
    array([[0., 4., 0.],
           [2., 0., 7.]], dtype=float32)
    """


@dataclass(frozen=True)
class Conv1D(_Convolution):
    """Kernels that slide along a sequence: (steps, channels) becomes (steps, filters).

    The arguments are those of :class:`Conv2D`, for one axis; weights are of shape (size, channels / groups, filters).
    A sequence of shape (steps,) has one channel.

    >>> import glassnet as gn
    >>> mean_of_3 = gn.Conv1D(1, 3, weights=[[[0.25]], [[0.5]], [[0.25]]])
    >>> gn.Network(5, mean_of_3, gn.Flatten())([0, 4, 0, 0, 8])
    array([2., 1., 2.], dtype=float32)
    """

    axes: ClassVar[int] = 1


@dataclass(frozen=True)
class Conv2DTranspose(_Kernels):
    """The adjoint of a convolution: every number puts a kernel into the picture, and where they overlap they add.

    (height, width, channels) becomes a larger picture, (rows, columns, filters), of (height − 1) · stride + size rows
    (Zeiler et al. 2010).

    Args:
        filters, size, activation, dilation, groups, biases: as in :class:`Conv2D`.
        stride: how far the kernels of neighbouring numbers lie apart.
        padding: "valid", the whole result; "same", height · stride rows, as in Keras; or a number of rows and columns
            that are cut off on each side, as in PyTorch.
        weights: of shape (height, width, channels / groups, filters). (Keras: (height, width, filters, channels).)

    >>> import glassnet as gn
    >>> double = gn.Conv2DTranspose(1, 2, stride=2, weights=[[[[1]], [[1]]], [[[1]], [[1]]]])
    >>> gn.Network((1, 2), double, gn.Reshape((2, 4)))([[3, 5]])
    array([[3., 3., 5., 5.],
           [3., 3., 5., 5.]], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        x, slide = with_channels(self, x, self.axes), self._slide
        weights, sizes = self._kernels(x), lengths(x)
        whole = [(n - 1) * s + span for n, s, span in zip(sizes, slide.strides, slide.spans, strict=True)]
        cut = self._cut(sizes, whole)
        full = tuple(max(size, stop) for size, (_, stop) in zip(whole, cut, strict=True))

        def placed(x: Var, weights: Var) -> Var:
            kernels = ops.transpose(weights, (self.axes, *range(self.axes), self.axes + 1))
            each = ops.contract(x, kernels, axes=1)
            return ops.overlap(each, axis=1, lengths=full, strides=slide.strides, dilations=slide.dilations)

        y = self._by_group(placed, x, weights)
        for axis, (start, stop) in enumerate(cut, 1):
            if (start, stop) != (0, y.shape[axis]):
                y = ops.slice_(y, axis=axis, start=start, stop=stop)
        return self._activated(y)

    def _cut(self, sizes: Sizes, whole: list[int]) -> list[tuple[int, int]]:
        """Which stretch of each axis stays."""
        slide = self._slide
        if self.padding == "same":
            wanted = [n * stride for n, stride in zip(sizes, slide.strides, strict=True)]
            starts = [max(size - want, 0) // 2 for size, want in zip(whole, wanted, strict=True)]
            return [(start, start + want) for start, want in zip(starts, wanted, strict=True)]
        cut = [before for before, _ in slide.paddings(sizes)]
        too_much = any(2 * one >= size for one, size in zip(cut, whole, strict=True))
        words = f"{describe_layer(self)} makes pictures of {' × '.join(map(str, whole))}"
        require(not too_much, f"{words}, and padding={self.padding} would cut off all of them; make it smaller")
        return [(one, size - one) for one, size in zip(cut, whole, strict=True)]


def _parts(x: Var, groups: int) -> list[Var]:
    """The last axis in so many parts."""
    axis = len(x.shape) - 1
    size = x.shape[axis]
    assert isinstance(size, int)
    each = size // groups
    return [ops.slice_(x, axis=axis, start=i * each, stop=(i + 1) * each) for i in range(groups)]
