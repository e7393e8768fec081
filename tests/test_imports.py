"""Who may import whom: the floors of the house, no circles, no machine-learning library, nothing heavy beforehand."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import glassnet

PACKAGE = Path(glassnet.__file__).parent
FILES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))

FLOORS: tuple[set[str], ...] = (
    {"__main__"},
    {"cli"},
    {"__init__"},
    {"lab"},
    {"practice", "lessons", "digits", "generation", "interop"},
    {"network", "drawing"},
    {"inspection"},
    {"train"},
    {"model"},
    {"compile", "regression"},
    {"readings"},
    {"layers", "canvas", "storage"},
    {"ops", "data"},
    {"files", "folders"},
    {"ir"},
    {"words", "grids", "outlet", "signals", "forking"},
)
"""The rooms, from the roof to the ground: each imports from the floors below it, and none of its own floor."""
FLOOR = {room: -i for i, rooms in enumerate(FLOORS) for room in rooms}
MAY_IMPORT_MACHINE_LEARNING = {"interop"}

MACHINE_LEARNING = {
    "autograd", "catboost", "cupy", "flax", "jax", "keras", "lightgbm", "mxnet", "onnxruntime", "sklearn",
    "statsmodels", "tensorflow", "theano", "tinygrad", "torch", "torchvision", "xgboost",
}  # fmt: skip
HEAVY = {
    "PIL", "llvmlite", "matplotlib", "mpmath", "onnx", "pandas", "polars", "rich", "safetensors", "scipy", "starlette",
    "sympy", "typer", "uvicorn", "websockets",
}  # fmt: skip


def room(path: Path) -> str:
    """ir, ops, …: the folder in the package, or the module beside them."""
    return path.parts[0].removesuffix(".py")


def imports(tree: ast.AST, path: Path, *, when_imported: bool = False) -> Iterator[str]:
    """The modules that a file imports, in full: functions' and type checkers' too, unless ``when_imported``."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, path)
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif when_imported and isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            yield from imports(ast.Module(node.orelse, []), path, when_imported=when_imported)
        elif not (when_imported and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)):
            yield from imports(node, path, when_imported=when_imported)


def _absolute(node: ast.ImportFrom, path: Path) -> str:
    if not node.level:
        return node.module or ""
    parents = ("glassnet", *path.parts[:-1])
    return ".".join([*parents[: len(parents) - node.level + 1], *([node.module] if node.module else [])])


def of_ours(module: str) -> Path | None:
    """The file of ours that an import reads: of the module itself, or of the module that has the name."""
    parts = module.split(".")
    if parts[0] != "glassnet":
        return None
    for end in (len(parts), len(parts) - 1):
        path = Path(*parts[1:end])
        for file in (path.with_suffix(".py") if path.name else path / "__init__.py", path / "__init__.py"):
            if file in FILES:
                return file
    return Path("__init__.py")


