"""Numbers, names and lists in words for people: what messages, summaries and pictures write alike."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable


def canonical(name: str) -> str:
    """Names are compared without case, spaces, hyphens and underscores: "leaky relu" is LeakyRelu."""
    return "".join(ch for ch in name.lower() if ch not in " -_")


def article(noun: str) -> str:
    return f"{'an' if noun[0].lower() in 'aeiou' else 'a'} {noun}"


def unknown(family: str, name: str, names: Iterable[str]) -> str:
    """The message for a name that is not there, with the nearest that is.

    >>> unknown("activation", "rellu", ["relu", "tanh"])
    "there is no activation 'rellu'; did you mean 'relu'? There are: relu, tanh"
    """
    listed = sorted(set(names))
    by_canonical = {canonical(known): known for known in listed}
    near = difflib.get_close_matches(canonical(name), by_canonical, n=1)
    hint = f"; did you mean {by_canonical[near[0]]!r}?" if near else "."
    return f"there is no {family} {name!r}{hint} There are: {', '.join(listed) or 'none yet'}"


def visible(text: object, keep: str = "") -> str:
    """A text of the user's as it may be printed: what a terminal would obey (escapes, line ends, marks that turn the
    direction of writing) is shown in Python's spelling, but for the characters in ``keep``.

    >>> print(visible("red\\x1b[31m"))
    red\\x1b[31m
    """
    return "".join(ch if ch in keep or _harmless(ch) else ch.encode("unicode_escape").decode() for ch in str(text))


def _harmless(ch: str) -> bool:
    joiners = "\u200c\u200d"  # Persian, Indian scripts and emoji are written with them
    return ch.isprintable() or ch in joiners or unicodedata.category(ch) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
