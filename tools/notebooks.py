"""Writes the lessons as Jupyter notebooks, without prompts and outputs: python -m tools.notebooks FOLDER [PAGE …]"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, v4, write

from tools.pages import Block, parts

LESSONS = Path(__file__).parents[1] / "docs" / "lessons"
PICTURE = re.compile(r"^!\[[^\]]*\]\(images/[^)]*\)\n", re.MULTILINE)
FOLDED = re.compile(r"<details markdown><summary>(.*?)</summary>\n|</details>\n")
LINK = re.compile(r"\[([^\]]+)\]\((?:(\d\d-[\w-]+)|[^):]*)\.md[^)]*\)")


def notebook(page: Path) -> NotebookNode:
    """A page as a notebook: text and code. Its code draws its pictures; what the page folds away has a heading."""
    cells: list[Any] = []
    for part in parts(page.read_text(encoding="utf-8"), str(page)):
        if isinstance(part, Block):
            cells += [v4.new_code_cell(cell.source.rstrip("\n")) for cell in part.cells() if "no-run" not in cell.words]
        elif text := _prose(part):
            cells.append(v4.new_markdown_cell(text))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # not at random: the same page gives the same file
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def _prose(text: str) -> str:
    """A page's text without pictures; links lead to the notebooks of other lessons, and not to other pages."""
    text = FOLDED.sub(lambda found: f"### {found[1]}\n" if found[1] else "", PICTURE.sub("", text))
    return LINK.sub(lambda found: f"[{found[1]}]({found[2]}.ipynb)" if found[2] else found[1], text).strip()


def main(folder: Path, pages: list[Path]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for page in pages or sorted(LESSONS.glob("*.md")):
        write(notebook(page), folder / f"{page.stem}.ipynb")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(each) for each in sys.argv[2:]])
