"""The header of a safetensors file: what arrays there are, and where. Every number is checked before it is used."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from glassnet.ir.types import Array
from glassnet.storage.metadata import check_text
from glassnet.storage.words import Refused, cut_off, shown
from glassnet.words import counted

# Writing keeps to these limits as well: whatever is written can be read.
HEADER_LIMIT = 8 << 20  # bytes
TENSOR_LIMIT = 10_000
TEXTS_LIMIT = 1_000
NAME_LIMIT = 512  # characters
RANK_LIMIT = 32
EMPTY_LIMIT = 2**31  # the product of the other sizes of an array without elements

DTYPES = {
    name: np.dtype(code)
    for name, code in {
        "BOOL": "?", "I8": "i1", "U8": "u1", "I16": "<i2", "U16": "<u2", "I32": "<i4", "U32": "<u4",
        "I64": "<i8", "U64": "<u8", "F16": "<f2", "F32": "<f4", "F64": "<f8",
    }.items()
}  # fmt: skip
BFLOAT16 = "BF16"  # NumPy has none; read as the float32 of the same value
_METADATA = "__metadata__"


class Tensor(NamedTuple):
    """What the header says of one array; ``begin`` and ``end`` are bytes, counted from the header's end."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


class Header(NamedTuple):
    tensors: dict[str, Tensor]
    texts: dict[str, str]


def layout(arrays: Mapping[str, Array]) -> dict[str, Tensor]:
    """Where each array goes: the largest numbers first, so that all are aligned, then by name."""
    if len(arrays) > TENSOR_LIMIT:
        raise Refused(f"it would hold {len(arrays):,} arrays, and {TENSOR_LIMIT:,} is the limit")
    names = {dtype: name for name, dtype in DTYPES.items()}
    tensors: dict[str, Tensor] = {}
    position = 0
    for name, array in sorted(arrays.items(), key=lambda item: (-item[1].itemsize, item[0])):
        dtype = names.get(array.dtype.newbyteorder("<"))
        if dtype is None:
            raise Refused(f"the array {shown(name)} has the dtype {array.dtype}; convert it to numbers, as float32")
        tensors[name] = Tensor(dtype, array.shape, position, position + array.nbytes)
        _check_name(name)
        _check_tensor(name, tensors[name])
        position += array.nbytes
    return tensors


def encode(header: Header) -> bytes:
    """The first bytes of a file: the header's length, and the header as JSON, filled up to a multiple of 8 bytes."""
    entries = {
        name: {"dtype": tensor.dtype, "shape": tensor.shape, "data_offsets": (tensor.begin, tensor.end)}
        for name, tensor in header.tensors.items()
    }
    content = json.dumps({_METADATA: header.texts, **entries}, ensure_ascii=False, separators=(",", ":")).encode()
    content += b" " * (-len(content) % 8)
    if len(content) > HEADER_LIMIT:
        raise Refused(f"its header would have {len(content):,} bytes, and {HEADER_LIMIT:,} is the limit")
    return len(content).to_bytes(8, "little") + content


