"""Worksheets: exercises to print, each with its key."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from glassnet.files import FileKind, write_whole
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require, require_count
from glassnet.network import Network
from glassnet.practice import writing
from glassnet.practice.exercise import Exercise
from glassnet.practice.levels import DENSE, exercise
from glassnet.practice.own import Own

TITLE = "Neural networks by hand"
SHEET = FileKind("sheet", re.compile(rf"\A# {TITLE}|<title>{TITLE}|/Creator \(Glassnet".encode()))


@dataclass(frozen=True)
class Sheet:
    """Exercises on paper: ``sheet.save("sheet.pdf")`` and ``sheet.save("key.pdf", answers=True)``.

    >>> from glassnet.practice import worksheet
    >>> sheet = worksheet(exercises=1, seed=7)
    >>> print(sheet.markdown(answers=True))  # doctest: +ELLIPSIS
    # Neural networks by hand: the answers
    ...
    ## 1. One neuron
    <BLANKLINE>
    1. `y = (0.7)(−0.3) − 0.9 = −1.11`
    <BLANKLINE>
    """

    title: str
    note: str
    exercises: Sequence[Exercise]

    def markdown(self, answers: bool = False) -> str:
        """The sheet, or its key, as Markdown."""
        return writing.markdown(*self._heading(answers), self.exercises, answers)

    def html(self, answers: bool = False) -> str:
        """The sheet, or its key, as a page that needs nothing else."""
        return writing.html(*self._heading(answers), self.exercises, answers)

    def pdf(self, answers: bool = False) -> bytes:
        """The sheet, or its key, as pages of A4."""
        from glassnet.practice.paper import pdf

        return pdf(*self._heading(answers), self.exercises, answers)

    def _heading(self, answers: bool) -> tuple[str, str]:
        return f"{self.title}: the answers" if answers else self.title, self.note

    def save(self, path: str | os.PathLike[str], answers: bool = False) -> None:
        """Write a .md, .html or .pdf file, whole or not at all; only an older sheet is replaced.

        Raises:
            GlassnetError: another ending, a file that cannot be written, or one of that name that is not ours.
        """
        match Path(path).suffix.lower():
            case ".md":
                content = self.markdown(answers).encode()
            case ".html":
                content = self.html(answers).encode()
            case ".pdf":
                content = self.pdf(answers)
            case _:
                raise GlassnetError(f"{path} cannot be written: its name must end in .md, .html or .pdf")
        write_whole(path, content, SHEET)


def worksheet(
    exercises: int = 8,
    seed: int = 0,
    level: int | None = None,
    of: Network | None = None,
    x: Sequence[float] | None = None,
    y: Sequence[float] | int | None = None,
) -> Sheet:
    """A sheet of so many exercises, of one level or rising from the first to the last of Dense layers.

    ``of`` is a network of one's own instead: with the input ``x`` its one exercise, three with the target ``y``.

    Raises:
        GlassnetError: there is no such level, or a network is not for work by hand.
    """
    require_count(exercises, "the number of exercises")
    rounding = "Give results exactly, or to three decimals or as many as are asked for."
    if of is not None:
        require(level is None, "levels are of drawn networks: give either a level or a network")
        own = [one for one in map(Own(of, x, y, seed, on_paper=True), range(1, exercises + 1)) if one is not None]
        return Sheet(TITLE, rounding if x is not None else f"Seed {seed}. {rounding}", own)
    require(x is None and y is None, "x and y belong to a network: give it as of=net")
    levels = [1 + i * DENSE // exercises if level is None else level for i in range(exercises)]
    drawn = [exercise(one, seed, number) for number, one in enumerate(levels, 1)]
    what = f"level {levels[0]}" if levels[0] == levels[-1] else f"levels {levels[0]} to {levels[-1]}"
    return Sheet(TITLE, f"Seed {seed}, {what}. {rounding}", drawn)
