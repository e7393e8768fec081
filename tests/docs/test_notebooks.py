"""Every lesson as a notebook: it runs from top to bottom, shows what the page shows, and draws its pictures."""

import ast
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

import glassnet
from tests.docs.page import is_to_run, lacks
from tests.docs.pictures import assert_fresh
from tools.notebooks import LESSONS, notebook
from tools.pages import Block, parts

PAGES = sorted(LESSONS.glob("*.md"))
WARNINGS_ARE_ERRORS = nbformat.v4.new_code_cell(
    "import warnings\n\nwarnings.simplefilter('error')\nwarnings.filterwarnings('ignore', module='ipykernel')"
)


def blocks(page: Path) -> list[Block]:
    return [part for part in parts(page.read_text(encoding="utf-8"), str(page)) if isinstance(part, Block)]


def executed(
    page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, only: str = ""
) -> list[tuple[Block, NotebookNode]]:
    """The blocks that can be run here, each with its cell after a run in the folder; an error in a cell is raised.

    ``only``: a pattern of those to run.
    """
    monkeypatch.setenv("PYTHONPATH", str(Path(glassnet.__file__).parents[1]))
    monkeypatch.setenv("IPYTHONDIR", str(folder / ".ipython"))
    monkeypatch.delenv("MPLBACKEND", raising=False)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nothing is downloaded: no one answers there
    lesson = notebook(page)
    codes = [cell for cell in lesson.cells if cell.cell_type == "code"]
    pairs = [
        pair for pair in zip(blocks(page), codes, strict=True) if is_to_run(pair[0]) and re.search(only, pair[0].source)
    ]
    lesson.cells = [WARNINGS_ARE_ERRORS, *(cell for _, cell in pairs)]
    NotebookClient(lesson, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    return pairs


def text_of(cell: NotebookNode) -> str:
    """What the cell printed, and the value of its last line where no picture stands for it."""
    printed = "".join(output.text for output in cell.outputs if output.get("name") == "stdout")
    values = [output.data for output in cell.outputs if output.output_type == "execute_result"]
    return printed + "".join(value["text/plain"] + "\n" for value in values if not pictures([value]))


def pictures(values: list[NotebookNode]) -> list[str]:
    return [kind for value in values for kind in value if kind.startswith("image/")]


def assert_shown(page: Path, pairs: list[tuple[Block, NotebookNode]]) -> None:
    for block, cell in pairs:
        assert text_of(cell) == (block.output or ""), f"{page}:{block.line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_lesson_shows_can_be_copied(page: Path) -> None:
    sessions = [block.line for block in blocks(page) if block.is_session()]
    assert not sessions, f"{page}: in a lesson, code (```python) and its output (```output) are blocks apart"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_lesson_shows_can_be_typed_at_the_prompt(page: Path) -> None:
    """There an empty line ends a statement of several lines, and nothing else does; a class is written in an editor."""
    for block in blocks(page):
        lines = block.source.splitlines()
        for statement in ast.parse(block.source).body:
            if hasattr(statement, "body"):
                where = f"{page}:{block.line + statement.lineno}"
                inside = lines[statement.lineno : statement.end_lineno]
                assert all(inside) or isinstance(statement, ast.ClassDef), f"{where}: an empty line inside"
                assert not any(lines[statement.end_lineno :][:1]), f"{where}: no empty line below"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
@pytest.mark.usefixtures("nothing_downloaded")
def test_lesson(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = executed(page, tmp_path, monkeypatch)
    assert_shown(page, pairs)
    for block, cell in pairs:
        draws = re.search(r'"[\w-]+\.(?:svg|png)"\)?', block.source) and "def " not in block.source
        assert not draws or pictures([output.data for output in cell.outputs if "data" in output]), f"{block.line}"
    assert_fresh(page, tmp_path)
    left_out = {block.line: " and ".join(lacks(block)) for block in blocks(page) if lacks(block)}
    if left_out:
        pytest.skip(f"all ran but the blocks at these lines: {left_out} (set GLASSNET_DATA for MNIST)")


@pytest.mark.parametrize(
    ("name", "only"),
    [
        ("07-reading-digits", r"import glassnet|def new_network|gn\.data\.mnist"),  # the others know nothing of MNIST
        ("09-write-it-yourself", ""),
    ],
)
@pytest.mark.usefixtures("nothing_downloaded")
def test_lesson_without_mnist(name: str, only: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is not there and cannot be downloaded, the digits that the program draws do."""
    monkeypatch.delenv("GLASSNET_DATA", raising=False)
    page = LESSONS / f"{name}.md"
    pairs = executed(page, tmp_path, monkeypatch, only)
    assert any("gn.data.mnist" in block.source for block, _ in pairs)
    assert_shown(page, pairs)


# ── notebooks in general ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_notebook_has_neither_prompts_nor_outputs_nor_files_beside_it(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# Title\n\n[a](02-b.md), [c](../d.md#e), [f](https://g.org/h.md)\n\n"
        "```python\nx = 1\nx\n```\n\n```output\n1\n```\n\n![x](images/x.svg)\n\n"
        "<details markdown><summary>Answers</summary>\n\n```python\n>>> x + 1\n2\n>>> x\n1\n```\n\n</details>\n",
        encoding="utf-8",
    )
    made = notebook(page)
    nbformat.validate(made)
    title = "# Title\n\n[a](02-b.ipynb), c, [f](https://g.org/h.md)"
    assert [cell.source for cell in made.cells] == [title, "x = 1\nx", "### Answers", "x + 1", "x"]
    assert all(not cell.outputs for cell in made.cells if cell.cell_type == "code")
    assert made == notebook(page)
