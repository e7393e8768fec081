"""--help shows an example for every command, and each example in help and documentation is a command that exists."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from glassnet.cli import COMMANDS, command
from glassnet.cli.group import spread
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLE = re.compile(r"^(?:\$ )?(glassnet [a-z]+[^|>\n]*)|`(glassnet [a-z]+ [^`\n]+)`", re.MULTILINE)


def written_commands() -> list[str]:
    found = [match for page in PAGES for match in EXAMPLE.findall(page.read_text(encoding="utf-8"))]
    return sorted(
        {*(in_block or in_text for in_block, in_text in found), *(entry.example for entry in COMMANDS.values())}
    )


@pytest.mark.parametrize("line", written_commands())
def test_examples_are_commands(line: str) -> None:
    """Parsing refuses options that do not exist and values of the wrong kind; nothing is run."""
    _, name, *arguments = shlex.split(line, comments=True)
    command(name).make_context(name, arguments)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_an_example(run: Run, name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert run(name, "-h").stdout == result.stdout
    assert f"Example: {COMMANDS[name].example}" in " ".join(result.stdout.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_its_help_begins_with(name: str) -> None:
    assert " ".join(command(name).help.partition("\n\n")[0].split()) == COMMANDS[name].summary


@pytest.mark.parametrize("args", [["--help"], ["--version"], []])
def test_only_what_is_called_is_read(args: list[str]) -> None:
    """The whole of Glassnet takes some tenths of a second, which nobody should wait for to see what there is."""
    code = (
        "import sys, atexit\n"
        "atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr))\n"
        "from glassnet.cli import main\n"
        f"sys.argv[1:] = {args}\n"
        "main()"
    )
    read = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8").stderr.split()
    assert "glassnet.cli" in read
    assert not {"numpy", "glassnet.network", "glassnet.cli.train"} & {*read}


def test_every_option_is_documented() -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        for option in command(name).params:
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
