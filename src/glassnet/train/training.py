"""A training in progress: the step graph, and the state it turns into the next, one flat dictionary of arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from glassnet.ir.errors import DataError, DivergenceError, GlassnetError
from glassnet.ir.graph import Constant, Equation, Graph, describe
from glassnet.ir.types import Array
from glassnet.model.history import History
from glassnet.model.model import Model
from glassnet.readings.evaluate import Program, first_not_finite
from glassnet.train.batches import Batch
from glassnet.train.identity import Identity
from glassnet.train.metrics import Metric
from glassnet.train.step import StepSettings, target_of, training_graph

if TYPE_CHECKING:
    from glassnet.canvas import Picture


TRY_SMALLER = "try a smaller learning rate (glassnet.find_learning_rate suggests one), or clip_norm=1.0"


class Training:
    """Runs training steps on a network and holds everything that must survive from one step to the next.

    Attributes:
        network: the network, whose parameters change in place.
        sample: a batch as all others are; decides what targets look like, and weights may be judged by it.
        data: what else must be the same for a training to be the same: batch size, metrics, number of samples.
        identity: by what a checkpoint knows the samples again; None where there is none to resume.
        graph: the whole step as a graph; a reading of it is all that happens here.
        position: {"step", "epoch", "batch"}: steps made, epochs finished, batches of this epoch done.
        totals: sums over this epoch's samples, for its means.
        learning_rate_factor: lowered by callbacks such as ReduceOnPlateau.
        history: what was measured after each epoch.
        first: the parameters and running statistics that the training began with.
        resumed: the folder of checkpoints that this training goes on from.
        callbacks: told of each step and epoch.
        stop: a reason to end after this epoch, set by a callback; empty to go on.
        stop_now: a reason to end before the next step, set by a callback or by another thread; empty to go on.
    """

    def __init__(
        self,
        network: Model,
        settings: StepSettings,
        sample: Batch,
        seed: int,
        data: Mapping[str, Any] | None = None,
        identity: Identity | None = None,
    ) -> None:
        self.network, self.root = network, network.root
        self.data = dict(data or {})
        self.identity = identity
        self.settings = settings
        self.seed = seed
        self.sample = sample
        self.target = target_of(sample[1], sample[2] is not None)
        self.graph, trace = training_graph(network.root, network.input_shape, network.dtype, settings, self.target)
        self._program = Program(self.graph)
        self._has_penalty = not isinstance(self.graph.outputs["penalty"].definition, Constant)
        self.state: dict[str, Array] = {
            name: np.full(slot.var.shape, slot.initial, slot.var.dtype)  # type: ignore[arg-type]
            for name, slot in trace.state.items()
        }
        self.state |= {name: array.copy() for name, array in network.state.items()}
        self.position = {"step": 0, "epoch": 0, "batch": 0}
        self.totals: dict[str, float] = {}
        self.learning_rate_factor = 1.0
        self.stop = self.stop_now = ""
        self.history = History()
        self.resumed: Path | None = None
        self.first: dict[str, Array] = {}
        self.callbacks: list[Callback] = []

    def note(self, text: str) -> None:
        """Say what is no error but must not go unsaid: a warning to Python's log "glassnet", which prints it."""
        import logging

        logging.getLogger("glassnet").warning(text)

    def step(self, batch: Batch, metrics: Mapping[str, Metric]) -> dict[str, float]:
        """One step of the optimiser; returns the loss, the penalty and the metrics of the batch.

        Raises:
            DataError: targets of another kind than those of the first batch.
            DivergenceError: the loss is not finite; nothing was changed.
        """
        if target_of(batch[1], batch[2] is not None) != self.target:
            raise DataError(
                f"all batches must be alike: this one has {_kind(batch)}, the first had {_kind(self.sample)}"
            )
        values = self.values(batch)
        outputs = self._program(values)
        loss = float(outputs["loss"])
        if not np.isfinite(loss):
            raise DivergenceError(self.blame(batch, loss))
        for name, array in self.network.parameters.items():
            if (new := outputs.get(f"parameters/{name}")) is not None:  # frozen ones stay
                array[...] = new
        for name in self.state:
            if f"state/{name}" in outputs:
                self.state[name] = outputs[f"state/{name}"]
        self.network.state.update({name: self.state[name] for name in self.network.state})
        self.position["step"] += 1
        self.position["batch"] += 1
        measured = {"loss": loss}
        if self._has_penalty:
            measured["penalty"] = float(outputs["penalty"])
        y = self.network.answer.labels(batch[1])
        measured |= {name: metric(y, outputs["prediction"]) for name, metric in metrics.items()}
        self._add(measured, len(batch[0]))
        return measured

    def values(self, batch: Batch) -> dict[str, Array]:
        """What the next step's graph is run on."""
        x, y, sample_weight = batch
        values = {
            "x": x.astype(self.network.dtype, copy=False),
            "y": y,
            "seed": np.uint64(self.seed),
            "step": np.float64(self.position["step"] + 1),
            "learning_rate_factor": np.float64(self.learning_rate_factor),
            **self.network.parameters,
            **self.state,
        }
        if sample_weight is not None:
            values["sample_weight"] = sample_weight
        return values  # type: ignore[return-value]

    def _add(self, measured: Mapping[str, float], samples: int) -> None:
        for name, value in measured.items():
            self.totals[name] = self.totals.get(name, 0.0) + value * samples
        self.totals["samples"] = self.totals.get("samples", 0.0) + samples

    def means(self) -> dict[str, float]:
        """The means over this epoch's samples so far."""
        samples = self.totals.get("samples", 0.0)
        return {name: total / samples for name, total in self.totals.items() if name != "samples"}

    @property
    def measurements(self) -> list[str]:
        """The names of what is measured after each epoch."""
        names = ["loss", *(["penalty"] if self._has_penalty else []), *self.data.get("metrics", [])]
        held_out = [f"validation_{name}" for name in names] if self.data.get("validation") else []
        return [*names, *held_out, "seconds"]

    def averaged_parameters(self) -> dict[str, Array] | None:
        """The exponential moving average of the weights, if one is kept."""
        if self.settings.ema is None or not self.position["step"]:
            return None
        averaged = {name: self.state.get(f"optimizer.{name}.ema") for name in self.network.parameters}
        return {
            name: self.network.parameters[name] if a is None else a for name, a in averaged.items()
        }  # frozen: as is

    def loss_with(self, arrays: Mapping[str, Array]) -> float:
        """The loss of the sample with these parameters and running statistics."""
        return float(self._loss_program({**self.values(self.sample), **arrays})["loss"])

    @cached_property
    def _loss_program(self) -> Program:
        return Program(Graph({"loss": self.graph.outputs["loss"]}))

    def blame(self, batch: Batch, loss: float) -> str:
        """Where the first number that is not finite came from, in words."""
        culprit = first_not_finite(Graph({"loss": self.graph.outputs["loss"]}), self.values(batch))
        where = describe(culprit) if culprit is not None else "the loss"
        if culprit is not None and isinstance(culprit.definition, Equation) and culprit.definition.primitive.remedy:
            advice = culprit.definition.primitive.remedy
        elif not self.position["step"]:
            advice = "no weight has changed yet, so the inputs, targets or first weights are too large; scale them"
        else:
            advice = TRY_SMALLER
        return (
            f"training diverged at step {self.position['step'] + 1} (epoch {self.position['epoch'] + 1}): the loss is "
            f"{loss}, and the first number that is not finite is in {where}; {advice}"
        )

    def draw(self, path: str | Path | None = None, *, dark: bool | None = None) -> Picture:
        """The picture of the whole step: forward, loss, gradients and updates; saved where a path is given."""
        from glassnet.readings.draw.graph import draw_graph

        return draw_graph(self.graph, dark).saved(path)

    def arrays(self) -> dict[str, Array]:
        """Everything, as one flat dictionary of named arrays: what a checkpoint holds."""
        return {
            **{f"parameters/{name}": array for name, array in self.network.parameters.items()},
            **{f"state/{name}": array for name, array in self.state.items()},
            "first": np.concatenate([np.empty(0, self.network.dtype), *map(np.ravel, self.first.values())]),
            **{f"position/{name}": np.array(value, np.int64) for name, value in self.position.items()},
            **{f"totals/{name}": np.array(value, np.float64) for name, value in self.totals.items()},
            **{f"history/{name}": np.array(column, np.float64) for name, column in self.history.items()},
            **{f"callbacks/{i}/{name}": np.asarray(array) for i, name, array in self._callback_states()},
            "learning_rate_factor": np.array(self.learning_rate_factor),
            "seed": np.array(self.seed, np.uint64),
        }

    @property
    def deciding(self) -> list[Callback]:
        """The callbacks on which the outcome depends; those that only watch may come and go between two stretches."""
        return [one for one in self.callbacks if one.decides]

    def _callback_states(self) -> Iterator[tuple[int, str, Array]]:
        for i, callback in enumerate(self.deciding):
            for name, array in callback.state().items():
                yield i, name, array

    def restore(self, arrays: Mapping[str, Array]) -> None:
        """Take everything back from such a dictionary."""
        for i, callback in enumerate(self.deciding):
            own = _under(f"callbacks/{i}/", arrays)
            if own or callback.state():
                _restore(callback, own)
        for name in self.network.parameters:
            self.network.parameters[name] = arrays[f"parameters/{name}"]
        self.state = {name: arrays[f"state/{name}"].copy() for name in self.state}
        self.network.state.update({name: self.state[name] for name in self.network.state})
        self.first = _like(self.first, arrays["first"])
        self.position = {name: int(arrays[f"position/{name}"]) for name in self.position}
        totals, history = (self._in_order(_under(group, arrays)) for group in ("totals/", "history/"))
        self.totals = {name: float(value) for name, value in totals.items()}
        self.history = History({name: column.tolist() for name, column in history.items()})
        self.learning_rate_factor = float(arrays["learning_rate_factor"])

    def _in_order(self, columns: Mapping[str, Array]) -> dict[str, Array]:
        """In the order in which they are measured: files have their arrays in the alphabet's."""
        order = [name for name in self.measurements if name in columns]
        return {name: columns[name] for name in dict.fromkeys([*order, *columns])}


def _like(arrays: Mapping[str, Array], flat: Array) -> dict[str, Array]:
    """The numbers that stand one after another in ``flat``, in the shapes of these arrays."""
    ends = np.cumsum([array.size for array in arrays.values()])
    parts = np.split(flat, ends[:-1])
    return {name: part.reshape(array.shape) for (name, array), part in zip(arrays.items(), parts, strict=True)}


def _restore(callback: Callback, state: Mapping[str, Array]) -> None:
    try:
        callback.restore(state)
    except Exception as error:  # whatever a callback makes of what a file holds
        raise GlassnetError(f"the state of {type(callback).__name__} cannot be put back: {error!r}") from error


def _kind(batch: Batch) -> str:
    """The targets of a batch in words."""
    _, y, weight = batch
    weighted = "with" if weight is not None else "without"
    return f"{y.dtype} targets of shape {('n', *y.shape[1:])} {weighted} sample weights".replace("'", "")


def _under(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays whose names start so, without that start."""
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


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
