"""Memory that is handed on within a phase, sample by sample."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.compile import Instruction, Prepared, planned
from glassnet.compile.handing import handed_on
from glassnet.compile.places import Buffer
from glassnet.ir import BATCH, Type
from glassnet.train.step import StepSettings, Target, training_step


def buffer(*shape: int, dtype: str = "float32") -> Buffer:
    return Buffer(Type((BATCH, *shape), dtype), 10)


def work(reads: set[Buffer], writes: set[Buffer], *, rows: bool = True, phase: int = 0) -> Instruction:
    instruction = Instruction("loop", list, [], reads, writes, "", rows=rows)
    instruction.phase = phase
    return instruction


def test_what_is_needed_no_more_is_taken_over_but_not_by_what_is_made_of_it() -> None:
    w, x, y, z = (buffer(6) for _ in range(4))
    made = [work({w}, {x}), work({x}, {y}), work({y}, {z})]
    assert handed_on(made, {w}) == {z: x}


def test_memory_goes_from_one_to_the_next() -> None:
    a, b, c, d, e = (buffer(6) for _ in range(5))
    made = [work(set(), {a}), work({a}, {b}), work({b}, {c}), work({c}, {d}), work({d}, {e})]
    assert handed_on(made, set()) == {c: a, d: b, e: a}


def test_what_was_used_last_is_taken_first() -> None:
    x, y, z = (buffer(6) for _ in range(3))
    made = [work(set(), {x}), work(set(), {y}), work({x}, set()), work({y}, set()), work(set(), {z})]
    assert handed_on(made, set()) == {z: y}


def test_samples_must_have_as_many_bytes() -> None:
    x, wide, double, other = buffer(6), buffer(7), buffer(3, dtype="float64"), buffer(2, 3)
    made = [work(set(), {x}), work({x}, set()), work(set(), {wide}), work(set(), {double})]
    assert handed_on(made, set()) == {double: x}
    assert handed_on([*made[:3], work(set(), {other})], set()) == {other: x}


@pytest.mark.parametrize("last", [True, False])
def test_what_others_touch_at_once_is_not_taken_over(last: bool) -> None:
    """Instructions that do not go by samples may run at any time in their phase, on all samples."""
    x, y = buffer(6), buffer(6)
    made = [work(set(), {x}), work({x}, set(), rows=last), work(set(), {y}), work({y}, set(), rows=not last)]
    assert handed_on(made, set()) == {}
    later = [*made[:3], work({y}, set(), rows=False, phase=1)]
    assert handed_on(later, set()) == ({y: x} if last else {})


def test_what_lasts_or_belongs_together_stays_apart() -> None:
    x, y = buffer(6), buffer(6)
    made = [work(set(), {x}), work({x}, set()), work(set(), {y})]
    assert handed_on(made, {x}) == handed_on(made, {y}) == {}


def test_a_deep_network_needs_little_more_memory_than_a_flat_one_to_answer() -> None:
    def size(layers: int) -> int:
        x = gn.Network((8, 32), *[gn.Dense(32, "tanh")] * layers)
        plan = planned({"y": x.output}, {}, 64, {"x": "float32"})
        return Prepared(plan, dict(x.parameters), {})._memory.nbytes

    assert size(9) == size(5)


def test_the_sums_for_weights_come_right_after_what_they_are_of() -> None:
    """Of layers one after the other, not all at the end: the gradients are near then, and their memory is free."""
    net = gn.Network((8, 32), *[gn.Dense(32, "tanh")] * 3, gn.Dense(1))
    step = training_step(
        net.root,
        (8, 32),
        "float32",
        StepSettings(gn.SquaredError(), gn.SGD()),
        Target((BATCH, 8, 1), "float32", weighted=False),
    )
    plan = planned(step.measures, step.new, 64, {"x": "float32", "y": "float32"}, check="loss")
    rows = [i.what for i in plan.instructions if i.rows]
    sums = [rows.index(f"sum: gradient of dense_{layer}") for layer in (3, 2, 1)]
    products = [rows.index(f"matmul: gradient of dense_{layer}") for layer in (3, 2)]
    assert sums[0] < products[0] < sums[1] < products[1] < sums[2]


def test_results_are_the_same_whatever_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    text = np.random.default_rng(1).integers(0, 27, (40, 64))
    found = []
    for on in (True, False):
        if not on:
            monkeypatch.setattr("glassnet.compile.engine.handed_on", lambda *_: {})
        block = gn.TransformerBlock(4, 64, causal=True)
        net = gn.Network(64, gn.Embedding(27, 32), gn.PositionEmbedding(64), block, gn.Dense(27, "softmax"), seed=1)
        net.fit(text, np.roll(text, -1, 1), epochs=2, batch_size=16, engine="compiled")
        found.append(net.parameters.buffer.copy())
    assert np.array_equal(*found)
