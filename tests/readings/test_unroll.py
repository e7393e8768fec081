"""A graph whose scans are written out: the same numbers, the steps by their paths."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.ir import BATCH, Graph, scope, source
from glassnet.ops.scan import at_step, scan
from glassnet.readings import evaluate, gradients
from glassnet.readings.unroll import unrolled
from tests.ops.examples import Recurrent

SHAPES = {"h": (BATCH, 2), "x": (BATCH, 4, 2), "u": (2, 2)}
VALUES = {
    "h": np.random.default_rng(0).normal(size=(3, 2)),
    "x": np.random.default_rng(1).normal(size=(3, 4, 2)),
    "u": np.random.default_rng(2).normal(size=(2, 2)),
}


@pytest.mark.parametrize("backwards", [False, True])
def test_written_out_it_gives_the_same_numbers_and_gradients(backwards: bool) -> None:
    h, x, u = (source("input", name, shape, "float64") for name, shape in SHAPES.items())
    history = scan(Recurrent(), h, [scan(Recurrent(), h, [x], [u], not backwards)], [u], backwards)
    slopes = gradients(gn.ops.sum(history**2), [h, x, u])
    outputs = {"history": history, **{str(i): slope for i, slope in enumerate(slopes)}}
    written = Graph(unrolled(outputs))
    written.check()
    assert not any(equation.primitive.name == "scan" for _, equation in written.equations())
    expected, computed = evaluate(Graph(outputs), VALUES), evaluate(written, VALUES)
    for name, array in expected.items():
        np.testing.assert_allclose(computed[name], array, rtol=1e-13, atol=1e-14)


def test_steps_have_paths_and_are_read_where_they_were_computed() -> None:
    h, x, u = (source("input", name, shape, "float64") for name, shape in SHAPES.items())
    with scope("rnn_1"):
        first = scan(Recurrent(), h, [x], [u])
    with scope("rnn_2"):
        last = at_step(scan(Recurrent(), h, [first], [u]), 3)
    graph = Graph(unrolled({"y": last}))
    steps = {f"rnn_{layer}.step_{i}" for layer in (1, 2) for i in (1, 2, 3, 4)}
    assert {var.origin.path for var, _ in graph.equations()} == steps | {"rnn_2"}
    assert not any(equation.primitive.name == "concatenate" for _, equation in graph.equations())


def test_a_graph_without_scans_stays_as_it_is() -> None:
    net = gn.Network(2, gn.Dense(3, "relu"), gn.Dense(1))
    assert unrolled(net.graph.outputs)["output"] is net.output
