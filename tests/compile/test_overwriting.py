"""What steps keep lies in the memory of what it is made of, where nobody needs that later; and no bit depends on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet import ops
from glassnet.compile import Plan, plan, planned
from glassnet.ir import BATCH, Var, source
from glassnet.ops.scan import Cell, scan
from glassnet.readings import gradients
from glassnet.train.step import StepSettings, Target, training_step
from tests.compile.sides import compared

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(50, 6, 5)), np.arange(50) % 3
LAYERS = {
    "LSTM": [gn.LSTM(8)],
    "LSTM with all states": [gn.LSTM(16, sequence=True), gn.Flatten()],
    "LSTM with a first state": [gn.LSTM(16, initial="glorot uniform")],
    "LSTM with a mask": [gn.LSTM(16, mask=0.0)],
    "GRU": [gn.GRU(16)],
    "GRU with all states": [gn.GRU(16, sequence=True, backwards=True), gn.Flatten()],
    "RNN": [gn.RNN(16)],
    "stack": [gn.LSTM(16, sequence=True), gn.GRU(16, sequence=True), gn.RNN(16, sequence=True), gn.LSTM(16)],
    "both directions": [gn.Concatenate(gn.LSTM(16), gn.LSTM(16, backwards=True), gn.GRU(16))],
}


@pytest.mark.parametrize("name", LAYERS)
def test_no_bit_depends_on_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    learnt = []
    for kept in (False, True):
        if kept:
            monkeypatch.setattr(plan, "overwrite", lambda layout, group_of: None)
        net = gn.Network((6, 5), *LAYERS[name], gn.Dense(3, "softmax"), seed=1)
        net.fit(X, Y, epochs=2, batch_size=20, engine="compiled")
        learnt.append(net.parameters.buffer)
    np.testing.assert_array_equal(*learnt)


def plan_of(layer: Any) -> Plan:
    net = gn.Network((6, 5), layer, gn.Dense(3, "softmax"), seed=1)
    settings = StepSettings(gn.CategoricalCrossEntropy(), gn.Adam())
    step = training_step(net.root, (6, 5), "float32", settings, Target((BATCH,), "int64", weighted=False))
    return planned(step.measures, step.new, 64, {"x": "float32", "y": "int64"}, "loss")


def buffers(layer: Any) -> list[tuple[Any, ...]]:
    """The shapes of what a sample has, steps and all."""
    return sorted(b.type.shape[1:] for b in plan_of(layer).buffers if b.type.shape[:1] == (BATCH,) and not b.name)


def test_sums_gates_and_their_gradients_share_memory() -> None:
    """An LSTM's four gates; of all steps there are the inputs, the cells' tanh, and the states besides."""
    found = [shape for shape in buffers(gn.LSTM(16)) if len(shape) == 2 and shape[0] > 1]
    assert found == [(6, 5), (6, 16), (6, 64), (7, 32)]


def test_the_way_back_keeps_no_states() -> None:
    """But where the first state is learnt, its gradient is the last of them."""
    assert buffers(gn.LSTM(16)).count((7, 32)) == 1
    assert buffers(gn.LSTM(16, initial="glorot uniform")).count((7, 32)) == 2


@dataclass(frozen=True)
class Fading(Cell):
    """How much of the state is left, the sequence says, and the state."""

    def __call__(self, state: Var, steps: Sequence[Var], constants: Sequence[Var]) -> Var:
        return ops.sigmoid(steps[0] + state) * state


@pytest.mark.parametrize("read_again", [False, True])
def test_what_others_read_stays(read_again: bool) -> None:
    """Sums that are read again, when all steps are done, are not written over."""
    h, x = (source("input", name, (BATCH, *shape), "float64") for name, shape in (("h", (8,)), ("x", (7, 3))))
    u = source("parameter", "u", (3, 8), "float64")
    sums = x @ u
    total = ops.sum(ops.sin(scan(Fading(), h, [sums])))
    if read_again:
        total = total + ops.sum(ops.exp(sums) * sums)
    outputs = {f"d{i}": slope for i, slope in enumerate(gradients(total, [h, x, u]))}
    values = {"h": RNG.normal(size=(9, 8)), "x": RNG.normal(size=(9, 7, 3)), "u": RNG.normal(size=(3, 8))}
    compared(outputs, values, 1e-9)
    buffers = planned(outputs, {}, 9, {"h": "float64", "x": "float64"}).buffers
    assert sum(buffer.type.shape == (BATCH, 7, 8) for buffer in buffers) == 3 + read_again
