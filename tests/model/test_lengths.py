"""Inputs of any length: one set of parameters, traced for each length that comes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn


def sums(samples: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of numbers, and whether their sum is above 0."""
    x = np.random.default_rng([samples, steps]).normal(size=(samples, steps, 1))
    return x, (x.sum(1) > 0).astype(int)


def free(**more: Any) -> gn.Network:
    return gn.Network((None, 1), gn.GRU(4), gn.Dense(1, "sigmoid"), dtype="float64", **more)


def test_it_is_the_same_function_as_of_that_length() -> None:
    net = free()
    for steps in (3, 12, 3, 1):
        x, y = sums(5, steps)
        fixed = gn.Network((steps, 1), *net.root.layers, dtype="float64")
        assert (net(x) == fixed(x)).all()
        assert net(x[0]) == pytest.approx(net(x)[0])
        assert net.loss(x, y) == pytest.approx(fixed.loss(x, y), rel=1e-12)
        assert net.predict(x).tolist() == fixed.predict(x).tolist()
        mine, theirs = net.gradients(x, y), fixed.gradients(x, y)
        assert all(np.allclose(mine[name], theirs[name], rtol=1e-10) for name in theirs)


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_it_learns_at_two_lengths_and_goes_on_where_it_was(engine: str) -> None:
    net = free()
    before = [net.evaluate(*sums(200, steps))["loss"] for steps in (4, 7)]
    for _ in range(6):
        for steps in (4, 7):
            net.fit(*sums(200, steps), epochs=2, optimizer=gn.Adam(0.02), engine=engine)
    after = [net.evaluate(*sums(200, steps))["accuracy"] for steps in (4, 7, 10)]
    assert min(after) > 0.85, f"{before} became {after}"
    assert net.history.epochs == 24
    assert net.training is not None
    assert net.training.began["memory"] == 0, "the optimizer remembers across lengths"


def test_validation_may_have_another_length() -> None:
    net = free()
    history = net.fit(*sums(40, 4), epochs=2, validation=sums(20, 9))
    assert len(history["validation_loss"]) == 2
    assert net.loss(*sums(20, 9)) == pytest.approx(history["validation_loss"][-1], rel=1e-9)


def test_answers_for_each_step_are_measured_at_their_length() -> None:
    net, fixed = (gn.Network(inputs, gn.Embedding(2, 2), gn.Dense(2, "softmax")) for inputs in ((None,), 20))
    x = np.arange(60).reshape(3, 20) % 2
    assert net.evaluate(x, x) == fixed.evaluate(x, x)
    assert net.fit(x, x, epochs=2)["accuracy"] == fixed.fit(x, x, epochs=2)["accuracy"]


def test_train_on_batch_takes_a_length_a_time() -> None:
    net = free()
    losses = [net.train_on_batch(*sums(64, 3 + i % 3), optimizer=gn.Adam(0.03)) for i in range(120)]
    assert np.mean(losses[-12:]) < np.mean(losses[:12]) / 1.5


def test_batches_of_one_training_have_one_length() -> None:
    with pytest.raises(gn.DataError, match=r"inputs of shape \(5, 1\), the first had \(4, 1\); call fit once for each"):
        free().fit([sums(8, 4), sums(8, 5)], epochs=1)


def test_it_is_saved_copied_and_explained(tmp_path: Path) -> None:
    net = free(seed=3)
    net.save(tmp_path / "net.safetensors")
    loaded, copied = gn.load(tmp_path / "net.safetensors"), net.copy()
    x, y = sums(1, 3)
    assert loaded.inputs == copied.inputs == (None, 1)
    assert repr(loaded) == "Network: steps × 1 inputs → 1 output, float64, seed 3"
    assert loaded(x) == copied(x) == net(x)
    explanation = net.explain(x, y)
    longer = net.explain(*sums(1, 6))
    assert explanation["sigmoid(y)"].value == pytest.approx(float(net(x)[0, 0]))
    assert "gru_1.step_6.output[0]" in [one.name for one in longer.layers["gru_1.step_6"]]


def test_threads_that_call_it_with_several_lengths_get_each_its_own() -> None:
    net = free()
    given = [sums(2, steps) for steps in range(1, 9)]  # more lengths than are kept, so that some are traced again
    expected = [gn.Network((len(x[0]), 1), *net.root.layers, dtype="float64")(x) for x, _ in given]

    def called(turn: int) -> bool:
        (x, y), right = given[turn % 8], expected[turn % 8]
        explained = net.explain(x[0])["sigmoid(y)"].value
        return bool((net(x) == right).all()) and explained == pytest.approx(right[0, 0]) and net.loss(x, y) > 0

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(called, range(64)))
    assert net.graph.sources["x"].shape[1] == 8, "what was called changes nothing of the network that is looked at"


def test_steps_that_a_stride_makes_fewer_are_free_too() -> None:
    net = gn.Network((None, 1), gn.Conv1D(2, 2, stride=2))
    assert repr(net) == "Network: steps × 1 inputs → steps × 2 outputs, float32, seed 0"
    assert [net(np.zeros((steps, 1))).shape for steps in (8, 9, 10)] == [(4, 2), (4, 2), (5, 2)]


