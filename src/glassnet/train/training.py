"""A training in progress: the step graph, and the state that each step turns into the next."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from glassnet.compile import is_available, read_as, resolved
from glassnet.ir.errors import DataError, DivergenceError
from glassnet.ir.graph import Constant, Equation, Graph, describe
from glassnet.ir.types import Array
from glassnet.model.history import History
from glassnet.model.model import Model
from glassnet.readings.evaluate import Program, first_not_finite
from glassnet.readings.operations import Operations, operations
from glassnet.train.batches import Batch
from glassnet.train.compiled import Compiled
from glassnet.train.identity import Identity
from glassnet.train.metrics import Metric
from glassnet.train.step import Step, StepSettings, target_of, training_step
from glassnet.train.tally import Tally

if TYPE_CHECKING:
    from glassnet.canvas import Picture


TRY_SMALLER = "try a smaller learning rate (glassnet.find_learning_rate suggests one), or clip_norm=1.0"


class Training:
    """Runs training steps on a network and holds everything that must survive from one step to the next.

    A network keeps its last training, and the next call of ``fit`` or ``train_on_batch`` goes on from it: the count of
    steps and epochs, and with them the order of the samples and all random numbers, always; the optimiser's memory
    where the settings of the step are equal.

    Attributes:
        network: the network, whose parameters change in place.
        settings: the loss, the optimiser and all else that decides the arithmetic of a step.
        sample: one batch as an example: the targets of all have its shape and type, and its loss tells of the weights.
        data: what else must be the same for a training to be the same: batch size, metrics, number of samples.
        identity: digests, by which a checkpoint knows the samples again; None for a training without checkpoints.
        traced: the step, traced; ``graph`` is the whole of it, and a reading of it is all that happens here.
        memory: what the optimiser keeps from step to step, by name.
        engine: "numpy", "compiled", "portable" (compiled, with the same bits on every processor), or "auto": the
            evaluator first, machine code once that pays.
        must_compile: whether it is an error where the engine has no kernel for an operation.
        compiled: the step as machine code, once that was made.
        no_kernel: why the evaluator must make all steps: what the engine has no kernel for; "" where there is nothing.
        position: {"step", "epoch", "batch"}: steps made, epochs finished, batches of this epoch done.
        began: {"memory", "schedule", "epoch"}: the steps after which the optimiser's memory and the schedule of the
            learning rate began, and the epochs after which this call of ``fit`` did.
        tally: what is measured over this epoch.
        learning_rate_factor: lowered by callbacks such as ReduceOnPlateau.
        history: what was measured after each epoch.
        first: the parameters and running statistics that this call began with.
        callbacks: told of each step and epoch.
        resumed: the folder of checkpoints that this call goes on from.
        stop: a reason to end after this epoch, set by a callback; empty to go on.
        stop_now: a reason to end before the next step, set by a callback or by another thread; empty to go on.
        signal: the signal that asked for the end, such as Ctrl-C's; 0 where none did.
        put_back: (epoch, measurement) of the best weights, where the network has them now instead of the last.
        is_in_epochs: whether ``fit`` makes the steps, and not the user one by one.
        is_writing: whether a step or an epoch is half written, so that nothing may be raised.
    """

    def __init__(
        self,
        network: Model,
        settings: StepSettings,
        sample: Batch,
        data: Mapping[str, Any] | None = None,
        metrics: Mapping[str, Metric] | None = None,
        identity: Identity | None = None,
        before: Training | None = None,
        engine: str = "auto",
        precision: str = "normal",
    ) -> None:
        self.engine = resolved(engine, precision)
        self.must_compile = engine == "compiled" or self.engine == "portable"
        self.network, self.root, self.seed = network, network.root, network.seed
        self.data = dict(data or {})
        self.identity = identity
        self.settings = settings
        self.sample = sample
        self.target = target_of(sample[1], sample[2] is not None)
        self.tally = Tally(metrics or {})
        self.learning_rate_factor = 1.0
        self.callbacks: list[Callback] = []
        self.resumed: Path | None = None
        self.first: dict[str, Array] = {}
        self.is_writing = self.is_in_epochs = False
        self.stop = self.stop_now = ""
        self.signal = 0
        self.put_back: tuple[int, str] | None = None
        self._noted: list[str] = []
        self._change = ""
        self._raw: tuple[dict[str, Array], Array] | None = None  # the last weights, and their average as it was put in
        self.position = {"step": 0, "epoch": 0, "batch": 0}
        self.history = History()
        if before is not None:
            self.position = {**before.position, "batch": 0}
            self.history, self._noted = before.history.copy(), before._noted
        step = self.position["step"]
        self.began = {"memory": step, "schedule": step, "epoch": self.position["epoch"]}
        self.traced: Step
        self.compiled: dict[tuple[object, ...], Compiled] = {}
        self.no_kernel = "" if is_available() else "the compiled engine needs llvmlite, which is not installed"
        if before is not None and before.is_step_of(network, settings, sample):
            self.traced, self.compiled, self.no_kernel = before.traced, before.compiled, before.no_kernel
        else:
            self.traced = self._step()
        self._remember(before)

    def _step(self) -> Step:
        """The step of these settings, which other trainings of the network may have made already."""
        shape, target = self.sample[0].shape[1:], self.target
        return self.network.at(shape).once(
            ("step", self.settings, target),
            lambda: training_step(self.root, shape, self.network.dtype, self.settings, target),
        )

    @cached_property
    def given(self) -> dict[str, str]:
        """The dtype in which the engine reads each input with samples."""
        x, y, weight = self.sample
        weights = {} if weight is None else {"sample_weight": str(weight.dtype)}
        return {"x": read_as(x, self.network.dtype), "y": str(y.dtype), **weights}

    @cached_property
    def _program(self) -> Program:
        return Program(self.traced.graph)

    def is_step_of(self, network: Model, settings: StepSettings, sample: Batch) -> bool:
        """Whether a step on such a batch, with these settings, is this one."""
        same = self.root is network.root and self.settings == settings
        same = same and self.sample[0].shape[1:] == sample[0].shape[1:]
        return same and self.target == target_of(sample[1], sample[2] is not None)

    def _remember(self, before: Training | None) -> None:
        """The optimiser's memory: the previous one if its settings are the same, else its first values."""
        self.memory: dict[str, Array] = {
            name: np.full(slot.var.shape, slot.initial, slot.var.dtype)  # type: ignore[arg-type]
            for name, slot in self.traced.state.items()
            if name not in self.network.state
        }
        if before is None or before.position["step"] == before.began["memory"]:
            return
        change = self._change_since(before)
        if not change:
            self.memory, self._raw = before.memory, before._raw
            self.began["memory"] = before.began["memory"]
        elif before.memory:
            self._change = change

    def _change_since(self, before: Training) -> str:
        """The setting that changed since, so that the optimiser's memory no longer fits; empty if none did."""
        for setting in fields(self.settings):
            was, is_ = getattr(before.settings, setting.name), getattr(self.settings, setting.name)
            if was != is_:
                return f"{setting.name.replace('_', ' ')} was {was!r}, now it is {is_!r}"
        if {name: a.shape for name, a in before.memory.items()} != {name: a.shape for name, a in self.memory.items()}:
            return "other parameters learn, since layers were frozen or let go"
        if not before.has_its_weights:
            return "the weights are no longer the moving average that the training ended with"
        return ""

    @property
    def has_its_weights(self) -> bool:
        """Whether a network that was given the moving average of its weights still has it."""
        return self._raw is None or np.array_equal(self._raw[1], self.network.parameters.buffer)

    def note(self, text: str) -> None:
        """Say once what is no error but must not go unsaid: a warning to Python's log "glassnet", which prints it."""
        import logging

        if text not in self._noted:
            self._noted.append(text)
            logging.getLogger("glassnet").warning(text)

    # ── steps ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self) -> None:
        """Say if the optimiser's memory is new; give the network the weights that go on, where it has their average."""
        self.is_in_epochs = True
        if self._change:
            self.note(f"the optimiser's memory starts anew in epoch {self.position['epoch'] + 1}: {self._change}")
        if self._raw is not None:
            self.network.assign(self._raw[0])
            self._raw = None

    def finish(self) -> None:
        """Give the network the moving average of its weights, if one is kept: it is what the training was for."""
        self.is_in_epochs = False
        averaged = self.averaged_parameters()
        if averaged is not None:
            raw = self.network.parameters.copy()
            self.network.assign(averaged)
            self._raw = raw, self.network.parameters.buffer.copy()

    def step(self, batch: Batch) -> dict[str, float]:
        """One step of the optimiser in an epoch; returns the loss, the penalty and the metrics of the batch.

        Raises:
            DataError: targets of another kind than those of the first batch.
            DivergenceError: the loss is not finite; nothing was changed.
        """
        outputs = self.update(batch)
        losses = {name: float(outputs[name]) for name in self.losses}
        self.position["batch"] += 1
        return self.tally.add(losses, self.network.answer.labels(batch[1]), outputs["prediction"])

    def update(self, batch: Batch) -> dict[str, Array]:
        """One step of the optimiser, whatever epoch it belongs to; returns what the step computed."""
        self.require_alike(batch)
        outputs = self._program(self.values(batch))
        loss = float(outputs["loss"])
        if not np.isfinite(loss):
            raise DivergenceError(self.blame(batch))
        new = {name: outputs[name] for name in self.traced.new}
        network = self.network
        with self.writing(), network.parameters.writing():
            for name in self.traced.parameters:
                network.parameters[name][...] = new[name]
            network.state.update({name: new.get(name, array) for name, array in network.state.items()})
            self.memory = {name: new.get(name, array) for name, array in self.memory.items()}
            self.position["step"] += 1
            self.put_back = None
            self.history.made_by("numpy", self.position["step"])
        return outputs

    def require_alike(self, batch: Batch) -> None:
        """Raise DataError unless the batch has targets of the same kind as all others."""
        if target_of(batch[1], batch[2] is not None) != self.target:
            raise DataError(
                f"all batches must be alike: this one has {_kind(batch)}, the first had {_kind(self.sample)}"
            )
        if batch[0].shape[1:] != self.sample[0].shape[1:]:
            raise DataError(
                f"all batches of a training have one length: this one has inputs of shape {batch[0].shape[1:]}, the "
                f"first had {self.sample[0].shape[1:]}; call fit once for each length, or train_on_batch"
            )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A block of which all or nothing is done: a second Ctrl-C waits for its end."""
        self.is_writing = True
        try:
            yield
        finally:
            self.is_writing = False

    def values(self, batch: Batch) -> dict[str, Array]:
        """The values of all sources of the next step's graph: batch, parameters, memory, counts."""
        x, y, sample_weight = batch
        values = {
            "x": x.astype(self.network.dtype, copy=False),
            "y": y,
            **self.scalars(np.asarray(self.position["step"])),
            **(self.network.parameters if self._raw is None else self._raw[0]),
            **self.network.state,
            **self.memory,
        }
        if sample_weight is not None:
            values["sample_weight"] = sample_weight
        return values

    def scalars(self, done: Array) -> dict[str, Array]:
        """The scalars of the steps after so many: one number each, or one for each of several steps."""
        updates = (self.began["schedule"] - self.began["memory"]) // self.settings.accumulate
        return {
            "seed": np.asarray(self.seed, np.uint64),
            "step": np.asarray(done + 1, np.float64),
            "optimizer_step": np.asarray(done + 1 - self.began["memory"], np.float64),
            "schedule_start": np.asarray(updates, np.float64),
            "learning_rate_factor": np.asarray(self.learning_rate_factor, np.float64),
        }

    def steps_at_once(self, left: int) -> int:
        """How many steps may be done before a callback wants to be told."""
        return min([left, *(callback.steps_at_once(self) for callback in self.callbacks)])

    def end_epoch(self, row: dict[str, float]) -> None:
        """Note what the epoch measured, and go on to the next."""
        with self.writing():
            self.history.append(row)
            self.position["epoch"] += 1
            self.position["batch"] = 0
            self.tally = Tally(self.tally.metrics)

    # ── to look at ──────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def graph(self) -> Graph:
        """The whole step as a graph."""
        return self.traced.graph

    def operations(self, samples: int) -> Operations:
        """What a step on so many samples takes."""
        return operations(self.graph, samples)

    @property
    def has_penalty(self) -> bool:
        """Whether the size of the weights adds to the loss."""
        return not isinstance(self.traced.measures["penalty"].definition, Constant)

    @property
    def losses(self) -> tuple[str, ...]:
        """The names of what is measured anyway: the loss, and the penalty where there is one."""
        return ("loss", "penalty") if self.has_penalty else ("loss",)

    def means(self) -> dict[str, float]:
        """The means over this epoch's samples so far: the losses, and the metrics that are means."""
        return self.tally.means()

    @property
    def measurements(self) -> list[str]:
        """The names of what is measured after each epoch."""
        names = ["loss", *(["penalty"] if self.has_penalty else []), *self.tally.metrics]
        held_out = [f"validation_{name}" for name in names] if self.data.get("validation") else []
        return [*names, *held_out, "seconds"]

    def averaged_parameters(self) -> dict[str, Array] | None:
        """The exponential moving average of the weights, if one is kept."""
        if not self.traced.averages or self.position["step"] == self.began["memory"]:
            return None
        return {name: self.memory[average] for name, average in self.traced.averages.items()}

    def go_back(self, arrays: Mapping[str, Array], epoch: int, monitor: str) -> None:
        """Give the network the weights that it had after that epoch, the best by that measurement."""
        self.network.assign(arrays)
        self.put_back = epoch, monitor

    @property
    def can_go_on(self) -> bool:
        """Whether the network still has the weights that the last step made."""
        epoch = self.position["epoch"] if not self.position["batch"] else None
        return self.put_back is None or self.put_back[0] == epoch

    def loss_with(self, arrays: Mapping[str, Array]) -> float:
        """The loss of the sample with these parameters and running statistics."""
        return float(self._loss_program({**self.values(self.sample), **arrays})["loss"])

    @cached_property
    def _loss_program(self) -> Program:
        return Program(Graph({"loss": self.graph.outputs["loss"]}))

    def blame(self, batch: Batch) -> str:
        """Where the first number that is not finite came from, in words."""
        loss = float(self._loss_program(self.values(batch))["loss"])
        culprit = first_not_finite(Graph({"loss": self.graph.outputs["loss"]}), self.values(batch))
        where = describe(culprit) if culprit is not None else "the loss"
        if culprit is not None and isinstance(culprit.definition, Equation) and culprit.definition.primitive.remedy:
            advice = culprit.definition.primitive.remedy
        elif not self.position["step"]:
            advice = "no weight has changed yet, so the inputs, targets or first weights are too large; scale them"
        else:
            advice = TRY_SMALLER
        epoch = f" (epoch {self.position['epoch'] + 1})" if self.is_in_epochs else ""
        return (
            f"training diverged at step {self.position['step'] + 1}{epoch}: the loss is {loss}, and the first number "
            f"that is not finite is in {where}; {advice}"
        )

    def draw(self, path: str | Path | None = None, *, dark: bool | None = None) -> Picture:
        """The picture of the whole step: forward, loss, gradients and updates; saved where a path is given."""
        from glassnet.readings.draw.graph import draw_graph

        return draw_graph(self.graph, dark).saved(path)

    @property
    def deciding(self) -> list[Callback]:
        """The callbacks on which the outcome depends. The others only watch, and may differ after resuming."""
        return [one for one in self.callbacks if one.decides]


