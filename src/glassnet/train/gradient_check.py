"""Are the gradients true? Derivatives against finite differences, of a network whole and of each operation in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Equation, Graph, Var, source
from glassnet.ir.require import require
from glassnet.ir.trace import Trace
from glassnet.ir.types import FLOATS, Array
from glassnet.layers.losses import Loss
from glassnet.model.model import Model
from glassnet.ops.layout import cast
from glassnet.ops.reduce import sum
from glassnet.readings.differentiate import gradients
from glassnet.readings.evaluate import Program
from glassnet.train.preparation import Preparation
from glassnet.train.step import loss_graph, target_of
from glassnet.words import counted

STEPS = (2.0**-10, 2.0**-16)
"""The steps of the finite differences. A large one rounds little, with an error of step⁴/30 times the fifth derivative;
a small one seldom reaches across a corner."""
TOLERANCE = 1e-6
NUMBERS, ALL_NUMBERS = 20, 1000
"""How many numbers of each parameter are moved, and of all; the operations' derivatives are compared whole."""
BUDGET = 2_000_000
"""How many operations the differences may take, some seconds: in deep networks only some parameters are compared."""


@dataclass(frozen=True)
class GradientCheck:
    """How far gradients are from finite differences; print it.

    Attributes:
        errors: for each parameter the largest difference, relative to the largest number of its gradient.
        compared: how many of its numbers were compared; those that stand at a corner (of a relu, say) are not.
        left_out: how many further parameters were left out at random, for the network has too many for all of them.

    >>> import glassnet as gn
    >>> check = gn.check_gradients(gn.Network(1, gn.Dense(1)), [[2.0]], [[1.0]])
    >>> list(check.errors), check.largest < 1e-8
    (['dense_1.weights', 'dense_1.biases'], True)
    """

    errors: Mapping[str, float]
    compared: Mapping[str, int]
    left_out: int = 0

    @property
    def largest(self) -> float:
        """The largest relative error of all."""
        return max(self.errors.values(), default=0.0)

    def __repr__(self) -> str:
        width = max(map(len, self.errors), default=0)
        lines = [
            f"{name:<{width}}  {error:.1e}  {self.compared[name]} compared"
            if self.compared[name]
            else f"{name:<{width}}  not compared: at a corner of the loss, such as a relu's at 0"
            for name, error in self.errors.items()
        ]
        if self.left_out:
            lines.append(f"and {counted(self.left_out, 'parameter')} left out at random, to be done in seconds")
        if not any(self.compared.values()):
            return "\n".join(
                ["no gradient could be compared; give other samples, or the network other weights", *lines]
            )
        where = "" if all(self.compared.values()) and not self.left_out else " where they were compared"
        return "\n".join([f"gradients are true{where}: the largest relative error is {self.largest:.1e}", *lines])


def check_gradients(network: Model, x: Any, y: Any, loss: str | Loss | None = None) -> GradientCheck:
    """Compare a network's gradients with central differences, in float64: for operations and layers of one's own.

    A copy of the network is compared, as it is in training: dropout drops, batch normalisation takes the batch's own
    statistics. Some numbers of each parameter (of hundreds of layers, of some of them, drawn at random) are moved, and
    the derivative of each operation is compared by itself.

    Args:
        x, y: samples, of which some ten are enough.
        loss: by name or as an object; the one that belongs to the output unless given.

    Raises:
        GlassnetError: a gradient is wrong; the message names the operation, layer, activation or loss it is wrong in.

    >>> import glassnet as gn
    >>> net = gn.Network(2, gn.Dense(3, "tanh"), gn.Dense(1))
    >>> check = gn.check_gradients(net, [[1.0, 2.0], [3.0, -1.0]], [[1.0], [0.0]])
    >>> check.largest < 1e-8
    True
    >>> check.compared
    {'dense_1.weights': 6, 'dense_1.biases': 3, 'dense_2.weights': 3, 'dense_2.biases': 1}
    """
    require(isinstance(network, Model), f"check_gradients takes a network, got {network!r:.60}")
    return _Check(network, x, y, network.loss_of(loss)).result()


