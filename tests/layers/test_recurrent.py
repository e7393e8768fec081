"""Recurrent layers: by hand, as the graph that does not grow, saved, on both engines, and what they refuse."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.ir import Graph

KINDS: dict[str, gn.Layer] = {
    "rnn": gn.RNN(3),
    "lstm": gn.LSTM(3),
    "gru": gn.GRU(3),
    "backwards": gn.GRU(3, backwards=True),
    "masked": gn.LSTM(3, mask=0.0),
    "bidirectional": gn.Bidirectional(gn.RNN(2)),
    "first state": gn.LSTM(3, initial="normal"),
}
kinds = pytest.mark.parametrize("layer", [pytest.param(layer, id=name) for name, layer in KINDS.items()])


def sequences(samples: int, steps: int, features: int = 2) -> np.ndarray:
    x = np.random.default_rng(steps).normal(size=(samples, steps, features))
    x[: samples // 2, 3:] = 0
    return x


def test_an_rnn_by_hand() -> None:
    net = gn.Network((3, 1), gn.RNN(1, "linear", True, weights=[[1]], recurrent_weights=[[0.5]], biases=[0.25]))
    assert net([[8], [0], [1]]).ravel().tolist() == [8.25, 4.375, 3.4375]


def test_an_lstm_begins_by_remembering() -> None:
    net = gn.Network((2, 1), gn.LSTM(2))
    assert net.parameters["lstm_1.biases"].tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
    u = net.parameters["lstm_1.recurrent_weights"]
    np.testing.assert_allclose(u @ u.T, np.eye(2), atol=1e-6)


@kinds
def test_the_network_is_as_large_for_a_thousand_steps_as_for_ten(layer: gn.Layer) -> None:
    sizes = {len(gn.Network((steps, 2), layer, gn.Dense(1)).graph.variables) for steps in (10, 1000)}
    assert len(sizes) == 1


def test_a_thousand_steps_are_trained() -> None:
    net = gn.Network((1000, 1), gn.GRU(2), gn.Dense(1), dtype="float64")
    x = np.random.default_rng(0).normal(size=(4, 1000, 1))
    history = net.fit(x, x[:, -1], epochs=3, optimizer=gn.SGD(0.1))
    assert history["loss"][-1] < history["loss"][0]


@kinds
def test_its_gradients_equal_finite_differences(layer: gn.Layer) -> None:
    net = gn.Network((5, 2), layer, gn.Dense(1), dtype="float64")
    assert gn.check_gradients(net, sequences(4, 5), np.ones((4, 1))).largest < 1e-7


@kinds
def test_both_engines_train_alike(layer: gn.Layer) -> None:
    x, y = sequences(6, 5), sequences(6, 5)[:, 0, :1]
    nets = [gn.Network((5, 2), layer, gn.Dense(1), dtype="float64") for _ in range(2)]
    for net, engine in zip(nets, ("numpy", "compiled"), strict=True):
        net.fit(x, y, epochs=3, batch_size=4, engine=engine, optimizer=gn.Adam(0.01))
    for name, array in nets[0].parameters.items():
        np.testing.assert_allclose(nets[1].parameters[name], array, rtol=1e-9, atol=1e-12, err_msg=name)


@kinds
def test_it_is_saved_and_loaded(layer: gn.Layer, tmp_path: Path) -> None:
    net = gn.Network((5, 2), layer, gn.Dense(1))
    net.save(tmp_path / "net.safetensors")
    loaded = gn.load(tmp_path / "net.safetensors")
    assert loaded.root == net.root
    x = sequences(3, 5)
    assert (loaded(x) == net(x)).all()


def test_padding_changes_nothing() -> None:
    long, short = (gn.Network((steps, 2), gn.LSTM(3, mask=0.0), dtype="float64") for steps in (9, 5))
    x = np.random.default_rng(0).normal(size=(4, 5, 2))
    padded = np.concatenate([x, np.zeros((4, 4, 2))], axis=1)
    np.testing.assert_allclose(long(padded), short(x), rtol=1e-14)
    all_padding = np.zeros((1, 9, 2))
    assert (long(all_padding) == 0).all()


@given(st.lists(st.booleans(), min_size=1, max_size=7), st.sampled_from([gn.RNN, gn.LSTM, gn.GRU]), st.booleans())
@settings(max_examples=30)
def test_a_masked_step_is_as_if_it_were_not_there(there: list[bool], kind: Any, backwards: bool) -> None:
    kept = np.random.default_rng(len(there)).normal(size=(1, sum(there), 2))
    x = np.zeros((1, len(there), 2))
    x[:, there] = kept
    masked = gn.Network((None, 2), kind(3, mask=0.0, backwards=backwards), dtype="float64")
    plain = gn.Network((None, 2), kind(3, backwards=backwards), dtype="float64")
    expected = plain(kept) if any(there) else np.zeros((1, 3))
    np.testing.assert_allclose(masked(x), expected, rtol=1e-13, atol=1e-15)


def test_an_activation_of_ones_own_is_the_one_it_was_made_with() -> None:
    def cell(sign: float) -> Any:
        @gn.activation
        def recurrent_again(x: Any) -> Any:
            return sign * x

        return gn.Network((2, 1), gn.RNN(1, recurrent_again, weights=[[1]], recurrent_weights=[[1]]))

    first = cell(1.0)
    second = cell(-1.0)
    assert (first([[1], [2]]).item(), second([[1], [2]]).item()) == (3, -1)
    assert (first.copy()([[1], [2]]).item(), first([[[1], [2]], [[0], [1]]])[0].item()) == (3, 3)


def test_it_is_drawn_as_one_block_and_written_out_step_by_step() -> None:
    net = gn.Network((3, 1), gn.LSTM(2), gn.Dense(1))
    assert "Lstm: lstm_1" in net.draw().description
    steps = gn.drawing.graph(net.unrolled).description
    assert all(f"lstm_1.step_{i}: " in steps for i in (1, 2, 3))


def test_its_formula_is_that_of_all_its_steps() -> None:
    numbers: Any = {"weights": [[2]], "recurrent_weights": [[0.5]], "biases": [1]}
    net = gn.Network((2, 1), gn.RNN(1, "linear", **numbers), gn.Dense(1, weights=[[3]], biases=[0]), dtype="float64")
    assert str(net.formula()) == "y = 3x1_1 + 6x2_1 + 4.5"
    tanh = gn.Network((2, 1), gn.RNN(1, **numbers), dtype="float64")
    assert str(tanh.formula()).count("tanh") == 2


def test_a_mask_is_of_whole_steps() -> None:
    net = gn.Network((2, 2), gn.RNN(1, "linear", mask=0.0, weights=[[1], [1]], recurrent_weights=[[1]]))
    assert net([[0, 3], [0, 0]]).tolist() == [3]


def test_both_directions_are_at_their_own_step() -> None:
    ones: Any = {"weights": [[1]], "recurrent_weights": [[1]]}
    net = gn.Network((3, 1), gn.Bidirectional(gn.RNN(1, "linear", True, **ones)))
    assert net([[1], [2], [4]]).tolist() == [[1, 7], [3, 6], [7, 4]]


def test_operations_count_every_step() -> None:
    counts = [gn.Network((steps, 2), gn.LSTM(3)).operations() for steps in (1, 10)]
    assert counts[0].multiply_adds == 2 * 12 + 3 * 12
    assert counts[1].multiply_adds == 10 * counts[0].multiply_adds
    assert counts[1].parameters == counts[0].parameters == 2 * 12 + 3 * 12 + 12


def test_a_long_sequence_is_profiled_as_two_loops() -> None:
    net = gn.Network((100, 1), gn.RNN(2), gn.Dense(1))
    profile = net.profile(np.zeros((4, 100, 1)), np.zeros((4, 1)))
    assert profile.title == "A training step of 4 samples, compiled, in one thread"
    assert sum(line[0].startswith("steps") for line in profile.instructions) == 2


@gn.activation
def recurrent_prelu(x: Any) -> Any:
    return x * gn.parameter("slope", (1,), gn.Constant(0.5))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: gn.LSTM(0), "the number of units of LSTM must be a whole number of at least 1, got 0"),
        (lambda: gn.GRU(3, sequence="last"), "the sequence of GRU must be True or False, got 'last'"),
        (lambda: gn.RNN(3, "prelu"), "the activation of RNN is applied at each step, so it must have no parameters"),
        (lambda: gn.RNN(3, recurrent_prelu), "the activation of RNN is applied at each step"),
        (lambda: gn.RNN(3, mask="pad"), "the mask of RNN must be a number"),
        (lambda: gn.LSTM(3, return_sequences=True), "there is no setting 'return_sequences'; here it is 'sequence'"),
        (lambda: gn.Network(4, gn.LSTM(3)), "LSTM 'lstm_1' expects sequences of shape (steps, features)"),
        (lambda: gn.Network((4, 2), gn.LSTM(3), gn.GRU(3)), "GRU 'gru_1' expects sequences of shape (steps, feat"),
        (lambda: gn.Network((4, 2), gn.GRU(3, weights=[[1.0]])), "gru_1.weights: the given values have the shape"),
        (lambda: gn.Bidirectional(gn.Dense(3)), "Bidirectional takes a recurrent layer, such as gn.LSTM(4), got"),
        (lambda: gn.Bidirectional(gn.GRU(3, backwards=True)), "leave out backwards=True"),
        (lambda: gn.Dense(3, biases="forget ones") and gn.Network(1, gn.Dense(3, biases="forget ones")), "four for"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_in_words(make: Any, words: str) -> None:
    with pytest.raises(gn.GlassnetError) as error:
        make()
    assert words in str(error.value)


def test_its_graph_is_sound() -> None:
    for layer in KINDS.values():
        Graph(gn.Network((4, 2), layer, gn.Dense(1)).graph.outputs).check()
