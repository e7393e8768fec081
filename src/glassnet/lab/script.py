"""What pages share to write their state as Python."""

from __future__ import annotations

import json
from collections.abc import Iterable
from textwrap import fill

from glassnet.inspection.names import split

WIDTH = 100


def edited(name: str, value: float) -> str:
    """A weight or bias of ``net`` that has another number.

    >>> print(edited("w.weights[0, 1]", 0.5))
    net.parameters["w.weights"][0, 1] = 0.5
    """
    base, place = split(name)
    return f"net.parameters[{json.dumps(base, ensure_ascii=False)}][{', '.join(map(str, place))}] = {value!r}"


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
