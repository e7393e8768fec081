"""Trainings on the engine: the evaluator's numbers, for every layer, loss and optimiser there is."""

import threading
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet import compile as engine
from glassnet.compile import choice, tasks
from glassnet.ir.errors import DivergenceError
from glassnet.train import compiled
from tests.oracles.cases import CASES, Case
from tests.oracles.sides import network, samples, weights_of

pytestmark = pytest.mark.skipif(not engine.is_available(), reason="llvmlite has no wheel for this platform")

TRAINED = [name for name, case in CASES.items() if case.trains]
ROUNDED = {"bfgs": 1e-6}
"""Cases in which rounding grows: of L-BFGS, by line searches that compare nearly equal losses."""
X = np.random.default_rng(3).normal(size=(90, 6))
Y = np.arange(90) % 4


def fitted(case: Case, dtype: str, **settings: Any) -> dict[str, np.ndarray]:
    net, (x, y) = network(case, dtype), samples(case)
    history = net.fit(
        x, y, epochs=3, batch_size=case.batch_size, loss=case.loss, optimizer=case.optimizer,
        **{**case.settings, "sample_weight": weights_of(case)}, **settings,
    )  # fmt: skip
    measured = {name: np.array(column) for name, column in history.items() if name != "seconds"}
    return {**net.arrays(), **measured}


@pytest.mark.parametrize("name", TRAINED)
def test_each_case_as_the_evaluator(name: str) -> None:
    case = CASES[name]
    expected, found = (fitted(case, "float64", engine=which) for which in ("numpy", "compiled"))
    tolerance = next((bound for word, bound in ROUNDED.items() if word in name.lower().replace("-", "")), 1e-9)
    for key, array in expected.items():
        np.testing.assert_allclose(found[key], array, rtol=tolerance, atol=tolerance, err_msg=key)


