"""Messages between browser and server: frozen dataclasses, written as JSON and read without trust.

Whatever does not fit is a GlassnetError in words, which goes back to the page as the answer.
"""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Callable, Iterable
from functools import cache
from itertools import repeat
from math import isfinite
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.words import excerpt

Message = TypeVar("Message", bound=object)
LONGEST_TEXT = 20_000
LARGEST = 2**53
"""Beyond it, the browser's integers are no longer exact."""


def written(message: Any) -> str:
    """A message as JSON; numbers that are not finite become texts.

    >>> @dataclasses.dataclass(frozen=True)
    ... class Loss:
    ...     step: int
    ...     values: tuple[float, ...]
    >>> written(Loss(3, (0.5, float("inf"))))
    '{"step": 3, "values": [0.5, "inf"]}'
    """
    try:
        return json.dumps(message, ensure_ascii=False, allow_nan=False, default=vars)
    except ValueError:
        return json.dumps(_plain(message), ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    """The message as JSON has it, with texts for the numbers that are not finite."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value


def parsed(text: str | bytes) -> Any:
    """JSON as Python's own values.

    Raises:
        GlassnetError: it is no JSON.
    """

    def refuse(name: str) -> None:
        raise GlassnetError(f"a message has the number {name}, which JSON does not know")

    try:
        return json.loads(text, parse_constant=refuse)
    except GlassnetError:
        raise
    except (ValueError, RecursionError):
        raise GlassnetError(f"a message is no JSON: {excerpt(text)}") from None


def read(kind: type[Message], data: Any, what: str = "the message") -> Message:
    """JSON's values as a message of that kind; fields with a default may be left out.

    Raises:
        GlassnetError: the data do not fit; it says where.

    >>> @dataclasses.dataclass(frozen=True)
    ... class Edit:
    ...     name: str
    ...     value: float = 0.0
    >>> read(Edit, {"name": "u", "value": 1})
    Edit(name='u', value=1.0)
    >>> read(Edit, {"name": 7}, "edit")
    Traceback (most recent call last):
    glassnet.ir.errors.GlassnetError: edit.name must be a text, got 7
    """
    if not isinstance(data, dict):
        raise GlassnetError(f"{what} must be an object, got {excerpt(data)}")
    hints = fields_of(kind)  # type: ignore[arg-type]  # a class is hashable
    unknown = [name for name in data if name not in hints]
    require(not unknown, f"{what} has no {excerpt(', '.join(map(str, unknown)))}")
    values = {name: _value(hints[name], item, f"{what}.{name}") for name, item in data.items()}
    missing = [name for name in required(kind) if name not in values]  # type: ignore[arg-type]
    require(not missing, f"{what} lacks {', '.join(missing)}")
    return kind(**values)


@cache
def fields_of(kind: type[Any]) -> dict[str, Any]:
    """The types of a message's fields by name."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


@cache
def required(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a message that have no default."""
    no = dataclasses.MISSING
    return tuple(f.name for f in dataclasses.fields(kind) if f.default is no and f.default_factory is no)


def _value(kind: Any, value: Any, what: str) -> Any:
    """The value as a field of that type has it."""
    if (plain := _PLAIN.get(kind)) is not None:
        return plain(value, what)
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in inner:
            return None
        [kind] = [one for one in inner if one is not type(None)]
        return _value(kind, value, what)
    if origin is Literal:
        if value not in inner:
            raise GlassnetError(f"{what} must be one of {', '.join(map(str, inner))}, got {excerpt(value)}")
        return value
    if origin is tuple:
        return _tuple(inner, value, what)
    if origin is dict:
        require(isinstance(value, dict), f"{what} must be an object, got {excerpt(value)}")
        return {key: _value(inner[1], item, f"{what}[{excerpt(key)}]") for key, item in value.items()}
    return read(kind, value, what)


def _tuple(inner: tuple[Any, ...], value: Any, what: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise GlassnetError(f"{what} must be a list, got {excerpt(value)}")
    kinds: Iterable[Any] = repeat(inner[0]) if inner[-1] is Ellipsis else inner
    if inner[-1] is not Ellipsis:
        require(len(value) == len(inner), f"{what} must have {len(inner)} items, not {len(value)}")
    try:
        return tuple(_value(kind, item, what) for kind, item in zip(kinds, value, strict=False))
    except GlassnetError:  # once more, to say where
        pairs = enumerate(zip(kinds, value, strict=False))
        return tuple(_value(kind, item, f"{what}[{i}]") for i, (kind, item) in pairs)


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise GlassnetError(f"{what} must be a text, got {excerpt(value)}")
    require(len(value) <= LONGEST_TEXT, f"{what} must have at most {LONGEST_TEXT:,} characters, not {len(value):,}")
    require(value.isprintable() or "\n" in value or "\t" in value, f"{what} has signs that cannot be printed")
    return value


def _whole(value: Any, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > LARGEST:
        raise GlassnetError(f"{what} must be a whole number, got {excerpt(value)}")
    return value


def _number(value: Any, what: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < 1e308:
        raise GlassnetError(f"{what} must be a number, got {excerpt(value)}")
    return float(value)


def _truth(value: Any, what: str) -> bool:
    if not isinstance(value, bool):
        raise GlassnetError(f"{what} must be true or false, got {excerpt(value)}")
    return value


_PLAIN: dict[Any, Callable[[Any, str], Any]] = {str: _text, int: _whole, float: _number, bool: _truth}
