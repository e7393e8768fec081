"""Functions of samples: as many at a time as memory is meant for."""

from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.compile import Function, Plan, function, is_available, planned

pytestmark = pytest.mark.skipif(not is_available(), reason="llvmlite has no wheel for this platform")


@pytest.fixture
def capacities(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """For how many samples each plan is made."""
    found = []

    def noted(*given: Any, **more: Any) -> Plan:
        found.append(given[2])
        return planned(*given, **more)

    monkeypatch.setattr(function, "planned", noted)
    return found


@pytest.mark.parametrize(("largest", "capacity"), [(1 << 23, 512), (1000, 31), (10, 1)])
def test_long_sequences_are_read_fewer_samples_at_a_time(
    largest: int, capacity: int, capacities: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sample's largest result are the sums of four gates of two units at four steps."""
    net = gn.Network((4, 1), gn.LSTM(2), dtype="float64", seed=0)
    x = np.random.default_rng(0).normal(size=(70, 4, 1))
    monkeypatch.setattr(function, "LARGEST", largest)
    compiled = Function(net.graph.outputs, dict(net.parameters), net.state)({"x": x})["output"]
    assert capacities == [capacity]
    np.testing.assert_allclose(compiled, net(x), rtol=1e-12)


def test_many_weights_are_no_reason_for_fewer_samples_at_a_time(capacities: list[int]) -> None:
    net = gn.Network(784, gn.Dense(128, "relu"), gn.Dense(10), seed=0)
    Function(net.graph.outputs, dict(net.parameters), net.state)({"x": np.zeros((600, 784), np.float32)})
    assert capacities == [512]
