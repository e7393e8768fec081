"""A network that learns on the page *Learn*: what was done to an example, done again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from functools import cache
from typing import Any

import numpy as np

from glassnet.inspection.explanations import NetworkExplanation
from glassnet.inspection.names import of_sample, printed, split, with_place
from glassnet.inspection.neurons import input_names
from glassnet.ir.errors import DivergenceError, GlassnetError
from glassnet.ir.require import require
from glassnet.lab.learn.examples import Example
from glassnet.lab.learn.state import SAMPLES, STEPS, Change
from glassnet.lab.shown import typed
from glassnet.layers.losses import CustomLoss, Loss
from glassnet.model.answer import Answer
from glassnet.network import Network
from glassnet.train.optimizers.optimizer import Optimizer
from glassnet.words import excerpt, unknown, words_of

LARGEST_RATE = 1e6
SETTING = "optimizer."
"""What the names of changes of the optimiser's settings begin with."""
FACTORS = (1.0, -1.0, 0.5, -0.5)
"""The inputs of each sample begin as those of the first, times this."""
MOST_SAMPLES = len(FACTORS)


def _numbers(rule: Optimizer, before: str = "") -> Iterator[tuple[str, float]]:
    for field in fields(rule):
        value = getattr(rule, field.name)
        if isinstance(value, int | float):
            yield before + field.name, value
        elif isinstance(value, Optimizer):
            yield from _numbers(value, f"{before}{field.name}.")


def _with(rule: Optimizer, settings: Mapping[str, float]) -> Optimizer:
    """The rule with other settings, also of a rule within it."""
    own: dict[str, Any] = {name: value for name, value in settings.items() if "." not in name}
    for name, inner in within(settings).items():
        own[name] = _with(getattr(rule, name), inner)
    return replace(rule, **own)


