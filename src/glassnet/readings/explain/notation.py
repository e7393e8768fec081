"""The notation of explanations: the lecture's, ``(0.4)(0.3) + (-0.7)(-0.7) + 0.1``, as text and as LaTeX.

Numbers that are multiplied stand in parentheses side by side. Everything else is as in Python, with ^ for powers.
"""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.ir.expression import ARITHMETIC, Expression, Number, Operation
from glassnet.readings.explain.precise import Show

COMPARISONS = {"greater": (">", ">"), "greater_equal": (">=", r"\ge"), "equal": ("=", "=")}


@dataclass(frozen=True, eq=False)
class Rest(Number):
    """The sum of terms that are not shown one by one."""

    count: int = 0


def text(expression: Expression, show: Show) -> str:
    """An expression in the lecture's notation."""
    if not isinstance(expression, Operation):
        shown = show(expression)
        return f"[{expression.count} more terms: {shown}]" if isinstance(expression, Rest) else shown
    parts = expression.arguments
    match expression.operator:
        case "sum":
            return _text_sum(parts, show)
        case "product":
            return "".join(f"({text(part, show)})" for part in parts)
        case "quotient":
            return f"{_text_atom(parts[0], show, products=True)} / {_text_atom(parts[1], show)}"
        case "power":
            return f"({text(parts[0], show)})^{_text_atom(parts[1], show)}"
        case "negative":
            return f"-({text(parts[0], show)})"
        case comparison if comparison in COMPARISONS:
            return f"({text(parts[0], show)} {COMPARISONS[comparison][0]} {text(parts[1], show)})"
    return f"{expression.operator}({', '.join(text(part, show) for part in parts)})"


def _text_sum(terms: tuple[Expression, ...], show: Show) -> str:
    written = text(terms[0], show)
    for term in terms[1:]:
        if isinstance(term, Operation) and term.operator == "negative":
            inner = _text_atom(term.arguments[0], show, products=True)
            written += f" - ({inner})" if inner.startswith("-") else f" - {inner}"
            continue
        part = text(term, show)
        plain = not isinstance(term, Operation) and part.startswith("-")
        written += f" - {part[1:]}" if plain else f" + {part}"
    return written


def _text_atom(expression: Expression, show: Show, products: bool = False) -> str:
    """In parentheses, unless it is a plain number or a function (or, where allowed, a product)."""
    written = text(expression, show)
    if not isinstance(expression, Operation):
        return f"({written})" if written.startswith("-") else written
    bare = expression.operator not in ARITHMETIC or (products and expression.operator == "product")
    return written if bare else f"({written})"


def latex(expression: Expression, show: Show) -> str:
    """An expression as LaTeX."""
    if not isinstance(expression, Operation):
        shown = _latex_number(show(expression))
        return rf"[\text{{{expression.count} more terms: }}{shown}]" if isinstance(expression, Rest) else shown
    parts = expression.arguments
    match expression.operator:
        case "sum":
            return _latex_sum(parts, show)
        case "product":
            return "".join(rf"\left({latex(part, show)}\right)" for part in parts)
        case "quotient":
            return rf"\frac{{{latex(parts[0], show)}}}{{{latex(parts[1], show)}}}"
        case "power":
            return rf"\left({latex(parts[0], show)}\right)^{{{latex(parts[1], show)}}}"
        case "negative":
            return rf"-\left({latex(parts[0], show)}\right)"
        case "exp":
            return f"e^{{{latex(parts[0], show)}}}"
        case "sqrt":
            return rf"\sqrt{{{latex(parts[0], show)}}}"
        case "log":
            return rf"\ln\left({latex(parts[0], show)}\right)"
        case comparison if comparison in COMPARISONS:
            return f"({latex(parts[0], show)} {COMPARISONS[comparison][1]} {latex(parts[1], show)})"
    inner = ", ".join(latex(part, show) for part in parts)
    name = expression.operator.replace("_", r"\_")
    return rf"\operatorname{{{name}}}\left({inner}\right)"


def _latex_sum(terms: tuple[Expression, ...], show: Show) -> str:
    written = latex(terms[0], show)
    for term in terms[1:]:
        if isinstance(term, Operation) and term.operator == "negative":
            written += rf" - \left({latex(term.arguments[0], show)}\right)"
            continue
        part = latex(term, show)
        plain = not isinstance(term, Operation) and part.startswith("-")
        written += f" - {part[1:]}" if plain else f" + {part}"
    return written


def _latex_number(shown: str) -> str:
    mantissa, _, exponent = shown.partition("e")
    return rf"{mantissa} \cdot 10^{{{exponent}}}" if exponent else shown
