"""Runs every Python block of a Markdown page, in order and in one namespace: python -m tests.docs.page docs/book.md

A block that is written as a session (``>>>``) is checked for its output. Words after ``python`` on the fence: ``mnist``
runs the block only where MNIST is in the folder of ``GLASSNET_DATA``, ``torch`` or ``keras`` where these are installed,
``no-run`` never.
"""

from __future__ import annotations

import doctest
import os
import sys
import textwrap
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

WORDS = {"keras", "mnist", "no-run", "torch"}


@dataclass(frozen=True)
class Block:
    """A Python block: its text, the number of lines before it, and the words on its fence."""

    source: str
    line: int
    words: frozenset[str]

    def is_to_run(self) -> bool:
        return "no-run" not in self.words and not self.lacks()

    def lacks(self) -> list[str]:
        """What the block needs and isn't there."""
        needed = sorted(self.words - {"no-run"})
        return [word for word in needed if not (has_mnist() if word == "mnist" else find_spec(word))]


def has_mnist() -> bool:
    """Whether the full MNIST is at hand; the pages never download it."""
    return Path(os.environ.get("GLASSNET_DATA", "nowhere"), "mnist").is_dir()


def blocks(page: Path) -> Iterator[Block]:
    """The Python blocks of a page; a fence that looks like one but isn't, or is never closed, is an error."""
    lines = iter(enumerate(page.read_text(encoding="utf-8").splitlines(), start=1))
    for number, line in lines:
        if not line.lstrip().startswith("```"):
            continue
        language, *words = line.strip().removeprefix("```").split() or [""]
        inside = []
        for _, text in lines:
            if text.strip() == "```":
                break
            inside.append(text)
        else:
            raise SyntaxError(f"{page}:{number}: this block is never closed")
        if not language.startswith("py"):
            continue
        if language != "python" or not WORDS.issuperset(words):
            raise SyntaxError(f"{page}:{number}: write ```python, and after it only {', '.join(sorted(WORDS))}")
        yield Block(textwrap.dedent("\n".join(inside)) + "\n", number, frozenset(words))


def run(block: Block, page: Path, namespace: dict[str, Any]) -> None:
    """Run a block; raises what it raises, or AssertionError where a session's output differs."""
    if not block.source.lstrip().startswith(">>>"):
        exec(compile("\n" * block.line + block.source, str(page), "exec"), namespace)
        return
    test = doctest.DocTestParser().get_doctest(block.source, namespace, page.name, str(page), block.line)
    report: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=report.append, clear_globs=False)
    namespace.update(test.globs)
    if report:
        raise AssertionError("".join(report))


def main(page: Path) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(page):
        if block.is_to_run():
            run(block, page, namespace)


if __name__ == "__main__":
    given = Path(sys.argv[1]).resolve()
    with TemporaryDirectory() as folder, chdir(folder):  # pages save files of their own
        main(given)
