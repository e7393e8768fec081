"""Numbers, names and lists in words for people: what messages, summaries and pictures write alike."""

from __future__ import annotations

import difflib
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
