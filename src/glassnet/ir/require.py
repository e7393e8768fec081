"""Checks of the arguments that users give: each raises an error that says what was expected and what was given."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from glassnet.ir.errors import GlassnetError
from glassnet.words import unknown


def require(condition: bool, message: str) -> None:
    """Raise GlassnetError with the message unless the condition holds."""
    if not condition:
        raise GlassnetError(message)


def require_known(kind: str, name: Any, names: Collection[Any]) -> None:
    """Raise GlassnetError, which names the nearest and the others, unless the name is one of those.

    >>> require_known("optimizer", "adan", ["adam", "sgd"])
    Traceback (most recent call last):
    glassnet.ir.errors.GlassnetError: there is no optimizer 'adan'; did you mean 'adam'? There are: adam, sgd
    """
    if name not in names:
        raise GlassnetError(unknown(kind, name, names))


def require_number(value: Any, what: str, low: float, high: float = float("inf"), *, open_low: bool = False) -> None:
    """Raise GlassnetError unless ``value`` is a finite number from low to high; above low with ``open_low``."""
    fits = _is_number(value, int | float | np.integer | np.floating) and abs(value) < float("inf")
    fits = fits and (low < value if open_low else low <= value) and value <= high
    bounds = f"{'more than' if open_low else 'at least'} {low:g}" + (f" and at most {high:g}" if high < 1e308 else "")
    require(fits, f"{what} must be a number, {bounds}, got {value!r}")


def require_count(value: Any, what: str) -> int:
    """The value as an int; raise GlassnetError unless it is a whole number of at least 1."""
    fits = _is_number(value, int | np.integer) and value >= 1
    require(fits, f"{what} must be a whole number of at least 1, got {value!r}")
    return int(value)


def require_flag(value: Any, what: str) -> None:
    """Raise GlassnetError unless ``value`` is True or False: to Python, a text such as "no" counts as true."""
    require(isinstance(value, bool | np.bool_), f"{what} must be True or False, got {value!r}")


def _is_number(value: Any, kinds: Any) -> bool:
    """Whether a value is a number of these kinds. Python counts True and False as numbers; users do not mean them."""
    return isinstance(value, kinds) and not isinstance(value, bool)
