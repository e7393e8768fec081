"""The command line: ``glassnet train``, ``evaluate``, ``predict``, ``show``, ``formula``, ``regress``, …

One file a command, which is read when the command is called. Errors that Glassnet raises on purpose are printed as one
message, without a traceback; the exit code is then 2, and 130 after Ctrl-C.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer

from glassnet.cli.group import Command, Commands
from glassnet.cli.plain import PLAIN
from glassnet.signals import ended_silently


class Entry(NamedTuple):
    """What the list of all commands says of one, which is how its own help begins, and an example."""

    summary: str
    example: str


COMMANDS = {
    "train": Entry(
        "Train a network on images, on a table, or on a text.",
        "glassnet train mnist --hidden 128 64 --epochs 10 --out digits.safetensors",
    ),
    "evaluate": Entry("Test a network: its loss, accuracy and mistakes.", "glassnet evaluate digits.safetensors mnist"),
    "predict": Entry(
        "Read digits from images, predict the rows of a table or what follows them, or answer one input.",
        "glassnet predict digits photo.jpg drawing.png",
    ),
    "generate": Entry(
        "Let a network go on with a text.",
        'glassnet generate book.safetensors --prompt "Once" --temperature 0.8 --top-k 20',
    ),
    "show": Entry("Show what is in a model, in the lecture's data, or in one image.", "glassnet show mnist 7"),
    "explain": Entry(
        "Show the arithmetic of a network: every neuron, or any one number and what it was made from.",
        "glassnet explain 2-4-3-1 --input 0.4,-0.7 --target 1 --number dloss/dw.weights[0,1]",
    ),
    "formula": Entry(
        "Write a network as the formula that it is: its outputs, or one neuron, of its inputs.",
        "glassnet formula 2-4-3-1 --collapse",
    ),
    "draw": Entry(
        "Draw a network: neurons, weights, biases and, for an input, the values; with a target, the gradients.",
        "glassnet draw 2-4-3-1 --input 0.4,-0.7 --out network.svg",
    ),
    "practice": Entry(
        "Work out small networks by hand, and be told which term went wrong.",
        "glassnet practice --sheet sheet.pdf --answers key.pdf --seed 7",
    ),
    "regress": Entry(
        "Fit a line, plane or hyperplane: linear regression.", "glassnet regress points.csv --target y --plot line.png"
    ),
    "lab": Entry(
        "Open the lab: feed forward, learn, draw digits, and ask any number why.", "glassnet lab digits.safetensors"
    ),
    "info": Entry(
        "Versions, the machine, which engine does the work and how, and which data was found where.", "glassnet info"
    ),
    "demo": Entry("Train a digit reader, and watch it read.", "glassnet demo --epochs 3"),
}


def command(name: str) -> Any:
    """A command, read from its file."""
    with ended_silently():
        function = getattr(import_module(f"glassnet.cli.{name}"), name)
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(cls=Command, epilog=f"Example: {COMMANDS[name].example}")(function)
    return typer.main.get_command(alone)


class Listed(Commands):
    """All commands by name and summary; the one that is called is read."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, listed, rest = super().resolve_command(ctx, args)
        return name, listed and command(str(name)), rest


app = typer.Typer(
    cls=Listed,
    name="glassnet",
    help="Neural networks you can see through: create, train, use and understand them.",
    epilog="Example: glassnet train mnist --hidden 128 64 --out digits.safetensors",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["--help", "-h"]},
    pretty_exceptions_enable=False,
)
for _name, _entry in COMMANDS.items():
    app.command(_name, help=_entry.summary)(lambda: None)


def _print_version(wanted: bool) -> None:
    if wanted:
        from glassnet import __version__

        typer.echo(f"glassnet {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """What may stand before the command."""


def main(name: str = "glassnet") -> None:
    """The entry point of the ``glassnet`` command, called by that name."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=PLAIN)  # a code page without "−" is no reason to stop, or to print "?"
    app(prog_name=name)
