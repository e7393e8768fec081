"""Pieces and steps: functions that bend or jump. What happens exactly at a corner is said in words.

Derivatives of pieces are written in steps, which are flat everywhere: no gradient passes those.
"""

from __future__ import annotations

from glassnet.ir.graph import Var
from glassnet.ops.elementwise import ANY, APART, Elementwise, Gradients, Interval, elementwise

# ── pieces ──────────────────────────────────────────────────────────────────────────────────────────────────────────

relu: Elementwise = elementwise(
    "relu",
    "max(x, 0); its derivative at 0 is taken as 0",
    formula=lambda m, x: m.maximum(x, 0),
    sample=Interval(-3, 3, holes=(0,)),
    vjp=lambda g, y, x: (g * greater(x, 0.0),),
    example="ops.relu([-1, 0, 2]) = [0.0, 0.0, 2.0]",
)
absolute: Elementwise = elementwise(
    "absolute",
    "|x|; its derivative at 0 is taken as 0",
    formula=lambda m, x: m.abs(x),
    sample=Interval(-3, 3, holes=(0,)),
    vjp=lambda g, y, x: (g * sign(x),),
    latex=r"\left|·\right|",
    example="ops.absolute([-1, 2]) = [1.0, 2.0]",
)
maximum: Elementwise = elementwise(
    "maximum",
    "The larger of x and y; where they are equal, each gets half of the gradient.",
    formula=lambda m, x, y: m.maximum(x, y),
    sample=APART,
    vjp=lambda g, z, x, y: (g * _share(x, y), g * _share(y, x)),
    latex=r"\operatorname{max}\left(·, ·\right)",
    example="ops.maximum([-1, 2], 1) = [1.0, 2.0]",
)
minimum: Elementwise = elementwise(
    "minimum",
    "The smaller of x and y; where they are equal, each gets half of the gradient.",
    formula=lambda m, x, y: m.minimum(x, y),
    sample=APART,
    vjp=lambda g, z, x, y: (g * _share(y, x), g * _share(x, y)),
    latex=r"\operatorname{min}\left(·, ·\right)",
    example="ops.minimum([-1, 2], 1) = [-1.0, 1.0]",
)
clip: Elementwise = elementwise(
    "clip",
    "x kept between low and high; its derivative at either is taken as 0",
    formula=lambda m, x, low, high: m.minimum(m.maximum(x, low), high),
    sample=(ANY, Interval(-2, -1), Interval(1, 2)),
    vjp=lambda g, y, x, low, high: (
        g * greater(x, low) * greater(high, x),
        g * greater_equal(low, x),
        g * greater_equal(x, high),
    ),
    example="ops.clip([-5, 0.5, 5], -1, 1) = [-1.0, 0.5, 1.0]",
)


def _share(x: Var, y: Var) -> Var:
    """1 where x is larger, ½ where equal, 0 where smaller."""
    return greater(x, y) + 0.5 * equal(x, y)


where: Elementwise = elementwise(
    "where",
    "x where the condition is not 0, else y",
    formula=lambda m, condition, x, y: m.where(condition, x, y),
    sample=(Interval(0.5, 1), ANY, ANY),
    vjp=lambda g, z, condition, x, y: (None, where(condition, g, 0.0), where(condition, 0.0, g)),
    example="ops.where([1, 0], [10, 20], -1) = [10.0, -1.0]",
)

# ── steps ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _flat(g: Var, y: Var, *xs: Var) -> Gradients:
    return tuple(None for _ in xs)


greater: Elementwise = elementwise(
    "greater",
    "1 where x > y, else 0",
    lambda m, x, y: m.greater(x, y),
    APART,
    _flat,
    sign=">",
    latex=r"\left(· > ·\right)",
    example="ops.greater([1, 2, 3], 2) = [0.0, 0.0, 1.0]",
)
greater_equal: Elementwise = elementwise(
    "greater_equal",
    "1 where x ≥ y, else 0",
    lambda m, x, y: m.greater_equal(x, y),
    APART,
    _flat,
    sign=">=",
    latex=r"\left(· \geq ·\right)",
    example="ops.greater_equal([1, 2, 3], 2) = [0.0, 1.0, 1.0]",
)
equal: Elementwise = elementwise(
    "equal",
    "1 where x = y, else 0",
    lambda m, x, y: m.equal(x, y),
    APART,
    _flat,
    sign="==",
    latex=r"\left(· = ·\right)",
    example="ops.equal([1, 2, 3], 2) = [0.0, 1.0, 0.0]",
)
sign: Elementwise = elementwise(
    "sign",
    "−1, 0 or 1",
    lambda m, x: m.sign(x),
    Interval(-3, 3, holes=(0,)),
    _flat,
    example="ops.sign([-3, 0, 2]) = [-1.0, 0.0, 1.0]",
)
floor: Elementwise = elementwise(
    "floor",
    "The largest whole number ≤ x.",
    lambda m, x: m.floor(x),
    Interval(-2.9, 2.9, (-2, -1, 0, 1, 2)),
    _flat,
    example="ops.floor([-1.5, 1.5]) = [-2.0, 1.0]",
)
step: Elementwise = elementwise(
    "step",
    "1 where x > 0, else 0: forward only, for it has no useful derivative",
    formula=lambda m, x: m.greater(x, 0),
    sample=Interval(-3, 3, holes=(0,)),
    example="ops.step([-1, 0, 2]) = [0.0, 0.0, 1.0]",
)
