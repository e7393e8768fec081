"""``glassnet demo``: a network learns to read handwritten digits, before your eyes."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from glassnet.cli.display import CELL, SIDE, bars, image_table, new_console
from glassnet.cli.evaluate import report
from glassnet.cli.job import run
from glassnet.cli.lab import lab_of
from glassnet.cli.recipes import image_recipe
from glassnet.cli.sources import image_set
from glassnet.cli.train import image_job
from glassnet.data import ImageData
from glassnet.files import require_writable
from glassnet.ir.errors import DataError
from glassnet.model.file import EMBEDDED, MODEL
from glassnet.network import Network
from glassnet.words import percent


def demo(
    epochs: Annotated[int, typer.Option(help="How often to go through the training images.")] = 5,
    out: Annotated[Path, typer.Option(help="Where to keep the network.")] = Path("demo/digits.safetensors"),
    folder: Annotated[Path | None, typer.Option("--data", help="Folder with the files of MNIST.")] = None,
) -> None:
    """Train a digit reader, and watch it read.

    At the end it opens the lab on its network, if there is a terminal to close it from.

    It learns from MNIST where that can be found or downloaded, else from digits that the program draws itself.
    """
    from glassnet.lab.server import Settings, has_screen, is_watched, serve

    console = new_console(outlives_reader=True)
    recipe = replace(image_recipe("default"), epochs=epochs)
    out.parent.mkdir(parents=True, exist_ok=True)
    require_writable(out, MODEL)
    _heading(console, "1  The data")
    images = _images(folder, console)
    _heading(console, "2  Training")
    job = image_job(images, recipe)
    console.print(str(job.network.summary()), style="dim")
    run(job, out, [], console)
    _heading(console, "3  The test")
    report(job.network, images.x_test, images.y_test, "images it has never seen", console)
    if images.source.startswith("strokes"):
        share = Network.load(EMBEDDED).evaluate(images.x_test, images.y_test)["accuracy"]
        console.print(f"The model that ships, {EMBEDDED}, learnt from MNIST: it reads {percent(share)} of these.")
    _heading(console, "4  Reading digits")
    for number in _worth_seeing(job.network, images):
        _read(job.network, images, number, console)
    _heading(console, "Where everything is")
    _whereabouts(images, out, console)
    if is_watched():
        _heading(console, "In the lab")
        console.print("Draw digits for it, and ask any number why. Ctrl-C closes the lab, and ends this demo.\n")
        serve(lab_of(str(out)), Settings(), has_screen(), "digits")


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(Rule(Text(text, "bold"), align="left"))


def _images(folder: Path | None, console: Console) -> ImageData:
    """MNIST where it can be had, else digits drawn by the program."""
    console.print("Looking for MNIST, 70,000 handwritten digits …")
    try:
        images = image_set("mnist", folder, console)
    except DataError as error:
        if folder is not None:
            raise
        console.print(f"{error}", style="dim")
        console.print("So the network learns from digits that this program draws itself.")
        images = image_set("strokes", None, console)
    console.print(f"{images.source}.")
    return images


def _worth_seeing(network: Network, images: ImageData) -> list[int]:
    """Two test images that the network reads rightly, and its most confident mistake."""
    outputs = network(images.x_test)
    wrong = outputs.argmax(axis=1) != images.y_test
    mistakes = [int(np.argmax(outputs.max(axis=1) * wrong))] if wrong.any() else []
    return [*np.flatnonzero(~wrong)[:2].tolist(), *mistakes]


def _read(network: Network, images: ImageData, number: int, console: Console) -> None:
    outputs, truth = network(images.x_test[number]), images.labels[images.y_test[number]]
    answer = images.labels[int(outputs.argmax())]
    margin = "" if console.width >= SIDE * CELL else "; its empty margin is left out here"
    console.print(f"\nTest image {number} as the network sees it: 784 numbers from 0 (paper) to 255 (ink){margin}.\n")
    console.print(image_table(images.x_test[number], console.width))
    console.print()
    console.print(bars(outputs, images.labels))
    right = answer == truth
    comment = "and it is." if right else f"but it is a {truth}: the mistake it is most sure of."
    console.print(f"\nThe network says it is a {answer}, {comment}", style="bold green" if right else "bold red")


def _whereabouts(images: ImageData, out: Path, console: Console) -> None:
    name = "strokes" if images.source.startswith("strokes") else "mnist"
    console.print(f"The network is in {out} ({out.stat().st_size:,} bytes). What to do next:")
    commands = {
        "Open it in the lab: draw digits for it, and ask any number why": f"lab {out}",
        "See its layers, and how the training went": f"show {out}",
        "Read a digit from a picture of yours": f"predict {out} photo.jpg",
        "Read it with the model that comes with Glassnet": f"predict {EMBEDDED} photo.jpg",
        "Train one of your own": f"train {name} --hidden 128 64",
        "Look at another digit as its table of numbers": f"show {name} 7",
    }
    as_module = "python -m glassnet" if sys.argv[0].endswith("__main__.py") else sys.argv[0]
    glassnet = "glassnet" if shutil.which("glassnet") else as_module
    for purpose, command in commands.items():
        console.print(f"\n  {purpose}:", style="dim")
        console.print(f"    {glassnet} {command}", soft_wrap=True)
