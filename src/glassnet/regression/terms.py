"""The columns that a regression fits, made from its inputs: these themselves, their powers, categories as 0 and 1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from glassnet.ir.errors import DataError, GlassnetError
from glassnet.regression.doubles import Double
from glassnet.regression.inputs import Column, Table, fractions, levels, named, table
from glassnet.regression.rationals import Rational
from glassnet.words import SUPERSCRIPTS, listed, meant


@dataclass(frozen=True)
class Feature:
    """One column of the design: an input to the power `degree`, or 1 where a category has the `level`, else 0."""

    name: str
    column: str
    degree: int = 1
    level: str | None = None


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
        return [Feature(name + (str(k).translate(SUPERSCRIPTS) if k > 1 else ""), name, k) for k in powers]


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
        known = levels_of(table, name)
        reference = known[0] if self.reference is None else str(self.reference)
        if reference not in known:
            hint = meant(reference, known)
            raise DataError(f"{name} has no level {reference!r} to be the reference{hint}; it has {', '.join(known)}")
        if len(known) == 1:
            raise DataError(f"{name} has the one level {reference!r}: there is nothing to compare; leave it out")
        kept = [level for level in known if not (drop_reference and level == reference)]
        return [Feature(f"{name}={level}", name, level=level) for level in kept]


Term = Polynomial | Categorical | str


def levels_of(table: Table, name: str) -> tuple[str, ...]:
    """The levels of a category, in alphabetical order."""
    return tuple(sorted(set(levels(table[name], name))))


Numbers = TypeVar("Numbers", Double, Rational)


@dataclass(frozen=True, eq=False)
class Rows(Generic[Numbers]):
    """The design in numbers: `values` (n, k), and each row's `group` (n,), a level of the grouping category.

    Without a grouping category all rows are in group 0.
    """

    values: Numbers
    group: NDArray[np.intp]

    def own(self, each: Numbers) -> Numbers:
        """The numbers of each row's group, from one row a group: (groups, …) → (n, …), or what broadcasts to it."""
        return each[0] if each.shape[0] == 1 else each[self.group]


