"""A line that someone chose, not found: how far off it is, which way it gets better, and a step that way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from glassnet import ops
from glassnet.ir.errors import DataError, GlassnetError
from glassnet.ir.graph import Graph, Var, source
from glassnet.ir.require import require_known
from glassnet.readings.differentiate import gradients
from glassnet.readings.evaluate import Program
from glassnet.readings.explain import Explainer, Explanation
from glassnet.readings.simplify import NAMES, simplify
from glassnet.regression.descent import Path, gradient_descent
from glassnet.regression.doubles import Floats
from glassnet.words import SUBSCRIPTS, counted, unknown

OF_A_POINT = ("prediction", "residual", "square")


class TrialLine:
    """A line y = m·x + b, or a plane y = b₁·x1 + b₂·x2 + b₀, beside points: its errors, and a step of gradient descent.

    x: the inputs, shape (n,) or (n, inputs); y: shape (n,); slopes: one number an input; intercept: a number.
    learning_rate: of the step, b ← b − learning_rate · ∂MSE/∂b, where MSE = SSE / n.
    new: an input to predict at, shape (inputs,); 0 by default.

    Each number has a name, and its arithmetic: ``trial["SSE"]``, ``trial["residual of point 3"]``,
    ``trial["∂SSE/∂m"]``, ``trial["new m"]``; `names` has all of them. It is float64.

    Raises:
        DataError: the shapes do not fit, or a number is not finite.

    >>> trial = TrialLine([1, 2, 4], [2, 3, 6], slopes=1, intercept=1)
    >>> trial["SSE"]
    SSE = 0 + 0 + 1 = 1
    >>> trial["residual of point 3"], trial["new b"]
    (residual of point 3 = 6 - 5 = 1, new b = 1 - (0.01)((-2) / 3) ≈ 1.007)
    >>> trial.value("∂SSE/∂m")
    -8.0
    """

    def __init__(
        self, x: Any, y: Any, slopes: Any, intercept: float, learning_rate: float = 0.01, new: Any = 0.0
    ) -> None:
        self.x, self.y, self.slopes = (np.array(numbers, np.float64) for numbers in (x, y, slopes))
        self.intercept, self.learning_rate = float(intercept), float(learning_rate)
        self.x = self.x[:, None] if self.x.ndim == 1 else self.x
        self.slopes = self.slopes.reshape(-1)
        if self.x.ndim != 2 or self.y.shape != self.x.shape[:1] or not self.y.size:
            raise DataError(
                f"x must be (n, inputs) and y (n,), with a point at least; got {self.x.shape} and {self.y.shape}"
            )
        inputs = self.x.shape[1]
        if self.slopes.shape != (inputs,):
            raise DataError(f"{counted(inputs, 'input')} need as many slopes, got {len(self.slopes)}")
        at = np.broadcast_to(np.asarray(new, np.float64).reshape(-1), (inputs,))
        self._given = {
            "x": self.x,
            "y": self.y[:, None],
            "m": self.slopes[:, None],
            "b": np.array(self.intercept),
            "learning rate": np.array(self.learning_rate),
            "new x": at[None],
        }
        if wrong := [name for name, array in self._given.items() if not np.isfinite(array).all()]:
            raise DataError(f"{wrong[0]} has a number that is not finite")
        self._graph = _graph(len(self.y), inputs)
        self._values = self._graph.program(self._given)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all numbers."""
        return tuple(self._graph.places)

    def value(self, name: str) -> float:
        """The number of that name."""
        output, index = self._place(name)
        return float(self._values[output][index])

    def of_points(self, what: str) -> Floats:
        """The "prediction", "residual" or "square" of each point, shape (n,)."""
        require_known("number of a point", what, OF_A_POINT)
        return np.array(self._values[what][:, 0])

    def __getitem__(self, name: str) -> Explanation:
        """The arithmetic of a number; GlassnetError where there is none of that name."""
        output, index = self._place(name)
        return self._explainer(self._graph.graph.outputs[output], index)

    def _place(self, name: str) -> tuple[str, tuple[int, ...]]:
        places = self._graph.places
        if name not in places:
            first = [one for one in places if "of point" not in one or one.endswith("of point 1")]
            raise GlassnetError(unknown("number of the line", name, first))
        return places[name]

    @cached_property
    def _explainer(self) -> Explainer:
        outputs = self._graph.graph.outputs
        names = {outputs[output]: _namer(self._graph.places, output) for output in outputs}
        return Explainer(self._graph.graph, self._given, names)

    def step(self) -> TrialLine:
        """The line after one step of gradient descent."""
        return self.descend(1)[0]

    def descend(self, steps: int) -> tuple[TrialLine, Path]:
        """The line after so many steps of gradient descent, fewer where it comes to rest before; and the way there.

        StepsDivergedError where the steps lead away.

        >>> line, path = TrialLine([1, 2, 4], [2, 3, 6], slopes=0, intercept=0, learning_rate=0.1).descend(10_000)
        >>> line.slopes.round(6), round(line.intercept, 6), path.converged
        (array([1.357143]), 0.5, True)
        """
        A = np.column_stack([np.ones(len(self.y)), self.x])
        start = np.array([self.intercept, *self.slopes])
        path = gradient_descent(A, self.y, np.ones(len(self.y)), self.learning_rate, steps, start)
        return self.at(path.parameters[-1]), path

    def at(self, parameters: Floats) -> TrialLine:
        """The line with another intercept and other slopes, in that order."""
        new = self._given["new x"][0]
        return TrialLine(self.x, self.y, parameters[1:], float(parameters[0]), self.learning_rate, new)

    def __repr__(self) -> str:
        names = input_names(len(self.slopes))
        terms = [f"{slope:.6g}·{name}" for slope, name in zip(self.slopes, names, strict=True)]
        return f"TrialLine: y = {' + '.join([*terms, f'{self.intercept:.6g}'])}, SSE = {self.value('SSE'):.6g}"


