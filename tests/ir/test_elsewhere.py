"""The words of Keras, PyTorch and scikit-learn are answered with ours, which are there."""

import copy
import pickle
import re
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.ir import elsewhere

X, Y = np.linspace(0, 1, 20).reshape(10, 2), np.arange(10) % 2
WORDS = ["setosa", "virginica"]


def network() -> gn.Network:
    return gn.Network(2, gn.Dense(2, "softmax"))


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("verbose", "silenced by fit(…, progress=False)"),
        ("validation_data", "write validation=(x, y)"),
        ("validation_split", "write validation=0.2"),
        ("lr", "optimizer=gn.Adam(0.01)"),
        ("max_iter", "write epochs=10"),
        ("random_state", "gn.Network(…, seed=0)"),
        ("epoch", "did you mean 'epochs'?"),
        ("batchsize", "did you mean 'batch_size'?"),
    ],
)
def test_arguments_of_fit(argument: str, words: str) -> None:
    with pytest.raises(TypeError, match=re.escape(f"Network.fit takes no {argument!r}; ") + ".*" + re.escape(words)):
        network().fit(X, Y, **{argument: 1})


@pytest.mark.parametrize("method", ["evaluate", "predict", "train_on_batch"])
def test_arguments_of_other_methods(method: str) -> None:
    with pytest.raises(TypeError, match=f"{method} takes no 'verbose'; leave it out: only fit shows progress"):
        getattr(network(), method)(X, Y, verbose=0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: gn.EarlyStopping(restore_best_weights=True), "EarlyStopping takes no .*; write restore_best=True"),
        (lambda: gn.EarlyStopping(min_delta=0.1), "write minimum_change=0.001"),
        (lambda: gn.KeepBest(mode="max"), "write larger_is_better=True or False"),
        (lambda: gn.ReduceOnPlateau(min_lr=0.1), "write smallest=0.01"),
        (lambda: gn.Checkpoint(filepath="a"), "write folder="),
        (lambda: gn.Checkpoint("a", save_best_only=True), r"gn.KeepBest\(\) keeps the best weights"),
        (lambda: gn.CsvLog(filename="a.csv"), "write path="),
        (lambda: network().fit(X, Y, 10), "Network.fit takes x, y in order; the others by name, such as epochs=10"),
        (lambda: network().train_on_batch(X, Y, 0.1), "takes x, y in order; the others by name, such as optimizer=0.1"),
        (lambda: network().parameters(), r"the arrays by name, without \(\): net.parameters.values"),
    ],
)
def test_arguments_of_callbacks_and_in_order(make: Callable[[], Any], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        make()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: gn.Dense(3, 4), r"got 4; a layer finds out its inputs: for 4 units, write gn.Dense\(4\)"),
        (lambda: gn.Dense(3, activation=None), "leave it out, or write 'linear', for none"),
        (lambda: gn.Dense(3, np.tanh), "an activation is given by its name: write 'tanh'"),
        (lambda: gn.Dense(3, input_dim=4), r"they belong to the network: gn.Network\(3, gn.Dense\(4\)\)"),
        (lambda: gn.Dense(3, in_features=4), "Dense finds out its inputs"),
        (lambda: gn.Network(2, gn.Dense(1), random_state=0), "here it is 'seed'"),
        (lambda: gn.Network(), r"begins with its number of inputs: gn.Network\(2, gn.Dense\(1\)\)"),
        (lambda: network().fit(X, Y, optimizer=0.1), r"for this learning rate, write gn.Adam\(0.1\)"),
        (
            lambda: network().fit(X, Y, metrics=["mse"]),
            r"'mse' is a loss, not a metric: fit\(x, y, loss='squared error'\)",
        ),
        (lambda: network().fit(X, Y, metrics=["log-loss"]), "loss='categorical cross-entropy'"),
        (lambda: network().fit(X, Y + 1), "y counts its 2 classes from 1, and class numbers count from 0: give y - 1"),
        (lambda: network().fit("points.csv", Y), r"a file is read by gn.data.table\(path, target=…\)"),
    ],
)
def test_guesses_are_answered_with_what_to_write(make: Callable[[], Any], words: str) -> None:
    with pytest.raises(gn.GlassnetError, match=words):
        make()


@pytest.mark.parametrize("name", sorted(elsewhere.LAYER))
def test_numbers_that_are_asked_of_a_layer(name: str) -> None:
    with pytest.raises(AttributeError, match=r"such as net.parameters\['dense_1.weights'\]"):
        getattr(network().layers["dense_1"], name)


@pytest.mark.parametrize("name", ["trainable", "weights", "coef_", "compile"])
def test_what_means_something_elsewhere_cannot_be_set_without_effect(name: str) -> None:
    net = network()
    with pytest.raises(AttributeError, match=f"no attribute {name!r}; "):
        setattr(net, name, False)
    net.remark = "my own"  # type: ignore[attr-defined]
    assert net.copy().remark == "my own"  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", sorted(elsewhere.MODULE))
def test_names_that_are_looked_for_in_glassnet(name: str) -> None:
    assert name not in gn.__all__
    with pytest.raises(AttributeError, match=re.escape(f"has no attribute {name!r}; {elsewhere.MODULE[name]}")):
        getattr(gn, name)


