"""How the slips of practice are told apart: every slip of every question of many exercises given as an answer.

    python -m bench.practice --seeds 200

Each slip's number is answered as one would write it: exactly, or rounded to four decimals and four digits, and to as
many decimals as are asked for. Printed are, for each level and for random networks of one's own, how many of these
answers name that slip alone, that slip and another, or something else; how many are taken as right; and how many ways
of writing the right answer are not. Then what is said of networks that are not for work by hand.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import floor, log10
from random import Random

import numpy as np

import glassnet as gn
from glassnet.practice import LEVELS, Exercise, Question, Slip, exercise
from glassnet.practice.own import Own

EXACTLY = 6  # decimals that people write
ROUNDED = 4
SHARES = ("alone", "of two", "not named")
FAULTS = ("taken as right", "right, refused")


def written(value: Fraction, decimals: int) -> Fraction:
    """A number as one writes it as an answer to a question that asks for so many decimals."""
    decimals = max(ROUNDED, decimals)
    is_short = 10**EXACTLY % value.denominator == 0
    return value if is_short else round(value, max(decimals, decimals - floor(log10(abs(value)))))


def named(question: Question, slip: Slip) -> str:
    """What comes of this slip, answered."""
    answer = written(slip.value, question.decimals)
    if question.is_right(answer) or question.is_right(round(slip.value, question.decimals)):
        return "taken as right"
    slips = question.diagnose(answer)
    if slip not in slips:
        return "not named"
    return "alone" if len(slips) == 1 else "of two"


def right_answers(question: Question) -> Iterator[Fraction]:
    """The right answer, exactly and to the decimals asked for and more, as far as these have two digits that count."""
    value = question.value
    yield value
    for decimals in range(question.decimals, EXACTLY + 1):
        if abs(value) > Fraction(1, 10 ** (decimals - 1)):
            yield round(value, decimals)


def sweep(drawn: Exercise) -> Counter[str]:
    """How often what happens in an exercise."""
    counts = Counter(named(question, slip) for question in drawn.questions for slip in question.slips)
    rights = (question.is_right(answer) for question in drawn.questions for answer in right_answers(question))
    counts["right, refused"] = Counter(rights)[False]
    return counts


# ── networks of one's own ───────────────────────────────────────────────────────────────────────────────────────────

OWN = ("relu", "tanh", "sigmoid", "linear", "softmax")


def own_network(kind: str, seed: int) -> tuple[gn.Network, list[float], list[float] | int]:
    """A fresh network of a kind, with an input and a target; the biases are 0, as a fresh network's are, or drawn."""
    stream = Random(f"bench practice {kind} {seed}")
    hidden = [
        gn.Dense(stream.randint(1, 3), "relu" if kind == "softmax" else kind) for _ in range(stream.randint(0, 2))
    ]
    is_class = kind == "softmax"
    units = stream.randint(2 if is_class else 1, 3)
    last = gn.Dense(units, kind if kind in ("softmax", "sigmoid") or not hidden else "linear")
    network = gn.Network(stream.randint(1, 3), *hidden, last, seed=seed)
    if stream.random() < 0.6:
        for name, array in network.parameters.items():
            if name.endswith("biases"):
                network.parameters[name] = np.round([stream.gauss(0, 0.5) for _ in array], 2)
    x = [round(stream.uniform(-2, 2), stream.choice((1, 2))) for _ in range(network.input_shape[0])]
    y = stream.randrange(units) if is_class else [float(stream.choice((0, 1))) for _ in range(units)]
    return network, x, y


def own_exercises(kind: str, seed: int) -> Iterator[Exercise]:
    """One with a drawn input, and the three for an input and its target."""
    network, x, y = own_network(kind, seed)
    for own in (Own(network, seed=seed), Own(network, x, y)):
        yield from filter(None, map(own, range(1, 2 if own.is_endless else 4)))


DECLINED: dict[str, Callable[[], gn.Network]] = {
    "a wide one, 784-128-10": lambda: gn.Network(784, gn.Dense(128, "relu"), gn.Dense(10, "softmax")),
    "BatchNorm": lambda: gn.Network(2, gn.Dense(2), gn.BatchNorm(), gn.Dense(1)),
    "Dropout": lambda: gn.Network(2, gn.Dense(2), gn.Dropout(0.5), gn.Dense(1)),
    "LayerNorm": lambda: gn.Network(2, gn.Dense(2), gn.LayerNorm(), gn.Dense(1)),
    "Embedding": lambda: gn.Network(3, gn.Embedding(5, 2), gn.Flatten(), gn.Dense(1)),
    "Flatten": lambda: gn.Network((2, 2), gn.Flatten(), gn.Dense(1)),
    "gelu": lambda: gn.Network(2, gn.Dense(2, "gelu")),
}
"""Networks that practice does not take, and says why."""


def declined() -> Iterator[str]:
    """What is said of each."""
    for title, network in DECLINED.items():
        try:
            gn.Practice(of=network())
        except gn.GlassnetError as error:
            yield f"{title}: {error}"
        else:
            yield f"{title}: taken"


def row(title: str, counts: Counter[str]) -> str:
    """A row of the table."""
    slips = counts.total() - counts["right, refused"]
    cells = [f"{counts[column] / slips:.2%}" for column in SHARES] + [str(counts[column]) for column in FAULTS]
    return f"{title:<28}{slips:>8}" + "".join(f"{cell:>16}" for cell in cells)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=200)
    seeds = parser.parse_args().seeds
    print(f"{'':<28}{'slips':>8}" + "".join(f"{column:>16}" for column in SHARES + FAULTS))
    for level, title in enumerate(LEVELS, 1):
        counts = sum((sweep(exercise(level, seed)) for seed in range(seeds)), Counter[str]())
        print(row(f"{level:>2} {title}", counts), flush=True)
    for kind in OWN:
        drawn = (one for seed in range(seeds) for one in own_exercises(kind, seed))
        print(row(f"own networks, {kind}", sum(map(sweep, drawn), Counter[str]())), flush=True)
    print("\nDeclined:", *declined(), sep="\n  ")


if __name__ == "__main__":
    main()
