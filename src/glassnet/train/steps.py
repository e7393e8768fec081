"""The steps of a training: by the evaluator one by one, and by the compiled engine many at a time once that pays."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.compile import PAYS, NoKernel, read_as
from glassnet.ir.errors import DivergenceError
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.train.batches import ArrayBatches, Batch, Batches, Rows
from glassnet.train.compiled import Compiled, Data, Slice
from glassnet.train.training import Training

INPUTS = ("x", "y", "sample_weight")
KEPT = 16
"""Plans for batches of different sizes that are kept."""


def room(batches: Batches | None, samples: int) -> int:
    """For how many samples the step of a batch is planned: never fewer than it has, and at most an eighth more.

    Bits may depend on it, so it depends on nothing that was before: a training that is resumed plans the same.
    """
    if isinstance(batches, ArrayBatches):
        return batches.size
    unit = 1 << max(samples.bit_length() - 4, 0)
    return -(-samples // unit) * unit


def machine_of(training: Training, capacity: int) -> Compiled | None:
    """The next step as machine code with room for so many samples; None where the evaluator is to make it.

    With "auto", the evaluator makes the first steps with these settings, until their work is as much as a plan takes.

    Raises:
        GlassnetError: the engine is to be "compiled", and has no kernel for an operation.
    """
    if training.engine == "numpy" or training.no_kernel or (training.engine == "auto" and not _pays(training)):
        return None
    plans, portable = training.compiled, training.engine == "portable"
    key = (capacity, portable, *training.given.items())
    if plans.get(key) is None:  # none of these settings, or of a copied training
        try:
            made = Compiled(training.traced, training.network, training.memory, capacity, training.given, portable)
        except NoKernel as error:
            advice = "leave precision='portable' out" if portable else "use engine='auto'"
            require(not training.must_compile, f"the compiled engine has no kernel for {error}; {advice}")
            training.no_kernel = f"the compiled engine has no kernel for {error}"
            return None
        for oldest in list(plans)[: len(plans) - KEPT + 1]:
            del plans[oldest]
        plans[key] = made
    return plans[key]


def _pays(training: Training) -> bool:
    """Whether the steps with these settings, with the next one, are work enough; it is counted, so that bits stay."""
    steps = training.position["step"] - training.began["memory"] + 1
    return steps * training.traced.work.seconds(len(training.sample[0])) >= PAYS


def epoch(training: Training, batches: Batches) -> Iterator[dict[str, float]]:
    """The steps of this epoch that are left, one or many at a time; each time what the last one measured.

    Raises:
        DataError: a batch that is not like the others.
        DivergenceError: the loss is not finite; the step that gave it changed nothing.
    """
    read_in_place = batches if isinstance(batches, ArrayBatches) and _is_read_in_place(batches) else None
    if read_in_place and (machine := machine_of(training, read_in_place.size)) is not None:
        yield from _slices(training, machine, read_in_place)
        return
    for batch in batches.epoch(training.position["epoch"], training.position["batch"]):
        yield _step(training, batch, room(batches, len(batch[0])))
        if read_in_place and (machine := machine_of(training, read_in_place.size)) is not None:
            yield from _slices(training, machine, read_in_place)
            return


def _step(training: Training, batch: Batch, capacity: int) -> dict[str, float]:
    machine = machine_of(training, capacity)
    return training.step(batch) if machine is None else _compiled_step(training, machine, batch, True)


def on_batch(training: Training, batch: Batch) -> float:
    """One step that belongs to no epoch; returns the loss before it."""
    machine = machine_of(training, room(None, len(batch[0])))
    if machine is None:
        return float(training.update(batch)["loss"])
    return _compiled_step(training, machine, batch, False)["loss"]


def _is_read_in_place(batches: ArrayBatches) -> bool:
    """Whether the engine can gather the samples by itself: none is made anew, and all of them need not be copied."""
    x = batches.x.array if isinstance(batches.x, Rows) else batches.x
    return batches.augment is None and x.flags.c_contiguous and read_as(x, "") != ""


def _slices(training: Training, machine: Compiled, batches: ArrayBatches) -> Iterator[dict[str, float]]:
    order, size = batches.order(training.position["epoch"], compiled=True), batches.size
    arrays = (batches.x, batches.y, batches.sample_weight)
    data = {name: _rows(array, order) for name, array in zip(INPUTS, arrays, strict=True) if array is not None}
    while (first := training.position["batch"] * size) < len(order):
        left = -(-(len(order) - first) // size)
        count = training.steps_at_once(machine.at_once(left))
        part = slice(first, min(first + count * size, len(order)))
        samples = np.full(count, size)
        samples[-1] = part.stop - first - (count - 1) * size
        yield _run(
            training, machine, samples, {name: (array, rows[part]) for name, (array, rows) in data.items()}, True
        )


def _rows(array: Array | Rows, order: Array) -> tuple[Array, Array]:
    """(the data, the places in it of samples in that order)"""
    if isinstance(array, Rows):
        return np.asarray(array.array), np.ascontiguousarray(array.rows[order], np.int64)
    return np.ascontiguousarray(array), order


def _compiled_step(training: Training, machine: Compiled, batch: Batch, in_epoch: bool) -> dict[str, float]:
    """One step with a batch that is made for it; returns what it measured."""
    training.require_alike(batch)
    rows = np.arange(len(batch[0]))
    data = {
        name: (np.ascontiguousarray(array, machine.given[name]), rows)
        for name, array in zip(INPUTS, batch, strict=True)
        if array is not None
    }
    return _run(training, machine, np.array([len(rows)]), data, in_epoch)


def _run(training: Training, machine: Compiled, samples: Array, data: Data, in_epoch: bool) -> dict[str, float]:
    """Steps of so many samples, counted in the training; returns what the last one measured."""
    parameters, scalars = (
        training.network.parameters,
        training.scalars(training.position["step"] + np.arange(len(samples))),
    )
    with training.writing(), parameters.writing(machine.stop):
        made = machine.run(training.memory, samples, scalars, data)
        measured = _counted(training, made, samples, data, in_epoch) if made.steps else {}
    parameters.let_readers()
    if made.diverged:
        start = int(samples[: made.steps].sum())
        rows = slice(start, start + int(samples[made.steps]))
        x, y, weight = (data[name][0][data[name][1][rows]] if name in data else None for name in INPUTS)
        assert x is not None
        assert y is not None
        raise DivergenceError(training.blame((x, y, weight)))
    return measured


def _counted(training: Training, made: Slice, samples: Array, data: Data, in_epoch: bool) -> dict[str, float]:
    training.history.made_by("portable" if training.engine == "portable" else "compiled", training.position["step"] + 1)
    training.position["step"] += made.steps
    training.put_back = None
    losses = {name: made.losses[name] for name in training.losses}
    if not in_epoch:
        return {name: float(values[-1]) for name, values in losses.items()}
    training.position["batch"] += made.steps
    y, order = data["y"]
    read = len(made.prediction) if training.tally.metrics else 0  # metrics alone compare it with the targets
    labels = training.network.answer.labels(y[order[:read]])
    return training.tally.add_steps(samples[: made.steps], losses, labels, made.prediction)
