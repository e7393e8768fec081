"""Large gradients are used while they are near: to the same bits as when they are written to memory."""

from collections.abc import Mapping

import numpy as np
import pytest

from glassnet import ops
from glassnet.compile import Prepared, planned, tasks, updating
from glassnet.ir import BATCH, Array, Graph, Var, source
from glassnet.readings import evaluate, gradients


def changed(samples: int, dtype: str) -> tuple[Mapping[str, Var], Mapping[str, Array]]:
    """The new weights of a layer of 520 inputs and 600 units, by momentum, and the numbers that they follow from."""
    x, w, v = (source(kind, name, shape, dtype) for kind, name, shape in SOURCES)
    [slope] = gradients(ops.sum(ops.tanh(ops.tanh(x * source("parameter", "s", (520,), dtype)) @ w)), [w])
    velocity = 0.9 * v + slope
    rng = np.random.default_rng(0)
    sizes = {"x": (samples, 520), "w": (520, 600), "v": (520, 600), "s": (520,)}
    values = {name: (rng.normal(size=size) / 20).astype(dtype) for name, size in sizes.items()}
    return {"w": w - 0.1 * velocity, "v": velocity}, values


SOURCES = (("input", "x", (BATCH, 520)), ("parameter", "w", (520, 600)), ("state", "v", (520, 600)))


def run(new: Mapping[str, Var], values: Mapping[str, Array], threads: int) -> dict[str, Array]:
    """What one step makes of the weights and the velocity."""
    weights = {"w": values["w"].copy(), "s": values["s"]}
    samples = len(values["x"])
    plan = planned({}, new, samples, {"x": str(values["x"].dtype)})
    prepared = Prepared(plan, weights, {"v": values["v"]})
    prepared.run(np.array([samples]), {}, {"x": (values["x"], np.arange(samples))}, {}, threads)
    return {"w": weights["w"], "v": prepared.states["v"].copy()}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("samples", "kind"), [(24, "product"), (300, "blocks")])
def test_an_update_follows_its_gradient_at_once(
    monkeypatch: pytest.MonkeyPatch, samples: int, kind: str, dtype: str
) -> None:
    new, values = changed(samples, dtype)
    monkeypatch.setattr(updating, "LARGE", 1 << 30)
    apart = planned({}, new, samples, {"x": dtype})
    assert kind in {i.kind for i in apart.instructions}
    before = run(new, values, 1)
    monkeypatch.setattr(updating, "LARGE", 1 << 20)
    monkeypatch.setattr(tasks, "LEAST_WORK", 1.0)
    plan = planned({}, new, samples, {"x": dtype})
    assert [i.kind for i in plan.instructions].count("update") == 1
    assert not any(buffer.type.shape == (520, 600) and not buffer.name for buffer in plan.buffers)
    expected = evaluate(Graph(new), values)
    for threads in (1, 2, 3):
        found = run(new, values, threads)
        for name in new:
            assert np.array_equal(found[name], before[name])
            np.testing.assert_allclose(found[name], expected[name], rtol=1e-4, atol=1e-5)


def test_a_gradient_that_is_read_twice_is_kept() -> None:
    x, w, _ = (source(kind, name, shape, "float32") for kind, name, shape in SOURCES)
    [slope] = gradients(ops.sum(ops.tanh(x @ w)), [w])
    length = ops.sqrt(ops.sum(slope**2))
    plan = planned({}, {"w": w - slope / length}, 24, {"x": "float32"})
    assert "update" not in {i.kind for i in plan.instructions}