@pytest.mark.parametrize("name", [name for name in TRAINED if "float32" in CASES[name].dtypes][::5])
def test_single_precision_stays_near(name: str) -> None:
    expected, found = (fitted(CASES[name], "float32", engine=which) for which in ("numpy", "compiled"))
    for key, array in expected.items():
        np.testing.assert_allclose(found[key], array, rtol=2e-3, atol=2e-4, err_msg=key)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize(
    ("shape", "layers"),
    [
        ((1,), [gn.Dense(1)]),
        ((1,), [gn.Dense(1, "tanh"), gn.Dense(1)]),
        ((1, 1), [gn.Conv2D(1, 1)]),
        ((2, 1), [gn.RNN(1)]),
        ((2, 1), [gn.GRU(1, initial="zeros")]),
        ((2, 1), [gn.TransformerBlock(1, 1)]),
    ],
    ids=lambda value: "" if isinstance(value, tuple) else "-".join(type(layer).__name__ for layer in value),
)
def test_parameters_of_one_number_each_keep_their_own(
    shape: tuple[int, ...], layers: list[gn.Layer], optimizer: str
) -> None:
    """Loops over a single number read it as one that is repeated: they are not to be joined with what follows."""
    learnt = []
    for which in ("numpy", "compiled"):
        net = gn.Network(shape, *layers, dtype="float64", seed=3)
        x = X[:5, : int(np.prod(shape))].reshape(5, *shape)
        net.fit(x, 1 + net(x), epochs=3, engine=which, optimizer=optimizer)  # type: ignore[arg-type]
        learnt.append(net.parameters.buffer)
    np.testing.assert_allclose(learnt[1], learnt[0], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", sorted(gn.Optimizer.known))
def test_explained_steps_are_those_of_the_engine(name: str) -> None:
    """The explanation shows the evaluator's arithmetic; the engine rounds elsewhere, and only that."""
    net = gn.Network(6, gn.Dense(8, "tanh"), gn.Dropout(0.25), gn.Dense(4, "softmax"), seed=1, dtype="float64")
    for _ in range(2):
        net.fit(X, Y, epochs=1, batch_size=len(X), engine="compiled", optimizer=name, clip_norm=0.05)
    explanation = net.explain(X, Y)
    net.fit(X, Y, epochs=1, batch_size=len(X), engine="compiled", optimizer=name, clip_norm=0.05, shuffle=False)
    assert net.history.engine == "compiled"
    for parameter, array in net.parameters.items():
        shown = explanation.update(parameter, (0,) * array.ndim).value
        assert shown == pytest.approx(array.flat[0], rel=1e-7 if name == "lbfgs" else 1e-12), parameter


@pytest.mark.parametrize("steps", [1, 2])
@pytest.mark.parametrize("layer", [gn.RNN, gn.GRU, gn.LSTM])
def test_steps_read_the_weights_before_they_are_changed(layer: Any, steps: int) -> None:
    """Of one step, the way back gives the first state alone its gradient: the update of all others could go before."""
    learnt = []
    for which in ("numpy", "compiled"):
        net = gn.Network((steps, 6), layer(4, initial="glorot uniform"), gn.Dense(4, "softmax"), dtype="float64")
        x = X[:30, :, None] * np.linspace(1, -1, steps)
        net.fit(x.transpose(0, 2, 1), Y[:30], epochs=1, batch_size=30, optimizer=gn.SGD(20.0), engine=which)
        learnt.append(net.parameters.buffer)
    np.testing.assert_allclose(learnt[1], learnt[0], rtol=1e-10, atol=1e-10)


def digits(**settings: Any) -> gn.Network:
    """A network whose first layer skips columns, trained on bytes in several slices."""
    rng = np.random.default_rng(1)
    x = (rng.integers(0, 256, (300, 100)) * (rng.random(100) > 0.4)).astype(np.uint8)
    net = gn.Network(100, gn.Rescale(1 / 255), gn.Dense(70, "relu"), gn.Dropout(0.2), gn.Dense(10, "softmax"), seed=2)
    net.fit(x, rng.integers(0, 10, 300), epochs=3, batch_size=64, engine="compiled", **settings)
    return net


def test_the_bits_do_not_depend_on_threads_or_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = digits().parameters.buffer
    monkeypatch.setattr(tasks, "LEAST_WORK", 100.0)
    for seconds, threads in ((0.05, 2), (0.0, 2), (1.0, 3)):
        monkeypatch.setattr(compiled, "SLICE", seconds)
        monkeypatch.setattr(compiled.Threads, "next", lambda self, _, n=threads: n)
        assert np.array_equal(digits().parameters.buffer, alone)


def test_epochs_one_by_one_are_epochs_at_once() -> None:
    once, one_by_one = (gn.Network(6, gn.Dense(8, "tanh"), gn.Dense(4, "softmax"), seed=1) for _ in range(2))
    once.fit(X, Y, epochs=4, batch_size=16, engine="compiled")
    for _ in range(4):
        one_by_one.fit(X, Y, epochs=1, batch_size=16, engine="compiled")
    assert np.array_equal(once.parameters.buffer, one_by_one.parameters.buffer)
    assert once.history["accuracy"] == one_by_one.history["accuracy"]
    assert once.history["loss"] == one_by_one.history["loss"]


@pytest.mark.parametrize("size", [10**12, 2**64])
def test_a_batch_of_more_samples_than_there_are_takes_all(size: int) -> None:
    """No memory is asked for more: it was a million terabytes."""
    whole, more = (gn.Network(6, gn.Dense(8, "tanh"), gn.Dense(4, "softmax"), seed=1) for _ in range(2))
    whole.fit(X, Y, epochs=2, batch_size=len(X), engine="compiled")
    more.fit(X, Y, epochs=2, batch_size=size, engine="compiled")
    assert np.array_equal(whole.parameters.buffer, more.parameters.buffer)


def test_a_stopped_training_goes_on_to_the_same_bits(tmp_path: Any) -> None:
    def net() -> gn.Network:
        return gn.Network(6, gn.Dense(8, "tanh"), gn.BatchNorm(), gn.Dropout(0.3), gn.Dense(4, "softmax"), seed=1)

    class Stop(gn.Callback):
        def on_step(self, training: Any, measured: Any) -> None:
            if training.position["step"] == 8:
                training.stop_now = "for now"

    whole, stopped = net(), net()
    settings: dict[str, Any] = {"epochs": 3, "batch_size": 16, "engine": "compiled"}
    whole.fit(X, Y, **settings)
    stopped.fit(X, Y, **settings, callbacks=[Stop(), gn.Checkpoint(tmp_path, every_steps=1)])
    resumed = net()
    resumed.fit(X, Y, **settings, callbacks=[gn.Checkpoint(tmp_path, every_steps=1)], resume=tmp_path)
    for name, array in whole.arrays().items():
        assert np.array_equal(resumed.arrays()[name], array), name


def test_a_loss_that_is_not_finite_changes_nothing_and_says_where() -> None:
    net = gn.Network(6, gn.Dense(3, "relu"), gn.Dense(1), seed=1)
    x = X.copy()
    x[70:] *= 1e25
    with pytest.raises(DivergenceError, match=r"diverged at step 3 \(epoch 1\): the loss is inf.*result of power"):
        net.fit(x, X[:, :1] * 1e15, shuffle=False, batch_size=32, engine="compiled", optimizer=gn.SGD(1e-30))
    assert np.isfinite(net.parameters.buffer).all()


def test_readers_see_whole_steps() -> None:
    """Each weight of this network is moved by the same amount in each step, so that all differences stay."""
    net = gn.Network(1, gn.Dense(64, weights=gn.Constant(1.0)), gn.Dense(1, weights=gn.Constant(1.0)), dtype="float64")
    torn, done = [], threading.Event()

    def read() -> None:
        while not done.is_set():
            first = net.parameters.copy()["dense_1.weights"]
            torn.append(np.ptp(first) > 1e-9)

    reader = threading.Thread(target=read)
    reader.start()
    net.fit(np.ones((64, 1)), np.zeros((64, 1)), epochs=300, engine="compiled", optimizer=gn.SGD(1e-6), metrics=[])
    done.set()
    reader.join()
    assert len(torn) > 3
    assert not any(torn)


def test_streams_and_augmented_samples_train_too() -> None:
    def stream() -> Any:
        return [(X[:30], Y[:30]), (X[30:90], Y[30:90]), (X[:7], Y[:7])]

    nets = [gn.Network(6, gn.Dense(8, "tanh"), gn.Dense(4, "softmax"), seed=1, dtype="float64") for _ in range(2)]
    for net, which in zip(nets, ("numpy", "compiled"), strict=True):
        net.fit(stream(), epochs=2, engine=which)
        net.fit(X, Y, epochs=2, engine=which, augment=lambda x, rng: x + rng.normal(0, 0.1, x.shape))
    np.testing.assert_allclose(nets[1].parameters.buffer, nets[0].parameters.buffer, rtol=1e-11, atol=1e-12)


def test_without_llvmlite_the_evaluator_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    net = gn.Network(6, gn.Dense(4, "softmax"))
    monkeypatch.setattr(choice, "is_available", lambda: False)
    with pytest.raises(gn.GlassnetError, match="pip install llvmlite, or use engine='numpy'"):
        net.fit(X, Y, engine="compiled")
    net.fit(X, Y, epochs=1)


def test_what_has_no_kernel_is_said_or_left_to_the_evaluator(monkeypatch: pytest.MonkeyPatch) -> None:
    net = gn.Network(6, gn.Dense(4, "softmax"))
    monkeypatch.setattr("glassnet.compile.operations.WRITERS", {})
    with pytest.raises(gn.GlassnetError, match="no kernel for the operation"):
        net.fit(X, Y, engine="compiled")
    net.fit(X, Y, engine="auto")
