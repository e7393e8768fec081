"""Exercises about layers other than Dense, whose numbers are asked for by the names that explanations give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from glassnet.network import Network
from glassnet.practice.asking import of_number
from glassnet.practice.exercise import Exercise, Table, confused
from glassnet.practice.question import Question


class Specialised(Exercise):
    """Numbers of a convolution, a recurrent layer or attention to work out by hand, for one input.

    Args:
        network: a small one, of any layers. x: its input.
        ask: names as ``net.explain`` has them, "c1_2_1", "h.step_2.output", "a.score[1, 0]", each with a few words.
        title, rules: a heading, and what has to be known, one line each.
        tables: what is given, such as the picture and the kernel.

    Raises:
        GlassnetError: there is no number of such a name.

    >>> import glassnet as gn
    >>> layer = gn.RNN(1, "linear", weights=[[0.3]], recurrent_weights=[[0.5]], name="h")
    >>> net = gn.Network((2, 1), layer, dtype="float64")
    >>> exercise = Specialised(net, [[0.4], [0.7]], {"h.step_2.output": "after step 2"}, "A recurrent neuron", [], [])
    >>> exercise.questions[0].arithmetic
    'h.step_2.output = 0.21 + (0.12)(0.5) = 0.27'
    """

    def __init__(
        self,
        network: Network,
        x: Any,
        ask: Mapping[str, str],
        title: str,
        rules: Sequence[str],
        tables: Sequence[Table],
    ) -> None:
        self.network, self.y, self.optimizer = network, None, None
        self.x = tuple(np.ravel(x).tolist())
        self.title, self.rules, self._tables = title, tuple(rules), list(tables)
        self.numbers = network.explain(x)
        questions = list[Question]()
        for name, place in ask.items():
            one = of_number(network, self.numbers[name])
            questions.append(replace(one, place=place, also=(*one.also, *confused(name, questions))))
        self.questions = tuple(questions)

    @property
    def given(self) -> list[str]:
        """Nothing but what is in the tables."""
        return []

    @property
    def tables(self) -> list[Table]:
        """What is given: inputs, weights and biases."""
        return self._tables


def table(title: str, columns: Sequence[str], rows: Mapping[str, Sequence[float]]) -> Table:
    """Numbers in rows and columns that have names.

    >>> table("kernel", ["1", "2"], {"1": [0.3, -0.7]}).rows
    [['1', '0.3', '-0.7']]
    """
    return Table(title, ["", *columns], [[name, *(f"{number:g}" for number in row)] for name, row in rows.items()])