def test_a_length_for_which_parameters_would_be_others_is_refused() -> None:
    """As where only far more steps than are tried make another stride."""
    net = gn.Network((None, 1), gn.Conv1D(2, 8, stride=32), gn.Flatten(), gn.Dense(1))
    assert net(np.ones((20, 1))).shape == (1,)
    words = r"dense_1.weights would have the shape \(2, 1\) for 8 steps and \(4, 1\) for 40"
    with pytest.raises(gn.GlassnetError, match=words):
        net(np.ones((40, 1)))


def test_it_is_read_at_a_length_with_the_numbers_it_has() -> None:
    net = free()
    seen = net.at((5, 1))
    assert (seen.input_shape, net.input_shape, net.at((8, 1)) is net) == ((5, 1), (8, 1), True)
    net.parameters["dense_1.biases"] = [7.0]
    x = sums(3, 5)[0]
    assert (seen(x) == net(x)).all()
    assert seen.parameters["dense_1.biases"] == 7
    net.freeze("gru_1")
    assert not net.at((5, 1)).layers["gru_1"].trainable
    with pytest.raises(gn.GlassnetError, match=r"the network takes steps × 1 inputs, got the shape \(5, 2\)"):
        net.at((5, 2))


def test_freezing_holds_for_all_lengths() -> None:
    net = free()
    net.loss(*sums(4, 3))
    net.freeze("gru_1")
    before = net.parameters["gru_1.weights"].copy()
    for steps in (3, 8):
        net.fit(*sums(4, steps), epochs=1)
    assert (net.parameters["gru_1.weights"] == before).all()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: gn.Network((None, 2), gn.Flatten(), gn.Dense(1)), "dense_1.weights would have the shape (16, 1) for"),
        (lambda: gn.Network((None, 1), gn.Conv1D(2, 2, stride=2), gn.Flatten(), gn.Dense(1)),
         "dense_1.weights would have the shape (8, 1) for 8 steps and (16, 1) for 17"),
        (lambda: gn.Network((None, 2), gn.Attention(mask=[[1, 0], [1, 1]])),
         "expects a mask of shape (8, 8), got (2, 2); for any number of steps, causal=True looks back, and a number"),
        (lambda: gn.Network(None, gn.Dense(1)), "write (None, 1) for one number a step, or (None,) for tokens"),  # type: ignore[arg-type]
        (lambda: gn.Network((None,), gn.Dense(1)), "dense_1.weights would have the shape (8, 1) for 8 steps"),
        (lambda: gn.Network((2, None), gn.GRU(1)), "only the first size, the number of steps, can be left free"),
        (lambda: gn.Network((None, 0), gn.GRU(1)), "each number of inputs must be a whole number of at least 1"),
        (lambda: free()([[1, 2], [3, 4]]), "GRU 'gru_1' expects steps × 1 inputs, got an array of shape (2, 2); give "
                                           "one sample of shape (steps, 1), or many of shape (n, steps, 1)"),
        (lambda: free()(np.zeros((2, 0, 1))), "x is empty (its shape is (2, 0, 1))"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_in_words(make: Any, words: str) -> None:
    with pytest.raises(gn.GlassnetError) as error:
        make()
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([gn.GRU(2, sequence=True)], "steps × 2 outputs"),
        ([gn.GRU(2)], "2 outputs"),
        ([gn.Conv1D(4, 3), gn.Attention()], "steps × 4 outputs"),
        ([gn.PositionEmbedding(8), gn.Crop(1)], "steps × 1 outputs"),
    ],
)
def test_what_it_is_called_does_not_hang_on_the_length_it_met_last(layers: list[gn.Layer], said: str) -> None:
    net = gn.Network((None, 1), *layers)
    for steps in (3, 7, 8):
        net(np.ones((steps, 1)))
        assert repr(net) == f"Network: steps × 1 inputs → {said}, float32, seed 0"


def test_a_table_of_one_position_reads_single_steps() -> None:
    net = gn.Network((None, 2), gn.PositionEmbedding(1), gn.GRU(3))
    assert net([[1, 2]]).shape == (3,)
    with pytest.raises(gn.GlassnetError, match="has 1 position, and the sequence is longer: 2 steps"):
        net([[1, 2], [3, 4]])


@pytest.mark.parametrize("positions", [2, 4, 8, 9])
def test_a_table_of_few_positions_reads_up_to_as_many_steps(positions: int) -> None:
    layers = gn.Embedding(5, 4), gn.PositionEmbedding(positions), gn.Attention(2, causal=True), gn.Dense(5, "softmax")
    net = gn.Network((None,), *layers)
    for steps in range(1, positions + 1):
        assert net([[1] * steps]).shape == (1, steps, 5)
    with pytest.raises(gn.GlassnetError, match=f"has {positions} positions, and the sequence is longer"):
        net([[1] * (positions + 1)])


@pytest.mark.parametrize("size", [12, 100])
def test_a_large_kernel_reads_from_as_many_steps_on(size: int) -> None:
    net = gn.Network((None, 2), gn.Conv1D(3, size), gn.GlobalMaxPool())
    assert net(np.ones((1, size, 2))).shape == (1, 3)
    with pytest.raises(gn.GlassnetError, match=f"have only {size - 1} steps"):
        net(np.ones((1, size - 1, 2)))
