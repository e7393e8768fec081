"""Files written whole or not at all: models, checkpoints, pictures and sheets alike."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from glassnet.ir.errors import GlassnetError


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A new file that takes the place of ``path`` once it is whole and on the disk.

    Raises:
        GlassnetError: it cannot be written; what had the name before is untouched, and nothing else is left.
    """
    target = Path(os.path.realpath(path))  # of a symbolic link, the file it leads to is replaced
    temporary = target.with_name(f".glassnet-{os.urandom(6).hex()}.tmp")
    try:
        if target.exists() and not target.is_file():
            kind = "folder" if target.is_dir() else "device or pipe"
            raise GlassnetError(f"{path} cannot be saved: there is a {kind} of that name; choose another name")
        try:
            with temporary.open("xb") as file:
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


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file that takes the name only once it is whole and on the disk.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "sheet.md"
    >>> write_whole(path, b"# Exercises")
    >>> path.read_text()
    '# Exercises'
    """
    with replacing(path) as file:
        file.write(content)


def sync_folder(folder: Path) -> None:
    """Bring the new name to the disk, where the content already is; some systems and network disks cannot."""
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
