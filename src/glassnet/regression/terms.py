"""From inputs to the columns that the regression fits: the inputs themselves, their powers, categories as 0 and 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.ir.errors import DataError, GlassnetError
from glassnet.regression.inputs import Column, Table

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Feature:
    """One column of the design: a power of an input, or whether a category has one level."""

    name: str
    column: str
    degree: int = 1
    level: str | None = None

    def values(self, table: Table, numbers: Callable[[Column, str], Any]) -> Any:
        """The column, in the arithmetic of `numbers` (float64 pairs or fractions), which must know `*`."""
        raw = table[self.column]
        if self.level is not None:
            return numbers([int(str(value) == self.level) for value in raw], self.name)
        base = power = numbers(raw, self.column)
        for _ in range(self.degree - 1):
            power = power * base
        return power


@dataclass(frozen=True)
class Polynomial:
    """The powers 1 … degree of an input (`column` may be left out when there is one input only).

    >>> [feature.name for feature in Polynomial(3).features({"x": [1, 2, 3, 4]}, True)]
    ['x', 'x²', 'x³']
    """

    degree: int
    column: str | None = None

    def features(self, table: Table, drop_reference: bool) -> list[Feature]:
        if not isinstance(self.degree, int) or self.degree < 1:
            raise GlassnetError(f"a polynomial's degree is a whole number from 1 on, got {self.degree!r}")
        name = _column(self.column, table)
        powers = range(1, self.degree + 1)
        return [Feature(name + (str(k).translate(_SUPERSCRIPTS) if k > 1 else ""), name, k) for k in powers]


@dataclass(frozen=True)
class Categorical:
    """A column of categories: for each level a 0/1 column, save for the reference level, which the others are
    compared with.

    The reference is the first level in alphabetical order unless given. Without an intercept the first categorical
    term keeps all its levels (each coefficient is then that level's own value).

    >>> term = Categorical("city", reference="Rome")
    >>> [feature.name for feature in term.features({"city": ["Rome", "Oslo", "Paris"]}, True)]
    ['city=Oslo', 'city=Paris']
    """

    column: str | None = None
    reference: str | None = None

    def features(self, table: Table, drop_reference: bool) -> list[Feature]:
        name = _column(self.column, table)
        levels = sorted({str(value) for value in table[name]})
        reference = levels[0] if self.reference is None else str(self.reference)
        if reference not in levels:
            raise DataError(f"{name} has no level {reference!r} to be the reference; it has {', '.join(levels)}")
        if len(levels) == 1:
            raise DataError(f"{name} has the one level {reference!r}: there is nothing to compare; leave it out")
        kept = [level for level in levels if not (drop_reference and level == reference)]
        return [Feature(f"{name}={level}", name, level=level) for level in kept]


Term = Polynomial | Categorical | str


@dataclass(frozen=True)
class Design:
    """The columns of a regression, in order, and what is needed to make them again from new inputs."""

    inputs: tuple[str, ...]
    named: bool
    features: tuple[Feature, ...]
    levels: dict[str, frozenset[str]]

    @staticmethod
    def plan(table: Table, named: bool, terms: Sequence[Term] | None, intercept: bool) -> Design:
        """The design that the terms ask of this table; without terms, every input as it is."""
        features: list[Feature] = []
        levels: dict[str, frozenset[str]] = {}
        for term in table if terms is None else terms:
            if isinstance(term, str):
                term = Polynomial(1, term)
            features += term.features(table, drop_reference=intercept or bool(levels))
            if isinstance(term, Categorical):
                name = _column(term.column, table)
                levels[name] = frozenset(str(value) for value in table[name])
        if not features:
            raise GlassnetError("terms is empty: name at least one input")
        for i, feature in enumerate(features):
            if feature.name in [earlier.name for earlier in features[:i]]:
                raise GlassnetError(f"the terms give the column {feature.name} twice; name it once")
        return Design(tuple(table), named, tuple(features), levels)

    @property
    def names(self) -> list[str]:
        return [feature.name for feature in self.features]

    def columns(self, table: Table, numbers: Callable[[Column, str], Any]) -> list[Any]:
        """One column of numbers a feature, each of shape (n,)."""
        for name, known in self.levels.items():
            if unseen := {str(value) for value in table[name]} - known:
                seen = ", ".join(sorted(known))
                raise DataError(f"{name} has the level {min(unseen)!r}, which the fit never saw; it knows {seen}")
        with np.errstate(over="ignore", invalid="ignore"):  # the caller checks that all is finite
            return [feature.values(table, numbers) for feature in self.features]

    def matching(self, table: Table, named: bool) -> Table:
        """New inputs as the fitted ones: by name where both have names, else in the same order and number."""
        if named and all(feature.column in table for feature in self.features):
            return table
        if len(table) != len(self.inputs) or (named and self.named):
            raise DataError(
                f"the model was fitted to {len(self.inputs)} inputs ({', '.join(self.inputs)}), "
                f"got {len(table)} ({', '.join(table)}); give the same inputs"
            )
        return dict(zip(self.inputs, table.values(), strict=True))


def _column(name: str | None, table: Table) -> str:
    if name is None and len(table) == 1:
        return next(iter(table))
    if name is None:
        raise GlassnetError(f"there are {len(table)} inputs ({', '.join(table)}): say which one the term is for")
    if name not in table:
        raise GlassnetError(f"there is no input {name!r}; the inputs are {', '.join(table)}")
    return name
