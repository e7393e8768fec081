"""A network's layers by name, and freezing them: what training must leave as it is, to the bit."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.layers.layer import run

X = np.random.default_rng(0).normal(size=(24, 3))
Y = np.arange(24) % 2


def network(*, frozen: bool = False, **settings: Any) -> gn.Network:
    return gn.Network(
        3,
        gn.Sequential(gn.Dense(4, "tanh", name="first", trainable=not frozen), gn.BatchNorm(trainable=not frozen)),
        gn.Dropout(0.3),
        gn.Add(gn.Dense(4, "prelu"), gn.Identity()),
        gn.Dense(2, "softmax"),
        **settings,
    )


FIRST = ("first.weights", "first.biases", "batchnorm_1.scale", "batchnorm_1.shift")


def changed_by(net: gn.Network, train: Callable[[gn.Network], object]) -> set[str]:
    before = {name: array.copy() for name, array in net.arrays().items()}
    train(net)
    return {name for name, array in net.arrays().items() if not np.array_equal(array, before[name])}


# ── by name ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_layers_have_the_names_of_their_parameters() -> None:
    net = network()
    assert list(net.layers) == ["first", "batchnorm_1", "dropout_1", "dense_1", "identity_1", "dense_2"]
    assert {name.rpartition(".")[0] for name in net.parameters} <= set(net.layers)
    assert net.layers["first"] == gn.Dense(4, "tanh", name="first")
    assert len(net.layers) == 6
    assert "dense_1" in net.layers
    assert "dense_9" not in net.layers
    assert net.layers.get("dense_9") is None
    assert repr(net.layers).splitlines()[0].startswith("first: Dense(name='first', units=4")


def test_a_layer_that_is_used_twice_is_two() -> None:
    shared = gn.Dense(3)
    net = gn.Network(3, shared, shared)
    assert list(net.layers) == ["dense_1", "dense_2"]
    net.freeze("dense_2")
    assert [net.layers[name].trainable for name in net.layers] == [True, False]
    assert changed_by(net, lambda n: n.fit(X, X, epochs=1)) == {"dense_1.weights", "dense_1.biases"}


def test_layers_are_to_be_read_and_a_wrong_name_is_told_the_nearest() -> None:
    net = network()
    with pytest.raises(gn.GlassnetError, match=r"there is no layer 'dens_1'; did you mean 'dense_1'[?]"):
        net.layers["dens_1"]
    with pytest.raises(KeyError):
        net.layers["dens_1"]
    with pytest.raises(TypeError, match="does not support item assignment"):
        net.layers["dense_1"] = gn.Dense(3)  # type: ignore[index]
    with pytest.raises(AttributeError):
        net.layers = {}  # type: ignore[misc, assignment]


@pytest.mark.parametrize("missing", ["nothing", "", "dense_1"])
def test_parameters_too_answer_as_mappings_do(missing: str) -> None:
    parameters = network().parameters
    assert parameters.get(missing) is None
    assert missing not in parameters
    with pytest.raises(KeyError):
        parameters[missing]


def test_the_same_name_is_said_wherever_the_first_layer_is_named() -> None:
    net = gn.Network(3, gn.Sequential(gn.Concatenate(gn.Dense(2), gn.Dense(1))), gn.Dense(1))
    with pytest.raises(gn.DataError, match="Dense 'dense_1' expects 3 inputs"):
        net([1.0])
    assert "dense_1, 2 neurons" in net.draw().description


@dataclass(frozen=True)
class Residual(gn.Layer):
    """A layer of one's own that holds another."""

    inner: gn.Layer

    def __call__(self, x: Any) -> Any:
        return x + run(self.inner, x)


def test_a_layer_inside_a_layer_of_ones_own() -> None:
    net = gn.Network(3, Residual(gn.Dense(3)), gn.Dense(3))
    assert list(net.layers) == ["residual_1", "residual_1.dense_1", "dense_1"]
    with pytest.raises(
        gn.GlassnetError, match=r"residual_1.dense_1 is part of a layer of your own; freeze 'residual_1'"
    ):
        net.freeze("residual_1.dense_1")
    net.freeze("residual_1")
    assert not net.layers["residual_1.dense_1"].trainable
    assert changed_by(net, lambda n: n.fit(X, X, epochs=1)) == {"dense_1.weights", "dense_1.biases"}
    net.unfreeze("residual_1")
    assert net.layers["residual_1.dense_1"].trainable


# ── freezing ────────────────────────────────────────────────────────────────────────────────────────────────────────

