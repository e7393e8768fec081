"""PyTorch's layers for networks of pictures."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from bench.suite.stacks import PICTURE, Layer, walked


class LastState(nn.LSTM):  # type: ignore[misc]
    """Of a sequence. Its second biases, which only double the first, stay 0 and are not trained."""

    def __init__(self, features: int, units: int) -> None:
        super().__init__(features, units, batch_first=True)
        self.bias_hh_l0.requires_grad_(False).zero_()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x)[0][:, -1]


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
            case ("rows",):
                layers.append(nn.Flatten(1, 2))
            case ("lstm", units):
                layers.append(LastState(shape[1], units))
            case ("dense", units):
                layers.append(nn.Linear(shape[0], units))
            case (name,):
                layers.append(nn.Tanh() if name == "tanh" else nn.ReLU())
    return nn.Sequential(*layers)