def within(settings: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """The settings of the rules within a rule, by the name that such a rule has in it.

    >>> within({"momentum": 0.9, "other.beta_1": 0.5})
    {'other': {'beta_1': 0.5}}
    """
    found: dict[str, dict[str, float]] = {}
    for name, value in settings.items():
        outer, _, inner = name.partition(".")
        if inner:
            found.setdefault(outer, {})[inner] = value
    return found


class Learner:
    """A copy of an example's network, and how it learns, after these changes.

    Attributes:
        network: the network, whose training goes on.
        samples: how many a step takes: the first of ``inputs`` and ``targets``.
        loss, optimizer, rate, settings: how it learns, by name; the settings are those that were changed.
        losses: before each step that was taken.
    """

    def __init__(self, example: Example) -> None:
        self.example, self.changes = example, tuple[Change, ...]()
        self.network: Network = example.network.copy()
        self.samples = example.least
        self.inputs = [[factor * value for value in example.x] for factor in FACTORS]
        self.targets = [self._target(i) for i in range(MOST_SAMPLES)]
        self.loss, self.optimizer, self.rate = example.loss, example.optimizer, example.rate
        self.settings: dict[str, float] = {}
        self.losses: list[float] = []

    def _target(self, i: int) -> list[float]:
        """The target that a sample begins with: the next class, the other answer, or in proportion to the inputs."""
        given, answer = self.example.y, self.network.answer
        if answer is Answer.CLASS:
            return [(given[0] + i) % self._classes]
        return [1 - y if i % 2 else y for y in given] if answer is Answer.YES_NO else [FACTORS[i] * y for y in given]

    # ── what it learns from, and how ────────────────────────────────────────────────────────────────────────────────

    def input_names(self, sample: int = 0) -> list[str]:
        """The names of a sample's inputs: u, v; of several samples u⁽²⁾, v⁽²⁾ for the second."""
        return [f"{name}{of_sample((sample,), self.samples)}" for name in input_names(self.network)]

    def target_names(self, sample: int = 0) -> list[str]:
        """The names of a sample's targets."""
        count = len(self.example.y)
        names = ["target"] if count == 1 else [f"target_{i + 1}" for i in range(count)]
        return [f"{name}{of_sample((sample,), self.samples)}" for name in names]

    @property
    def batch(self) -> tuple[list[list[float]], list[Any]]:
        """The samples of a step and their targets; of a class its number."""
        targets: list[Any] = self.targets[: self.samples]
        if self.network.answer is Answer.CLASS:
            targets = [int(target[0]) for target in targets]
        return self.inputs[: self.samples], targets

    @property
    def x(self) -> list[Any]:
        """The inputs as they are written: of a single sample without a list around it."""
        inputs, _ = self.batch
        return inputs if self.samples > 1 else inputs[0]

    @property
    def target(self) -> Any:
        """The targets, written in the same way."""
        _, targets = self.batch
        return targets if self.samples > 1 else targets[0]

    @property
    def rule(self) -> Optimizer:
        """The optimiser with its learning rate and settings."""
        return self._rule(self.settings)

    def _rule(self, settings: Mapping[str, float]) -> Optimizer:
        kind = Optimizer.known[self.optimizer]
        assert issubclass(kind, Optimizer)
        return _with(kind(learning_rate=self.rate), settings)

    @property
    def all_settings(self) -> dict[str, float]:
        """The numbers by which the optimiser is set besides the learning rate, by name.

        Those of a rule within it, as Muon has one for biases, have two names: other.weight_decay.
        """
        return {name: value for name, value in _numbers(self.rule) if name != "learning_rate"}

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
            self.optimizer, self.rate, self.settings = text, default_rate(text), {}
        elif name == SAMPLES:
            least, is_one = self.example.least, text.isascii() and text.isdigit() and len(text) < 3
            require(is_one and least <= int(text) <= MOST_SAMPLES, _samples_said(least, text))
            self.samples = int(text)
        elif name.startswith(SETTING):
            self._set_rule(name.removeprefix(SETTING), typed(text, name.removeprefix(SETTING)))
        elif name == "rate":
            value = typed(text, "the learning rate")
            require(0 < value <= LARGEST_RATE, f"the learning rate must be above 0 and at most a million, got {text}")
            self.rate = value
        else:
            self._set(printed(name), typed(text, name))

    def _set_rule(self, name: str, value: float) -> None:
        """Another number for a setting of the optimiser."""
        known = self.all_settings
        require(name in known, unknown(f"setting of {self.optimizer}", name, known))
        kind = type(known[name])
        require(kind(value) == value, f"{name} is {'0 or 1' if kind is bool else 'a whole number'}, got {value:g}")
        settings = {**self.settings, name: kind(value)}
        self._rule(settings)  # which says what does not fit
        self.settings = settings

    def _set(self, name: str, value: float) -> None:
        """Another number for an input, a target, a weight or a bias."""
        for sample in range(self.samples):
            if name in (names := self.input_names(sample)):
                self.inputs[sample][names.index(name)] = value
                return
            if name in (names := self.target_names(sample)):
                self._require_target(value)
                self.targets[sample][names.index(name)] = value
                return
        base, index = split(name)
        known = self.network.parameters
        fits = base in known and len(index) == known[base].ndim
        fits = fits and all(i < size for i, size in zip(index, known[base].shape, strict=True))
        names = [*self.input_names(), *self.target_names(), *self.parameters]
        require(fits, unknown("input, target, weight or bias", name, names))
        known[base][index] = value

    def _require_target(self, value: float) -> None:
        """Raise GlassnetError where the target is no class."""
        if self.network.answer is Answer.CLASS:
            fits = value == int(value) and 0 <= value < self._classes
            require(fits, f"the target is the number of a class, 0 to {self._classes - 1}, got {value:g}")

    @property
    def _classes(self) -> int:
        classes = self.network.output.shape[-1]
        assert isinstance(classes, int)
        return classes

    @property
    def parameters(self) -> list[str]:
        """The names of all weights and biases."""
        arrays = self.network.parameters.items()
        return [with_place(name, place) for name, array in arrays for place in np.ndindex(array.shape)]

    def _step(self, count: int) -> int:
        """So many steps, fewer where the loss is no number any more; returns how many."""
        x, y = self.batch
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
        x, y = self.batch
        if np.isfinite(self.network.loss(x, y, self.loss)):
            return ""
        try:
            self.network.train_on_batch(x, y, optimizer=self.rule, loss=self.loss)
        except DivergenceError as error:
            return str(error)
        return ""


def _samples_said(least: int, text: str) -> str:
    why = ", since batch normalisation needs at least 2" if least > 1 else ""
    return f"a step takes {least} to {MOST_SAMPLES} samples here{why}, got {excerpt(text)}"


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
        return bool(np.isfinite(learner.network.loss(*learner.batch, loss)))
    except GlassnetError:
        return False


def default_rate(optimizer: str) -> float:
    """The learning rate that an optimiser has unless another is chosen."""
    kind = Optimizer.known[optimizer]
    rate = kind().learning_rate  # type: ignore[attr-defined]
    assert isinstance(rate, float)
    return rate
