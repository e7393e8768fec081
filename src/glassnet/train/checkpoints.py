"""Checkpoints: the whole training state in one file, so that stopping anywhere and resuming changes no number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from glassnet import storage
from glassnet.ir.errors import GlassnetError, ModelFileError
from glassnet.ir.require import require, require_count
from glassnet.ir.specification import to_json
from glassnet.train.training import Callback, Training


class Checkpoint(Callback):
    """Save the training state into a folder after every so many epochs, or steps; ``fit(..., resume=folder)`` goes on.

    Args:
        folder: made if it is not there; holds files named by their step.
        every_epochs: after how many epochs.
        every_steps: also after how many steps, for long epochs.
        keep: how many of the newest files to keep.

    Raises:
        GlassnetError: the folder or a file in it cannot be written.

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

    def __init__(
        self, folder: str | Path, every_epochs: int = 1, every_steps: int | None = None, keep: int = 2
    ) -> None:
        for value, what in ((every_epochs, "every_epochs"), (keep, "keep"), (every_steps, "every_steps")):
            if value is not None:
                require_count(value, what)
        self.folder, self.every_epochs, self.every_steps, self.keep = Path(folder), every_epochs, every_steps, keep

    def on_begin(self, training: Training, epochs: int) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise GlassnetError(f"the checkpoint folder {self.folder} cannot be made: {error.strerror}") from None
        require(
            training.position["step"] > 0 or not files(self.folder),
            f"{self.folder} holds the checkpoints of a training already; go on with it by "
            f"resume={str(self.folder)!r}, or give another folder",
        )

    def on_step(self, training: Training, measured: Mapping[str, float]) -> None:
        if self.every_steps is not None and training.position["step"] % self.every_steps == 0:
            self.save(training)

    def on_epoch(self, training: Training, row: Mapping[str, float]) -> None:
        if training.position["epoch"] % self.every_epochs == 0 or training.stop:
            self.save(training)

    def save(self, training: Training) -> None:
        """Write the state now; files older than the newest ``keep`` go."""
        path = self.folder / f"step-{training.position['step']:09d}.safetensors"
        arrays, metadata = training.arrays(), {"checkpoint": describe(training), "stop": training.stop}
        storage.write(path, arrays, storage.sealed(arrays, metadata))
        for old in files(self.folder)[: -self.keep]:
            old.unlink(missing_ok=True)


def describe(training: Training) -> dict[str, Any]:
    """Everything that must be the same for a training to be the same, as JSON."""
    settings, network = training.settings, training.network
    tensors: dict[str, Any] = {}
    described = {
        "network": network.specification(tensors),
        "loss": to_json(settings.loss, tensors),
        "optimizer": to_json(settings.optimizer, tensors),
        "clip_value": settings.clip_value,
        "clip_norm": settings.clip_norm,
        "accumulate": settings.accumulate,
        "ema": settings.ema,
        "callbacks": [type(callback).__name__ for callback in training.callbacks],
        **training.data,
    }
    sums = {name: float(np.asarray(array, np.float64).sum()) for name, array in tensors.items()}
    return {**described, "tensors": sums}


def files(folder: str | Path) -> list[Path]:
    """The checkpoints in a folder, oldest first."""
    return sorted(Path(folder).glob("step-*.safetensors"))


def resume(training: Training, folder: str | Path) -> bool:
    """Restore the newest checkpoint that can be read; False where there is none.

    Raises:
        GlassnetError: the checkpoint is of another network, optimiser, loss, batch size or data.
    """
    if Path(folder).is_file():
        raise GlassnetError(f"resume takes the folder that Checkpoint wrote to, got the file {folder}")
    for path in reversed(files(folder)):
        try:
            arrays, metadata = storage.read(path)
        except ModelFileError:
            continue  # cut off by a crash; the one before is whole
        _require_same(metadata.get("checkpoint"), describe(training), path)
        training.restore(arrays)
        training.stop = str(metadata.get("stop", ""))
        return True
    return False


def _require_same(saved: Any, now: dict[str, Any], path: Path) -> None:
    if not isinstance(saved, dict):
        raise ModelFileError(f"{path} is not a checkpoint; give the folder that Checkpoint wrote to")
    different = _difference(saved, json.loads(json.dumps(now)))
    if different:
        name, then, current = different
        raise GlassnetError(
            f"{path} is a checkpoint of another training: its {name} is {then}, now it is {current}; "
            "resume with the same settings, or start anew in another folder"
        )


def _difference(saved: Any, now: Any, name: str = "") -> tuple[str, Any, Any] | None:
    """The innermost setting that is not the same, as (name, saved, now); None where all are."""
    if saved == now:
        return None
    if isinstance(saved, list) and isinstance(now, list) and len(saved) == len(now):
        saved, now = ({str(i): value for i, value in enumerate(values)} for values in (saved, now))
    if not (isinstance(saved, dict) and isinstance(now, dict) and saved.keys() == now.keys()):
        return name, saved, now
    differences = (_difference(saved[key], now[key], f"{name}.{key}".lstrip(".")) for key in now)
    return next(filter(None, differences), None)
