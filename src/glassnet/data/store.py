"""The user's cache of downloaded files: fetched from mirrors, resumed, checked, and moved into place whole.

A download goes to ``<name>.part``; only a file of the right length and SHA-256 is renamed to ``<name>``, so a file that
is there is a file that is right. A lock held by the operating system (which frees it even when its holder is killed)
keeps two processes from downloading the same thing.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from glassnet.ir.errors import DataError

if TYPE_CHECKING:
    from http.client import HTTPResponse
    from urllib.request import OpenerDirector

Progress = Callable[[str, int, int], None]
"""Called as ``progress(name, done, total)`` (bytes) while a file is downloaded, first with what is already there."""

TIMEOUT = 10.0  # seconds without an answer, or without a byte
PATIENCE = 30.0  # seconds without any byte from any mirror
MIN_RATE = 1024  # bytes a second, on average, after the first TIMEOUT seconds
CHUNK = 1 << 16


class MirrorError(Exception):
    """One mirror did not deliver; the next is tried."""


@dataclass(frozen=True)
class RemoteFile:
    """A file that mirrors serve: its name, its exact length in bytes and its SHA-256."""

    name: str
    size: int
    sha256: str

    def is_at(self, path: Path) -> bool:
        """Whether the file at `path` is this one, by length and SHA-256."""
        import hashlib

        if not path.is_file() or path.stat().st_size != self.size:
            return False
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == self.sha256


def fetch(
    file: RemoteFile,
    mirrors: Sequence[str],
    folder: Path,
    *,
    progress: Progress | None = None,
    timeout: float = TIMEOUT,
    patience: float = PATIENCE,
) -> Path:
    """The path of `file` in `folder`, downloaded from the first of the `mirrors` (base URLs) that delivers it.

    A file that is there and right is not downloaded again; one that is damaged is. A download that was cut off goes on
    where it stopped, here or in a later call. Rounds over the mirrors go on as long as each brings 1 % of the file.

    Raises `DataError` when the folder cannot be written or no mirror delivers, with each mirror's reason.
    """
    path = folder / file.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder / ".lock"):
            if not file.is_at(path):
                _download(file, mirrors, path, _Report(file, progress), timeout, patience)
    except OSError as error:
        raise DataError(
            f"cannot keep {file.name} in {folder}: {error.strerror or error}; "
            "free some space there, or set GLASSNET_CACHE to a folder that can be written"
        ) from error
    return path


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the operating system's lock on `path`, waiting for it as long as another living process has it."""
    with path.open("a+b") as stream:
        _lock(stream)
        try:
            yield
        finally:
            _unlock(stream)


if sys.platform == "win32":
    import msvcrt

    def _lock(stream: IO[bytes]) -> None:
        stream.seek(0)
        while True:
            try:
                return msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)  # tries for ten seconds, then raises
            except OSError:
                continue

    def _unlock(stream: IO[bytes]) -> None:
        stream.seek(0)
        msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(stream: IO[bytes]) -> None:
        fcntl.flock(stream, fcntl.LOCK_EX)

    def _unlock(stream: IO[bytes]) -> None:
        fcntl.flock(stream, fcntl.LOCK_UN)


class _Report:
    """Tells the caller how far a file is, and remembers when bytes last came."""

    def __init__(self, file: RemoteFile, progress: Progress | None) -> None:
        self.file, self.progress, self.last_byte = file, progress, time.monotonic()

    def __call__(self, done: int, *, new: bool = True) -> None:
        if new:
            self.last_byte = time.monotonic()
        if self.progress is not None:
            self.progress(self.file.name, done, self.file.size)


def _download(
    file: RemoteFile, mirrors: Sequence[str], path: Path, report: _Report, timeout: float, patience: float
) -> None:
    part = path.with_name(path.name + ".part")
    report(_length(part), new=False)
    failures: dict[str, str] = {}
    before = -file.size
    while _length(part) >= before + file.size / 100:  # another round only where the last one brought a fair piece
        before = _length(part)
        for mirror in mirrors:
            try:
                _from_mirror(f"{mirror.rstrip('/')}/{file.name}", file, part, report, timeout)
                return os.replace(part, path)
            except MirrorError as error:
                failures[mirror] = str(error)
            if time.monotonic() - report.last_byte > patience:
                break
    reasons = "; ".join(f"{mirror}: {reason}" for mirror, reason in failures.items())
    raise DataError(f"{file.name} could not be downloaded ({reasons})")