def input_names(inputs: int) -> tuple[str, ...]:
    """What inputs are called.

    >>> input_names(1), input_names(2)
    (('x',), ('x1', 'x2'))
    """
    return ("x",) if inputs == 1 else tuple(f"x{i + 1}" for i in range(inputs))


def parameter_names(inputs: int) -> tuple[str, ...]:
    """What the slopes and, last, the intercept are called, as in the normal equations.

    >>> parameter_names(1), parameter_names(2)
    (('m', 'b'), ('b₁', 'b₂', 'b₀'))
    """
    if inputs == 1:
        return "m", "b"
    return (*(f"b{str(i + 1).translate(SUBSCRIPTS)}" for i in range(inputs)), "b₀")


@dataclass(frozen=True, eq=False)
class _Graph:
    """The graph, ready to run, and for each number's name the output and the index that it has."""

    graph: Graph
    program: Program
    places: dict[str, tuple[str, tuple[int, ...]]]


@lru_cache(64)
def _graph(points: int, inputs: int) -> _Graph:
    """All that there is to know of a line and so many points."""
    x, y = source("input", "x", (points, inputs), "float64"), source("input", "y", (points, 1), "float64")
    m, b = source("parameter", "m", (inputs, 1), "float64"), source("parameter", "b", (), "float64")
    rate, new = source("input", "learning rate", (), "float64"), source("input", "new x", (1, inputs), "float64")
    outputs: dict[str, Var] = {"x": x, "y": y, "m": m, "b": b, "learning rate": rate, "new x": new}

    def call(name: str, var: Var) -> Var:
        outputs[name] = ops.named(var, name=name)
        return outputs[name]

    prediction = call("prediction", x @ m + b)
    residual = call("residual", y - prediction)
    sse = call("SSE", ops.sum(call("square", residual**2)))
    call("MSE", sse / float(points))
    sst = call("total sum of squares", ops.sum((y - call("mean of y", ops.mean(y))) ** 2))
    call("R²", 1.0 - sse / sst)
    slope_m, slope_b = (call(f"∂SSE/∂{of}", slope) for of, slope in zip("mb", gradients(sse, [m, b]), strict=True))
    call("new m", m - rate * (slope_m / float(points)))
    call("new b", b - rate * (slope_b / float(points)))
    call("new prediction", new @ m + b)
    graph = Graph(simplify(outputs, keep=NAMES))
    return _Graph(graph, Program(graph), _places(points, inputs))


def _places(points: int, inputs: int) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Where the number of each name is."""
    places: dict[str, tuple[str, tuple[int, ...]]] = {}
    (*slopes, intercept), xs = parameter_names(inputs), input_names(inputs)
    for i in range(points):
        places |= {f"{name} of point {i + 1}": ("x", (i, j)) for j, name in enumerate(xs)}
        places |= {f"{what} of point {i + 1}": (what, (i, 0)) for what in ("y", *OF_A_POINT)}
    for before in ("", "∂SSE/∂", "new "):
        places |= {f"{before}{name}": (f"{before}m", (j, 0)) for j, name in enumerate(slopes)}
        places[f"{before}{intercept}"] = (f"{before}b", ())
    for name in ("learning rate", "SSE", "MSE", "R²", "total sum of squares", "mean of y"):
        places[name] = (name, ())
    places |= {f"{name} of the new point": ("new x", (0, j)) for j, name in enumerate(xs)}
    places["prediction of the new point"] = ("new prediction", (0, 0))
    return places


def _namer(places: Mapping[str, tuple[str, tuple[int, ...]]], output: str) -> Callable[[tuple[int, ...]], str]:
    names = {index: name for name, (of, index) in places.items() if of == output}
    return lambda index: names[index]
