"""What is seen of a training: the bar and the lines where a person watches, nothing anywhere else."""

import io
import os
import subprocess
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from rich.console import Console

import glassnet as gn
from glassnet.train import compiled, progress
from glassnet.train.progress import MOST_LINES, Progress, Terminal

X, Y = np.arange(40.0).reshape(20, 2) / 40, np.arange(20.0) / 20


class Recorded:
    """A screen that remembers what was shown on it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.bars: list[tuple[float, str, str]] = []
        self.closed = False

    def add(self, lines: Sequence[tuple[str, str]]) -> None:
        self.lines += [text for text, _ in lines]

    def bar(self, share: float, title: str, text: str) -> None:
        self.bars.append((share, title, text))

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step is shown at once."""
    monkeypatch.setattr(progress, "REFRESH", 0.0)
    monkeypatch.setattr(progress, "SHARE", np.inf)
    monkeypatch.setattr(compiled, "SLICE", 0.0)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.delenv("CI", raising=False)


def network() -> gn.Network:
    return gn.Network(2, gn.Dense(3, "tanh"), gn.Dense(1))


def watched(x: Any = X, y: Any = Y, patience: float = 0.0, **settings: Any) -> Recorded:
    screen = Recorded()
    network().fit(x, y, callbacks=[Progress(screen, "rows", patience)], progress=False, **settings)
    return screen


@pytest.mark.usefixtures("impatient")
def test_the_bar_says_how_far_the_training_is() -> None:
    screen = watched(epochs=2, batch_size=5)
    assert [share for share, _, _ in screen.bars] == pytest.approx([k / 8 for k in range(1, 9)])
    assert [title for _, title, _ in screen.bars] == ["epoch 1/2"] * 4 + ["epoch 2/2"] * 4
    for word in ("loss ", "mean absolute error ", " rows/s", "0:00 left"):
        assert all(word in text for _, _, text in screen.bars)


class Clock:
    """Time that goes on when something takes time."""

    now = 0.0
    looking = 0.0

    def perf_counter(self) -> float:
        return self.now

    def look(self, seconds: float) -> None:
        self.now += seconds
        self.looking += seconds


