"""The network by itself: parameters, loss and gradients, one batch at a time, summary."""

import numpy as np
import pytest

import glassnet as gn

X = np.random.default_rng(0).normal(size=(24, 3))
Y = np.arange(24) % 2


def network(**settings: object) -> gn.Network:
    return gn.Network(3, gn.Dense(4, "tanh"), gn.Dense(2, "softmax"), dtype="float64", **settings)  # type: ignore[arg-type]


# ── parameters ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_parameters_are_views_of_one_buffer() -> None:
    net = network()
    assert list(net.parameters) == ["dense_1.weights", "dense_1.biases", "dense_2.weights", "dense_2.biases"]
    assert net.parameters.buffer.shape == (3 * 4 + 4 + 4 * 2 + 2,)
    assert net.parameters.buffer.ctypes.data % 64 == 0  # no vector of weights lies in two lines of the cache
    assert all(array.base is not None for array in net.parameters.values())
    net.parameters["dense_1.biases"] = [1, 2, 3, 4]
    assert net.parameters.buffer[12:16].tolist() == [1, 2, 3, 4]
    net.parameters["dense_1.biases"][2] = 7
    assert net.parameters.buffer[14] == 7


def test_what_is_assigned_is_what_runs() -> None:
    net = network()
    before = net(X)
    net.parameters["dense_2.biases"] = net.parameters["dense_2.biases"] + 3.0
    np.testing.assert_allclose(net(X), before, rtol=1e-12, err_msg="softmax does not see a shift of all")
    net.parameters["dense_2.biases"][0] += 1.0
    assert (net(X)[:, 0] > before[:, 0]).all()


def test_parameters_cannot_be_removed_or_misnamed() -> None:
    net = network()
    with pytest.raises(gn.GlassnetError, match="belongs to its layer and cannot be removed"):
        del net.parameters["dense_1.weights"]
    with pytest.raises(gn.GlassnetError, match=r"did you mean 'dense_1[.]weights'"):
        net.parameters["dense_1.weight"] = 0
    with pytest.raises(gn.GlassnetError, match="must be numbers of shape"):
        net.parameters["dense_1.biases"] = ["a", "b", "c", "d"]


# ── loss and gradients ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_loss_follows_from_the_last_activation() -> None:
    assert network().loss(X, Y) == network().loss(X, Y, "categorical cross-entropy")
    yes_or_no = gn.Network(3, gn.Dense(1, "sigmoid"))
    assert yes_or_no.loss(X, Y) == yes_or_no.loss(X, Y, gn.BinaryCrossEntropy())
    values = gn.Network(3, gn.Dense(1))
    assert values.loss(X, Y) == values.loss(X, Y, "squared error")
    separate = gn.Network(3, gn.Dense(2), gn.Activation("softmax"))
    assert separate.loss(X, Y) == separate.loss(X, Y, "CategoricalCrossEntropy")


def test_an_untrained_classifier_knows_nothing() -> None:
    net = gn.Network(3, gn.Dense(5, "softmax", weights="zeros"), dtype="float64")
    assert net.loss(X, np.arange(24) % 5) == pytest.approx(np.log(5), rel=1e-12)


def test_gradients_are_of_loss_and_penalty() -> None:
    layer = gn.Dense(1, weights=[[1.0], [-2.0], [0.5]], weights_penalty=gn.Penalty(l1=0.1, l2=0.01))
    net, bare = (gn.Network(3, one, dtype="float64") for one in (layer, gn.Dense(1, weights=[[1.0], [-2.0], [0.5]])))
    assert net.loss(X, Y) == bare.loss(X, Y), "the loss is without the penalty"
    assert net.penalty() == pytest.approx(0.1 * 3.5 + 0.01 * 5.25, rel=1e-12)
    difference = net.gradients(X, Y)["dense_1.weights"] - bare.gradients(X, Y)["dense_1.weights"]
    np.testing.assert_allclose(difference[:, 0], [0.1 + 0.02, -0.1 - 0.04, 0.1 + 0.01], rtol=1e-9)
    assert net.evaluate(X, Y)["penalty"] == net.penalty()
    history = net.fit(X, Y, epochs=1, validation=(X, Y), optimizer=gn.SGD(1e-12))
    assert history["penalty"][0] == pytest.approx(net.penalty())
    assert history["validation_penalty"][0] == pytest.approx(net.penalty())


