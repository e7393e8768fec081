"""The small GPT of examples/: its size, and its losses over 100 steps beside those that PyTorch gave."""

import json

import numpy as np
import pytest

from tests.oracles.small_gpt import GOLDEN, network, our_losses


def test_it_has_4192_parameters() -> None:
    assert network().operations().parameters == 4192


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_its_losses_are_pytorchs(engine: str) -> None:
    losses = np.array(json.loads(GOLDEN.read_text(encoding="utf-8")))
    assert len(losses) == 100
    assert losses[-10:].mean() < losses[:10].mean() - 0.3
    np.testing.assert_allclose(our_losses(engine), losses, rtol=0, atol=1e-9)
