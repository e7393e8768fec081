"""Results are written over operands that nobody reads any more, and over no others."""

import numpy as np

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