@dataclass(frozen=True, eq=False)
class Design:
    """The columns of a regression, in order, and what is needed to make them again from new inputs.

    `grouping` is a category whose 0/1 columns are not written out: its levels group the rows, so that a category
    with thousands of levels costs no more than one with two. All other columns are `dense`.
    """

    inputs: tuple[str, ...]
    named: bool
    intercept: bool
    features: tuple[Feature, ...]
    levels: dict[str, tuple[str, ...]]
    grouping: str | None

    @staticmethod
    def plan(x: Any, terms: Sequence[Term] | None, intercept: bool, group: bool) -> tuple[Design, Table]:
        """The design for these terms (every input as it is, where there are none), and x as columns."""
        inputs = table(x)
        features: list[Feature] = []
        categories: dict[str, tuple[str, ...]] = {}
        for term in inputs if terms is None else terms:
            if isinstance(term, Categorical):
                name = _column(term.column, inputs)
                if name in categories:
                    raise GlassnetError(f"the terms name the category {name} twice; name it once")
                features += term.features(inputs, drop_reference=intercept or bool(categories))
                categories[name] = levels_of(inputs, name)
            else:
                power = term if isinstance(term, Polynomial) else Polynomial(1, term)
                features += power.features(inputs, drop_reference=True)
        _check_names([feature.name for feature in features], intercept)
        grouping = _grouping(categories, intercept) if group else None
        return Design(tuple(inputs), named(x), intercept, tuple(features), categories, grouping), inputs

    @property
    def columns(self) -> list[str]:
        """The names of the columns, without the intercept."""
        return [feature.name for feature in self.features]

    @property
    def names(self) -> list[str]:
        """The names of the numbers to find: "intercept" (where there is one), then the columns."""
        return [*(["intercept"] if self.intercept else []), *self.columns]

    @property
    def dense(self) -> list[Feature]:
        """The columns that are written out."""
        return [f for f in self.features if f.level is None or f.column != self.grouping]

    @property
    def groups(self) -> int:
        """How many groups of rows have a constant of their own; 0 where there is no constant at all."""
        return len(self.levels[self.grouping]) if self.grouping is not None else int(self.intercept)

    @cached_property
    def is_constant(self) -> NDArray[np.bool_]:
        """Whether each parameter, shape (p,), comes from the groups' constants; the others are slopes."""
        grouped = [f.level is not None and f.column == self.grouping for f in self.features]
        return np.array([True, *grouped] if self.intercept else grouped)

    @cached_property
    def contrasts(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The group of each parameter that comes from constants, and the reference group, or -1 where there is none.

        The coefficient of a level is its group's constant less that of the reference level.
        """
        kept = [f.level for f in self.features if f.column == self.grouping and f.level is not None]
        places = {level: i for i, level in enumerate(self.levels.get(self.grouping or "", ()))}
        groups = [places[level] for level in kept if level is not None]
        if not self.intercept:
            return np.array(groups, dtype=np.intp), np.full(len(groups), -1)
        reference = next((i for level, i in places.items() if level not in set(kept)), 0)
        return np.array([reference, *groups]), np.array([-1, *[reference] * len(groups)])

    @cached_property
    def places(self) -> NDArray[np.intp]:
        """The place of each parameter in the list of all constants followed by all slopes, shape (p,)."""
        return np.argsort(np.argsort(~self.is_constant, kind="stable"), kind="stable")

    def rows(self, table: Table, numbers: type[Numbers]) -> Rows[Numbers]:
        """The rows in float64 pairs, or in fractions."""
        n = len(next(iter(table.values())))
        codes = self._codes(table)
        values = numbers.stack(list(_written(self.dense, table, codes, numbers.read)), n)
        return Rows(values, codes[self.grouping][0] if self.grouping is not None else np.zeros(n, dtype=np.intp))

    def exact_columns(self, table: Table) -> list[Any]:
        """Every column in fractions, each of shape (n,)."""
        return list(_written(self.features, table, self._codes(table), fractions))

    def _codes(self, table: Table) -> dict[str, tuple[NDArray[np.intp], dict[str, int]]]:
        """The level of each observation as a number, and the number of each level: both for every category."""
        codes = {}
        for name, known in self.levels.items():
            places = {level: i for i, level in enumerate(known)}
            found = levels(table[name], name)
            if unseen := set(found) - set(known):
                raise DataError(
                    f"{name} has the level {min(unseen)!r}, which the fit never saw; it knows {listed(known, most=20)}"
                )
            codes[name] = np.array([places[level] for level in found], dtype=np.intp), places
        return codes

    def matching(self, x: Any) -> Table:
        """New inputs under the names of the fitted ones: by name where both have names, else in the same order."""
        columns = table(x)
        if named(x) and all(feature.column in columns for feature in self.features):
            return columns
        if len(columns) != len(self.inputs) or (named(x) and self.named):
            raise DataError(
                f"the model was fitted to {len(self.inputs)} inputs ({', '.join(self.inputs)}), "
                f"got {len(columns)} ({', '.join(columns)}); give the same inputs"
            )
        return dict(zip(self.inputs, columns.values(), strict=True))


def _written(
    features: Iterable[Feature],
    table: Table,
    codes: dict[str, tuple[NDArray[np.intp], dict[str, int]]],
    numbers: Callable[[Column, str], Any],
) -> Iterable[Any]:
    """The columns of the features, as `numbers` reads them: in float64 pairs or in fractions."""
    bases: dict[str, Any] = {}
    for feature in features:
        if feature.level is not None:
            code, places = codes[feature.column]
            yield numbers((code == places[feature.level]).astype(np.int64), feature.name)
            continue
        if feature.column not in bases:
            bases[feature.column] = numbers(table[feature.column], feature.column)
        power = base = bases[feature.column]
        with np.errstate(over="ignore", invalid="ignore"):  # the caller checks that all is finite
            for _ in range(feature.degree - 1):
                power = power * base
        yield power


def _grouping(categories: dict[str, tuple[str, ...]], intercept: bool) -> str | None:
    """The category with the most levels; without an intercept the first, which keeps all its levels."""
    if not categories:
        return None
    return max(categories, key=lambda name: len(categories[name])) if intercept else next(iter(categories))


def _check_names(names: list[str], intercept: bool) -> None:
    if not names:
        raise GlassnetError("terms is empty: name at least one input")
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        raise GlassnetError(f"the terms give the column {name} twice; name it once")
    if intercept and "intercept" in names:
        raise GlassnetError('a column is called "intercept", as the constant is: rename it, or set intercept=False')


def _column(name: str | None, table: Table) -> str:
    if name is None and len(table) == 1:
        return next(iter(table))
    if name is None:
        raise GlassnetError(f"there are {len(table)} inputs ({', '.join(table)}): say which one the term is for")
    if str(name) not in table:
        raise GlassnetError(
            f"there is no input {name!r}{meant(str(name), table)}; the inputs are {listed(table, most=20)}"
        )
    return str(name)
