"""Every case of the table, run here by both sides. tests/golden compares the same without PyTorch."""

import numpy as np
import pytest

import glassnet as gn
from tests.oracles.cases import CASES, SCHEDULES, torch
from tests.oracles.kinks import KINKED, our_slopes, twin_slopes
from tests.oracles.sides import RUNS, TOLERANCES, numbers, our_rates, ours, require_close, twin, twin_rates

pytest.importorskip("torch")


@pytest.mark.parametrize(("name", "dtype"), RUNS)
def test_case(name: str, dtype: str) -> None:
    mine, theirs = ours(CASES[name], dtype), twin(CASES[name], dtype)
    assert mine.keys() == theirs.keys()
    for part in theirs:
        require_close(mine[part], theirs[part], TOLERANCES[dtype], f"{part} ({CASES[name].convention})")


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule(name: str) -> None:
    require_close(our_rates(SCHEDULES[name]), twin_rates(SCHEDULES[name]), 1e-12, SCHEDULES[name].convention)


@pytest.mark.parametrize("name", KINKED)
def test_slopes_at_corners(name: str) -> None:
    # PyTorch's float64 hardsigmoid has a float32 sixth in its derivative
    np.testing.assert_allclose(our_slopes(KINKED[name]), twin_slopes(KINKED[name]), rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("shape", [(3, 8), (8, 3), (5, 5)], ids=str)
def test_muon_is_pytorchs_own_up_to_its_bfloat16(shape: tuple[int, int]) -> None:
    """The table compares with the formula in full precision; this holds that it is the formula PyTorch means."""
    net = gn.Network(shape[0], gn.Dense(shape[1], weights=numbers(shape, 1), biases=None))
    w = torch.tensor(net.parameters["dense_1.weights"].T.copy(), requires_grad=True)
    theirs = torch.optim.Muon([w], lr=0.1, weight_decay=0.5, momentum=0.95, nesterov=True)
    x, y = numbers((6, shape[0]), 2).astype(np.float32), numbers((6, shape[1]), 3).astype(np.float32)
    for _ in range(3):
        net.train_on_batch(x, y, optimizer=gn.Muon(0.1, weight_decay=0.5))
        theirs.zero_grad()
        torch.nn.functional.mse_loss(torch.tensor(x) @ w.T, torch.tensor(y)).backward()
        theirs.step()
    require_close(net.parameters["dense_1.weights"], w.detach().numpy().T, 0.02, "weights after 3 steps")
