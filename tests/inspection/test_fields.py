"""Fields: a number is computed from those whose change changes it, through every kind of layer."""

import numpy as np
import pytest

import glassnet as gn
from glassnet import ops
from glassnet.inspection.fields import Fields
from glassnet.ir.expression import Element, total
from glassnet.ir.graph import PRIMITIVES, Primitive, source
from glassnet.ir.types import BATCH, Array

NETWORKS = {
    "strides, padding, dilation": gn.Network(
        (9, 8), gn.Conv2D(2, 3, "tanh", stride=2, padding="same"), gn.Conv2D(2, 2, dilation=2), dtype="float64"
    ),
    "groups": gn.Network((5, 5, 4), gn.Conv2D(4, 3, groups=2), dtype="float64"),
    "average": gn.Network((6, 6), gn.Conv2D(2, 3, "sigmoid"), gn.AveragePool2D(2), dtype="float64"),
    "transposed": gn.Network((3, 3), gn.Conv2DTranspose(1, 3, stride=2), gn.BatchNorm(), dtype="float64"),
    "beside each other": gn.Network(
        (6, 6), gn.Concatenate(gn.Conv2D(1, 3, padding="same"), gn.Conv2D(1, 1)), dtype="float64"
    ),
    "a sequence": gn.Network((9, 2), gn.Conv1D(3, 3, "softplus"), gn.AveragePool1D(2), gn.LayerNorm(), dtype="float64"),
    "a softmax": gn.Network((4, 3), gn.Conv1D(2, 2, "softmax"), dtype="float64"),
    "a mask": gn.Network(3, gn.Dense(2, "tanh", connected=[[1, 0], [0, 1], [1, 1]]), dtype="float64"),
    "looking back": gn.Network((5, 2), gn.TransformerBlock(heads=1, hidden=3, causal=True), dtype="float64"),
    "dense": gn.Network((4, 4), gn.Conv2D(1, 2), gn.Flatten(), gn.Dense(2), dtype="float64"),
}


def moved(network: gn.Network, index: tuple[int, ...]) -> Array:
    """Whether the output at a place changes with each number of the input."""
    shape = network.input_shape
    x = np.random.default_rng(0).normal(size=shape)
    changed = np.repeat(x[None], x.size, axis=0)
    changed.reshape(x.size, x.size)[np.diag_indices(x.size)] += 1
    before, after = network(x)[index[1:]], network(changed)[:, *index[1:]]
    return (np.abs(after - before) > 1e-12).reshape(shape)


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_it_is_what_changes_the_number(network: gn.Network) -> None:
    fields = Fields(network.output, [network.graph.sources["x"]])
    sizes = [int(size) for size in network.output.shape[1:]]
    for place in np.random.default_rng(1).integers(sizes, size=(4, len(sizes))):
        index = (0, *map(int, place))
        [field] = fields(index)
        np.testing.assert_array_equal(field[0], moved(network, index))


def test_a_pool_and_a_relu_see_what_does_not_count_just_now() -> None:
    """They are computed from all of their window, whichever number is the largest, or above 0."""
    network = gn.Network((4, 4), gn.Conv2D(1, 1, "relu", weights="zeros"), gn.MaxPool2D(2))
    [field] = Fields(network.output, [network.graph.sources["x"]])((0, 1, 0, 0))
    assert field[0].astype(int).tolist() == [[0, 0, 0, 0], [0, 0, 0, 0], [1, 1, 0, 0], [1, 1, 0, 0]]


def test_an_operation_of_the_users_own_is_read_number_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.ir.graph.PRIMITIVES", dict(PRIMITIVES))  # in which it is known for this test alone
    running_sum = Primitive(
        "running_sum",
        "Along the last axis, each number plus all before it, times one of a table.",
        rule=lambda x, table: x,
        kernel=lambda x, table: np.cumsum(x, axis=-1) * table,
        element=lambda index, x, table: (
            Element(1, index[-1:]) * total(Element(0, (*index[:-1], i)) for i in range(index[-1] + 1))
        ),
    )
    x, table = source("input", "x", (BATCH, 3), "float64"), source("parameter", "table", (3,), "float64")
    fields = Fields(ops.tanh(running_sum(x, table)), [x, table])
    assert [field.tolist() for field in fields((0, 1))] == [[[True, True, False]], [False, True, False]]


def test_an_operation_that_is_not_known_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.ir.graph.PRIMITIVES", dict(PRIMITIVES))
    silent = Primitive("silent", "It does not say what its numbers are made of.", rule=lambda x: x, kernel=np.sort)
    x = source("input", "x", (BATCH, 3), "float64")
    with pytest.raises(gn.GlassnetError, match="not known from which numbers 'silent' computes each of its own"):
        Fields(silent(x), [x])
