"""Products of many matrices, one after the other: of each sample and each head of an attention, say.

Where a matrix of the second operand has its columns one after the other instead of its rows, as keys have, it is copied
into panels first, in memory of the thread's own that stays in the first caches.
"""

from __future__ import annotations

from glassnet.compile.emit import SIZES, Code
from glassnet.compile.kernels import PARAMETERS, panels
from glassnet.compile.kernels.kinds import TYPES
from glassnet.compile.kernels.products import EXTENTS, Form, extent, tile, write

GIVEN = ("outer", "inner", "inner_a", "inner_b", "inner_c", "outer_a", "outer_b", "outer_c", "rows", "b_column",
         "panels", "panel")  # fmt: skip
"""How many there are along two leading axes, from one matrix to the next along each, and how many rows each product
has; from a column of B to the next, how many panels it makes, and how many numbers each has."""
ARGUMENTS = (*GIVEN, *EXTENTS)
"""After those, the arguments of the first product. The range is along the outer axis."""


def name(form: Form, packed: panels.Way | None) -> str:
    return f"many_{f'packed_{packed}_' if packed else ''}{form.name}"


def codes(form: Form, packed: panels.Way | None) -> list[Code]:
    """The products, and what they call."""
    return [_many(form, packed), *write(form), *(panels.write(form.dtype, packed, False) if packed else [])]


def _many(form: Form, packed: panels.Way | None) -> Code:
    type_ = TYPES[form.dtype]
    code = Code(name(form, packed), PARAMETERS)
    of = {what: code.argument(i) for i, what in enumerate(ARGUMENTS)}
    own = _Own(code, EXTENTS, of)
    copied = _copied(code, form.dtype, of, own) if packed else None
    with code.loop("%first", "%last") as i, code.loop("0", extent(code, of["inner"])) as j:
        for what in "abc":
            moved = code.add(code.mul(i, of[f"outer_{what}"]), code.mul(j, of[f"inner_{what}"]))
            address = code.add(of[what], code.mul(moved, SIZES[type_]))
            (copied if copied is not None and what == "b" else own).set(what, address)
        if copied is not None and packed is not None:
            pack = panels.name(form.dtype, packed, False)
            code.call("void", pack, ("ptr", copied.pointer), ("ptr", "%row"), ("i64", "0"), ("i64", of["panels"]))
        code.call("void", form.name, ("ptr", own.pointer), ("ptr", "%row"), ("i64", "0"),
                  ("i64", extent(code, of["rows"])))  # fmt: skip
    return code


class _Own:
    """Arguments of a kernel that is called from here."""

    def __init__(self, code: Code, names: tuple[str, ...], values: dict[str, str]) -> None:
        self.code, self.names = code, names
        self.pointer = code.do(f"alloca [{len(names)} x i64], align 8")
        for what in names:
            self.set(what, values.get(what, "0"))

    def set(self, what: str, value: str) -> None:
        self.code.store("i64", value, self.code.at("i64", self.pointer, str(self.names.index(what))))


def _copied(code: Code, dtype: str, of: dict[str, str], own: _Own) -> _Own:
    """The arguments of a copy of B into panels, which the product then reads."""
    memory = code.do(f"alloca {TYPES[dtype]}, i64 {code.mul(of['panels'], of['panel'])}, align 64")
    address = code.do(f"ptrtoint ptr {memory} to i64")
    for what, value in (("b", address), ("b_row", str(tile(dtype).columns)), ("b_panel", of["panel"])):
        own.set(what, value)
    return _Own(code, panels.ARGUMENTS, {**of, "to": address, "b_panel": of["panel"], "list": "0"})
