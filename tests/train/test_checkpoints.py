"""The files of a training: which are kept, what becomes of damaged ones, of a full disk and of too large a training."""

import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet import storage
from glassnet.train.checkpoints import files
from tests.train import job
from tests.train.job import Crash, CrashAt

Edit = Callable[[dict[str, np.ndarray], dict[str, Any]], object]


def steps(folder: Path) -> list[int]:
    return [int(path.stem.removeprefix("step-")) for path in files(folder)]


def stopped(folder: Path, step: int = 17, **options: Any) -> list[Path]:
    """The checkpoints of a job that crashed after so many steps."""
    with pytest.raises(Crash):
        job.train(job.network(), folder, [CrashAt(step)], **options)
    return files(folder)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def fit(folder: Path, epochs: int, crash_at: int | None = None, keep: int = 2, **options: Any) -> gn.History:
    """Two steps an epoch, a checkpoint after each."""
    callbacks = [CrashAt(crash_at), gn.Checkpoint(folder, keep=keep)]
    settings = {"batch_size": 30, "callbacks": callbacks, "resume": folder, **options}
    return job.network().fit(job.X, job.Y, epochs=epochs, **settings)


def test_the_page_on_the_file_names_all_that_is_in_one(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "file-format.md").read_text(encoding="utf-8")
    arrays, metadata = storage.read(stopped(tmp_path, metrics=["f1", "accuracy"])[-1])
    groups = {re.sub(r"(^|/)(parameters|state|sums|history|callbacks/0)/.*", r"\1\2/…", name) for name in arrays}
    assert {"tally/targets", "tally/sums/…", "callbacks/0/…"} < groups
    assert [
        name for name in groups if f"`{name}`" not in page and not name.startswith(("callbacks/1", "callbacks/2"))
    ] == []
    assert [name for name in metadata if f"`{name}`" not in page] == []


# ── which are kept ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_folder_begins_anew(tmp_path: Path) -> None:
    net, other = job.network(), job.network()
    job.assert_same(
        job.outcome(net, net.fit(job.X, job.Y, epochs=1, resume=tmp_path / "not there")),
        job.outcome(other, other.fit(job.X, job.Y, epochs=1)),
    )


def test_so_many_are_kept(tmp_path: Path) -> None:
    net = job.network()
    net.fit(job.X, job.Y, epochs=7, batch_size=30, callbacks=[gn.Checkpoint(tmp_path, every_epochs=2, keep=3)])
    assert [path.name for path in files(tmp_path)] == [f"step-{step:09d}.safetensors" for step in (4, 8, 12)]
    assert sorted(tmp_path.iterdir()) == files(tmp_path), "temporary files were left behind"


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_damaged_ones_do_not_push_out_good_ones(keep: int, tmp_path: Path) -> None:
    """The newest are damaged, and a backup of the first is put back: training goes on from there, and crashes again."""
    fit(tmp_path / "first", epochs=1)
    fit(tmp_path, epochs=8, keep=keep)
    damaged = files(tmp_path)
    for path in damaged:
        cut(path)
    backup = files(tmp_path / "first")[0]
    (tmp_path / backup.name).write_bytes(backup.read_bytes())
    with pytest.raises(Crash):
        fit(tmp_path, epochs=8, crash_at=9, keep=keep)
    sound = [step for step in steps(tmp_path) if tmp_path / f"step-{step:09d}.safetensors" not in damaged]
    assert sound == [2, 4, 6, 8][-keep:]
    whole = fit(tmp_path / "whole", epochs=8)
    assert fit(tmp_path, epochs=8, keep=keep)["loss"] == whole["loss"]
    assert steps(tmp_path) == [2, 4, 6, 8, 10, 12, 14, 16][-keep:]


def test_one_that_is_damaged_while_training_goes_on_is_not_counted(tmp_path: Path) -> None:
    class Damage(gn.Callback):
        def on_epoch(self, training: Any, row: Any) -> None:
            if training.position["epoch"] in (3, 4):
                cut(files(tmp_path)[-1])

    fit(tmp_path, epochs=4, callbacks=[Damage(), gn.Checkpoint(tmp_path)])
    assert {2, 8} <= set(steps(tmp_path)), "those of steps 4 and 6 are damaged"


