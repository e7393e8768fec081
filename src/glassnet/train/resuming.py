"""Resuming: a training put back to where a checkpoint was made, if that is sound and of this very training."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from glassnet import storage
from glassnet.ir.errors import GlassnetError, ModelFileError
from glassnet.ir.require import require
from glassnet.readings.threads import blas_threads
from glassnet.train.checkpoints import Checkpoint, files, step_of
from glassnet.train.description import description, unchecked
from glassnet.train.state import require_sound, restore
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
        require_sound(arrays, step_of(path), training)
        engines = _engines(metadata, training)
        restore(training, arrays)
        training.history.engines = engines
    return metadata


def _engines(metadata: Mapping[str, Any], training: Training) -> list[tuple[str, int]]:
    """The engines that made the steps so far, and the first of each's."""
    found = metadata.get("engines", training.history.engines)  # older checkpoints do not say
    if not isinstance(found, list) or not all(map(_is_engine, found)):
        raise GlassnetError(f"what it says of engines is {str(found)[:100]}, and must be names and steps")
    return [(name, step) for name, step in found]


def _is_engine(found: Any) -> bool:
    pair = isinstance(found, list | tuple) and len(found) == 2
    return pair and found[0] in ("compiled", "numpy") and type(found[1]) is int and found[1] > 0


def _say(training: Training, metadata: Mapping[str, Any], path: Path, unreadable: list[str]) -> None:
    """Note what keeps no training from going on: damaged checkpoints, what is not compared, other threads or engine."""
    if unreadable:
        training.note(f"{'; '.join(unreadable)}; going on from {path.name}, the newest that can be read")
    if not_compared := unchecked(training):
        training.note(f"going on from {path.name}; unchecked, for code cannot be compared: {', '.join(not_compared)}")
    engine = metadata.get("engine", training.engine)
    if engine != training.engine:
        training.note(
            f"{path.name} was made with engine={str(engine)[:20]!r}, and here it is {training.engine!r}: the last bits "
            "may differ from those of a training never stopped"
        )
    then, now = metadata.get("blas_threads"), blas_threads()
    if then != now:
        training.note(
            f"when {path.name} was made, the number of threads for the products of matrices was "
            f"{'not noted' if then is None else then}, and now it is {now}: the last bits may differ from those of a "
            "training never stopped"
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
