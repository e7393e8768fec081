"""From an object file to code in memory that can be called, without LLVM, whose library takes 50 MB of each process.

An ELF object (System V ABI, chapter 4) has sections of code and constants, and says at which places in them the address
of a symbol belongs. Code that LLVM writes for this use asks for whole addresses of 64 bits alone. So linking is: lay
the sections out one after the other, and add addresses.
"""

from __future__ import annotations

import ctypes
import platform
import struct
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

IS_KNOWN = sys.platform == "linux" and platform.machine() == "x86_64"
"""Whether objects for this system can be linked here; elsewhere LLVM does it."""
IDENT = b"\x7fELF\x02\x01\x01"  # of 64 bits, the lowest byte first
SYMBOLS, RELOCATIONS, WITHOUT_ADDENDS = 2, 4, 9  # kinds of sections
WRITABLE, LOADED = 1, 2  # flags of sections
ABSOLUTE = 1  # the relocation R_X86_64_64: symbol + addend
GLOBAL_FUNCTION = 0x12


class Section(NamedTuple):
    """An entry of the table of sections."""

    name: int
    kind: int
    flags: int
    address: int
    offset: int
    size: int
    link: int
    info: int
    align: int
    entry: int


class Symbol(NamedTuple):
    """An entry of the table of symbols."""

    name: int
    info: int
    other: int
    section: int
    value: int
    size: int


class Unlinkable(Exception):
    """An object has something that no code of ours has."""


_LOADED: list[Any] = []
"""Code lives as long as the process."""


def linked(code: bytes) -> dict[str, int]:
    """The addresses of an object's functions by name, after it was loaded.

    Raises:
        Unlinkable: LLVM must link it.
    """
    if not (IS_KNOWN and code.startswith(IDENT)):
        raise Unlinkable("an object of another system")
    (start,), (count,) = struct.unpack_from("<Q", code, 40), struct.unpack_from("<H", code, 60)
    sections = [Section(*fields) for fields in _entries("<IIQQQQIIQQ", code, start, count)]
    places, size = _laid_out(sections)
    base = _memory(size)
    for number, place in places.items():
        offset = sections[number].offset
        ctypes.memmove(base + place, code[offset : offset + sections[number].size], sections[number].size)
    (table,) = (section for section in sections if section.kind == SYMBOLS)
    names = sections[table.link].offset
    symbols = [Symbol(*fields) for fields in _entries("<IBBHQQ", code, table.offset, table.size // 24)]

    def name(symbol: Symbol) -> str:
        return code[names + symbol.name : code.index(b"\0", names + symbol.name)].decode()

    def address(symbol: Symbol) -> int:
        if symbol.section in places:
            return base + places[symbol.section] + symbol.value
        if symbol.section:
            raise Unlinkable("a symbol that is in no section")
        return _of_process(name(symbol))

    for section in sections:
        if section.kind == RELOCATIONS and section.info in places:
            for offset, info, addend in _entries("<QQq", code, section.offset, section.size // 24):
                if info & 0xFFFFFFFF != ABSOLUTE:
                    raise Unlinkable(f"a relocation of kind {info & 0xFFFFFFFF}")
                value = ctypes.c_uint64(address(symbols[info >> 32]) + addend)
                ctypes.memmove(base + places[section.info] + offset, ctypes.byref(value), 8)
    _make_executable(base, size)
    return {name(symbol): address(symbol) for symbol in symbols if symbol.info == GLOBAL_FUNCTION and symbol.section}


def _entries(form: str, code: bytes, start: int, count: int) -> Iterator[tuple[int, ...]]:
    size = struct.calcsize(form)
    return struct.iter_unpack(form, code[start : start + count * size])


def _laid_out(sections: list[Section]) -> tuple[dict[int, int], int]:
    """The place of each section that is loaded, by its number, and the size of them all."""
    places, size = {}, 0
    for number, section in enumerate(sections):
        if section.kind == WITHOUT_ADDENDS or (section.flags & LOADED and section.flags & WRITABLE):
            raise Unlinkable("a section that is written to, or relocations of another form")
        if section.flags & LOADED and section.size:
            place = -(-size // section.align) * section.align
            places[number], size = place, place + section.size
    return places, size


def _memory(size: int) -> int:
    """The address of new memory."""
    import mmap

    memory = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ | mmap.PROT_WRITE)
    first = ctypes.c_char.from_buffer(memory)
    _LOADED.append(first)  # which keeps the memory
    return ctypes.addressof(first)


def _make_executable(base: int, size: int) -> None:
    """Let memory be run, and no longer be written to."""
    import mmap

    protect = ctypes.CDLL(None, use_errno=True).mprotect
    if protect(ctypes.c_void_p(base), ctypes.c_size_t(size), mmap.PROT_READ | mmap.PROT_EXEC):
        raise Unlinkable(f"the system refuses code in memory (error {ctypes.get_errno()})")


def _of_process(name: str) -> int:
    """The address of a function of the C library."""
    try:
        return ctypes.cast(getattr(ctypes.CDLL(None), name), ctypes.c_void_p).value or 0
    except AttributeError:
        raise Unlinkable(f"{name} is no function of this process") from None
