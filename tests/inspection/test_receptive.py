"""Receptive fields: traced back through the arithmetic, they are where the all-ones linear copy has gradients."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn

SHAPE = (14, 15)


@st.composite
def towers(draw: st.DrawFn) -> list[dict[str, int]]:
    """Settings of one or two convolutions, one after the other."""
    one = st.fixed_dictionaries(
        {
            "size": st.integers(1, 3),
            "stride": st.integers(1, 2),
            "dilation": st.integers(1, 2),
            "padding": st.integers(0, 1),
        }
    )
    return draw(st.lists(one, min_size=1, max_size=2))


@given(towers(), st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_it_is_where_the_all_ones_linear_copy_has_gradients(tower: list[dict[str, int]], seed: int) -> None:
    layers = [gn.Conv2D(2, **how, activation="tanh") for how in tower]
    ones = [gn.Conv2D(2, **how, weights=gn.Constant(1.0)) for how in tower]
    net, copy = (gn.Network(SHAPE, *some, dtype="float64") for some in (layers, ones))
    place = np.random.default_rng(seed).integers(net.output.shape[1:])
    name = "_".join(str(i + 1) for i in place)
    slopes = copy.relevance(np.ones(SHAPE), f"y{name}")  # the gradient, times 1
    np.testing.assert_array_equal(net.receptive_field(f"tanh(y{name})"), slopes != 0)


def test_through_pools_dense_layers_and_channels() -> None:
    net = gn.Network((6, 6, 2), gn.Conv2D(3, 3, "relu"), gn.MaxPool2D(2), gn.Flatten(), gn.Dense(2, "softmax"))
    field = net.receptive_field("b1_2_3")
    assert field.shape == (6, 6, 2)
    assert np.array_equal(field[..., 0], field[..., 1])
    assert field[0:4, 2:6].all()
    assert field.sum() == 4 * 4 * 2
    assert net.receptive_field("y2").all()


def test_what_is_not_there_is_said() -> None:
    net = gn.Network((6, 6), gn.Conv2D(1, 3), gn.Flatten())
    with pytest.raises(
        gn.GlassnetError, match=r"there are 16 outputs; choose one, such as net.receptive_field\(neuron="
    ):
        net.receptive_field()
    with pytest.raises(gn.GlassnetError, match="there is no neuron 'y9_9_9'"):
        net.receptive_field("y9_9_9")


def test_of_as_many_numbers_as_a_large_network_has() -> None:
    field = gn.Network((40, 50), gn.Conv2D(32, 3), gn.Conv2D(32, 3), gn.Flatten(), gn.Dense(2)).receptive_field("y2")
    assert field.shape == (40, 50)
    assert field.all()


def test_what_a_mask_leaves_out_is_not_seen() -> None:
    assert gn.Network(3, gn.Dense(2, connected=[[1, 0], [0, 1], [1, 1]])).receptive_field("y2").tolist() == [0, 1, 1]
    causal = gn.Network((4, 2), gn.Attention(causal=True), gn.Dense(1))
    assert causal.receptive_field("y2_1").astype(int).tolist() == [[1, 1], [1, 1], [0, 0], [0, 0]]
    band = gn.Network((3, 1), gn.Attention(mask=[[1, 0, 0], [0, 1, 1], [1, 1, 1]]))
    assert band.receptive_field("y2_1").ravel().tolist() == [False, True, True]


def test_along_sequences_and_of_text() -> None:
    forwards, backwards = (
        gn.Network((5, 2), gn.LSTM(3, sequence=True, backwards=back), gn.Dense(1)).receptive_field("y2_1")
        for back in (False, True)
    )
    assert forwards.any(axis=1).tolist() == [True, True, False, False, False]
    assert backwards.any(axis=1).tolist() == [False, True, True, True, True]
    words = gn.Network(6, gn.Embedding(9, 4), gn.Conv1D(2, 3), gn.Flatten(), gn.Dense(1))
    assert words.receptive_field("a2_1").tolist() == [False, True, True, True, False, False]
    assert gn.Network((None, 1), gn.GRU(2)).at((30, 1)).receptive_field("y1").all()


def test_a_neuron_without_inputs_sees_nothing() -> None:
    net = gn.Network(3, gn.Dense(2, connected=[[1, 0], [1, 0], [1, 0]]))
    assert [net.receptive_field(name).any() for name in ("y1", "y2")] == [True, False]
