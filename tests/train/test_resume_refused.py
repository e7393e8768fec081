"""Resuming another training is refused, and what differs is named; what only watches may come and go."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import glassnet as gn
from glassnet import ops, storage
from glassnet.train.batches import Rows
from glassnet.train.checkpoints import files
from glassnet.train.identity import digest
from tests.train import job
from tests.train.job import Crash, CrashAt


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"optimizer": gn.Adam(gn.WarmUp(0.05, 5))}, "optimizer.learning_rate.then"),
        ({"optimizer": gn.SGD()}, "optimizer"),
        ({"loss": gn.CategoricalCrossEntropy(0.1)}, "loss.label_smoothing is 0.0, now it is 0.1;"),
        ({"batch_size": 8}, "batch_size"),
        ({"clip_norm": 2.0}, "clip_norm"),
        ({"clip_value": 2.0}, "clip_value"),
        ({"ema": None}, "ema"),
        ({"accumulate": 3}, "accumulate"),
        ({"callbacks": []}, "callbacks"),
        ({"shuffle": False}, "shuffle"),
        ({"class_weight": None}, "sample_weight"),
        ({"class_weight": {0: 3.0}}, "sample_weight"),
        ({"metrics": []}, "metrics"),
        ({"validation": None}, "validation"),
        ({"augment": None}, "augment"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_other_settings_are_refused(changed: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(Crash):
        job.train(job.network(), tmp_path, [CrashAt(7)])
    with pytest.raises(gn.GlassnetError, match=rf"another training: its {said}.*resume with the same settings"):
        job.train(job.network(), tmp_path, [CrashAt()], **changed)


def test_another_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Crash):
        job.train(job.network(), tmp_path, [CrashAt(7)])
    wider = gn.Network(4, gn.Dense(9, "tanh"), *job.network().root.layers[1:], seed=3)
    for net, said in (
        (wider, "its network.layers.0.units is 8, now it is 9"),
        (job.network("float64"), "its network.dtype is float32, now it is float64"),
        (gn.Network(4, gn.Dense(3, "softmax"), seed=3), "its network.layers is "),
    ):
        with pytest.raises(gn.GlassnetError, match=f"another training: {re.escape(said)}"):
            job.train(net, tmp_path, [CrashAt()])


def test_another_number_of_samples_is_refused(tmp_path: Path) -> None:
    job.network().fit(job.X, job.Y, epochs=1, callbacks=[gn.Checkpoint(tmp_path)])
    with pytest.raises(gn.GlassnetError, match="its samples is 60, now it is 50"):
        job.network().fit(job.X[:50], job.Y[:50], epochs=2, callbacks=[gn.Checkpoint(tmp_path)], resume=tmp_path)


# ── other data ──────────────────────────────────────────────────────────────────────────────────────────────────────


def trained(folder: Path, x: Any = job.X, y: Any = job.Y, *callbacks: gn.Callback, **options: Any) -> gn.History:
    settings = {"epochs": 2, "batch_size": 30, "callbacks": [*callbacks, gn.Checkpoint(folder)], "resume": folder}
    return job.network().fit(x, y, **{**settings, **options})


def nudged(array: Any, index: int = 17) -> np.ndarray:
    """The array with one number changed in its last digits."""
    copy = np.array(array, np.float64)
    copy.reshape(-1)[index] += 1e-4
    return copy


WEIGHTS = np.linspace(0.5, 2, len(job.X))
VALIDATION = (job.XV, job.YV, WEIGHTS[: len(job.XV)])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"x": nudged(job.X)}, "x"),
        ({"x": job.X[::-1].copy()}, "x"),
        ({"y": np.roll(job.Y, 1)}, "y"),
        ({"x": job.X[:50], "y": job.Y[:50], "sample_weight": WEIGHTS[:50]}, "samples is 60, now it is 50, its x"),
        ({"sample_weight": nudged(WEIGHTS)}, "sample_weight"),
        ({"sample_weight": WEIGHTS[::-1].copy()}, "sample_weight"),
        ({"validation": (nudged(job.XV), *VALIDATION[1:])}, "validation x"),
        ({"validation": (job.XV, np.roll(job.YV, 1), VALIDATION[2])}, "validation y"),
        ({"validation": (*VALIDATION[:2], nudged(VALIDATION[2]))}, "validation sample_weight"),
        ({"validation": VALIDATION[:2]}, "validation sample_weight"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_other_data_are_refused(changed: dict[str, Any], said: str, tmp_path: Path) -> None:
    given = {"x": job.X, "y": job.Y, "sample_weight": WEIGHTS, "validation": VALIDATION}
    trained(tmp_path, **given)
    with pytest.raises(gn.GlassnetError, match=f"another training: its {said} is .*now it is"):
        trained(tmp_path, **{**given, **changed}, epochs=3)


def test_columns_by_name_are_part_of_a_network(tmp_path: Path) -> None:
    names = [f"c{i}" for i in range(4)]
    frame = pd.DataFrame(job.X, columns=names)
    trained(tmp_path, frame)
    assert trained(tmp_path, frame, epochs=3).epochs == 3
    with pytest.raises(gn.GlassnetError, match=r"training: its network\.columns\.0 is c0, now it is c3"):
        trained(tmp_path, frame[names[::-1]], epochs=4)
    with pytest.raises(
        gn.GlassnetError, match=r"training: its network\.columns is \['c0', .*\], now it is None; resume"
    ):
        trained(tmp_path, epochs=4)


def test_the_same_numbers_in_another_form_are_the_same_data(tmp_path: Path) -> None:
    x = job.X.astype("float32")
    np.save(tmp_path / "x.npy", x)
    trained(tmp_path, x)
    forms = [x.astype(">f8"), np.asfortranarray(x), x.tolist(), np.load(tmp_path / "x.npy", mmap_mode="r")]
    for epochs, form in enumerate(forms, 3):
        assert trained(tmp_path, form, job.Y.tolist(), epochs=epochs).epochs == epochs


@pytest.mark.parametrize("part", [1, 100, 1 << 24])
def test_a_digest_does_not_depend_on_the_parts_that_are_read(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = digest(job.X, "float32")
    monkeypatch.setattr("glassnet.train.identity.PART", part)
    assert digest(job.X, "float32") == whole
    rows = np.array([5, 3, 59, 0])
    assert digest(Rows(job.X, rows), "float32") == digest(job.X[rows], "float32")
    assert digest(job.X, "float64") != whole != digest(job.X.reshape(120, 2), "float32")


def test_what_no_digest_can_tell_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def beauty(y: np.ndarray, prediction: np.ndarray) -> float:
        return 1.0

    @gn.loss
    def quartic(prediction: Any, target: Any) -> Any:
        return ops.sum((prediction - target) ** 4, -1)

    class Watch(gn.Callback):
        pass

    options = {"loss": quartic, "metrics": [beauty, "accuracy"], "augment": job.jitter}
    y = np.eye(3)[job.Y]
    trained(tmp_path / "a", job.X, y, Watch(), **options)
    unchecked = ["augment", "the metric beauty", "the loss quartic", "the callback Watch"]
    _, metadata = storage.read(files(tmp_path / "a")[-1])
    assert metadata["unchecked"] == unchecked
    trained(tmp_path / "a", job.X, y, Watch(), **options, epochs=3)
    assert f"unchecked, for code cannot be compared: {', '.join(unchecked)}" in caplog.text
    caplog.clear()

    class Stream:
        def __iter__(self) -> Iterator[Any]:
            return iter(BATCHES)

    for epochs in (1, 2):
        trained(tmp_path / "b", Stream(), None, epochs=epochs)
    assert "the stream of batches" in caplog.text


BATCHES = [(job.X[:30], job.Y[:30]), (job.X[30:], job.Y[30:])]


def test_a_list_of_batches_has_digests(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for epochs in (1, 2):
        trained(tmp_path, BATCHES, None, epochs=epochs)
    assert not caplog.text
    with pytest.raises(gn.GlassnetError, match="another training: its batches is sha256:"):
        trained(tmp_path, [BATCHES[0], (job.X[30:], job.Y[:30])], None, epochs=3)


# ── callbacks ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        (gn.EarlyStopping("loss", patience=50), gn.EarlyStopping("loss", patience=1), "patience is 50, now it is 1"),
        (gn.EarlyStopping("loss"), gn.EarlyStopping("accuracy"), "monitor is loss, now it is accuracy"),
        (gn.EarlyStopping("loss"), gn.EarlyStopping("loss", 5, 0.5), r"minimum_change is 0\.0, now it is 0\.5"),
        (gn.EarlyStopping("loss"), gn.EarlyStopping("loss", restore_best=False), "restore_best"),
        (gn.EarlyStopping("loss"), gn.KeepBest("loss"), "callbacks.1 is "),
        (gn.KeepBest("loss"), gn.KeepBest("loss", larger_is_better=True), "larger_is_better is False, now it is True"),
        (gn.ReduceOnPlateau("loss", 0.5), gn.ReduceOnPlateau("loss", 0.1), r"factor is 0\.5, now it is 0\.1"),
        (gn.ReduceOnPlateau("loss"), gn.ReduceOnPlateau("loss", smallest=0.5), "smallest"),
    ],
)
def test_other_settings_of_callbacks_that_decide(
    then: gn.Callback, now: gn.Callback, said: str, tmp_path: Path
) -> None:
    trained(tmp_path, job.X, job.Y, then)
    with pytest.raises(gn.GlassnetError, match=f"another training: its .*{said}"):
        trained(tmp_path, job.X, job.Y, now, epochs=3)


def test_all_that_differs_is_named(tmp_path: Path) -> None:
    trained(tmp_path, job.X, job.Y, gn.EarlyStopping("loss", patience=50))
    with pytest.raises(gn.GlassnetError) as error:
        trained(tmp_path, job.X, np.roll(job.Y, 1), gn.EarlyStopping("loss", 1), epochs=3, batch_size=10, clip_norm=1.0)
    for name in (
        "clip_norm is None, now it is 1.0",
        "batch_size is 30, now it is 10",
        "y is sha256:",
        "patience is 50",
    ):
        assert f"its {name}" in str(error.value) or f".{name}" in str(error.value)


def test_callbacks_that_only_watch_may_come_and_go(tmp_path: Path) -> None:
    class Watch(gn.Callback):
        pass

    whole = trained(tmp_path / "whole", job.X, job.Y, gn.EarlyStopping("loss"), epochs=4)["loss"]
    for epochs, watching in enumerate([[], [gn.CsvLog(tmp_path / "log.csv"), Watch()], [Watch()], []], 1):
        history = trained(tmp_path / "a", job.X, job.Y, *watching, gn.EarlyStopping("loss"), epochs=epochs)
    assert history["loss"] == whole


class Halving(gn.Callback):
    """Halves the learning rate once, after a number of epochs."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch

    def on_epoch(self, training: Any, row: Any) -> None:
        if training.position["epoch"] == self.epoch:
            training.learning_rate_factor /= 2

    def settings(self) -> dict[str, Any]:
        return {"epoch": self.epoch}


