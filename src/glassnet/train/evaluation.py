"""Evaluation: the loss and the metrics of a network as it is, without dropout, over many samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from glassnet.ir.graph import Graph
from glassnet.ir.trace import Trace
from glassnet.ir.types import Array
from glassnet.layers.losses import Loss
from glassnet.model.model import Model
from glassnet.readings.differentiate import gradients
from glassnet.readings.evaluate import Program, own
from glassnet.readings.simplify import simplify
from glassnet.train.batches import Rows
from glassnet.train.metrics import Metric, measured
from glassnet.train.preparation import Preparation
from glassnet.train.step import loss_graph, target_of

BATCH_SIZE = 1024


def measure(
    network: Model, x: Array | Rows, y: Array, sample_weight: Array | None, loss: Loss, metrics: Mapping[str, Metric]
) -> dict[str, float]:
    """The mean loss, the penalty where there is one, and each metric, over prepared arrays."""
    with Trace(network.dtype) as trace:
        forward = loss_graph(network.root, network.input_shape, loss, target_of(y, sample_weight is not None), trace)
    program = Program(Graph({name: forward[name] for name in ("prediction", "losses", "penalty")}))
    total, predictions, arrays = 0.0, [], network.arrays()
    for start in range(0, len(x), BATCH_SIZE):
        part = slice(start, start + BATCH_SIZE)
        values = {"x": np.asarray(x[part], network.dtype), "y": y[part], **arrays}
        if sample_weight is not None:
            values["sample_weight"] = sample_weight[part]
        outputs = program(values)
        total += float(outputs["losses"].sum(dtype=np.float64))
        predictions.append(outputs["prediction"])
    prediction, labels = np.concatenate(predictions), network.answer.labels(y).view()
    labels.flags.writeable = False  # they may be the caller's, and metrics may be anyone's
    penalty = float(outputs["penalty"])
    return {
        "loss": total / len(x),
        **({"penalty": penalty} if penalty else {}),
        **{name: measured(name, metric, labels, prediction) for name, metric in metrics.items()},
    }


def gradients_of(model: Model, x: Any, y: Any, loss: Loss) -> dict[str, Array]:
    """∂(loss + penalty)/∂parameter for each parameter, on these samples."""
    inputs, targets, _ = Preparation(model, loss).samples(x, y)
    with Trace(model.dtype) as trace:
        forward = loss_graph(model.root, model.input_shape, loss, target_of(targets, False), trace)
        variables = {name: declared.var for name, declared in trace.parameters.items()}
        found = gradients(forward["loss"] + forward["penalty"], list(variables.values()))
    program = Program(Graph(simplify(dict(zip(variables, found, strict=True)))))
    numbers = program({"x": np.asarray(inputs, model.dtype), "y": targets, **model.arrays()})
    return {name: own(gradient) for name, gradient in numbers.items()}
