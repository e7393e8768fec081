"""An exercise: a network, an input, and the numbers that are asked for, one after the other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite

import numpy as np

from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.ir.types import Values
from glassnet.layers.dense import Dense
from glassnet.model.answer import Answer
from glassnet.network import Network
from glassnet.practice.arithmetic import (
    Exactly,
    Given,
    decimal,
    evaluated,
    givens,
    letter,
    remembered,
    require_computed,
    shown,
)
from glassnet.practice.by_hand import require_by_hand, rounded
from glassnet.practice.labels import Labels, LayerNames, settings
from glassnet.practice.learning import of_question, with_old_values
from glassnet.practice.question import Question
from glassnet.practice.slips import Change
from glassnet.readings.explain import Explanation
from glassnet.train.optimizers import Optimizer

NO_EDGE = "none"


@dataclass(frozen=True)
class Table:
    """Weights and biases, a row for each neuron."""

    title: str
    header: list[str]
    rows: list[list[str]]


class Exercise:
    """Numbers of a network to work out by hand, for one input.

    Args:
        network: a small one of Dense layers; weights of more than three decimals are rounded to two, and that is said.
        x: the input; y: the target, a number for each output or a class, to ask for the loss and gradients;
        optimizer: to ask for updates.
        ask: names as ``net.explain`` has them: "a1", "relu(a1)", "loss", "δy", "∂loss/∂y.weights[0, 0]",
            "new y.weights[0, 0]". Without it, every neuron in order.
        title: a heading; rules: what has to be known, one line each.
        found: names of numbers that were worked out before, so that they are not given.
        is_rounded: False takes the weights with all their decimals.

    Raises:
        GlassnetError: a network that is not for work by hand, or a name that it does not have.

    >>> import glassnet as gn
    >>> from glassnet.practice import Exercise
    >>> net = gn.Network(2, gn.Dense(1, weights=[[0.3], [-0.7]], biases=[0.1]), dtype="float64")
    >>> exercise = Exercise(net, [0.4, -0.7])
    >>> [(question.name, str(question.value)) for question in exercise.questions]
    [('y', '71/100')]
    """

    def __init__(
        self,
        network: Network,
        x: Sequence[float],
        y: Sequence[float] | int | None = None,
        optimizer: Optimizer | None = None,
        ask: Sequence[str] | None = None,
        title: str = "Feed forward",
        rules: Sequence[str] = (),
        found: Collection[str] = (),
        is_rounded: bool = True,
    ) -> None:
        require_by_hand(network)
        self.network, changes = rounded(network) if is_rounded else (network, [])
        self.x, self.y, self.optimizer = _numbers(x), None if y is None else _target(y, network), optimizer
        self.title, self.rules, self._found = title, (*changes, *rules), found
        self.numbers = self.network.explain(self.x, self.y, optimizer=optimizer)
        self.labels = Labels(self.network, self.numbers, optimizer)
        try:
            self.questions = self._questions(self.numbers.neurons if ask is None else ask)
        except ArithmeticError as error:
            raise GlassnetError(f"this cannot be worked out by hand: {error}; take smaller inputs or weights") from None

    def _questions(self, ask: Sequence[str]) -> tuple[Question, ...]:
        """Each question knows the numbers before it: they can be mistaken for one another."""
        arithmetic, questions = Exactly(self.labels), list[Question]()
        self._know_all_values(arithmetic)
        for explanation in self._asked(ask):
            require_computed(explanation)
            name, expression = explanation.name, arithmetic(explanation)
            if name.startswith("new "):
                expression = with_old_values(name, expression)
            value, is_rounded = evaluated(expression)
            also = (*of_question(name, expression, self.labels), *confused(name, questions))
            questions.append(Question(name, self.labels.about(name), explanation, expression, value, is_rounded, also))
            self.labels.known[name] = questions[-1].as_given
        return tuple(questions)

    def asking(self, questions: Sequence[Question], rules: Sequence[str]) -> Exercise:
        """The same exercise with some of its questions alone, and other rules."""
        fewer = copy(self)
        fewer.questions, fewer.rules = tuple(questions), tuple(rules)
        return fewer

    def _know_all_values(self, arithmetic: Exactly) -> None:
        """What the network is fed with and its neurons: they can be taken for one another."""
        for name, x in zip(self.labels.inputs, self.x, strict=True):
            self.labels.known[name] = Given(decimal(x), name, f"{name} = {x:g}", "input", letters=letter(name))
        for name in self.numbers.neurons:
            self.labels.known[name] = self.labels.computed(name, arithmetic(self.numbers[name]))

    def _asked(self, ask: Sequence[str]) -> Iterator[Explanation]:
        """The explanations of what is asked, after what an update remembers (its new m, its new v)."""
        for name in ask:
            if name.startswith("new "):
                update = self.numbers.update(name.removeprefix("new "))
                yield from remembered(update)
                yield update
            elif name.startswith("∂loss/∂"):
                yield self.numbers.gradient(name.removeprefix("∂loss/∂"))
            elif name.startswith("δ"):
                yield self.numbers.gradient(name.removeprefix("δ"))
            else:
                yield self.numbers[name]

    # ── what is given ───────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def given(self) -> list[str]:
        """What is known from the start besides weights and biases: one line each."""
        inputs = ", ".join(f"{name} = {x:g}" for name, x in zip(self.labels.inputs, self.x, strict=True))
        lines = [f"input: {inputs}"]
        if self.y is not None:
            lines.append(f"target: {self._target}")
        if self.optimizer is not None:
            lines.append(f"optimizer: {_optimizer_words(self.optimizer)}")
        needed = self._needed()
        known = ", ".join(f"{name} = {shown(value)}" for name, value in needed.items() if name not in self._found)
        before = ", ".join(name for name in needed if name in self._found)
        return [*lines, *[f"known: {known}"] * bool(known), *[f"from the exercises before: {before}"] * bool(before)]

    @property
    def _target(self) -> str:
        if isinstance(self.y, int):
            return f"class {self.y}, {self.labels.layers[-1].neurons[self.y]}"
        return ", ".join(f"{y:g}" for y in self.y or ())

    def _needed(self) -> dict[str, Fraction]:
        """The computed numbers that questions need and none asks for, in the order of the network."""
        asked = {question.name for question in self.questions}
        needed = {
            number.name: number.value
            for question in self.questions
            for number in givens(question.expression)
            if number.kind in ("value", "state") and number.name not in asked
        }
        order = {name: i for i, name in enumerate(self.numbers.neurons)}
        return dict(sorted(needed.items(), key=lambda item: order.get(item[0], len(order))))

    @property
    def tables(self) -> list[Table]:
        """The weights and biases, a table for each layer."""
        return [self._table(k, layer) for k, layer in enumerate(self.labels.layers)]

    def _table(self, k: int, layer: LayerNames) -> Table:
        sources, activation = self.labels.sources(k), layer.activation
        biases = self.network.parameters.get(f"{layer.path}.biases")
        header = ["", *(f"from {source}" for source in sources), *(["bias"] * (biases is not None))]
        rows = [
            [name, *self._edges(k, j), *([f"{biases[j]:g}"] if biases is not None else [])]
            for j, name in enumerate(layer.neurons)
        ]
        place = "output" if k == len(self.labels.layers) - 1 else f"hidden layer {k + 1}"
        return Table(f"{place}, {activation}" if activation else place, header, rows)

    def _edges(self, k: int, j: int) -> list[str]:
        """The weights that lead to the j-th neuron of the k-th layer, with a mark where there is no edge."""
        layer, weights = self.network.root.layers[k], self.network.parameters[f"{self.labels.layers[k].path}.weights"]
        connected = layer.connected if isinstance(layer, Dense) else None
        mask = connected.array if isinstance(connected, Values) else np.ones_like(weights)
        return [f"{w:g}" if edge else NO_EDGE for w, edge in zip(weights[:, j], mask[:, j], strict=True)]


def _numbers(given: Sequence[float] | float) -> tuple[float, ...]:
    """The input or the target as numbers to work with."""
    try:
        numbers = tuple(float(number) for number in np.ravel(given))
    except (TypeError, ValueError):
        raise GlassnetError(f"one works out numbers, got {given!r}") from None
    require(all(map(isfinite, numbers)), f"one works out finite numbers, got {given!r}")
    return numbers


def _target(given: Sequence[float] | float, network: Network) -> tuple[float, ...] | int:
    """A class, where one number is given to a network that answers with one; else a number for each output."""
    numbers = _numbers(given)
    if np.ndim(given) or network.answer is not Answer.CLASS:
        return numbers
    require(numbers[0].is_integer(), f"a class is a whole number from 0, got {given!r}")
    return int(numbers[0])


def confused(name: str, before: Sequence[Question]) -> Iterator[Change]:
    """The answer to another question, as a slip of this one."""
    for question in before:
        yield Change("another number", f"that is {question.name}, not {name}", 4, question.as_given)


def _optimizer_words(optimizer: Optimizer) -> str:
    """SGD with learning rate 0.1, momentum 0.9"""
    words = ", ".join(f"{name} {shown(decimal(value))}" for name, value in settings(optimizer).items())
    return f"{type(optimizer).__name__} with {words}"
