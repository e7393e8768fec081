"""Each call of fit goes on where the last one ended: k calls of one epoch are one call of k epochs, bit for bit."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from tests.train import job

PLAIN = {"callbacks": [], "optimizer": gn.Adam(0.02)}  # schedules and callbacks begin anew in each call


def twin(net: gn.Network) -> gn.Network:
    """A network with the same numbers that was never trained."""
    other = gn.Network(net.input_shape, *net.root.layers, seed=net.seed, dtype=net.dtype)
    other.assign(net.arrays())
    return other


def plain(optimizer: str | gn.Optimizer = "adam", dtype: str = "float64") -> tuple[gn.Network, dict[str, Any]]:
    """Nothing random in it but the first weights."""
    net = gn.Network(4, gn.Dense(6, "tanh"), gn.Dense(3, "softmax"), seed=3, dtype=dtype)
    return net, {"batch_size": 20, "shuffle": False, "optimizer": optimizer, "metrics": []}


# ── k times one epoch ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("calls", [[1, 1, 1, 1], [3, 1], [1, 3], [2, 2]], ids=str)
@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"ema": None},
        {"accumulate": 1},
        {"accumulate": 4, "batch_size": 11},
        {"validation": 0.2},
        {"metrics": ["f1"]},
    ],
    ids=str,
)
def test_in_several_calls_or_in_one(calls: list[int], changed: dict[str, Any]) -> None:
    """With dropout, noise, augmentation, running statistics, a moving average, half-accumulated gradients."""
    in_one, in_several = job.network(), job.network()
    whole = job.train(in_one, **PLAIN, **changed, epochs=4)
    for epochs in calls:
        history = job.train(in_several, **PLAIN, **changed, epochs=epochs)
    job.assert_same(job.outcome(in_several, history), job.outcome(in_one, whole))
    assert history.epochs == 4


@pytest.mark.parametrize("name", sorted(gn.Optimizer.known))
def test_whatever_the_optimizer_keeps(name: str) -> None:
    in_one, in_several = job.network("float64"), job.network("float64")
    in_one.fit(job.X, job.Y, epochs=3, optimizer=name)
    for _ in range(3):
        in_several.fit(job.X, job.Y, epochs=1, optimizer=name)
    job.assert_same(in_one.arrays(), in_several.arrays())


class Stream:
    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        return ((job.X[i : i + 9], job.Y[i : i + 9]) for i in range(0, job.SAMPLES, 9))


def test_a_stream_of_batches() -> None:
    in_one, in_several = job.network(), job.network()
    in_one.fit(Stream(), epochs=3)
    for _ in range(3):
        in_several.fit(Stream(), epochs=1)
    job.assert_same(in_one.arrays(), in_several.arrays())


def test_each_call_drops_other_units() -> None:
    net, masks = gn.Network(8, gn.Dropout(0.5), gn.Dense(1, biases=None), dtype="float64"), set()
    for _ in range(5):
        net.parameters["dense_1.weights"] = np.zeros((8, 1))
        net.fit(np.ones((1, 8)), [1.0], epochs=1, optimizer=gn.SGD(1.0))
        masks.add(tuple(net.parameters["dense_1.weights"].ravel() != 0))
    assert len(masks) >= 4


def test_numbers_set_by_hand_between_two_calls_count() -> None:
    """The moving average, too, begins anew with them; the running statistics are the network's own."""
    for ema in (None, 0.5):
        net, settings = plain(gn.SGD(0.1))
        net.fit(job.X, job.Y, epochs=1, ema=ema, **settings)
        net.parameters["dense_1.biases"] = np.arange(6.0)
        other = twin(net)
        for trained in (net, other):
            trained.fit(job.X, job.Y, epochs=1, ema=ema, **settings)
        job.assert_same(net.arrays(), other.arrays())
    normed = gn.Network(4, gn.BatchNorm(), gn.Dense(3, "softmax"))
    normed.fit(job.X, job.Y, epochs=1)
    normed.assign({"batchnorm_1.running_mean": np.full(4, 1000.0)})
    normed.fit(job.X, job.Y, epochs=1, batch_size=len(job.X))
    assert (normed.state["batchnorm_1.running_mean"] > 800).all()


