"""Rows of a table looked up by their numbers, and rows added to those that numbers name."""

from __future__ import annotations

from glassnet.compile.emit import SIZES, Code, vector
from glassnet.compile.kernels import PARAMETERS
from glassnet.compile.kernels.kinds import TYPES
from glassnet.compile.kernels.products import extent, load, store, tile

TAKE = ("scale", "columns", "size", "table", "index", "to")
SCATTER = ("count", "columns", "size", "from", "index", "to")
"""The arguments; ``size`` is how many rows the table has. A number outside gives NaN, which stops the training."""


def write_take(dtype: str) -> Code:
    """to[i] = table[index[i]]"""
    type_ = TYPES[dtype]
    code = Code(f"take_{dtype}", PARAMETERS)
    arguments = {what: code.argument(i) for i, what in enumerate(TAKE)}
    table, index, to = (code.do(f"inttoptr i64 {arguments[what]} to ptr") for what in TAKE[3:])
    first, last = (code.mul(end, arguments["scale"]) for end in ("%first", "%last"))
    with code.loop(first, last) as i:
        number = code.load("i64", code.at("i64", index, i))
        inside = code.do(f"icmp ult i64 {number}, {arguments['size']}")
        target = code.at(type_, to, code.mul(i, arguments["columns"]))
        source = code.at(type_, table, code.mul(number, arguments["columns"]))
        with code.when(inside):
            bytes_ = code.mul(arguments["columns"], SIZES[type_])
            code.call(
                "void", "llvm.memcpy.p0.p0.i64", ("ptr", target), ("ptr", source), ("i64", bytes_), ("i1", "false")
            )
        outside = code.do(f"xor i1 {inside}, true")
        with code.when(outside), code.loop("0", arguments["columns"]) as j:
            code.store(type_, "0x7FF8000000000000", code.at(type_, target, j))
    return code


def write_scatter(dtype: str) -> Code:
    """to = 0; to[index[i]] += from[i], in the order of i"""
    type_, lanes = TYPES[dtype], tile(dtype).lanes
    code = Code(f"scatter_add_{dtype}", PARAMETERS)

    def added(target: str, given: str, mask: str) -> None:
        both = (load(code, type_, lanes, place, mask) for place in (target, given))
        store(code, type_, lanes, target, code.do(f"fadd {vector(lanes, type_)} {', '.join(both)}"), mask)

    arguments = {what: code.argument(i) for i, what in enumerate(SCATTER)}
    source, index, to = (code.do(f"inttoptr i64 {arguments[what]} to ptr") for what in SCATTER[3:])
    bytes_ = code.mul(code.mul(arguments["size"], arguments["columns"]), SIZES[type_])
    code.call("void", "llvm.memset.p0.i64", ("ptr", to), ("i8", "0"), ("i64", bytes_), ("i1", "false"))
    with code.loop("0", extent(code, arguments["count"])) as i:
        number = code.load("i64", code.at("i64", index, i))
        with code.when(code.do(f"icmp ult i64 {number}, {arguments['size']}")):
            row = code.at(type_, to, code.mul(number, arguments["columns"]))
            given = code.at(type_, source, code.mul(i, arguments["columns"]))
            whole = code.multiple(arguments["columns"], lanes)
            with code.loop("0", whole, lanes) as j:
                added(code.at(type_, row, j), code.at(type_, given, j), "")
            with code.when(code.do(f"icmp slt i64 {whole}, {arguments['columns']}")):
                mask = code.lanes_below(code.sub(arguments["columns"], whole), lanes)
                added(code.at(type_, row, whole), code.at(type_, given, whole), mask)
    return code


MOVE = ("bytes", "from", "cell")


def write_move() -> Code:
    """The numbers of this step, a loss or the outputs, moved to the address in a cell of its line."""
    code = Code("move", PARAMETERS)
    arguments = {what: code.argument(i) for i, what in enumerate(MOVE)}
    source = code.do(f"inttoptr i64 {arguments['from']} to ptr")
    to = code.load("ptr", code.at("i64", "%row", arguments["cell"]))
    code.call("void", "llvm.memcpy.p0.p0.i64", ("ptr", to), ("ptr", source),
              ("i64", extent(code, arguments["bytes"])), ("i1", "false"))  # fmt: skip
    return code
