"""Products whose rows are windows that are added back to where they were seen: the gradient of a convolution's input.

The gradients of all windows together would fill many times the memory of the picture. So some windows of a sample are
worked out at a time, by :mod:`glassnet.compile.kernels.products`, into memory that stays in the first caches, and added
to the picture's gradient at once: window by window, in order.
"""

from __future__ import annotations

from glassnet.compile.emit import SIZES, Code, vector
from glassnet.compile.kernels import PARAMETERS
from glassnet.compile.kernels.kinds import TYPES
from glassnet.compile.kernels.products import EXTENTS, Form, load, store, tile

GIVEN = ("windows", "block", "a_sample", "to", "to_sample", "to_windows", "runs", "length", "to_runs")
"""How many windows a sample has, and are worked out at a time; tables of where each window begins in the result, and
where each run of ``length`` numbers that lie side by side in both begins in the window."""
ARGUMENTS = (*GIVEN, *EXTENTS)
"""After those, the arguments of the product of one sample's windows. The range counts samples."""


def name(dtype: str) -> str:
    return f"overlap_{dtype}"


def write(dtype: str) -> Code:
    """For each sample zeros, and then some windows at a time: multiplied, and added."""
    type_, size = TYPES[dtype], SIZES[TYPES[dtype]]
    code = Code(name(dtype), PARAMETERS)
    of = {what: code.argument(i) for i, what in enumerate(ARGUMENTS)}
    own = code.do(f"alloca [{len(EXTENTS)} x i64], align 8")
    some = code.do(f"alloca {type_}, i64 {code.mul(of['block'], of['columns'])}, align 64")
    for number, what in enumerate(EXTENTS):
        code.store("i64", of[what], code.at("i64", own, str(number)))
    own_a, own_c = (code.at("i64", own, str(EXTENTS.index(what))) for what in "ac")
    code.store("i64", code.do(f"ptrtoint ptr {some} to i64"), own_c)
    target = code.do(f"inttoptr i64 {of['to']} to ptr")
    with code.loop("%first", "%last") as sample:
        to = code.at(type_, target, code.mul(sample, of["to_sample"]))
        bytes_ = code.mul(of["to_sample"], size)
        code.call("void", "llvm.memset.p0.i64", ("ptr", to), ("i8", "0"), ("i64", bytes_), ("i1", "false"))
        with code.loop("0", of["windows"], of["block"]) as begin:
            count = code.least(code.sub(of["windows"], begin), of["block"])
            moved = code.add(code.mul(sample, of["a_sample"]), code.mul(begin, of["a_stride"]))
            code.store("i64", code.add(of["a"], code.mul(moved, size)), own_a)
            code.call("void", Form(dtype).name, ("ptr", own), ("ptr", "%row"), ("i64", "0"), ("i64", count))
            _added(code, dtype, of, some, to, begin, count)
    return code


def _added(code: Code, dtype: str, of: dict[str, str], some: str, to: str, begin: str, count: str) -> None:
    """The windows' runs of numbers added to the result."""
    type_, lanes = TYPES[dtype], tile(dtype).lanes
    windows, runs = (code.do(f"inttoptr i64 {of[what]} to ptr") for what in ("to_windows", "to_runs"))
    full = code.multiple(of["length"], lanes)
    mask = code.lanes_below(code.sub(of["length"], full), lanes)
    rest = code.do(f"icmp slt i64 {full}, {of['length']}")
    with code.loop("0", count) as i, code.loop("0", of["runs"]) as run:
        window = code.load("i64", code.at("i64", windows, code.add(begin, i)))
        place = code.add(window, code.load("i64", code.at("i64", runs, run)))
        there = code.at(type_, to, place)
        here = code.at(type_, some, code.add(code.mul(i, of["columns"]), code.mul(run, of["length"])))
        with code.loop("0", full, lanes) as j:
            _add(code, type_, lanes, code.at(type_, here, j), code.at(type_, there, j), "")
        with code.when(rest):
            _add(code, type_, lanes, code.at(type_, here, full), code.at(type_, there, full), mask)


def _add(code: Code, type_: str, lanes: int, source: str, target: str, mask: str) -> None:
    both = (load(code, type_, lanes, pointer, mask) for pointer in (target, source))
    total = code.do(f"fadd {vector(lanes, type_)} {', '.join(both)}")
    store(code, type_, lanes, target, total, mask)
