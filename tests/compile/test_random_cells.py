"""Networks of scans over cells drawn at random: a step on the engine changes weights as the evaluator says.

What a cell reads, where its parts lie, who reads its states and how many steps there are decide what is left out,
written over and put in another order; no list of cells has all of that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from glassnet import ops
from glassnet.compile import Prepared, is_available, planned
from glassnet.ir import BATCH, Graph, Var, operand, source
from glassnet.layers.cells import parts
from glassnet.ops.scan import Cell, at_step, scan
from glassnet.readings import evaluate, gradients

pytestmark = pytest.mark.skipif(not is_available(), reason="llvmlite has no wheel for this platform")

WIDTH = 4
MADE = (
    lambda a, b, u, c: ops.sigmoid(a),
    lambda a, b, u, c: ops.tanh(a) * b,
    lambda a, b, u, c: ops.tanh(a @ u),
    lambda a, b, u, c: a + b,
    lambda a, b, u, c: ops.sigmoid(a) * (b + c),
    lambda a, b, u, c: ops.sigmoid(a) * b + (1 - ops.sigmoid(a)) * ops.tanh(b),
)
"""What a part of a cell can be made of two others."""


@dataclass(frozen=True)
class Drawn(Cell):
    """A cell whose parts are made one after the other, each of two that are there: (what, one, the other)."""

    made: tuple[tuple[int, int, int], ...]

    def __call__(self, state: Var, steps: Sequence[Var], constants: Sequence[Var]) -> Var:
        u, w, c = constants
        sums = steps[0] + state @ w
        there = [*parts(state, 2), *parts(sums, 2), *parts(steps[0], 2)]
        for what, one, other in self.made:
            there.append(MADE[what](there[one % len(there)], there[other % len(there)], u, c))
        return ops.concatenate(there[-2:])


CELLS = st.lists(
    st.tuples(st.integers(0, len(MADE) - 1), st.integers(0, 15), st.integers(0, 15)), min_size=1, max_size=6
)


@given(CELLS, st.sampled_from([1, 2, 3]), st.sampled_from([1, 5, 17]), *[st.booleans()] * 4)
@example([(4, 2, 0), (4, 3, 1)], 1, 17, False, False, False, True)
def test_a_step_changes_weights_as_the_evaluator_says(
    made: list[tuple[int, int, int]], steps: int, samples: int, backwards: bool, again: bool, whole: bool, learnt: bool
) -> None:
    shapes = {"v": (3, 2 * WIDTH), "u": (WIDTH, WIDTH), "w": (2 * WIDTH, 2 * WIDTH), "c": (WIDTH,), "h": (2 * WIDTH,)}
    weights = {name: source("parameter", name, shape, "float64") for name, shape in shapes.items()}
    x = source("input", "x", (BATCH, steps, 3), "float64")
    sums, constants = x @ weights["v"], [weights["u"], weights["w"], weights["c"]]
    first = ops.broadcast(weights["h"] if learnt else operand(0.0, "float64"), at_step(sums, 0))
    history = scan(Drawn(tuple(made)), first, [sums], constants, backwards)
    if again:
        history = scan(Drawn(tuple(made)), at_step(history, 0), [history], constants, not backwards) + history
    read = history if whole else at_step(history, steps - 1)
    loss = ops.mean(ops.sin(read) * read)
    used = [name for name, var in weights.items() if var in Graph({"loss": loss}).variables]
    slopes = gradients(loss, [weights[name] for name in used])
    new = {name: weights[name] - 3.0 * slope for name, slope in zip(used, slopes, strict=True)}

    rng = np.random.default_rng(0)
    values = {name: rng.normal(size=shape) for name, shape in {**shapes, "x": (samples, steps, 3)}.items()}
    expected = evaluate(Graph(new), values)
    changed = {name: values[name].copy() for name in shapes}
    prepared = Prepared(planned({"loss": loss}, new, samples, {"x": "float64"}, "loss"), changed, {})
    prepared.run(np.array([samples]), {}, {"x": (values["x"], np.arange(samples))}, {"loss": np.zeros(1)}, 1)
    for name, array in expected.items():
        np.testing.assert_allclose(changed[name], array, rtol=1e-10, atol=1e-10, err_msg=name)
