"""Every number between input and loss of random networks, explained, against PyTorch: sums, values, δ and slopes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import glassnet as gn
from tests.oracles.cases import torch

pytest.importorskip("torch")

TWINS = {
    "relu": lambda z: torch.relu(z),
    "tanh": lambda z: torch.tanh(z),
    "sigmoid": lambda z: torch.sigmoid(z),
    "gelu": lambda z: torch.nn.functional.gelu(z),
    "silu": lambda z: torch.nn.functional.silu(z),
    "elu": lambda z: torch.nn.functional.elu(z),
    "selu": lambda z: torch.nn.functional.selu(z),
    "softplus": lambda z: torch.nn.functional.softplus(z),
    "leaky relu": lambda z: torch.nn.functional.leaky_relu(z, 0.01),
    "mish": lambda z: torch.nn.functional.mish(z),
}
SAMPLES = 3


def tensor(array: Any) -> Any:
    return torch.tensor(np.asarray(array), dtype=torch.float64, requires_grad=True)


@pytest.mark.parametrize("is_training", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_every_number_of_a_network(seed: int, is_training: bool) -> None:
    random = np.random.default_rng(seed)
    chosen = [str(name) for name in random.choice(list(TWINS), size=2)]
    widths = [int(units) for units in random.integers(2, 4, size=2)]
    layers = [gn.Dense(units, name, biases="normal") for units, name in zip(widths, chosen, strict=True)]
    net = gn.Network(2, layers[0], gn.BatchNorm(), layers[1], gn.Dense(3, "softmax"), dtype="float64", seed=seed)
    net.state["batchnorm_1.running_variance"][...] = random.uniform(0.5, 2, widths[0])
    x, y = random.normal(size=(SAMPLES, 2)), random.integers(0, 3, SAMPLES)
    explanation = net.explain(x, y, optimizer="sgd")

    m = {name: tensor(array) for name, array in net.arrays().items()}
    inputs = tensor(x)
    a = inputs @ m["dense_1.weights"] + m["dense_1.biases"]
    value = TWINS[chosen[0]](a)
    mean, variance = m["batchnorm_1.running_mean"], m["batchnorm_1.running_variance"]
    if is_training:
        mean, variance = value.mean(0), value.var(0, unbiased=False)
    b = (value - mean) / torch.sqrt(variance + 1e-5) * m["batchnorm_1.scale"] + m["batchnorm_1.shift"]
    c = b @ m["dense_2.weights"] + m["dense_2.biases"]
    then = TWINS[chosen[1]](c)
    z = then @ m["dense_3.weights"] + m["dense_3.biases"]
    p = torch.softmax(z, 1)
    losses = torch.nn.functional.cross_entropy(z, torch.tensor(y), reduction="none")

    first, second = (name.replace(" ", "_") for name in chosen)
    found = {"a{}": a, first + "(a{})": value, "b{}": b, "c{}": c, second + "(c{})": then, "y{}": z, "softmax(y{})": p}
    mark = " in training" if is_training else ""
    assert explanation.training.mark == " in training"
    slopes = torch.autograd.grad(losses.mean(), [*list(found.values())[:-1], inputs], retain_graph=True)
    of_output = torch.autograd.grad(p[1, 2], [*list(found.values())[:-1], inputs], retain_graph=True)
    of_sample = torch.autograd.grad(losses[1], m["dense_1.weights"], retain_graph=True)[0]
    names = list(found)

    def same(name: str, theirs: Any) -> None:
        assert explanation[name].value == pytest.approx(theirs.item(), rel=1e-9, abs=1e-12), name

    for name, theirs in found.items():
        for i, j in np.ndindex(*theirs.shape):
            same(numbered(name, i, j) + mark, theirs[i, j])
    for name, theirs, output in zip([*names[:-1], "input"], slopes, of_output, strict=True):
        for i, j in np.ndindex(*theirs.shape):
            by = f"{'uv'[j]}{raised(i)}" if name == "input" else numbered(name, i, j)
            same(f"∂loss/∂{by}{mark}", theirs[i, j])
            same(f"∂softmax(y3⁽²⁾)/∂{by}{mark}", output[i, j])
    for i in range(SAMPLES):
        same(f"loss{raised(i)}{mark}", losses[i])
    for i, j in np.ndindex(*of_sample.shape):
        same(f"∂loss⁽²⁾/∂dense_1.weights[{i}, {j}]{mark}", of_sample[i, j])


def numbered(name: str, sample: int, unit: int) -> str:
    return name.format(f"{unit + 1}{raised(sample)}")


def raised(sample: int) -> str:
    return "⁽" + "¹²³"[sample] + "⁾"