def decode(content: bytes, file_size: int) -> Header:
    """The header from its JSON, as far as it agrees with itself and with the size of the file that it comes from."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(f"its header is damaged (not UTF-8 at byte {8 + error.start:,}); copy it again") from None
    header = _Parser(text).header()
    for name, tensor in header.tensors.items():
        _check_tensor(name, tensor)
    _check_offsets(header.tensors, 8 + len(content), file_size)
    return header


class _Parser:
    """Reads the header's JSON from left to right.

    Its grammar is small and fixed, so a reader of its own builds nothing but the result, where ``json.loads`` builds
    whatever it finds: twenty times the memory of the text for "[],[],[]".
    """

    SPACES = re.compile(r"[ \t\n\r]*")
    NUMBER = r"(?:0|[1-9][0-9]{0,18})"
    NUMBERS = re.compile(rf"\[\s*({NUMBER}(?:\s*,\s*{NUMBER}){{0,{RANK_LIMIT - 1}}})?\s*\]", re.ASCII)
    STRING = json.JSONDecoder()

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def header(self) -> Header:
        texts: dict[str, str] = {}

        def member(name: str) -> Tensor | None:
            if name != _METADATA:
                _check_name(name)
                return self.tensor()
            texts.update(self.members(lambda _: self.string(), "its metadata"))
            return None

        members = self.members(member, "its header", TENSOR_LIMIT + 1)
        if self.next():
            raise self.wrong("the header's end")
        members.pop(_METADATA, None)
        return Header(members, texts)

    def tensor(self) -> Tensor:
        def member(name: str) -> Any:
            if name in ("shape", "data_offsets"):
                return self.numbers()
            if name != "dtype":
                raise self.wrong("the value of dtype, shape or data_offsets")
            return self.string()

        found = self.members(member, "an array")
        if len(found) < 3 or len(found["data_offsets"]) != 2:
            raise self.wrong("dtype, shape and two data_offsets before")
        return Tensor(found["dtype"], found["shape"], *found["data_offsets"])

    def members(self, value: Callable[[str], Any], what: str, limit: int = TEXTS_LIMIT) -> dict[str, Any]:
        """A JSON object, its values read by ``value(name)``."""
        found: dict[str, Any] = {}
        self.mark("{")
        if self.next() == "}":
            self.mark("}")
            return found
        while True:
            name = self.string()
            if name in found:
                raise Refused(f"its header is damaged: {what} has {shown(name)} twice; copy it again")
            if len(found) == limit:
                raise Refused(f"{what} has more than {limit:,} entries, and no model needs so many")
            self.mark(":")
            found[name] = value(name)
            if self.mark(",}") == "}":
                return found

    def string(self) -> str:
        if self.next() != '"':
            raise self.wrong("a text in quotes")
        try:
            text, self.at = self.STRING.raw_decode(self.text, self.at)
        except json.JSONDecodeError as error:
            raise Refused(f"its header is damaged ({error}); copy it again") from None
        check_text(text, "its header")
        return str(text)

    def numbers(self) -> tuple[int, ...]:
        self.next()
        found = self.NUMBERS.match(self.text, self.at)
        if found is None:
            raise self.wrong(f"a list of at most {RANK_LIMIT} whole numbers")
        self.at = found.end()
        return tuple(map(int, found[1].split(","))) if found[1] else ()

    def mark(self, allowed: str) -> str:
        found = self.next()
        if not found or found not in allowed:
            raise self.wrong(" or ".join(allowed))
        self.at += 1
        return found

    def next(self) -> str:
        """The next character that is not a space; nothing at the end."""
        character = self.text[self.at : self.at + 1]
        if character.isspace():
            self.at = self.SPACES.match(self.text, self.at).end()  # type: ignore[union-attr]  # it matches nothing, too
            character = self.text[self.at : self.at + 1]
        return character

    def wrong(self, expected: str) -> Refused:
        where = f"character {self.at:,}, found {shown(self.text[self.at : self.at + 20])}"
        return Refused(f"its header is damaged (expected {expected} at {where}); copy it again")


def _check_name(name: str) -> None:
    check_text(name, "an array's name")
    if len(name) > NAME_LIMIT or name == _METADATA:
        rule = f"a name has at most {NAME_LIMIT} characters, and is not {_METADATA}"
        raise Refused(f"an array is named {shown(name)}; {rule}")


def _check_tensor(name: str, tensor: Tensor) -> None:
    """Refuse an unknown dtype, and a shape that needs another number of bytes than there are."""
    what = f"the array {shown(name)}"
    if tensor.dtype not in DTYPES and tensor.dtype != BFLOAT16:
        known = ", ".join((*DTYPES, BFLOAT16))
        raise Refused(f"{what} has the dtype {shown(tensor.dtype)}; convert it to one of {known}")
    if len(tensor.shape) > RANK_LIMIT:
        raise Refused(f"{what} has {len(tensor.shape)} axes, and {RANK_LIMIT} is the limit")
    itemsize = 2 if tensor.dtype == BFLOAT16 else DTYPES[tensor.dtype].itemsize
    needed = math.prod(tensor.shape) * itemsize
    if needed != tensor.end - tensor.begin:
        raise Refused(
            f"{what} of shape {list(tensor.shape)} and dtype {tensor.dtype} needs {counted(needed, 'byte')}, "
            f"but has the bytes {tensor.begin:,} to {tensor.end:,}; the file is damaged: copy it again"
        )
    if needed == 0 and math.prod(size or 1 for size in tensor.shape) > EMPTY_LIMIT:
        raise Refused(f"{what} has no elements, but the absurd shape {list(tensor.shape)}; copy the file again")


def _check_offsets(tensors: dict[str, Tensor], data_begin: int, file_size: int) -> None:
    """Refuse arrays with gaps or overlaps between them, and arrays that do not end where the file does."""
    end = data_begin
    for name, tensor in sorted(tensors.items(), key=lambda item: (item[1].begin, item[1].end)):
        if data_begin + tensor.begin != end:
            problem = "overlaps the one before it" if data_begin + tensor.begin < end else "has a gap before it"
            raise Refused(f"the array {shown(name)} {problem} (at byte {end:,}); the file is damaged: copy it again")
        end = data_begin + tensor.end
    if end > file_size:
        raise Refused(cut_off(file_size, end))
    if end < file_size:
        raise Refused(f"it has {counted(file_size - end, 'byte')} more than its header announces; copy it again")
