"""A number made a little larger and a little smaller: the finite difference that a gradient is checked against."""

from __future__ import annotations

from functools import partial

import numpy as np

from glassnet import ops
from glassnet.inspection.neurons import Index, Namer
from glassnet.inspection.numbers import Numbers
from glassnet.ir.graph import Graph, Var, source
from glassnet.ir.require import require_known, require_number
from glassnet.readings.explain import Explainer, Explanation, Line, Outline
from glassnet.readings.simplify import NAMES, simplify, substituted

SIGNS = {"+": 1.0, "-": -1.0}
MOST = 1.0
"""The largest nudge: a finite difference is of what is near."""


class Nudge:
    """The gradient for one number beside a finite difference, (loss with + ε − loss with − ε) / 2ε.

    Only that number is moved, be it a weight, an input or a neuron in the middle of the network: all that follows from
    it is computed anew. Each number can be asked for by its name: ``nudge["loss with w1 + ε"]``; `names` has them all.
    """

    def __init__(self, judged: Numbers, sloped: Numbers, name: str, epsilon: float) -> None:
        """``judged`` has the loss as it is explained, ``sloped`` the gradients."""
        require_number(epsilon, "ε", 0, MOST, open_low=True)
        self.name, self.epsilon = name, float(epsilon)
        self.gradient = sloped.gradient(name)
        losses = {sign: self._loss(judged, sign) for sign in SIGNS}
        self._numbers = {
            self.gradient.name: self.gradient,
            **{loss.name: loss for loss in losses.values()},
            f"finite difference for {name}": None,
            f"difference for {name}": None,
        }
        self._difference = self._explained([float(loss.value) for loss in losses.values()])

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its numbers: the gradient, both losses, the finite difference, how far the two differ."""
        return tuple(self._numbers)

    def __getitem__(self, name: str) -> Explanation:
        """One of its numbers; GlassnetError where there is none of that name."""
        require_known("number of this nudge", name, self._numbers)
        return self._numbers[name] or self._difference[name]

    @property
    def outline(self) -> Outline:
        """All of it, a line for each number."""
        return Outline(tuple(Line(0, self[name]) for name in self.names))

    def __repr__(self) -> str:
        return self.outline.text

    # ── the losses ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _loss(self, judged: Numbers, sign: str) -> Explanation:
        """The loss with the number moved, of what the network answers then."""
        var, index = judged.find(self.name)
        shape = judged.shape(var)
        move = np.zeros(shape, var.dtype)
        move[index] = SIGNS[sign] * self.epsilon
        moved = {var: var + source("input", "ε", var.shape, var.dtype)}
        outputs = {name: judged.graph.outputs[name] for name in ("loss", "prediction")}
        graph = Graph(substituted(outputs, moved))
        mark = f" with {self.name} {sign} ε"
        names: dict[Var, Namer] = {graph.outputs["loss"]: partial(_always, f"loss{mark}")}
        if graph.outputs["prediction"] is not graph.outputs["loss"]:
            names[graph.outputs["prediction"]] = lambda place: f"answer{list(place[1:])}{mark}"
        return Explainer(graph, {**judged.values, "ε": move}, names)(graph.outputs["loss"])

    # ── their difference ────────────────────────────────────────────────────────────────────────────────────────────

    def _explained(self, losses: list[float]) -> dict[str, Explanation]:
        difference, off = (f"{what} for {self.name}" for what in ("finite difference", "difference"))
        given = ("above", "below", "ε", "slope")
        above, below, epsilon, slope = (source("input", name, (), "float64") for name in given)
        found = ops.named((above - below) / (2 * epsilon), name=difference)
        outputs = {difference: found, off: ops.named(found - slope, name=off)}
        graph = Graph(simplify(outputs, keep=NAMES))
        values = {"above": losses[0], "below": losses[1], "ε": self.epsilon, "slope": float(self.gradient.value)}
        names = {var: partial(_always, name) for name, var in graph.outputs.items()}
        explainer = Explainer(graph, {name: np.asarray(value) for name, value in values.items()}, names)
        return {name: explainer(var) for name, var in graph.outputs.items()}


def _always(name: str, _: Index) -> str:
    return name
