"""Linear layers multiplied into one: "just a line defined in a complicated way"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from html import escape
from math import lcm, prod
from typing import Any

import numpy as np

from glassnet.inspection.algebra import decimals
from glassnet.inspection.algebra.places import exact_values, input_names, not_linear, places, unknowns
from glassnet.inspection.algebra.products import Products
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Graph, Var
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.model.model import Model
from glassnet.readings.algebra import Affine, AffineAlgebra, NotLinear, Reading
from glassnet.readings.algebra.affine import NotAffine
from glassnet.readings.algebra.reading import shape
from glassnet.readings.explain import Explanation

MOST_WEIGHTS, MOST_PRODUCTS = 200_000, 50_000_000  # some seconds of exact arithmetic
ROWS, COLUMNS = 8, 8  # of a matrix that is shown whole


@dataclass(frozen=True, eq=False)
class Step:
    """One linear layer, and all layers so far as one: with a row of inputs x, x A + c.

    Attributes:
        layer: its name.
        weights, biases: the layer's own, W and b; exact fractions.
        A, c: A' W and c' W + b, with A' and c' of the step before.
    """

    layer: str
    weights: Array
    biases: Array
    A: Array
    c: Array


@dataclass(frozen=True, eq=False)
class Collapsed:
    """A linear network as one layer: y = x A + c.

    Attributes:
        A: exact fractions, of shape (inputs, outputs); ``A.astype(float)`` for floats.
        c: exact fractions, of shape (outputs,).
        steps: the products, layer by layer.
        inputs, outputs: their names.
    """

    steps: tuple[Step, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    A: Array
    c: Array

    def __getitem__(self, name: str) -> Explanation:
        """The arithmetic of one number of the products: "A2[0, 1]" or "c2[1]" of the first two layers as one.

        >>> import glassnet as gn
        >>> print(gn.lecture("1-3-3-1").collapse()["A2[0, 0]"])
        A2[0, 0] = (0.2)(-1) + (-0.6)(-0.9) + (0.7)(0.2) = 0.48
        """
        return self._products[name]

    @cached_property
    def _products(self) -> Products:
        return Products(self.steps)

    @property
    def formula(self) -> str:
        """One line an output: y = 0.026x - 0.25"""
        lines = []
        for name, column, constant in list(zip(self.outputs, self.A.T, self.c, strict=True))[: decimals.LINES]:
            relation = decimals.equals([*column, constant])
            lines.append(f"{name} {relation} {decimals.affine(column, constant, self.inputs)}")
        return "\n".join(lines + [decimals.ELLIPSIS] * (len(self.outputs) > decimals.LINES))

    @property
    def text(self) -> str:
        """Each product with its matrices, then the formula."""
        return "\n\n".join(
            [*(f"{step.layer}\n{_products(step, before)}" for step, before in self._pairs), self.formula]
        )

    @property
    def latex(self) -> str:
        """The products as LaTeX, without dollars."""
        lines = [line for step, before in self._pairs for line in _latex_products(step, before)]
        lines += [line.replace(" = ", " &= ").replace(" ≈ ", r" &\approx ") for line in self.formula.splitlines()]
        return (r"\begin{aligned} " + r" \\ ".join(lines) + r" \end{aligned}").replace(decimals.ELLIPSIS, r"\dots")

    @property
    def _pairs(self) -> list[tuple[Step, Step | None]]:
        return list(zip(self.steps, (None, *self.steps), strict=False))

    def __repr__(self) -> str:
        return self.text

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"

    def _repr_html_(self) -> str:
        return f"<pre style='line-height: 1.2'>{escape(self.text)}</pre>"


def collapse(network: Model, inputs: str | Sequence[str] | None = None) -> Collapsed:
    """What :meth:`glassnet.Network.collapse` does."""
    outputs = tuple(places(network))
    names = tuple(str(name) for name in input_names(network, inputs, outputs).ravel())
    parts = _multiplied_out(network)
    values, steps = exact_values(network), list[Step]()
    for layer, start, end in parts:
        try:
            weights, biases = affine_map(start, end, values, 10 * MOST_WEIGHTS)
        except NotLinear as error:
            raise not_linear(
                error,
                "only a network of linear layers collapses into one",
                "in Python, net.simplify() collapses the linear stretches between such layers",
            ) from None
        if not steps:
            steps.append(Step(layer, weights, biases, weights, biases))
        elif not _is_identity(weights, biases):
            A, c = steps[-1].A, steps[-1].c
            steps.append(Step(layer, weights, biases, _product(A, weights), _product(c, weights) + biases))
    return Collapsed(tuple(steps), names, outputs, steps[-1].A, steps[-1].c)


def _product(x: Array, y: Array) -> Array:
    """The matrix product of exact fractions, in whole numbers over one denominator."""
    (whole_x, over), (whole_y, under) = _whole(x), _whole(y)
    product: Array = whole_x @ whole_y
    return np.array([Fraction(number, over * under) for number in product.flat], object).reshape(product.shape)


def _whole(fractions: Array) -> tuple[Array, int]:
    """The fractions as whole numbers over one denominator."""
    denominator = lcm(*{fraction.denominator for fraction in fractions.flat})
    whole = [fraction.numerator * (denominator // fraction.denominator) for fraction in fractions.flat]
    return np.array(whole, object).reshape(fractions.shape), denominator


def _multiplied_out(network: Model) -> list[tuple[str, Var, Var]]:
    """The network's stretches, unless multiplying them takes too long: said before anything is multiplied."""
    weights = network.operations().multiply_adds
    _require_few(weights, MOST_WEIGHTS, "the network has", "weights")
    parts = stretches(network.unrolled)
    inputs = prod(network.input_shape)
    for layer, start, end in parts[1:]:
        products = inputs * prod(shape(start)) * prod(shape(end))
        _require_few(products, MOST_PRODUCTS, f"multiplying in the layer {layer!r} takes", "products of fractions")
    return parts


