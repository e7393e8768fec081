"""The algebra that writes machine code: a formula run on its numbers is written as LLVM's text.

``Wide`` is a vector of numbers in the code; Python's arithmetic on it writes one line each. ``Machine`` has the
functions of formulas (:class:`glassnet.ops.algebra.KernelFunctions`), so an operation's own kernel, run in it, becomes
that operation's machine code.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass

from glassnet.compile.emit import SIZES, Code, vector
from glassnet.compile.jit import host

AVX512 = 64
"""Bytes of its vectors."""
BITS = {"float": "i32", "double": "i64"}
"""The whole number of the same size."""
CONTRACTED = ("fadd", "fsub", "fmul")
FLOATING = {("float", "double"): "fpext", ("double", "float"): "fptrunc"}
SUFFIX = {"float": "f32", "double": "f64", "i8": "i8", "i64": "i64"}
"""What the names of LLVM's functions end with."""


def literal(value: float, type_: str) -> str:
    """A number as LLVM writes it, to the last bit.

    >>> literal(0.1, "float")
    '0x3FB99999A0000000'
    """
    if type_ in ("i32", "i64"):
        return str(int(value))
    if type_ == "float" and math.isfinite(value):
        try:
            value = struct.unpack("f", struct.pack("f", value))[0]
        except OverflowError:
            value = math.copysign(math.inf, value)
    return "0x" + struct.pack(">d", value).hex().upper()


def constant(value: float, type_: str, lanes: int) -> str:
    """A number, or the same number in all lanes."""
    return literal(value, type_) if lanes == 1 else f"splat ({type_} {literal(value, type_)})"


@dataclass(frozen=True, eq=False)
class Wide:
    """A vector of numbers: the name of a value in the code, the type of its numbers and how many there are."""

    code: Code
    name: str
    type: str
    lanes: int

    @property
    def kind(self) -> str:
        return vector(self.lanes, self.type)

    def __add__(self, other: Wide | float) -> Wide:
        return self._with("fadd", other)

    def __radd__(self, other: float) -> Wide:
        return self + other

    def __sub__(self, other: Wide | float) -> Wide:
        return self._with("fsub", other)

    def __rsub__(self, other: float) -> Wide:
        return self.like(other) - self

    def __mul__(self, other: Wide | float) -> Wide:
        return self._with("fmul", other)

    def __rmul__(self, other: float) -> Wide:
        return self * other

    def __truediv__(self, other: Wide | float) -> Wide:
        return self._with("fdiv", other)

    def __rtruediv__(self, other: float) -> Wide:
        return self.like(other) / self

    def __neg__(self) -> Wide:
        return self._made(f"fneg {self.kind} {self.name}")

    def __pow__(self, other: Wide | float) -> Wide:
        return self * self if other == 2 else self.call("pow", self.like(other))

    def like(self, value: Wide | float) -> Wide:
        """A number in all lanes, of this type; a vector as it is."""
        return value if isinstance(value, Wide) else self.named(constant(value, self.type, self.lanes))

    def named(self, name: str) -> Wide:
        return Wide(self.code, name, self.type, self.lanes)

    def _made(self, text: str) -> Wide:
        return self.named(self.code.do(text))

    def _with(self, operation: str, other: Wide | float) -> Wide:
        contract = " contract" if self.code.contracts and operation in CONTRACTED else ""
        return self._made(f"{operation}{contract} {self.kind} {self.name}, {self.like(other).name}")

    def call(self, function: str, *others: Wide) -> Wide:
        """An intrinsic of LLVM's, such as sqrt."""
        scalar = SUFFIX[self.type]
        suffix = scalar if self.lanes == 1 else f"v{self.lanes}{scalar}"
        arguments = [(self.kind, value.name) for value in (self, *others)]
        return self.named(self.code.call(self.kind, f"llvm.{function}.{suffix}", *arguments))

    # ── conditions: vectors of i1 ───────────────────────────────────────────────────────────────────────────────────

    def compare(self, how: str, other: Wide | float) -> str:
        """A mask: ogt, oge, oeq, une, uno, …"""
        return self.code.do(f"fcmp {how} {self.kind} {self.name}, {self.like(other).name}")

    def chosen(self, mask: str, other: Wide | float) -> Wide:
        """This where the mask holds, else the other."""
        masks = vector(self.lanes, "i1")
        return self._made(f"select {masks} {mask}, {self.kind} {self.name}, {self.kind} {self.like(other).name}")

    def anywhere(self, mask: str) -> str:
        """Whether a mask holds for any number."""
        if self.lanes == 1:
            return mask
        return self.code.call("i1", f"llvm.vector.reduce.or.v{self.lanes}i1", (vector(self.lanes, "i1"), mask))

    def unless_any(self, mask: str, value: Wide, other: Callable[[], Wide]) -> Wide:
        """The value; or the other, worked out only where the mask holds for any number."""
        (name,) = self.code.otherwise(self.anywhere(mask), [(value.kind, value.name)], lambda: [other().name])
        return value.named(name)

    # ── bits ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def bits(self) -> str:
        return self.code.do(f"bitcast {self.kind} {self.name} to {vector(self.lanes, BITS[self.type])}")

    def from_bits(self, name: str) -> Wide:
        return self._made(f"bitcast {vector(self.lanes, BITS[self.type])} {name} to {self.kind}")

    def whole(self, operation: str, x: str, y: str | int) -> str:
        """Arithmetic on the bits."""
        other = constant(y, BITS[self.type], self.lanes) if isinstance(y, int) else y
        return self.code.do(f"{operation} {vector(self.lanes, BITS[self.type])} {x}, {other}")

    def to(self, type_: str) -> Wide:
        """The same numbers as float, double or i64; to whole numbers, towards zero."""
        if type_ == self.type:
            return self
        operation = FLOATING.get((self.type, type_), "sitofp" if self.type == "i64" else "fptosi")
        name = self.code.do(f"{operation} {self.kind} {self.name} to {vector(self.lanes, type_)}")
        return Wide(self.code, name, type_, self.lanes)


