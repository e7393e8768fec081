"""How the slips of practice are told apart: every slip of every question of many exercises given as an answer.

    python -m bench.practice --seeds 200

Each slip's number is answered as one would write it: exactly, or rounded to four decimals and four digits. Printed
are, for each level, how many of these answers name that slip alone, that slip and another, or something else; how
many are taken as right; and how many ways of writing the right answer are not.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from math import floor, log10

from glassnet.practice import LEVELS, Exercise, Question, Slip, exercise

EXACTLY = 6  # decimals that people write
ROUNDED = 4
COLUMNS = ("alone", "of two", "not named", "taken as right", "right, refused")


def written(value: Fraction) -> Fraction:
    """A number as one writes it as an answer."""
    return (
        value
        if 10**EXACTLY % value.denominator == 0
        else round(value, max(ROUNDED, ROUNDED - floor(log10(abs(value)))))
    )


def named(question: Question, slip: Slip) -> str:
    """What comes of this slip, answered."""
    answer = written(slip.value)
    if question.is_right(answer):
        return "taken as right"
    slips = question.diagnose(answer)
    if slip not in slips:
        return "not named"
    return "alone" if len(slips) == 1 else "of two"


def right_answers(question: Question) -> Iterator[Fraction]:
    """The right answer to three and to more decimals, as far as these have two digits that count, and exactly."""
    value = question.value
    yield value
    yield from (round(value, decimals) for decimals in (4, 5, 6) if abs(value) > Fraction(1, 10 ** (decimals - 1)))
    if abs(value) > Fraction(1, 100):
        yield round(value, 3)


def sweep(drawn: Exercise) -> Counter[str]:
    """How often what happens in an exercise."""
    counts = Counter(named(question, slip) for question in drawn.questions for slip in question.slips)
    rights = (question.is_right(answer) for question in drawn.questions for answer in right_answers(question))
    counts["right, refused"] = Counter(rights)[False]
    return counts


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=200)
    seeds = parser.parse_args().seeds
    print(f"{'level':<28}{'slips':>8}" + "".join(f"{column:>16}" for column in COLUMNS))
    for level, title in enumerate(LEVELS, 1):
        counts = sum((sweep(exercise(level, seed)) for seed in range(seeds)), Counter[str]())
        slips = counts.total() - counts["right, refused"]
        shares = [f"{counts[column] / slips:.2%}" for column in COLUMNS[:-1]]
        cells = [*shares, str(counts["right, refused"])]
        print(f"{level:>2} {title:<25}{slips:>8}" + "".join(f"{cell:>16}" for cell in cells))


if __name__ == "__main__":
    main()
