"""What MkDocs does to the pages of docs/, which are written for the tests and for reading on a forge too."""

import re
from html import unescape
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert

from tools.notebooks import main as write_notebooks
from tools.pages import Block, parts

OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+(?:src|tests|tools|bench|examples|[A-Z]+\.md)[^)]*\)")
FORMULA = re.compile(r'<(?:span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</(?:span|div)>', re.DOTALL)
CONSOLE = re.compile(r"^```console\n((?:[$>] .*\n)+)```$", re.MULTILINE)
TITLE = re.compile(r"\A(# .*\n)")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Code and output stand apart, without prompts, so that what is copied runs; links out of docs/ become plain text.

    Each lesson gets a link to its notebook.
    """
    cells = ("\n".join(cell.markdown() for cell in part.cells()) if isinstance(part, Block) else part
             for part in parts(markdown, page.file.src_uri))  # fmt: skip
    text = CONSOLE.sub(_without_prompts, OUTSIDE.sub(r"\1", "".join(cells)))
    path = Path(page.file.src_uri)
    if path.parent.name != "lessons":
        return text
    link = f'<a class="notebook" href="{path.stem}.ipynb" download>Download this lesson as a notebook</a>'
    return TITLE.sub(rf"\1\n{link}\n", text)


def _without_prompts(found: re.Match[str]) -> str:
    lines = "".join(line[2:] for line in found[1].splitlines(keepends=True))
    return f"```sh\n{lines}```"


def on_page_content(html: str, **_: Any) -> str:
    """Formulas become MathML, which browsers typeset themselves."""
    return FORMULA.sub(_typeset, html)


def _typeset(found: re.Match[str]) -> str:
    return convert(unescape(found[2]), display="block" if found[1] == "[" else "inline")


def on_post_build(config: Any, **_: Any) -> None:
    write_notebooks(Path(config.site_dir) / "lessons", [])
