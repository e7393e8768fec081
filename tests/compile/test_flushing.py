"""While the engine trains, numbers too small for all their digits are 0; afterwards the processor is as it was."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.compile import is_available
from glassnet.compile.jit import host

pytestmark = pytest.mark.skipif(not is_available(), reason="llvmlite has no wheel for this platform")

TINY = float(np.finfo(np.float32).tiny)


def memory(**settings: str) -> np.ndarray:
    """What the optimiser remembers of a gradient that was small, and then 0 for a thousand steps."""
    net = gn.Network(1, gn.Dense(1, weights=[[1.0]], trainable=True), seed=1)
    x, y = np.zeros((1000, 1), np.float32), np.zeros((1000, 1), np.float32)
    x[0] = 1e-3
    net.fit(x, y, epochs=1, batch_size=1, shuffle=False, metrics=[], **settings)
    assert net._training is not None
    return net._training.memory["optimizer.dense_1.weights.m"]


def test_a_memory_that_shrinks_away_ends_at_0() -> None:
    assert host()
    assert memory(engine="compiled") == 0
    left = memory(engine="compiled", precision="portable")
    assert 0 < abs(left[0, 0]) < TINY
    assert np.array_equal(left, memory(engine="numpy"))


def test_afterwards_small_numbers_keep_their_digits() -> None:
    memory(engine="compiled")
    assert np.float32(TINY) / np.float32(4) * np.float32(4) == np.float32(TINY)
