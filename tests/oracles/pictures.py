"""Layers of pictures and sequences beside PyTorch's. Ours have the channels last, (height, width, channels)."""

from __future__ import annotations

from typing import Any

import glassnet as gn
from tests.oracles.case import Case, F, Tensor, linear, torch

STEADY: dict[str, Any] = {
    "weights_scale": 0.5,
    "optimizer": gn.SGD(0.02),
    "torch_optimizer": lambda w: torch.optim.SGD(w, lr=0.02),
}
"""Smaller weights and steps: with these many numbers a training would diverge."""


def conv(m: Any, x: Tensor, name: str = "conv2d_1", pads: tuple[int, ...] = (), **how: Any) -> Tensor:
    """``pads``: zeros to the left, to the right, above and below."""
    weights = m[f"{name}.weights"]
    order = (weights.ndim - 1, weights.ndim - 2, *range(weights.ndim - 2))
    apply = F.conv2d if weights.ndim == 4 else F.conv1d
    y = apply(F.pad(x.movedim(-1, 1), pads), weights.permute(order), m.get(f"{name}.biases"), **how)
    return y.movedim(1, -1)


def transposed(m: Any, x: Tensor, **how: Any) -> Tensor:
    """PyTorch's weights of a group stand below each other: (channels, filters of a group, height, width)."""
    weights, groups = m["conv2dtranspose_1.weights"], how.get("groups", 1)
    own = torch.cat([part.permute(2, 3, 0, 1) for part in weights.chunk(groups, -1)])
    y = F.conv_transpose2d(x.movedim(-1, 1), own, m["conv2dtranspose_1.biases"], **how)
    return y.movedim(1, -1)


def pooled(x: Tensor, pool: str, *how: Any, **more: Any) -> Tensor:
    return getattr(F, pool)(x.movedim(-1, 1), *how, **more).movedim(1, -1)


def picture(
    name: str, layers: Any, twin: Any, convention: str = "PyTorch's", inputs: Any = (6, 5, 2), **more: Any
) -> Case:
    """Some layers, and a dense one after all their numbers in a row."""
    many = layers if isinstance(layers, tuple) else (layers,)
    return Case(
        f"pictures {name}",
        (*many, gn.Flatten(), gn.Dense(2)),
        lambda m, x: linear(m, twin(m, x).flatten(1), "dense_1"),
        convention,
        inputs=inputs,
        **STEADY,
        **more,
    )


def penalised(m: Any) -> Tensor:
    return 0.1 * (m["conv2d_1.weights"] ** 2).sum() + 0.2 * m["conv2d_1.biases"].abs().sum()


def residual(m: Any, x: Tensor) -> Tensor:
    h = torch.tanh(conv(m, x, padding="same"))
    return torch.tanh(h + conv(m, torch.tanh(conv(m, h, "conv2d_2", padding="same")), "conv2d_3", padding="same"))


def channel_norm(m: Any, x: Tensor) -> Tensor:
    names = ("running_mean", "running_variance", "scale", "shift")
    mean, variance, scale, shift = (m[f"batchnorm_1.{name}"] for name in names)
    y = F.batch_norm(conv(m, x).movedim(-1, 1), mean, variance, scale, shift, m.training, 0.1, 1e-5)
    return torch.relu(y.movedim(1, -1))


def lenet(m: Any, x: Tensor) -> Tensor:
    y = torch.tanh(pooled(torch.tanh(conv(m, x[..., None], padding="same")), "avg_pool2d", 2))
    y = pooled(torch.tanh(conv(m, y, "conv2d_2")), "avg_pool2d", 2).flatten(1)
    return torch.tanh(linear(m, y, "dense_1"))


