"""The formula of a network: what each output, or any neuron, is of the inputs."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.inspection.algebra.places import as_input, first_neuron, input_names, places, values
from glassnet.inspection.algebra.writing import Writer, linear_groups
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Source, Var
from glassnet.ir.types import Array
from glassnet.model.model import Model
from glassnet.readings.algebra import Reading, SymbolicAlgebra, TooLarge
from glassnet.readings.algebra.reading import Place
from glassnet.words import unknown

MOST = 5_000  # numbers in a formula written out
LETTERS = {"weights": "w", "biases": "b"}


@dataclass(frozen=True, eq=False)
class Formula:
    """Neurons as SymPy expressions of the inputs; print it, or show it in a notebook.

    Attributes:
        expressions: the SymPy expression of each neuron, by the neuron's name; fractions are exact.
        inputs: the symbols of the inputs, in order.
        latex_names: how the weights' symbols are written in LaTeX.
    """

    expressions: Mapping[str, Any]
    inputs: tuple[Any, ...]
    latex_names: Mapping[Any, str]

    def __getitem__(self, neuron: str) -> Any:
        if neuron not in self.expressions:
            raise GlassnetError(unknown("neuron in this formula", neuron, self.expressions))
        return self.expressions[neuron]

    @property
    def text(self) -> str:
        """One line a neuron, ``y = 0.026x - 0.25``; ≈ where a decimal is rounded to six digits."""
        return "\n".join(self._lines(Writer(self.inputs).text))

    @property
    def latex(self) -> str:
        """The same as LaTeX, without dollars."""
        lines = r" \\ ".join(self._lines(Writer(self.inputs, self.latex_names).latex))
        return rf"\begin{{aligned}} {lines} \end{{aligned}}" if r" \\ " in lines else lines.replace("&", "", 1)

    def _lines(self, write: Callable[[str, Any], str]) -> list[str]:
        try:
            return [write(name, expression) for name, expression in self.expressions.items()]
        except RecursionError:
            raise _too_deep() from None

    def __repr__(self) -> str:
        return self.text

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex}$"


def formula(
    network: Model, neuron: str | None = None, symbols: bool = False, inputs: str | Sequence[str] | None = None
) -> Formula:
    """What :meth:`glassnet.Network.formula` does."""
    import sympy

    wanted = places(network, neuron)
    reading = _prepared(network, wanted, neuron, symbols)
    given: dict[Var, Array] = _symbols(network) if symbols else values(network)
    names = input_names(network, inputs, wanted)
    xs = [sympy.Symbol(name, real=True) for name in names.ravel()]
    clash = {str(symbol) for array in given.values() if symbols for symbol in array.ravel()} & set(names.ravel())
    if clash:
        raise GlassnetError(f"{clash.pop()!r} is the name of a weight; choose other names for the inputs")
    x = np.array(xs, object).reshape(1, *network.input_shape)
    try:
        numbers = reading(SymbolicAlgebra(), {**given, **as_input(network, x)})
        expressions = {name: numbers[place] for name, place in wanted.items()}
        if symbols:
            expressions = {name: _expanded(expression, xs) for name, expression in expressions.items()}
    except RecursionError:
        raise _too_deep() from None
    latex_names = {s: _latex(str(s)) for array in given.values() for s in array.ravel()} if symbols else {}
    return Formula(expressions, tuple(xs), latex_names)


def _prepared(network: Model, wanted: Mapping[str, Place], neuron: str | None, symbols: bool) -> Reading:
    """The arithmetic of the formula; refuses what no one could read, and says what can be had instead."""
    by_var: dict[Var, list[tuple[int, ...]]] = {}
    for var, index in wanted.values():
        by_var.setdefault(var, []).append(index)
    try:
        reading = Reading(by_var, most=MOST)
        sizes = reading.sizes()
        size = sum(sizes[place] for place in wanted.values())
    except TooLarge:
        size = MOST + 1
    if size <= MOST:
        return reading
    what = "the formula" if neuron is None else f"the formula of {neuron}"
    raise GlassnetError(
        f"{what} would have more than {MOST:,} numbers in it, which no one can read; {_instead(network, neuron)}"
    )


def _too_deep() -> GlassnetError:
    return GlassnetError(
        "this formula is nested too deeply to be written; ask for a neuron of an earlier layer: net.formula(neuron), "
        "or --neuron on the command line"
    )


def _instead(network: Model, neuron: str | None) -> str:
    first = first_neuron(network)
    if neuron == first:
        return "net.explain(x), or glassnet explain, shows its largest terms for one input"
    return f"ask for one neuron: net.formula({first!r}), or --neuron {shlex.quote(first)} on the command line"


def _symbols(network: Model) -> dict[Var, Array]:
    """A symbol for each weight: w1_12 leads from input 1 to neuron 2 of layer 1; b1_2 is its bias."""
    import sympy

    layers: dict[str, int] = {}
    result: dict[Var, Array] = {}
    for name, array in network.arrays().items():
        var = network.graph.sources.get(name)
        layer, _, own = name.rpartition(".")
        number = layers.setdefault(layer, len(layers) + 1)
        if var is None or not isinstance(var.definition, Source):
            continue
        between = "" if max(array.shape, default=0) < 10 else ","
        symbols = np.empty(array.shape, object)
        for index in np.ndindex(*array.shape):
            place = between.join(str(i + 1) for i in index)
            symbols[index] = sympy.Symbol(f"{LETTERS.get(own, own)}{number}_{place}", real=True)
        result[var] = symbols
    return result


def _latex(name: str) -> str:
    """w1_12 as w with the layer above and the place below."""
    letters, _, place = name.rpartition("_")
    word = letters.rstrip("0123456789")
    shown = word if len(word) == 1 else rf"\mathit{{{word}}}".replace("_", r"\_")
    return f"{shown}^{{({letters[len(word) :]})}}_{{{place}}}"


def _expanded(expression: Any, inputs: list[Any]) -> Any:
    """A linear network's sum over all paths, grouped by input; another's formula as it is."""
    import sympy

    if groups := linear_groups(expression, inputs):
        return sympy.Add(*(factor * x for factor, x in groups))
    if not expression.is_polynomial(*inputs):
        return expression
    return sympy.collect(sympy.expand(expression), inputs)