TRAININGS: dict[str, Callable[[gn.Network], object]] = {
    "fit": lambda n: n.fit(X, Y, epochs=2, batch_size=8),
    "one batch": lambda n: n.train_on_batch(X, Y),
    "weight decay": lambda n: n.fit(X, Y, epochs=1, optimizer=gn.AdamW(0.1, weight_decay=0.5)),
    "momentum": lambda n: n.fit(X, Y, epochs=2, optimizer=gn.SGD(0.1, momentum=0.9, nesterov=True)),
    "muon": lambda n: n.fit(X, Y, epochs=1, optimizer=gn.Muon(0.1)),
    "lion": lambda n: n.fit(X, Y, epochs=1, optimizer=gn.Lion(0.1)),
    "l-bfgs": lambda n: n.fit(X, Y, epochs=3, batch_size=24, optimizer=gn.LBFGS()),
    "moving average": lambda n: n.fit(X, Y, epochs=2, ema=0.9),
    "accumulation": lambda n: n.fit(X, Y, epochs=2, batch_size=4, accumulate=2),
    "clipping": lambda n: n.fit(X, Y, epochs=1, clip_norm=0.1, clip_value=0.1),
    "keep best": lambda n: n.fit(X, Y, epochs=2, validation=0.2, callbacks=[gn.KeepBest(), gn.EarlyStopping()]),
}


@pytest.mark.parametrize("name", TRAININGS)
def test_training_changes_nothing_that_is_frozen_and_everything_else(name: str) -> None:
    net = network()
    assert set(FIRST) <= changed_by(net.copy(), TRAININGS[name]), "else this test shows nothing"
    net.freeze("first", "batchnorm_1")
    changed = changed_by(net, TRAININGS[name])
    assert changed == set(net.parameters) - set(FIRST)


def test_the_optimiser_remembers_nothing_of_what_is_frozen(tmp_path: Path) -> None:
    net = network(frozen=True)
    net.fit(X, Y, epochs=1, callbacks=[gn.Checkpoint(tmp_path)])
    (path,) = tmp_path.glob("*.safetensors")
    arrays = gn_storage_read(path)
    remembered = {name for name in arrays if "optimizer" in name}
    assert any("dense_1.weights" in name for name in remembered)
    assert not any("first" in name or "batchnorm_1" in name for name in remembered)


def gn_storage_read(path: Path) -> dict[str, Any]:
    from glassnet import storage

    return storage.read(path)[0]


def test_frozen_from_the_beginning_or_later_is_the_same() -> None:
    early, late = network(frozen=True), network()
    late.freeze("first", "batchnorm_1")
    assert late.specification({}) == early.specification({})
    for net in (early, late):
        net.fit(X, Y, epochs=3, batch_size=8)
    np.testing.assert_array_equal(early.parameters.buffer, late.parameters.buffer)


def test_a_frozen_batch_norm_runs_as_in_use() -> None:
    """The loss of the first step, without dropout, is the loss of the network as it is."""
    net = gn.Network(3, gn.BatchNorm(), gn.Dense(2, "softmax"), dtype="float64")
    net.fit(X + 5, Y, epochs=2)
    assert net.copy().train_on_batch(X, Y) != pytest.approx(net.loss(X, Y), rel=1e-3)
    net.freeze("batchnorm_1")
    assert net.copy().train_on_batch(X, Y) == pytest.approx(net.loss(X, Y), rel=1e-12)


def test_dropout_in_a_frozen_container_still_drops() -> None:
    net = gn.Network(3, gn.Sequential(gn.Dense(8), gn.Dropout(0.5), trainable=False), gn.Dense(2, "softmax"))
    assert net.train_on_batch(X, Y) != pytest.approx(net.loss(X, Y), rel=1e-4)


def test_a_state_of_ones_own_is_frozen_too() -> None:
    @dataclass(frozen=True)
    class Counting(gn.Layer):
        def __call__(self, x: Any) -> Any:
            count = gn.recall("count", like=gn.ops.sum(x))
            gn.remember("count", count + 1)
            return x

    net = gn.Network(3, Counting(), gn.Dense(2, "softmax"))
    net.fit(X, Y, epochs=1, batch_size=12)
    assert net.state["counting_1.count"] == 2
    net.freeze("counting_1")
    net.fit(X, Y, epochs=1, batch_size=12)
    assert net.state["counting_1.count"] == 2