CONVOLUTIONS = [
    picture("conv2d", gn.Conv2D(3, 3, "tanh"), lambda m, x: torch.tanh(conv(m, x))),
    picture(
        "conv2d of one channel",
        gn.Conv2D(3, (2, 3), "tanh"),
        lambda m, x: torch.tanh(conv(m, x[..., None])),
        "a picture (height, width) has one channel",
        inputs=(5, 6),
    ),
    picture(
        "conv2d with strides, padding and dilation",
        gn.Conv2D(3, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 3)),
        lambda m, x: conv(m, x, stride=(2, 1), padding=(1, 2), dilation=(1, 3)),
    ),
    picture(
        "conv2d same",
        gn.Conv2D(3, (2, 4), padding="same"),
        lambda m, x: conv(m, x, pads=(1, 2, 0, 1)),
        "of an odd number of zeros one more stands behind, in PyTorch and in Keras",
    ),
    picture(
        "conv2d same with strides",
        gn.Conv2D(3, (3, 4), padding="same", stride=(2, 3)),
        lambda m, x: conv(m, x, pads=(1, 1, 0, 1), stride=(2, 3)),
        "Keras's: ⌈length / stride⌉ places; PyTorch has no such padding, so it is written out",
    ),
    picture(
        "conv2d same with dilation",
        gn.Conv2D(3, 3, padding="same", dilation=2),
        lambda m, x: conv(m, x, padding="same", dilation=2),
    ),
    picture(
        "conv2d in groups",
        gn.Conv2D(6, 3, "tanh", groups=2),
        lambda m, x: torch.tanh(conv(m, x, groups=2)),
        "channels and filters of a group follow each other",
        inputs=(5, 5, 4),
    ),
    picture(
        "conv2d depthwise",
        gn.Conv2D(6, 3, groups=3, stride=2, padding=1),
        lambda m, x: conv(m, x, groups=3, stride=2, padding=1),
        "two filters for each channel",
        inputs=(5, 5, 3),
    ),
    picture(
        "conv2d without biases",
        gn.Conv2D(3, 3, "prelu", biases=None),
        lambda m, x: F.prelu(conv(m, x).movedim(-1, 1), m["conv2d_1.slope"]).movedim(1, -1),
    ),
    picture(
        "conv2d with penalties",
        gn.Conv2D(3, 3, weights_penalty=gn.Penalty(l2=0.1), biases_penalty=gn.Penalty(l1=0.2)),
        lambda m, x: conv(m, x),
        torch_penalty=penalised,
    ),
    picture("conv2d of single places", gn.Conv2D(3, 1, "tanh"), lambda m, x: torch.tanh(conv(m, x))),
    picture(
        "conv1d",
        (gn.Conv1D(3, 3, "tanh", stride=2, dilation=2), gn.Conv1D(2, 2, padding="same")),
        lambda m, x: conv(m, torch.tanh(conv(m, x, "conv1d_1", stride=2, dilation=2)), "conv1d_2", pads=(0, 1)),
        inputs=(9, 2),
    ),
    picture(
        "conv1d in groups of one channel",
        gn.Conv1D(2, 3),
        lambda m, x: conv(m, x[..., None], "conv1d_1"),
        inputs=6,
    ),
    picture(
        "transposed", gn.Conv2DTranspose(3, 3, "tanh"), lambda m, x: torch.tanh(transposed(m, x)), inputs=(3, 2, 2)
    ),
    picture(
        "transposed with strides, padding and dilation",
        gn.Conv2DTranspose(3, (3, 2), stride=(2, 3), padding=1, dilation=(1, 2)),
        lambda m, x: transposed(m, x, stride=(2, 3), padding=1, dilation=(1, 2)),
        "padding is cut off, as in PyTorch",
        inputs=(3, 2, 2),
    ),
    picture(
        "transposed same",
        gn.Conv2DTranspose(3, (3, 4), stride=2, padding="same"),
        lambda m, x: transposed(m, x, stride=2)[:, :6, 1:5],
        "Keras's: length · stride rows; of an odd number, one more is cut off behind",
        inputs=(3, 2, 2),
    ),
    picture(
        "transposed same with gaps",
        gn.Conv2DTranspose(3, 1, stride=3, padding="same"),
        lambda m, x: transposed(m, x, stride=3, output_padding=2),
        "places that no kernel reaches have the bias alone",
        inputs=(3, 2, 2),
    ),
    picture(
        "transposed in groups",
        gn.Conv2DTranspose(6, 2, groups=2, stride=2),
        lambda m, x: transposed(m, x, groups=2, stride=2),
        inputs=(3, 2, 4),
    ),
]

