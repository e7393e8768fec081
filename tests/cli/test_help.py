"""--help shows an example for every command, and each example in help and documentation is a command that exists."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from glassnet.cli import EXAMPLES, app
from glassnet.cli.group import spread
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLE = re.compile(r"^(?:\$ )?(glassnet [a-z]+[^|>\n]*)|`(glassnet [a-z]+ [^`\n]+)`", re.MULTILINE)


def written_commands() -> list[str]:
    found = [match for page in PAGES for match in EXAMPLE.findall(page.read_text(encoding="utf-8"))]
    return sorted({*(in_block or in_text for in_block, in_text in found), *EXAMPLES.values()})


@pytest.mark.parametrize("command", written_commands())
def test_examples_are_commands(command: str) -> None:
    """Parsing refuses options that do not exist and values of the wrong kind; nothing is run."""
    _, name, *arguments = shlex.split(command, comments=True)
    group = typer.main.get_command(app)
    group.commands[name].make_context(name, arguments)  # type: ignore[attr-defined]


@pytest.mark.parametrize("function", EXAMPLES, ids=lambda function: function.__name__)
def test_help_shows_an_example(run: Run, function: object) -> None:
    result = run(function.__name__, "--help")  # type: ignore[attr-defined]
    assert result.exit_code == 0
    assert run(function.__name__, "-h").stdout == result.stdout  # type: ignore[attr-defined]
    assert f"Example: {EXAMPLES[function]}" in " ".join(result.stdout.split())  # type: ignore[index]


def test_every_option_is_documented() -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    group = typer.main.get_command(app)
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        for option in command.params:
            for flag in option.opts:
                if flag.startswith("--"):
                    assert f"`{flag}" in text, f"docs/cli.md does not mention {flag} of {name}"


def test_without_a_command_it_shows_the_help(run: Run) -> None:
    assert "Commands" in run().output
    assert run("-h").output == run("--help").output
    assert run("-h").output.strip() == run().output.strip()
    assert run("--version").stdout == "glassnet 0.1.0\n"


@pytest.mark.parametrize("start", [["-c", "from glassnet.cli import main; main()"], ["-m", "glassnet"]])
def test_the_installed_command_runs(start: list[str]) -> None:
    done = subprocess.run([sys.executable, *start, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == "glassnet 0.1.0\n"


def test_run_as_a_module_it_calls_itself_so() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "glassnet", "info", "-h"], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert "Usage: python -m glassnet info" in done.stdout


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--hidden", "8"], ["--hidden=8"]),
        (["--hidden", "8", "4", "mnist"], ["--hidden=8", "--hidden=4", "mnist"]),
        (["mnist", "--hidden", "8", "-4"], ["mnist", "--hidden=8", "--hidden=-4"]),
        (["--hidden", "8", "--seed", "3"], ["--hidden=8", "--seed", "3"]),
        (["--hidden", "8", "--hidden", "4"], ["--hidden=8", "--hidden=4"]),
        (["--hidden", "x"], ["--hidden", "x"]),
        (["--hidden"], ["--hidden"]),
        (["--hidden=8", "show", "7"], ["--hidden=8", "show", "7"]),
        (["7", "--seed", "1"], ["7", "--seed", "1"]),
    ],
)
def test_several_numbers_after_one_option(args: list[str], expected: list[str]) -> None:
    assert spread(args, ["--hidden"]) == expected


def test_make_help_lists_every_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    [targets] = re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert sorted(re.findall(r'@echo "make ([a-z]+) ', text)) == sorted(set(targets.split()) - {"help"})
