"""The small GPT trains as a straightforward PyTorch version of it does, loss by loss."""

import numpy as np
import pytest

from tests.oracles.small_gpt import our_losses, their_losses

pytest.importorskip("torch")


def test_its_losses_are_pytorchs() -> None:
    np.testing.assert_allclose(our_losses(), their_losses(), rtol=0, atol=1e-9)
