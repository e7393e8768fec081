"""One training step as one graph: forward, loss, penalty, gradients, clipping, the optimiser's update, statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet import ops
from glassnet.ir.graph import Graph, Var, operand, source
from glassnet.ir.require import require, require_count, require_number
from glassnet.ir.trace import Slot, Trace, recall, remember, scope
from glassnet.ir.types import BATCH, Array, Shape
from glassnet.layers.layer import Layer, run
from glassnet.layers.losses import Loss
from glassnet.readings.differentiate import gradients
from glassnet.readings.simplify import simplify
from glassnet.train.optimizers.optimizer import Optimizer, require_share


@dataclass(frozen=True)
class StepSettings:
    """What, besides the network, decides the arithmetic of a training step.

    clip_value bounds each number of a gradient, clip_norm the length of the whole gradient. accumulate sums the
    gradients of so many batches before one update. ema is the decay of an exponential moving average of the weights.
    """

    loss: Loss
    optimizer: Optimizer
    clip_value: float | None = None
    clip_norm: float | None = None
    accumulate: int = 1
    ema: float | None = None

    def __post_init__(self) -> None:
        for value, what in ((self.clip_value, "clip_value"), (self.clip_norm, "clip_norm")):
            if value is not None:
                require_number(value, what, 0, open_low=True)
        require_count(self.accumulate, "accumulate")
        if self.ema is not None:
            require_share(self.ema, "ema")


@dataclass(frozen=True)
class Target:
    """What the network is to give: the type of ``y`` in a batch, and whether samples are weighted."""

    shape: Shape
    dtype: str
    weighted: bool


def target_of(y: Array, weighted: bool) -> Target:
    """The type of an array of prepared targets."""
    return Target((BATCH, *y.shape[1:]), str(y.dtype), weighted)


def loss_graph(root: Layer, input_shape: Shape, loss: Loss, target: Target, trace: Trace) -> dict[str, Var]:
    """Forward and loss: the variables "prediction", "losses" (one a sample), "loss" and "penalty"."""
    x = source("input", "x", (BATCH, *input_shape), trace.dtype)
    y = source("input", "y", target.shape, target.dtype)
    prediction = run(root, x)
    losses = loss(prediction, y)
    require(
        losses.shape == (BATCH,),
        f"{type(loss).__name__} compares predictions of shape {prediction.shape} with targets of shape {y.shape} "
        f"and gives {losses.shape}; it must give one number for each sample",
    )
    if target.weighted:
        losses = losses * source("input", "sample_weight", (BATCH,), trace.dtype)
    penalty = operand(0.0, trace.dtype)
    for declared in trace.parameters.values():
        if declared.penalty is not None:
            penalty = penalty + declared.penalty(declared.var)
    return simplify({"prediction": prediction, "losses": losses, "loss": ops.mean(losses), "penalty": penalty})


def training_graph(
    root: Layer, input_shape: Shape, dtype: str, settings: StepSettings, target: Target
) -> tuple[Graph, Trace]:
    """The whole step as a graph, and the trace with its parameters and state.

    Outputs: "loss", "penalty", "prediction", and the new value of each parameter that is not frozen and of each state
    under "parameters/…" and "state/…".
    """
    with Trace(dtype, training=True) as trace:
        forward = loss_graph(root, input_shape, settings.loss, target, trace)
        require(bool(trace.parameters), "this network has no weights, so there is nothing to train")
        parameters = {name: declared.var for name, declared in trace.parameters.items() if declared.trainable}
        require(bool(parameters), "all layers with weights are frozen; let some learn: net.unfreeze(*net.layers)")
        objective = forward["loss"] + forward["penalty"]
        found = dict(zip(parameters, gradients(objective, list(parameters.values())), strict=True))
        with scope("optimizer"):
            new = _update(parameters, found, objective, settings, trace)
        outputs = {name: forward[name] for name in ("loss", "penalty", "prediction")}
        outputs |= {f"parameters/{name}": var for name, var in new.items()}
        outputs |= {f"state/{name}": slot.update for name, slot in trace.state.items() if slot.update is not None}
    return Graph(simplify(outputs)), trace


def _update(
    parameters: dict[str, Var], found: dict[str, Var], objective: Var, settings: StepSettings, trace: Trace
) -> dict[str, Var]:
    """The new parameters; everything that is kept between steps is remembered in the trace."""
    if settings.accumulate > 1:
        return _accumulated(parameters, found, objective, settings, trace)
    new = settings.optimizer.apply(parameters, clipped(found, settings), trace.step, objective)
    return _averaged(parameters, new, settings, trace.step)


def clipped(found: Mapping[str, Var], settings: StepSettings) -> dict[str, Var]:
    """Gradients bounded number by number, then all together in length (Pascanu, Mikolov & Bengio 2013)."""
    new = dict(found)
    if (bound := settings.clip_value) is not None:
        new = {name: ops.clip(g, -bound, bound) for name, g in new.items()}
    if settings.clip_norm is not None:
        squares = [ops.sum(g**2) for g in new.values()]
        length = ops.sqrt(sum(squares[1:], squares[0]))
        scale = settings.clip_norm / ops.maximum(length, settings.clip_norm)
        new = {name: g * scale for name, g in new.items()}
    return new


def _averaged(parameters: dict[str, Var], new: dict[str, Var], settings: StepSettings, step: Var) -> dict[str, Var]:
    """Also keep an exponential moving average of the weights, from the first weights on, if one is asked for."""
    if settings.ema is not None:
        first = ops.equal(step, 1.0)
        for name, w in new.items():
            with scope(name):
                before = ops.where(first, parameters[name], recall("ema", like=w))
                remember("ema", settings.ema * before + (1 - settings.ema) * w)
    return new


def _accumulated(
    parameters: dict[str, Var], found: dict[str, Var], objective: Var, settings: StepSettings, trace: Trace
) -> dict[str, Var]:
    """Every k-th batch updates with the mean gradient of the last k; the batches between only add to it."""
    k = settings.accumulate
    due = ops.equal(trace.step - k * ops.floor(trace.step / k), 0.0)
    total = {}
    for name, g in found.items():
        with scope(name):
            total[name] = recall("accumulated", like=g) + g / k
            remember("accumulated", ops.where(due, 0.0, total[name]))
    kept = dict(trace.state)
    new = settings.optimizer.apply(parameters, clipped(total, settings), trace.step / k, objective)
    new = _averaged(parameters, new, settings, trace.step / k)
    for name, slot in trace.state.items():
        if kept.get(name) is not slot and slot.update is not None:
            condition = ops.cast(due, dtype=slot.update.dtype)
            trace.state[name] = Slot(slot.var, slot.initial, ops.where(condition, slot.update, slot.var))
    return {name: ops.where(due, w, parameters[name]) for name, w in new.items()}