def _kind(batch: Batch) -> str:
    """The targets of a batch in words."""
    _, y, weight = batch
    weighted = "with" if weight is not None else "without"
    return f"{y.dtype} targets of shape {('n', *y.shape[1:])} {weighted} sample weights".replace("'", "")


class Callback:
    """Subclass it and override what you need; ``row`` holds the epoch's measurements.

    >>> import glassnet as gn
    >>> class Report(gn.Callback):
    ...     def on_epoch(self, training, row):
    ...         print(f"epoch {training.position['epoch']}: loss {row['loss']:.3f}")
    >>> net = gn.Network(1, gn.Dense(1, weights="zeros"), dtype="float64")
    >>> history = net.fit([[0.0], [1.0]], [[1.0], [3.0]], epochs=2, optimizer=gn.SGD(0.5), callbacks=[Report()])
    epoch 1: loss 5.000
    epoch 2: loss 0.625
    """

    def on_begin(self, training: Training, epochs: int) -> None:
        """Training starts, or goes on from a checkpoint."""

    def steps_at_once(self, training: Training) -> int:
        """How many steps may be done before ``on_step`` is called: one, unless it is not overridden."""
        return sys.maxsize if type(self).on_step is Callback.on_step else 1

    def on_step(self, training: Training, measured: Mapping[str, float]) -> None:
        """One batch is done."""

    def on_epoch(self, training: Training, row: Mapping[str, float]) -> None:
        """One epoch is done; set ``training.stop`` to a reason to make it the last."""

    def on_end(self, training: Training) -> None:
        """Training is over, whatever the reason."""

    keeps_weights: ClassVar[bool] = False
    """Whether its state comes to hold all weights, as ``arrays/NAME``."""

    @property
    def decides(self) -> bool:
        """Whether the outcome depends on it, for it has settings or a state."""
        return self.settings() is not None or type(self).state is not Callback.state

    def settings(self) -> Mapping[str, Any] | None:
        """What the training's outcome depends on, for JSON: resuming with other settings is refused.

        None, as it is unless overridden, says that the callback only watches, and may come and go.
        """
        return None

    def state(self) -> dict[str, Array]:
        """What must survive an interruption, as named arrays."""
        return {}

    def restore(self, state: Mapping[str, Array]) -> None:
        """Take :meth:`state` back."""