def _from_mirror(url: str, file: RemoteFile, part: Path, report: _Report, timeout: float) -> None:
    """Bring `part` to the whole, right file; where what was resumed turns out wrong, once more from the start."""
    for resumed in (_length(part) > 0, False):
        _receive(url, file, part, report, timeout)
        if file.is_at(part):
            return
        part.unlink()
        if not resumed:
            break
    raise MirrorError("served another file (its SHA-256 is wrong)")


def _receive(url: str, file: RemoteFile, part: Path, report: _Report, timeout: float) -> None:
    """Append what is missing of `part` from `url`: all of it, or a `MirrorError` (and what came is kept)."""
    from http.client import HTTPException

    if _length(part) > file.size:
        part.unlink()
    start = _length(part)
    if start == file.size:
        return
    try:
        with _open(url, start, timeout) as response:
            if start and response.status != 206:
                start = 0  # the server ignored the range and sends the whole file
            _check_headers(response, start, file.size)
            _copy(response, part, start, file, report, timeout)
    except TimeoutError as error:
        raise MirrorError(_reason(error)) from error
    except HTTPException as error:
        raise MirrorError(f"broke off ({type(error).__name__})") from error
    if _length(part) < file.size:
        raise MirrorError(f"cut off after {_length(part):,} of {file.size:,} bytes")


def _open(url: str, start: int, timeout: float) -> HTTPResponse:
    """The response to a request for `url` from byte `start` on.

    In a thread of its own: a socket's timeout holds for each address of a host and each line of the headers, and only
    so is there one limit for all of it.
    """
    answer: queue.Queue[HTTPResponse | Exception] = queue.Queue()
    abandoned = threading.Event()

    def ask() -> None:
        response = _request(url, start, timeout)
        answer.put(response)
        if abandoned.is_set() and not isinstance(response, Exception):
            response.close()

    threading.Thread(target=ask, daemon=True).start()
    try:
        response = answer.get(timeout=timeout)
    except queue.Empty:
        abandoned.set()
        raise MirrorError(_reason(TimeoutError())) from None
    if isinstance(response, Exception):
        raise MirrorError(_reason(response)) from response
    return response


def _request(url: str, start: int, timeout: float) -> HTTPResponse | Exception:
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request

    headers = {"User-Agent": "glassnet", **({"Range": f"bytes={start}-"} if start else {})}
    try:
        return _opener().open(Request(url, headers=headers), timeout=timeout)  # type: ignore[no-any-return]
    except HTTPError as error:
        error.close()
        return error
    except (OSError, HTTPException, ValueError) as error:
        return error


def _opener() -> OpenerDirector:
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class StayEncrypted(HTTPRedirectHandler):
        def redirect_request(self, req: Request, *rest: Any) -> Request | None:
            if req.type == "https" and not rest[-1].startswith("https://"):
                raise OSError(f"redirects from https to {rest[-1]}")
            return super().redirect_request(req, *rest)

    return build_opener(StayEncrypted)


def _reason(error: Exception) -> str:
    cause = getattr(error, "reason", error)  # what a URLError wraps
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    code = getattr(error, "code", None)
    return f"answered HTTP {code}" if code else str(cause) or type(cause).__name__


def _check_headers(response: HTTPResponse, start: int, size: int) -> None:
    """Refuse, before a byte is read, what cannot be the file: bytes from elsewhere in it, or another length."""
    where = response.headers.get("Content-Range", "")
    if response.status == 206 and not where.startswith(f"bytes {start}-"):
        raise MirrorError(f"sent the range {where!r} where bytes from {start} were asked for")
    length = response.headers.get("Content-Length")
    if length is not None and length != str(size - start):
        raise MirrorError(f"announced {length} bytes where {size - start} are expected")


def _copy(response: HTTPResponse, part: Path, start: int, file: RemoteFile, report: _Report, timeout: float) -> None:
    begun = time.monotonic()
    done = start
    with part.open("ab" if start else "wb") as stream:
        while chunk := _read(response):
            done += len(chunk)
            if done > file.size:
                stream.close()
                part.unlink()
                raise MirrorError(f"sent more than the {file.size:,} bytes expected")
            stream.write(chunk)
            report(done)
            if time.monotonic() - begun > timeout + (done - start) / MIN_RATE:
                raise MirrorError(f"slower than {MIN_RATE} bytes a second")
        stream.flush()
        os.fsync(stream.fileno())


def _read(response: HTTPResponse) -> bytes:
    """The next bytes; a failure here is the mirror's, unlike an `OSError` of writing them."""
    try:
        return response.read1(CHUNK)
    except TimeoutError:
        raise
    except OSError as error:
        raise MirrorError(_reason(error)) from error


def _length(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
