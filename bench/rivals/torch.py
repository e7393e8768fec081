"""PyTorch: eager with the fused Adam, and the same with the loss compiled by torch.compile."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from bench.rivals import torch_stacks, torch_transformers
from bench.suite.stacks import channels_first, channels_last
from bench.suite.task import EPSILON, NORM_EPSILON, Array, Task, Work, first_weights


def module(work: Work) -> nn.Module:
    if work.stack:
        return torch_stacks.module(work.stack)
    if work.transformer:
        return torch_transformers.module(work.transformer)
    layers: list[nn.Module] = []
    activation = nn.Tanh if work.activation == "tanh" else nn.ReLU
    for inputs, units in pairwise(work.sizes[:-1]):
        layers.append(nn.Linear(inputs, units))
        layers += [nn.BatchNorm1d(units, eps=NORM_EPSILON)] if work.norm else []
        layers.append(activation())
        layers += [nn.Dropout(work.dropout)] if work.dropout else []
    return nn.Sequential(*layers, nn.Linear(*work.sizes[-2:])).to(getattr(torch, work.dtype))


class Eager:
    def __init__(self, task: Task) -> None:
        self.work, self.net = task.work, module(task.work)
        self.x, self.y = torch.from_numpy(task.x), torch.from_numpy(task.y)
        self.trained = [parameter for parameter in self.net.parameters() if parameter.requires_grad]
        with torch.no_grad():
            for parameter, values in zip(self.trained, self._theirs(first_weights(task.work)), strict=True):
                parameter.copy_(torch.from_numpy(values))
        self.optimizer = torch.optim.Adam(self.trained, task.work.rate, eps=EPSILON, fused=True)
        self.loss: Any = self._loss
        self.run: Any = self._answer
        self.dtype = getattr(torch, task.work.dtype)
        self.net.train()

    def _inputs(self, x: torch.Tensor) -> torch.Tensor:
        return x.to(self.dtype) * self.work.scale if self.work.scale != 1 else x

    def _loss(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        work, sums = self.work, self.net(self._inputs(x))
        smooth = work.smoothing
        if work.transformer:
            return F.cross_entropy(sums.flatten(0, 1), y.flatten())
        loss = F.cross_entropy(sums, y, label_smoothing=smooth) if work.classifies else F.mse_loss(sums, y)
        if work.l2:
            loss = loss + work.l2 * sum(
                layer.weight.square().sum() for layer in self.net if isinstance(layer, nn.Linear)
            )
        return loss

    def train(self, epochs: int) -> None:
        for _ in range(epochs):
            total = torch.zeros(())
            for numbers in torch.randperm(len(self.x)).split(self.work.batch):
                self.optimizer.zero_grad()
                loss = self.loss(self.x[numbers], self.y[numbers])
                loss.backward()
                if self.work.clip:
                    nn.utils.clip_grad_norm_(self.net.parameters(), self.work.clip)
                self.optimizer.step()
                total += loss.detach()
            total.item()

    def _theirs(self, arrays: list[Array]) -> list[Array]:
        if self.work.transformer:
            return torch_transformers.theirs(self.work.transformer, arrays)
        stack = self.work.stack
        return channels_first(stack, arrays) if stack else [array.T.copy() for array in arrays]

    def weights(self) -> list[Array]:
        arrays = [parameter.detach().numpy() for parameter in self.trained]
        if self.work.transformer:
            return torch_transformers.ours(self.work.transformer, arrays)
        return channels_last(self.work.stack, arrays) if self.work.stack else [array.T for array in arrays]

    def _answer(self, x: torch.Tensor) -> torch.Tensor:
        return F.softmax(self.net(self._inputs(x)), dim=-1)

    def answer(self, x: Array) -> Array:
        with torch.inference_mode():
            found: Array = self.run(torch.from_numpy(x)).numpy()
        return found


class Compiled(Eager):
    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.loss, self.run = torch.compile(self._loss), torch.compile(self._answer)


VARIANTS = {"eager": Eager, "compiled": Compiled}
