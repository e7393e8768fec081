"""``glassnet lab``: the network on the table, in a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from glassnet.cli.sources import MODELS, model
from glassnet.ir.require import require
from glassnet.lessons.lecture import LECTURE, lecture
from glassnet.model.file import EMBEDDED
from glassnet.network import Network

if TYPE_CHECKING:
    from glassnet.lab.page import Lab


def lab(
    name: Annotated[str | None, typer.Argument(metavar="MODEL", help=MODELS)] = None,
    host: Annotated[str, typer.Option(help="Where to listen; 0.0.0.0 lets other machines in, with the token.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help="Or the next free one.", min=0, max=65_535)] = 8765,
    base_path: Annotated[str, typer.Option(help="What stands before each path, such as /lab behind a proxy.")] = "",
    public_url: Annotated[str, typer.Option(help="A proxy's address, such as https://lab.example.org.")] = "",
    sessions: Annotated[int, typer.Option(help="How many pages may be open at once.", min=1)] = 200,
    cores: Annotated[int, typer.Option(help="How many cores a computation of a page may take.", min=1)] = 1,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the lab in the browser.")] = True,
) -> None:
    """Open the lab: feed forward, learn, draw digits, and ask any number why.

    The first line that it prints is its address. No request leaves this machine; Ctrl-C ends it.
    """
    from glassnet.lab.server import Settings, has_screen, serve

    require(re.fullmatch(r"(/[\w.~-]+)*", base_path) is not None, f"--base-path is like /lab, got {base_path!r}")
    is_url = re.fullmatch(r"(https?://[^/?#\s]+)?/?", public_url) is not None
    require(is_url, f"--public-url is like https://lab.example.org, got {public_url!r}; a path belongs to --base-path")
    settings = Settings(host, port, base_path, public_url, sessions, cores)
    serve(lab_of(name), settings, browser and has_screen())


def lab_of(name: str | None) -> Lab:
    """The lecture's networks, and the one of that name or file; without one, the digit reader that comes along."""
    from glassnet.lab.page import Lab

    networks: dict[str, Network] = {one: lecture(one) for one in LECTURE}
    if name is None:
        return Lab({**networks, EMBEDDED: model(EMBEDDED)})
    chosen = name if name in networks else Path(name).name
    return Lab({chosen: model(name), **networks}, chosen, {chosen: name})
