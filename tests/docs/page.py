"""Runs every Python block of a Markdown page, in order and in one namespace.

``python -m tests.docs.page docs/book.md [FOLDER]``: the files that the page saves go into the folder, if one is named.

A block with an output below it must show just that: what it prints, then the value of its last expression, as a
notebook shows it. So must a block that is written as a session (``>>>``). Words after ``python`` on the fence:
``mnist`` runs the block only where MNIST is in the folder of ``GLASSNET_DATA``, ``torch`` or ``keras`` where these are
installed, ``no-run`` never.
"""

from __future__ import annotations

import ast
import doctest
import io
import os
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tools.pages import Block, parts


def is_to_run(block: Block) -> bool:
    return "no-run" not in block.words and not lacks(block)


def lacks(block: Block) -> list[str]:
    """What the block needs and isn't there."""
    needed = sorted(block.words - {"no-run"})
    return [word for word in needed if not (has_mnist() if word == "mnist" else find_spec(word))]


def has_mnist() -> bool:
    """Whether the full MNIST is at hand; the pages never download it."""
    return Path(os.environ.get("GLASSNET_DATA", "nowhere"), "mnist").is_dir()


def blocks(page: Path) -> Iterator[Block]:
    """The Python blocks of a page; a fence that looks like one but isn't, or is never closed, is an error."""
    return (part for part in parts(page.read_text(encoding="utf-8"), str(page)) if isinstance(part, Block))


def run(block: Block, page: Path, namespace: dict[str, Any]) -> None:
    """Run a block; raises what it raises, or AssertionError where its output differs."""
    if block.is_session():
        _run_session(block, page, namespace)
        return
    if block.output is None:
        _show(block, page, namespace)
        return
    shown = io.StringIO()
    with redirect_stdout(shown):
        _show(block, page, namespace)
    if shown.getvalue() != block.output:
        raise AssertionError(f"{page}:{block.line}\nExpected:\n{block.output}Got:\n{shown.getvalue()}")


def _show(block: Block, page: Path, namespace: dict[str, Any]) -> None:
    """Run a block as a notebook runs a cell: the value of a last line that is an expression is printed."""
    tree = ast.parse("\n" * block.line + block.source, str(page))
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, str(page), "exec"), namespace)
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), str(page), "eval"), namespace)
        if value is not None and not is_picture(value):
            print(repr(value))


def is_picture(value: object) -> bool:
    """Whether a notebook shows it as a picture, below which a page has that picture."""
    return hasattr(value, "_repr_svg_") or hasattr(value, "savefig")


def _run_session(block: Block, page: Path, namespace: dict[str, Any]) -> None:
    test = doctest.DocTestParser().get_doctest(block.source, namespace, page.name, str(page), block.line)
    report: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=report.append, clear_globs=False)
    namespace.update(test.globs)
    if report:
        raise AssertionError("".join(report))


def main(page: Path) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(page):
        if is_to_run(block):
            run(block, page, namespace)


if __name__ == "__main__":
    given, *place = (Path(each).resolve() for each in sys.argv[1:])
    with TemporaryDirectory() as folder, chdir(place[0] if place else folder):  # pages save files of their own
        main(given)
