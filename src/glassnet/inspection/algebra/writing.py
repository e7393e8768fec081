"""SymPy's expressions as text and as LaTeX, with decimals for fractions, grouped by input where they are linear."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from math import inf
from typing import Any

from glassnet.inspection.algebra.decimals import ABOUT, LATEX_ABOUT, product, shown, signed
from glassnet.readings.algebra.symbolic import as_written
from glassnet.words import latex_name

LINE = 100  # longer sums are broken between their groups


class Writer:
    """Writes expressions of some inputs.

    Args:
        inputs: the symbols that expressions are grouped by.
        latex_names: how symbols are written in LaTeX, where SymPy's way is not the one.
    """

    def __init__(self, inputs: Sequence[Any], latex_names: Mapping[Any, str] | None = None) -> None:
        self.inputs = tuple(inputs)
        self._latex_names = dict(latex_names or {})

    def text(self, name: str, expression: Any) -> str:
        """``y = 0.026x - 0.25``; with ≈ where a number is rounded."""
        decimals, exact = _decimals(expression)
        groups = [self._grouped_text(factor, symbol) for factor, symbol in linear_groups(expression, self.inputs)]
        written = signed(groups) if groups else self._text(decimals)
        if len(written) > LINE and groups:
            indent = "\n" + " " * (len(name) + 1)
            written = groups[0] + "".join(f"{indent}{signed(['', group]).lstrip()}" for group in groups[1:])
        return f"{name} {'=' if exact else ABOUT} {written}"

    def latex(self, name: str, expression: Any) -> str:
        """The same as LaTeX, without dollars; ``&`` marks the relation."""
        decimals, exact = _decimals(expression)
        groups = [self._grouped_latex(factor, symbol) for factor, symbol in linear_groups(expression, self.inputs)]
        written = signed(groups) if groups else self._latex(decimals)
        if len(written) > 2 * LINE and groups:
            written = groups[0] + "".join(rf" \\ &\quad {signed(['', group]).lstrip()}" for group in groups[1:])
        return f"{latex_name(name)} &{'=' if exact else LATEX_ABOUT} {written}"

    def _text(self, expression: Any) -> str:
        printer = _printers()[0]({"full_prec": False})
        printer.inputs = self.inputs
        written = _NUMBER_TIMES_NAME.sub(r"\1\2", printer.doprint(expression))
        return written.replace("**", "^").replace("*", "·")

    def _latex(self, expression: Any) -> str:
        printer = _printers()[1]({"symbol_names": self._latex_names})
        printer.inputs = self.inputs
        return str(printer.doprint(expression))

    def _grouped_text(self, factor: Any, symbol: Any) -> str:
        written = self._text(_decimals(factor)[0])
        if symbol == 1:
            return written
        if factor.is_Number:
            return product(written, str(symbol))
        return f"({written})·{symbol}" if factor.is_Add else f"{written}·{symbol}"

    def _grouped_latex(self, factor: Any, symbol: Any) -> str:
        decimals, _ = _decimals(factor)
        written, name = self._latex(decimals), self._latex(symbol)
        if symbol == 1:
            return written
        if factor.is_Number:
            return {"1": name, "-1": f"-{name}"}.get(written, f"{written} {name}")
        return rf"\left({written}\right) {name}" if factor.is_Add else f"{written} {name}"


def linear_groups(expression: Any, inputs: Sequence[Any]) -> list[tuple[Any, Any]]:
    """(factor, input) for each input and (constant, 1), where the expression is linear; else none.

    >>> from sympy.abc import w, x, y
    >>> linear_groups(w * (x + 2 * y) + y - 3, [x, y])
    [(w, x), (2*w + 1, y), (-3, 1)]
    >>> linear_groups(x * y, [x, y])
    []
    """
    import sympy

    if _degree(expression, set(inputs)) > 1:
        return []
    factors: dict[Any, list[Any]] = {x: [] for x in (*inputs, sympy.Integer(1))}
    for term in sympy.Add.make_args(sympy.expand(expression)):
        of_inputs = [x for x in term.free_symbols if x in factors]
        x = of_inputs[0] if of_inputs else sympy.Integer(1)
        factor = term.as_independent(x, as_Add=False)[0] if of_inputs else term
        if len(of_inputs) > 1 or factor * x != term:
            return []
        factors[x].append(factor)
    groups = [(sympy.Add(*parts), x) for x, parts in factors.items()]
    return [group for group in groups if group[0] != 0] or [(sympy.Integer(0), sympy.Integer(1))]


def _degree(expression: Any, inputs: set[Any]) -> float:
    """The degree of a polynomial of the inputs, as it is written: nothing is multiplied out. Of others, infinity."""
    if expression in inputs:
        return 1
    degrees = [_degree(part, inputs) for part in expression.args]
    if expression.is_Add:
        return max(degrees)
    if expression.is_Mul:
        return sum(degrees)
    if expression.is_Pow and expression.exp.is_Integer and expression.exp > 0:
        return float(degrees[0] * int(expression.exp))
    return inf if any(degrees) else 0


def _decimals(expression: Any) -> tuple[Any, bool]:
    """The expression with decimals for its fractions, and whether none was rounded. Exponents stay."""
    import sympy

    exact = True

    def written(part: Any) -> Any:
        nonlocal exact
        if part.is_Rational:
            text, all_of_it = shown(Fraction(int(part.p), int(part.q)))
            exact &= all_of_it
            return part if part.is_Integer or "/" in text else sympy.Float(text)
        if not part.args or not part.has(sympy.Rational):
            return part
        if part.is_Pow:
            return part.func(written(part.base), part.exp)
        if part.is_Relational or part.is_Piecewise:
            return as_written(part.func, *map(written, part.args))
        if isinstance(part, sympy.Tuple):
            return tuple(map(written, part.args))
        as_it_is = {"evaluate": False} if getattr(part, "is_Function", False) else {}
        return part.func(*map(written, part.args), **as_it_is)

    return written(expression), exact


@cache
def _printers() -> tuple[Any, Any]:
    """SymPy's ways of writing text and LaTeX, with sums in the order of the inputs and constants last."""
    from sympy.printing.latex import LatexPrinter
    from sympy.printing.precedence import PRECEDENCE
    from sympy.printing.str import StrPrinter

    class InOrder:
        """Each printer's sums, in order."""

        inputs: tuple[Any, ...]

        def _as_ordered_terms(self, expression: Any, order: Any = None) -> list[Any]:
            places = {x: i for i, x in enumerate(self.inputs)}

            def place(term: Any) -> int:
                if not term.free_symbols.intersection(places):
                    return len(places) + 1
                return min((places[f] for f in term.as_ordered_factors() if f in places), default=len(places))

            return sorted(expression.as_ordered_terms(), key=place)

    class Text(InOrder, StrPrinter):  # type: ignore[misc]
        def _print_Mul(self, expression: Any) -> str:
            last = [factor for factor in expression.args if factor in self.inputs]
            if len(last) != 1 or expression.as_coeff_Mul()[1] == last[0]:
                return str(super()._print_Mul(expression))
            rest = expression.func(*(factor for factor in expression.args if factor not in last))
            return f"{self.parenthesize(rest, PRECEDENCE['Mul'])}*{last[0]}"

        def _print_Max(self, expression: Any) -> str:
            return f"max({self.stringify(_numbers_first(expression.args), ', ')})"

        def _print_Min(self, expression: Any) -> str:
            return f"min({self.stringify(_numbers_first(expression.args), ', ')})"

        def _print_Abs(self, expression: Any) -> str:
            return f"|{self._print(expression.args[0])}|"

        def _print_Piecewise(self, expression: Any) -> str:
            cases = [f"{self._print(piece.expr)} if {self._print(piece.cond)}" for piece in expression.args[:-1]]
            return f"({' else '.join([*cases, self._print(expression.args[-1].expr)])})"

    class Latex(InOrder, LatexPrinter):  # type: ignore[misc]
        pass

    return Text, Latex


def _numbers_first(arguments: Any) -> list[Any]:
    return sorted(arguments, key=lambda argument: (not argument.is_number, argument.sort_key()))


_NUMBER_TIMES_NAME = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\*([A-Za-z]\w*)\b(?!\()")
