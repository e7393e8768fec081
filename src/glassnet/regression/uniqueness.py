"""Whether one fit is the best: how columns that depend on others are named, and the error that says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from glassnet.ir.errors import DataError
from glassnet.words import counted, joined, listed, number

NOT_A_LETTER = re.compile(r"[\d.,+−-]")
MOST = 5  # columns described in a message; `dependencies` has all


def symbol(name: str) -> str:
    """A column's name as it stands in an equation: in quotation marks where it would be read as a number.

    >>> symbol("size"), symbol("2019"), symbol("2nd try")
    ('size', "'2019'", "'2nd try'")
    """
    return f"'{name}'" if NOT_A_LETTER.match(name) else name


@dataclass(frozen=True)
class Combination:
    """Columns times factors, plus a constant, as one writes it: to six digits.

    >>> print(Combination({"size": 2.0, "age": -1.0}, 0.5))
    2·size − age + 0.5
    """

    factors: Mapping[str, float] = field(default_factory=dict)
    constant: float = 0.0

    def __str__(self) -> str:
        terms = [(factor, name) for name, factor in self.factors.items()] + [(self.constant, "")]
        text = "".join((" − " if factor < 0 else " + ") + _term(abs(factor), name) for factor, name in terms if factor)
        return ("−" + text[3:] if text.startswith(" − ") else text[3:]) or "0"


def _term(factor: float, name: str) -> str:
    size = number(factor, 6)
    if not name:
        return size
    return symbol(name) if size == "1" else f"{size}·{symbol(name)}"


class NotUniqueError(DataError):
    """Some columns are combinations of others, so many coefficients fit equally well.

    `dependencies` gives each such column as a Combination of the other columns.
    """

    def __init__(self, message: str, dependencies: Mapping[str, Combination]) -> None:
        super().__init__(message)
        self.dependencies = dependencies


def dependent(dependencies: Mapping[str, Combination]) -> NotUniqueError:
    """The error for these dependencies: each in words, and what to do.

    >>> print(dependent({"b": Combination({"a": 2.0})}))
    the best fit is not unique: b = 2·a. Leave out b, or add observations that tell them apart
    """
    sentences = [
        f"{symbol(name)} = {combination}"
        if combination.factors
        else f"{name} has the same value {number(combination.constant, 6)} in every observation"
        for name, combination in list(dependencies.items())[:MOST]
    ]
    if (more := len(dependencies) - MOST) > 0:
        sentences.append(f"and {counted(more, 'column')} more")
    remedy = f"Leave out {joined(dependencies) if more <= 0 else 'these'}, or add observations that tell them apart"
    return NotUniqueError(f"the best fit is not unique: {'; '.join(sentences)}. {remedy}", dependencies)


def require_enough(observations: int, names: list[str]) -> None:
    """NotUniqueError where there are fewer observations than numbers to find."""
    if observations < len(names):
        raise NotUniqueError(
            f"the best fit is not unique: {counted(observations, 'observation')} cannot determine {len(names)} numbers "
            f"({listed(names)}); give at least {len(names)}, and one more for standard errors",
            {},
        )