def allowed(path: Path, module: str) -> bool:
    target = of_ours(module)
    return target is None or room(target) == room(path) or FLOOR[room(target)] < FLOOR[room(path)]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse((PACKAGE / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=str)
def test_imports_point_down(path: Path) -> None:
    assert room(path) in FLOOR, f"{room(path)} has no floor yet: give it one in FLOORS"
    wrong = [module for module in imports(parsed(path), path) if not allowed(path, module)]
    assert not wrong, f"{path} may import from the floors below {room(path)} only"


def test_the_tour_has_every_room() -> None:
    tour = (PACKAGE.parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = tour[tour.index("## Where everything lives") : tour.index("## I want to change")]
    rooms = {path.parts[0] + "/" * (len(path.parts) > 1) for path in FILES}
    assert not {room for room in rooms if f"`{room}`" not in table}


def circles(arrows: dict[Path, set[Path]]) -> list[list[Path]]:
    """The groups of files that all import each other, by whatever way round."""
    try:
        tuple(TopologicalSorter(arrows).static_order())
    except CycleError as error:
        return [error.args[1]]
    return []


def test_no_file_imports_itself_by_a_circle() -> None:
    """Not even inside a function, or for types alone."""
    arrows = {path: {of_ours(module) for module in imports(parsed(path), path)} - {None, path} for path in FILES}
    assert not circles(arrows)  # type: ignore[arg-type]


def test_a_circle_is_found() -> None:
    a, b, c = (Path(name) for name in "abc")
    assert circles({a: {b}, b: {c}, c: {a}})
    assert not circles({a: {b, c}, b: {c}})


@pytest.mark.parametrize("path", [path for path in FILES if path.name != "__init__.py"], ids=str)
def test_imports_are_written_as_imports(path: Path) -> None:
    """A name that is looked up at run time could hide an arrow that points up; only the faces do that."""
    calls = {ast.unparse(node.func) for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)}
    assert not {call for call in calls if call.endswith(("import_module", "__import__"))}


@pytest.mark.parametrize("path", FILES, ids=str)
def test_no_machine_learning_library(path: Path) -> None:
    if room(path) in MAY_IMPORT_MACHINE_LEARNING:
        return
    assert not {module.split(".")[0] for module in imports(parsed(path), path)} & MACHINE_LEARNING


WITH_A_HEAVY_BASE = {Path("canvas/figure.py")}  # a class needs its base; the file itself is imported inside a function


@pytest.mark.parametrize("path", [path for path in FILES if room(path) not in {"cli", "lab"}], ids=str)
def test_heavy_libraries_are_imported_inside_functions(path: Path) -> None:
    if path not in WITH_A_HEAVY_BASE:
        assert not {module.split(".")[0] for module in imports(parsed(path), path, when_imported=True)} & HEAVY


def test_importing_glassnet_and_making_a_network_imports_nothing_heavy() -> None:
    code = "import sys, glassnet; glassnet.Network; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert {"glassnet", "numpy"} <= loaded
    assert not loaded & (HEAVY | MACHINE_LEARNING)


# ── the reader of imports itself ────────────────────────────────────────────────────────────────────────────────────

SAMPLE = """
import numpy as np, torch.nn
from . import trace
from ..readings.evaluate import Program
from glassnet import ops
if TYPE_CHECKING:
    from glassnet.network import Network
try:
    import sympy
except ImportError:
    pass
class A:
    import rich
    def f(self):
        from glassnet.train import loop
"""


def test_imports_are_read_wherever_they_stand() -> None:
    path = Path("ir/sample.py")
    now = {
        "numpy", "torch.nn", "glassnet.ir.trace", "glassnet.readings.evaluate.Program", "glassnet.ops", "sympy", "rich",
    }  # fmt: skip
    assert set(imports(ast.parse(SAMPLE), path, when_imported=True)) == now
    assert set(imports(ast.parse(SAMPLE), path)) == {*now, "glassnet.train.loop", "glassnet.network.Network"}


@pytest.mark.parametrize(
    ("path", "module", "right"),
    [
        ("ops/reduce.py", "glassnet.ir.graph.Var", True),
        ("ops/reduce.py", "glassnet.ops.layout.reshape", True),
        ("ops/reduce.py", "glassnet.readings.simplify", False),
        ("ir/graph.py", "glassnet.ops", False),
        ("layers/dense.py", "glassnet.readings.evaluate", False),
        ("data/mnist.py", "glassnet.ir.errors.DataError", True),
        ("data/mnist.py", "glassnet.storage.read", False),
        ("data/mnist.py", "glassnet.network.Network", False),
        ("data/mnist.py", "glassnet.ops", False),
        ("train/loop.py", "glassnet.Network", False),
        ("train/loop.py", "glassnet.model.model.Model", True),
        ("model/model.py", "glassnet.network.Network", False),
        ("inspection/explanations.py", "glassnet.train.training.Training", True),
    ],
)
def test_arrows_are_one_way(path: str, module: str, right: bool) -> None:
    assert allowed(Path(path), module) is right
