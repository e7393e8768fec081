"""Who may import whom: the arrows of the design, no machine-learning library, and nothing heavy before it is needed."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import glassnet

PACKAGE = Path(glassnet.__file__).parent
FILES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))

CORE = {"ir", "ops", "readings", "compile"}
FACADE = {"network", "model_file", "explanations", "neurons", "algebra", "inspection"}
ARROWS: dict[str, set[str]] = {
    "words": set(),
    "ir": set(),
    "files": {"ir.errors"},
    "ops": {"ir"},
    "canvas": {"ir", "files"},
    "readings": {"ir", "ops", "canvas"},
    "layers": {"ir", "ops"},
    "compile": {"ir", "ops", "readings"},
    "storage": {"ir", "files"},
    "train": {*CORE, "layers", "storage", "data", "canvas"},
    **{module: {*CORE, "layers", "storage", "data", "train", "canvas", *FACADE} for module in FACADE},
    "practice": {*CORE, "layers", "data", "train", "files", "canvas", *FACADE},
    "data": {"ir.errors"},
    "regression": {"ir.errors", "data", "canvas"},
}
"""What each part may import besides itself and ``words``. The faces, ``__init__``, ``cli`` and ``lab``, may all."""
LECTURE = {"layers", "network"}
"""What data/lecture.py alone may import besides, when it is called: what it gives are networks."""
FACES = {"__init__", "__main__", "cli", "drawing", "examples", "lab"}

MACHINE_LEARNING = {
    "autograd", "catboost", "cupy", "flax", "jax", "keras", "lightgbm", "mxnet", "onnxruntime", "scipy", "sklearn",
    "statsmodels", "tensorflow", "theano", "tinygrad", "torch", "torchvision", "xgboost",
}  # fmt: skip
HEAVY = {
    "PIL", "matplotlib", "mpmath", "numba", "onnx", "pandas", "polars", "rich", "safetensors", "starlette", "sympy",
    "typer", "uvicorn", "websockets",
}  # fmt: skip


def part(path: Path) -> str:
    """ir, ops, …: the folder in the package, or the module beside them."""
    return path.parts[0].removesuffix(".py")


def imports(tree: ast.AST, path: Path, *, when_imported: bool = False) -> Iterator[str]:
    """The modules that a file imports, in full; type checkers' imports aside, and functions' too ``when_imported``."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, path)
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            yield from imports(ast.Module(node.orelse, []), path, when_imported=when_imported)
        elif not (when_imported and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)):
            yield from imports(node, path, when_imported=when_imported)


def _absolute(node: ast.ImportFrom, path: Path) -> str:
    if not node.level:
        return node.module or ""
    parents = ("glassnet", *path.parts[:-1])
    return ".".join([*parents[: len(parents) - node.level + 1], *([node.module] if node.module else [])])


def allowed(path: Path, module: str) -> bool:
    _, _, inner = module.partition(".")
    mine = part(path)
    targets = {mine, "words", *ARROWS[mine], *(LECTURE if path == Path("data/lecture.py") else ())}
    return any(inner == target or inner.startswith(f"{target}.") for target in targets)


def parsed(path: Path) -> ast.Module:
    return ast.parse((PACKAGE / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=str)
def test_arrows(path: Path) -> None:
    if part(path) in FACES:
        return
    assert part(path) in ARROWS, f"{part(path)} has no place in the design yet: say here what it may import"
    ours = [module for module in imports(parsed(path), path) if module.split(".")[0] == "glassnet"]
    wrong = [module for module in ours if not allowed(path, module)]
    assert not wrong, f"{part(path)} may import only {', '.join(sorted(ARROWS[part(path)])) or 'nothing of ours'}"


@pytest.mark.parametrize("path", FILES, ids=str)
def test_no_machine_learning_library(path: Path) -> None:
    assert not {module.split(".")[0] for module in imports(parsed(path), path)} & MACHINE_LEARNING


@pytest.mark.parametrize("path", [path for path in FILES if part(path) not in {"cli", "lab"}], ids=str)
def test_heavy_libraries_are_imported_inside_functions(path: Path) -> None:
    assert not {module.split(".")[0] for module in imports(parsed(path), path, when_imported=True)} & HEAVY


def test_importing_glassnet_imports_nothing_heavy() -> None:
    code = "import sys, glassnet; print(*sorted({name.split('.')[0] for name in sys.modules}))"
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
    assert set(imports(ast.parse(SAMPLE), path)) == {*now, "glassnet.train.loop"}


@pytest.mark.parametrize(
    ("path", "module", "right"),
    [
        ("ops/reduce.py", "glassnet.ir.graph.Var", True),
        ("ops/reduce.py", "glassnet.ops.layout.reshape", True),
        ("ops/reduce.py", "glassnet.readings.simplify", False),
        ("ir/graph.py", "glassnet.ops", False),
        ("layers/dense.py", "glassnet.readings.evaluate", False),
        ("data/mnist.py", "glassnet.ir.errors.DataError", True),
        ("data/mnist.py", "glassnet.ir.graph.Var", False),
        ("data/mnist.py", "glassnet.network.Network", False),
        ("data/lecture.py", "glassnet.network.Network", True),
        ("train/loop.py", "glassnet.Network", False),
    ],
)
def test_arrows_are_one_way(path: str, module: str, right: bool) -> None:
    assert allowed(Path(path), module) is right
