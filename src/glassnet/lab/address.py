"""What stands in the address of a page and is long: compressed, in letters that an address may hold."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Iterable

from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.lab.shown import typed

MOST_NUMBERS = 500_000
"""Letters of numbers with their names."""


def numbers_text(numbers: Iterable[tuple[str, float]]) -> str:
    """Numbers with their names as a text for an address.

    >>> numbers_of(numbers_text([("x1", 0.5), ("w.weights[0, 1]", -1.0)]))
    (('x1', 0.5), ('w.weights[0, 1]', -1.0))
    """
    return packed(";".join(f"{name}:{value!r}" for name, value in numbers).encode())


def numbers_of(text: str) -> tuple[tuple[str, float], ...]:
    """The numbers of such a text.

    Raises:
        GlassnetError: it is none.
    """
    parts = unpacked(text, MOST_NUMBERS, "a list of numbers").decode("utf-8", "replace").split(";")
    pairs = [part.rpartition(":") for part in parts if part]
    return tuple((name, typed(value, name or "a number")) for name, _, value in pairs)


def packed(data: bytes) -> str:
    """Bytes, compressed, as letters, digits, - and _."""
    return urlsafe_b64encode(zlib.compress(data, 9)).decode().rstrip("=") if data else ""


def unpacked(text: str, most: int, what: str) -> bytes:
    """The bytes of such a text, of which there may be so many; ``what`` they are, in words.

    Raises:
        GlassnetError: it is none, or too long.
    """
    if not text:
        return b""
    try:
        reading = zlib.decompressobj()
        data = reading.decompress(urlsafe_b64decode(text + "=" * (-len(text) % 4)), most)
    except (zlib.error, Error, ValueError):
        raise GlassnetError(f"{what} in the address is damaged") from None
    require(reading.eof, f"{what} in the address is too long, or its end is missing")
    return data
