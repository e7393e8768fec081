"""Files written whole or not at all, and only where nothing of the user's is lost: models, logs, pictures, sheets."""

from __future__ import annotations

import errno
import os
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from glassnet.ir.errors import GlassnetError

_NEW = re.compile(r"\.glassnet-[0-9a-f]{12}\.tmp")
"""What files are called until they are whole."""
_BEGUN = time.time()  # when this program began, or soon after
_ENDS = 1 << 16  # bytes of a file's beginning and end: the mark of who wrote it stands in one of them


@dataclass(frozen=True)
class FileKind:
    """A kind of file that Glassnet writes: its name, and the mark by which one that we wrote is known again."""

    name: str
    mark: re.Pattern[bytes]

    def is_ours(self, path: Path) -> bool:
        """Whether we wrote the file; an empty one is nobody's loss, and a folder, device or pipe is never ours."""
        if not path.is_file():
            return False
        with path.open("rb") as file:
            beginning = file.read(_ENDS)
            file.seek(max(path.stat().st_size - _ENDS, 0))
            return not beginning or any(self.mark.search(part) for part in (beginning, file.read(_ENDS)))


def require_writable(path: Path, kind: FileKind, taken: Mapping[str, str | os.PathLike[str]] | None = None) -> None:
    """Raise GlassnetError now, not after an hour of training, unless a file of that kind may be written to ``path``.

    Only what we wrote is ever replaced: no folder, device or pipe, no other file, and none of the files that the same
    command reads or writes: ``taken`` has them by what they are, {"the data": "t.csv"}. A symbolic link stands for the
    file that it leads to.

    >>> table = Path(tempfile.mkdtemp()) / "table.csv"
    >>> _ = table.write_text("x,y")
    >>> require_writable(table, FileKind("log", re.compile(b"epoch,loss")))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    glassnet.ir.errors.GlassnetError: the log /.../table.csv cannot be written: there is a file of that name, and it \
is not a log that Glassnet wrote; choose another name, or remove it first
    """
    target = Path(os.path.realpath(path))
    leads, parent = (f", which leads to {target},", target.parent) if os.path.islink(path) else ("", path.parent)
    what = f"the {kind.name} {path}{leads}"
    for name, other in (taken or {}).items():
        if _is_same(target, other):
            raise GlassnetError(f"{what} cannot be written: that is {name}; choose another name")
    try:
        _require_end(target)
        if target.is_dir():
            raise GlassnetError(f"{what} is a folder; name a file in it")
        if not target.parent.is_dir():
            raise GlassnetError(f"{what} cannot be written: there is no folder {parent}; make it first")
        tempfile.TemporaryFile(dir=target.parent).close()
        obstacle = _in_the_way(target, kind)
    except OSError as error:
        where = f"{error.strerror} in the folder {target.parent}"
        raise GlassnetError(f"{what} cannot be written: {where}; choose another") from None
    if obstacle:
        raise GlassnetError(f"{what} cannot be written: {obstacle}")


def _in_the_way(target: Path, kind: FileKind | None) -> str:
    """What is there already and must not be replaced by a file of that kind, and what to do; empty for nothing."""
    if not target.exists():
        return ""
    if not target.is_file():
        return f"there is a {'folder' if target.is_dir() else 'device or pipe'} of that name; choose another name"
    if kind is None or kind.is_ours(target):
        return ""
    return (
        f"there is a file of that name, and it is not a {kind.name} that Glassnet wrote; choose another name, or "
        "remove it first"
    )


def _require_end(target: Path) -> None:
    """Raise OSError where symbolic links lead round in a circle: only then is a resolved path still a link."""
    if target.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _is_same(target: Path, other: str | os.PathLike[str]) -> bool:
    """Whether both name one file, there or not: by another path, a symbolic or a hard link, other letters' case."""
    try:
        return os.path.samefile(target, other)
    except (OSError, ValueError):  # one of them is not there, or is no file name
        return os.path.normcase(target) == os.path.normcase(os.path.realpath(other))


@contextmanager
def replacing(path: str | os.PathLike[str], kind: FileKind | None = None) -> Iterator[IO[bytes]]:
    """A new file that takes the place of ``path`` once it is whole and on the disk.

    Args:
        kind: replace no other file than one of that kind; None replaces any.

    Raises:
        GlassnetError: it cannot be written; what had the name before is untouched, and nothing else is left.
    """
    target = Path(os.path.realpath(path))  # of a symbolic link, the file it leads to is replaced
    temporary = target.with_name(f".glassnet-{os.urandom(6).hex()}.tmp")
    try:
        _require_end(target)
        if obstacle := _in_the_way(target, kind):
            raise GlassnetError(f"{path} cannot be saved: {obstacle}")
        _remove_left_over(target.parent)
        try:
            with temporary.open("xb") as file:
                with suppress(OSError):
                    _hold(file)
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, target)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        raise GlassnetError(f"{path} cannot be saved: {cause(error, target)}") from error
    sync_folder(target.parent)


def _remove_left_over(folder: Path) -> None:
    """Remove new files that were never finished, as their program was killed: older than this one, and held by none."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in [one for one in entries if _NEW.fullmatch(one.name)]:
            with suppress(OSError):
                if entry.is_file(follow_symlinks=False) and entry.stat().st_mtime < _BEGUN:
                    with open(entry.path, "r+b") as file:
                        _hold(file)
                    os.unlink(entry.path)


def _hold(file: IO[bytes]) -> None:
    """Lock the file until it is closed, by which others see that its program lives; OSError if another holds it.

    Windows has no such locks, and needs none: it removes no open file.
    """
    with suppress(ImportError):
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def write_whole(path: str | os.PathLike[str], content: bytes, kind: FileKind) -> None:
    """Write a file that takes the name only once it is whole and on the disk, and no other file than one of that kind.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "sheet.md"
    >>> write_whole(path, b"# Exercises", FileKind("sheet", re.compile(b"# Exercises")))
    >>> path.read_text()
    '# Exercises'
    """
    with replacing(path, kind) as file:
        file.write(content)


def sync_folder(folder: Path) -> None:
    """Write the folder's list of names to the disk, where the content already is; some systems cannot."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def cause(error: OSError, path: Path) -> str:
    """What an error of the operating system means for this file, and what to do."""
    no_permission = f"you have no permission for it in {path.parent}; change that or choose another place"
    words = {
        errno.ENOSPC: "the disk is full; free some space or choose another place",
        errno.EDQUOT: "your share of the disk is used up; free some space or choose another place",
        errno.EFBIG: "the file is too large for this disk; choose another place",
        errno.EROFS: "the disk is read-only; choose another place",
        errno.EACCES: no_permission,
        errno.EPERM: no_permission,
        errno.ENOENT: f"the folder {path.parent} does not exist; create it first, or choose another place",
        errno.ENOTDIR: f"{path.parent} is not a folder; choose another place",
        errno.ENAMETOOLONG: "its name is too long; choose a shorter one",
        errno.ELOOP: "its symbolic links go round in a circle; remove them",
    }
    return words.get(error.errno or 0, f"the system says: {error.strerror or error}; choose another place")
