"""The front end's types and colours, made from the Python that they are about: ``python -m tools.lab_types``.

Each page gets ``web/src/pages/NAME/messages.ts``; what pages share, ``web/src/lib/messages.ts``; the colours of the
library's pictures, ``web/src/theme.css``. A test fails when one of them is not as it would be made.
"""

from __future__ import annotations

import dataclasses
import sys
import types
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from glassnet.canvas.colors import DARK, LEVELS, LIGHT, Theme
from glassnet.lab.messages import fields_of, required
from glassnet.lab.page import Page
from glassnet.lab.pages import PAGES

WEB = Path(__file__).parents[1] / "web" / "src"
NOTE = "Made by `make types` from the Python messages; do not edit."
SHARED = ("glassnet.lab.shown", "glassnet.lab.page")


def main() -> None:
    """Write the files that have changed."""
    for path, text in files().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(WEB.parents[1]), file=sys.stderr)


def files() -> dict[Path, str]:
    """All made files, by path."""
    shared: dict[str, type[Any]] = {}
    made = {WEB / "pages" / page.name / "messages.ts": page_types(page, shared) for page in PAGES.values()}
    interfaces = "\n".join(interface(shared[name]) for name in sorted(shared))
    return {**made, WEB / "lib" / "messages.ts": f"// {NOTE}\n\n{interfaces}", WEB / "theme.css": theme()}


def page_types(page: type[Page], shared: dict[str, type[Any]]) -> str:
    """A page's messages, its commands and its events; what other pages use too is added to ``shared``."""
    commands = page.commands()
    named: dict[str, type[Any]] = {}
    for kind in [one for c in commands.values() for one in (c.given, c.result)] + list(page.events):
        _collect(kind, named)
    common = {name: kind for name, kind in named.items() if kind.__module__ in SHARED}
    shared |= common
    for name in common:
        _collect_fields(common[name], shared)
    used = sorted(name for name in common if _is_used(common[name], named, commands, page))
    imports = f'import type {{ {", ".join(used)} }} from "../../lib/messages";\n\n' if used else ""
    own = "\n".join(interface(kind) for name, kind in sorted(named.items()) if name not in common)
    ops = "".join(
        f"  {op}: {{ args: {c.given.__name__}; result: {c.result.__name__} }};\n" for op, c in commands.items()
    )
    events = "".join(f"  {event.__name__}: {event.__name__};\n" for event in page.events)
    told = f"\nexport interface Events {{\n{events}}}\n" if events else "\nexport type Events = Record<never, never>;\n"
    return f"// {NOTE}\n\n{imports}{own}\nexport interface Commands {{\n{ops}}}\n{told}"


@cache
def given_kinds() -> set[type[Any]]:
    """The messages that the browser sends: in these it may leave out what has a default."""
    found: dict[str, type[Any]] = {}
    for page in PAGES.values():
        for one in page.commands().values():
            names: dict[str, type[Any]] = {}
            _collect(one.given, names)
            found |= {f"{page.name} {name}": kind for name, kind in names.items()}
    return set(found.values())


def _is_used(kind: type[Any], named: dict[str, type[Any]], commands: Any, page: type[Page]) -> bool:
    """Whether the page's own file names that type."""
    own = [one for one in named.values() if one.__module__ not in SHARED]
    texts = [typescript(field) for one in own for field in fields_of(one).values()]
    texts += [one.__name__ for c in commands.values() for one in (c.given, c.result)]
    texts += [event.__name__ for event in page.events]
    return any(kind.__name__ in _words(text) for text in texts)


def _words(text: str) -> set[str]:
    return set("".join(ch if ch.isalnum() else " " for ch in text).split())


def _collect(kind: Any, named: dict[str, type[Any]]) -> None:
    """The dataclass and those in its fields, by name."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        if named.setdefault(kind.__name__, kind) is not kind:
            raise SystemExit(f"two messages of one page are called {kind.__name__}")
        _collect_fields(kind, named)
    for inner in get_args(kind):
        _collect(inner, named)


def _collect_fields(kind: type[Any], named: dict[str, type[Any]]) -> None:
    for field in fields_of(kind).values():
        _collect(field, named)


def interface(kind: type[Any]) -> str:
    """A dataclass as an interface of TypeScript."""
    comment = (kind.__doc__ or "").strip().splitlines()[0]
    fields = fields_of(kind)
    needed = required(kind) if kind in given_kinds() else tuple(fields)
    if not fields:
        return f"/** {comment} */\nexport type {kind.__name__} = Record<never, never>;\n"
    lines = "".join(f"  {name}{'' if name in needed else '?'}: {typescript(t)};\n" for name, t in fields.items())
    return f"/** {comment} */\nexport interface {kind.__name__} {{\n{lines}}}\n"


def typescript(kind: Any) -> str:
    """A field's type as TypeScript has it.

    >>> typescript(tuple[float, ...]), typescript(dict[str, int]), typescript(str | None)
    ('readonly number[]', 'Record<string, number>', 'string | null')
    """
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return " | ".join(typescript(one) for one in inner)
    if origin is Literal:
        return " | ".join(f'"{one}"' if isinstance(one, str) else str(one) for one in inner)
    if origin is tuple and inner[-1] is Ellipsis:
        item = typescript(inner[0])
        return f"readonly ({item})[]" if " " in item else f"readonly {item}[]"
    if origin is tuple:
        return f"readonly [{', '.join(map(typescript, inner))}]"
    if origin is dict:
        return f"Record<string, {typescript(inner[1])}>"
    return {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}.get(
        kind
    ) or kind.__name__


# ── colours ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def theme() -> str:
    """The themes of the library's pictures as variables of CSS, --ink, --p3, and a class for each colour."""
    names = [*_names()]
    rules = "".join(
        f".f-{name} {{\n  fill: var(--{name});\n}}\n.s-{name} {{\n  stroke: var(--{name});\n}}\n" for name in names
    )
    light, dark = _variables(":root", LIGHT), _variables(':root[data-theme="dark"]', DARK)
    return f"/* {NOTE} */\n\n{light}\n{dark}\n{rules}"


def _names() -> Iterator[str]:
    yield from (field.name for field in dataclasses.fields(Theme))
    yield "z"
    yield from (f"{sign}{step}" for sign in "np" for step in range(1, LEVELS + 1))


def _variables(selector: str, colors: Theme) -> str:
    return f"{selector} {{\n" + "".join(f"  --{name}: {colors[name]};\n" for name in _names()) + "}\n"


if __name__ == "__main__":
    main()
