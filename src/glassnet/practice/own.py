"""Exercises of a network of one's own: feeding forward, and where there is a target, gradients and a step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from glassnet.ir.require import require
from glassnet.network import Network
from glassnet.practice.answers import MOST, is_close
from glassnet.practice.by_hand import require_by_hand, rules_of
from glassnet.practice.exercise import Exercise
from glassnet.practice.levels import CHAIN, DESCENT, NEURON, SIZES, best_of
from glassnet.train.optimizers import SGD
from glassnet.words import joined

FORWARD, BACKWARD, STEP = "Feed forward", "Backpropagation", "A step of gradient descent"
DELTA = "δ of a neuron = ∂loss/∂neuron, before its activation"
SUM = "∂loss/∂(what neurons are fed with) = the sum of (δ of each neuron)(the weight to it)"
RATE = 0.2
INPUTS = [sign * size / 10 for size in SIZES for sign in (-1, 1)]
OTHERS = "take another input, or weights that are not so small"
MOST_DRAWS = 6  # of inputs, of which the one is taken with which slips are best told apart


class Own:
    """The exercises of a network: of one input feeding forward, and with its target two more; or of inputs without end.

    Args:
        network: of Dense layers, small enough to be worked out by hand.
        x: the input; without it, inputs are drawn. y: its target, a class or a number for each output.
        seed: of the drawn inputs.
        on_paper: where all exercises are read at once, so that none gives the results of those before it.

    Raises:
        GlassnetError: a network that is not for work by hand, or a target without an input.

    >>> import glassnet as gn
    >>> own = Own(gn.lecture("1-3-3-1"), [0.3], [1.0])
    >>> [own(number).title for number in (1, 2, 3)], own(4)
    (['Feed forward', 'Backpropagation', 'A step of gradient descent'], None)
    """

    def __init__(
        self,
        network: Network,
        x: Sequence[float] | None = None,
        y: Sequence[float] | int | None = None,
        seed: int = 0,
        on_paper: bool = False,
    ) -> None:
        require(y is None or x is not None, "a target belongs to an input: give the input too")
        require_by_hand(network)
        self._network, self._x, self._y, self._seed, self._on_paper = network, x, y, seed, on_paper
        self._found: list[str] = []

    @property
    def is_endless(self) -> bool:
        """Whether inputs are drawn for as many exercises as one wants."""
        return self._x is None

    def __call__(self, number: int) -> Exercise | None:
        """The exercise of that number, from 1; None where there are no more."""
        if self._x is None:
            return _clear(self._drawn(number))
        if number > (1 if self._y is None else 3):
            return None
        exercise = _clear([self._forward, self._backward, self._step][number - 1](self._x))
        if self._on_paper:
            self._found += [question.name for question in exercise.questions]
        return exercise

    def _forward(self, x: Sequence[float]) -> Exercise:
        return Exercise(self._network, x, title=FORWARD, rules=[NEURON, *rules_of(self._network)])

    def _drawn(self, number: int) -> Exercise:
        """Inputs of one decimal; the first of them is another one each time, until all have been there."""
        name, count = f"glassnet practice of one's own {self._seed}", self._network.input_shape[0]
        first = Random(name).sample(INPUTS, len(INPUTS))[number % len(INPUTS)]
        stream = Random(f"{name}/{number}")
        drawn = ([first, *stream.choices(INPUTS, k=count - 1)] for _ in range(MOST_DRAWS if count > 1 else 1))
        return best_of(map(self._forward, drawn))

    def _backward(self, x: Sequence[float]) -> Exercise:
        exercise = Exercise(self._network, x, self._y, ask=["loss"])
        rules = [*rules_of(self._network), DELTA, CHAIN, SUM]
        return Exercise(self._network, x, self._y, None, list(slopes(exercise)), BACKWARD, rules, tuple(self._found))

    def _step(self, x: Sequence[float]) -> Exercise:
        exercise = Exercise(self._network, x, self._y, ask=["loss"])
        ask = [f"new {place}" for place in first_places(exercise)]
        require(ask != [], "all layers of the network are frozen, so there is no step; net.unfreeze() lets them learn")
        return Exercise(self._network, x, self._y, SGD(RATE), ask, STEP, [DESCENT], tuple(self._found))


def _clear(exercise: Exercise) -> Exercise:
    """The exercise without the questions to which a slip gives the right answer, and those with that answer too.

    Raises:
        GlassnetError: no question is left.
    """
    unclear = [question for question in exercise.questions if not question.is_clear]
    if not unclear:
        return exercise
    clear = [one for one in exercise.questions if not any(is_close(one.value, other.value, True) for other in unclear)]
    names = joined(question.name for question in unclear)
    require(clear != [], f"nothing can be asked: slips give the right {names} too, to {MOST} decimals; {OTHERS}")
    rules = [*exercise.rules, f"not asked, since a slip gives the same to {MOST} decimals: {names}"]
    return exercise.asking(clear, rules)


def slopes(exercise: Exercise) -> Iterator[str]:
    """The loss and its gradients in the order of the chain rule: back through the layers."""
    yield "loss"
    places = [*first_places(exercise)]
    for layer in reversed(exercise.labels.layers):
        deltas = [exercise.numbers.gradient(neuron) for neuron in layer.neurons]
        yield from dict.fromkeys(
            child.name for delta in deltas for child in delta.children if child.name.startswith("∂loss/∂")
        )
        yield from (delta.name for delta in deltas)
        yield from (f"∂loss/∂{place}" for place in places if place.startswith(f"{layer.path}."))


def first_places(exercise: Exercise) -> Iterator[str]:
    """The first weight and the first bias of each layer that learns."""
    network = exercise.network
    for layer, path in zip(network.root.layers, (layer.path for layer in exercise.labels.layers), strict=True):
        if layer.trainable:
            yield f"{path}.weights[0, 0]"
            if f"{path}.biases" in network.parameters:
                yield f"{path}.biases[0]"
