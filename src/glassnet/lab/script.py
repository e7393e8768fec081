"""What pages share to write their state as Python."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import fill

WIDTH = 100


def listed(name: str, numbers: Iterable[float]) -> str:
    """Numbers as a list of that name, each with all its digits.

    >>> print(listed("x", [0.1, 1 / 3]))
    x = [0.1, 0.3333333333333333]
    """
    text = ", ".join(map(repr, numbers))
    one = f"{name} = [{text}]"
    if len(one) <= WIDTH:
        return one
    return f"{name} = [\n{fill(text, WIDTH, initial_indent='    ', subsequent_indent='    ')},\n]"