@pytest.mark.parametrize("container", [gn.Sequential, gn.Add, gn.Concatenate])
def test_a_frozen_container_freezes_what_is_in_it_and_one_layer_of_it_can_be_let_go(container: Any) -> None:
    net = gn.Network(3, container(gn.Dense(3), gn.Sequential(gn.Dense(3)), trainable=False), gn.Dense(2, "softmax"))
    assert [net.layers[name].trainable for name in net.layers] == [False, False, True]
    assert changed_by(net, TRAININGS["fit"]) == {"dense_3.weights", "dense_3.biases"}
    net.unfreeze("dense_2")
    assert [net.layers[name].trainable for name in net.layers] == [False, True, True]
    assert changed_by(net, TRAININGS["fit"]) == set(net.parameters) - {"dense_1.weights", "dense_1.biases"}


def test_freezing_between_batches_begins_a_new_training_of_the_rest() -> None:
    net = network()
    net.train_on_batch(X, Y)
    net.freeze("first", "batchnorm_1")
    assert changed_by(net, TRAININGS["one batch"]) == set(net.parameters) - set(FIRST)
    net.unfreeze(*net.layers)
    assert set(FIRST) <= changed_by(net, TRAININGS["one batch"])


def test_what_is_frozen_is_saved_copied_shown_and_told(tmp_path: Path) -> None:
    net = network()
    whole = net.summary()
    assert "frozen" not in str(whole)
    net.freeze("first", "batchnorm_1")
    net.save(tmp_path / "net.safetensors")
    for same in (gn.load(tmp_path / "net.safetensors"), net.copy()):
        assert not same.layers["first"].trainable
        assert same.specification({}) == net.specification({})
        assert changed_by(same, TRAININGS["fit"]) == set(net.parameters) - set(FIRST)
    rows = net.summary().rows
    assert [row[0] for row in rows if row[-1].startswith("frozen ")] == ["first", "batchnorm_1"]
    net.unfreeze("first", "batchnorm_1")
    assert net.summary() == whole


def test_numbers_labels_and_history_stay_when_layers_are_frozen() -> None:
    net = network()
    net.fit(X, Y, epochs=1)
    net.labels = ("no", "yes")
    before, history = net(X), net.history
    net.freeze("first")
    np.testing.assert_array_equal(net(X), before)
    assert net.labels == ("no", "yes")
    assert net.history is history


def test_gradients_and_explanations_tell_of_frozen_layers_as_of_others() -> None:
    net, frozen = network(dtype="float64"), network(dtype="float64", frozen=True)
    np.testing.assert_equal(frozen.gradients(X, Y), net.gradients(X, Y))
    explained = frozen.explain(X[0], 1, optimizer=gn.SGD(0.1))
    assert str(explained.gradient("first.weights[0,0]")).startswith("∂loss/∂first.weights[0, 0] = ")
    assert str(explained.update("dense_2.weights[0,0]")).startswith("new dense_2.weights")
    with pytest.raises(gn.GlassnetError, match=r"first.weights is frozen, so training does not change it"):
        explained.update("first.weights[0,0]")


def test_the_penalty_of_a_frozen_layer_counts_and_moves_nothing() -> None:
    layer = gn.Dense(2, weights_penalty=gn.Penalty(l2=0.5), trainable=False)
    net = gn.Network(3, layer, gn.Dense(2, "softmax"))
    penalty = net.penalty()
    history = net.fit(X, Y, epochs=2)
    assert penalty > 0
    assert history["penalty"] == pytest.approx([penalty, penalty])


def test_a_fit_that_is_running_goes_on_as_it_began() -> None:
    class Switch(gn.Callback):
        def __init__(self, switch: Callable[[gn.Network], None]) -> None:
            self.switch = switch

        def on_epoch(self, training: Any, row: Any) -> None:
            self.switch(training.network)

    for begin, switch in ((network(), gn.Network.freeze), (network(frozen=True), gn.Network.unfreeze)):
        plain = begin.copy()
        begin.fit(X, Y, epochs=3, callbacks=[Switch(lambda n, switch=switch: switch(n, "first"))])
        plain.fit(X, Y, epochs=3)
        np.testing.assert_array_equal(begin.parameters.buffer, plain.parameters.buffer)
        assert begin.layers["first"].trainable is not plain.layers["first"].trainable


