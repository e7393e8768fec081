"""glassnet info: versions, and the engine, and where data would be found."""

import platform
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.compile import choice, jit
from tests.cli.conftest import Run


def test_info(run: Run) -> None:
    result = run("info")
    assert result.exit_code == 0, result.output
    for found in (gn.__version__, platform.python_version(), np.__version__, "not set", "no data sets"):
        assert found in result.stdout


def test_info_says_which_data_was_found(run: Run, images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSNET_DATA", str(images))
    assert f"{images}: MNIST" in run("info").stdout.replace("\n", "")


ENGINES = [
    ("", "auto: numpy, the evaluator, first, and compiled code once that pays; GLASSNET_ENGINE or"),
    ("compiled", "compiled code from the first call on, as GLASSNET_ENGINE says"),
    ("numpy", "numpy, the evaluator, as GLASSNET_ENGINE says"),
]


def words(run: Run) -> str:
    """What it says in one line, however wide the columns are."""
    return " ".join(run("info").stdout.split())


@pytest.mark.parametrize(("said", "shown"), ENGINES)
@pytest.mark.skipif(not choice.is_available(), reason="llvmlite has no wheel for this platform")
def test_info_says_which_engine_works_how_and_why(
    run: Run, monkeypatch: pytest.MonkeyPatch, said: str, shown: str
) -> None:
    monkeypatch.setenv(choice.VARIABLE, said)
    monkeypatch.setattr("glassnet.cli.info.processors", lambda: 4)
    found = words(run)
    assert shown in found
    assert f"for {jit.host().name}, vectors of {8 * jit.host().width} bits" in found
    assert "compiled training and large calls take 1 to 2, whichever was faster lately; NumPy's large products" in found


def test_info_says_what_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "is_available", lambda: False)
    found = words(run)
    assert "numpy, the evaluator: llvmlite is not installed, which the compiled engine needs" in found
    assert "compiled training" not in found
