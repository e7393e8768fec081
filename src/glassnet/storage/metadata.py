"""The specification inside a model file: a nested JSON structure as one text, with its format and version beside it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from glassnet.storage.words import Refused, shown

FORMAT = "glassnet"
VERSION = 1

# Writing keeps to these limits as well: whatever is written can be read.
TEXT_LIMIT = 1 << 20  # characters
VALUE_LIMIT = 20_000  # values, each some hundred bytes of memory
DEPTH_LIMIT = 200


def to_texts(metadata: Mapping[str, Any]) -> dict[str, str]:
    """The metadata as texts by name, as safetensors keeps them."""
    _check_value(dict(metadata), "metadata")
    text = json.dumps(dict(metadata), ensure_ascii=False, separators=(",", ":"))
    _check_length(text)
    return {"format": FORMAT, FORMAT: text, "version": str(VERSION)}


def from_texts(texts: dict[str, str]) -> dict[str, Any]:
    """The metadata from the texts of a file, which :func:`to_texts` made, or anybody."""
    if FORMAT not in texts:
        raise Refused(
            "it is a sound safetensors file, but no Glassnet model: it has arrays and no specification of a network; "
            "glassnet.storage.read_arrays reads the arrays"
        )
    version = texts.get("version", "")
    if not re.fullmatch("[1-9][0-9]{0,5}", version, re.ASCII):
        raise Refused(f"its version is {shown(version)}, not a number; copy it again")
    if int(version) > VERSION:
        raise Refused(
            f"it has version {version} of the format and this Glassnet knows version {VERSION}; "
            "upgrade it: pip install --upgrade glassnet"
        )
    if texts != {"format": FORMAT, FORMAT: texts[FORMAT], "version": version}:
        others = ", ".join(shown(name) for name in texts if name not in ("format", FORMAT, "version"))
        what = f"has {others} beside its specification" if others else f"is {shown(texts.get('format', ''))}"
        raise Refused(f"its format is damaged: it {what}; copy it again")
    metadata = _parsed(texts[FORMAT])
    if not isinstance(metadata, dict):
        raise Refused("its specification is not an object in braces; save the model again")
    _check_value(metadata, "specification")
    return metadata


def check_text(text: Any, where: str) -> None:
    """Refuse names and values that are no Unicode text."""
    if not isinstance(text, str):
        raise Refused(f"{where} has a {type(text).__name__} for a name; names are texts")
    if not text.isascii() and re.search("[\ud800-\udfff]", text):
        raise Refused(f"{where} has {shown(text)}, which is not Unicode text (half a surrogate pair)")


def _parsed(text: str) -> Any:
    """JSON that is not trusted: no repeated names, no NaN, no endless numbers, no deep nesting."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise Refused("its specification has a name twice in one object; save the model again")
        return found

    def refuse(number: str) -> Any:
        raise Refused(f"its specification has the number {number}, which no model has; save the model again")

    def integer(digits: str) -> int:
        return int(digits) if len(digits) <= 20 else refuse(digits[:20] + "...")

    _check_length(text)
    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse, parse_int=integer)
    except json.JSONDecodeError as error:
        raise Refused(f"its specification is damaged ({error}); copy it again") from None
    except RecursionError:
        raise _too_deep() from None


def _check_length(text: str) -> None:
    """Refuse a text that would take much memory to parse: by its length, and by the marks before values in JSON."""
    values = sum(map(text.count, ",[{"))
    if len(text) > TEXT_LIMIT or values > VALUE_LIMIT:
        raise Refused(
            f"its specification has {len(text):,} characters and {values:,} values; {TEXT_LIMIT:,} and "
            f"{VALUE_LIMIT:,} are the limits: numbers in bulk belong into arrays"
        )


def _check_value(value: Any, where: str, depth: int = 0) -> None:
    """Refuse a value that JSON cannot hold, or that readers differ about; ``where`` is its place in words."""
    if depth > DEPTH_LIMIT:
        raise _too_deep()
    match value:
        case None | bool():
            pass
        case int():
            if not -(2**63) <= value < 2**64:
                raise Refused(f"{where} is a whole number of more than 64 bits; save the model again")
        case float():
            if not math.isfinite(value):
                raise Refused(f"{where} is {value}, which JSON cannot hold; put it into an array, or leave it out")
        case str():
            check_text(value, where)
        case list() | tuple():
            for index, item in enumerate(value):
                _check_value(item, f"{where}[{index}]", depth + 1)
        case dict():
            for name, item in value.items():
                check_text(name, where)
                _check_value(item, f"{where}.{ascii(name)[1:-1]:.40}", depth + 1)
        case _:
            raise Refused(f"{where} is a {type(value).__name__}, which JSON cannot hold; make it numbers or text")


def _too_deep() -> Refused:
    return Refused(f"its specification is nested more than {DEPTH_LIMIT} levels deep")
