"""Files of pictures: written whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from glassnet.ir.errors import GlassnetError


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file that takes the name only once it is whole and on the disk.

    Raises:
        GlassnetError: it cannot be written; what had the name before is untouched.
    """
    target = Path(os.path.realpath(path))  # of a symbolic link, the file it leads to is replaced
    temporary = target.with_name(f".glassnet-{os.urandom(6).hex()}.tmp")
    if target.exists() and not target.is_file():
        raise GlassnetError(f"{path} cannot be written: it is not a file; choose another name")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except OSError as error:
        raise GlassnetError(
            f"{path} cannot be written: {error.strerror}; check the folder and its permissions"
        ) from None
    finally:
        with suppress(OSError):
            temporary.unlink()
