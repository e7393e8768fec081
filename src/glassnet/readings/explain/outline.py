"""Lines of arithmetic, those that explain a number indented below its own: as text, LaTeX, HTML and data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from html import escape
from math import isfinite
from typing import Any, Protocol

from glassnet.words import latex_text

NAME = re.compile(r"(?<![\w.])(δ?)([A-Za-z])(_?\d[\d_]*)?(?![\w.\[])")
ROOM = "margin-left:1.2em"


class Told(Protocol):
    """A number with its line, such as an Explanation is."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> Any: ...
    @property
    def text(self) -> str: ...
    @property
    def told(self) -> str: ...
    @property
    def latex(self) -> str: ...
    @property
    def terms(self) -> tuple[tuple[str, float], ...]: ...


@dataclass(frozen=True, eq=False)
class Line:
    """One line of an outline.

    Attributes:
        level: how far it is indented: 0, 1, 2, …
        number: the explanation of the number whose arithmetic it is; None where it only says something.
        words: what it says: the title of a layer, or which numbers stand elsewhere.
    """

    level: int
    number: Told | None = None
    words: str = ""

    @property
    def text(self) -> str:
        """The line as text, not indented."""
        return self.words if self.number is None else self.number.told

    @property
    def latex(self) -> str:
        """The line in LaTeX, not indented."""
        return latex_text(self.words) if self.number is None else self.number.latex

    @property
    def html(self) -> str:
        """The line in HTML: its text, with indices lowered and powers raised."""
        return escape(self.words, quote=False) if self.number is None else markup(self.number.told)

    @property
    def is_title(self) -> bool:
        """Whether it is the title of the lines below it."""
        return self.number is None and self.level == 0


@dataclass(frozen=True, eq=False, repr=False)
class Outline:
    r"""Lines of arithmetic from top to bottom, each with its level. ``str(outline)`` is the text; notebooks fold it.

    >>> import glassnet as gn
    >>> tree = gn.lecture("2-4-3-1").explain([0.4, -0.7], 1.0)["δh1"].tree(1)
    >>> tree
    δh1 = δz · weight(h1→z) = (-3.202)(-0.7) ≈ 2.241
      δz = 2 · (z - target) = (2)(-0.601 - 1) = -3.202
    >>> for line in tree.lines:
    ...     print(line.level, line.text)
    0 δh1 = δz · weight(h1→z) = (-3.202)(-0.7) ≈ 2.241
    1 δz = 2 · (z - target) = (2)(-0.601 - 1) = -3.202
    >>> print(Outline(tree.lines[1:]).latex)
    \begin{aligned}
    & \quad \delta_{z} = 2 \cdot \left(z - \text{target}\right) = \left(2\right)\left(-0.601 - 1\right) = -3.202
    \end{aligned}
    >>> tree.data[0]["name"], tree.data[0]["children"][0]["text"]
    ('δh1', 'δz = 2 · (z - target) = (2)(-0.601 - 1) = -3.202')
    """

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The lines as text, each indented by its level; a title has an empty line before it."""
        before = ("\n" if line.is_title and i else "" for i, line in enumerate(self.lines))
        return "\n".join(gap + "  " * line.level + line.text for gap, line in zip(before, self.lines, strict=True))

    @property
    def latex(self) -> str:
        """The lines as one ``aligned`` block of LaTeX."""
        rows = ("& " + r"\quad " * line.level + line.latex for line in self.lines)
        return "\n".join([r"\begin{aligned}", " \\\\\n".join(rows), r"\end{aligned}"])

    @property
    def html(self) -> str:
        """The lines as HTML that folds, without scripts, in the colours of the page that it stands on."""
        return self.folded(all_open=True)

    def folded(self, all_open: bool = False) -> str:
        """The lines as HTML; unless all are open, what is below a number shows itself when that is clicked on."""
        pieces, unclosed = ['<div style="line-height:1.6">'], list[int]()
        for i, line in enumerate(self.lines):
            while unclosed and unclosed[-1] >= line.level:
                pieces.append("</details>")
                unclosed.pop()
            room = f' style="{ROOM}"' if line.level else ""
            if i + 1 < len(self.lines) and self.lines[i + 1].level > line.level:
                is_open = " open" * (all_open or line.is_title)
                title = f"<b>{line.html}</b>" if line.is_title else line.html
                pieces.append(f"<details{is_open}{room}><summary>{title}</summary>")
                unclosed.append(line.level)
            else:
                pieces.append(f"<div{room}>{line.html}</div>")
        return "".join([*pieces, *("</details>" for _ in unclosed), "</div>"])

    @cached_property
    def data(self) -> list[dict[str, Any]]:
        """The lines as dictionaries that can be written as JSON, those below a line as its ``"children"``.

        A number has its ``"name"``, ``"value"`` (as text where it is not finite), ``"text"`` and the ``"terms"`` of its
        outermost sum, (as written, value) each; other lines have ``"words"``.
        """
        top: list[dict[str, Any]] = []
        parents = [top]
        for line in self.lines:
            entry = {**_data(line), "children": []}
            parents[line.level].append(entry)
            parents[line.level + 1 :] = [entry["children"]]
        return top

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"


def _data(line: Line) -> dict[str, Any]:
    if line.number is None:
        return {"words": line.words}
    number = line.number
    terms = [{"text": written, "value": _plain(value)} for written, value in number.terms]
    return {"name": number.name, "value": _plain(number.value), "text": number.told, "terms": terms}


def _plain(value: Any) -> Any:
    """The number as Python's own; as text where JSON has no number for it."""
    number = value.item() if hasattr(value, "item") else value
    return number if isfinite(number) else str(number)


# ── HTML ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def markup(text: str) -> str:
    """A line of arithmetic as HTML: indices lowered, powers raised, everything else as it is written.

    >>> markup("relu(w1) = (0.5)^2 > 0")
    'relu(w<sub>1</sub>) = (0.5)<sup>2</sup> &gt; 0'
    """
    return _raised(NAME.sub(_lowered, escape(text, quote=False)))


def _lowered(match: re.Match[str]) -> str:
    sign, letter, place = match.groups()
    name = f"{letter}<sub>{place.strip('_').replace('_', ',')}</sub>" if place else letter
    return f"{sign}<sub>{name}</sub>" if sign else name


def _raised(text: str) -> str:
    """The text with what follows each ^ raised: a number, or what is in parentheses."""
    before, *powers = text.split("^")
    return before + "".join(f"<sup>{power[: (end := _end(power))]}</sup>{power[end:]}" for power in powers)


def _end(power: str) -> int:
    """Where the exponent ends with which the text begins."""
    if not power.startswith("("):
        match = re.match(r"-?[\w.]+(?:(?<=e)-\d+)?", power)
        return match.end() if match else 0
    depth = 0
    for i, sign in enumerate(power):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return i + 1
    return len(power)
