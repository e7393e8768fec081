"""One step of a learner, taken apart: its sub-steps, the arithmetic of each, and the picture as far as it is played."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from glassnet.canvas.scene import Circle, Point, Scene
from glassnet.inspection.drawing.blackboard import network_scene
from glassnet.inspection.drawing.columns import Column, Look
from glassnet.inspection.drawing.learning import Step
from glassnet.inspection.drawing.network import Columns
from glassnet.inspection.explanations import NetworkExplanation
from glassnet.inspection.names import of_sample, with_place
from glassnet.inspection.neurons import Index, forward_names, input_names
from glassnet.inspection.nudge import Nudge
from glassnet.ir.graph import Var
from glassnet.ir.types import Array
from glassnet.lab.learn.learner import Learner
from glassnet.readings.explain import Explanation, Outline
from glassnet.readings.explain.paths import paths

FORWARD, LOSS, DELTA, GRADIENT, UPDATE = "forward", "loss", "δ", "gradient", "update"


@dataclass(frozen=True)
class SubStep:
    """A part of a step, of one layer; "" where it is of all."""

    part: str
    layer: str = ""


class Lesson:
    """The next step of a learner, played up to a sub-step; of several samples, one is drawn."""

    def __init__(self, learner: Learner, sample: int = 0) -> None:
        self.learner, self.network, self.changes = learner, learner.network, learner.changes
        self.sample = min(sample, learner.samples - 1)
        self.explanation: NetworkExplanation = learner.explained()
        self.numbers = self.explanation.training
        self.mark = self.numbers.mark
        self.of_sample = of_sample((self.sample,), learner.samples)

    @cached_property
    def sub_steps(self) -> tuple[SubStep, ...]:
        """All sub-steps, in order."""
        layers = list(self.numbers.layers)
        return (
            *(SubStep(FORWARD, layer) for layer in layers),
            SubStep(LOSS),
            *(SubStep(DELTA, layer) for layer in reversed(layers)),
            *(SubStep(GRADIENT, layer) for layer in reversed(self.groups)),
            SubStep(UPDATE),
        )

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """The parameters that learn, by their layer."""
        groups: dict[str, list[str]] = {}
        for name in self.network.parameters:
            if self.network.is_trainable(name):
                groups.setdefault(name.rpartition(".")[0], []).append(name)
        return groups

    def places(self, parameter: str) -> list[str]:
        """The names of a parameter's numbers."""
        return [with_place(parameter, place) for place in np.ndindex(self.network.parameters[parameter].shape)]

    # ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def __getitem__(self, name: str) -> Explanation:
        return self.explanation[name]

    @property
    def loss(self) -> str:
        """What the loss of the step is called."""
        return f"loss{self.mark}"

    def gradient_name(self, name: str) -> str:
        """What the gradient for a parameter's number is called."""
        return f"∂loss/∂{name}{self.mark}"

    def called(self, name: str) -> str:
        """What a number of the picture, which is of one sample, is called in the step: w1⁽²⁾ for w1."""
        prefix = next((one for one in ("∂loss/∂", "δ") if name.startswith(one)), "")
        bare = name.removeprefix(prefix)
        is_given = bare in self._inputs or bare.removeprefix("new ") in self._parameters
        own = prefix + self._names_of_sample.get(bare, bare)
        return own if not name or (is_given and not prefix) else own + self.mark

    @cached_property
    def _names_of_sample(self) -> dict[str, str]:
        """What the inputs and neurons of the sample are called in the batch."""
        inputs = dict(zip(self._inputs, self.learner.input_names(self.sample), strict=True))
        of_one: dict[str, str] = {}
        for title, layer in self.numbers.layers.items():
            namers = forward_names(self.network, self.numbers.letters[title], layer[-1])
            for var in layer:
                of_one |= {namers[var](place): self.numbers(var, place).name for place in self._indices(var)}
        return inputs | {name: own.removesuffix(self.mark) for name, own in of_one.items()}

    @cached_property
    def _inputs(self) -> list[str]:
        return [str(name) for name in input_names(self.network)]

    @cached_property
    def _parameters(self) -> set[str]:
        return set(self.learner.parameters)

    def _indices(self, var: Var) -> Iterator[Index]:
        """Where the numbers of the sample are."""
        return (index for index in self.numbers.indices(var) if index[0] == self.sample)

    def neurons(self, layer: str) -> Iterator[Explanation]:
        """The numbers of a layer: each neuron's sum, then what its activation makes of it."""
        for var in self.numbers.layers[layer]:
            for index in self._indices(var):
                yield self.numbers(var, index)

    def deltas(self, layer: str) -> Iterator[Explanation]:
        """The δ of each neuron of a layer; before them, the gradients for what its activation makes of the sums."""
        neuron, *results = self.numbers.layers[layer]
        sums = [self.numbers(neuron, index).name for index in self._indices(neuron)]
        found = [self.explanation[f"δ{name}"] for name in sums]
        if results and layer != list(self.numbers.layers)[-1]:
            for index in self._indices(results[0]):
                yield self.explanation[f"∂loss/∂{self.numbers(results[0], index).name}"]
        yield from found

    def arithmetic(self, sub_step: SubStep) -> list[Explanation]:
        """The numbers that a sub-step computes."""
        match sub_step.part:
            case "forward":
                return [*self.neurons(sub_step.layer)]
            case "loss":
                each = range(self.learner.samples) if self.of_sample else ()
                return [self[self.loss], *(self[f"loss{of_sample((i,), len(each))}{self.mark}"] for i in each)]
            case "δ":
                return [*self.deltas(sub_step.layer)]
            case "gradient":
                names = [place for name in self.groups[sub_step.layer] for place in self.places(name)]
                return [self[self.gradient_name(name)] for name in names]
        return [self[f"new {place}"] for group in self.groups.values() for name in group for place in self.places(name)]

    # ── the picture ─────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _step(self) -> Step:
        return Step(self.numbers, self.sample)

    @cached_property
    def _values(self) -> list[Column]:
        return Columns(self.network, step=self._step).all()

    @cached_property
    def _slopes(self) -> list[Column]:
        return Columns(self.network, learning=self._step).all()

    @cached_property
    def new(self) -> dict[str, Array]:
        """Each parameter after the step."""
        wanted = {name: self.numbers.graph.outputs[name] for group in self.groups.values() for name in group}
        return self._step.values(wanted)

    def columns(self, at: int) -> list[Column]:
        """The columns of the picture after so many sub-steps."""
        done = self.sub_steps[:at]
        known = {one.name for step in done if step.part == FORWARD for one in self.neurons(step.layer)}
        deltas = {one.name for step in done if step.part == DELTA for one in self.deltas(step.layer)}
        layers = {step.layer for step in done if step.part == GRADIENT}
        is_new = any(step.part == UPDATE for step in done)
        found = []
        for value, slope in zip(self._values, self._slopes, strict=True):
            column = value if is_new or not value.links else self._revealed(value, known)
            if slope.inside is not None and slope.inside.names and self.called(slope.inside.names[0]) in deltas:
                column = replace(column, deltas=slope.inside)
            if any(link.name.rpartition(".")[0] in layers for link in slope.links if link.name):
                column = replace(column, links=slope.links)
            found.append(self._updated(column) if is_new else column)
        return found

    def _revealed(self, column: Column, known: set[str]) -> Column:
        """The column with those of its numbers that are known."""
        changes = {}
        for field in ("inside", "below"):
            numbers = getattr(column, field)
            if numbers is not None and numbers.names and self.called(numbers.names[0]) not in known:
                changes[field] = replace(numbers, are_hidden=True)
        return replace(column, **changes)

    def _updated(self, column: Column) -> Column:
        """The column with the new weights and biases; what was computed with the old ones is gone."""
        new = self.new
        links = [
            replace(link, weights=new[link.name], noun="new weight") if link.name in new else link
            for link in column.links
        ]
        hidden = {
            field: replace(numbers, are_hidden=True)
            for field in ("inside", "below")
            if column.links and (numbers := getattr(column, field)) is not None
        }
        biases = new.get(column.bias_name, column.biases)
        name = f"new {column.bias_name}" if column.bias_name in new else column.bias_name
        return replace(column, links=links, biases=biases, bias_name=name, deltas=None, **hidden)

    # ── the ways of the chain rule ──────────────────────────────────────────────────────────────────────────────────

    def scene(self, at: int, compact: bool = False) -> tuple[list[Column], Scene]:
        """The columns after so many sub-steps, and the picture of them."""
        columns = self.columns(at)
        if compact:
            columns = [replace(column, look=Look(compact=True)) for column in columns]
        of = f" for sample {self.sample + 1} of {self.learner.samples}" if self.of_sample else ""
        return columns, network_scene(columns, f"The network{of}, as far as the step is played")

    def gradient_of(self, name: str) -> Explanation:
        """The gradient for any number of the step: of a weight, an input, a neuron."""
        return self.numbers.gradient(name.removesuffix(self.mark))

    def in_training(self, name: str) -> str:
        """What a number of the network in use is called in the step."""
        inputs = (one for sample in range(self.learner.samples) for one in self.learner.input_names(sample))
        return name if not self.mark or name.endswith(self.mark) or name in inputs else name + self.mark

    def nudge(self, name: str, epsilon: float) -> Nudge:
        """The gradient for a number beside a finite difference."""
        return self.explanation.nudge(self.in_training(name), epsilon)

    def numbers_with_gradient(self) -> tuple[str, ...]:
        """The names of neurons and inputs, for which there are gradients too."""
        sums = [
            self.numbers(layer[0], index).name
            for layer in self.numbers.layers.values()
            for index in self._indices(layer[0])
        ]
        return (*sums, *self.learner.input_names(self.sample))

    def paths(self, name: str) -> Outline:
        """The gradient for a number, path by path."""
        return paths(self.gradient_of(name))

    def routes(self, name: str, found: Outline, scene: Scene, columns: list[Column]) -> list[list[Point]]:
        """Where the neurons are that each path passes, from the number on."""
        is_parameter = name in self._parameters
        symbol = re.fullmatch(r"weight\((.+)→.+\)", self[name].symbol) if is_parameter else None
        first = [symbol[1]] if symbol else [] if is_parameter else self._bare([name])
        circles = {element.of: (element.x, element.y) for element in scene.elements if isinstance(element, Circle)}
        where = {
            column.names[i]: circles[column.number_of(i)]
            for column in columns
            for i in range(len(column.names))
            if column.number_of(i) in circles
        }
        ways = []
        for line in found.lines[1:]:
            passed = self._bare(line.number.name.split(" → ")) if line.number else []
            ways.append([where[one] for one in [*first, *passed] if one in where])
        return [way for way in ways if len(way) > 1]

    def _bare(self, names: list[str]) -> list[str]:
        """What the picture calls these numbers of the sample; those of others are not in it."""
        found = (name.removesuffix(self.mark) for name in names)
        return [name.removesuffix(self.of_sample) for name in found if name.endswith(self.of_sample)]
