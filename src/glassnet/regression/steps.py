"""The lines of an explanation, as text, LaTeX and HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Literal

from glassnet.regression.written import Expression


@dataclass(frozen=True)
class Step:
    """One line of a calculation: label = expression = result, with ≈ where the result is not `exact`.

    A result that is a fraction may be followed by ≈ and its decimal.
    After a label that ends in a colon there is no "="; a line with a label alone is an equation.
    """

    label: str
    expression: Expression | None = None
    result: Expression | None = None
    exact: bool = True
    decimal: Expression | None = None

    @property
    def text(self) -> str:
        return self._written(self.label, "text", "≈")

    @property
    def latex(self) -> str:
        return self._written(to_latex(self.label), "latex", r"\approx")

    def _written(self, label: str, form: Literal["text", "latex"], about: str) -> str:
        parts = []
        expression = getattr(self.expression, form, "")
        result = getattr(self.result, form, "")
        decimal = getattr(self.decimal, form, "")
        if expression:
            parts += ["=", expression]
        if result and result != expression.replace(" / ", "/"):
            parts += ["=" if self.exact else about, result]
        if decimal:
            parts += [about, decimal]
        return " ".join([label, *(parts[1:] if self.label.endswith(":") else parts)])


@dataclass(frozen=True)
class Explanation:
    """A calculation: sections of steps, each with a title; as `text` (what print shows), `latex` and `html`."""

    sections: tuple[tuple[str, tuple[Step, ...]], ...]

    @property
    def text(self) -> str:
        return "\n\n".join("\n".join([title, *("  " + step.text for step in steps)]) for title, steps in self.sections)

    @property
    def latex(self) -> str:
        """One `align*` a section, under its title; needs the package amsmath."""
        return "\n\n".join(
            f"\\paragraph{{${to_latex(title)}$}}\n\\begin{{align*}}\n"
            + " \\\\\n".join("  & " + step.latex for step in steps)
            + "\n\\end{align*}"
            for title, steps in self.sections
        )

    @property
    def html(self) -> str:
        return "".join(
            f'<h4>{escape(title)}</h4><ul style="list-style: none">'
            + "".join(f"<li>{escape(step.text)}</li>" for step in steps)
            + "</ul>"
            for title, steps in self.sections
        )

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


_LATEX = {"Σ": r"\sum ", "·": r" \cdot ", "−": "-", "≈": r"\approx ", "…": r"\dots ", "\\": r"\backslash "}
_ESCAPED = {c: rf"\{c}" for c in "{}$%&#_"}
_LATEX |= _ESCAPED
_UPRIGHT = str.maketrans(_ESCAPED | {"\\": r"\textbackslash{}"})
_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹", "01234567890123456789")


def to_latex(label: str) -> str:
    r"""A label in LaTeX's mathematics: words upright, symbols as symbols.

    >>> print(to_latex("Σx²"), to_latex("b₁₀"), to_latex("the right side:"))
    \sum x^2 b_{10} \text{the right side:}
    """
    letter = "(?:(?![Σ²³¹⁰-₉])[^\\W\\d_])"
    words = re.split(f"('[^']*'| *{letter}{{2}}(?:{letter}|[ ,:])*)", label)
    return "".join(rf"\text{{{word.translate(_UPRIGHT)}}}" if i % 2 else _symbols(word) for i, word in enumerate(words))


def _symbols(text: str) -> str:
    escaped = "".join(_LATEX.get(c, c) for c in text)
    return re.sub("[₀-₉]+|[⁰¹²³⁴-⁹]+", lambda run: _raised(run[0]), escaped)


def _raised(run: str) -> str:
    """A run of digits below or above the line: "₁₀" is _{10}."""
    digits = run.translate(_DIGITS)
    return ("_" if run[0] in "₀₁₂₃₄₅₆₇₈₉" else "^") + (f"{{{digits}}}" if len(digits) > 1 else digits)
