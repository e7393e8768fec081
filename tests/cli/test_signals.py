"""glassnet train when it is told to end, or when nobody reads it any more: the network is saved, and that is said."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from tests.cli.conftest import heard

GLASSNET = [sys.executable, "-c", "from glassnet.cli import main; main()"]
TRAIN = ("train", "points.csv", "--target", "y", "--out", "net.safetensors")
WAITS = """
import sys
write = sys.stdout.write
def wait(text):
    if text.split()[:1] == ["2/40"]:
        sys.stdin.readline()
    return write(text)
sys.stdout.write = wait
"""
"""Before glassnet: say no second epoch before a line has come. So quick a training would be over before anyone left."""


@contextmanager
def training(folder: Path, epochs: int, glassnet: Sequence[str] = GLASSNET) -> Iterator[subprocess.Popen[str]]:
    """A training that has finished its first epoch."""
    rows = "".join(f"{i % 7},{i % 11},{(i % 7) - 2 * (i % 11)}\n" for i in range(200))
    (folder / "points.csv").write_text(f"a,b,y\n{rows}", "utf-8")
    command = [*glassnet, *TRAIN, "--epochs", str(epochs)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=folder, preexec_fn=heard, **pipes) as child:  # type: ignore[call-overload]
        assert child.stdout is not None
        try:
            for line in child.stdout:
                if line.split()[:1] == [f"1/{epochs}"]:
                    break
            yield child
        finally:
            child.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name)
@pytest.mark.parametrize("reader", ["reads", "has left"])
def test_a_signal_ends_the_training_and_the_network_is_saved(
    number: signal.Signals, reader: str, tmp_path: Path
) -> None:
    with training(tmp_path, 1_000_000) as child:
        assert child.stdout is not None
        if reader == "has left":
            child.stdout.close()
        child.send_signal(number)
        said = child.communicate(timeout=60)[1]  # reads on: a full pipe would hold the training up
    assert child.returncode == 128 + number
    by = "interrupted" if number == signal.SIGINT else f"interrupted by {number.name}"
    assert said.startswith(f"glassnet: {by} ")
    assert "the best by validation loss; saved with the history in net.safetensors" in said
    assert "Traceback" not in said
    net = gn.load(tmp_path / "net.safetensors")
    assert net.history.epochs >= 1
    best = int(np.argmin(net.history["validation_loss"])) + 1
    assert f"the network has the weights of epoch {best}, the best" in said


def test_a_training_that_nobody_reads_goes_on_to_its_end(tmp_path: Path) -> None:
    with training(tmp_path, 40, [*GLASSNET[:-1], WAITS + GLASSNET[-1]]) as child:
        assert child.stdout is not None
        child.stdout.close()
        said = child.communicate("\n", timeout=60)[1]
    assert child.returncode == 0
    assert said.splitlines() == [
        "glassnet: nobody reads what the training prints; it went on, and the network is saved in net.safetensors"
    ]
    assert gn.load(tmp_path / "net.safetensors").history.epochs == 40


@pytest.mark.parametrize("module", ["glassnet.cli", "glassnet.cli.info", "numpy"])
def test_ctrl_c_while_the_modules_are_read_ends_it_without_a_traceback(module: str) -> None:
    press = f"""
import os, runpy, signal, sys

class Press:
    def find_spec(self, name, *_):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Press())
sys.argv[1:] = ["info"]
runpy.run_module("glassnet", run_name="__main__")
"""
    ended = subprocess.run([sys.executable, "-c", press], capture_output=True, text=True, timeout=60, preexec_fn=heard)
    assert (ended.returncode, ended.stderr) == (-signal.SIGINT, "")
