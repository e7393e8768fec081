"""Cutting intervals and polygons: the parts fit together exactly, and each run sees every corner on one side."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.readings.algebra import Affine, AffineAlgebra, Interval, Polygon, TooLarge, cut

WHOLE = st.integers(-4, 4)
LINES = st.builds(lambda a, b, c: a * Affine.of_input(0) + b * Affine.of_input(1) + c, WHOLE, WHOLE, WHOLE)
SQUARE = Polygon(tuple((Fraction(x), Fraction(y)) for x, y in [(-2, -2), (2, -2), (2, 2), (-2, 2)]))


@given(st.lists(LINES.filter(lambda line: line.terms), min_size=1, max_size=5))
def test_polygons_are_cut_without_loss(lines: list[Affine]) -> None:
    parts = [SQUARE]
    for line in lines:
        split = [part.split(line) for part in parts]
        parts = [half for pair in split for half in pair if half is not None]
        for above, below in split:
            assert above is None or min(line.at(corner) for corner in above.corners) >= 0 < line.at(above.centre)
            assert below is None or max(line.at(corner) for corner in below.corners) <= 0 > line.at(below.centre)
    assert sum(part.area for part in parts) == SQUARE.area
    assert all(part.area > 0 for part in parts)


@pytest.mark.parametrize("low", [None, -1])
@pytest.mark.parametrize("high", [None, 2])
@pytest.mark.parametrize("at", [-3, -1, 0, 2, 3])
@pytest.mark.parametrize("slope", [2, -2])
def test_intervals_are_cut(low: int | None, high: int | None, at: int, slope: int) -> None:
    interval = Interval(*(None if end is None else Fraction(end) for end in (low, high)))
    above, below = interval.split(slope * (Affine.of_input(0) - at))
    left, right = (above, below) if slope < 0 else (below, above)
    assert (left is None) == (low is not None and at <= low)
    assert (right is None) == (high is not None and at >= high)
    if left and right:
        assert (left.low, left.high, right.low, right.high) == (interval.low, at, at, interval.high)
    else:
        assert (left or right) == interval


def stairs(algebra: AffineAlgebra, _: list[Affine]) -> Affine:
    """Three corners through one point, and one that depends on the others."""
    x, y = Affine.of_input(0), Affine.of_input(1)
    m = algebra.m
    return m.maximum(m.abs(x) + m.abs(y) - 1, m.maximum(x, -x))


def test_every_part_gets_one_run_and_no_part_is_missed() -> None:
    found = list(cut(stairs, SQUARE, most=100))
    assert sum(part.area for part, _ in found) == SQUARE.area
    for part, form in found:
        for x, y in (*part.corners, part.centre):
            assert form.at((x, y)) == max(abs(x) + abs(y) - 1, abs(x))
    with pytest.raises(TooLarge, match="more than 3 pieces"):
        list(cut(stairs, SQUARE, most=3))


def test_what_parts_have_in_common_is_found_once() -> None:
    """Corners at 0, 1, …, 5: the k-th number is found once on each side of its corner and of those before it."""
    first = Counter[int]()

    def run(algebra: AffineAlgebra, numbers: list[Affine]) -> Affine:
        for k in range(len(numbers), 6):
            first[k] += 1
            numbers.append(algebra.m.maximum(Affine.of_input(0) - k, 0))
        return Affine.total(numbers)

    found = sorted(cut(run, Interval(None, None), most=100), key=lambda pair: pair[1].at([Fraction(9)]))
    assert first == {k: k + 2 for k in range(6)}
    for part, form in found:
        at = (part.low + part.high) / 2 if part.low and part.high else part.low or part.high or Fraction(0)
        assert form.at([at]) == sum(max(at - k, 0) for k in range(6))
