"""``glassnet practice``: the arithmetic of networks by hand, in a dialogue or as worksheets to print."""

from __future__ import annotations

import random
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.columns import Columns
from rich.console import Console, Group
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from glassnet.cli.display import new_console
from glassnet.cli.group import INTERRUPTED
from glassnet.cli.sources import model, sample, target_of
from glassnet.files import require_writable
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require, require_count
from glassnet.lessons.lecture import LECTURE
from glassnet.network import Network
from glassnet.practice import LEVELS, Exercise, Practice, worksheet
from glassnet.practice.exercise import Table as Weights
from glassnet.practice.sheet import SHEET
from glassnet.words import counted

HELP = """\
Answer with a decimal (0.71 or 0,71) or a fraction (71/100).
Exactly, or rounded: to three decimals, or as many as the question says, and two
significant digits at least; after a sigmoid or tanh it may be 0.002 off.
hint: how to do it   show: the arithmetic   skip: the next one   quit: the end"""


def practice(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[MODEL]", help=f"Practise with it: a model's file, {' or '.join(LECTURE)}."),
    ] = None,
    level: Annotated[int | None, typer.Option(help="Where to begin: 1 (one neuron) to 13 (attention).")] = None,
    given: Annotated[str | None, typer.Option("--input", metavar="NUMBERS", help="The model's input: 0.4,-0.7")] = None,
    target: Annotated[
        str | None, typer.Option(metavar="NUMBERS", help="What it should give: for gradients and a step.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same exercises.")] = None,
    exercises: Annotated[int | None, typer.Option(help="How many; without it, without end, and 8 on a sheet.")] = None,
    sheet: Annotated[Path | None, typer.Option(help="Print a worksheet instead: a .md, .html or .pdf file.")] = None,
    answers: Annotated[Path | None, typer.Option(help="The key to the worksheet: a .md, .html or .pdf file.")] = None,
) -> None:
    """Work out small networks by hand, and be told which term went wrong.

    The exercises grow harder: one neuron, layers, activations, gradients, a step of the optimiser, then a convolution,
    a recurrent neuron and attention. A sheet has them rising too, or all of one level where --level is given. With a
    MODEL they are about that network instead: for inputs that are drawn, or for the --input, and with its --target
    gradients and a step of gradient descent too.
    """
    seed = random.randrange(100_000) if seed is None else seed
    require(
        name is not None or (given is None and target is None), "--input and --target belong to a model: name it too"
    )
    require(name is None or level is None, "--level is of drawn networks: give either a level or a model")
    if exercises is not None:
        require_count(exercises, "the number of exercises")
    network = None if name is None else model(name)
    x = None if network is None or given is None else sample(given, network).ravel().tolist()
    y = None if network is None or target is None else _target(target, network)
    if sheet is None and answers is None:
        own = None if network is None else f"{name}, seed {seed}" if x is None else str(name)
        started = Practice(1 if level is None else level, seed, network, x, y)
        _Dialogue(started, exercises, own).run()
        return
    if sheet is not None:
        require_writable(sheet, SHEET)
    if answers is not None:
        require_writable(answers, SHEET, {"the sheet without the answers": sheet} if sheet else {})
    made = worksheet(8 if exercises is None else exercises, seed, level, network, x, y)
    if sheet is not None:
        made.save(sheet)
        source = f"seed {seed}" if name is None else name if x is not None else f"{name}, seed {seed},"
        typer.echo(f"{counted(len(made.exercises), 'exercise')} of {source} in {sheet}.")
    if answers is not None:
        made.save(answers, answers=True)
        typer.echo(f"Their answers in {answers}.")


def _target(text: str, network: Network) -> list[float] | int:
    """The number of a class, or a number for each output."""
    target = target_of(text, network)
    if target.ndim:
        return [float(number) for number in target]
    return int(target)


class _Dialogue:
    """Asks in the terminal until the exercises, the answers or the patience are at an end.

    ``own`` is what the network is called, where it is not drawn.
    """

    def __init__(self, practice: Practice, exercises: int | None, own: str | None) -> None:
        self._practice, self._exercises, self._own = practice, exercises, own
        self._console = new_console()
        self._shown = 0  # the number of the exercise on the screen

    def run(self) -> None:
        if sys.stdin is None:
            raise GlassnetError("there is no standard input to answer on; for exercises on paper, use --sheet")
        self._console.print(HELP, style="dim")
        try:
            while self._has_more():
                self._introduce()
                if not self._take(self._ask()):
                    break
        except EOFError:
            self._console.print()
        except KeyboardInterrupt:
            heard = signal.signal(signal.SIGINT, signal.SIG_IGN)  # pressed once more, it must not cut off the score
            try:
                self._console.print()
                self._end()
            finally:
                signal.signal(signal.SIGINT, heard)
            raise typer.Exit(INTERRUPTED) from None
        self._end()

    def _has_more(self) -> bool:
        practice = self._practice
        return not practice.is_over and (self._exercises is None or practice.number <= self._exercises)

    def _introduce(self) -> None:
        """The network, where it is a new one."""
        practice = self._practice
        if self._shown != practice.number:
            self._shown = practice.number
            show_exercise(practice.exercise, f"{practice.number}  {practice.exercise.title}", self._console)

    def _ask(self) -> str:
        question = self._practice.question
        prompt = f"{question.name}{f' ({question.about})' if question.about else ''} = "
        answer = input(prompt).strip()
        if not sys.stdin.isatty():
            typer.echo(answer)  # a transcript has the answers too
        return answer

    def _take(self, answer: str) -> bool:
        """Do what was asked for; whether to go on."""
        practice = self._practice
        match answer.lower():
            case "quit":
                return False
            case "hint":
                self._say(practice.hint(), "cyan")
            case "show":
                self._say(practice.show(), "cyan")
            case "skip":
                self._say(practice.skip(), "cyan")
            case _:
                self._check(answer)
        return True

    def _check(self, answer: str) -> None:
        try:
            reply = self._practice.answer(answer)
        except GlassnetError as error:
            self._say(f"{error}; or hint, show, skip, quit", "yellow")
        else:
            self._say(reply.text, "green" if reply.is_right else "red")

    def _say(self, text: str, style: str) -> None:
        self._console.print(Text(f"  {text}".replace("\n", "\n  "), style))

    def _end(self) -> None:
        practice = self._practice
        seen = self._own or f"seed {practice.seed}, level {practice.level} of {len(LEVELS)}"
        self._console.print(f"\n{practice.score} ({seen}).", style="bold")


def show_exercise(exercise: Exercise, title: str, console: Console) -> None:
    """A network as the tables of its weights and biases, and what else is given."""
    console.print()
    console.print(Rule(Text(title, "bold"), align="left"))
    for rule in exercise.rules:
        console.print(Text(rule, "dim"))
    console.print(Columns([_table(one) for one in exercise.tables], padding=(0, 3)))
    for line in exercise.given:
        console.print(Text(line, "bold"))


def _table(weights: Weights) -> Group:
    table = Table(box=None, padding=(0, 0, 0, 2))
    for cell in weights.header:
        table.add_column(cell, justify="right", style="" if cell else "bold", header_style="dim", no_wrap=True)
    for row in weights.rows:
        table.add_row(*row)
    return Group(Text(weights.title, "dim"), table)
