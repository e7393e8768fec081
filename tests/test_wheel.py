"""What people install: the wheel, in an environment of its own, opens the lab; the source distribution can build it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[1]
BIN = "Scripts" if os.name == "nt" else "bin"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution of this tree."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel alone; what Glassnet needs is lent to it by this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    [wheel] = built.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", str(folder), "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, str(wheel)], check=True, env=clean())
    [packages] = {Path(path) for path in folder.glob("**/site-packages")}
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


def clean() -> dict[str, str]:
    """The environment without ways back to this tree."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}


@pytest.fixture
def address(installed: Path, tmp_path: Path) -> Iterator[str]:
    """Of the lab that the installed command opens."""
    command = [str(installed / BIN / "glassnet"), "lab", "--port", "0", "--no-browser"]
    environment = {**clean(), "GLASSNET_STATE": str(tmp_path)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            yield child.stdout.readline().strip()
        finally:
            child.terminate()


def test_the_wheel_opens_the_lab(installed: Path, address: str) -> None:
    where = [str(installed / BIN / "python"), "-c", "import glassnet; print(glassnet.__file__)"]
    found = subprocess.run(where, cwd=installed, env=clean(), capture_output=True, text=True, check=True)
    assert Path(found.stdout.strip()).is_relative_to(installed)
    with httpx.Client(follow_redirects=True, timeout=60) as client:
        page = client.get(address)
        assert page.status_code == 200
        files = re.findall(r'(?:src|href)="\./([^"]+)"', page.text)
        assert len(files) > 3
        for file in files:
            assert client.get(f"{address.partition('?')[0]}{file}").status_code == 200, file


def test_the_source_distribution_carries_the_pages_and_what_they_are_built_from(built: Path) -> None:
    [path] = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {
        "hatch_build.py", "web/build.py", "web/package-lock.json", "web/src/main.tsx",
        "src/glassnet/lab/static/index.html", "src/glassnet/lab/static/built-from.txt",
    }  # fmt: skip
    assert wanted <= names
    assert not [name for name in names if "node_modules" in name]
