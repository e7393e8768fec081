"""The pieces on which a network with corners is linear: its inputs cut where a relu begins, in exact fractions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol, Self, TypeVar

from glassnet.readings.algebra.affine import Affine, AffineAlgebra
from glassnet.readings.algebra.reading import TooLarge

Point = tuple[Fraction, Fraction]


class Domain(Protocol):
    """A set of inputs that an affine function can cut in two."""

    def split(self, line: Affine) -> tuple[Self | None, Self | None]:
        """The parts where the function is above and below 0; None for a part without an inside."""
        ...


@dataclass(frozen=True)
class Interval:
    """low < x < high; None is no bound.

    >>> Interval(None, Fraction(2)).split(Affine({0: -2}, 1))
    (Interval(low=None, high=Fraction(1, 2)), Interval(low=Fraction(1, 2), high=Fraction(2, 1)))
    """

    low: Fraction | None
    high: Fraction | None

    def split(self, line: Affine) -> tuple[Interval | None, Interval | None]:
        slope = line.terms[0]
        heights = _sign_at(line, self.low, -slope), _sign_at(line, self.high, slope)
        if min(heights) >= 0:
            return self, None
        if max(heights) <= 0:
            return None, self
        at = Fraction(-line.constant, slope)
        left, right = Interval(self.low, at), Interval(at, self.high)
        return (right, left) if slope > 0 else (left, right)


def _sign_at(line: Affine, end: Fraction | None, far: int) -> int:
    """A whole number with the sign of the line at an end, ``far`` where there is none: no fractions, for speed."""
    return far if end is None else line.terms[0] * end.numerator + line.constant * end.denominator


@dataclass(frozen=True)
class Polygon:
    """A convex polygon, by its corners in order.

    >>> square = Polygon(tuple((Fraction(x), Fraction(y)) for x, y in [(0, 0), (2, 0), (2, 2), (0, 2)]))
    >>> above, below = square.split(Affine({0: 1, 1: -1}))  # above 0 where x > y
    >>> [(int(x), int(y)) for x, y in above.corners]
    [(0, 0), (2, 0), (2, 2)]
    """

    corners: tuple[Point, ...]

    def split(self, line: Affine) -> tuple[Polygon | None, Polygon | None]:
        heights = [line.at(corner) for corner in self.corners]
        if min(heights) >= 0:
            return self, None
        if max(heights) <= 0:
            return None, self
        return self._part(heights), self._part([-height for height in heights])

    def _part(self, heights: list[Fraction]) -> Polygon:
        """Where the height is at least 0 (Sutherland & Hodgman 1974)."""
        corners: list[Point] = []
        for i, (here, corner) in enumerate(zip(heights, self.corners, strict=True)):
            before, previous = heights[i - 1], self.corners[i - 1]
            if (before < 0 < here) or (here < 0 < before):
                corners.append(between(previous, corner, before / (before - here)))
            if here >= 0:
                corners.append(corner)
        return Polygon(tuple(corners))

    @property
    def area(self) -> Fraction:
        pairs = zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True)
        return abs(sum((x * v - u * y for (x, y), (u, v) in pairs), start=Fraction(0))) / 2

    @property
    def centre(self) -> Point:
        """The mean of the corners, which is inside."""
        n = len(self.corners)
        return sum(x for x, _ in self.corners) / Fraction(n), sum(y for _, y in self.corners) / Fraction(n)


def between(start: Point, end: Point, share: Fraction) -> Point:
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


D = TypeVar("D", Interval, Polygon)


def cut(
    run: Callable[[AffineAlgebra, list[Any]], Any], domain: D, most: int, given: Sequence[Any] = ()
) -> Iterator[tuple[D, Any]]:
    """The parts of the domain in which no corner is crossed, each with what ``run`` gives there.

    A run appends the numbers that it finds to those that it is given, and meets the corners one after the other. Where
    one cuts the part, the run goes on with the half above, and the half below waits for a run that begins with the
    numbers found before the corner. So there is one run for each part, and what parts have in common is found once.

    Raises:
        TooLarge: there are more than ``most`` parts.
    """
    numbers, count = [*given], 0
    waiting = [(domain, len(numbers))]  # the last that waits has most in common with the part just done
    while waiting:
        part, common = waiting.pop()
        del numbers[common:]

        def positive(line: Affine) -> bool:
            nonlocal part
            above, below = part.split(line)
            if above is None or below is None:
                return below is None
            waiting.append((below, len(numbers)))
            part = above
            return True

        result = run(AffineAlgebra(positive), numbers)
        count += 1
        if count > most:
            raise TooLarge(f"there are more than {most:,} pieces")
        yield part, result
