"""The slopes of every activation and loss at and around its corners, where a derivative is a convention: PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import glassnet as gn
from glassnet import ops
from glassnet.ir import Graph, Trace, Var, operand, source
from glassnet.readings import evaluate, gradients, simplify
from tests.oracles.cases import F, Tensor, torch

AROUND = [-1e4, -800.0, -3.0, -1.0, -1e-30, -0.0, 0.0, 1e-30, 1.0, 3.0, 800.0, 1e4]
"""Every corner, its neighbourhood, and where exponentials overflow."""
TARGETS = (-1.0, 0.0, 1.0, 3.0)


@dataclass(frozen=True)
class Kinked:
    """A function of one number and its twin."""

    ours: Callable[[Var], Var]
    twin: Callable[[Tensor], Tensor]


def _activation(function: Any, twin: Callable[[Tensor], Tensor]) -> Kinked:
    return Kinked(gn.Activation(function), twin)


def _loss(loss: gn.Loss, twin: Callable[[Tensor, Tensor], Tensor], target: float) -> Kinked:
    return Kinked(
        lambda x: loss(x, operand(np.full((len(AROUND), 1), target), x.dtype)),
        lambda x: twin(x, torch.full_like(x, target)),
    )


def _margin(prediction: Tensor, target: Tensor) -> Tensor:
    side = 2.0 * (target > 0) - 1
    return F.margin_ranking_loss(prediction, torch.zeros_like(prediction), side, margin=1.0, reduction="none")


LOSSES: dict[str, tuple[gn.Loss, Callable[[Tensor, Tensor], Tensor]]] = {
    "squared error": (gn.SquaredError(), lambda p, y: F.mse_loss(p, y, reduction="none")),
    "absolute error": (gn.AbsoluteError(), lambda p, y: F.l1_loss(p, y, reduction="none")),
    "huber": (gn.Huber(1.0), lambda p, y: F.huber_loss(p, y, delta=1.0, reduction="none")),
    "huber of 2": (gn.Huber(2.0), lambda p, y: F.huber_loss(p, y, delta=2.0, reduction="none")),
    "hinge": (gn.Hinge(), _margin),
}
KINKED = {
    "relu": _activation("relu", lambda x: F.relu(x)),
    "squared relu": _activation("squared relu", lambda x: F.relu(x) ** 2),
    "leaky relu": _activation(gn.LeakyRelu(0.3), lambda x: F.leaky_relu(x, 0.3)),
    "prelu": _activation("prelu", lambda x: F.prelu(x, torch.tensor([0.25], dtype=x.dtype))),
    "elu": _activation("elu", lambda x: F.elu(x)),
    "elu of 0.7": _activation(gn.Elu(0.7), lambda x: F.elu(x, 0.7)),
    "selu": _activation("selu", lambda x: F.selu(x)),
    "gelu": _activation("gelu", lambda x: F.gelu(x)),
    "silu": _activation("silu", lambda x: F.silu(x)),
    "mish": _activation("mish", lambda x: F.mish(x)),
    "sigmoid": _activation("sigmoid", lambda x: torch.sigmoid(x)),
    "hard sigmoid": _activation("hard sigmoid", lambda x: F.hardsigmoid(x)),
    "tanh": _activation("tanh", lambda x: torch.tanh(x)),
    "softplus": _activation("softplus", lambda x: F.softplus(x)),
    "softsign": _activation("softsign", lambda x: F.softsign(x)),
    **{
        f"{name}, target {target:g}": _loss(loss, twin, target)
        for name, (loss, twin) in LOSSES.items()
        for target in TARGETS
    },
}


def our_slopes(case: Kinked) -> np.ndarray:
    x = source("input", "x", (len(AROUND), 1), "float64")
    with Trace("float64"):
        [slopes] = gradients(ops.sum(case.ours(x)), [x])
    values = {"x": np.array(AROUND)[:, None], "slope": np.array([0.25])}
    return evaluate(Graph(simplify({"slopes": slopes})), values)["slopes"][:, 0]


def twin_slopes(case: Kinked) -> np.ndarray:
    x = torch.tensor(AROUND, dtype=torch.float64)[:, None].requires_grad_()
    case.twin(x).sum().backward()
    return np.asarray(x.grad.numpy()[:, 0])
