"""Sums over samples in two halves: the right sums, the same bits for any threads, and only where that moves less."""

from collections.abc import Mapping

import numpy as np
import pytest

import glassnet as gn
from glassnet import ops
from glassnet.compile import Plan, Prepared, halves, planned
from glassnet.compile.tasks import half
from glassnet.ir import BATCH, Array, Graph, Var, source
from glassnet.readings import evaluate
from glassnet.train import compiled
from glassnet.train.step import StepSettings, Target, training_step

WIDE = 40
"""Columns of both matrices: not whole vectors."""


def sums(dtype: str, steps: int) -> Mapping[str, Var]:
    """New values that are sums over samples: of a matrix, of a vector, of a number, and twice in one."""
    x, y = (source("input", name, (BATCH, steps, WIDE), dtype) for name in "xy")
    matrix, vector, number, old = (
        source("state", name, shape, dtype)
        for name, shape in (("m", (WIDE, WIDE)), ("v", (WIDE,)), ("s", ()), ("o", (WIDE, WIDE)))
    )
    u, v = ops.tanh(x), ops.tanh(y)
    product = ops.contract(ops.transpose(u, axes=(2, 0, 1)), v, axes=2)
    total = ops.sum(u * v, (0, 1))
    return {
        "m": 0.5 * matrix + product,
        "v": vector - total,
        "s": number + ops.sum(u),
        "o": product * ops.sum(total * total) + 0.5 * old,
    }


def samples_of(dtype: str, steps: int, count: int) -> dict[str, Array]:
    rng = np.random.default_rng(0)
    return {name: rng.normal(size=(count, steps, WIDE)).astype(dtype) for name in "xy"}


def states_of(dtype: str) -> dict[str, Array]:
    rng = np.random.default_rng(1)
    shapes: dict[str, tuple[int, ...]] = {"m": (WIDE, WIDE), "v": (WIDE,), "s": (), "o": (WIDE, WIDE)}
    return {name: np.asarray(rng.normal(size=shape), dtype) for name, shape in shapes.items()}


def run(plan: Plan, data: Mapping[str, Array], states: Mapping[str, Array], threads: int) -> dict[str, Array]:
    """What one step makes of the states."""
    prepared = Prepared(plan, {}, states)
    count = len(data["x"])
    prepared.run(np.array([count]), {}, {name: (a, np.arange(count)) for name, a in data.items()}, {}, threads)
    return {name: array.copy() for name, array in prepared.states.items()}


def plan_of(new: Mapping[str, Var], capacity: int, dtype: str, monkeypatch: pytest.MonkeyPatch) -> Plan:
    monkeypatch.setattr(halves, "WORTH", 0)
    plan = planned({}, new, capacity, {"x": dtype, "y": dtype})
    assert any(instruction.halves for instruction in plan.instructions)
    return plan


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("steps", [1, 5, 150])
@pytest.mark.parametrize("count", [64, 49, 32, 24, 17, 8, 3, 1])
def test_both_halves_are_summed_however_many_samples_there_are(
    monkeypatch: pytest.MonkeyPatch, dtype: str, steps: int, count: int
) -> None:
    """Also where the second half is empty: what it summed before does not count."""
    new, states = sums(dtype, steps), states_of(dtype)
    plan = plan_of(new, 64, dtype, monkeypatch)
    prepared = Prepared(plan, {}, states)
    full, data = samples_of(dtype, steps, 64), samples_of(dtype, steps, count)
    prepared.run(np.array([64]), {}, {name: (a, np.arange(64)) for name, a in full.items()}, {}, 2)
    begun = {name: array.copy() for name, array in prepared.states.items()}
    prepared.run(np.array([count]), {}, {name: (a, np.arange(count)) for name, a in data.items()}, {}, 2)
    expected = evaluate(Graph(new), {**data, **begun})
    for name, array in prepared.states.items():
        scale = float(np.abs(expected[name]).max())
        np.testing.assert_allclose(array, expected[name], atol=(2e-5 if dtype == "float32" else 1e-12) * scale)


