"""The notation of explanations: the lecture's, ``(0.4)(0.3) + (-0.7)(-0.7) + 0.1``, as text and as LaTeX.

Factors stand in parentheses side by side, and ^ is a power. A comparison counts 1 where it is true, else 0. The rest of
a long sum is one number in brackets. Precedence is as in Python: ^, then the sign −, then products and /, then + and −.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from glassnet import words
from glassnet.ir.expression import ARITHMETIC, Expression, Number, Operation
from glassnet.ir.graph import PRIMITIVES
from glassnet.readings.explain.precise import Show

SIGNS = {"greater": ">", "greater_equal": "≥", "less": "<", "less_equal": "≤", "equal": "=", "unequal": "≠"}
"""Of comparisons that are true."""
LATEX_SIGNS = {"≥": r"\geq", "≤": r"\leq", "≠": r"\neq"}


@dataclass(frozen=True, eq=False)
class Rest(Number):
    """The terms of a long sum that are not shown, as one number."""

    count: int = 0


# ── text ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def text(expression: Expression, show: Show) -> str:
    """An expression in the lecture's notation."""
    written = _text(expression, show)
    return f"({written})" if _sign(expression) else written


def _text(expression: Expression, show: Show) -> str:
    """The same; a comparison that stands alone has no parentheses."""
    if isinstance(expression, Rest):
        return f"[{expression.count} more terms: {show(expression)}]"
    if isinstance(expression, Number):
        return show(expression)
    assert isinstance(expression, Operation)
    parts = expression.arguments
    match expression.operator:
        case "sum":
            return _text_sum(parts, show)
        case "product":
            return "".join(_factor(part, show) for part in parts)
        case "quotient":
            return f"{_atom(parts[0], show, 'product', 'power', 'quotient')} / {_atom(parts[1], show, 'power')}"
        case "power":
            return f"({_text(parts[0], show)})^{_atom(parts[1], show)}"
        case "negative":
            return f"-{_atom(parts[0], show, 'product', 'power', 'quotient')}"
        case "absolute":
            return f"|{_text(parts[0], show)}|"
    if sign := _sign(expression):
        return f"{text(parts[0], show)} {sign} {text(parts[1], show)}"
    return f"{expression.operator}({', '.join(_text(part, show) for part in parts)})"


def _text_sum(terms: tuple[Expression, ...], show: Show) -> str:
    first, *others = (text(term, show) for term in terms)
    signed = (f" - {written[1:]}" if written.startswith("-") else f" + {written}" for written in others)
    return first + "".join(signed)


def _factor(part: Expression, show: Show) -> str:
    written = _text(part, show)
    return written if _is(part, "power") else f"({written})"


def _atom(expression: Expression, show: Show, *bare: str) -> str:
    """An operand: in parentheses, unless it is a number without a sign, a function, or has one of these operators."""
    written = _text(expression, show)
    if isinstance(expression, Number):
        return f"({written})" if written.startswith("-") else written
    enclosed = _is(expression, *(set(ARITHMETIC) - set(bare))) or _sign(expression)
    return f"({written})" if enclosed else written


def _is(expression: Expression, *operators: str) -> bool:
    return isinstance(expression, Operation) and expression.operator in operators


def _sign(expression: Expression) -> str:
    """The sign between the operands, such as ">"; empty for what is written otherwise."""
    return PRIMITIVES[expression.operator].sign if _is(expression, *PRIMITIVES) else ""  # type: ignore[attr-defined]


def condition(comparison: Operation, show: Show) -> str:
    """A comparison that is true: ``-1.07 ≤ 0``."""
    x, y = (text(part, show) for part in comparison.arguments)
    return f"{x} {SIGNS[comparison.operator]} {y}"


# ── LaTeX ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def latex(expression: Expression, show: Show) -> str:
    """The expression in LaTeX."""

    def number(one: Number) -> str:
        shown = latex_number(show(one))
        return rf"[\text{{{one.count} more terms: }}{shown}]" if isinstance(one, Rest) else shown

    return latex_of(expression, number)


def latex_of(expression: Expression, number: Callable[[Number], str], times: str | None = None) -> str:
    """The expression in LaTeX with its numbers written so; factors in parentheses, or with a sign between them."""
    if isinstance(expression, Number):
        return number(expression)
    assert isinstance(expression, Operation)
    written = [latex_of(part, number, times) for part in expression.arguments]
    match expression.operator:
        case "sum":
            signed = (f" - {term[1:]}" if term.startswith("-") else f" + {term}" for term in written[1:])
            return written[0] + "".join(signed)
        case "product":
            factors = zip(expression.arguments, written, strict=True)
            if times is None:
                return "".join(_enclosed(part, factor) for part, factor in factors)
            return times.join(rf"\left({factor}\right)" if _is(part, "sum") else factor for part, factor in factors)
        case "quotient":
            return rf"\frac{{{written[0]}}}{{{written[1]}}}"
        case "power":
            return rf"\left({written[0]}\right)^{{{written[1]}}}"
        case "negative":
            sign = written[0].startswith("-") or _is(expression.arguments[0], "sum")
            return rf"-\left({written[0]}\right)" if sign else f"-{written[0]}"
    if pattern := PRIMITIVES[expression.operator].latex:
        before, *pieces = pattern.split("·")
        return before + "".join(operand + piece for operand, piece in zip(written, pieces, strict=True))
    return rf"\operatorname{{{expression.operator}}}\left({', '.join(written)}\right)"


def _enclosed(part: Expression, written: str) -> str:
    return written if _is(part, "power") or _sign(part) else rf"\left({written}\right)"


def latex_condition(comparison: Operation, show: Show) -> str:
    """A comparison that is true, in LaTeX."""
    x, y = (latex(part, show) for part in comparison.arguments)
    return f"{x} {LATEX_SIGNS.get(sign := SIGNS[comparison.operator], sign)} {y}"


def latex_number(shown: str) -> str:
    """A displayed number as LaTeX."""
    if "n" in shown:
        return shown.replace("inf", r"\infty").replace("nan", r"\text{nan}")
    mantissa, _, exponent = shown.partition("e")
    return rf"{mantissa} \cdot 10^{{{exponent}}}" if exponent else shown


def latex_name(name: str) -> str:
    r"""The name of a number in LaTeX: w1 and δw1 with indices, derivatives as fractions, anything else as text.

    >>> print(latex_name("w1"), latex_name("δw1"), latex_name("∂loss/∂w.weights[0, 1]"))
    w_{1} \delta_{w_{1}} \frac{\partial\,\text{loss}}{\partial\,\text{w.weights[0, 1]}}
    """
    if name.startswith("δ"):
        return rf"\delta_{{{latex_name(name[1:])}}}"
    if name.startswith("∂"):
        above, _, below = name.removeprefix("∂").partition("/∂")
        return rf"\frac{{\partial\,{latex_name(above)}}}{{\partial\,{latex_name(below)}}}"
    return words.latex_name(name)