@pytest.mark.parametrize("name", [*sorted(elsewhere.DATA), "spirals"])
def test_names_that_are_looked_for_in_data(name: str) -> None:
    said = elsewhere.DATA.get(name, "did you mean 'spiral'?")
    with pytest.raises(AttributeError, match=re.escape(f"'glassnet.data' has no attribute {name!r}; {said}")):
        getattr(gn.data, name)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("layers.Linear", "a layer of 3 units without activation is gn.Dense(3)"),
        ("layers.ReLU", "an activation goes by its name: gn.Dense(3, 'relu')"),
        ("layers.SimpleRNN", "here it is gn.RNN"),
        ("layers.MaxPooling2D", "here it is gn.MaxPool2D"),
        ("layers.BatchNorm1d", "here it is gn.BatchNorm"),
        ("layers.Dens", "did you mean 'Dense'?"),
        ("losses.mse", "its name here is 'squared error'"),
        ("losses.BCELoss", "here it is gn.BinaryCrossEntropy"),
        ("metrics.acc", "its name here is 'accuracy'"),
        ("callbacks.ModelCheckpoint", "here it is gn.Checkpoint"),
        ("optimizers.Adm", "did you mean 'Adam'?"),
        ("schedules.cosine", "did you mean 'CosineDecay'?"),
        ("initializers.he_normal", "did you mean 'HeNormal'?"),
        ("activations.swish", "its name here is 'silu'"),
        ("data.make_moons", "write gn.data.moons()"),
        ("ops.abs", "here it is ops.absolute"),
        ("ops.std", "here it is ops.sqrt(ops.variance(x))"),
        ("ops.concat", "here it is ops.concatenate"),
    ],
)
def test_names_that_are_looked_for_in_the_families(name: str, words: str) -> None:
    family, _, missing = name.partition(".")
    expected = f"module 'glassnet.{family}' has no attribute {missing!r}; {words}"
    with pytest.raises(AttributeError, match=re.escape(expected)):
        getattr(getattr(gn, family), missing)


@pytest.mark.parametrize(
    ("thing", "name", "words"),
    [
        (gn.Dense(3), "trainable", "a layer cannot be changed; write net.freeze('dense_1') or net.unfreeze('dense_1')"),
        (gn.Dense(3), "units", "a layer cannot be changed; make another, Dense(…, units=4)"),
        (gn.Dense(3), "unit", "there is no setting 'unit'; did you mean 'units'?"),
        (gn.Sequential(gn.Dense(3)), "trainable", "a layer cannot be changed; write net.freeze"),
        (gn.Adam(), "learning_rate", "an optimizer cannot be changed; make another, Adam(…, learning_rate=4)"),
        (gn.HeNormal(), "scale", "there is no setting 'scale'"),
    ],
    ids=str,
)
def test_what_is_frozen_says_what_to_do_instead(thing: Any, name: str, words: str) -> None:
    with pytest.raises(FrozenInstanceError, match=re.escape(words)):
        setattr(thing, name, 4)


@pytest.mark.parametrize("hint", sorted({*elsewhere.MODULE.values(), *elsewhere.DATA.values()}))
def test_what_these_name_is_there(hint: str) -> None:
    for path in re.findall(r"\bgn((?:\.[A-Za-z]\w*)+)", hint):
        found: Any = gn
        for part in path[1:].split("."):
            found = getattr(found, part)


@pytest.mark.parametrize(("name", "words"), elsewhere.OPERATIONS.items())
def test_operations_that_go_by_another_name(name: str, words: str) -> None:
    assert not hasattr(gn.ops, name)
    for ours in re.findall(r"\bops\.(\w+)", words):
        assert ours in gn.ops.__all__


@pytest.mark.parametrize("name", [*elsewhere.NETWORK, "sumary"])
def test_attributes_of_a_network(name: str) -> None:
    assert not hasattr(network(), name)
    with pytest.raises(AttributeError, match=f"'Network' object has no attribute {name!r}; "):
        getattr(network(), name)


@pytest.mark.parametrize("hint", sorted({*elsewhere.NETWORK.values(), *elsewhere.REGRESSION.values()}))
def test_what_is_written_instead_is_there(hint: str) -> None:
    line = gn.LinearRegression().fit([1, 2, 3], [1, 2, 4])
    for owner, thing in (("net", network()), ("line", line), ("gn", gn)):
        for name in re.findall(rf"\b{owner}\.(\w+)", hint):
            assert hasattr(thing, name), name


def test_public_names() -> None:
    assert set(elsewhere.PUBLIC.values()) <= set(gn.__all__)
    answers = {"MSELoss": "here it is gn.SquaredError", "ReLU": "did you mean 'Relu'?", "Input": "number of inputs"}
    for name, ours in answers.items():
        with pytest.raises(AttributeError, match=re.escape(f"has no attribute {name!r}; ") + ".*" + re.escape(ours)):
            getattr(gn, name)