def test_looking_changes_nothing() -> None:
    net = gn.Network(3, gn.Dense(4), gn.BatchNorm(), gn.Dropout(0.5), gn.Dense(2, "softmax"))
    before = {name: array.copy() for name, array in net.arrays().items()}
    for _ in range(2):
        net(X), net.predict(X), net.loss(X, Y), net.gradients(X, Y), net.evaluate(X, Y), net.summary(), net.operations()
    assert all((net.arrays()[name] == array).all() for name, array in before.items())


# ── one batch at a time ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "optimizer", [gn.Adam(0.01), gn.SGD(0.1, momentum=0.9), gn.LBFGS()], ids=lambda o: type(o).__name__
)
def test_train_on_batch_is_fit_in_small_steps(optimizer: gn.Optimizer) -> None:
    by_hand, by_fit = network(), network()
    losses = []
    for _ in range(3):
        for start in range(0, 24, 8):
            part = slice(start, start + 8)
            losses.append(by_hand.train_on_batch(X[part], Y[part], optimizer=optimizer))
    history = by_fit.fit(X, Y, epochs=3, batch_size=8, shuffle=False, optimizer=optimizer)
    assert (by_hand.parameters.buffer == by_fit.parameters.buffer).all()
    np.testing.assert_allclose(history["loss"], np.reshape(losses, (3, 3)).mean(axis=1), rtol=1e-12)


def test_train_on_batch_updates_running_statistics() -> None:
    net = gn.Network(3, gn.BatchNorm(), gn.Dense(1))
    net.train_on_batch(X, Y)
    np.testing.assert_allclose(net.state["batchnorm_1.running_mean"], 0.1 * X.mean(axis=0), rtol=1e-5)


def test_another_optimizer_begins_anew() -> None:
    net, other = network(), network()
    for optimizer in (gn.Adam(0.01), gn.SGD(0.1), gn.Adam(0.01)):
        net.train_on_batch(X, Y, optimizer=optimizer)
        fresh = network()
        fresh.assign(other.arrays())
        fresh.train_on_batch(X, Y, optimizer=optimizer)
        other = fresh
    np.testing.assert_array_equal(net.parameters.buffer, other.parameters.buffer)


# ── a moving average of the weights ─────────────────────────────────────────────────────────────────────────────────


def test_the_average_is_validated_and_is_what_remains() -> None:
    net = network()
    history = net.fit(X, Y, epochs=4, batch_size=8, optimizer=gn.SGD(0.5), ema=0.9, validation=(X, Y))
    assert net.loss(X, Y) == pytest.approx(history["validation_loss"][-1], rel=1e-12)
    raw = network()
    raw.fit(X, Y, epochs=4, batch_size=8, optimizer=gn.SGD(0.5))
    assert (net.parameters.buffer != raw.parameters.buffer).all()
    assert net.loss(X, Y) != pytest.approx(raw.loss(X, Y), rel=1e-6)


# ── building from NumPy's numbers ───────────────────────────────────────────────────────────────────────────────────


def test_numpys_numbers_are_numbers(tmp_path: object) -> None:
    """Widths are often computed: y.max() + 1 is no int of Python's."""
    rate = np.float32(0.5)
    net = gn.Network(np.int64(3), gn.Dense(np.int32(4)), gn.Dropout(rate), gn.Dense(Y.max() + 1, "softmax"))
    plain = gn.Network(3, gn.Dense(4), gn.Dropout(0.5), gn.Dense(2, "softmax"))
    assert net.specification({}) == plain.specification({})
    net.fit(
        X, Y, epochs=np.int64(1), batch_size=np.int64(8), optimizer=gn.Adam(np.float32(0.01)), clip_norm=np.float64(1)
    )
    net.save(f"{tmp_path}/net.safetensors")
    np.testing.assert_array_equal(gn.load(f"{tmp_path}/net.safetensors")(X), net(X))