def test_the_file_just_written_stays_beside_those_of_a_longer_training(tmp_path: Path) -> None:
    (tmp_path / "longer").mkdir()
    fit(tmp_path / "longer", epochs=5)
    fit(tmp_path, epochs=2, keep=1)
    for path in files(tmp_path / "longer"):
        (tmp_path / path.name).write_bytes(path.read_bytes()[:-1])
    fit(tmp_path, epochs=3, keep=1)
    assert steps(tmp_path) == [6, 8, 10]


def test_steps_are_in_order_of_their_number(tmp_path: Path) -> None:
    for name in ("step-1000000000", "step-999999999", "step-7", "step-x", "step-8 (copy)"):
        (tmp_path / f"{name}.safetensors").touch()
    assert steps(tmp_path) == [7, 999_999_999, 1_000_000_000]


def test_a_model_among_them_is_neither_removed_nor_replaced(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    older, newer = tmp_path / "step-000000001.safetensors", tmp_path / "step-000000006.safetensors"
    fit(tmp_path, epochs=2)
    job.network().save(older)
    job.network().save(newer)
    content = older.read_bytes()
    fit(tmp_path, epochs=5)
    assert older.read_bytes() == newer.read_bytes() == content
    assert f"{newer} is not a checkpoint, but a model; move it to another folder; going on from" in caplog.text
    assert f"{newer} cannot be saved: there is a model of that name" in caplog.text
    assert steps(tmp_path) == [1, 6, 8, 10]


def test_one_folder_is_for_one_training(tmp_path: Path) -> None:
    fit(tmp_path / "a", epochs=1, clip_norm=9.0)
    fit(tmp_path / "b", epochs=1)
    for resume in (None, tmp_path / "b"):
        with pytest.raises(gn.GlassnetError, match="holds the checkpoints of a training already; go on with it by"):
            fit(tmp_path / "a", epochs=2, resume=resume)
    assert fit(tmp_path / "c", epochs=2, resume=tmp_path / "b").epochs == 2


def test_calls_that_go_on_share_a_folder(tmp_path: Path) -> None:
    """Unless another training's checkpoints are in it, or the training starts anew."""
    settings = {"batch_size": 30, "callbacks": [gn.Checkpoint(tmp_path / "a")]}
    net, at_once = job.network(), job.network()
    for epochs in (1, 2, 1):
        history = net.fit(job.X, job.Y, epochs=epochs, **settings)
    assert steps(tmp_path / "a") == [6, 8]
    expected = job.outcome(at_once, at_once.fit(job.X, job.Y, epochs=4, batch_size=30))
    job.assert_same(job.outcome(net, history), expected)
    for path in files(tmp_path / "a")[1:]:
        path.unlink()
    resumed = job.network()
    history = resumed.fit(job.X, job.Y, epochs=3, **settings, resume=tmp_path / "a")
    assert history.epochs == 4, "its checkpoint is of the call that began after one epoch"
    for changed in ({"reset": True}, {"optimizer": gn.Adam(0.5)}):
        with pytest.raises(gn.GlassnetError, match="holds the checkpoints of a training already"):
            net.fit(job.X, job.Y, epochs=1, **settings, **changed)


def test_one_training_may_have_two_folders(tmp_path: Path, never_stopped: dict[str, np.ndarray]) -> None:
    """Resumed from either, whichever is ahead; the file just written stays even where there are later ones."""

    def train(resume: Path, crash_at: int | None = None) -> gn.History:
        saving = [gn.Checkpoint(tmp_path / "a", every_steps=5), gn.Checkpoint(tmp_path / "b", every_steps=3, keep=1)]
        return job.train(net, None, [CrashAt(crash_at), *saving], resume=resume)

    net = job.network()
    with pytest.raises(Crash):
        train(tmp_path / "a", 17)
    assert (steps(tmp_path / "a"), steps(tmp_path / "b")) == ([10, 15], [15])
    for path in files(tmp_path / "b"):
        path.unlink()
    for step in (16, 19, 22):
        net = job.network()
        with pytest.raises(Crash):
            train(tmp_path / "a", step)
    net = job.network()
    job.assert_same(job.outcome(net, train(tmp_path / "b")), never_stopped)


@pytest.mark.skipif(sys.platform == "win32", reason="needs named pipes")
def test_pipes_and_folders_named_so_are_neither_read_nor_removed(tmp_path: Path, caplog: Any) -> None:
    fit(tmp_path, epochs=2)
    for name in ("step-000000001", "step-000000008", "step-000000900"):
        os.mkfifo(tmp_path / f"{name}.safetensors")
    for name in ("step-000000002", "step-000000006", "step-000000901"):
        path = tmp_path / f"{name}.safetensors"
        path.unlink(missing_ok=True)
        path.mkdir()
    assert fit(tmp_path, epochs=5).epochs == 5
    assert steps(tmp_path) == [1, 2, 4, 6, 8, 10, 900, 901]
    assert "step-000000901.safetensors cannot be read: it is a folder" in caplog.text
    assert "step-000000006.safetensors cannot be saved: there is a folder of that name" in caplog.text


def test_a_folder_that_is_removed_while_training_goes_on(tmp_path: Path, caplog: Any) -> None:
    class Remove(gn.Callback):
        def on_epoch(self, training: Any, row: Any) -> None:
            if training.position["epoch"] == 2:
                shutil.rmtree(tmp_path / "kept")

    history = fit(tmp_path, epochs=4, callbacks=[Remove(), gn.Checkpoint(tmp_path / "kept")])
    assert history.epochs == 4
    assert caplog.text.count("does not exist") == 1


def test_measurements_that_are_not_finite(tmp_path: Path) -> None:
    def nothing(y: np.ndarray, prediction: np.ndarray) -> float:
        return float("nan")

    for epochs in (1, 2):
        history = fit(tmp_path, epochs=epochs, metrics=[nothing])
    assert np.isnan(history["nothing"]).all()
    assert len(history["nothing"]) == 2


# ── which are read ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "zeros"])
def test_from_a_damaged_one_to_the_one_before(
    damage: str, tmp_path: Path, never_stopped: dict[str, np.ndarray], caplog: pytest.LogCaptureFixture
) -> None:
    before, newest = stopped(tmp_path)
    content = newest.read_bytes()
    damaged = {
        "cut": content[: len(content) // 2],
        "flipped": b"\xff" + content[1:],
        "empty": b"",
        "zeros": bytes(len(content)),
    }
    newest.write_bytes(damaged[damage])
    net = job.network()
    job.assert_same(job.outcome(net, job.train(net, tmp_path, [CrashAt()])), never_stopped)
    assert re.search(rf"{re.escape(str(newest))} cannot be .*; going on from {before.name}", caplog.text)


def test_where_none_can_be_read_each_is_named_with_why(tmp_path: Path) -> None:
    before, newest = stopped(tmp_path)
    cut(newest)
    before.write_bytes(b"")
    for checkpoints in ([], [gn.Checkpoint(tmp_path)]):
        with pytest.raises(gn.ModelFileError, match=r"no checkpoint in .* can be read") as error:
            job.network().fit(job.X, job.Y, epochs=1, callbacks=checkpoints, resume=tmp_path)
        assert f"{newest} cannot be read: it was cut off" in str(error.value)
        assert f"{before} cannot be read: it is empty" in str(error.value)


def test_a_model_file_is_no_checkpoint(tmp_path: Path) -> None:
    job.network().save(tmp_path / "step-000000001.safetensors")
    with pytest.raises(gn.ModelFileError, match="is not a checkpoint"):
        job.network().fit(job.X, job.Y, epochs=1, resume=tmp_path)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    job.network().fit(job.X, job.Y, epochs=1, resume=tmp_path / "chekpoints")
    assert "there is no checkpoint in" in caplog.text
    caplog.clear()
    fit(tmp_path / "new", epochs=1, callbacks=[gn.Checkpoint(tmp_path / "new")])
    assert not caplog.text, "where the checkpoints of this training go, there are none at first"


@pytest.mark.parametrize(
    ("resume", "said"),
    [("file", "is a file; give the folder"), (True, "resume takes the folder"), (7, "takes the folder")],
)
def test_what_is_no_folder(resume: Any, said: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(gn.GlassnetError, match=said):
        job.network().fit(job.X, job.Y, epochs=1, resume=tmp_path / resume if resume == "file" else resume)


def replaced(name: str, value: Any) -> Edit:
    return lambda arrays, metadata: arrays.update({name: np.asarray(value)})


EDITS: dict[str, Edit] = {
    "array missing": lambda arrays, _: arrays.pop("parameters/dense_1.weights"),
    "array too many": replaced("parameters/dense_9.weights", 1.0),
    "another shape": replaced("parameters/dense_1.weights", np.zeros((3, 3), "float32")),
    "another dtype": replaced("parameters/dense_1.weights", np.zeros((4, 8), "float64")),
    "NaN weights": lambda arrays, _: arrays["parameters/dense_1.weights"].fill(np.nan),
    "NaN first weights": lambda arrays, _: arrays["first"].fill(np.nan),
    "state missing": lambda arrays, _: arrays.pop("state/optimizer.dense_1.weights.m"),
    "vector for a number": replaced("position/step", np.array([16, 16])),
    "negative epoch": replaced("position/epoch", -5),
    "epoch NaN": replaced("position/epoch", np.nan),
    "more epochs than measured": replaced("position/epoch", 3),
    "batch 10^9": replaced("position/batch", 10**9),
    "another step": replaced("position/step", 14),
    "another seed": replaced("seed", np.uint64(77)),
    "factor NaN": replaced("learning_rate_factor", np.nan),
    "factor negative": replaced("learning_rate_factor", -1.0),
    "history ragged": replaced("history/loss", np.zeros(7)),
    "history two-dimensional": replaced("history/loss", np.zeros((1, 2))),
    "history of something else": replaced("history/beauty", np.zeros(7)),
    "history missing": lambda arrays, _: arrays.pop("history/loss"),
    "sum of something else": replaced("tally/sums/beauty", 1.0),
    "sum a vector": replaced("tally/sums/loss", np.zeros(2)),
    "callback's state missing": lambda arrays, _: [arrays.pop(n) for n in list(arrays) if n.startswith("callbacks/1/")],
    "part of it missing": lambda arrays, _: arrays.pop("callbacks/2/waited"),
    "text for it": replaced("callbacks/2/waited", np.zeros(3)),
    "best weights missing": lambda arrays, _: arrays.pop("callbacks/0/arrays/dense_1.weights"),
    "best weights too many": replaced("callbacks/0/arrays/dense_9.weights", 1.0),
    "best weights of another shape": replaced("callbacks/0/arrays/dense_1.weights", np.zeros(3, "float32")),
    "stop a number": lambda _, metadata: metadata.update(stop=5),
    "stop missing": lambda _, metadata: metadata.pop("stop"),
    "checkpoint missing": lambda _, metadata: metadata.pop("checkpoint"),
    "checkpoint a list": lambda _, metadata: metadata.update(checkpoint=[1]),
}


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a job that crashed in its second epoch."""
    folder = tmp_path_factory.mktemp("crashed")
    stopped(folder)
    return folder


@pytest.fixture(scope="module")
def two_epochs() -> dict[str, np.ndarray]:
    """What comes of two epochs of the job where nothing stops it."""
    net = job.network()
    return job.outcome(net, job.train(net, None, [CrashAt()], epochs=2))


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_edited_ones_are_left_out_and_named(
    edit: Edit, tmp_path: Path, crashed: Path, two_epochs: dict[str, np.ndarray], caplog: pytest.LogCaptureFixture
) -> None:
    """Each is sealed anew, so that its content is judged."""
    shutil.copytree(crashed, tmp_path, dirs_exist_ok=True)
    before, newest = files(tmp_path)
    arrays, metadata = storage.read(newest)
    edit(arrays, metadata)
    storage.write(newest, arrays, storage.sealed(arrays, metadata))
    net = job.network()
    job.assert_same(job.outcome(net, job.train(net, tmp_path, [CrashAt()], epochs=2)), two_epochs)
    assert f"{newest} " in caplog.text
    assert f"; going on from {before.name}, the newest that can be read" in caplog.text


def test_a_changed_bit_is_noticed_and_a_seal_demanded(tmp_path: Path) -> None:
    before, newest = stopped(tmp_path)
    arrays, metadata = storage.read(newest)
    arrays["parameters/dense_1.weights"][0, 0] += 0.5
    storage.write(newest, arrays, metadata)
    before.unlink()
    with pytest.raises(gn.ModelFileError, match=f"{newest.name} cannot be used: its content is not what was saved"):
        job.train(job.network(), tmp_path, [CrashAt()])
    del metadata["sha256"]
    storage.write(newest, arrays, metadata)
    with pytest.raises(gn.ModelFileError, match="it has no SHA-256"):
        job.train(job.network(), tmp_path, [CrashAt()])


def test_renamed_ones_are_told(tmp_path: Path) -> None:
    before, newest = stopped(tmp_path)
    newest.replace(before)
    with pytest.raises(gn.ModelFileError, match="it was renamed: it is of step 16"):
        job.train(job.network(), tmp_path, [CrashAt()])


def test_another_number_of_threads_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for path in stopped(tmp_path):
        arrays, metadata = storage.read(path)
        metadata["blas_threads"] += 5
        storage.write(path, arrays, storage.sealed(arrays, metadata))
    job.train(job.network(), tmp_path, [CrashAt()])
    assert re.search(r"threads for the products of matrices was \d+, and now it is \d+: the last", caplog.text)


# ── where they cannot be written ────────────────────────────────────────────────────────────────────────────────────


def test_a_checkpoint_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(gn.GlassnetError, match=r"the checkpoint folder .* cannot be made"):
        job.network().fit(job.X, job.Y, epochs=1, callbacks=[gn.Checkpoint(tmp_path / "file" / "folder")])


def test_what_would_not_fit_is_refused_before_the_first_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is such that only the weights of the best epoch, there from the first epoch on, are too many."""
    fit(tmp_path / "a", epochs=1)
    [path] = files(tmp_path / "a")
    arrays, _ = storage.read(path)
    monkeypatch.setattr("glassnet.storage.header.TENSOR_LIMIT", len(arrays) - 1)
    net = job.network()
    before = net.parameters.buffer.copy()
    with pytest.raises(gn.ModelFileError, match=r"cannot be saved: it would hold .* arrays, and .* is the limit"):
        net.fit(job.X, job.Y, epochs=1, batch_size=30, callbacks=[CrashAt(), gn.Checkpoint(tmp_path / "b")])
    assert net.parameters.buffer.tobytes() == before.tobytes()
    assert not (tmp_path / "b").exists()


def test_a_disk_that_is_full_for_a_while_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Fill(gn.Callback):
        def on_epoch(self, training: Any, row: Any) -> None:
            epoch = training.position["epoch"]
            monkeypatch.setattr("os.fsync", full if epoch in (2, 3) else lambda _: None)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    history = fit(tmp_path, epochs=5, callbacks=[Fill(), gn.Checkpoint(tmp_path, keep=9)])
    assert history.epochs == 5
    assert steps(tmp_path) == [2, 8, 10]
    assert sorted(tmp_path.iterdir()) == files(tmp_path), "temporary files were left behind"
    assert caplog.text.count("step-000000004.safetensors cannot be saved: the disk is full") == 1
    assert "step-000000006" not in caplog.text
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


LIMITED = """
import resource, sys
from pathlib import Path
import glassnet as gn
from tests.train import job
out, folder = sys.argv[1:]
net = job.network()
net.save(out)
limit = 2 * Path(out).stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
net.fit(job.X, job.Y, epochs=3, callbacks=[gn.Checkpoint(folder)])
net.save(out)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_disk_that_ends_in_the_middle_of_a_checkpoint(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LIMITED, str(tmp_path / "net.safetensors"), str(tmp_path / "kept")]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("cannot be saved: the file is too large for this disk") == 1
    assert "the training goes on" in done.stderr
    assert gn.load(tmp_path / "net.safetensors").history.epochs == 3
    assert list((tmp_path / "kept").iterdir()) == []