@pytest.mark.parametrize("name", sorted(elsewhere.NAMES))
def test_losses_metrics_and_activations(name: str) -> None:
    ours = elsewhere.NAMES[name]
    known: list[Any] = []
    for make in (gn.layers.loss, gn.metrics.metric, gn.Activation):
        try:
            known.append(make(ours) if make is not gn.layers.loss else gn.losses.loss_function(ours))
        except gn.GlassnetError:
            continue
    assert known or ours in ("sgd",), f"{ours} is nothing here"


@pytest.mark.parametrize(("loss", "ours"), [("mse", "squared error"), ("MAE", "absolute error")])
def test_a_loss_by_another_name(loss: str, ours: str) -> None:
    with pytest.raises(gn.GlassnetError, match=f"there is no loss {loss!r}; here it is {ours!r}"):
        network().fit(X, Y, loss=loss)


def test_a_metric_and_a_measurement_by_another_name() -> None:
    net = network()
    with pytest.raises(gn.GlassnetError, match="there is no metric 'acc'; here it is 'accuracy'"):
        net.fit(X, Y, metrics=["acc"])
    history = net.fit(X, Y, epochs=1, validation=(X, Y))
    with pytest.raises(KeyError, match="here it is 'validation_loss'"):
        history["val_loss"]
    with pytest.raises(AttributeError, match=re.escape('it is that itself: history["loss"]')):
        history.history  # type: ignore[attr-defined]  # noqa: B018
    assert history.get("val_loss") is None
    with pytest.raises(gn.GlassnetError, match="'val_loss'; here it is 'validation_loss'"):
        net.fit(X, Y, validation=(X, Y), callbacks=[gn.EarlyStopping("val_loss")])


def test_layers_that_are_taken_for_a_network() -> None:
    layers = gn.Sequential(gn.Dense(2))
    for name in ("fit", "predict", "compile", "add", "summary"):
        with pytest.raises(AttributeError, match=r"gn.Network\(2, \*layers\)"):
            getattr(layers, name)
    assert copy.deepcopy(layers) == pickle.loads(pickle.dumps(layers)) == layers


def test_linear_regression() -> None:
    line = gn.LinearRegression().fit([1, 2, 3], [1, 2, 4])
    for name, ours in (("coef_", "line.coefficients"), ("intercept_", "line.intercept"), ("score", "line.r2")):
        with pytest.raises(AttributeError, match=ours):
            getattr(line, name)
    with pytest.raises(TypeError, match="takes no 'fit_intercept'; write intercept=False"):
        gn.LinearRegression(fit_intercept=False)  # type: ignore[call-arg]


# ── text labels ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", [list, np.array, lambda y: np.array(y, object), lambda y: np.array(y)[:, None]])
def test_texts_are_classes(form: Any) -> None:
    texts = [WORDS[k] for k in Y]
    net, same = network(), network()
    history, other = net.fit(X, form(texts), epochs=3, validation=0.2), same.fit(X, Y, epochs=3, validation=0.2)
    assert net.labels == ("setosa", "virginica")
    assert history["loss"] == other["loss"]
    assert net.evaluate(X, form(texts)) == same.evaluate(X, Y)
    assert net.predict(X).tolist() == same.predict(X).tolist()


def test_texts_for_a_sigmoid_and_in_another_order() -> None:
    net = gn.Network(2, gn.Dense(1, "sigmoid"))
    net.labels = ("yes", "no")
    texts = ["no" if k else "yes" for k in Y]
    assert net.loss(X, texts) == net.loss(X, Y)


def test_data_frames_of_texts() -> None:
    import pandas as pd

    frame = pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "kind": [WORDS[k] for k in Y]})
    net = network()
    net.fit(frame[["a", "b"]], frame["kind"], epochs=1)
    assert net.labels == ("setosa", "virginica")


@pytest.mark.parametrize(
    ("layer", "texts", "words"),
    [
        (
            gn.Dense(2, "softmax"),
            ["a", "b", "c"] * 3 + ["a"],
            "3 different texts, 'a', 'b', 'c', and the network 2",
        ),
        (gn.Dense(1), ["a", "b"] * 5, "the network gives numbers; for classes, end it with Dense"),
        (gn.Dense(2, "softmax"), ["a"] * 10, "all samples are of class 'a'"),
        (gn.Dense(2, "softmax"), ["a", 1] * 5, "y has the text 'a'"),
    ],
)
def test_texts_that_are_no_classes(layer: gn.Layer, texts: Any, words: str) -> None:
    net = gn.Network(2, layer)
    with pytest.raises(gn.DataError, match=re.escape(words)):
        net.fit(X, texts)
    assert net.labels is None


def test_a_class_that_is_new_is_said() -> None:
    net = network()
    with pytest.raises(gn.DataError, match="the network has no labels yet"):
        net.evaluate(X, ["a", "b"] * 5)
    net.fit(X, ["a", "b"] * 5, epochs=1)
    with pytest.raises(gn.DataError, match="y has the class '' in row 1"):
        net.evaluate(X, ["a", ""] * 5)
    with pytest.raises(gn.DataError, match="y has the class 'c' in row 1; the network knows 'a', 'b'"):
        net.evaluate(X, ["a", "c"] * 5)