@pytest.mark.parametrize("seconds", [1e-4, 2e-3, 0.02])  # for lines or a bar; a terminal takes 0.002
def test_looks_take_little_of_the_time_however_slow_the_screen_is(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, screen = Clock(), Recorded()
    monkeypatch.setattr(progress, "time", clock)
    add, bar = screen.add, screen.bar
    monkeypatch.setattr(screen, "add", lambda *given: (clock.look(seconds), add(*given)))
    monkeypatch.setattr(screen, "bar", lambda *given: (clock.look(seconds), bar(*given)))

    class Takes(gn.Callback):
        def on_step(self, training: Any, measured: Any) -> None:
            clock.now += 0.5

    network().fit(X, Y, epochs=200, batch_size=20, callbacks=[Takes(), Progress(screen)], progress=False)
    assert len(screen.bars) > 5
    assert len(screen.lines) >= MOST_LINES
    assert clock.looking < 0.02 * clock.now


def test_lines_are_shown_though_the_training_diverges() -> None:
    screen = Recorded()
    live = Progress(screen)
    with pytest.raises(gn.DivergenceError):
        network().fit(X, Y * 1e4, epochs=200, optimizer=gn.SGD(3.0), callbacks=[live], progress=False)
    live.close()
    assert screen.lines[0].split()[0] == "epoch"
    assert screen.closed


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("stream", [False, True])
def test_a_later_call_counts_its_epochs_on(stream: bool) -> None:
    net, screen = network(), Recorded()
    given: tuple[Any, ...] = ([(X[i : i + 5], Y[i : i + 5]) for i in range(0, 20, 5)],) if stream else (X, Y)
    net.fit(X, Y, epochs=3, batch_size=5, progress=False)
    net.fit(*given, epochs=2, batch_size=5, callbacks=[Progress(screen)], progress=False)
    assert screen.lines[0] == "Going on after epoch 3 of 5."
    assert [line.split()[0] for line in screen.lines[2:]] == ["4/5", "5/5"]
    known = [k / 8 for k in range(5, 9)]
    assert [share for share, _, _ in screen.bars][4:] == pytest.approx(known)
    assert [title for _, title, _ in screen.bars] == ["epoch 4/5"] * 4 + ["epoch 5/5"] * 4


def test_a_reader_who_leaves_does_not_end_a_training() -> None:
    program = (
        "import numpy as np, glassnet as gn; net = gn.Network(2, gn.Dense(1)); x = np.ones((4, 2));"
        "net.fit(x, x[:, 0], epochs=200, progress=True); import sys; sys.stderr.write(repr(net.history.epochs))"
    )
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", program], **pipes) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        assert child.stderr.read() == "200"
    assert child.returncode == 0


def test_lines_have_the_measurements_of_the_history_under_their_names() -> None:
    screen, net = Recorded(), network()
    history = net.fit(X, Y, epochs=3, validation=0.2, callbacks=[Progress(screen)], progress=False)
    heading, *rows = screen.lines
    names = heading.replace("validation ", "validation_").split()
    assert names == ["epoch", "loss", "mae", "validation_loss", "validation_mae", "samples/s"]
    for i, row in enumerate(rows):
        cells = dict(zip(names, row.split(), strict=True))
        assert cells["epoch"] == f"{i + 1}/3"
        assert cells["loss"] == f"{history['loss'][i]:.4g}"
        assert cells["validation_mae"] == f"{history['validation_mae'][i]:.4g}"


@pytest.mark.parametrize("epochs", [1, 24, 25, 26, 51, 1000])
def test_a_long_training_has_few_lines_the_first_and_the_last_among_them(epochs: int) -> None:
    _, *rows = watched(epochs=epochs, batch_size=20, metrics=[]).lines
    shown = [int(row.split("/")[0]) for row in rows]
    assert shown[0] == 1
    assert shown[-1] == epochs
    assert min(epochs, MOST_LINES) // 2 < len(shown) <= MOST_LINES + 2


@pytest.mark.usefixtures("impatient")
def test_a_stream_has_no_speed_and_after_its_first_epoch_its_length_is_known() -> None:
    screen = watched([(X[:10], Y[:10]), (X[10:], Y[10:])], None, epochs=2)
    assert [share for share, _, _ in screen.bars] == pytest.approx([0, 0, 0.75, 1])
    assert not any("rows/s" in text for text in screen.lines)


def test_a_training_that_is_over_soon_shows_nothing() -> None:
    screen = watched(epochs=3, patience=1000.0)
    assert not screen.lines
    assert not screen.bars


@pytest.mark.usefixtures("impatient")
def test_what_a_terminal_would_obey_is_shown() -> None:
    def red(y: Any, prediction: Any) -> float:
        return 0.0

    red.__name__ = "[bold]\x1b[31m"
    screen = watched(epochs=1, metrics=[red])
    assert "\x1b" not in "".join(screen.lines) + "".join(text for _, _, text in screen.bars)
    terminal = Console(file=io.StringIO(), force_terminal=True, width=150)
    network().fit(X, Y, epochs=1, metrics=[red], callbacks=[live := Progress(Terminal(terminal))], progress=False)
    live.close()
    assert "[bold]" in terminal.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.usefixtures("impatient")
def test_nothing_is_shown_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    network().fit(X, Y, epochs=2)
    network().fit(X, Y, epochs=2, progress=False)
    assert capsys.readouterr() == ("", "")


def test_lines_are_written_anywhere_when_they_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    network().fit(X, Y, epochs=2, progress=True)
    assert "2/2" in capsys.readouterr().out


@pytest.mark.usefixtures("impatient")
def test_a_terminal_is_watched_but_not_one_of_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    network().fit(X, Y, epochs=2)
    assert "2/2" in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    network().fit(X, Y, epochs=2)
    assert not capsys.readouterr().out


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("ending", [KeyboardInterrupt, ValueError])
def test_the_bar_goes_whatever_ends_the_training(monkeypatch: pytest.MonkeyPatch, ending: type[BaseException]) -> None:
    class Ends(gn.Callback):
        def on_epoch(self, training: Any, row: Any) -> None:
            raise ending

    screen = Recorded()
    monkeypatch.setattr(progress, "_screen", lambda wanted: screen)
    try:
        network().fit(X, Y, epochs=2, callbacks=[Ends()])
    except ValueError:
        assert ending is ValueError
    assert screen.bars
    assert screen.closed


@pytest.mark.usefixtures("impatient")
def test_a_notebook_replaces_one_text(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []

    class Handle:
        def update(self, content: dict[str, str], raw: bool) -> None:
            texts.append(content["text/plain"])

    def display(content: dict[str, str], raw: bool, display_id: bool) -> Handle:
        assert not texts, "a second output"
        texts.append(content["text/plain"])
        return Handle()

    ipython, shell = ModuleType("IPython"), type("Shell", (), {"kernel": None})()
    ipython.__dict__.update(get_ipython=lambda: shell)
    module = ModuleType("IPython.display")
    module.__dict__.update(display=display)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    network().fit(X, Y, epochs=2, batch_size=10)
    assert "━" in texts[0]
    assert "left" in texts[0]
    assert [line.split()[0] for line in texts[-1].splitlines()] == ["epoch", "1/2", "2/2"]


def test_a_switch_that_is_none_is_said() -> None:
    with pytest.raises(gn.GlassnetError, match="progress is True, False or None, got 2"):
        network().fit(X, Y, progress=2)  # type: ignore[arg-type]


def test_training_in_a_script_imports_no_terminal_library() -> None:
    code = (
        "import sys, glassnet as gn; gn.Network(1, gn.Dense(1)).fit([[1], [2]], [1, 2]); print('rich' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert run.stdout == "False\n"
