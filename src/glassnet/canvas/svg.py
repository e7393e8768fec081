"""A scene as SVG: valid XML, no script, no font from elsewhere, the same bytes for the same scene."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import Iterable
from hashlib import sha256
from html import escape

from glassnet.canvas.colors import Theme, theme_of
from glassnet.canvas.scene import Circle, Element, Image, Path, Rectangle, Scene, Text
from glassnet.canvas.text import FONTS, clean
from glassnet.ir.types import Array


def svg(scene: Scene, dark: bool | None = None, colors: str = "signs") -> str:
    """The picture as an SVG document: dark, light, or (None) as the reader's system prefers.

    Colours are CSS rules, for the classes f-… (fill) and s-… (stroke). They stand below an id that is made from the
    content, so pictures on one page do not disturb each other.
    """
    body = "\n".join(_element(element) for element in scene.elements)
    canvas = f'width="{_n(scene.width)}" height="{_n(scene.height)}"'
    title, description = escape(clean(scene.title), quote=False), escape(clean(scene.description), quote=False)
    identity = (
        "g" + sha256(f"{title}{description}{body}{dark}{'' if colors == 'signs' else colors}".encode()).hexdigest()[:8]
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{identity}" {canvas} '
        f'viewBox="0 0 {_n(scene.width)} {_n(scene.height)}" font-family="{FONTS}" role="img" '
        f'aria-labelledby="{identity}-t {identity}-d">\n'
        f'<title id="{identity}-t">{title}</title>\n'
        f'<desc id="{identity}-d">{description}</desc>\n'
        f"<style>{_style(body, identity, dark, colors)}</style>\n"
        f'<rect {canvas} class="f-background"/>\n{body}\n</svg>\n'
    )


def _style(body: str, identity: str, dark: bool | None, colors: str) -> str:
    used = sorted({*re.findall(r"\b[fs]-\w+", " ".join(re.findall(r'class="([^"]*)"', body))), "f-background"})
    light, night = (_rules(used, theme_of(colors, dark), identity) for dark in (False, True))
    if dark is not None:
        return night if dark else light
    return f"{light}@media(prefers-color-scheme:dark){{{night}}}"


def _rules(used: Iterable[str], theme: Theme, identity: str) -> str:
    properties = {"f": "fill", "s": "stroke"}
    return "".join(f"#{identity} .{name}{{{properties[name[0]]}:{theme[name[2:]]}}}" for name in used)


def _element(element: Element) -> str:
    match element:
        case Circle(x, y, radius, fill, stroke, thickness):
            look = f"{_paints(fill, stroke)} stroke-width={_q(thickness)}"
            return f"<circle cx={_q(x)} cy={_q(y)} r={_q(radius)} {look}/>"
        case Rectangle(x, y, width, height, fill, stroke, radius):
            rounded = f" rx={_q(radius)}" if radius else ""
            return f"<rect x={_q(x)} y={_q(y)} width={_q(width)} height={_q(height)}{rounded} {_paints(fill, stroke)}/>"
        case Path(_, stroke, thickness, dashed):
            dashes = ' stroke-dasharray="7 4"' if dashed else ""
            look = f"{_paints(None, stroke)} stroke-width={_q(thickness)}{dashes}"
            return f'<path d="{path_data(element)}" {look}/>'
        case Text(x, y, text, size, paint, anchor, bold):
            look = _paints(paint, None) + ("" if anchor == "start" else f' text-anchor="{anchor}"')
            look += (' font-weight="bold"' if bold else "") + _turn(element)
            written = escape(clean(text), quote=False)
            return f"<text x={_q(x)} y={_q(y + element.baseline)} font-size={_q(size)} {look}>{written}</text>"
        case Image(x, y, width, height, pixels, smooth):
            data = base64.b64encode(png(pixels)).decode()
            look = "" if smooth else ' style="image-rendering:pixelated"'
            place = f"x={_q(x)} y={_q(y)} width={_q(width)} height={_q(height)}"
            return f'<image {place} preserveAspectRatio="none"{look} href="data:image/png;base64,{data}"/>'


def _turn(text: Text) -> str:
    return f' transform="rotate({_n(text.angle)} {_n(text.x)} {_n(text.y)})"' if text.angle else ""


def path_data(path: Path) -> str:
    """What SVG calls the data of a path: M0 0L10 5."""
    command = "C" if path.curved else "L"
    return "".join(f"M{_pair(line[0])}{command}{' '.join(_pair(point) for point in line[1:])}" for line in path.lines)


def _pair(point: tuple[float, float]) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _paints(fill: str | None, stroke: str | None) -> str:
    """Names become classes, literal colours attributes."""
    given = [("f", "fill", fill), ("s", "stroke", stroke)]
    classes = " ".join(f"{short}-{paint}" for short, _, paint in given if paint and not paint.startswith("#"))
    literal = [f'{name}="{paint}"' for _, name, paint in given if paint and paint.startswith("#")]
    parts = [f'class="{classes}"' if classes else "", *literal, "" if fill else 'fill="none"']
    return " ".join(part for part in parts if part)


def _n(value: float) -> str:
    """To a tenth of a pixel, without a trailing zero."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def _q(value: float) -> str:
    return f'"{_n(value)}"'


def png(pixels: Array) -> bytes:
    """An array of colours, (rows, columns, 3) of uint8, as a PNG file (W3C, Portable Network Graphics, 2003)."""
    rows, columns, _ = pixels.shape
    raw = b"".join(b"\0" + row.tobytes() for row in pixels)
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(raw, 9)),
        (b"IEND", b""),
    ]
    parts = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