def test_the_settings_of_a_callback_of_ones_own(tmp_path: Path) -> None:
    trained(tmp_path, job.X, job.Y, Halving(1))
    assert trained(tmp_path, job.X, job.Y, Halving(1), epochs=3).epochs == 3
    with pytest.raises(gn.GlassnetError, match=r"its callbacks\.1\.epoch is 1, now it is 2"):
        trained(tmp_path, job.X, job.Y, Halving(2), epochs=4)
    with pytest.raises(gn.GlassnetError, match="its callbacks is "):
        trained(tmp_path, job.X, job.Y, epochs=4)


class Told(gn.Callback):
    """A callback whose settings are these."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def settings(self) -> dict[str, Any]:
        return {"value": self.value}


class Thing:
    def __init__(self, number: int) -> None:
        self.number = number


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        (np.float32(0.5), 0.5, 0.25),
        (np.arange(3), np.arange(3), np.arange(3)[::-1]),
        ((1, "a"), [1, "a"], [1, "b"]),
        (Path("a"), Path("a"), Path("b")),
        (Thing(1), Thing(2), Path("a")),  # nothing but its class tells a Thing
        (job.jitter, job.jitter, job.network),
        (None, None, 0),
    ],
    ids=["a number of NumPy", "an array", "a tuple", "a path", "an object", "a function", "nothing"],
)
def test_settings_of_any_kind(one: Any, same: Any, other: Any, tmp_path: Path) -> None:
    trained(tmp_path, job.X, job.Y, Told(one))
    assert trained(tmp_path, job.X, job.Y, Told(same), epochs=3).epochs == 3
    with pytest.raises(gn.GlassnetError, match=r"its callbacks\.1\.value"):
        trained(tmp_path, job.X, job.Y, Told(other), epochs=4)


def test_settings_that_cannot_be_told(tmp_path: Path) -> None:
    with pytest.raises(gn.GlassnetError, match="the settings of callbacks must be numbers, texts, lists and the like"):
        trained(tmp_path, job.X, job.Y, Told({(1, 2): 3}))
    told = Told(1)
    told.settings = {"value": 1}  # type: ignore[assignment, method-assign]
    with pytest.raises(gn.GlassnetError, match=r"Told\.settings is a method of callbacks; give yours another name"):
        trained(tmp_path, job.X, job.Y, told)


def test_initial_weights_with_the_same_sum_are_others(tmp_path: Path) -> None:
    def fit(weights: list[list[float]]) -> None:
        net = gn.Network(1, gn.Dense(2, weights=weights), gn.Dense(1), dtype="float64")
        net.fit([[1.0]], [[2.0]], epochs=1, callbacks=[gn.Checkpoint(tmp_path)], resume=tmp_path)

    fit([[0.25, 0.5]])
    with pytest.raises(gn.GlassnetError, match="another training: its tensors"):
        fit([[0.5, 0.25]])


def test_numpy_numbers_as_settings(tmp_path: Path) -> None:
    for epochs in (1, 2):
        trained(tmp_path, clip_norm=np.float32(1.5), accumulate=np.int64(2), epochs=epochs)


def test_fewer_epochs_than_there_were_are_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    trained(tmp_path)
    assert trained(tmp_path, epochs=1).epochs == 2
    assert "1 epoch asked for, and 2 finished already: nothing is trained" in caplog.text
