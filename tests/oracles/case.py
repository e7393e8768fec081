"""What a comparison with PyTorch is: our specification, its twin, and the convention on which they agree."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import glassnet as gn

Tensor = Any


@dataclass(frozen=True)
class _Lazily:
    """A module, imported when first used."""

    module: str

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(self.module), name)


torch: Any = _Lazily("torch")
F: Any = _Lazily("torch.nn.functional")

SQUARED_ERROR, PLAIN = gn.SquaredError(), gn.SGD(0.1)


@dataclass(frozen=True)
class Case:
    """A network, how it is trained, and the same in PyTorch.

    ``forward(m, x)`` is the twin's output before ``finish``; ``m["dense_1.weights"]`` its parameters and running
    statistics, ``m.training`` its mode. ``torch_loss(output, y)`` gives one number for each sample.
    """

    name: str
    layers: Sequence[gn.Layer]
    forward: Callable[[Any, Tensor], Tensor]
    convention: str = "PyTorch's"
    finish: Callable[[Tensor], Tensor] = lambda z: z
    loss: gn.Loss = SQUARED_ERROR
    torch_loss: Callable[[Tensor, Tensor], Tensor] = lambda p, y: ((p - y) ** 2).flatten(1).mean(1)
    optimizer: gn.Optimizer = PLAIN
    torch_optimizer: Callable[[list[Tensor]], Any] = lambda w: torch.optim.SGD(w, lr=0.1)
    torch_schedule: Callable[[Any], Any] | None = None
    torch_penalty: Callable[[Any], Tensor | float] = lambda m: 0.0
    torch_clip: Callable[[list[Tensor]], Any] = lambda w: None
    settings: dict[str, Any] = field(default_factory=dict)
    targets: str = "values"
    inputs: int | tuple[int, ...] = 3
    whole_numbers: int | None = None
    weights_scale: float = 1.0
    batch_size: int = 5
    trains: bool = True
    frozen: tuple[str, ...] = ()
    dtypes: tuple[str, ...] = ("float64", "float32")


def linear(m: Any, x: Tensor, name: str) -> Tensor:
    return F.linear(x, m[f"{name}.weights"].T, m[f"{name}.biases"])


def one_hidden(activation: Callable[[Any, Tensor], Tensor]) -> Callable[[Any, Tensor], Tensor]:
    return lambda m, x: linear(m, activation(m, linear(m, x, "dense_1")), "dense_2")


def tanh_network(m: Any, x: Tensor) -> Tensor:
    return linear(m, torch.tanh(linear(m, x, "dense_1")), "dense_2")


def a_layer(m: Any, x: Tensor) -> Tensor:
    return linear(m, x, "dense_1")
