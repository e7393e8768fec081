"""The tests mirror the package: who knows where a file lies knows where its tests lie."""

import ast
from pathlib import Path

import pytest

import glassnet

TESTS, PACKAGE = Path(__file__).parent, Path(glassnet.__file__).parent
APART = {"bench", "docs", "fuzz", "golden", "oracles"}
"""Folders of what is no room of the package: what measures it, its pages, hostile files, and others' numbers."""

FILES = [path.relative_to(TESTS) for path in sorted(TESTS.rglob("test_*.py"))]
SOURCES = [path.relative_to(PACKAGE) for path in sorted(PACKAGE.rglob("*.py"))]


def places(path: Path) -> set[Path]:
    """The folders of the source files of its room that a test is named as; its own where there is none."""
    name = path.name.removeprefix("test_")
    found = {source.parent for source in SOURCES if source.name == name and source.parts[0] == path.parts[0]}
    return found or {path.parent}


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_test_lies_where_its_source_does(path: Path) -> None:
    """What is tested stands in the file's name; or, of a topic of many files, in its first words."""
    assert path.parent in places(path)
    assert ast.get_docstring(ast.parse((TESTS / path).read_text(encoding="utf-8")))


@pytest.mark.parametrize("folder", sorted({path.parent for path in FILES}), ids=str)
def test_a_folder_of_tests_mirrors_a_room(folder: Path) -> None:
    assert (TESTS / folder / "__init__.py").exists(), "without it, two tests of one name would be one module"
    assert str(folder) in APART or (PACKAGE / folder).is_dir() or (PACKAGE / f"{folder}.py").is_file()


def test_a_test_elsewhere_is_found() -> None:
    assert places(Path("inspection/test_formula.py")) == {Path("inspection/algebra")}
    assert places(Path("train/test_progress.py")) == {Path("train")}
    assert places(Path("train/test_going_on.py")) == {Path("train")}
