"""Convolution and pooling against ONNX Runtime, whose conventions are those of ONNX, over random settings.

Its axes are (channels, height, width), its kernels (filters, channels of a group, height, width); its SAME_UPPER is our
"same", and its average leaves the padding out, as ours does.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")

two = st.tuples(st.integers(1, 3), st.integers(1, 3))
SEED = st.integers(0, 2**32 - 1)


def run(operation: str, inputs: list[np.ndarray], **attributes: Any) -> np.ndarray:
    """What ONNX Runtime makes of float32 arrays."""
    names = ["x", "w"][: len(inputs)]
    helper, float32 = onnx.helper, onnx.TensorProto.FLOAT
    given = [helper.make_tensor_value_info(name, float32, a.shape) for name, a in zip(names, inputs, strict=True)]
    result = helper.make_tensor_value_info("y", float32, None)
    graph = helper.make_graph([helper.make_node(operation, names, ["y"], **attributes)], "one", given, [result])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = runtime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, dict(zip(names, inputs, strict=True)))[0])


def channels_first(x: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.moveaxis(x, -1, 1))


def pads(padding: Any) -> dict[str, Any]:
    if padding == "same":
        return {"auto_pad": "SAME_UPPER"}
    return {"pads": [0] * 4 if padding == "valid" else [*padding, *padding]}


@st.composite
def slides(draw: st.DrawFn, most_padding: int) -> tuple[tuple[int, ...], dict[str, Any]]:
    """Height and width, and the settings of windows that fit in."""
    size, stride = draw(two), draw(two)
    numbers = st.tuples(*(st.integers(0, min(most_padding, one - 1)) for one in size))
    padding = draw(st.one_of(st.sampled_from(["valid", "same"]), numbers))
    if padding == "same":  # where windows leave gaps, ONNX Runtime computes a padding below 0, and gives up
        stride = tuple(map(min, stride, size))
    return tuple(one + draw(st.integers(0, 4)) for one in size), {"size": size, "stride": stride, "padding": padding}


def compare(layer: gn.Layer, x: np.ndarray, expected: Any) -> None:
    net = gn.Network(x.shape[1:], layer, seed=1)
    kernels = net.parameters.get("conv2d_1.weights", net.parameters.get("conv2dtranspose_1.weights"))
    theirs = np.moveaxis(expected(channels_first(x), kernels), 1, -1)
    np.testing.assert_allclose(net(x), theirs, rtol=1e-5, atol=1e-5)


@given(slides(2), two, st.integers(1, 3), SEED)
@settings(max_examples=60, deadline=None)
def test_convolution(slide: Any, dilation: tuple[int, int], groups: int, seed: int) -> None:
    lengths, how = slide
    dilation = (1, 1) if how["padding"] == "same" else dilation  # ONNX Runtime takes none with it
    lengths = tuple(n + (s - 1) * (d - 1) for n, s, d in zip(lengths, how["size"], dilation, strict=True))
    x = np.random.default_rng(seed).normal(size=(2, *lengths, 2 * groups)).astype(np.float32)
    compare(
        gn.Conv2D(groups * 2, **how, dilation=dilation, groups=groups),
        x,
        lambda x, w: run(
            "Conv", [x, np.ascontiguousarray(w.transpose(3, 2, 0, 1))], strides=how["stride"], dilations=dilation,
            group=groups, **pads(how["padding"])
        ),
    )  # fmt: skip


@given(slides(0), two, SEED)
@settings(max_examples=40, deadline=None)
def test_transposed_convolution(slide: Any, dilation: tuple[int, int], seed: int) -> None:
    lengths, how = slide
    how["padding"] = "valid"
    x = np.random.default_rng(seed).normal(size=(2, *lengths, 2)).astype(np.float32)
    compare(
        gn.Conv2DTranspose(3, **how, dilation=dilation),
        x,
        lambda x, w: run(
            "ConvTranspose", [x, np.ascontiguousarray(w.transpose(2, 3, 0, 1))], strides=how["stride"],
            dilations=dilation,
        ),
    )  # fmt: skip


@pytest.mark.parametrize(("layer", "operation"), [(gn.MaxPool2D, "MaxPool"), (gn.AveragePool2D, "AveragePool")])
@given(slide=slides(1), seed=SEED)
@settings(max_examples=40, deadline=None)
def test_pooling(layer: Any, operation: str, slide: Any, seed: int) -> None:
    lengths, how = slide
    x = np.random.default_rng(seed).normal(size=(2, *lengths, 2)).astype(np.float32)
    settings_ = {"kernel_shape": how["size"], "strides": how["stride"], **pads(how["padding"])}
    compare(layer(**how), x, lambda x, _: run(operation, [x], **settings_))


@given(st.tuples(*[st.integers(1, 5)] * 3), SEED)
@settings(max_examples=10, deadline=None)
def test_over_all_places(shape: tuple[int, ...], seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=(2, *shape)).astype(np.float32)
    for layer, operation in ((gn.GlobalAveragePool, "GlobalAveragePool"), (gn.GlobalMaxPool, "GlobalMaxPool")):
        theirs = run(operation, [channels_first(x)])[:, :, 0, 0]
        np.testing.assert_allclose(gn.Network(shape, layer())(x), theirs, rtol=1e-5, atol=1e-6)
