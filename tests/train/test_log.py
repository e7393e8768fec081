"""The log: the history as a CSV file, whole after each epoch, whatever was there and wherever training stops."""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import glassnet as gn
from glassnet.train.log import LOG
from tests.train import job
from tests.train.job import Crash, CrashAt


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))


def timeless(path: Path) -> list[dict[str, str]]:
    """What the log says, but for how long each epoch took."""
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows(path)]


def fit(folder: Path, crash_at: int | None = None, every_steps: int | None = 1, **options: Any) -> gn.History:
    """Three steps an epoch, logged in log.csv."""
    saving = gn.Checkpoint(folder / "kept", every_steps=every_steps)
    callbacks = [gn.CsvLog(folder / "log.csv"), CrashAt(crash_at), saving]
    settings: dict[str, Any] = {
        "epochs": 5,
        "batch_size": 20,
        "validation": (job.XV, job.YV),
        "resume": folder / "kept",
    }
    return job.network().fit(job.X, job.Y, callbacks=callbacks, **{**settings, **options})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """The log of a training that nothing stopped."""
    folder = tmp_path_factory.mktemp("whole")
    fit(folder)
    return timeless(folder / "log.csv")


def test_a_row_an_epoch_at_once(tmp_path: Path) -> None:
    path, seen = tmp_path / "log.csv", []

    class Read(gn.Callback):
        def on_epoch(self, training: Any, row: Mapping[str, float]) -> None:
            seen.append(len(rows(path)))

    net = job.network()
    history = net.fit(job.X, job.Y, epochs=3, validation=0.2, callbacks=[gn.CsvLog(path), Read()])
    assert seen == [1, 2, 3]
    assert [row["epoch"] for row in rows(path)] == ["1", "2", "3"]
    assert list(rows(path)[0]) == ["epoch", *history]
    for name, values in history.items():
        assert [float(row[name]) for row in rows(path)] == values, name


