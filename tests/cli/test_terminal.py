"""A real terminal: the live bar, and Ctrl-C from the keyboard."""

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import httpx
import pytest

import glassnet as gn
from tests.cli.conftest import heard

pytest.importorskip("pty", reason="needs pseudo-terminals")

MAIN = [sys.executable, "-c", "from glassnet.cli import main; main()"]
TIMEOUT = 120.0


class Terminal:
    """A command in a pseudo-terminal of so many columns; ``text`` is all that it has written so far.

    With ``CI`` unset, and a state folder of its own.
    """

    def __init__(self, folder: Path, columns: int, *arguments: str, main: Sequence[str] = MAIN) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self.keyboard, screen = pty.openpty()
        fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        environment = {
            name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR", "CI")
        }

        def begin() -> None:
            heard()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            [*main, *arguments],
            cwd=folder,
            env={**environment, "TERM": "xterm-256color", "GLASSNET_STATE": str(folder)},
            stdin=screen,
            stdout=screen,
            stderr=screen,
            start_new_session=True,
            preexec_fn=begin,
        )
        os.close(screen)
        self.text = ""

    def read_until(self, pattern: str) -> None:
        """Read until the pattern is there; the end of the output or a long silence is a failure."""
        end = time.monotonic() + TIMEOUT
        while not re.search(pattern, self.text):
            ready, _, _ = select.select([self.keyboard], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"no {pattern!r} in {self.text[-500:]!r}"
            assert self._read(), f"ended without {pattern!r}: {self.text[-500:]!r}"

    def interrupt(self, pattern: str) -> None:
        """Press Ctrl-C until the pattern is there, once a silent second: a prompt misses one just before it waits."""
        end = time.monotonic() + TIMEOUT
        os.write(self.keyboard, b"\x03")
        while not re.search(pattern, self.text):
            ready, _, _ = select.select([self.keyboard], [], [], 1.0)
            assert time.monotonic() < end, f"no {pattern!r} in {self.text[-500:]!r}"
            if ready:
                assert self._read(), f"ended without {pattern!r}: {self.text[-500:]!r}"
            else:
                os.write(self.keyboard, b"\x03")

    def finish(self) -> int:
        """Read to the end."""
        end = time.monotonic() + TIMEOUT
        while True:
            ready, _, _ = select.select([self.keyboard], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"still running: {self.text[-500:]!r}"
            if not self._read():
                return self.process.wait(TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.keyboard)

    def _read(self) -> bool:
        try:
            data = os.read(self.keyboard, 65536)
        except OSError:  # Linux: the other end is closed
            return False
        self.text += data.decode(errors="replace")
        return bool(data)


def table(folder: Path) -> None:
    rows = "".join(f"{i},{(i * 7) % 11},{'big' if i % 3 else 'small'}\n" for i in range(3000))
    (folder / "t.csv").write_text(f"x,z,y\n{rows}", encoding="utf-8")


@pytest.mark.parametrize("columns", [80, 120])
def test_a_live_bar_until_ctrl_c(tmp_path: Path, columns: int) -> None:
    table(tmp_path)
    endless = ("--epochs", "100000")  # a fifth of which must pass before training stops by itself
    with Terminal(tmp_path, columns, "train", "t.csv", "--target", "y", *endless) as terminal:
        terminal.read_until(r"loss \d\S*, accuracy \d+\.\d\d %, [\d,]+ rows/s")
        terminal.read_until(r" 1/100000 +\d\S* +\d+\.\d\d % ")
        os.write(terminal.keyboard, b"\x03")
        assert terminal.finish() == 130, terminal.text[-500:]
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\^C", "", terminal.text)  # terminals echo Ctrl-C as ^C
    assert re.search(r"epoch +\d+/100000 [━╸╺]+ loss ", plain)
    assert max(map(len, re.split(r"[\r\n]+", plain))) <= columns
    said = " ".join(plain.split())
    assert re.search(r"interrupted (in|after) epoch \d+; the network has the weights of epoch \d+, the best by", said)
    assert "saved with the history in t.safetensors" in said
    assert gn.load(tmp_path / "t.safetensors").history.epochs >= 1
    assert "\x1b[?25h" in terminal.text  # the cursor is shown again


def test_the_demo_ends_in_the_lab(images: Path, tmp_path: Path) -> None:
    with Terminal(tmp_path, 120, "demo", "--epochs", "1", "--data", str(images)) as terminal:
        terminal.read_until("nobody else should see. Ctrl-C closes it")
        assert "Ctrl-C closes the lab, and ends this demo." in terminal.text
        [address] = re.findall(r"http://\S+", terminal.text)
        page = httpx.get(address, follow_redirects=True, timeout=TIMEOUT)
        assert (page.status_code, page.url.path) == (200, "/digits")
        os.write(terminal.keyboard, b"\x03")
        assert terminal.finish() == 0, terminal.text[-500:]


def test_plain_lines_in_a_pipe(tmp_path: Path) -> None:
    table(tmp_path)
    command = [*MAIN, "train", "t.csv", "--target", "y", "--epochs", "3"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "\x1b" not in done.stdout
    assert "\r" not in done.stdout
    assert len(re.findall(r"^ +\d/3 ", done.stdout, re.MULTILINE)) == 3


def test_a_reader_that_leaves_early_gets_no_traceback(tmp_path: Path) -> None:
    done = subprocess.Popen([*MAIN, "show", "strokes", "3"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert done.stdout is not None
    assert done.stderr is not None
    done.stdout.close()
    assert "Traceback" not in done.stderr.read()
    done.stderr.close()
    done.wait(TIMEOUT)