def _require_few(count: int, most: int, what: str, things: str) -> None:
    if count > most:
        raise GlassnetError(
            f"{what} {count:,} {things}, and {most:,} are the most that is multiplied out in exact fractions; "
            "in Python, net.simplify() collapses large networks in floating point"
        )


def stretches(graph: Graph) -> list[tuple[str, Var, Var]]:
    """(layer, start, end) one after the other, such that all the way from x leads through each start and end.

    Layers side by side, as in a residual block, make one stretch.
    """
    x = graph.sources.get("x")
    require(x is not None, "the output does not depend on the input, so there is nothing to multiply")
    assert x is not None
    order, position = [x], {x: 0}
    last_use: dict[Var, int] = {}
    for var, _ in graph.equations():
        uses = [v for v in var.inputs if v in position]
        if uses:
            position[var] = len(order)
            order.append(var)
            last_use |= dict.fromkeys(uses, position[var])
    ends: list[Var] = []
    reach = 0
    for i, var in enumerate(order[1:], start=1):
        reach = max(reach, last_use[order[i - 1]])
        if reach <= i:
            same_layer = ends and ends[-1].origin.path == var.origin.path
            ends[-1 if same_layer else len(ends) :] = [var]
    require(bool(ends), "the network does nothing to its input, so there is nothing to multiply")
    return [(end.origin.path or "branches", start, end) for start, end in zip([x, *ends], ends, strict=False)]


def affine_map(start: Var, end: Var, values: Mapping[Var, Array], most: int) -> tuple[Array, Array]:
    """(A, c) with end = start A + c for one sample, numbers in rows; exact fractions.

    Args:
        values: the exact values of the sources between start and end.
        most: how many operands the arithmetic may have.

    Raises:
        NotLinear: there is none.
        TooLarge: the arithmetic has more operands.
    """

    def refuse(_: Affine) -> bool:
        raise NotAffine

    reading = Reading({end: (indices := list(np.ndindex(*shape(end))))}, given=[start], most=most)
    found = reading(AffineAlgebra(refuse), {**values, start: unknowns(shape(start))})
    return _matrix_of([found[end, index] for index in indices], prod(shape(start)))


def _matrix_of(forms: Sequence[Affine], inputs: int) -> tuple[Array, Array]:
    """(A, c): a column and a constant for each affine function."""
    A = np.full((inputs, len(forms)), Fraction(0))
    for j, form in enumerate(forms):
        for i in form.terms:
            A[i, j] = form.factor(i)
    return A, np.array([form.offset for form in forms], object)


def _is_identity(A: Array, c: Array) -> bool:
    return A.shape[0] == A.shape[1] and not c.any() and bool((np.eye(len(A), dtype=int) == A).all())


# ── matrices as text ────────────────────────────────────────────────────────────────────────────────────────────────


def _products(step: Step, before: Step | None) -> str:
    if before is None:
        return f"{_beside('A =', step.A)}\n{_beside('c =', step.c)}"
    A = _beside("A =", before.A, step.weights, decimals.equals(step.A.ravel()), step.A)
    c = _beside("c =", before.c, step.weights, "+", step.biases, decimals.equals(step.c), step.c)
    return f"{A}\n{c}"


def _beside(*parts: str | Array) -> str:
    """Words and matrices side by side; words on the first line."""
    blocks = [[part] if isinstance(part, str) else _matrix(part) for part in parts]
    height = max(map(len, blocks))
    columns = [[f"{line:<{len(block[0])}}" for line in block + [""] * (height - len(block))] for block in blocks]
    return "\n".join("  " + " ".join(line).rstrip() for line in zip(*columns, strict=True))


def _matrix(array: Array) -> list[str]:
    rows = _cells(array)
    widths = [max(len(row[j]) for row in rows) for j in range(len(rows[0]))]
    return ["[" + "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)) + "]" for row in rows]


def _cells(array: Array) -> list[list[str]]:
    """The numbers as shown, with the middle of a large matrix left out."""
    kept = _elided(list(np.atleast_2d(array)), ROWS)
    width = min(np.atleast_2d(array).shape[1], COLUMNS)
    return [[decimals.ELLIPSIS] * width if isinstance(row, str) else _row(row) for row in kept]


def _row(numbers: Array) -> list[str]:
    kept = _elided(list(numbers), COLUMNS)
    return [number if isinstance(number, str) else decimals.shown(number)[0] for number in kept]


def _elided(items: list[Any], most: int) -> list[Any]:
    return items if len(items) <= most else [*items[: most - 2], decimals.ELLIPSIS, items[-1]]


def _latex_products(step: Step, before: Step | None) -> list[str]:
    A, W, b, c = (_latex_matrix(array) for array in (step.A, step.weights, step.biases, step.c))
    if before is None:
        return [f"A &= {A}", f"c &= {c}"]
    equal = [decimals.equals(array.ravel()).replace("≈", r"\approx") for array in (step.A, step.c)]
    return [
        f"A &= {_latex_matrix(before.A)} {W} {equal[0]} {A}",
        f"c &= {_latex_matrix(before.c)} {W} + {b} {equal[1]} {c}",
    ]


def _latex_matrix(array: Array) -> str:
    return r"\begin{pmatrix} " + r" \\ ".join(" & ".join(row) for row in _cells(array)) + r" \end{pmatrix}"