POOLS = [
    picture(
        "max pool after relu",
        (gn.Conv2D(3, 2, "relu"), gn.MaxPool2D(2)),
        lambda m, x: pooled(torch.relu(conv(m, x)), "max_pool2d", 2),
        "of equal largest numbers, as the zeros of relu are, the first has the gradient",
    ),
    picture(
        "max pool with strides and padding",
        (gn.Conv2D(3, 2), gn.MaxPool2D(3, stride=(1, 2), padding=1)),
        lambda m, x: pooled(conv(m, x), "max_pool2d", 3, (1, 2), 1),
        "padding never wins",
    ),
    picture(
        "max pool same",
        (gn.Conv2D(3, 2), gn.MaxPool2D((2, 3), stride=2, padding="same")),
        lambda m, x: F.max_pool2d(F.pad(conv(m, x).movedim(-1, 1), (0, 1, 0, 1), value=-9e9), (2, 3), 2).movedim(1, -1),
        "Keras's: ⌈length / stride⌉ windows",
    ),
    picture(
        "max pool of sequences",
        (gn.Conv1D(2, 2), gn.MaxPool1D(3, stride=2)),
        lambda m, x: pooled(conv(m, x, "conv1d_1"), "max_pool1d", 3, 2),
        inputs=(9, 2),
    ),
    picture(
        "average pool",
        (gn.Conv2D(3, 2), gn.AveragePool2D((2, 3), stride=1)),
        lambda m, x: pooled(conv(m, x), "avg_pool2d", (2, 3), 1),
    ),
    picture(
        "average pool with padding",
        (gn.Conv2D(3, 2), gn.AveragePool2D(3, stride=2, padding=1)),
        lambda m, x: pooled(conv(m, x), "avg_pool2d", 3, 2, 1, count_include_pad=False),
        "the mean of what lies in the picture: Keras's; PyTorch's count_include_pad=False",
    ),
    picture(
        "average pool of sequences",
        (gn.Conv1D(2, 2), gn.AveragePool1D(2)),
        lambda m, x: pooled(conv(m, x, "conv1d_1"), "avg_pool1d", 2),
        inputs=(9, 2),
    ),
    picture(
        "global average pool",
        (gn.Conv2D(3, 2), gn.GlobalAveragePool()),
        lambda m, x: F.adaptive_avg_pool2d(conv(m, x).movedim(-1, 1), 1),
    ),
    picture(
        "global max pool",
        (gn.Conv2D(3, 2, "relu"), gn.GlobalMaxPool()),
        lambda m, x: F.adaptive_max_pool2d(torch.relu(conv(m, x)).movedim(-1, 1), 1),
        "of equal largest numbers the first has the gradient",
    ),
]

NETWORKS = [
    picture(
        "made larger",
        (gn.Conv2D(2, 2), gn.UpSample2D((2, 3)), gn.ZeroPad2D(((1, 0), (2, 1))), gn.Conv2D(2, 3, "tanh")),
        lambda m, x: torch.tanh(
            conv(
                m,
                conv(m, x).repeat_interleave(2, 1).repeat_interleave(3, 2),
                "conv2d_2",
                pads=(2, 1, 1, 0),
            )
        ),
        inputs=(4, 3, 2),
    ),
    picture(
        "batch norm over channels",
        (gn.Conv2D(3, 2), gn.BatchNorm(), gn.Activation("relu")),
        channel_norm,
        "one statistic for each channel, over samples and places",
    ),
    picture(
        "residual block",
        (
            gn.Conv2D(3, 3, "tanh", padding="same"),
            gn.Add(
                gn.Identity(), gn.Sequential(gn.Conv2D(3, 3, "tanh", padding="same"), gn.Conv2D(3, 3, padding="same"))
            ),
            gn.Activation("tanh"),
        ),
        residual,
        inputs=(4, 3, 2),
    ),
    Case(
        "pictures lenet",
        (
            gn.Conv2D(2, 3, "tanh", padding="same"), gn.AveragePool2D(2), gn.Activation("tanh"),
            gn.Conv2D(3, 3, "tanh"), gn.AveragePool2D(2), gn.Flatten(), gn.Dense(4, "tanh"), gn.Dense(3),
        ),
        lambda m, x: linear(m, lenet(m, x), "dense_2"),
        inputs=(8, 8),
    ),
]  # fmt: skip

PICTURES = [*CONVOLUTIONS, *POOLS, *NETWORKS]
