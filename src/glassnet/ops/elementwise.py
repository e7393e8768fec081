"""Operations that act on each number by itself, broadcasting as NumPy does.

Each is one definition. ``formula`` says what it means, in any algebra ``m`` (NumPy, SymPy, …). ``kernel`` computes it
where the plain formula would overflow or lose digits. ``vjp`` is its derivative, in operations; differentiation itself
undoes broadcasting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, NamedTuple

from glassnet.ir.errors import ShapeError
from glassnet.ir.expression import ARITHMETIC, Element, Expression, Written, call, fold
from glassnet.ir.graph import Primitive, Var
from glassnet.ir.types import FLOATS, Array, Type, broadcast_shapes
from glassnet.ops.numeric import Bits, Exact, Numeric
from glassnet.words import joined

Formula = Callable[..., Any]
Gradients = tuple[Var | None, ...]


class Interval(NamedTuple):
    """Where the property tests draw an operand from, leaving out ``holes`` where there is no derivative."""

    low: float
    high: float
    holes: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class Elementwise(Primitive):
    """A primitive with a formula in any algebra. Tests draw each operand from its interval in ``sample``."""

    formula: Formula = field(default=lambda m, *xs: NotImplemented, repr=False)
    sample: tuple[Interval, ...] = ()

    @cached_property
    def is_exact(self) -> bool:
        """Whether its kernel has one right result, which every NumPy gives: :class:`glassnet.ops.numeric.Exact`.

        >>> sqrt.is_exact, sigmoid.is_exact
        (True, False)
        """
        return self.is_exact_on([None] * len(self.sample))

    def is_exact_on(self, operands: Sequence[float | None]) -> bool:
        """The same where some operands are always the same number.

        >>> power.is_exact, power.is_exact_on([None, 2])
        (False, True)
        """
        numbers = [Bits() if number is None else number for number in operands]
        result = self.kernel.func(Exact(), *numbers)  # type: ignore[attr-defined]
        return not isinstance(result, Bits) or result.are_certain


def elementwise(
    name: str,
    doc: str,
    formula: Formula,
    sample: Interval | tuple[Interval, ...],
    vjp: Callable[..., Gradients] | None = None,
    kernel: Formula | None = None,
    **shown: str,
) -> Elementwise:
    """Define an elementwise operation; see the module's text for the arguments.

    Args:
        name, doc: how it is called in printed graphs, and what it is in one line.
        formula: ``formula(m, *xs)``, in the functions of an algebra ``m``: :class:`glassnet.ops.algebra.Functions`.
        sample: for each operand, where the tests draw it from.
        vjp: ``vjp(g, y, *xs)``, the gradient for each operand, in operations; None for one that cannot be trained.
        kernel: the formula in a form that neither overflows nor loses digits, where the plain one would.
        shown: ``sign``, ``latex``, ``remedy`` and ``example``, as in :class:`glassnet.ir.Primitive`.

    Raises:
        GlassnetError: there is already an operation of that name.

    >>> from glassnet.readings import value
    >>> cube = elementwise("cube", "x³", lambda m, x: x * x * x, ANY, lambda g, y, x: (g * 3 * x**2,))
    >>> value(cube([1, 2]))
    array([1., 8.])
    """
    intervals = (sample,) if isinstance(sample, Interval) else sample
    return Elementwise(
        name=name,
        doc=doc,
        rule=_same_dtype,
        kernel=partial(kernel or formula, Numeric),
        vjp=vjp,
        formula=formula,
        sample=intervals,
        element=partial(_element, name, formula),
        at_all_steps=each_by_itself,
        **shown,  # type: ignore[arg-type]
    )


def each_by_itself(steps: int, along: Sequence[bool], *types: Type, **params: Any) -> dict[str, Any] | None:
    """For all steps at once, what takes each number by itself does the same; operands of all steps alike are rows."""
    return params if all(is_along or len(x.shape) < 2 for is_along, x in zip(along, types, strict=True)) else None


def _element(name: str, formula: Formula, index: tuple[int, ...], *arrays: Array) -> Expression:
    """The formula written out, as 1 / (1 + exp(−x)); an operation that is one function goes by its own name, log(x)."""
    operands = [Element(i, broadcast_index(index, array.shape)) for i, array in enumerate(arrays)]
    written = formula(Written(), *operands)
    single = _depth(written) == 1 and written.operator not in ARITHMETIC
    return call(name, *operands) if single else written


def _depth(expression: Expression) -> int:
    return fold(expression, lambda _: 0, lambda _, depths: 1 + max(depths))


def broadcast_index(index: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    """The place in an operand of that shape of the number that broadcasting takes to ``index`` of the result."""
    own = index[len(index) - len(shape) :]
    return tuple(0 if size == 1 else i for i, size in zip(own, shape, strict=True))


def _same_dtype(*types: Type) -> Type:
    dtypes = sorted({t.dtype for t in types})
    if len(dtypes) > 1 or dtypes[0] not in FLOATS:
        raise ShapeError(f"the operands must have one dtype, float32 or float64, not {joined(dtypes)}; use cast")
    return Type(broadcast_shapes(*(t.shape for t in types)), dtypes[0])


ANY = Interval(-3, 3)
POSITIVE = Interval(0.1, 4)
APART = (ANY, Interval(3.1, 5))  # two operands that are never equal

# ── arithmetic ──────────────────────────────────────────────────────────────────────────────────────────────────────

add: Elementwise = elementwise(
    "add",
    "x + y",
    lambda m, x, y: x + y,
    (ANY, ANY),
    lambda g, z, x, y: (g, g),
    example="ops.add([1, 2], 10) = [11.0, 12.0]",
)
subtract: Elementwise = elementwise(
    "subtract",
    "x − y",
    lambda m, x, y: x - y,
    (ANY, ANY),
    lambda g, z, x, y: (g, -g),
    example="ops.subtract([1, 2], 10) = [-9.0, -8.0]",
)
multiply: Elementwise = elementwise(
    "multiply",
    "x · y",
    lambda m, x, y: x * y,
    (ANY, ANY),
    lambda g, z, x, y: (g * y, g * x),
    example="ops.multiply([1, 2], 10) = [10.0, 20.0]",
)
divide: Elementwise = elementwise(
    "divide",
    "x / y",
    lambda m, x, y: x / y,
    (ANY, POSITIVE),
    lambda g, z, x, y: (g / y, -(g * z / y)),
    example="ops.divide([1, 2], 10) = [0.1, 0.2]",
)
negative: Elementwise = elementwise(
    "negative", "−x", lambda m, x: -x, ANY, lambda g, y, x: (-g,), example="ops.negative([1, -2]) = [-1.0, 2.0]"
)
power: Elementwise = elementwise(
    "power",
    "x to the power of y; x must be positive where y is not a whole number",
    formula=lambda m, x, y: x**y,
    kernel=lambda m, x, y: m.power(x, y),
    sample=(POSITIVE, ANY),
    vjp=lambda g, z, x, y: (g * y * power(x, y - 1), g * z * log(x)),
    example="ops.power([1, 2, 3], 2) = [1.0, 4.0, 9.0]",
)

# ── functions of one number ─────────────────────────────────────────────────────────────────────────────────────────

exp: Elementwise = elementwise(
    "exp",
    "eˣ",
    lambda m, x: m.exp(x),
    ANY,
    lambda g, y, x: (g * y,),
    latex="e^{·}",
    example="ops.exp([0, 1]) = [1.0, 2.7183]",
)
expm1: Elementwise = elementwise(
    "expm1",
    "eˣ − 1, accurate near 0",
    formula=lambda m, x: m.exp(x) - 1,
    kernel=lambda m, x: m.expm1(x),
    sample=ANY,
    vjp=lambda g, y, x: (g * (y + 1),),
    example="ops.expm1([0, 1]) = [0.0, 1.7183]",
)
log: Elementwise = elementwise(
    "log",
    "The natural logarithm.",
    lambda m, x: m.log(x),
    POSITIVE,
    lambda g, y, x: (g / x,),
    latex=r"\ln\left(·\right)",
    remedy="the loss takes the logarithm of an output that is not positive: end the network with softmax or sigmoid "
    "for a cross-entropy, with softplus for a rate",
    example="ops.log([1, 2]) = [0.0, 0.6931]",
)
log1p: Elementwise = elementwise(
    "log1p",
    "ln(1 + x), accurate near 0",
    formula=lambda m, x: m.log(1 + x),
    kernel=lambda m, x: m.log1p(x),
    sample=POSITIVE,
    vjp=lambda g, y, x: (g / (1 + x),),
    example="ops.log1p([0, 1]) = [0.0, 0.6931]",
)
sqrt: Elementwise = elementwise(
    "sqrt",
    "The square root.",
    lambda m, x: m.sqrt(x),
    POSITIVE,
    lambda g, y, x: (0.5 * g / y,),
    latex=r"\sqrt{·}",
    example="ops.sqrt([4, 9]) = [2.0, 3.0]",
)
sin: Elementwise = elementwise(
    "sin",
    "The sine of x radians.",
    lambda m, x: m.sin(x),
    ANY,
    lambda g, y, x: (g * cos(x),),
    example="ops.sin([0, 1]) = [0.0, 0.8415]",
)
cos: Elementwise = elementwise(
    "cos",
    "The cosine of x radians.",
    lambda m, x: m.cos(x),
    ANY,
    lambda g, y, x: (-(g * sin(x)),),
    example="ops.cos([0, 1]) = [1.0, 0.5403]",
)
tanh: Elementwise = elementwise(
    "tanh",
    "The hyperbolic tangent.",
    lambda m, x: m.tanh(x),
    ANY,
    lambda g, y, x: (g * (1 - y**2),),
    example="ops.tanh([-1, 0, 1]) = [-0.7616, 0.0, 0.7616]",
)
sigmoid: Elementwise = elementwise(
    "sigmoid",
    "1 / (1 + e⁻ˣ), between 0 and 1",
    formula=lambda m, x: 1 / (1 + m.exp(-x)),
    kernel=lambda m, x: m.sigmoid(x),
    sample=Interval(-6, 6),
    vjp=lambda g, y, x: (g * (y * (1 - y)),),
    example="ops.sigmoid([-1000, 0, 1]) = [0.0, 0.5, 0.7311]",
)
softplus: Elementwise = elementwise(
    "softplus",
    "A smooth relu: ln(1 + eˣ).",
    formula=lambda m, x: m.log(1 + m.exp(x)),
    kernel=lambda m, x: m.maximum(x, 0) + m.log1p(m.exp(-m.abs(x))),
    sample=Interval(-6, 6),
    vjp=lambda g, y, x: (g * sigmoid(x),),
    example="ops.softplus([-1, 0, 1000]) = [0.3133, 0.6931, 1000.0]",
)
log_cosh: Elementwise = elementwise(
    "log_cosh",
    "ln cosh(x), nearly ½ x² for small x and |x| − ln 2 for large",
    formula=lambda m, x: m.log((m.exp(x) + m.exp(-x)) / 2),
    kernel=lambda m, x: _log_cosh(m, m.abs(x)),
    sample=ANY,
    vjp=lambda g, y, x: (g * tanh(x),),
    example="ops.log_cosh([0, 1, -1000]) = [0.0, 0.4338, 999.3069]",
)
sigmoid_cross_entropy: Elementwise = elementwise(
    "sigmoid_cross_entropy",
    "−t ln σ(x) − (1 − t) ln(1 − σ(x)), which is ln(1 + eˣ) − t x; its derivative is σ(x) − t",
    formula=lambda m, x, t: m.log(1 + m.exp(x)) - t * x,
    kernel=lambda m, x, t: (m.maximum(x, 0) - t * x) + m.log1p(m.exp(-m.abs(x))),
    sample=(Interval(-6, 6), Interval(0, 1)),
    vjp=lambda g, y, x, t: (g * (sigmoid(x) - t), -(g * x)),
    example="ops.sigmoid_cross_entropy([0, 1000], [1, 1]) = [0.6931, 0.0]",
)
erf: Elementwise = elementwise(
    "erf",
    "The error function, (2/√π) ∫₀ˣ exp(−t²) dt",
    formula=lambda m, x: m.erf(x),
    sample=ANY,
    vjp=lambda g, y, x: (g * (2 / 3.141592653589793**0.5) * exp(-(x**2)),),
    example="ops.erf([0, 0.5, 1]) = [0.0, 0.5205, 0.8427]",
)


def _log_cosh(m: Any, size: Any) -> Any:
    """Near 0 by cosh(x) − 1 = (eˣ − 1)² / 2eˣ, so that its digits are kept; elsewhere without e to a large power."""
    near = m.minimum(size, 1)
    small = m.log1p(m.expm1(near) ** 2 / (2 * m.exp(near)))
    return m.where(m.greater(size, 1), size + m.log1p((m.exp(-2 * size) - 1) / 2), small)
