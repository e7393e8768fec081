"""``gn.lab.show``: a network of a script or a notebook in the lab."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from subprocess import run
from typing import Any

import httpx
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

import glassnet as gn
from glassnet.ir.errors import DataError, GlassnetError
from glassnet.lab import OpenLab
from tests.lab.conftest import Opens, get
from tests.lab.honest import check_numbers

SCRIPT = "import glassnet as gn\nlab = gn.lab.show(gn.lecture(), port=0)\nprint(lab)\n"
NETWORK = gn.Network(2, gn.Dense(3, "relu"), gn.Dense(1), seed=7)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSNET_STATE", str(tmp_path))


@pytest.fixture
def shown() -> Iterator[OpenLab]:
    with closing(gn.lab.show(NETWORK, [[0.25, -3], [1, 2]], [1, 0], port=0)) as lab:
        yield lab


def test_a_network_is_opened_at_its_first_input(opened: Opens, shown: OpenLab) -> None:
    page = opened("", at=shown.address, pardon="Error in connection establishment")
    page.get_by_label("v", exact=True).wait_for()
    assert [page.get_by_label(name, exact=True).input_value() for name in "uv"] == ["0.25", "−3"]
    assert page.locator("h1").inner_text() == "Network"
    assert "token" not in page.url
    assert check_numbers(page)
    shown.close()
    assert not shown.is_open
    page.get_by_role("status", name="Connection").get_by_text("does not answer").wait_for()


def test_what_is_done_there_leaves_the_network_alone(opened: Opens, shown: OpenLab) -> None:
    before = NETWORK.parameters["dense_1.biases"].copy()
    page = opened("", at=shown.address)
    field = page.get_by_label("dense_1.biases[0]", exact=True)
    field.fill("5")
    field.press("Enter")
    page.wait_for_url(re.compile("dense_1.biases"))
    assert (NETWORK.parameters["dense_1.biases"] == before).all()


def test_it_says_whether_it_is_open(shown: OpenLab) -> None:
    assert repr(shown) == f"The lab is open at {shown.address}"
    assert f'href="{shown.address}"' in shown._repr_html_()
    shown.close()
    shown.close()
    assert repr(shown) == "The lab is closed"
    assert shown._repr_html_() == "<p>The lab is closed</p>"
    with pytest.raises(httpx.ConnectError):
        get(shown.address)


@pytest.mark.parametrize(
    ("x", "y", "error", "said"),
    [
        ([1, 2, 3], None, DataError, "expects 2 inputs"),
        ([[1, 2], [3, np.nan]], None, DataError, "nan in row 1"),
        ([[1, 2], [3, 4]], [1, 2, 3], DataError, "x has 2 samples"),
    ],
)
def test_what_does_not_fit_is_said(x: Any, y: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        gn.lab.show(NETWORK, x, y, port=0)


def test_a_page_that_is_not_there_is_said() -> None:
    with pytest.raises(GlassnetError, match="network"):
        gn.lab.show(NETWORK, page="networks", port=0)


def test_a_script_without_a_terminal_ends(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    done = run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("The lab is open at http://127.0.0.1:")
    assert done.stderr == ""


def test_a_script_in_a_terminal_waits_for_ctrl_c(tmp_path: Path) -> None:
    from tests.cli.test_terminal import Terminal

    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    with Terminal(tmp_path, 120, main=[sys.executable, "script.py"]) as terminal:
        terminal.read_until(r"Ctrl-C closes it\.")
        address = re.findall(r"http://\S+", terminal.text)[0]
        assert get(address, follow_redirects=True).status_code == 200
        os.write(terminal.keyboard, b"\x03")
        assert terminal.finish() == 0, terminal.text


def test_a_notebook_has_a_link(tmp_path: Path) -> None:
    cell = nbformat.v4.new_code_cell("import glassnet as gn\nlab = gn.lab.show(gn.lecture(), [0.4, -0.7], port=0)\nlab")
    client = NotebookClient(nbformat.v4.new_notebook(cells=[cell]), timeout=60)
    with client.setup_kernel():
        shown = client.execute_cell(cell, 0).outputs[-1].data["text/html"]
        found = re.fullmatch('<p><a href="(.+)" target="_blank" rel="noopener">Open the lab</a></p>', shown)
        assert found
        answer = get(found[1], follow_redirects=True)
        assert answer.status_code == 200
        assert str(answer.url).endswith("/network")
