"""A profile has every instruction once, counts their work as the graph does, and leaves the network as it is."""

import copy
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.compile import is_available
from glassnet.compile.choice import VARIABLE
from glassnet.readings.operations import operations

compiled = pytest.mark.skipif(not is_available(), reason="llvmlite has no wheel for this platform")
ENGINES = [pytest.param("auto", marks=compiled), "numpy"]
X = np.random.default_rng(0).normal(size=(48, 20))
Y = np.random.default_rng(1).integers(0, 3, 48)


@pytest.fixture(autouse=True)
def as_on_any_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def network() -> gn.Network:
    return gn.Network(20, gn.Dense(16, "relu"), gn.Dense(3, "softmax"), seed=1)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_step_is_timed_part_by_part(engine: str) -> None:
    net = network()
    before = copy.deepcopy(net.arrays())
    profile = net.profile(X, Y, batch_size=32, engine=engine)
    assert profile.title.startswith("A training step of 32 samples")
    assert all(part.seconds > 0 for part in profile.parts)
    assert set(profile.by_layer()) - {"x", "y"} == {"dense_1", "dense_2", "loss", "optimizer"}
    assert set(profile.by_layer()["dense_1"]) == {"forward", "gradient"}
    assert profile.seconds == pytest.approx(sum(part.seconds for part in profile.parts))
    assert all(np.array_equal(array, before[name]) for name, array in net.arrays().items())
    assert net._training is None


@pytest.mark.parametrize("engine", ENGINES)
def test_products_count_as_the_graph_says(engine: str) -> None:
    net = network()
    profile = net.profile(X, engine=engine)
    products = sum(part.operations for part in profile.parts if "matmul" in part.what)
    assert products == 2 * operations(net.graph, 48).multiply_adds


@compiled
def test_what_falls_back_is_said() -> None:
    net = network()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("glassnet.compile.operations.WRITERS", {})
        assert "as the compiled engine has no kernel for the operation" in net.profile(X, Y).title
        assert "as the compiled engine has no kernel for the operation" in net.profile(X).title
        with pytest.raises(gn.GlassnetError, match="no kernel for the operation"):
            net.profile(X, Y, engine="compiled")


@pytest.mark.parametrize("engine", ENGINES)
def test_it_shows_itself(engine: str, tmp_path: Path) -> None:
    profile = network().profile(X, Y, engine=engine)
    text = repr(profile)
    assert max(map(len, text.splitlines())) <= 80
    assert "dense_1, gradient" in text
    assert "GFLOP/s" in profile._repr_html_()
    profile.plot(tmp_path / "profile.svg")
    assert "microseconds" in (tmp_path / "profile.svg").read_text()
