"""The files of the folder import one another in one direction: however an import is written, none leads back."""

import ast
import graphlib
from pathlib import Path

import pytest

import glassnet.regression

FOLDER = Path(glassnet.regression.__file__).parent


def neighbours(source: str) -> set[str]:
    """The files of the folder that a file imports: anywhere in it, in functions and for type checkers too."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written in full"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            _, _, inner = name.partition("glassnet.regression")
            if name.startswith("glassnet.regression"):
                found.add(inner.strip(".").split(".")[0] or "__init__")
    return found


def imports() -> dict[str, set[str]]:
    files = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py")}
    return {name: {n if n in files else "__init__" for n in neighbours(source)} for name, source in files.items()}


def test_no_import_leads_back() -> None:
    order = list(graphlib.TopologicalSorter(imports()).static_order())
    assert order.index("doubles") < order.index("fit") < order.index("linear") < order.index("__init__")


def test_a_circle_would_be_noticed() -> None:
    source = """
if TYPE_CHECKING:
    from glassnet.regression.linear import LinearRegression
def f():
    from glassnet.regression import plot
    import glassnet.regression.report
"""
    assert neighbours(source) == {"linear", "plot", "report"}
    with pytest.raises(graphlib.CycleError):
        graphlib.TopologicalSorter({**imports(), "doubles": {"linear"}}).prepare()
