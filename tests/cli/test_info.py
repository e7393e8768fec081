"""glassnet info: versions, and where data would be found."""

import platform
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from tests.cli.conftest import Run


def test_info(run: Run) -> None:
    result = run("info")
    assert result.exit_code == 0, result.output
    for found in (gn.__version__, platform.python_version(), np.__version__, "not set", "no such folder"):
        assert found in result.stdout


def test_info_says_which_data_was_found(run: Run, images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSNET_DATA", str(images))
    assert f"{images}: MNIST" in run("info").stdout.replace("\n", "")
