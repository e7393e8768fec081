"""A gradient by its paths: one line for each way from the loss back to the number, all together the gradient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from glassnet.ir.errors import GlassnetError
from glassnet.ir.expression import Expression, Number, Operation, leaves
from glassnet.readings.explain.arithmetic import Leaf, roughly
from glassnet.readings.explain.explanation import Explanation
from glassnet.readings.explain.outline import Line, Outline

MOST = 2000  # paths that are followed
SHOWN = 12  # of which so many are shown
KEPT = 6  # or the largest of more


@dataclass(frozen=True)
class Path:
    """One way: the neurons that it passes, and the factors on it."""

    passed: tuple[str, ...]
    factors: tuple[Expression, ...]

    @property
    def product(self) -> Expression:
        """The product of the factors."""
        return self.factors[0] if len(self.factors) == 1 else Operation("product", self.factors)


def paths(gradient: Explanation) -> Outline:
    """The gradient as the sum of its paths, then each path: weight · derivative · …, in names and in numbers.

    Raises:
        GlassnetError: there are more than 2000 paths.

    >>> import glassnet as gn
    >>> explanation = gn.lecture("2-4-3-1").explain([0.4, -0.7], 1.0)
    >>> print(paths(explanation["∂loss/∂w.weights[0, 1]"]))
    ∂loss/∂w.weights[0, 1] = 0.71725 - 0.40986 + 0.30739 ≈ 0.6148, for the weight from u to w2
      w2 → h1 → z = u · weight(w2→h1) · weight(h1→z) · δz = (0.4)(0.8)(-0.7)(-3.202) ≈ 0.7172
      w2 → h2 → z = u · weight(w2→h2) · weight(h2→z) · δz = (0.4)(-0.4)(-0.8)(-3.202) ≈ -0.4099
      w2 → h3 → z = u · weight(w2→h3) · weight(h3→z) · δz = (0.4)(0.4)(-0.6)(-3.202) ≈ 0.3074
    """
    found = [*_ways(gradient, {})]
    dtype = np.asarray(gradient.value).dtype.type
    values = [dtype(roughly(path.product)) for path in found]
    total: Expression = Operation("sum", tuple(map(Number, values))) if len(found) > 1 else found[0].product
    shown = range(len(found))
    if len(found) > SHOWN and not gradient.is_whole:
        shown = sorted(sorted(shown, key=lambda i: -abs(values[i]))[:KEPT])  # type: ignore[assignment]
    lines = [Line(0, replace(gradient, _write=lambda: total))]
    lines += [Line(1, _line(gradient, found[i], values[i])) for i in shown]
    if len(shown) < len(found):
        lines.append(Line(1, words=f"… and {len(found) - len(shown)} more"))
    return Outline(tuple(lines))


def _line(gradient: Explanation, path: Path, value: np.floating) -> Explanation:
    name = " → ".join(path.passed) or gradient.name
    return replace(gradient, name=name, value=value, role="", _write=lambda: path.product)


def _ways(gradient: Explanation, known: dict[object, list[Path]]) -> list[Path]:
    """All paths from a gradient on; of the numbers that were gone through before, they are known."""
    if gradient.place not in known:
        assert gradient.expression is not None
        found = list(_terms(gradient.whole.shown, gradient, known))
        if len(found) > MOST:
            raise GlassnetError(
                f"more than {MOST} paths lead through {gradient.name}; ask for the tree, or a number nearer to the loss"
            )
        known[gradient.place] = found
    return known[gradient.place]


def _terms(expression: Expression | None, owner: Explanation, known: dict[object, list[Path]]) -> Iterator[Path]:
    """The expression as a sum of products with one gradient each, which is followed."""
    assert expression is not None
    slopes = [leaf for leaf in leaves(expression) if _is_slope(leaf)]
    if isinstance(expression, Leaf) and slopes:
        yield from _followed(expression, owner, known)
    elif isinstance(expression, Operation) and slopes and expression.operator in ("sum", "negative", "product"):
        yield from _of_operation(expression, owner, known)
    elif isinstance(expression, Operation) and slopes and expression.operator == "quotient":
        above, below = expression.arguments
        for path in _terms(above, owner, known):
            yield Path(path.passed, (*path.factors[:-1], Operation("quotient", (path.factors[-1], below))))
    else:
        yield Path((), (expression,))


def _of_operation(expression: Operation, owner: Explanation, known: dict[object, list[Path]]) -> Iterator[Path]:
    parts = expression.arguments
    if expression.operator == "sum":
        for part in parts:
            yield from _terms(part, owner, known)
    elif expression.operator == "negative":
        for path in _terms(parts[0], owner, known):
            yield Path(path.passed, (Number(-1.0), *path.factors))
    else:
        [linear] = [part for part in parts if any(map(_is_slope, leaves(part)))][:1]
        others = tuple(part for part in parts if part is not linear)
        for path in _terms(linear, owner, known):
            yield Path(path.passed, (*others, *path.factors))


def _followed(leaf: Leaf, owner: Explanation, known: dict[object, list[Path]]) -> Iterator[Path]:
    """The paths through another gradient; it is the end of one if no gradient leads to it."""
    child = next(one for one in owner.operands if one.place == leaf.place)
    passed = (child.name.removeprefix("δ"),) if child.name.startswith("δ") else ()
    if child.expression is None or not any(map(_is_slope, leaves(child.expression))):
        yield Path(passed, (leaf,))
        return
    for path in _ways(child, known):
        yield Path((*passed, *path.passed), path.factors)


def _is_slope(leaf: Expression) -> bool:
    """Whether a number is a gradient of the loss, not a derivative such as relu'(w1)."""
    return isinstance(leaf, Leaf) and leaf.var.origin.stage == "gradient" and not leaf.var.is_result_of("named")
