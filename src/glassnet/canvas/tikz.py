"""A scene as TikZ, for LaTeX: the same shapes in the same places, its texts set in the document's sans-serif font."""

from __future__ import annotations

import re
from math import cos, radians, sin

from glassnet.canvas.colors import Theme, theme_of
from glassnet.canvas.scene import Circle, Element, Path, Point, Rectangle, Scene, Text
from glassnet.canvas.text import clean
from glassnet.ir.errors import GlassnetError

POINTS = 0.75
"""TeX's big points a pixel, as in CSS."""
BOLD = r"\bfseries"
ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}
SPECIAL = {
    **{character: f"\\{character}" for character in "#$%&_{}"},
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", '"': "''", "…": r"\dots{}", "·": r"\textperiodcentered{}",
    **{sign: f"$\\{name}$" for sign, name in {
        "×": "times", "→": "rightarrow", "∂": "partial", "≈": "approx", "≤": "leq", "≥": "geq", "∞": "infty",
        "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "θ": "theta", "λ": "lambda",
        "μ": "mu", "π": "pi", "σ": "sigma",
    }.items()},
    "−": "$-$", "²": "$^2$",
}  # fmt: skip


def tikz(scene: Scene, dark: bool = False, colors: str = "signs") -> str:
    r"""The picture as a tikzpicture, to be \input into a document that uses the package tikz.

    Raises:
        GlassnetError: the scene has images, which TikZ has no place for; or there is no such palette.

    >>> print(tikz(Scene(40, 20, "One circle", "", [Circle(10, 10, 5, "surface")])))
    % Glassnet: One circle
    % In the preamble: \usepackage{tikz}. Then \input this file.
    \begin{tikzpicture}[x=0.75bp, y=-0.75bp, every node/.style={inner sep=0pt, outer sep=0pt}]
    \definecolor{gnbackground}{HTML}{FFFFFF}
    \definecolor{gnoutline}{HTML}{7C8794}
    \definecolor{gnsurface}{HTML}{F5F7F9}
    \fill[gnbackground] (0,0) rectangle (40,20);
    \filldraw[fill=gnsurface, draw=gnoutline, line width=1.125bp] (10,10) circle[radius=3.75bp];
    \end{tikzpicture}
    <BLANKLINE>
    """
    theme = theme_of(colors, dark)
    lines = [
        f"\\fill[gnbackground] (0,0) rectangle {_at((scene.width, scene.height))};",
        *map(_element, scene.elements),
    ]
    used = sorted(set(re.findall(r"\bgn(\w+)", "\n".join(line.partition("] at ")[0] for line in lines))))
    return "\n".join(
        [
            f"% Glassnet: {clean(scene.title)}",
            r"% In the preamble: \usepackage{tikz}. Then \input this file.",
            r"\begin{tikzpicture}[x=0.75bp, y=-0.75bp, every node/.style={inner sep=0pt, outer sep=0pt}]",
            *(f"\\definecolor{{gn{name}}}{{HTML}}{{{_hex(name, theme)}}}" for name in used),
            *lines,
            r"\end{tikzpicture}",
            "",
        ]
    )


def _element(element: Element) -> str:
    match element:
        case Circle(x, y, radius, fill, stroke, thickness):
            look = f"fill={_paint(fill)}, draw={_paint(stroke)}, line width={_length(thickness)}"
            return f"\\filldraw[{look}] {_at((x, y))} circle[radius={_length(radius)}];"
        case Rectangle(x, y, width, height, fill, stroke, radius):
            paints = [f"{what}={_paint(paint)}" for what, paint in (("fill", fill), ("draw", stroke)) if paint]
            look = ", ".join([*paints, f"line width={_length(1)}", f"rounded corners={_length(radius)}"])
            return f"\\path[{look}] {_at((x, y))} rectangle {_at((x + width, y + height))};"
        case Path(lines, stroke, thickness, dashed):
            dashes = f", dash pattern=on {_length(7)} off {_length(4)}" if dashed else ""
            ways = " ".join(_way(line, element.curved) for line in lines)
            return f"\\draw[{_paint(stroke)}, line width={_length(thickness)}{dashes}] {ways};"
        case Text(x, y, text, size, paint, anchor, bold, angle):
            font = f"\\sffamily{BOLD if bold else ''}\\fontsize{{{_n(size * POINTS)}}}{{0}}\\selectfont"
            turn = f", rotate={_n(-angle)}" if angle else ""
            a = radians(angle)
            at = _at((x - element.baseline * sin(a), y + element.baseline * cos(a)))
            return f"\\node[{_paint(paint)}, anchor={ANCHORS[anchor]}, font={font}{turn}] at {at} {{{latex(text)}}};"
        case _:
            raise GlassnetError("this picture has images, which TikZ cannot draw: save it as .pdf, .svg or .png")


def latex(text: str) -> str:
    r"""A text that LaTeX shows as it is.

    >>> print(latex("δw1_2 = −0.5 & 50%"))
    $\delta$w1\_2 = $-$0.5 \& 50\%
    """
    return "".join(SPECIAL.get(character, character) for character in clean(text))


def _way(line: tuple[Point, ...], curved: bool) -> str:
    if curved:
        start, first, second, end = map(_at, line)
        return f"{start} .. controls {first} and {second} .. {end}"
    return " -- ".join(map(_at, line))


def _at(point: Point) -> str:
    return f"({_n(point[0])},{_n(point[1])})"


def _length(pixels: float) -> str:
    return f"{_n(pixels * POINTS)}bp"


def _n(value: float) -> str:
    """To a thousandth, without trailing zeros."""
    return f"{round(value, 3) + 0.0:.3f}".rstrip("0").rstrip(".")


def _paint(paint: str) -> str:
    return f"gn{paint.removeprefix('#')}"


def _hex(name: str, theme: Theme) -> str:
    """The colour of a name, or a colour that was given as #rrggbb."""
    return (name if re.fullmatch("[0-9a-f]{6}", name) else theme[name].removeprefix("#")).upper()
