"""PyTorch's layers for networks of pictures."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from bench.suite.stacks import PICTURE, Layer, walked


def module(stack: Sequence[Layer]) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Unflatten(1, (1, *PICTURE[:2]))]
    for layer, shape in walked(stack):
        match layer:
            case ("convolution", filters, size, padding):
                layers.append(nn.Conv2d(shape[2], filters, size, padding=size // 2 if padding == "same" else 0))
            case ("mean pool", size):
                layers.append(nn.AvgPool2d(size))
            case ("max pool", size):
                layers.append(nn.MaxPool2d(size))
            case ("flatten",):
                layers.append(nn.Flatten())
            case ("mean",):
                layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
            case ("dense", units):
                layers.append(nn.Linear(shape[0], units))
            case (name,):
                layers.append(nn.Tanh() if name == "tanh" else nn.ReLU())
    return nn.Sequential(*layers)