@pytest.mark.parametrize("steps", [1, 150])
def test_bits_depend_neither_on_threads_nor_on_room(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    new, states, data = sums("float32", steps), states_of("float32"), samples_of("float32", steps, 40)
    found = [
        run(plan_of(new, capacity, "float32", monkeypatch), data, states, threads)
        for capacity in (40, 64)
        for threads in (1, 2, 3)
    ]
    for other in found[1:]:
        assert all(np.array_equal(other[name], found[0][name]) for name in new)


def test_sums_that_go_on_from_some_samples_to_the_next_are_those_of_all_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    new, states, data = sums("float32", 150), states_of("float32"), samples_of("float32", 150, 64)
    gradual = plan_of(new, 64, "float32", monkeypatch)
    kinds = {(i.kind, i.divisible) for i in gradual.instructions if i.halves}
    assert ("blocks", True) in kinds
    monkeypatch.setattr(halves, "NEAR", 0)
    at_once = plan_of(new, 64, "float32", monkeypatch)
    assert not any(i.divisible for i in at_once.instructions if i.halves)
    found = [run(plan, data, states, 2) for plan in (gradual, at_once)]
    assert all(np.array_equal(found[0][name], found[1][name]) for name in new)


def step_of(net: gn.Network, inputs: tuple[int, ...], capacity: int, given: str = "float32") -> Plan:
    """A step of training on squared errors with Adam."""
    target = Target((BATCH, *net.output.shape[1:]), "float32", weighted=False)
    step = training_step(net.root, inputs, "float32", StepSettings(gn.SquaredError(), gn.Adam()), target)
    return planned(step.measures, step.new, capacity, {"x": given, "y": "float32"}, check="loss")


def test_a_step_of_a_curve_is_one_phase_of_samples_and_the_update() -> None:
    """Between them is what one thread does alone; so threads meet twice a step."""
    curve = gn.Network(1, gn.Dense(64, "tanh"), gn.Dense(64, "tanh"), gn.Dense(1), seed=0)
    plan = step_of(curve, (1,), 128)
    assert [{i.rows for i in plan.instructions if i.phase == phase} for phase in range(3)] == [{True}, {False}, {False}]
    prepared = Prepared(plan, dict(curve.parameters), _zeros(plan))
    assert len(prepared.machine._phases) == 2


def _zeros(plan: Plan) -> dict[str, Array]:
    return {name: np.zeros(buffer.type.shape, "float32") for name, buffer in plan.layout.sources.items()}


def test_only_matrices_smaller_than_their_samples_are_halved() -> None:
    def halved(inputs: int, units: int, capacity: int) -> bool:
        net = gn.Network(inputs, gn.Dense(units, "tanh"), gn.Dense(64))
        plan = step_of(net, (inputs,), capacity)
        return any(i.halves and i.what == "matmul: gradient of dense_1" for i in plan.instructions)

    assert halved(32, 128, 128)
    assert not halved(784, 128, 64)
    assert not halved(1024, 1024, 512)


def test_a_sum_that_is_copied_once_more_is_no_half() -> None:
    """The mean of all steps gives each the same gradient: the product is worked out turned, and what follows copies."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(65, 2, 32)), rng.normal(size=(65, 2))
    learnt = []
    for engine in ("numpy", "compiled"):
        net = gn.Network((2, 32), gn.Attention(), gn.GlobalAveragePool(), gn.Dense(2), dtype="float64", seed=3)
        net.fit(x, y, epochs=1, batch_size=65, optimizer=gn.SGD(0.1), engine=engine)
        learnt.append(net.parameters.buffer)
    np.testing.assert_allclose(*learnt, rtol=1e-12, atol=1e-12)


def test_a_step_too_short_for_two_threads_has_no_halves() -> None:
    small = gn.Network(4, gn.Dense(8, "relu"), gn.Dense(2))
    assert not any(i.halves for i in step_of(small, (4,), 32).instructions)


def test_a_small_matrix_is_copied_by_each_thread_just_before_its_product() -> None:
    net = gn.Network(16, gn.Dense(64, "tanh"), gn.Dense(64, "tanh"), gn.Dense(4))
    plan = step_of(net, (16,), 128)
    assert not any(i.kind == "pack" for i in plan.instructions)
    assert [i.what for i in plan.instructions if "packing" in i.kernel] == [
        "matmul: gradient of dense_3",
        "matmul: gradient of dense_2",
    ]


def test_a_training_gives_the_same_bits_in_one_thread_and_in_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """With all that reads sums over samples: a norm's means, a penalty, the length of the gradient, a smaller batch."""
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(300, 24)).astype("float32"), rng.integers(0, 3, 300)
    found = []
    for threads in (1, 2):
        monkeypatch.setattr(compiled.Threads, "next", lambda self, _, n=threads: n)
        layers = gn.Dense(64), gn.BatchNorm(), gn.Activation("relu"), gn.Dense(48, "tanh"), gn.Dense(3, "softmax")
        net = gn.Network(24, *layers, seed=2)
        net.fit(x, y, epochs=4, batch_size=128, clip_norm=0.5, engine="compiled")
        found.append(net.parameters.buffer.copy())
    assert np.array_equal(*found)


def test_halves_are_cut_between_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where windows are summed by chunks of samples, none is shared, in a batch that is not full either."""
    for samples in range(1, 200):
        for grain in (8, 64):
            assert half(samples, grain) % grain == 0
            assert samples / 2 <= half(samples, grain) < samples / 2 + grain
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(612, 8, 8)).astype("float32"), rng.integers(0, 3, 612)
    found = []
    for threads in (1, 2):
        monkeypatch.setattr(compiled.Threads, "next", lambda self, _, n=threads: n)
        net = gn.Network((8, 8), gn.Conv2D(4, 3, "tanh"), gn.Flatten(), gn.Dense(3, "softmax"), seed=2)
        net.fit(x, y, epochs=3, batch_size=512, engine="compiled")
        found.append(net.parameters.buffer.copy())
    plain = gn.Network((8, 8), gn.Conv2D(4, 3, "tanh"), gn.Flatten(), gn.Dense(3, "softmax"), seed=2)
    plain.fit(x, y, epochs=3, batch_size=512, engine="numpy")
    assert np.array_equal(*found)
    np.testing.assert_allclose(found[0], plain.parameters.buffer, rtol=1e-3, atol=1e-5)
