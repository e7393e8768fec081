"""Checkpoints: the whole training state in one file, so that stopping anywhere and resuming changes no number."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from glassnet import storage
from glassnet.files import FileKind
from glassnet.ir.elsewhere import in_our_words
from glassnet.ir.errors import GlassnetError, ModelFileError
from glassnet.ir.require import require, require_count
from glassnet.model.file import MODEL
from glassnet.readings.threads import blas_threads
from glassnet.train.description import description, unchecked
from glassnet.train.state import largest_state, state_of
from glassnet.train.training import Callback, Training

NAME = re.compile(r"step-([0-9]+)\.safetensors")
CHECKPOINT = FileKind(
    "checkpoint", re.compile(rb'\A.{8}\{"__metadata__":\{[^{}]*"glassnet":"\{\\"checkpoint\\"', re.DOTALL)
)


class Checkpoint(Callback):
    """Save the training state into a folder after every so many epochs, or steps; ``fit(..., resume=folder)`` goes on.

    A training that is stopped between two steps, by Ctrl-C or its like, is saved at that very step.

    Args:
        folder: made if it is not there; holds files named by their step.
        every_epochs: after how many epochs.
        every_steps: also after how many steps, for long epochs.
        keep: how many of the newest sound files to keep.

    Once the training runs, a file that cannot be written (the disk is full) is said and does not end it.

    Raises:
        GlassnetError: the folder cannot be written, or the training is too large for a file.

    >>> import glassnet as gn
    >>> import tempfile
    >>> x, y = gn.data.spiral(samples=20)
    >>> def network():
    ...     return gn.Network(2, gn.Dense(8, "relu"), gn.Dense(3, "softmax"), seed=1)
    >>> whole = network()
    >>> history = whole.fit(x, y, epochs=4)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     history = network().fit(x, y, epochs=2, callbacks=[gn.Checkpoint(folder)])
    ...     resumed = network()
    ...     history = resumed.fit(x, y, epochs=4, callbacks=[gn.Checkpoint(folder)], resume=folder)
    >>> bool((whole(x) == resumed(x)).all())
    True
    """

    @in_our_words
    def __init__(
        self, folder: str | Path, every_epochs: int = 1, every_steps: int | None = None, keep: int = 2
    ) -> None:
        for value, what in ((every_epochs, "every_epochs"), (keep, "keep"), (every_steps, "every_steps")):
            if value is not None:
                require_count(value, what)
        self.folder, self.every_epochs, self.every_steps, self.keep = Path(folder), every_epochs, every_steps, keep
        self._sound: dict[Path, tuple[int, int]] = {}  # how each whole file looked when it was written
        self._fixed: dict[str, Any] = {}  # what all of a training's checkpoints say alike
        self._warned = False

    def on_begin(self, training: Training, epochs: int) -> None:
        self._fixed = {
            "checkpoint": description(training),
            "unchecked": unchecked(training),
            "blas_threads": blas_threads(),
            "engine": training.engine,
        }
        storage.require_fits(self._path(training), largest_state(training), self._metadata(training))
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self.folder).close()
        except OSError as error:
            raise GlassnetError(f"the checkpoint folder {self.folder} cannot be made: {error.strerror}") from None
        self._sound, self._warned = self._sound_before(training), False

    def _sound_before(self, training: Training) -> dict[Path, tuple[int, int]]:
        """The sound files that are there when the call begins: one folder holds one training, of one or more calls."""
        there, resumed = files(self.folder), self._path(training)
        if training.resumed is not None and there and os.path.samefile(training.resumed, self.folder):
            return {resumed: _look(resumed)}
        goes_on = training.position["step"] > 0
        same = [path for path in there if goes_on and self._is_of_this_training(path)]
        require(
            same == there,
            f"{self.folder} holds the checkpoints of a training already; go on with it by "
            f"resume={str(self.folder)!r}, or give another folder",
        )
        return {path: _look(path) for path in same}

    def _is_of_this_training(self, path: Path) -> bool:
        try:
            return bool(storage.read(path)[1].get("checkpoint") == self._fixed["checkpoint"])
        except ModelFileError:
            return False

    def steps_at_once(self, training: Training) -> int:
        """The steps to the next checkpoint."""
        return (
            sys.maxsize if self.every_steps is None else self.every_steps - training.position["step"] % self.every_steps
        )

    def on_step(self, training: Training, measured: Mapping[str, float]) -> None:
        if self.every_steps is not None and training.position["step"] % self.every_steps == 0:
            self.try_to_save(training)

    def on_epoch(self, training: Training, row: Mapping[str, float]) -> None:
        if training.position["epoch"] % self.every_epochs == 0 or training.stop:
            self.try_to_save(training)

    def try_to_save(self, training: Training) -> None:
        """Write the state now; where that cannot be done, say so once and let the training go on."""
        try:
            self.save(training)
            self._warned = False
        except (GlassnetError, OSError) as error:
            if not self._warned:
                training.note(f"{error}; the training goes on, and its next checkpoint is tried again")
            self._warned = True

    def save(self, training: Training) -> None:
        """Write the state now, and remove older files; the newest ``keep`` files that are whole stay."""
        path = self._path(training)
        is_free = not path.exists() or not MODEL.is_ours(path)
        require(is_free, f"{path} cannot be saved: there is a model of that name; move it to another folder")
        arrays = state_of(training)
        storage.write(path, arrays, storage.sealed(arrays, self._metadata(training)))
        self._sound[path] = _look(path)
        before = (p for p, look in self._sound.items() if _look(p) == look and step_of(p) <= step_of(path))
        sound = sorted(before, key=step_of)[-self.keep :]
        self._sound = {p: self._sound[p] for p in sound}
        if len(sound) == self.keep:
            self._remove_before(step_of(sound[0]))

    def _metadata(self, training: Training) -> dict[str, Any]:
        return {**self._fixed, "stop": training.stop, "engines": training.history.engines}

    def _remove_before(self, step: int) -> None:
        for path in files(self.folder):
            try:
                if step_of(path) < step and CHECKPOINT.is_ours(path):
                    path.unlink()
            except OSError:
                continue  # what cannot be removed does no harm

    def _path(self, training: Training) -> Path:
        return self.folder / f"step-{training.position['step']:09d}.safetensors"


def _look(path: Path) -> tuple[int, int]:
    """The file's size and time, which show whether it was cut off or replaced since; −1 for no file."""
    try:
        found = path.stat()
    except OSError:
        return -1, -1
    return found.st_size, found.st_mtime_ns


def step_of(path: Path) -> int:
    """The step at which the checkpoint of that name was made; -1 for the name of no checkpoint.

    >>> step_of(Path("kept/step-000000012.safetensors"))
    12
    """
    found = NAME.fullmatch(path.name)
    return int(found[1]) if found else -1


def files(folder: str | os.PathLike[str]) -> list[Path]:
    """The checkpoints in a folder, oldest first; none where there is no such folder."""
    try:
        found = [path for path in Path(folder).iterdir() if step_of(path) >= 0]
    except FileNotFoundError:
        return []
    except NotADirectoryError:
        raise GlassnetError(f"{folder} is a file; give the folder that Checkpoint wrote to") from None
    except OSError as error:
        raise GlassnetError(f"the checkpoint folder {folder} cannot be read: {error.strerror}") from None
    return sorted(found, key=step_of)
