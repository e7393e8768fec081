"""Evaluation: the loss and the metrics of a network as it is, without dropout, over many samples; its gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from glassnet.ir.graph import Var
from glassnet.ir.trace import Trace
from glassnet.ir.types import Array
from glassnet.layers.losses import Loss
from glassnet.model.model import Model
from glassnet.readings.differentiate import gradients
from glassnet.readings.simplify import simplify
from glassnet.train.batches import Rows
from glassnet.train.metrics import Metric, measured
from glassnet.train.preparation import Preparation
from glassnet.train.step import Target, loss_graph, target_of

PART = 4096
"""Samples that are read at a time, where they may be more than fit in memory."""


def measure(
    network: Model,
    x: Array | Rows,
    y: Array,
    sample_weight: Array | None,
    loss: Loss,
    metrics: Mapping[str, Metric],
    engine: str = "auto",
    before: int | None = None,
) -> dict[str, float]:
    """The mean loss, the penalty where there is one, and each metric, over prepared arrays.

    ``before`` is how often that was measured before, on which "auto" depends; where it is not said, it is counted.
    """
    target = target_of(y, sample_weight is not None)
    network = network.at(np.asarray(x[:1]).shape[1:])
    function = network.function(("measure", loss, target), lambda: _measures(network, loss, target), True)
    engine = function.engine(len(x), before) if engine == "auto" else engine
    total, penalty, predictions = 0.0, 0.0, []
    for start in range(0, len(x), PART):
        part = slice(start, start + PART)
        given = {"x": np.asarray(x[part]), "y": y[part]}
        if sample_weight is not None:
            given["sample_weight"] = sample_weight[part]
        outputs = function(given, engine)
        total += float(outputs["losses"].sum(dtype=np.float64))
        penalty = float(outputs["penalty"])
        predictions.append(outputs["prediction"])
    prediction, labels = np.concatenate(predictions), network.answer.labels(y).view()
    labels.flags.writeable = False  # they may be the caller's, and metrics may be anyone's
    return {
        "loss": total / len(x),
        **({"penalty": penalty} if penalty else {}),
        **{name: measured(name, metric, labels, prediction) for name, metric in metrics.items()},
    }


def _measures(network: Model, loss: Loss, target: Target) -> dict[str, Var]:
    with Trace(network.dtype) as trace:
        forward = loss_graph(network.root, network.input_shape, loss, target, trace)
    return {name: forward[name] for name in ("prediction", "losses", "penalty")}


def gradients_of(model: Model, x: Any, y: Any, loss: Loss) -> dict[str, Array]:
    """∂(loss + penalty)/∂parameter for each parameter, on these samples."""
    inputs, targets, _ = Preparation(model, loss).samples(x, y)
    target, model = target_of(targets, False), model.at(inputs.shape[1:])
    return model.function(("gradients", loss, target), lambda: _slopes(model, loss, target), False)(
        {"x": inputs, "y": targets}
    )


def _slopes(model: Model, loss: Loss, target: Target) -> dict[str, Var]:
    with Trace(model.dtype) as trace:
        forward = loss_graph(model.root, model.input_shape, loss, target, trace)
        variables = {name: declared.var for name, declared in trace.parameters.items()}
        found = gradients(forward["loss"] + forward["penalty"], list(variables.values()))
    return simplify(dict(zip(variables, found, strict=True)))
