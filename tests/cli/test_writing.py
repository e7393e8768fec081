"""What the commands write replaces nothing but what Glassnet wrote: no data, no other file, no device, no pipe."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import glassnet as gn
from glassnet.files import require_writable
from glassnet.model.file import MODEL
from tests.cli.conftest import Run, message

TABLE = "x,y\n" + "".join(f"{i},{2 * i + i % 3}.5\n" for i in range(30))
TRAIN = ("train", "t.csv", "--target", "y", "--epochs", "1")
WRITING = {
    "model": [*TRAIN, "--out"],
    "log": [*TRAIN, "--out", "n.safetensors", "--log"],
    "picture": ["draw", "2-4-3-1", "--out"],
    "plot": ["regress", "t.csv", "--target", "y", "--plot"],
    "quartet": ["regress", "anscombe", "--plot"],
    "sheet": ["practice", "--seed", "1", "--exercises", "1", "--sheet"],
    "key": ["practice", "--seed", "1", "--exercises", "1", "--answers"],
    "demo": ["demo", "--epochs", "1", "--out"],
}
"""How each command is told where to write; the path follows."""
ENDINGS = {
    "model": ["safetensors", "model"],
    "log": ["csv", "txt"],
    "picture": ["svg", "png", "pdf"],
    "plot": ["svg", "png", "pdf"],
    "sheet": ["md", "html", "pdf"],
    "key": ["md", "html", "pdf"],
}


@pytest.fixture(autouse=True)
def table(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("what", "ending"), [(what, ending) for what, endings in ENDINGS.items() for ending in endings]
)
def test_what_we_wrote_is_replaced(what: str, ending: str, run: Run) -> None:
    """A second time, and through a symbolic link, which stays one."""
    path = Path(f"file.{ending}")
    for _ in range(2):
        assert run(*WRITING[what], path).exit_code == 0
    before = path.read_bytes()
    link = Path(f"link.{ending}")
    link.symlink_to(path)
    path.touch()
    assert run(*WRITING[what], link).exit_code == 0
    assert link.is_symlink()
    assert (path.read_bytes() == before) == (what != "log")  # equal content, equal files; but epochs take their time


@pytest.mark.parametrize("what", WRITING)
@pytest.mark.parametrize("link", ["", "symbolic", "hard"])
@pytest.mark.parametrize("content", [b"# My notes\n", b"\x89PNG\r\n\x1a\n" + bytes(90), b"%PDF-1.7\n", b"<svg></svg>"])
def test_another_file_is_not(what: str, link: str, content: bytes, run: Run, tmp_path: Path) -> None:
    """Whatever its name; neither is one that a link leads to."""
    path = Path(f"mine.{ENDINGS.get(what, ['png'])[0]}")
    there = Path("behind") if link else path
    there.write_bytes(content)
    if link == "symbolic":
        path.symlink_to(there)
    elif link:
        path.hardlink_to(there)
    before = sorted(tmp_path.iterdir())
    said = message(run(*WRITING[what], path))
    assert f"{path}{f', which leads to {there.resolve()},' * (link == 'symbolic')} cannot be written" in said
    assert "that Glassnet wrote; choose another name, or remove it first" in said
    assert there.read_bytes() == path.read_bytes() == content
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("what", WRITING)
def test_a_file_of_ours_of_another_kind_is_not(what: str, run: Run) -> None:
    made = {"model": "m.safetensors", "log": "l.csv", "picture": "p.svg", "sheet": "s.md"}
    for kind, path in made.items():
        assert run(*WRITING[kind], path).exit_code == 0
    own = {"plot": "picture", "quartet": "picture", "key": "sheet", "demo": "model"}.get(what, what)
    for kind, path in made.items():
        if kind != own:
            content = Path(path).read_bytes()
            assert "that Glassnet wrote" in message(run(*WRITING[what], path))
            assert Path(path).read_bytes() == content


@pytest.mark.parametrize("what", WRITING)
def test_an_empty_file_is_nobodys_loss(what: str, run: Run) -> None:
    path = Path(f"empty.{ENDINGS.get(what, ['png'])[0]}")
    path.touch()
    require_writable(path, MODEL)
    if what not in ("quartet", "demo"):
        assert run(*WRITING[what], path).exit_code == 0
        assert path.stat().st_size > 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs named pipes")
@pytest.mark.parametrize("what", WRITING)
@pytest.mark.parametrize("link", [False, True])
def test_pipes_are_neither_replaced_nor_waited_for(what: str, link: bool, run: Run) -> None:
    os.mkfifo("pipe")
    path = Path("pipe")
    if link:
        path = Path("link.svg")
        path.symlink_to("pipe")
    assert "there is a device or pipe of that name; choose another" in message(run(*WRITING[what], path))
    assert Path("pipe").is_fifo()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ([*TRAIN, "--out", "t.csv"], "the model t.csv cannot be written: that is the data"),
        ([*TRAIN, "--out", "./sub/../t.csv"], "that is the data"),
        ([*TRAIN, "--out", "soft"], "the model soft, which leads to "),
        ([*TRAIN, "--out", "hard"], "that is the data"),
        ([*TRAIN, "--log", "t.csv"], "the log t.csv cannot be written: that is the data"),
        ([*TRAIN, "--log", "soft"], "that is the data"),
        ([*TRAIN, "--log", "hard"], "that is the data"),
        ([*TRAIN, "--out", "n", "--log", "n"], "the log n cannot be written: that is the model"),
        ([*TRAIN, "--log", "sub/../t.safetensors"], "that is the model"),
        ([*TRAIN, "--checkpoints", "sub", "--out", "sub/step-000000001.safetensors"], "is where the checkpoints go"),
        ([*TRAIN, "--checkpoints", "sub", "--log", "./sub/step-1.safetensors"], "is where the checkpoints go"),
        ([*TRAIN, "--checkpoints", "new", "--out", "./new"], "is where the checkpoints go"),
        ([*TRAIN, "--checkpoints", "new", "--log", "sub/../new"], "is where the checkpoints go"),
        ([*TRAIN, "--checkpoints", "t.csv"], "is a file; give the folder that Checkpoint wrote to"),
        ([*TRAIN, "--checkpoints", "soft"], "is a file; give the folder that Checkpoint wrote to"),
        (["regress", "t.csv", "--target", "y", "--plot", "t.csv"], "that is the table"),
        (["draw", "t.csv", "--out", "hard"], "that is the model"),
        (["practice", "--sheet", "new.md", "--answers", "new.md"], "that is the sheet without the answers"),
        (["practice", "--sheet", "new.md", "--answers", "./sub/../new.md"], "that is the sheet without the answers"),
        (["practice", "--sheet", "dangling", "--answers", "new.md"], "that is the sheet without the answers"),
        ([*TRAIN, "--out", "x" * 300], "the model xxx"),
        ([*TRAIN, "--out", "x" * 300], "File name too long in the folder"),
        ([*TRAIN, "--out", "round"], "Too many levels of symbolic links in the folder"),
        ([*TRAIN, "--log", "nowhere"], "cannot be written: there is no folder "),
        (["draw", "digits", "--out", "round"], "Too many levels of symbolic links in the folder"),
    ],
)  # fmt: skip
def test_what_the_command_reads_or_writes_itself(command: list[str], said: str, run: Run, table: Path) -> None:
    Path("sub").mkdir()
    Path("soft").symlink_to("t.csv")
    Path("hard").hardlink_to("t.csv")
    Path("dangling").symlink_to("new.md")
    Path("nowhere").symlink_to("missing/log.csv")
    Path("round").symlink_to("and_round")
    Path("and_round").symlink_to("round")
    before = sorted(table.parent.iterdir())
    assert said in message(run(*command))
    assert table.read_text("utf-8") == TABLE
    assert sorted(table.parent.iterdir()) == before


def test_data_that_look_like_a_log_of_ours(run: Run) -> None:
    """A log is a table too: it is what the network learns from, and stays as it is."""
    assert run(*TRAIN, "--epochs", 9, "--log", "l.csv").exit_code == 0
    content = Path("l.csv").read_bytes()
    again = ("train", "l.csv", "--target", "loss", "--epochs", 1, "--log", "l.csv")
    assert "that is the data" in message(run(*again))
    assert Path("l.csv").read_bytes() == content


def test_models_of_others(run: Run, tmp_path: Path) -> None:
    import numpy as np
    from safetensors.numpy import save_file

    save_file({"w": np.zeros(3)}, "other.safetensors", {"format": "pt"})
    assert "not a model that Glassnet wrote" in message(run(*TRAIN, "--out", "other.safetensors"))


def test_a_model_that_was_cut_off_is_replaced(run: Run) -> None:
    assert run(*TRAIN, "--out", "n.safetensors").exit_code == 0
    content = Path("n.safetensors").read_bytes()
    Path("n.safetensors").write_bytes(content[:-9])
    assert run(*TRAIN, "--out", "n.safetensors").exit_code == 0
    assert Path("n.safetensors").read_bytes() == content


def test_checkpoints_are_no_models(run: Run) -> None:
    assert run(*TRAIN, "--checkpoints", "kept").exit_code == 0
    [path] = Path("kept").iterdir()
    content = path.read_bytes()
    assert "not a model that Glassnet wrote" in message(run(*TRAIN, "--out", path))
    assert path.read_bytes() == content


# ── the rest of what a training writes ──────────────────────────────────────────────────────────────────────────────


LIMITED = """
import resource, sys
from pathlib import Path
size = Path("small.safetensors").stat().st_size + 900
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
from glassnet.cli import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_disk_full_of_checkpoints_does_not_lose_the_model(run: Run, tmp_path: Path) -> None:
    """Checkpoints are larger than models: with this limit on the size of files, only the model can be written."""
    options = ("--hidden", "32")
    assert run(*TRAIN, *options, "--out", "small.safetensors").exit_code == 0
    command = [*TRAIN, *options, "--out", "net.safetensors", "--checkpoints", "kept"]
    done = subprocess.run([sys.executable, "-c", LIMITED, *command], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "glassnet: kept/step-" in done.stderr
    assert "cannot be saved" in done.stderr
    assert "the training goes on" in done.stderr
    assert "Saved in net.safetensors" in done.stdout
    assert gn.load(tmp_path / "net.safetensors").history.epochs == 1
    assert list((tmp_path / "kept").iterdir()) == []


def test_resuming_what_is_not_there_yet_is_said(run: Run) -> None:
    result = run(*TRAIN, "--checkpoints", "kept", "--resume")
    assert result.exit_code == 0
    assert "There is no checkpoint in kept yet: the training begins anew." in result.stdout
    assert not result.stderr


def test_a_damaged_checkpoint_is_said(run: Run) -> None:
    assert run(*TRAIN, "--epochs", "3", "--checkpoints", "kept").exit_code == 0
    before, newest = sorted(Path("kept").iterdir())
    newest.write_bytes(newest.read_bytes()[:-9])
    result: Any = run(*TRAIN, "--epochs", "3", "--checkpoints", "kept", "--resume")
    assert result.exit_code == 0
    assert result.stderr.startswith(f"glassnet: {newest} cannot be read: it was cut off")
    assert f"going on from {before.name}" in result.stderr


def test_another_table_is_refused(run: Run, table: Path) -> None:
    assert run(*TRAIN, "--checkpoints", "kept").exit_code == 0
    table.write_text(TABLE.replace("29,", "28.75,"), encoding="utf-8")
    said = message(run(*TRAIN, "--epochs", "2", "--checkpoints", "kept", "--resume"))
    assert "is a checkpoint of another training" in said
