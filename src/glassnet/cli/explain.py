"""``glassnet explain``: the arithmetic behind any number of a network."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Sequence
from enum import StrEnum
from html import escape
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.text import Text

from glassnet.cli.display import new_console
from glassnet.cli.series import forecast_of
from glassnet.cli.sources import DATA, InputOption, ModelName, model, sample, target_of
from glassnet.cli.tables import Delimiter, Header, some_rows
from glassnet.inspection.names import IN_TRAINING, printed
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.network import Network
from glassnet.readings.explain import Outline
from glassnet.words import counted

LEARNING = re.compile("δ|∂|new |loss$")
"""How the names of those numbers begin that are there only with a target."""


class Format(StrEnum):
    """How explanations are written."""

    TEXT = "text"
    LATEX = "latex"
    HTML = "html"
    JSON = "json"


def explain(
    name: ModelName,
    source: Annotated[str | None, typer.Argument(metavar="DATA", help=f"{DATA}; see --rows.")] = None,
    given: Annotated[list[str] | None, InputOption] = None,
    rows: Annotated[str | None, typer.Option(help="Which rows or images of DATA: 3, or 1-5, or 1,4,7-9.")] = None,
    target: Annotated[
        list[str] | None, typer.Option(metavar="NUMBERS", help="What each input should give: for the loss.")
    ] = None,
    number: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only this number: w1, loss, dloss/dw1, 'new w.biases[0]'.")
    ] = None,
    depth: Annotated[int, typer.Option(help="How far back the numbers in it are explained too.", min=0)] = 2,
    loss: Annotated[str | None, typer.Option(metavar="NAME", help="Another loss than belongs to the outputs.")] = None,
    optimizer: Annotated[
        str | None, typer.Option(metavar="NAME", help="The rule of the next training step; adam, if none is given.")
    ] = None,
    whole: Annotated[bool, typer.Option("--whole", help="Every term of long sums, every neuron.")] = False,
    form: Annotated[Format, typer.Option("--format", help="As what it is written.")] = Format.TEXT,
    delimiter: Delimiter = None,
    header: Header = None,
    folder: Annotated[Path | None, typer.Option("--data", help="Folder with the files of the images.")] = None,
) -> None:
    """Show the arithmetic of a network: every neuron, or any one number and what it was made from.

    For one input, for several (--input may be repeated), for rows of a table or images of a set, or for the forecast
    of the row after a series' last, or of those --rows.
    Each line, evaluated as it is printed, gives the result that it prints.
    """
    network = model(name)
    require((source is None) != (not given), "give an input with --input, or name DATA, of which --rows says which")
    require(source is not None or rows is None, "--rows are of DATA: name a table or a set of images before them")
    if source is not None:
        require(not target, "the targets are in the data: --target is for inputs that are given with --input")
        if network.series is not None:
            x, y = forecast_of(network.series, source, rows, delimiter, header)
        else:
            x, y = some_rows(network, name, source, rows or "1", delimiter, header, folder)
    else:
        x, y = _typed(network, given or [], target or [])
    number = None if number is None else printed(number)
    learns = number is not None and bool(LEARNING.match(number) or number.endswith(IN_TRAINING))
    if y is None and (learns or loss or optimizer):
        raise GlassnetError(f"a loss compares with a target: {_wanted(network, source)}")
    if optimizer is None and number is not None and (number.startswith("new ") or number.endswith(IN_TRAINING)):
        optimizer = "adam"
    explanation = network.explain(x, y, loss=loss, optimizer=optimizer, whole=whole)
    _show(explanation.outline if number is None else explanation[number].tree(depth), form, f"{name}: {number or ''}")


def _wanted(network: Network, source: str | None) -> str:
    """What to do where a target is missing."""
    if source is None:
        return "give --target too"
    if network.series is None:
        return f"{source} holds none for these rows"
    return "the row after the last is not known yet, so name others with --rows"


def _typed(network: Network, given: Sequence[str], targets: Sequence[str]) -> tuple[Array, Array | None]:
    """The inputs, and their targets if there are any; one alone is no batch."""
    inputs = [sample(text, network) for text in given]
    wanted = [target_of(text, network) for text in targets]
    told = f"{counted(len(inputs), 'input')} and {counted(len(wanted), 'target')}; give each input its --target"
    require(len(wanted) in (0, len(inputs)), told)
    if len(inputs) == 1:
        return inputs[0], wanted[0] if wanted else None
    return np.stack(inputs), np.stack(wanted) if wanted else None


def _show(outline: Outline, form: Format, title: str) -> None:
    match form:
        case Format.TEXT:
            _print(outline)
        case Format.LATEX:
            typer.echo(outline.latex)
        case Format.HTML:
            typer.echo(PAGE.format(title=escape(title.rstrip(": ")), body=outline.html))
        case Format.JSON:
            typer.echo(json.dumps(outline.data, ensure_ascii=False, indent=2, allow_nan=False))


PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<body style="font-family:sans-serif">
{body}
</body>
</html>"""


def _print(outline: Outline) -> None:
    """The lines as text; on a terminal, what is too long for it goes on below, further indented."""
    console = new_console()
    for line in outline.text.splitlines():
        room = " " * (len(line) - len(line.lstrip()) + 4)
        width = console.width if console.is_terminal else len(line) + 1
        parts = textwrap.wrap(line, width, subsequent_indent=room, break_on_hyphens=False) or [""]
        for part in parts:
            console.print(Text(part), soft_wrap=True)
