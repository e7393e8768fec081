"""Where files are kept: each platform's folders, and a user who has no home."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import glassnet
from glassnet import folders
from glassnet.compile import is_available, jit
from glassnet.compile.emit import Code
from glassnet.ir.errors import DataError

VARIABLES = ("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME", "XDG_STATE_HOME", folders.CACHE, folders.STATE)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment in which nothing names a folder."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.fixture
def homeless(bare: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nor has the user a home, as in a container that is run under the number of no user."""

    def home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    bare.setattr(Path, "home", home)
    return bare


@pytest.mark.parametrize(
    ("platform", "environment", "cache", "state"),
    [
        ("linux", {"HOME": "/home/ada"}, "/home/ada/.cache/glassnet", "/home/ada/.local/state/glassnet"),
        ("linux", {"XDG_CACHE_HOME": "/fast", "XDG_STATE_HOME": "/safe"}, "/fast/glassnet", "/safe/glassnet"),
        (
            "linux",
            {"HOME": "/home/ada", "XDG_CACHE_HOME": "not/absolute", "XDG_STATE_HOME": "nor/this"},
            "/home/ada/.cache/glassnet",
            "/home/ada/.local/state/glassnet",
        ),
        (
            "darwin",
            {"HOME": "/Users/ada"},
            "/Users/ada/Library/Caches/glassnet",
            "/Users/ada/Library/Application Support/glassnet",
        ),
        ("win32", {"LOCALAPPDATA": "/AppData"}, "/AppData/glassnet/Cache", "/AppData/glassnet/State"),
        ("linux", {folders.CACHE: "/elsewhere", folders.STATE: "/there"}, "/elsewhere", "/there"),
        (
            "linux",
            {"HOME": "/home/ada", folders.CACHE: "~/mine", folders.STATE: "~/kept"},
            "/home/ada/mine",
            "/home/ada/kept",
        ),
    ],
)
def test_folders_are_where_the_platform_keeps_them(
    bare: pytest.MonkeyPatch, platform: str, environment: dict[str, str], cache: str, state: str
) -> None:
    for name, value in environment.items():
        bare.setenv(name, value)
    bare.setattr(folders.sys, "platform", platform)
    assert folders.cache_folder() == Path(cache)
    assert folders.state_folder() == Path(state)


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_a_user_without_a_home_is_told_what_to_set(homeless: pytest.MonkeyPatch, platform: str) -> None:
    homeless.setattr(folders.sys, "platform", platform)
    with pytest.raises(DataError, match=r"no home folder .* set GLASSNET_CACHE to a folder that can be written"):
        folders.cache_folder()
    with pytest.raises(DataError, match=r"no home folder .* set GLASSNET_STATE to a folder that can be written"):
        folders.state_folder()


@pytest.mark.skipif(not is_available(), reason="llvmlite has no wheel for this platform")
def test_a_user_without_a_home_keeps_no_machine_code(homeless: pytest.MonkeyPatch) -> None:
    assert jit.folder() is None
    assert jit.compiled([Code("nothing_at_all", ["ptr %x"])])["nothing_at_all"]


NO_USER = """
import pwd, sys
def nobody(number): raise KeyError(number)
pwd.getpwuid = nobody
sys.path.insert(0, sys.argv.pop(1))
from glassnet.__main__ import main
main()
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows has no users of a number alone")
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("info", "this user has no home folder to keep files in; set GLASSNET_CACHE to a folder"),
        (
            "show mnist",
            "MNIST was not found. Tried: GLASSNET_DATA: not set. the download: this user has no home folder",
        ),
        ("lab --no-browser", "this user has no home folder to keep files in; set GLASSNET_STATE to a folder"),
        ("explain 2-4-3-1 --input 0.4,-0.7", "= 0.71"),
    ],
)
def test_the_command_line_of_a_user_without_a_home(command: str, said: str) -> None:
    sources = str(Path(glassnet.__file__).parents[1])
    ended = subprocess.run(
        [sys.executable, "-c", NO_USER, sources, *command.split()],
        env={"COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    output = ended.stdout + ended.stderr
    assert "Traceback" not in output
    assert said in " ".join(output.split())
