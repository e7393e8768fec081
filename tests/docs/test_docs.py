"""Every page of the documentation runs: each its own process, in an empty folder, with warnings as errors.

The lessons run as the notebooks that students download: test_notebooks.py.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import glassnet
from tests.docs import page as runner
from tests.docs.pictures import assert_fresh

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def run(page: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-X", "utf8", "-m", "tests.docs.page", str(page), str(folder)]
    environment = {**os.environ, "PYTHONPATH": f"{Path(glassnet.__file__).parents[1]}{os.pathsep}{ROOT}"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=300
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_page(page: Path, tmp_path: Path) -> None:
    done = run(page, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert_fresh(page, tmp_path)
    left_out = {block.line: " and ".join(runner.lacks(block)) for block in runner.blocks(page) if runner.lacks(block)}
    if left_out:
        pytest.skip(f"all ran but the blocks at these lines: {left_out} (set GLASSNET_DATA for MNIST)")


# ── the runner itself ───────────────────────────────────────────────────────────────────────────────────────────────


def written(tmp_path: Path, *lines: str) -> Path:
    page = tmp_path / "page.md"
    page.write_text("\n".join(lines), encoding="utf-8")
    return page


def test_blocks_share_a_namespace_and_sessions_are_checked(tmp_path: Path) -> None:
    page = written(
        tmp_path, "```python", "x = 1", "```", "text", "```python", ">>> x + 1", "2", ">>> y = 3", "```",
        "  ```python", "  assert y == 3", "  ```", "```python", "print(y)", "y + 1", "```", "", "```output", "3", "4",
        "```", "```sh", "rm -rf x", "```", "```python no-run", "1 / 0", "```",
    )  # fmt: skip
    assert run(page, tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["assert 1 == 2"], 'page.md", line 2'),
        ([">>> 1 + 1", "3"], "Expected:\n    3\nGot:\n    2"),
        (["x = 1", "x + 1", "```", "", "```output", "3"], "page.md:1\nExpected:\n3\nGot:\n2"),
        (["x = 1", "```", "text", "```output", "3"], "page.md:5: an output stands below the block of code"),
        ([">>> 1", "1", "```", "```output", "1"], "page.md:5: an output stands below the block of code"),
        ([">>> 1 / 0"], "ZeroDivisionError"),
        (["import warnings", "warnings.warn('old')"], "UserWarning: old"),
        (["x = 1", "```", "```py", "x"], "page.md:4: write ```python"),
        (["x = 1", "```", "```python norun", "x"], "page.md:4: write ```python"),
        (["x = 1", "```", "```python", "x", "```", "```text"], "page.md:7: this block is never closed"),
    ],
)
def test_a_page_that_is_wrong_fails(tmp_path: Path, lines: list[str], message: str) -> None:
    closing = [] if "never closed" in message else ["```"]
    done = run(written(tmp_path, "```python", *lines, *closing), tmp_path)
    assert done.returncode != 0
    assert message in done.stderr


def test_blocks_that_need_mnist_wait_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = written(tmp_path, "```python mnist", "1 / 0", "```")
    monkeypatch.setenv("GLASSNET_DATA", str(tmp_path))
    assert run(page, tmp_path).returncode == 0
    (tmp_path / "mnist").mkdir()
    assert "ZeroDivisionError" in run(page, tmp_path).stderr