# ── other settings ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"optimizer": gn.Adam(0.5)}, "optimizer was Adam(learning_rate=0.02, "),
        ({"optimizer": "rmsprop"}, "now it is RMSprop("),
        ({"clip_norm": 0.1}, "clip norm was None, now it is 0.1"),
        ({"clip_value": 0.1}, "clip value was None, now it is 0.1"),
        ({"accumulate": 2}, "accumulate was 1, now it is 2"),
        ({"ema": 0.5}, "ema was None, now it is 0.5"),
        ({"loss": gn.CategoricalCrossEntropy(0.1)}, "loss was CategoricalCrossEntropy("),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_the_optimisers_memory_starts_anew_and_says_so(
    changed: dict[str, Any], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A network that was never trained shows what no memory is, its counting of steps from 1 included."""
    net, settings = plain(gn.Adam(0.02))
    net.fit(job.X, job.Y, epochs=3, **settings)
    other, new = twin(net), {**settings, **changed}
    with caplog.at_level(logging.WARNING, "glassnet"):
        net.fit(job.X, job.Y, epochs=2, **new)
    [message] = [record.getMessage() for record in caplog.records]
    assert "the optimiser's memory starts anew in epoch 4: " in message
    assert said in message
    other.fit(job.X, job.Y, epochs=2, **new)
    job.assert_same(net.arrays(), other.arrays())


def test_the_optimisers_memory_starts_anew_where_other_layers_learn(caplog: pytest.LogCaptureFixture) -> None:
    net, settings = plain(gn.Adam(0.02))
    net.fit(job.X, job.Y, epochs=1, **settings)
    for epoch, change in ((2, net.freeze), (3, net.unfreeze)):
        change("dense_1")
        net.fit(job.X, job.Y, epochs=1, **settings)
        words = f"the optimiser's memory starts anew in epoch {epoch}: other parameters learn, since layers were frozen"
        assert words in caplog.records[-1].getMessage()


@pytest.mark.parametrize(
    "changed", [{"batch_size": 30}, {"metrics": ["f1"]}, {"validation": 0.2}, {"class_weight": {0: 2.0}}], ids=str
)
def test_the_optimisers_memory_goes_on_through_other_changes(
    changed: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    net, settings = plain(gn.Adam(0.02))
    net.fit(job.X, job.Y, epochs=3, **settings)
    other = twin(net)
    for trained in (net, other):
        trained.fit(job.X, job.Y, epochs=1, **{**settings, **changed})
    assert not caplog.records
    assert (net.parameters.buffer != other.parameters.buffer).any()


def test_an_optimizer_without_a_memory_has_nothing_to_say(caplog: pytest.LogCaptureFixture) -> None:
    net, settings = plain(gn.SGD(0.1))
    for rate in (0.1, 0.05, 0.1):
        net.fit(job.X, job.Y, epochs=1, **{**settings, "optimizer": gn.SGD(rate)})
    assert not caplog.records


def test_order_and_random_numbers_go_on_through_any_change() -> None:
    seen: list[bytes] = []

    def watch(x: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        seen.append(x.tobytes() + generator.random(2).tobytes())
        return x

    def fit(net: gn.Network, epochs: int, **changed: Any) -> list[bytes]:
        seen.clear()
        net.fit(job.X, job.Y, epochs=epochs, batch_size=20, augment=watch, **changed)
        return list(seen)

    whole, net = fit(job.network(), 4), job.network()
    parts = [fit(net, 1), fit(net, 1, optimizer="sgd"), fit(net, 1, loss=gn.CategoricalCrossEntropy(0.1)), fit(net, 1)]
    assert [batch for part in parts for batch in part] == whole


def test_a_schedule_spans_each_call() -> None:
    @gn.loss
    def downhill(prediction: Any, target: Any) -> Any:
        return -prediction

    for accumulate in (1, 2):
        net, weights = gn.Network(1, gn.Dense(1, weights=[[0.0]], biases=None), dtype="float64"), [0.0]

        class Note(gn.Callback):
            def on_step(self, training: Any, measured: Mapping[str, float]) -> None:
                weights.append(training.network.parameters.buffer.item())  # noqa: B023

        cycle = gn.SGD(gn.OneCycle(1.0, steps=10))
        for _ in range(2):
            settings = {"loss": downhill, "metrics": [], "optimizer": cycle, "accumulate": accumulate}
            net.fit([[1.0]], [[0.0]], epochs=10 * accumulate, callbacks=[Note()], **settings)
        steps = np.diff(weights[::accumulate])
        np.testing.assert_allclose(steps[:10], steps[10:], atol=1e-14)
        assert steps[:10].argmax() == 2


def test_a_factor_on_the_learning_rate_ends_with_its_call() -> None:
    class Lower(gn.Callback):
        def on_step(self, training: Any, measured: Mapping[str, float]) -> None:
            training.learning_rate_factor = 1e-9

    net, settings = plain(gn.SGD(0.1))
    net.fit(job.X, job.Y, epochs=1, callbacks=[Lower()], **settings)
    other = twin(net)
    losses = [one.train_on_batch(job.X, job.Y, optimizer=gn.SGD(0.1)) for one in (net, other)]
    assert losses[0] == losses[1]
    job.assert_same(net.arrays(), other.arrays())


# ── epochs and history ──────────────────────────────────────────────────────────────────────────────────────────────


def test_epochs_are_further_ones_and_the_history_goes_on(tmp_path: Path) -> None:
    net, positions = job.network(), []

    class Note(gn.Callback):
        def on_epoch(self, training: Any, row: Mapping[str, float]) -> None:
            positions.append((training.position["epoch"], training.position["step"]))

    first = net.fit(job.X, job.Y, epochs=2, batch_size=20, metrics=["accuracy"], callbacks=[Note()])
    second = net.fit(job.X, job.Y, epochs=3, batch_size=20, metrics=["f1"], validation=0.5, callbacks=[Note()])
    assert positions == [(1, 3), (2, 6), (3, 8), (4, 10), (5, 12)]
    assert (first.epochs, second.epochs) == (2, 5)
    assert second["loss"][:2] == first["loss"]
    assert np.isnan(second["f1"]).tolist() == np.isnan(second["validation_loss"]).tolist() == [True, True] + [False] * 3
    assert np.isnan(second["accuracy"]).tolist() == [False, False, True, True, True]
    assert net.history is second
    net.save(tmp_path / "net.safetensors")
    loaded = gn.load(tmp_path / "net.safetensors").history
    assert set(loaded) == {*second} - {"seconds"}
    for name in loaded:
        np.testing.assert_array_equal(loaded[name], second[name])


def test_a_history_may_lack_what_was_not_measured() -> None:
    history = gn.History({"loss": [3.0]})
    history.append({"loss": 2.0, "f1": 0.5})
    assert list(history) == ["loss", "f1"]
    np.testing.assert_array_equal(history["f1"], [np.nan, 0.5])
    with pytest.raises(KeyError):
        history["r2"]


# ── train_on_batch and explain ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("optimizer", [gn.Adam(0.02), gn.SGD(0.1, momentum=0.9)], ids=lambda o: type(o).__name__)
def test_single_steps_and_epochs_are_one_training(optimizer: gn.Optimizer) -> None:
    by_fit, mixed = plain(optimizer)[0], plain(optimizer)[0]
    settings = plain(optimizer)[1]
    by_fit.fit(job.X, job.Y, epochs=4, **settings)
    mixed.fit(job.X, job.Y, epochs=2, **settings)
    for start in range(0, job.SAMPLES, 20):
        part = slice(start, start + 20)
        mixed.train_on_batch(job.X[part], job.Y[part], optimizer=optimizer)
    mixed.fit(job.X, job.Y, epochs=1, **settings)
    job.assert_same(by_fit.arrays(), mixed.arrays())


def test_single_steps_go_on_with_random_numbers_of_fit() -> None:
    net = gn.Network(8, gn.Dropout(0.5), gn.Dense(1, biases=None, weights="zeros"), dtype="float64")
    masks = []
    for step in (net.fit, net.train_on_batch, net.fit, net.train_on_batch):
        settings: dict[str, Any] = {"epochs": 1} if step == net.fit else {}
        net.parameters["dense_1.weights"] = np.zeros((8, 1))
        step(np.ones((1, 8)), [1.0], optimizer=gn.SGD(0.1), **settings)
        masks.append(tuple(net.parameters["dense_1.weights"].ravel() != 0))
    assert len(set(masks)) == 4


@pytest.mark.parametrize("clip_norm", [None, 0.01])
def test_an_explained_update_is_that_of_the_step_after_fit(clip_norm: float | None) -> None:
    optimizer = gn.Adam(0.02)
    net, settings = plain(optimizer)
    net.fit(job.X, job.Y, epochs=2, clip_norm=clip_norm, **settings)
    before = net.arrays()
    explanation = net.explain(job.X[:5], job.Y[:5], optimizer=optimizer)
    planned = explanation.update("dense_1.weights[1,2]").value
    assert explanation.update("optimizer.dense_1.weights.m[1,2]").value != 0
    job.assert_same(net.arrays(), before)
    net.fit(job.X[:5], job.Y[:5], epochs=1, clip_norm=clip_norm, **{**settings, "batch_size": 5})
    assert net.parameters["dense_1.weights"][1, 2] == pytest.approx(planned, rel=1e-12)


def test_explaining_with_another_optimizer_disturbs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    nets = [plain()[0] for _ in range(2)]
    for i, net in enumerate(nets):
        net.fit(job.X, job.Y, epochs=2, ema=0.5, **plain()[1])
        if i:
            net.explain(job.X[:2], job.Y[:2], optimizer="sgd").update("dense_1.weights[0,0]")
        net.fit(job.X, job.Y, epochs=2, ema=0.5, **plain()[1])
    assert not caplog.records
    job.assert_same(nets[0].arrays(), nets[1].arrays())


# ── what starts anew ────────────────────────────────────────────────────────────────────────────────────────────────


def assert_starts_anew(net: gn.Network, **reset: bool) -> None:
    other = twin(net)
    for trained in (net, other):
        history = trained.fit(job.X, job.Y, epochs=2, batch_size=20, **(reset if trained is net else {}))
        assert history.epochs == 2
    job.assert_same(net.arrays(), other.arrays())


def test_a_loaded_network_starts_anew(tmp_path: Path) -> None:
    net = job.network()
    net.fit(job.X, job.Y, epochs=2)
    net.save(tmp_path / "net.safetensors")
    assert_starts_anew(gn.load(tmp_path / "net.safetensors"))


def test_reset_starts_anew() -> None:
    net = job.network()
    net.fit(job.X, job.Y, epochs=2)
    assert_starts_anew(net, reset=True)


class Score(gn.Callback):
    """Puts given numbers in the place of the loss."""

    def __init__(self, *losses: float) -> None:
        self.losses = iter(losses)

    def on_epoch(self, training: Any, row: dict[str, float]) -> None:
        row["loss"] = next(self.losses)


@pytest.mark.parametrize("keep", [lambda: gn.KeepBest("loss"), lambda: gn.EarlyStopping("loss", patience=2)])
def test_a_network_whose_best_weights_were_put_back_starts_anew(keep: Any) -> None:
    net = job.network()
    net.fit(job.X, job.Y, epochs=3, callbacks=[Score(3, 1, 2), keep()])
    assert_starts_anew(net)


def test_one_whose_last_weights_are_the_best_goes_on() -> None:
    in_one, in_several = job.network(), job.network()
    in_one.fit(job.X, job.Y, epochs=4)
    for _ in range(4):
        in_several.fit(job.X, job.Y, epochs=1, callbacks=[gn.KeepBest("loss")])
    job.assert_same(in_one.arrays(), in_several.arrays())


def test_one_that_diverged_starts_anew() -> None:
    net = gn.Network(4, gn.Dense(8), gn.Dense(1))
    net.fit(job.X, job.X[:, 0], epochs=1)
    with pytest.raises(gn.DivergenceError, match="epoch 2"):
        net.fit(job.X, job.X[:, 0], epochs=9, optimizer=gn.SGD(1e30))
    other = twin(net)
    for trained in (net, other):
        trained.fit(job.X, job.X[:, 0], epochs=2)
    job.assert_same(net.arrays(), other.arrays())


def test_after_an_error_of_a_callback_the_epoch_begins_again() -> None:
    class Fail(gn.Callback):
        def on_step(self, training: Any, measured: Mapping[str, float]) -> None:
            if training.position["step"] == 5:
                raise RuntimeError

    net = job.network()
    with pytest.raises(RuntimeError):
        net.fit(job.X, job.Y, epochs=4, batch_size=20, callbacks=[Fail()])
    assert net.history.epochs == 1
    history = net.fit(job.X, job.Y, epochs=1, batch_size=20)
    assert history.epochs == 2


# ── resuming ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Crash(Exception):
    pass


class CrashAt(gn.Callback):
    def __init__(self, step: int) -> None:
        self.step = step

    def on_step(self, training: Any, measured: Mapping[str, float]) -> None:
        if training.position["step"] == self.step:
            raise Crash


@pytest.mark.parametrize("trained", [0, 1, 7])
def test_a_resumed_call_ends_where_it_would_have(trained: int, tmp_path: Path) -> None:
    """The second call of two is stopped; whatever the resuming network did before, the checkpoint decides."""
    settings = {**PLAIN, "epochs": 3}
    whole = job.network()
    job.train(whole, **settings)
    expected = job.outcome(whole, job.train(whole, **settings))
    stopped = job.network()
    job.train(stopped, **settings)
    saving = [gn.Checkpoint(tmp_path, every_steps=2)]
    with pytest.raises(Crash):
        job.train(stopped, **{**settings, "callbacks": [CrashAt(41), *saving]})  # in epoch 5
    resumed = job.network()
    if trained:
        resumed.fit(job.X, job.Y, epochs=trained)
    history = job.train(resumed, **{**settings, "callbacks": saving, "resume": tmp_path})
    job.assert_same(job.outcome(resumed, history), expected)
    job.assert_same(*(job.outcome(net, job.train(net, **settings)) for net in (resumed, whole)))
