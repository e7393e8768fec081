"""What the pages of docs/ are made of: text, and blocks of Python with what they show.

The tests run the blocks (tests/docs), the notebooks and the site show them as cells (tools/notebooks.py,
tools/site_pages.py). A block is written as code, with its output in a block called ``output`` below it, or, on pages to
look things up, as a session (``>>>``).
"""

from __future__ import annotations

import doctest
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace

WORDS = {"keras", "mnist", "no-run", "torch"}
BLANK = "<BLANKLINE>"
ALIGNED = re.compile(r"(?<=\S) {3,}(?=# )")  # comments below each other, which cells of their own need not be


@dataclass(frozen=True)
class Block:
    """A Python block: its text, the number of lines before it, the words on its fence, and the output shown."""

    source: str
    line: int
    words: frozenset[str]
    output: str | None = None
    indent: str = ""

    def is_session(self) -> bool:
        return self.source.lstrip().startswith(">>>")

    def cells(self) -> Iterator[Block]:
        """The block as cells of a notebook, code and output apart: itself, or a session cut after each output."""
        if not self.is_session():
            yield self
            return
        held = ""
        for example in doctest.DocTestParser().get_examples(self.source):
            held += ALIGNED.sub("  ", example.source)
            if example.want:
                output = "".join("\n" if line.strip() == BLANK else line for line in example.want.splitlines(True))
                yield replace(self, source=held, output=output)
                held = ""
        if held:
            yield replace(self, source=held)

    def markdown(self) -> str:
        """The block as it is written on a page, without the words that only the tests need."""
        shown = f"```python\n{self.source}```\n"
        if self.output is not None:
            shown += f"\n```output\n{self.output}```\n"
        return textwrap.indent(shown, self.indent)


def parts(text: str, name: str) -> Iterator[str | Block]:
    """The text and the Python blocks of a page, in order.

    Raises:
        SyntaxError: a fence looks like one of Python but isn't, is never closed, or an output has no block above it.
    """
    lines = iter(enumerate(text.splitlines(), start=1))
    prose: list[str] = []
    block: Block | None = None  # the last one, while an output may follow
    for number, line in lines:
        if not line.lstrip().startswith("```"):
            if block and line.strip():
                yield block
                block = None
            prose.append(line)
            continue
        indent = line[: len(line) - len(line.lstrip())]
        language, *words = line.strip().removeprefix("```").split() or [""]
        inside = _until_closed(lines, f"{name}:{number}")
        code = textwrap.dedent("\n".join(inside)) + "\n"
        if language == "output":
            if block is None or block.is_session():
                raise SyntaxError(f"{name}:{number}: an output stands below the block of code that shows it")
            yield replace(block, output=code)
            block, prose = None, []
            continue
        if block:
            yield block
            block = None
        if not language.startswith("py"):
            prose += [line, *inside, f"{indent}```"]
            continue
        if language != "python" or not WORDS.issuperset(words):
            raise SyntaxError(f"{name}:{number}: write ```python, and after it only {', '.join(sorted(WORDS))}")
        yield "".join(f"{each}\n" for each in prose)
        block, prose = Block(code, number, frozenset(words), indent=indent), []
    if block:
        yield block
    yield "".join(f"{each}\n" for each in prose)


def _until_closed(lines: Iterator[tuple[int, str]], where: str) -> list[str]:
    inside = []
    for _, text in lines:
        if text.strip() == "```":
            return inside
        inside.append(text)
    raise SyntaxError(f"{where}: this block is never closed")