@pytest.mark.parametrize(
    ("freeze", "words"),
    [
        (lambda n: n.freeze(), r"name the layers, such as 'dense_1'; [*]net.layers are all"),
        (lambda n: n.freeze("dense"), "there is no layer 'dense'; did you mean"),
        (lambda n: n.freeze("first.weights"), "there is no layer 'first.weights'"),
        (lambda n: n.freeze(1), "layers are named by texts, such as 'dense_1', got 1"),
        (lambda n: n.unfreeze(n.root), "layers are named by texts"),
        (lambda n: (n.freeze(*n.layers), n.fit(X, Y)), r"all layers with weights are frozen; .*net.unfreeze"),
        (lambda n: gn.Network(3, gn.Dense(2, trainable="no")), "trainable must be True or False, got 'no'"),
        (lambda n: gn.Network(3, gn.Sequential(gn.Dense(2), trainable=0)), "trainable must be True or False, got 0"),
    ],
)
def test_what_cannot_be_frozen(freeze: Callable[[gn.Network], object], words: str) -> None:
    net = network()
    with pytest.raises(gn.GlassnetError, match=words):
        freeze(net)


def test_containers_of_ones_own_in_another_order_are_not_frozen_by_name() -> None:
    class Twice(gn.Sequential):
        def __call__(self, x: Any) -> Any:
            return super().__call__(super().__call__(x))

    net = gn.Network(3, Twice(gn.Dense(3)), gn.Dense(2, "softmax"))
    assert list(net.layers) == ["dense_1", "dense_2", "dense_3"]
    with pytest.raises(gn.GlassnetError, match="give trainable=False to the layers themselves"):
        net.freeze("dense_1")
    fixed = gn.Network(3, Twice(gn.Dense(3), trainable=False), gn.Dense(2, "softmax"))
    assert changed_by(fixed, TRAININGS["fit"]) == {"dense_3.weights", "dense_3.biases"}


# ── other settings ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_layer_gets_other_settings_and_keeps_its_numbers() -> None:
    net = gn.Network(2, gn.Dense(3, "relu"), gn.Dropout(0.1), gn.Dense(1), seed=4)
    before = net.parameters.buffer.copy()
    output = net([1, 2])
    net.change("dense_1", "dense_2", weights_penalty=gn.Penalty(l1=0.5))
    net.change("dropout_1", rate=0.3)
    np.testing.assert_array_equal(net.parameters.buffer, before)
    np.testing.assert_array_equal(net([1, 2]), output)
    sizes = sum(np.abs(array).sum() for name, array in net.parameters.items() if name.endswith("weights"))
    assert net.penalty() == pytest.approx(0.5 * sizes)
    net.change("dense_1", activation="tanh")
    assert net([1, 2]) != output
    rebuilt = gn.Network(2, gn.Dense(3, "tanh"), gn.Dropout(0.3), gn.Dense(1), seed=4)
    np.testing.assert_array_equal(net([1, 2]), rebuilt([1, 2]))


def test_training_goes_on_with_what_the_optimiser_remembers() -> None:
    """A penalty of 0 more changes no bit; the steps' random numbers go on."""
    nets = [gn.Network(2, gn.Dense(3, "relu"), gn.Dropout(0.3), gn.Dense(1), seed=4) for _ in range(2)]
    for net in nets:
        for _ in range(3):
            net.train_on_batch([[1, 2], [3, 4]], [1, 2], optimizer=gn.Adam(0.1))
    nets[0].change("dense_1", weights_penalty=gn.Penalty())
    for net in nets:
        for _ in range(3):
            net.train_on_batch([[1, 2], [3, 4]], [1, 2], optimizer=gn.Adam(0.1))
    np.testing.assert_array_equal(nets[0].parameters.buffer, nets[1].parameters.buffer)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda n: n.change("dense_1", units=7), "these layers would have other parameters"),
        (lambda n: n.change("dense_1", biases=None), "these layers would have other parameters"),
        (lambda n: n.change("dense_1", weights_penality=gn.Penalty()), "did you mean 'weights_penalty'"),
        (lambda n: n.change("dense_1", name="other"), "setting of Dense"),
        (lambda n: n.change("dense_7", rate=1), "there is no layer 'dense_7'"),
        (lambda n: n.change("dropout_1", rate=2), "rate of Dropout"),
        (lambda n: n.change(rate=0.5), "name the layers"),
    ],
)
def test_what_cannot_be_changed(change: Callable[[gn.Network], object], words: str) -> None:
    net = gn.Network(2, gn.Dense(3, "relu"), gn.Dropout(0.1), gn.Dense(1))
    before = net([1, 2])
    with pytest.raises(gn.GlassnetError, match=words):
        change(net)
    np.testing.assert_array_equal(net([1, 2]), before)
    assert net.layers["dense_1"].units == 3  # type: ignore[attr-defined]
