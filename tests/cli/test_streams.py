"""What the commands read from and write to: code pages without our signs, no standard input, pipes nobody writes to."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from glassnet.cli.plain import PLAIN

RUN = [sys.executable, "-c", "from glassnet.cli import main; main()"]


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*RUN, *arguments], capture_output=True, timeout=60, **options)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("shown", "code_page", "printed"),
    [
        ("y = −2.1·x + 11", "cp1252", b"y = -2.1\xb7x + 11"),
        ("y = −2.1·x + 11", "ascii", b"y = -2.1*x + 11"),
        ("R² = 0.67 ≈ ⅔", "ascii", b"R^2 = 0.67 ~ 2/3"),
        ("p1⁽²⁾, x₁ → Größe", "ascii", b"p1^(2), x_1 -> Grosse"),
        ("∂loss/∂w ≤ 0", "cp437", b"dloss/dw \xf3 0"),
        ("漢", "cp1252", b"\\u6f22"),
    ],
)
def test_a_sign_that_a_code_page_lacks_is_its_nearest(shown: str, code_page: str, printed: bytes) -> None:
    assert shown.encode(code_page, PLAIN) == printed


def test_a_minus_sign_reaches_a_windows_code_page(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("x,y\n1,9\n2,7\n3,4\n4,3\n", encoding="utf-8")
    result = run("regress", str(table), "--target", "y", env={**os.environ, "PYTHONIOENCODING": "cp1252"})
    assert result.stdout.splitlines()[0] == b"y = -2.1\xb7x + 11"
    assert b"?" not in result.stdout


def test_practice_without_standard_input_says_so() -> None:
    result = run("practice", preexec_fn=lambda: os.close(0))
    assert (result.returncode, result.stdout) == (2, b"")
    assert b"there is no standard input to answer on" in result.stderr


def test_practice_at_the_end_of_its_input_ends() -> None:
    result = run("practice", "--seed", "1", stdin=subprocess.DEVNULL)
    assert result.returncode == 0
    assert b"Traceback" not in result.stderr


@pytest.mark.parametrize(
    "command",
    [
        ["predict", "digits", "{pipe}"],
        ["predict", "{pipe}", "image.png"],
        ["train", "{pipe}", "--target", "y"],
        ["regress", "{pipe}", "--target", "y"],
        ["explain", "digits", "--input", "{pipe}"],
        ["show", "{pipe}"],
    ],
    ids=" ".join,
)
def test_a_pipe_that_nobody_writes_to_is_refused_at_once(command: list[str], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    result = run(*(word.format(pipe=pipe) for word in command))
    assert result.returncode == 2
    assert b"pipe" in result.stderr
    assert b"Traceback" not in result.stderr
