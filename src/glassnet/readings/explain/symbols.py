"""Arithmetic in names, before the numbers are put in: ``Σ_j δh_j · weight(w2→h_j)``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import count

from glassnet.ir.expression import ARITHMETIC, Expression, Number, Operation, leaves
from glassnet.ir.graph import PRIMITIVES
from glassnet.readings.explain import notation
from glassnet.readings.explain.arithmetic import Count, Leaf
from glassnet.readings.explain.precise import in_digits
from glassnet.words import LOWERED, latex_text

TERMS = 4  # that are written out; more of one kind are a Σ
TOKEN = re.compile(r"\d+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\D")
NamesOf = Callable[[Leaf], str]


def in_names(expression: Expression, name_of: NamesOf) -> str:
    """The expression with the name of each number; empty where one has none, or there are too many to be written.

    >>> from glassnet.ir.expression import Number
    >>> in_names(2 * (Number(3) + 1), lambda leaf: leaf.name), in_names((Number(3) * 2) ** 2, lambda leaf: leaf.name)
    ('2 · (3 + 1)', '(3 · 2)^2')
    """
    try:
        return _written(expression, name_of)
    except _Unnamed:
        return ""


def in_latex(expression: Expression, name_of: NamesOf) -> str:
    r"""The same in LaTeX, of an expression that can be written in names.

    >>> from glassnet.ir.expression import Number
    >>> print(in_latex(2 * (Number(3) + 1), lambda leaf: leaf.name))
    2 \cdot \left(3 + 1\right)
    """

    def number(one: Number) -> str:
        if isinstance(one, Leaf):
            return notation.latex_name(name_of(one))
        return latex_text(one.of) if isinstance(one, Count) else notation.latex_number(in_digits(one.value, 4))

    if isinstance(expression, Operation) and expression.operator == "sum":
        parts = expression.arguments
        if len(parts) > 2 and _pattern([_written(part, name_of) for part in parts]):
            names = zip(
                *([name_of(leaf) for leaf in leaves(part) if isinstance(leaf, Leaf)] for part in parts), strict=True
            )
            common = map(_pattern, names)
            return r"\sum_{j} " + in_latex(parts[0], lambda _: next(common))
    return notation.latex_of(expression, number, r" \cdot ")


class _Unnamed(Exception):
    """A number without a name, or more of them than can be written."""


def _written(expression: Expression, name_of: NamesOf) -> str:
    if isinstance(expression, Number):
        name = name_of(expression) if isinstance(expression, Leaf) else _literal(expression)
        if not name:
            raise _Unnamed
        return name
    assert isinstance(expression, Operation)
    operator, parts = expression.operator, expression.arguments
    if operator == "sum":
        return _sum([_written(part, name_of) for part in parts])
    if operator == "product":
        return " · ".join(_atom(part, name_of, "power") for part in parts)
    if operator == "quotient":
        return f"{_atom(parts[0], name_of, 'product', 'power', 'quotient')} / {_atom(parts[1], name_of, 'power')}"
    if operator == "power":
        base = _written(parts[0], name_of)
        is_long = base.startswith("-") or any(sign in base for sign in " /")
        return f"{f'({base})' if is_long else base}^{_atom(parts[1], name_of)}"
    if operator == "negative":
        return f"-{_atom(parts[0], name_of, 'product', 'power', 'quotient')}"
    written = [_written(part, name_of) for part in parts]
    sign = PRIMITIVES[operator].sign if operator in PRIMITIVES else ""
    if operator == "absolute":
        return f"|{written[0]}|"
    return f"({written[0]} {sign} {written[1]})" if sign else f"{operator}({', '.join(written)})"


def _literal(number: Number) -> str:
    return number.of if isinstance(number, Count) else in_digits(number.value, 4)


def _atom(expression: Expression, name_of: NamesOf, *bare: str) -> str:
    written = _written(expression, name_of)
    enclosed = isinstance(expression, Operation) and expression.operator in set(ARITHMETIC) - set(bare)
    return f"({written})" if enclosed or written.startswith("-") else written


def _sum(terms: Sequence[str]) -> str:
    pattern = _pattern(terms) if len(terms) > 2 else ""
    if pattern:
        return f"Σ_j {pattern}"
    if len(terms) > TERMS:
        raise _Unnamed
    signed = (f" - {term[1:]}" if term.startswith("-") else f" + {term}" for term in terms[1:])
    return terms[0] + "".join(signed)


def _pattern(terms: Sequence[str]) -> str:
    """What the terms have in common, with j for what counts on: δh_j of δh1, δh2, δh3; empty where that is not all.

    >>> _pattern(["δh1 · weight(w2→h1)", "δh2 · weight(w2→h2)"]), _pattern(["u⁽¹⁾ · δw⁽¹⁾", "u⁽²⁾ · δw⁽²⁾"])
    ('δh_j · weight(w2→h_j)', 'u⁽ʲ⁾ · δw⁽ʲ⁾')
    """
    rows = [TOKEN.findall(term) for term in terms]
    if len({len(row) for row in rows}) != 1 or any(term.startswith("-") for term in terms):
        return ""
    pattern = ""
    for column in zip(*rows, strict=True):
        if len(set(column)) == 1:
            pattern += column[0]
        elif all(token.translate(LOWERED) == str(j) for token, j in zip(column, count(1))):
            pattern += "_j" if column[0].isascii() else "ʲ"
        else:
            return ""
    return pattern
