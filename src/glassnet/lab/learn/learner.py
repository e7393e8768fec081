"""A network that learns on the page *Learn*: what was done to an example, done again."""

from __future__ import annotations

from functools import cache

import numpy as np

from glassnet.inspection.explanations import NetworkExplanation
from glassnet.inspection.neurons import input_names
from glassnet.inspection.numbers import printed, split, with_place
from glassnet.ir.errors import DivergenceError, GlassnetError
from glassnet.ir.require import require
from glassnet.lab.learn.examples import Example
from glassnet.lab.learn.state import STEPS, Change
from glassnet.lab.shown import typed
from glassnet.layers.losses import CustomLoss, Loss
from glassnet.model.answer import Answer
from glassnet.network import Network
from glassnet.train.optimizers.optimizer import Optimizer
from glassnet.words import unknown, words_of

LARGEST_RATE = 1e6


class Learner:
    """A copy of an example's network, and how it learns, after these changes.

    Attributes:
        network: the network, whose training goes on.
        x, y: the sample; of classes, ``y`` is the number of one.
        loss, optimizer, rate: how it learns, by name.
        losses: before each step that was taken.
    """

    def __init__(self, example: Example) -> None:
        self.example, self.changes = example, tuple[Change, ...]()
        self.network: Network = example.network.copy()
        self.x, self.y = list(example.x), list(example.y)
        self.loss, self.optimizer, self.rate = example.loss, example.optimizer, example.rate
        self.losses: list[float] = []

    # ── what it learns from, and how ────────────────────────────────────────────────────────────────────────────────

    @property
    def inputs(self) -> list[str]:
        """The names of the inputs."""
        return [str(name) for name in input_names(self.network)]

    @property
    def targets(self) -> list[str]:
        """The names of the targets."""
        return ["target"] if len(self.y) == 1 else [f"target_{i + 1}" for i in range(len(self.y))]

    @property
    def target(self) -> list[float] | int:
        """The target of the sample: of a class its number."""
        return int(self.y[0]) if self.network.answer is Answer.CLASS else self.y

    @property
    def rule(self) -> Optimizer:
        """The optimiser with its learning rate."""
        kind = Optimizer.known[self.optimizer]
        assert issubclass(kind, Optimizer)
        return kind(learning_rate=self.rate)

    def explained(self) -> NetworkExplanation:
        """The arithmetic of the next step."""
        return self.network.explain(self.x, self.target, loss=self.loss, optimizer=self.rule)

    # ── what is done to it ──────────────────────────────────────────────────────────────────────────────────────────

    def follow(self, changes: tuple[Change, ...]) -> Learner:
        """The learner after these changes: this one if they only go on, else a new one."""
        known = self.changes
        if changes[: len(known)] == known:
            return self._done(changes[len(known) :])
        last, again = known[-1], changes[len(known) - 1 : len(known)]
        if changes[: len(known) - 1] == known[:-1] and again and last[0] == again[0][0] == STEPS:
            before, after = int(last[1]), int(again[0][1])
            if after > before:
                self.changes = (*known[:-1], (STEPS, str(before + self._step(after - before))))
                return self._done(changes[len(known) :])
        return Learner(self.example)._done(changes)

    def _done(self, changes: tuple[Change, ...]) -> Learner:
        """These changes too; of steps, those that could be taken."""
        for name, text in changes:
            if name != STEPS:
                self._do(name, text)
                self.changes = (*self.changes, (name, text))
            elif taken := self._step(int(text)):
                self.changes = (*self.changes, (name, str(taken)))
        return self

    def _do(self, name: str, text: str) -> None:
        if name == "loss":
            require(text in loss_names(), unknown("loss", text, loss_names()))
            self.loss = text
        elif name == "optimizer":
            require(text in Optimizer.known, unknown("optimizer", text, Optimizer.known))
            self.optimizer, self.rate = text, default_rate(text)
        elif name == "rate":
            value = typed(text, "the learning rate")
            require(0 < value <= LARGEST_RATE, f"the learning rate must be above 0 and at most a million, got {text}")
            self.rate = value
        else:
            self._set(printed(name), typed(text, name))

    def _set(self, name: str, value: float) -> None:
        """Another number for an input, a target, a weight or a bias."""
        if name in self.inputs:
            self.x[self.inputs.index(name)] = value
            return
        if name in self.targets:
            if self.network.answer is Answer.CLASS:
                classes = self.network.output.shape[-1]
                assert isinstance(classes, int)
                fits = value == int(value) and 0 <= value < classes
                require(fits, f"the target is the number of a class, 0 to {classes - 1}, got {value:g}")
            self.y[self.targets.index(name)] = value
            return
        base, index = split(name)
        known = self.network.parameters
        fits = base in known and len(index) == known[base].ndim
        fits = fits and all(i < size for i, size in zip(index, known[base].shape, strict=True))
        require(fits, unknown("input, target, weight or bias", name, [*self.inputs, *self.targets, *self.parameters]))
        known[base][index] = value

    @property
    def parameters(self) -> list[str]:
        """The names of all weights and biases."""
        arrays = self.network.parameters.items()
        return [with_place(name, place) for name, array in arrays for place in np.ndindex(array.shape)]

    def _step(self, count: int) -> int:
        """So many steps, fewer where the loss is no number any more; returns how many."""
        x, y = [self.x], [self.target]
        for taken in range(count):
            try:
                loss = self.network.train_on_batch(x, y, optimizer=self.rule, loss=self.loss)
            except DivergenceError:
                return taken
            self.losses.append(loss)
        return count

    @property
    def diverged(self) -> str:
        """Why no further step can be taken, in words; "" where one can."""
        if np.isfinite(self.network.loss([self.x], [self.target], self.loss)):
            return ""
        try:
            self.network.train_on_batch([self.x], [self.target], optimizer=self.rule, loss=self.loss)
        except DivergenceError as error:
            return str(error)
        return ""


def loss_names() -> tuple[str, ...]:
    """The names of all losses of the library's own."""
    return tuple(words_of(kind.__name__) for kind in Loss.known.values() if kind is not CustomLoss)


@cache
def losses_that_fit(example: Example) -> tuple[str, ...]:
    """The names of all losses that compare the network's answers with such a target, and are finite to begin with."""
    return tuple(name for name in loss_names() if _fits(example, name))


def _fits(example: Example, loss: str) -> bool:
    learner = Learner(example)
    try:
        return bool(np.isfinite(learner.network.loss([learner.x], [learner.target], loss)))
    except GlassnetError:
        return False


def default_rate(optimizer: str) -> float:
    """The learning rate that an optimiser has unless another is chosen."""
    kind = Optimizer.known[optimizer]
    rate = kind().learning_rate  # type: ignore[attr-defined]
    assert isinstance(rate, float)
    return rate
