"""Results are written over operands that nobody reads any more, and over no others."""

import numpy as np
import pytest

import glassnet as gn
from glassnet import ops
from glassnet.compile import planned
from glassnet.ir import BATCH, Var, source
from tests.compile.sides import compared

X, W = source("input", "x", (BATCH, 9), "float64"), source("parameter", "w", (9, 9), "float64")
VALUES = {"x": np.random.default_rng(0).normal(size=(5, 9)), "w": np.random.default_rng(1).normal(size=(9, 9))}


def memory(outputs: dict[str, Var]) -> int:
    """How many buffers have a number for each of a sample's nine."""
    compared(outputs, VALUES, 1e-13)
    plan = planned(outputs, {}, 5, {"x": "float64"})
    return sum(buffer.size == 45 and not buffer.name for buffer in plan.buffers)


def test_an_activation_lies_where_the_sums_were() -> None:
    hidden = ops.tanh(X @ W + 1)
    assert memory({"y": hidden @ W}) == 3  # the data in order, the hidden layer, the output


def test_what_is_read_again_stays() -> None:
    sums = X @ W
    hidden = ops.tanh(sums + 1)
    assert memory({"y": hidden @ W, "z": sums @ W}) == 5
    assert memory({"y": hidden @ W, "sums": sums}) == 4
    assert memory({"y": hidden @ W + ops.transpose(ops.transpose(sums))}) == 4


def test_of_two_results_one_is_written_over_the_operand() -> None:
    grown = ops.exp(X @ W / 9)
    assert memory({"y": grown @ W, "z": (grown + 1) @ W}) == 5


@pytest.mark.parametrize(
    "other", [gn.Identity(), gn.Dense(17, "sigmoid"), gn.Concatenate(gn.Dense(16, "tanh"), gn.Identity())]
)
def test_parts_that_gradients_read_stay_where_they_are_joined(other: gn.Layer) -> None:
    """A wide part is computed where it belongs; its gradient reads it there, when the whole was read long ago."""
    learnt = []
    for engine in ("numpy", "compiled"):
        joined = gn.Concatenate(gn.Dense(31, "tanh"), other)
        net = gn.Network(9, joined, gn.Activation("elu"), gn.Dense(8), dtype="float64", seed=1)
        net.fit(VALUES["x"], np.ones((5, 8)), epochs=2, optimizer="sgd", engine=engine)
        learnt.append(net.parameters.buffer)
    np.testing.assert_allclose(learnt[1], learnt[0], rtol=1e-12, atol=1e-12)
