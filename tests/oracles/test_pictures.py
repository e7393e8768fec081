"""Convolution and pooling beside PyTorch over random shapes, strides, paddings, dilations and groups: also gradients.

The table of cases has each option once, and trains; this draws them together.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet import ops
from glassnet.ir import Graph, source
from glassnet.readings import evaluate, gradients
from tests.oracles.case import F, torch
from tests.oracles.pictures import conv, pooled, transposed

pytest.importorskip("torch")

two = st.tuples(st.integers(1, 3), st.integers(1, 3))
few = st.integers(1, 3)


def check(layer: gn.Layer, shape: tuple[int, ...], twin: Any) -> None:
    """The result, and the gradients of a weighting of it for the input and all parameters, in float64."""
    net = gn.Network(shape, layer, dtype="float64", seed=2)
    generator = np.random.default_rng(3)
    for array in net.parameters.values():
        array[...] = generator.normal(size=array.shape)
    x = np.maximum(generator.normal(size=(2, *shape)), 0)  # with ties, as after a relu
    weighting = generator.normal(size=net(x).shape)
    names = ["x", *net.parameters]
    number = ops.sum(net.output * source("input", "weighting", net.output.shape, "float64"))
    slopes = gradients(number, [net.graph.sources[name] for name in names])
    graph = Graph({"y": net.output, **dict(zip(names, slopes, strict=True))})
    mine = evaluate(graph, {"x": x, "weighting": weighting, **net.arrays()})
    m = {name: torch.tensor(array, requires_grad=True) for name, array in net.arrays().items()}
    x_ = torch.tensor(x, requires_grad=True)
    y_ = twin(m, x_)
    theirs = torch.autograd.grad((y_ * torch.tensor(weighting)).sum(), [x_, *m.values()])
    for name, array in zip(["y", *names], [y_, *theirs], strict=True):
        np.testing.assert_allclose(mine[name], array.detach().numpy(), rtol=1e-10, atol=1e-10, err_msg=name)


@given(size=two, stride=two, dilation=two, padding=st.tuples(*[st.integers(0, 2)] * 2), more=two, groups=few)
@settings(max_examples=60, deadline=None)
def test_convolution(groups: int, more: tuple[int, int], **how: Any) -> None:
    spans = [(s - 1) * d + 1 for s, d in zip(how["size"], how["dilation"], strict=True)]
    shape = (*(span + extra for span, extra in zip(spans, more, strict=True)), groups * 2)
    theirs = {name: how[name] for name in ("stride", "dilation", "padding")}
    check(gn.Conv2D(groups * 2, groups=groups, **how), shape, lambda m, x: conv(m, x, groups=groups, **theirs))


@given(size=two, stride=two, dilation=two, more=two, groups=few, cut=st.booleans())
@settings(max_examples=60, deadline=None)
def test_transposed_convolution(groups: int, more: tuple[int, int], cut: bool, **how: Any) -> None:
    spans = [(s - 1) * d + 1 for s, d in zip(how["size"], how["dilation"], strict=True)]
    whole = [(n - 1) * s + span for n, s, span in zip(more, how["stride"], spans, strict=True)]
    padding = tuple(int(cut and size > 2) for size in whole)
    theirs = {"stride": how["stride"], "dilation": how["dilation"], "padding": padding, "groups": groups}
    layer = gn.Conv2DTranspose(groups * 2, groups=groups, padding=padding, **how)
    check(layer, (*more, groups), lambda m, x: transposed(m, x, **theirs))


@given(size=two, stride=two, more=two, padded=st.booleans())
@settings(max_examples=60, deadline=None)
def test_pooling(size: tuple[int, int], stride: tuple[int, int], more: tuple[int, int], padded: bool) -> None:
    """Of equal numbers the first has the gradient, also where windows overlap and reach into the padding."""
    padding = tuple(int(padded and one > 1) for one in size)
    shape = (*(one + extra for one, extra in zip(size, more, strict=True)), 2)
    how = {"stride": stride, "padding": padding}
    check(gn.MaxPool2D(size, **how), shape, lambda m, x: pooled(x, "max_pool2d", size, **how))
    check(
        gn.AveragePool2D(size, **how),
        shape,
        lambda m, x: pooled(x, "avg_pool2d", size, **how, count_include_pad=False),
    )


@given(size=few, stride=few, dilation=few, padding=st.integers(0, 2), more=st.integers(0, 4))
@settings(max_examples=40, deadline=None)
def test_along_sequences(more: int, **how: Any) -> None:
    length = (how["size"] - 1) * how["dilation"] + 1 + more
    theirs = {name: how[name] for name in ("stride", "dilation", "padding")}
    check(gn.Conv1D(3, **how), (length, 2), lambda m, x: conv(m, x, "conv1d_1", **theirs))


def test_same_is_pytorchs_where_it_has_it() -> None:
    for size in (1, 2, 3, 5):
        check(gn.Conv1D(2, size, padding="same"), (6, 2), lambda m, x: _same(m, x))


def _same(m: Any, x: Any) -> Any:
    weights = m["conv1d_1.weights"].permute(2, 1, 0)
    total = weights.shape[-1] - 1
    return F.conv1d(F.pad(x.movedim(-1, 1), (total // 2, total - total // 2)), weights, m["conv1d_1.biases"]).movedim(
        1, -1
    )
