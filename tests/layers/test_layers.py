"""Layers: what PyTorch cannot be asked about, such as names, masks that stay, and functions of one's own."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn

X = np.random.default_rng(0).normal(size=(16, 3))


def names(*layers: gn.Layer) -> list[str]:
    return list(gn.Network(3, *layers).parameters)


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_layers_are_numbered_by_kind_or_have_their_own_name() -> None:
    assert names(gn.Dense(2), gn.BatchNorm(), gn.Dense(2, name="out"), gn.Dense(1, biases=None)) == [
        "dense_1.weights", "dense_1.biases", "batchnorm_1.scale", "batchnorm_1.shift",
        "out.weights", "out.biases", "dense_2.weights",
    ]  # fmt: skip


def test_containers_rename_nothing() -> None:
    flat = names(gn.Dense(2), gn.Dense(2), gn.Dense(2))
    assert names(gn.Sequential(gn.Dense(2), gn.Sequential(gn.Dense(2))), gn.Dense(2)) == flat
    assert names(gn.Add(gn.Dense(2), gn.Dense(2)), gn.Dense(2)) == flat


def test_an_activation_with_parameters_belongs_to_its_layer() -> None:
    assert names(gn.Dense(2, "prelu"), gn.Activation("prelu"))[2:] == ["dense_1.slope", "activation_1.slope"]


def test_layers_are_equal_by_their_settings() -> None:
    assert gn.Dense(3, "relu") == gn.Dense(3, gn.Relu()) != gn.Dense(3, "tanh")
    assert gn.Dense(2, weights=[[1, 2]]) == gn.Dense(2, weights=np.array([[1.0, 2.0]]))
    assert len({gn.Dense(3, "leaky relu"), gn.Dense(3, "LeakyRelu"), gn.Dense(3, gn.LeakyRelu(0.01))}) == 1


# ── a mask ──────────────────────────────────────────────────────────────────────────────────────────────────────────

MASK = np.array([[1, 0, 1, 0], [0, 1, 1, 0], [1, 1, 0, 0]])


@pytest.mark.parametrize(
    "optimizer", [gn.SGD(0.1, momentum=0.9), gn.Adam(0.05), gn.AdamW(0.05), gn.Lion(0.01)], ids=str
)
def test_an_edge_that_is_not_there_never_comes(optimizer: gn.Optimizer) -> None:
    net = gn.Network(3, gn.Dense(4, "tanh", connected=MASK), gn.Dense(1))
    assert (net.parameters["dense_1.weights"][MASK == 0] == 0).all()
    assert (net.gradients(X, X[:, 0])["dense_1.weights"][MASK == 0] == 0).all()
    net.fit(X, X[:, 0], epochs=5, optimizer=optimizer)
    assert (net.parameters["dense_1.weights"][MASK == 0] == 0).all()
    assert (net.parameters["dense_1.weights"][MASK == 1] != 0).all()


def test_a_unit_without_edges_gives_its_bias() -> None:
    net = gn.Network(3, gn.Dense(4, connected=MASK, biases=[1, 2, 3, 4]))
    assert (net(X)[:, 3] == 4).all()
    changed = X.copy()
    changed[:, 1] += 1
    assert (net(changed)[:, 0] == net(X)[:, 0]).all(), "unit 0 has no edge from input 1"
    assert (net(changed)[:, 1] != net(X)[:, 1]).all()


def test_embedding_learns_only_the_rows_it_was_asked_for() -> None:
    net = gn.Network(2, gn.Embedding(5, 3), gn.Flatten(), gn.Dense(1))
    g = net.gradients([[0, 3], [3, 3]], [1.0, 2.0])["embedding_1.weights"]
    assert [bool(row.any()) for row in g] == [True, False, False, True, False]


@pytest.mark.parametrize(
    "layer", [gn.RNN(4, mask=0.0), gn.LSTM(4, mask=0.0), gn.GRU(4, mask=0.0)], ids=["rnn", "lstm", "gru"]
)
def test_an_embedding_says_which_steps_are_padding(layer: gn.Layer, tmp_path: Path) -> None:
    net = gn.Network((None,), gn.Embedding(6, 3, mask=2), layer, gn.Dense(1), dtype="float64", seed=1)
    padded = np.array([[3, 1, 2, 2], [5, 2, 2, 2]])
    np.testing.assert_allclose(net(padded).ravel(), [*net([3, 1]), *net([5])], rtol=1e-12)
    learnt = net.gradients(padded, [1.0, 2.0])["embedding_1.weights"].any(axis=1)
    assert learnt.tolist() == [False, True, False, True, False, True]
    net.save(tmp_path / "net.safetensors")
    assert (gn.load(tmp_path / "net.safetensors")(padded) == net(padded)).all()
    trained = [net.copy() for _ in range(2)]
    for one, engine in zip(trained, ("numpy", "compiled"), strict=True):
        one.fit(padded, [1.0, 2.0], epochs=3, batch_size=2, engine=engine)
    np.testing.assert_allclose(trained[0](padded), trained[1](padded), rtol=1e-9)


def test_attention_passes_over_what_an_embedding_says_is_padding() -> None:
    net = gn.Network((None,), gn.Embedding(6, 4, mask=0), gn.Attention(2, mask=0.0), dtype="float64", seed=1)
    np.testing.assert_allclose(net([3, 1, 0, 0])[:2], net([3, 1]), rtol=1e-12)
    explanation = net.explain([3, 1, 0])
    assert explanation["attention_1.weight[0, 1, 2]"].value == 0
    assert str(explanation["a3_1"]).endswith(" = 0")


@pytest.mark.parametrize("mask", [6, -1, 0.0, True, "0"])
def test_the_mask_of_an_embedding_is_one_of_its_numbers(mask: object) -> None:
    with pytest.raises(gn.GlassnetError, match="the mask of Embedding must be a whole number from 0 to 5, got"):
        gn.Embedding(6, 3, mask=mask)  # type: ignore[arg-type]


# ── branches ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_residual_network_trains() -> None:
    block = gn.Add(gn.Sequential(gn.Dense(8, "tanh"), gn.Dense(8)), gn.Identity())
    net = gn.Network(3, gn.Dense(8), block, block, gn.Concatenate(gn.Identity(), gn.Dense(4, "relu")), gn.Dense(1))
    before = net.loss(X, X[:, 0] * X[:, 1])
    net.fit(X, X[:, 0] * X[:, 1], epochs=100, optimizer=gn.Adam(0.01))
    assert net.loss(X, X[:, 0] * X[:, 1]) < 0.1 * before


def test_adding_and_joining() -> None:
    plus = gn.Network(3, gn.Add(gn.Rescale(2), gn.Rescale(3), gn.Identity()), dtype="float64")
    np.testing.assert_allclose(plus(X), 6 * X)
    joined = gn.Network(3, gn.Concatenate(gn.Rescale(2), gn.Identity()), dtype="float64")
    np.testing.assert_array_equal(joined(X), np.hstack([2 * X, X]))


# ── functions of one's own ──────────────────────────────────────────────────────────────────────────────────────────


@gn.activation
def bent_identity(x: gn.ops.Var) -> gn.ops.Var:
    return (gn.ops.sqrt(x**2 + 1) - 1) / 2 + x


@gn.loss
def fourth_power(prediction: gn.ops.Var, target: gn.ops.Var) -> gn.ops.Var:
    return (prediction - target) ** 4


def numeric_gradient(net: gn.Network, name: str, y: np.ndarray, loss: gn.Loss | str) -> np.ndarray:
    """Central differences."""
    array, slopes, h = net.parameters[name], np.zeros(net.parameters[name].shape), 1e-6
    for index in np.ndindex(array.shape):
        middle = array[index]
        sides = []
        for array[index] in (middle - h, middle + h):
            sides.append(net.loss(X, y, loss))
        array[index] = middle
        slopes[index] = (sides[1] - sides[0]) / (2 * h)
    return slopes


@pytest.mark.parametrize("activation", [bent_identity, "bent_identity"], ids=["itself", "by name"])
@pytest.mark.parametrize("loss", [fourth_power, "fourth_power"], ids=["itself", "by name"])
def test_ones_own_functions_work_everywhere(activation: object, loss: gn.Loss | str, tmp_path: Path) -> None:
    layers = gn.Dense(4, activation), gn.Activation(activation), gn.Dense(1, activation)  # type: ignore[arg-type]
    net, y = gn.Network(3, *layers, dtype="float64"), X[:, 0]
    for name, gradient in net.gradients(X, y, loss).items():
        np.testing.assert_allclose(gradient, numeric_gradient(net, name, y, loss), rtol=1e-6, atol=1e-8)
    before = net.loss(X, y, loss)
    history = net.fit(X, y, epochs=20, loss=loss, validation=0.2, callbacks=[gn.Checkpoint(tmp_path / "checkpoints")])
    assert history["loss"][-1] < before
    assert net.evaluate(X, y, loss=loss)["loss"] == net.loss(X, y, loss)
    net.save(tmp_path / "net.safetensors")
    loaded = gn.load(tmp_path / "net.safetensors")
    np.testing.assert_array_equal(loaded(X), net(X))


def test_a_network_with_a_function_that_is_not_there(tmp_path: Path) -> None:
    """The file holds the function's name, not its code."""
    gn.Network(3, gn.Dense(4, bent_identity)).save(tmp_path / "net.safetensors")
    code = f"import glassnet as gn; gn.load({str(tmp_path / 'net.safetensors')!r})"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "there is no activation 'bent_identity'" in result.stderr
    assert "register your own: @gn.activation above its def" in result.stderr


def test_a_name_that_is_taken() -> None:
    with pytest.raises(gn.GlassnetError, match="there is already an activation named 'relu'"):

        @gn.activation
        def relu(x: gn.ops.Var) -> gn.ops.Var:
            return x

    with pytest.raises(gn.GlassnetError, match="there is already a loss named 'huber'"):

        @gn.loss
        def huber(prediction: gn.ops.Var, target: gn.ops.Var) -> gn.ops.Var:
            return prediction


def test_a_loss_must_give_one_number_a_sample() -> None:
    @gn.loss
    def total(prediction: gn.ops.Var, target: gn.ops.Var) -> gn.ops.Var:
        return gn.ops.sum(prediction - target)

    with pytest.raises(gn.GlassnetError, match="it must give one number for each sample"):
        gn.Network(3, gn.Dense(1)).fit(X, X[:, 0], loss=total)
