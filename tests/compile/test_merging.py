"""Equal loops: which share their code, and which become one."""

from __future__ import annotations

import numpy as np

import glassnet as gn
from glassnet.compile import Prepared, planned
from glassnet.ir.graph import source
from glassnet.train.step import StepSettings, Target, training_step


def test_loops_share_their_code_whatever_their_scalars() -> None:
    """Where in the step's line a scalar is depends on the whole network; code must not."""
    first, second = (source("input", name, (), "float64") for name in ("first", "second"))
    x, y = (source("state", name, (4,), "float64") for name in ("x", "y"))
    for scalar in (first, second):
        plan = planned({}, {"x": x + first, "y": y + scalar}, 1, {})
        assert len({instruction.kernel for instruction in plan.instructions}) == 1


def test_only_loops_of_the_same_scalars_become_one() -> None:
    first, second = (source("input", name, (), "float64") for name in ("first", "second"))
    x, y = (source("state", name, (4,), "float64") for name in ("x", "y"))
    for scalar, loops in ((first, 1), (second, 2)):
        plan = planned({}, {"x": x + first, "y": y + scalar}, 1, {})
        prepared = Prepared(plan, {}, {"x": np.zeros(4), "y": np.zeros(4)})
        prepared.run(np.ones(1, int), {"first": 1.0, "second": 2.0}, {}, {})
        assert len(prepared.instructions) == loops
        assert prepared.states["x"].tolist() == [1.0] * 4
        assert prepared.states["y"].tolist() == [float(loops)] * 4


def test_a_deeper_network_shares_all_its_code() -> None:
    shallow, deep = (kernels(gn.Network(8, *[gn.Dense(8, "tanh")] * layers, gn.Dense(2))) for layers in (4, 12))
    assert deep == shallow


def kernels(network: gn.Network) -> set[str]:
    """Of a step of training."""
    settings = StepSettings(network.loss_of(None), gn.Adam())
    target = Target(network.output.shape, "float32", weighted=False)
    step = training_step(network.root, network.input_shape, "float32", settings, target)
    plan = planned(step.measures, step.new, 64, {"x": "float32", "y": "float32"}, "loss")
    return {instruction.kernel for instruction in plan.instructions}