def test_a_new_training_starts_the_file_anew(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    job.network().fit(job.X, job.Y, epochs=3, callbacks=[gn.CsvLog(path)])
    job.network().fit(job.X, job.Y, epochs=1, metrics=["f1"], callbacks=[gn.CsvLog(path)])
    assert [list(row) for row in rows(path)] == [["epoch", "loss", "f1", "seconds"]]


def test_what_refuses_to_begin_leaves_the_earlier_log(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    job.network().fit(job.X, job.Y, epochs=3, callbacks=[gn.CsvLog(path)])
    before = path.read_bytes()
    with pytest.raises(gn.GlassnetError, match="measurement to monitor"):
        job.network().fit(job.X, job.Y, epochs=1, callbacks=[gn.CsvLog(path), gn.KeepBest("beauty")])
    assert path.read_bytes() == before


# ── resuming ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("crash_at", [1, 2, 4, 5, 6, 8, 14])
@pytest.mark.parametrize("every_steps", [1, 4, None])
def test_a_resumed_log_is_that_of_a_training_never_stopped(
    crash_at: int, every_steps: int | None, tmp_path: Path, whole: list[dict[str, str]]
) -> None:
    """Inside an epoch, whose sums are in the checkpoint; and where the log was ahead of the last checkpoint."""
    with pytest.raises(Crash):
        fit(tmp_path, crash_at, every_steps)
    fit(tmp_path, every_steps=every_steps)
    assert timeless(tmp_path / "log.csv") == whole
    assert list(timeless(tmp_path / "log.csv")[0]) == list(whole[0])


OTHER = b"epoch,loss,f1,seconds\r\n1,0.5,0.25,0.125\r\n2,0.5,0.25,0.125\r\n"


@pytest.mark.parametrize(
    "found",
    [None, b"", b"epo", b"epoch,loss", b"epoch,loss,accuracy,sec", OTHER, OTHER * 9, OTHER + b"3,0.5,\xff\xfe\x00"],
    ids=["missing", "empty", "cut in a word", "cut", "cut in the heading", "of another training", "longer", "no UTF-8"],
)
@pytest.mark.parametrize("finished", [False, True])
def test_from_whatever_log_there_is(
    found: bytes | None, finished: bool, tmp_path: Path, whole: list[dict[str, str]]
) -> None:
    log = tmp_path / "log.csv"
    if finished:
        fit(tmp_path)
    else:
        with pytest.raises(Crash):
            fit(tmp_path, crash_at=8)
    log.unlink()
    if found is not None:
        log.write_bytes(found)
    fit(tmp_path)
    assert timeless(log) == whole


def test_cut_off_at_any_byte(tmp_path: Path, whole: list[dict[str, str]]) -> None:
    fit(tmp_path)
    log = tmp_path / "log.csv"
    content = log.read_bytes()
    for size in range(len(content)):
        log.write_bytes(content[:size])
        assert LOG.is_ours(log)
    for size in (1, 9, 30, len(content) - 1):
        log.write_bytes(content[:size])
        fit(tmp_path)
        assert log.read_bytes() == content, size


def test_removed_cut_or_replaced_while_training_goes_on(tmp_path: Path, whole: list[dict[str, str]]) -> None:
    log = tmp_path / "log.csv"

    class Meddle(gn.Callback):
        def on_epoch(self, training: Any, row: Any) -> None:
            epoch = training.position["epoch"]
            assert len(rows(log)) == epoch
            if epoch == 1:
                log.unlink()
            elif epoch == 2:
                log.write_bytes(log.read_bytes()[:-20])
            elif epoch == 3:
                log.write_bytes(OTHER)

    settings = {"epochs": 5, "batch_size": 20, "validation": (job.XV, job.YV)}
    job.network().fit(job.X, job.Y, callbacks=[gn.CsvLog(log), Meddle()], **settings)
    assert timeless(log) == whole


def test_a_callback_that_measures_more_gets_a_column(tmp_path: Path) -> None:
    class More(gn.Callback):
        def on_epoch(self, training: Any, row: dict[str, float]) -> None:
            row["beauty, in per cent"] = 50.0
            training.history.append({"beauty, in per cent": 50.0})

    log = tmp_path / "log.csv"
    job.network().fit(job.X, job.Y, epochs=2, metrics=[], callbacks=[More(), gn.CsvLog(log)])
    assert [row["beauty, in per cent"] for row in rows(log)] == ["50.0", "50.0"]


# ── what is never replaced ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "content",
    [
        b"x,y\n1,2\n",
        b"epochs,loss,seconds\n",
        b"hello",
        "epoch,loss,seconds\r\n".encode("utf-16"),
        b"\xff\xfe",
        b"\0" * 9,
    ],
    ids=["a table", "nearly a log", "a text", "UTF-16", "no text", "zeros"],
)
@pytest.mark.parametrize("link", [False, True])
def test_another_file_is_not_replaced(content: bytes, link: bool, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    there = tmp_path / "other.csv" if link else log
    there.write_bytes(content)
    if link:
        log.symlink_to(there)
    with pytest.raises(gn.GlassnetError, match=r"the log .* cannot be written: .* not a log that Glassnet wrote"):
        fit(tmp_path)
    assert there.read_bytes() == content
    assert log.is_symlink() == link


def test_a_link_to_a_log_stays_a_link(tmp_path: Path, whole: list[dict[str, str]]) -> None:
    (tmp_path / "log.csv").symlink_to(tmp_path / "behind.csv")
    fit(tmp_path)
    assert (tmp_path / "log.csv").is_symlink()
    assert timeless(tmp_path / "behind.csv") == whole


@pytest.mark.skipif(sys.platform == "win32", reason="needs named pipes")
def test_pipes_are_neither_replaced_nor_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "log.csv")
    with pytest.raises(gn.GlassnetError, match="there is a device or pipe of that name"):
        fit(tmp_path)
    assert (tmp_path / "log.csv").is_fifo()


@pytest.mark.parametrize(("path", "said"), [("missing/log.csv", "there is no folder"), (".", "is a folder")])
def test_a_log_that_cannot_be_written(path: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(gn.GlassnetError, match=f"the log .* {said}"):
        job.network().fit(job.X, job.Y, epochs=1, callbacks=[gn.CsvLog(tmp_path / path)])


# ── a full disk ─────────────────────────────────────────────────────────────────────────────────────────────────────


LIMITED = """
import resource, sys
import glassnet as gn
from glassnet.train.log import LOG
from tests.train import job
resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
history = job.network().fit(job.X, job.Y, epochs=20, callbacks=[gn.CsvLog(sys.argv[1])])
print(history.epochs)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_full_disk_ends_neither_training_nor_row(tmp_path: Path) -> None:
    """The file may have 300 bytes: some rows, and no half of one."""
    log = tmp_path / "log.csv"
    command = [sys.executable, "-c", LIMITED, str(log)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert done.stdout == "20\n", done.stderr
    assert done.stderr.count("cannot be written: the file is too large for this disk") == 1
    assert "the training goes on" in done.stderr
    assert log.read_bytes().endswith(b"\r\n")
    assert [row["epoch"] for row in rows(log)] == [str(i + 1) for i in range(len(rows(log)))]
    assert len(rows(log)) > 1
    assert list(tmp_path.iterdir()) == [log]


def test_a_disk_that_is_full_for_a_while(tmp_path: Path, whole: list[dict[str, str]], caplog: Any) -> None:
    """Here the log's folder is gone for some epochs, as a disk that was pulled out is."""
    folder, away = tmp_path / "disk", tmp_path / "away"
    folder.mkdir()

    class Pull(gn.Callback):
        def on_epoch(self, training: Any, row: Any) -> None:
            epoch = training.position["epoch"]
            if epoch == 2:
                folder.rename(away)
            elif epoch == 4:
                away.rename(folder)

    settings = {"epochs": 5, "batch_size": 20, "validation": (job.XV, job.YV)}
    job.network().fit(job.X, job.Y, callbacks=[Pull(), gn.CsvLog(folder / "log.csv")], **settings)
    assert timeless(folder / "log.csv") == whole
    assert caplog.text.count("cannot be written: there is no folder") == 1
