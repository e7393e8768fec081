"""One training step as one graph: forward, loss, penalty, gradients, clipping, the optimiser's update, statistics."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from glassnet import ops
from glassnet.compile import Work
from glassnet.ir.graph import Graph, Var, operand, source
from glassnet.ir.origin import within
from glassnet.ir.require import require, require_count, require_number
from glassnet.ir.trace import Slot, Trace, of_parameter, qualified, recall, remember, scope
from glassnet.ir.types import BATCH, Array, Shape
from glassnet.layers.layer import Layer, run
from glassnet.layers.losses import Loss
from glassnet.readings.differentiate import Functions, gradients
from glassnet.readings.simplify import simplify
from glassnet.readings.unroll import unrolled
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

    @property
    def plain(self) -> StepSettings:
        """The same loss and optimizer alone."""
        return StepSettings(self.loss, self.optimizer)


@dataclass(frozen=True)
class Target:
    """What the network is to give: the type of ``y`` in a batch, and whether samples are weighted."""

    shape: Shape
    dtype: str
    weighted: bool


def target_of(y: Array, weighted: bool) -> Target:
    """The type of an array of prepared targets."""
    return Target((BATCH, *y.shape[1:]), str(y.dtype), weighted)


def loss_graph(
    root: Layer, input_shape: Shape, loss: Loss, target: Target, trace: Trace, *, keep: Collection[str] = ()
) -> dict[str, Var]:
    """Forward and loss: the variables "prediction", "losses" (one a sample), "loss" and "penalty".

    The logarithm of a softmax or sigmoid is computed from what goes into it, unless logarithms are to ``keep``. With
    anything to keep, the graph is to be explained, and what goes along sequences is written out step by step.
    """
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
        losses = ops.named(losses, name="unweighted loss") * source("input", "sample_weight", (BATCH,), trace.dtype)
    losses = ops.named(losses, name="loss")
    penalties = [
        _penalty(name, declared.penalty, declared.var)
        for name, declared in trace.parameters.items()
        if declared.penalty is not None
    ]
    penalty = ops.named(sum(penalties[1:], penalties[0]), name="penalty") if penalties else operand(0.0, trace.dtype)
    outputs = {"prediction": prediction, "losses": losses, "loss": ops.mean(losses), "penalty": penalty}
    return simplify(unrolled(outputs) if keep else outputs, keep=keep)


@dataclass(frozen=True, eq=False)
class Step:
    """One training step: what it measures, and what it makes of the parameters and of the state.

    Attributes:
        measures: "loss", "penalty" and "prediction", before the update.
        parameters: the new value of each parameter that is not frozen, by the parameter's name.
        state: running statistics and the optimiser's memory by name, with their first values and updates.
        averages: for each of these parameters the name of its moving average in the state; empty where none is kept.
    """

    measures: Mapping[str, Var]
    parameters: Mapping[str, Var]
    state: Mapping[str, Slot]
    averages: Mapping[str, str]

    @cached_property
    def new(self) -> dict[str, Var]:
        """The new value of everything that a step changes, by the name of what it replaces."""
        return {
            **self.parameters,
            **{name: slot.update for name, slot in self.state.items() if slot.update is not None},
        }

    @cached_property
    def graph(self) -> Graph:
        """The whole step as one graph: what is measured, and all new values."""
        return Graph({**self.measures, **self.new})

    @cached_property
    def work(self) -> Work:
        """What a step takes the evaluator."""
        return Work.of(self.graph)


def training_step(
    root: Layer,
    input_shape: Shape,
    dtype: str,
    settings: StepSettings,
    target: Target,
    *,
    keep: Collection[str] = (),
    functions: Callable[[Var], Functions] | None = None,
) -> Step:
    """Trace a step: forward, loss, penalty, gradients and the optimiser's update.

    To be explained, it may keep names, and write the derivatives of the ``functions`` that lead to the prediction as
    one variable each: see :func:`glassnet.readings.differentiate.gradients`.

    Raises:
        GlassnetError: the network has no parameters that learn, or the loss does not fit it.
    """
    with Trace(dtype, training=True) as trace:
        forward = loss_graph(root, input_shape, settings.loss, target, trace, keep=keep)
        require(bool(trace.parameters), "this network has no weights, so there is nothing to train")
        parameters = {name: declared.var for name, declared in trace.parameters.items() if declared.trainable}
        require(bool(parameters), "all layers with weights are frozen; let some learn: net.unfreeze(*net.layers)")
        objective = forward["loss"] + forward["penalty"]
        written = functions(forward["prediction"]) if functions else None
        found = dict(zip(parameters, gradients(objective, list(parameters.values()), written), strict=True))
        with within("", "optimizer"):
            new = _update(parameters, found, objective, settings, trace)
            averages = {} if settings.ema is None else {name: qualified(f"{name}.ema") for name in new}
    measures = {name: forward[name] for name in ("loss", "penalty", "prediction")}
    updates = {name: slot.update for name, slot in trace.state.items() if slot.update is not None}
    simple = simplify({**measures, **new, **updates}, keep=keep)
    state = {name: Slot(slot.var, slot.initial, simple.get(name)) for name, slot in trace.state.items()}
    return Step({name: simple[name] for name in measures}, {name: simple[name] for name in new}, state, averages)


def _update(
    parameters: dict[str, Var], found: dict[str, Var], objective: Var, settings: StepSettings, trace: Trace
) -> dict[str, Var]:
    """The new parameters; everything that is kept between steps is remembered in the trace."""
    if settings.accumulate > 1:
        return _accumulated(parameters, found, objective, settings, trace)
    new = settings.optimizer.apply(parameters, clipped(found, settings), trace.optimizer_step, objective)
    return _averaged(parameters, new, settings, trace.optimizer_step)


def clipped(found: Mapping[str, Var], settings: StepSettings) -> dict[str, Var]:
    """Gradients bounded number by number, then all together in length (Pascanu, Mikolov & Bengio 2013)."""
    new = dict(found)
    if (bound := settings.clip_value) is not None:
        new = {name: _called("bounded gradient", name, ops.clip(g, -bound, bound)) for name, g in new.items()}
    if settings.clip_norm is not None:
        squares = [ops.sum(g**2) for g in new.values()]
        length = ops.named(ops.sqrt(sum(squares[1:], squares[0])), name="length of the gradient")
        scale = ops.named(settings.clip_norm / ops.maximum(length, settings.clip_norm), name="clipping factor")
        new = {name: _called("clipped gradient", name, g * scale) for name, g in new.items()}
    return new


def _penalty(name: str, penalty: Callable[[Var], Var], w: Var) -> Var:
    """The penalty of one parameter; what it names within itself is called by the parameter too."""
    with scope(name):
        return ops.named(penalty(w), name="penalty")


def _called(what: str, name: str, var: Var) -> Var:
    """The same number, which explanations call what it is for a parameter: w.weights.clipped gradient."""
    with scope(name):
        return ops.named(var, name=what)


def _averaged(parameters: dict[str, Var], new: dict[str, Var], settings: StepSettings, step: Var) -> dict[str, Var]:
    """Also keep an exponential moving average of the weights, from the first weights on, if one is asked for."""
    if settings.ema is not None:
        first = ops.named(ops.equal(step, 1.0), name="update is the first")
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
    batches = trace.optimizer_step
    due = ops.named(ops.equal(batches - k * ops.floor(batches / k), 0.0), name="update is due")
    total = {}
    for name, g in found.items():
        with scope(name):
            total[name] = ops.named(recall("accumulated", like=g) + g / k, name="gradient so far")
            remember("accumulated", ops.where(due, 0.0, total[name]))
    kept = dict(trace.state)
    new = settings.optimizer.apply(parameters, clipped(total, settings), batches / k, objective)
    new = _averaged(parameters, new, settings, batches / k)
    for name, slot in trace.state.items():
        if kept.get(name) is not slot and slot.update is not None:
            condition = ops.cast(due, dtype=slot.update.dtype)
            updated = _called("updated", of_parameter(name), slot.update)
            trace.state[name] = Slot(slot.var, slot.initial, ops.where(condition, updated, slot.var))
    return {name: ops.where(due, _called("updated", name, w), parameters[name]) for name, w in new.items()}
