"""glassnet practice: the dialogue through a pipe and in a terminal, and sheets."""

import os
import re
import signal
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import glassnet as gn
from glassnet.cli import app
from glassnet.cli.practice import _Dialogue
from glassnet.practice import exercise, worksheet
from tests.cli.conftest import Run, message


def say(*lines: str, options: tuple[str, ...] = ("--seed", "7")) -> Result:
    """The dialogue, with so many lines of input."""
    result = CliRunner().invoke(app, ["practice", *options], input="".join(f"{line}\n" for line in lines))
    assert result.exit_code == 0, result.output
    return result


def test_through_a_pipe(run: Run) -> None:
    text = say("hint", "-0,21", "what", "−111/100", "show", "skip").stdout
    for found in (
        "y = hint\n  y = (x)(weight from x) + bias",
        "Not yet. It looks as if the bias -0.9 was forgotten.",
        "'what' is not a number; write 0.71 or 0,71 or -0.7 or 71/100; or hint, show, skip, quit",
        "Right: y = -1.11",
        "1 of 3 right, 0 at the first try (seed 7, level 1 of 13).",
    ):
        assert found in text


def test_the_end_of_the_input_is_polite(run: Run) -> None:
    assert "0 of 0 right" in say().stdout
    assert "0 of 0 right" in say("quit", "not read").stdout


def test_so_many_exercises(run: Run) -> None:
    text = say("skip", "skip", "skip", options=("--seed", "7", "--exercises", "2")).stdout
    assert "0 of 2 right" in text


def test_it_grows_harder(run: Run) -> None:
    answers = [str(question.value) for number in (1, 2) for question in exercise(number, 7, number).questions]
    text = say(*answers).stdout
    for title in ("1  One neuron", "2  Layers", "3  Two inputs"):
        assert title in text
    assert "level 3 of 13" in text


def test_without_a_seed_it_says_which(run: Run) -> None:
    assert re.search(r"\(seed \d+, level 1 of 13\)", say(options=()).stdout)


def test_sheets(run: Run) -> None:
    result = run("practice", "--sheet", "sheet.html", "--answers", "key.md", "--seed", 7, "--exercises", 3)
    assert result.exit_code == 0, result.output
    assert "3 exercises of seed 7 in sheet.html" in result.stdout
    drawn = worksheet(3, 7)
    assert Path("sheet.html").read_text(encoding="utf-8") == drawn.html()
    assert Path("key.md").read_text(encoding="utf-8") == drawn.markdown(answers=True)
    assert run("practice", "--answers", "key.html", "--seed", 7, "--level", 4).exit_code == 0
    assert Path("key.html").read_text(encoding="utf-8") == worksheet(8, 7, 4).html(answers=True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--level", 14], "from 1 to 13, got 14"),
        (["--level", 0], "from 1 to 13, got 0"),
        (["--input", "0.3"], "name it too"),
        (["1-3-3-1", "--level", 2], "either a level or a model"),
        (["1-3-3-1", "--target", 2], "a target belongs to an input"),
        (["1-3-3-1", "--input", "0.3 0.4"], "takes 1 number"),
        (["digits"], "by hand, at most 80"),
        (["nowhere.safetensors"], "does not exist"),
        (["--exercises", 0], "the number of exercises"),
        (["--sheet", "sheet.doc"], "must end in .md, .html or .pdf"),
        (["--sheet", "nowhere/sheet.md"], "no folder nowhere"),
    ],
)
def test_refusals(run: Run, arguments: list[object], words: str) -> None:
    assert words in message(run("practice", *arguments))
    assert not list(Path.cwd().glob("*.*"))


def test_a_network_of_ones_own(run: Run) -> None:
    """The understanding check of the lecture, then a network from a file with its target."""
    answers = ("1,06", "-1.18", "-0.29", "0.244", "-1.001", "0.079", "-0.2422")
    text = say(*answers, options=("1-3-3-1", "--input", "0.3")).stdout
    assert "7 of 7 right, 7 at the first try (1-3-3-1)." in text
    gn.Network(2, gn.Dense(2, "relu"), gn.Dense(2, "softmax"), seed=1).save("own.safetensors")
    text = say(*["skip"] * 30, options=("own.safetensors", "--input", "0.4,-0.7", "--target", "1")).stdout
    for title in ("1  Feed forward", "2  Backpropagation", "3  A step of gradient descent"):
        assert title in text
    assert "target: class 1" in text
    text = say(*["skip"] * 9, options=("2-4-3-1", "--seed", "7", "--exercises", "2")).stdout
    assert "2  Feed forward" in text
    assert "(2-4-3-1, seed 7)." in text


def test_a_sheet_of_ones_own(run: Run) -> None:
    made = run("practice", "2-4-3-1", "--input", "0.4 -0.7", "--target", 1, "--sheet", "own.md", "--answers", "key.md")
    assert "3 exercises of 2-4-3-1 in own.md." in made.stdout
    sheet = worksheet(of=gn.lecture("2-4-3-1"), x=[0.4, -0.7], y=[1])
    assert Path("own.md").read_text(encoding="utf-8") == sheet.markdown()
    assert Path("key.md").read_text(encoding="utf-8") == sheet.markdown(answers=True)


@pytest.mark.parametrize("columns", [80, 120])
def test_in_a_terminal(tmp_path: Path, columns: int) -> None:
    pytest.importorskip("pty", reason="needs pseudo-terminals")
    from tests.cli.test_terminal import Terminal

    with Terminal(tmp_path, columns, "practice", "--seed", "7", "--level", "4") as terminal:
        terminal.read_until(r"a1 = $")
        first = exercise(4, 7).questions[0]
        os.write(terminal.keyboard, f"{float(first.value):.6g}\n".replace(".", ",").encode())
        terminal.read_until(r"Right: a1 = .*\s+a2 = $")
        terminal.interrupt(r"1 of 1 right.*\n")
        assert terminal.finish() == 130, terminal.text
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.text)
    assert "1 of 1 right, 1 at the first try (seed 7, level 4 of 13)." in plain
    assert "Traceback" not in plain
    assert max(map(len, re.split(r"[\r\n]+", plain))) <= columns


def test_the_keyboard_can_end_it(tmp_path: Path) -> None:
    pytest.importorskip("pty", reason="needs pseudo-terminals")
    from tests.cli.test_terminal import Terminal

    with Terminal(tmp_path, 80, "practice", "--seed", "7") as terminal:
        terminal.read_until(r"y = $")
        os.write(terminal.keyboard, b"\x04")
        assert terminal.finish() == 0, terminal.text
    assert "0 of 0 right" in terminal.text


def test_a_second_ctrl_c_does_not_cut_the_score_off(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def impatient(dialogue: _Dialogue) -> None:
        signal.raise_signal(signal.SIGINT)
        end(dialogue)

    def interrupted(prompt: str) -> str:
        raise KeyboardInterrupt

    end, heard = _Dialogue._end, signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(_Dialogue, "_end", impatient)
    monkeypatch.setattr("builtins.input", interrupted)
    result = run("practice", "--seed", 7)
    assert result.exit_code == 130
    assert result.stdout.endswith("0 of 0 right, 0 at the first try (seed 7, level 1 of 13).\n")
    assert signal.getsignal(signal.SIGINT) is heard
