"""Who may see the lab: a token in the address that is printed, traded for a signed cookie."""

from __future__ import annotations

import hmac
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import time

from glassnet.folders import state_folder
from glassnet.ir.errors import GlassnetError

COOKIE = "glassnet-lab"
LASTS = 30 * 24 * 3600
"""Seconds that a browser is remembered."""
SIZE = 32


def signing_key() -> bytes:
    """The key that signs cookies, made on first use; only this user may read it, so a new server knows old cookies.

    Raises:
        GlassnetError: another user may read it, or it cannot be kept.
    """
    path = state_folder() / "lab.key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError):
            _make(path)
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise GlassnetError(f"{path} signs the lab's cookies, and others may read it: remove it, and start again")
        key = path.read_bytes()
    except OSError as error:
        raise GlassnetError(f"{path}, which signs the lab's cookies, cannot be kept: {error.strerror}") from None
    if len(key) != SIZE:
        raise GlassnetError(f"{path} is no key of {SIZE} bytes: remove it, and start again")
    return key


def _make(path: Path) -> None:
    """Write a new key, whole or not at all, unless there is one."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SIZE))
        os.link(part, path)
    finally:
        part.unlink()


@dataclass(frozen=True)
class Doorkeeper:
    """Knows this run's token, and the cookies of this user's servers.

    >>> keeper = Doorkeeper(bytes(32))
    >>> keeper.knows(keeper.cookie()), keeper.knows("1.2.3"), keeper.admits("guess")
    (True, False, False)
    """

    key: bytes = field(repr=False)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    def admits(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self.token.encode())

    def cookie(self) -> str:
        """A cookie for a browser that has shown the token."""
        body = f"{int(time())}.{secrets.token_hex(8)}"
        return f"{body}.{self._signature(body)}"

    def knows(self, cookie: str) -> bool:
        """Whether that cookie is one of ours, and not too old."""
        body, _, signature = cookie.rpartition(".")
        made = body.split(".")[0]
        is_ours = hmac.compare_digest(signature.encode(), self._signature(body).encode())
        return is_ours and made.isascii() and made.isdecimal() and 0 <= time() - int(made) < LASTS

    def _signature(self, body: str) -> str:
        return hmac.new(self.key, body.encode("utf-8", "replace"), "sha256").hexdigest()
