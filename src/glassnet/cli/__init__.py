"""The command line: ``glassnet train``, ``evaluate``, ``predict``, ``show``, ``formula``, ``regress``, …

One file a command. Errors that Glassnet raises on purpose are printed as one message, without a traceback; the exit
code is then 2, and 130 after Ctrl-C.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from glassnet.cli.demo import demo
from glassnet.cli.draw import draw
from glassnet.cli.evaluate import evaluate
from glassnet.cli.explain import explain
from glassnet.cli.formula import formula
from glassnet.cli.generate import generate
from glassnet.cli.group import Command, Commands
from glassnet.cli.info import info
from glassnet.cli.lab import lab
from glassnet.cli.plain import PLAIN
from glassnet.cli.practice import practice
from glassnet.cli.predict import predict
from glassnet.cli.regress import regress
from glassnet.cli.show import show
from glassnet.cli.train import train

app = typer.Typer(
    cls=Commands,
    name="glassnet",
    help="Neural networks you can see through: create, train, use and understand them.",
    epilog="Example: glassnet train mnist --hidden 128 64 --out digits.safetensors",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["--help", "-h"]},
    pretty_exceptions_enable=False,
)

EXAMPLES: dict[Callable[..., None], str] = {
    train: "glassnet train mnist --hidden 128 64 --epochs 10 --out digits.safetensors",
    evaluate: "glassnet evaluate digits.safetensors mnist",
    predict: "glassnet predict digits photo.jpg drawing.png",
    generate: 'glassnet generate book.safetensors --prompt "Once" --temperature 0.8 --top-k 20',
    show: "glassnet show mnist 7",
    explain: "glassnet explain 2-4-3-1 --input 0.4,-0.7 --target 1 --number dloss/dw.weights[0,1]",
    formula: "glassnet formula 2-4-3-1 --collapse",
    draw: "glassnet draw 2-4-3-1 --input 0.4,-0.7 --out network.svg",
    practice: "glassnet practice --sheet sheet.pdf --answers key.pdf --seed 7",
    regress: "glassnet regress points.csv --target y --plot line.png",
    lab: "glassnet lab digits.safetensors",
    info: "glassnet info",
    demo: "glassnet demo --epochs 3",
}
for command, example in EXAMPLES.items():
    app.command(cls=Command, epilog=f"Example: {example}")(command)


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