class _Check:
    """The loss of a network in float64 as a graph, and all that it is computed from."""

    def __init__(self, network: Model, x: Any, y: Any, loss: Loss) -> None:
        layers, arrays = network.root.layers, network.arrays()
        self.network = Model.from_specification(network.input_shape, layers, network.seed, "float64", arrays)
        self.loss = loss
        inputs, targets, _ = Preparation(self.network, loss).samples(x, y)
        with Trace("float64", training=True) as trace:
            target = target_of(targets, weighted=False)
            forward = loss_graph(self.network.root, network.input_shape, loss, target, trace)
        self.objective = forward["loss"] + forward["penalty"]
        self.parameters = {name: declared.var for name, declared in trace.parameters.items()}
        require(bool(self.parameters), "this network has no weights, so there are no gradients to check")
        self.values: dict[str, Array] = {
            "x": inputs.astype("float64"),
            "y": targets,
            "seed": np.uint64(network.seed),  # type: ignore[dict-item]
            "step": np.float64(1),  # type: ignore[dict-item]
            **self.network.arrays(),
        }
        self.random = np.random.default_rng(network.seed)

    def result(self) -> GradientCheck:
        found = gradients(self.objective, list(self.parameters.values()))
        computed = Program(Graph(dict(zip(self.parameters, found, strict=True))))(self.values)
        graph = Graph({"loss": self.objective})
        program = Program(graph)
        culprit = next(self._wrong_operations(graph), None)
        start = program(self.values)["loss"]
        names, numbers = self._drawn(len(graph.variables))
        errors, compared = {}, {}
        for name in names:
            errors[name], compared[name], wrong = self._error(name, computed[name], program, start, numbers)
            if wrong:
                raise GlassnetError(f"the gradient of {wrong}: {culprit or self._suspect(name)}")
        if culprit is not None:
            raise GlassnetError(f"a derivative is wrong, though no gradient of these samples shows it: {culprit}")
        return GradientCheck(errors, compared, len(self.parameters) - len(names))

    def _drawn(self, operations: int) -> tuple[list[str], int]:
        """(which parameters are compared, and how many numbers of each) where so many operations give the loss."""
        possible = max(1, BUDGET // (len(MOVES) * operations))
        names = list(self.parameters)
        if possible < len(names):
            names = [names[i] for i in sorted(self.random.choice(len(names), possible, replace=False))]
        return names, max(1, min(NUMBERS, ALL_NUMBERS // len(names), possible // len(names)))

    def _error(
        self, name: str, gradient: Array, program: Program, start: Array, numbers: int
    ) -> tuple[float, int, str]:
        """(the largest relative error, how many numbers were compared, what is wrong in words) of one parameter."""
        array = self.values[name]
        places = self.random.permutation(array.size)[:numbers]
        scale = max(float(np.abs(gradient).max(initial=0)), TOLERANCE * abs(float(start)), 1e-300)
        worst, compared, wrong = 0.0, 0, ""
        for place in (np.unravel_index(i, array.shape) for i in places):

            def moved(by: float, place: Any = place) -> Array:
                shifted = array.copy()
                shifted[place] += by
                return program({**self.values, name: shifted})["loss"]

            slope, doubt = _slope(moved, start, STEPS[0])
            if not abs(slope - gradient[place]) < TOLERANCE * scale:  # a true gradient is met by the other step
                slope, doubt = _nearest([(slope, doubt), _slope(moved, start, STEPS[1])], float(gradient[place]))
            if not np.isfinite(slope) or doubt > 0.01 * max(abs(slope), scale):
                continue
            compared += 1
            error, size = abs(slope - gradient[place]), max(scale, abs(slope))
            worst = max(worst, float(error / size))
            if error > TOLERANCE * size + doubt:
                at = f"{name}[{', '.join(map(str, place))}]" if place else name
                wrong = f"{at} is given as {gradient[place]:.6g}, and differences say {slope:.6g}"
        return worst, compared, wrong

    # ── who it was ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _wrong_operations(self, graph: Graph) -> Iterator[str]:
        """In words, each operation between parameters and loss whose derivative is wrong."""
        computed = Program(Graph({str(i): var for i, var in enumerate(graph.variables)}))(self.values)
        value = {var: computed[str(i)] for i, var in enumerate(graph.variables)}
        learning = set(self.parameters.values())
        for var, equation in graph.equations():
            depends = [x in learning and x.dtype in FLOATS for x in equation.inputs]
            if any(depends):
                learning.add(var)
                for i, wrong in enumerate(self._is_wrong(equation, [value[x] for x in equation.inputs], depends)):
                    if wrong:
                        operand = f" for operand {i + 1}" if len(depends) > 1 else ""
                        name = equation.primitive.name
                        lets = (
                            "lets no gradient pass" if name == "stop_gradient" else f"has a wrong derivative{operand}"
                        )
                        yield f"the operation {name!r} {lets}, in {self._place(var)}"

    def _is_wrong(self, equation: Equation, arrays: list[Array], depends: list[bool]) -> Iterator[bool]:
        """For each operand, whether its derivative along a random direction differs from finite differences."""
        primitive, params = equation.primitive, dict(equation.params)
        xs = [source("input", f"x{i}", x.shape, x.dtype) for i, x in enumerate(equation.inputs)]
        y = primitive(*xs, **params)
        weights = source("input", "weights", y.shape, "float64")
        wrt = [x for x, moves in zip(xs, depends, strict=True) if moves]
        try:
            slopes = gradients(sum(cast(y, dtype="float64") * weights), wrt)
        except GlassnetError:  # it works forward only, which whoever needs its gradient is told
            return
        program = Program(Graph({str(i): slope for i, slope in enumerate(slopes)}))
        given = {f"x{i}": array for i, array in enumerate(arrays)}
        for i, x in enumerate(wrt):
            name = x.definition.name  # type: ignore[union-attr]
            direction = self.random.uniform(0.5, 1.5, given[name].shape) * self.random.choice(
                [-1, 1], given[name].shape
            )

            def moved(by: float, name: str = name, direction: Array = direction) -> Array:
                shifted = {**given, name: given[name] + by * direction}
                with np.errstate(all="ignore"):
                    return np.asarray(primitive.kernel(*shifted.values(), **params), np.float64)

            slope, doubt = _slope(moved, moved(0.0), 2.0**-13)
            smooth = np.isfinite(slope) & np.isfinite(doubt) & (doubt <= 0.01 * np.abs(slope) + 1e-3)
            weighting = self.random.uniform(0.5, 1.5, slope.shape) * smooth
            ours = (program({**given, "weights": weighting})[str(i)] * direction).sum()
            theirs = (weighting * np.where(smooth, slope, 0)).sum()
            size = (weighting * np.abs(np.where(smooth, slope, 0))).sum() + abs(ours) + 1e-6
            slack = (weighting * np.where(smooth, doubt, 0)).sum()
            yield bool(abs(ours - theirs) > TOLERANCE * size + slack)

    def _place(self, var: Var) -> str:
        """Where an operation stands, in words: the layer and its activation, or the loss."""
        name = var.origin.layer
        if not name:
            return f"the loss {getattr(self.loss, 'function', type(self.loss).__name__)}"
        layer = self.network.layers.get(name)
        function = getattr(layer, "activation", getattr(layer, "function", None))
        activation = getattr(function, "function", type(function).__name__) if function is not None else ""
        return f"the layer {name} ({type(layer).__name__}{f' with the activation {activation}' if activation else ''})"

    def _suspect(self, parameter: str) -> str:
        layer = parameter.rpartition(".")[0]
        return f"each operation's derivative is right, so look at how {layer or 'the network'} uses them"


MOVES = (-2, -1, 1, 2)


def _slope(f: Callable[[float], Array], here: Array, step: float) -> tuple[Any, Any]:
    """(the derivative at 0 of f by central differences, its uncertainty: one-sided differences and rounding).

    ``here`` is f(0), which most callers have already.
    """
    far_left, left, right, far_right = (np.asarray(f(k * step), np.float64) for k in MOVES)
    with np.errstate(all="ignore"):
        slope = (far_left - 8 * left + 8 * right - far_right) / (12 * step)
        from_left = (3 * here - 4 * left + far_left) / (2 * step)
        from_right = (-3 * here + 4 * right - far_right) / (2 * step)
        rounding = np.finfo(np.float64).eps * np.abs(here) / step
        return slope, np.abs(from_left - from_right) + np.abs(slope - (from_left + from_right) / 2) + rounding


def _nearest(slopes: list[tuple[Any, Any]], given: float) -> tuple[Any, Any]:
    """The slope that is nearest to the gradient."""
    return min(slopes, key=lambda slope: float(np.nan_to_num(abs(slope[0] - given), nan=np.inf)))
