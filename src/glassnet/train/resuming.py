"""Resuming: a training put back to where a checkpoint was made, if that is sound and of this very training."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from glassnet import storage
from glassnet.ir.errors import GlassnetError, ModelFileError
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.train.checkpoints import Checkpoint, files, step_of
from glassnet.train.description import blas_threads, description, unchecked
from glassnet.train.training import Training


def resume(training: Training, folder: str | os.PathLike[str]) -> None:
    """Restore the newest sound checkpoint; with no checkpoint at all, the training begins anew.

    Raises:
        GlassnetError: the checkpoint is of another training; the message names all that differs.
        ModelFileError: there are checkpoints, and none of them can be read; the message says why of each.
    """
    require(isinstance(folder, str | os.PathLike), f"resume takes the folder that Checkpoint wrote to, got {folder!r}")
    unreadable: list[str] = []
    for path in reversed(files(folder)):
        try:
            metadata = _restore(training, path)
        except ModelFileError as error:
            unreadable.append(str(error))
        else:
            training.stop, training.resumed = metadata["stop"], Path(folder)
            _say(training, metadata, path, unreadable)
            return
    if unreadable:
        raise ModelFileError(
            f"no checkpoint in {folder} can be read: {'; '.join(unreadable)}; remove them to begin anew"
        )
    saving = (one.folder.absolute() for one in training.callbacks if isinstance(one, Checkpoint))
    if Path(folder).absolute() not in saving:
        training.note(f"there is no checkpoint in {folder}: the training begins anew")


def _restore(training: Training, path: Path) -> dict[str, Any]:
    """Take everything back from a checkpoint; returns its metadata."""
    arrays, metadata = storage.read(path)
    described = metadata.get("checkpoint")
    if not isinstance(described, dict) or not isinstance(metadata.get("stop"), str):
        what = ", but a model; move it to another folder" if "network" in metadata else ""
        raise ModelFileError(f"{path} is not a checkpoint{what}")
    storage.require_seal(arrays, metadata, path)
    _require_same(described, description(training), path)
    with storage.naming(path):
        _require_sound(arrays, step_of(path), training)
        training.restore(arrays)
    return metadata


def _say(training: Training, metadata: Mapping[str, Any], path: Path, unreadable: list[str]) -> None:
    """What is no obstacle, but must not go unsaid."""
    if unreadable:
        training.note(f"{'; '.join(unreadable)}; going on from {path.name}, the newest that can be read")
    if not_compared := unchecked(training):
        training.note(f"going on from {path.name}; unchecked, for code cannot be compared: {', '.join(not_compared)}")
    then, now = metadata.get("blas_threads"), blas_threads()
    if then != now:
        training.note(
            f"{path.name} was made with {then} threads for the products of matrices, now there are {now}: "
            "the last bits may differ from those of a training never stopped"
        )


# ── is it of this training? ─────────────────────────────────────────────────────────────────────────────────────────


def _require_same(saved: dict[str, Any], now: dict[str, Any], path: Path) -> None:
    if different := list(_differences(saved, now)):
        changes = (f"its {name} is {_shown(then)}, now it is {_shown(current)}" for name, then, current in different)
        what = ", ".join(changes)
        raise GlassnetError(
            f"{path} is a checkpoint of another training: {what}; "
            "resume with the same settings, or start anew in another folder"
        )


def _differences(saved: Any, now: Any, name: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The innermost settings that are not the same, as (name, saved, now)."""
    if saved == now:
        return
    if isinstance(saved, list) and isinstance(now, list) and len(saved) == len(now):
        saved, now = ({str(i): value for i, value in enumerate(values)} for values in (saved, now))
    if isinstance(saved, dict) and isinstance(now, dict) and (saved.keys() == now.keys() or name in ("", "network")):
        for key in dict.fromkeys([*now, *saved]):
            yield from _differences(saved.get(key), now.get(key), f"{name}.{key}".lstrip("."))
    else:
        yield name, saved, now


def _shown(value: Any) -> str:
    text = str(value)
    if text.startswith("sha256:"):
        return text[:15] + "…"
    return text if len(text) <= 200 else f"{text[:200]}…"


# ── is it sound? ────────────────────────────────────────────────────────────────────────────────────────────────────

GROUPS = ("tally", "history", "callbacks")
"""What the arrays are called that come and grow as a training goes on."""


def _require_sound(arrays: Mapping[str, Array], step: int, training: Training) -> None:
    """Raise GlassnetError, before anything is restored, unless the arrays are a state of this training."""
    fixed = {name: array for name, array in training.arrays().items() if not name.startswith(GROUPS)}
    for name, array in fixed.items():
        _require_like(arrays, name, array)
    if surplus := [name for name in arrays if name not in fixed and not name.startswith(GROUPS)]:
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
    columns = {name.removeprefix("history/"): a for name, a in arrays.items() if name.startswith("history/")}
    complete = measured <= columns.keys() if epochs > began["epoch"] else epochs > 0 or not columns
    if not complete or any(a.shape != (epochs,) for a in columns.values()):
        raise GlassnetError(f"its history is not that of {epochs} epochs with {', '.join(training.measurements)}")
    training.tally.require_sound({n.removeprefix("tally/"): a for n, a in arrays.items() if n.startswith("tally/")})
