"""The state of a training as one flat dictionary of named arrays: what a checkpoint holds, taken out and put back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glassnet.ir.errors import GlassnetError
from glassnet.ir.types import Array
from glassnet.model.history import History
from glassnet.storage import under
from glassnet.train.training import Callback, Training

GROWING = ("tally/", "history/", "callbacks/")
"""The prefixes of the arrays that appear and grow while a training goes on; all others are always there."""


def state_of(training: Training) -> dict[str, Array]:
    """Everything that a training needs to go on, as one flat dictionary of named arrays.

    >>> import glassnet as gn
    >>> net = gn.Network(1, gn.Dense(1))
    >>> class Show(gn.Callback):
    ...     def on_end(self, training):
    ...         print(*(name for name in state_of(training) if name.startswith(("parameters", "position"))))
    >>> history = net.fit([[0.0], [1.0]], [[1.0], [3.0]], epochs=1, callbacks=[Show()])
    parameters/dense_1.weights parameters/dense_1.biases position/step position/epoch position/batch
    """
    network = training.network
    callbacks = {f"{i}/{name}": array for i, one in enumerate(training.deciding) for name, array in one.state().items()}
    return {
        **{f"parameters/{name}": array for name, array in network.parameters.items()},
        **{f"state/{name}": array for name, array in {**network.state, **training.memory}.items()},
        "first": np.concatenate([np.empty(0, network.dtype), *map(np.ravel, training.first.values())]),
        **{f"position/{name}": np.array(value, np.int64) for name, value in training.position.items()},
        **{f"began/{name}": np.array(value, np.int64) for name, value in training.began.items()},
        **{f"tally/{name}": array for name, array in training.tally.arrays().items()},
        **{f"history/{name}": np.array(column, np.float64) for name, column in training.history.items()},
        **{f"callbacks/{name}": np.asarray(array) for name, array in callbacks.items()},
        "learning_rate_factor": np.array(training.learning_rate_factor),
        "seed": np.array(training.seed, np.uint64),
    }


def largest_state(training: Training) -> dict[str, Array]:
    """Arrays as many and as large as this training can come to have: whether a file holds them shows beforehand."""
    number, weights = np.array(0.0), training.network.arrays()
    target, output = training.network.answer.labels(training.sample[1])[0], training.network(training.sample[0][0])
    tally = training.tally.largest(training.data.get("samples") or 0, target, output)
    kept = (i for i, callback in enumerate(training.deciding) if callback.keeps_weights)
    return {
        **{f"tally/{name}": array for name, array in tally.items()},
        **{f"history/{name}": number for name in training.measurements},
        **{f"callbacks/{i}/arrays/{name}": array for i in kept for name, array in weights.items()},
        **state_of(training),
    }


def restore(training: Training, arrays: Mapping[str, Array]) -> None:
    """Put a training back to where :func:`state_of` gave these arrays."""
    for i, callback in enumerate(training.deciding):
        state = under(f"callbacks/{i}/", arrays)
        if state or callback.state():
            _restore(callback, state)
    own = {name: arrays[f"parameters/{name}"] for name in training.network.parameters}
    training.network.assign({**own, **{name: arrays[f"state/{name}"] for name in training.network.state}})
    training.memory = {name: arrays[f"state/{name}"].copy() for name in training.memory}
    training.position = {name: int(arrays[f"position/{name}"]) for name in training.position}
    training.began = {name: int(arrays[f"began/{name}"]) for name in training.began}
    training.tally.restore(under("tally/", arrays))
    training.first = _like(training.first, arrays["first"])
    columns = {name: column.tolist() for name, column in under("history/", arrays).items()}
    order = [name for name in training.measurements if name in columns]  # files have names in the alphabet's order
    training.history = History({name: columns[name] for name in dict.fromkeys([*order, *columns])})
    training.learning_rate_factor = float(arrays["learning_rate_factor"])


def _restore(callback: Callback, state: Mapping[str, Array]) -> None:
    try:
        callback.restore(state)
    except Exception as error:  # whatever a callback makes of what a file holds
        raise GlassnetError(f"the state of {type(callback).__name__} cannot be put back: {error!r}") from error


def _like(arrays: Mapping[str, Array], flat: Array) -> dict[str, Array]:
    """The numbers of ``flat``, cut into arrays with the names and shapes of ``arrays``."""
    ends = np.cumsum([array.size for array in arrays.values()])
    parts = np.split(flat, ends[:-1])
    return {name: part.reshape(array.shape) for (name, array), part in zip(arrays.items(), parts, strict=True)}


# ── is it sound? ────────────────────────────────────────────────────────────────────────────────────────────────────


def require_sound(arrays: Mapping[str, Array], step: int, training: Training) -> None:
    """Raise GlassnetError, before anything is restored, unless the arrays are a state of this training."""
    fixed = {name: array for name, array in state_of(training).items() if not name.startswith(GROWING)}
    for name, array in fixed.items():
        _require_like(arrays, name, array)
    if surplus := [name for name in arrays if name not in fixed and not name.startswith(GROWING)]:
        raise GlassnetError(f"it has arrays that this training has not: {', '.join(surplus[:3])}")
    if arrays["seed"] != training.seed:
        raise GlassnetError(f"its seed is {arrays['seed']}, and that of the network {training.seed}")
    if not 0 <= arrays["learning_rate_factor"] < np.inf:
        raise GlassnetError(f"its learning-rate factor is {arrays['learning_rate_factor']}")
    _require_position(arrays, step, training)
    for i, callback in enumerate(training.deciding):
        kept = f"callbacks/{i}/arrays/"
        if callback.keeps_weights and (names := [name for name in arrays if name.startswith(kept)]):
            weights = {kept + name: array for name, array in training.network.arrays().items()}
            for name, array in weights.items():
                _require_like(arrays, name, array)
            if len(names) > len(weights):
                raise GlassnetError(f"the state of {type(callback).__name__} has weights that the network has not")


def _require_like(arrays: Mapping[str, Array], name: str, like: Array) -> None:
    if name not in arrays:
        raise GlassnetError(f"it has no array {name!r}")
    array = arrays[name]
    if array.shape != like.shape or array.dtype != like.dtype:
        found, needed = (f"{one.dtype} of shape {one.shape}" for one in (array, like))
        raise GlassnetError(f"its array {name!r} is {found}, and must be {needed}")
    if not name.startswith("state/") and array.dtype.kind == "f" and not np.isfinite(array).all():
        raise GlassnetError(f"its array {name!r} has numbers that are not finite")


def _require_position(arrays: Mapping[str, Array], step: int, training: Training) -> None:
    """Raise unless the position lies within this training, and everything has been measured up to it."""
    position = {name: int(arrays[f"position/{name}"]) for name in training.position}
    samples, size = training.data.get("samples"), training.data.get("batch_size")
    batches = -(-samples // size) if samples and size else position["step"]
    if position["step"] != step:
        raise GlassnetError(f"it was renamed: it is of step {position['step']}")
    began = {name: int(arrays[f"began/{name}"]) for name in training.began}
    latest = {"memory": step, "schedule": step, "epoch": position["epoch"]}
    started = all(0 <= began[name] <= latest[name] for name in latest)
    if min(position.values()) < 0 or position["batch"] > min(batches, step) or not started:
        raise GlassnetError(f"it stands at a place that no training comes to: {position}, begun at {began}")
    epochs, measured = position["epoch"], set(training.measurements)
    columns = under("history/", arrays)
    complete = measured <= columns.keys() if epochs > began["epoch"] else epochs > 0 or not columns
    if not complete or any(a.shape != (epochs,) for a in columns.values()):
        raise GlassnetError(f"its history is not that of {epochs} epochs with {', '.join(training.measurements)}")
    training.tally.require_sound(under("tally/", arrays))