def fma(x: Wide, y: Wide | float, z: Wide | float) -> Wide:
    """x·y + z, rounded once."""
    return x.call("fma", x.like(y), x.like(z))


def polynomial(x: Wide, coefficients: tuple[float, ...]) -> Wide:
    """Horner's rule, highest power first."""
    total = x.like(coefficients[0])
    for coefficient in coefficients[1:]:
        total = fma(total, x, coefficient) if isinstance(total, Wide) else total
    return total


def quotient(x: Wide, divisor: Wide, inverse: Wide) -> Wide:
    """x / divisor by its inverse, and twice what that leaves: rounded as division is (Markstein 1990), but quicker."""
    product = near = x * inverse
    for _ in range(2):
        rest = fma(-near, divisor, x)
        near = fma(rest, inverse, near)
    return near.chosen(near.compare("ord", near), product)


def _estimate(y: Wide) -> Wide:
    """1 / y by AVX-512's estimate to 14 bits."""
    return y.named(y.code.call(y.kind, "llvm.x86.avx512.rcp14.ps.512", (y.kind, y.name),
                               (y.kind, "zeroinitializer"), ("i16", "-1")))  # fmt: skip


def _inverse(y: Wide) -> Wide:
    """The estimate of 1 / y made exact to one unit in the last place by a step of Newton's method."""
    estimate = _estimate(y)
    return fma(fma(-y, estimate, 1.0), estimate, estimate)


def _is_estimated(y: Wide) -> bool:
    """Whether 1 / y may be estimated: not where all must agree on it."""
    return y.code.contracts and y.type == "float" and host().width == y.lanes * SIZES[y.type] == AVX512


def inverse(y: Wide) -> Wide:
    """1 / y of float numbers from 1e-30 to 1e30, to one unit in the last place; divided where all must agree on it."""
    return _inverse(y) if _is_estimated(y) else 1 / y


def nearly_inverse(y: Wide) -> Wide:
    """1 / y to 14 bits at least, of numbers as those of :func:`inverse`."""
    return _estimate(y) if _is_estimated(y) else 1 / y


def estimated(x: Wide, y: Wide) -> Wide:
    """x / y by AVX-512's estimate of 1 / y, made exact, and what the product with it leaves (Markstein 1990).

    That is rounded as division is, but for x below 1e-31, and where 1 / y is not a full number, it is divided.
    """
    masks, inverse = vector(x.lanes, "i1"), _inverse(y)
    product = x * inverse
    near = fma(fma(-product, y, x), inverse, product)
    full = x.code.do(f"and {masks} {near.compare('ord', near)}, {y.call('fabs').compare('olt', 1e30)}")
    return near.unless_any(x.code.do(f"xor {masks} {full}, splat (i1 true)"), near, lambda: x / y)
