"""Files written whole or not at all, and only over what we wrote; cli/test_writing.py asks it of each command."""

import errno
import fcntl
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from glassnet.files import FileKind, cause, replacing, require_writable, write_whole
from glassnet.ir.errors import GlassnetError

LOG = FileKind("log", re.compile(b"epoch,loss"))


# ── what is ours ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "ours"),
    [
        (b"", True),
        (b"epoch,loss\n1,0.5\n", True),
        (b"x,y\n1,2\n", False),
        (bytes(2**16 - 10) + b"epoch,loss", True),
        (bytes(2**20) + b"epoch,loss" + bytes(2**16 - 10), True),
        (bytes(2**20) + b"epoch,loss" + bytes(2**20), False),
    ],
    ids=["empty", "a log", "a table", "at the end of the beginning", "at the beginning of the end", "in the middle"],
)
def test_ours_is_what_has_our_mark_at_its_beginning_or_end(content: bytes, ours: bool, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    assert LOG.is_ours(path) is ours
    if ours:
        require_writable(path, LOG)
    else:
        with pytest.raises(GlassnetError, match="it is not a log that Glassnet wrote; choose another name"):
            require_writable(path, LOG)
    assert path.read_bytes() == content


def test_a_folder_and_a_pipe_are_never_ours(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert not LOG.is_ours(tmp_path)
    assert not LOG.is_ours(tmp_path / "pipe")
    assert not LOG.is_ours(tmp_path / "not there")


# ── what may be written ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_that_the_command_uses_is_known_by_any_of_its_paths(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(b"epoch,loss\n")
    (tmp_path / "soft").symlink_to(table)
    (tmp_path / "hard").hardlink_to(table)
    (tmp_path / "sub").mkdir()
    for name in ("table.csv", "soft", "hard", "sub/../table.csv"):
        with pytest.raises(GlassnetError, match="cannot be written: that is the data; choose another name"):
            require_writable(tmp_path / name, LOG, {"the data": table})
    require_writable(tmp_path / "soft", LOG, {"the data": tmp_path / "other.csv"})


def test_two_files_that_are_not_there_yet_may_be_one(tmp_path: Path) -> None:
    with pytest.raises(GlassnetError, match="that is the model"):
        require_writable(tmp_path / "sub" / ".." / "new", LOG, {"the model": tmp_path / "new"})


def test_asking_leaves_nothing_behind(tmp_path: Path) -> None:
    require_writable(tmp_path / "new.csv", LOG)
    assert os.listdir(tmp_path) == []


# ── written whole or not at all ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ValueError, MemoryError])
def test_what_stops_in_the_middle_leaves_the_old_file_and_nothing_else(
    interruption: type[BaseException], tmp_path: Path
) -> None:
    path = tmp_path / "log.csv"
    write_whole(path, b"epoch,loss: old", LOG)

    def write_half() -> None:
        with replacing(path) as file:
            file.write(b"half of the ne")
            raise interruption

    with pytest.raises(interruption):
        write_half()
    assert path.read_bytes() == b"epoch,loss: old"
    assert os.listdir(tmp_path) == ["log.csv"]


def test_the_new_file_is_seen_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    with replacing(path) as file:
        file.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"


def test_it_is_on_the_disk_before_it_takes_the_name_and_the_name_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def watch(name: str, original: Callable[..., None]) -> None:
        monkeypatch.setattr(os, name, lambda *given: (done.append(name), original(*given)))

    watch("fsync", os.fsync)
    watch("replace", os.replace)
    write_whole(tmp_path / "log.csv", b"new", LOG)
    assert done == ["fsync", "replace", "fsync"]


def test_a_link_stays_one_and_leads_to_the_new_file(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere" / "log.csv"
    (tmp_path / "link").symlink_to(target)
    write_whole(tmp_path / "link", b"new", LOG)
    assert (tmp_path / "link").is_symlink()
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "there is a folder of that name"),
        ("none/log.csv", "none does not exist; create it first"),
        ("file/log.csv", "file is not a folder"),
        ("n" * 300, "its name is too long; choose a shorter one"),
        ("pipe", "there is a device or pipe of that name"),
        ("round", "its symbolic links go round in a circle; remove them"),
    ],
)
def test_places_where_nothing_can_be_written(name: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "round").symlink_to("round")
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(GlassnetError, match="cannot be saved: .*" + re.escape(words)):
        write_whole(tmp_path / name, b"new", LOG)
    assert sorted(os.listdir(tmp_path)) == before


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM])
def test_a_disk_that_takes_no_more_is_said_in_words(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.csv"
    write_whole(path, b"epoch,loss: old", LOG)

    def refuse(_: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(GlassnetError, match=f"^{path} cannot be saved: .*choose another place$"):
        write_whole(path, b"new", LOG)
    assert path.read_bytes() == b"epoch,loss: old"
    assert os.listdir(tmp_path) == ["log.csv"]


def test_an_error_without_words_of_ours_is_said_in_the_systems() -> None:
    assert cause(OSError(errno.EIO, "Input/output error"), Path("a")) == (
        "the system says: Input/output error; choose another place"
    )


# ── what a killed program left ──────────────────────────────────────────────────────────────────────────────────────

WRITER = """
import sys, time
from pathlib import Path
from glassnet.files import replacing
with replacing(Path(sys.argv[1]) / "model") as file:
    file.write(b"half of it")
    file.flush()
    print("writing", flush=True)
    time.sleep(600)
"""


def left_over(folder: Path) -> list[str]:
    return sorted(name for name in os.listdir(folder) if name.startswith(".glassnet-"))


@contextmanager
def writing(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A program in the middle of a file."""
    with subprocess.Popen([sys.executable, "-c", WRITER, folder], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "writing\n"
        yield child
        child.kill()


def test_a_later_program_removes_what_a_killed_one_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(tmp_path):
        pass
    assert len(left_over(tmp_path)) == 1
    write_whole(tmp_path / "log.csv", b"epoch,loss", LOG)
    assert len(left_over(tmp_path)) == 1, "it is younger than this program"
    monkeypatch.setattr("glassnet.files._BEGUN", time.time() + 60)
    write_whole(tmp_path / "log.csv", b"epoch,loss", LOG)
    assert os.listdir(tmp_path) == ["log.csv"]


def test_what_a_living_program_writes_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.files._BEGUN", time.time() + 60)
    with writing(tmp_path):
        write_whole(tmp_path / "log.csv", b"epoch,loss", LOG)
        assert len(left_over(tmp_path)) == 1
    write_whole(tmp_path / "log.csv", b"epoch,loss", LOG)
    assert left_over(tmp_path) == []


def test_only_files_of_that_name_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.files._BEGUN", time.time() + 60)
    names = [".glassnet-0123456789ab", "glassnet-0123456789ab.tmp", ".glassnet-0123456789ab.tmp.gz", ".glassnet-x.tmp"]
    for name in names:
        (tmp_path / name).write_bytes(b"mine")
    (tmp_path / ".glassnet-aaaaaaaaaaaa.tmp").mkdir()
    (tmp_path / ".glassnet-bbbbbbbbbbbb.tmp").symlink_to(names[0])
    os.mkfifo(tmp_path / ".glassnet-cccccccccccc.tmp")
    before = sorted(os.listdir(tmp_path))
    write_whole(tmp_path / "log.csv", b"epoch,loss", LOG)
    assert sorted(os.listdir(tmp_path)) == sorted([*before, "log.csv"])


def test_where_files_cannot_be_locked_they_are_written_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    monkeypatch.setattr("glassnet.files._BEGUN", time.time() + 60)
    (tmp_path / ".glassnet-aaaaaaaaaaaa.tmp").write_bytes(b"of whom?")
    write_whole(tmp_path / "log.csv", b"epoch,loss", LOG)
    assert sorted(os.listdir(tmp_path)) == [".glassnet-aaaaaaaaaaaa.tmp", "log.csv"]
