"""scikit-learn as a second oracle: its metrics, and one whole training of its multilayer perceptron."""

import numpy as np
import pytest

import glassnet as gn
from tests.oracles.sides import numbers, require_close

sklearn_metrics = pytest.importorskip("sklearn.metrics")
neural_network = pytest.importorskip("sklearn.neural_network")

X = numbers((40, 3), 1)
CLASSES = numbers((40, 3), 2).argmax(axis=1)
ALPHA, RATE, UPDATES = 0.05, 0.1, 50


@pytest.mark.parametrize("kind", ["classes", "values"])
def test_a_whole_training(kind: str) -> None:
    """Full batches, plain gradient descent; scikit-learn's α/(2n) Σw² is our L2 penalty α/(2n), its loss for values
    half of the squared error."""
    settings = {
        "hidden_layer_sizes": (5,), "activation": "tanh", "solver": "sgd", "alpha": ALPHA, "batch_size": len(X),
        "learning_rate_init": RATE, "momentum": 0.0, "nesterovs_momentum": False, "shuffle": False, "random_state": 0,
    }  # fmt: skip
    targets = CLASSES if kind == "classes" else numbers((40, 3), 4)
    theirs = (neural_network.MLPClassifier if kind == "classes" else neural_network.MLPRegressor)(**settings)
    theirs.partial_fit(X, targets, **({"classes": [0, 1, 2]} if kind == "classes" else {}))
    weights, biases = [w.copy() for w in theirs.coefs_], [b.copy() for b in theirs.intercepts_]
    for _ in range(UPDATES):
        theirs.partial_fit(X, targets)

    half = 1.0 if kind == "classes" else 0.5 * 3  # ours is the mean over the outputs, theirs half of their sum
    penalty = gn.Penalty(l2=ALPHA / (2 * len(X)) / half)
    last = "softmax" if kind == "classes" else "linear"
    layers = [
        gn.Dense(len(b), activation, weights=w, biases=b, weights_penalty=penalty)
        for w, b, activation in zip(weights, biases, ["tanh", last], strict=True)
    ]
    net = gn.Network(3, *layers, dtype="float64")
    net.fit(X, targets, epochs=UPDATES, batch_size=len(X), shuffle=False, optimizer=gn.SGD(RATE * half))
    for number, (w, b) in enumerate(zip(theirs.coefs_, theirs.intercepts_, strict=True), start=1):
        require_close(net.parameters[f"dense_{number}.weights"], w, 1e-10, f"weights {number}")
        require_close(net.parameters[f"dense_{number}.biases"], b, 1e-10, f"biases {number}")
    predict = theirs.predict_proba if kind == "classes" else theirs.predict
    require_close(net(X), predict(X), 1e-10, "outputs")


# ── metrics ─────────────────────────────────────────────────────────────────────────────────────────────────────────

PROBABILITIES = (numbers((40, 3), 5) + 1) / 2
LABEL_ROWS = (numbers((40, 3), 6) > 0).astype(float)
BINARY = (numbers((40,), 7) > 0.2).astype(float)
PREDICTED = PROBABILITIES.argmax(axis=1)


@pytest.mark.parametrize("name", ["accuracy", "precision", "recall", "f1"])
def test_metrics_of_classes(name: str) -> None:
    _, ours = gn.metrics.metric(name)
    theirs = getattr(sklearn_metrics, f"{name}_score")
    macro = {} if name == "accuracy" else {"average": "macro", "zero_division": 0}
    binary = {} if name == "accuracy" else {"zero_division": 0}
    rows = PROBABILITIES > 0.5
    assert ours(CLASSES, PROBABILITIES) == pytest.approx(theirs(CLASSES, PREDICTED, **macro), abs=1e-12)
    one = PROBABILITIES[:, :1]
    assert ours(BINARY, one) == pytest.approx(theirs(BINARY, one[:, 0] > 0.5, **binary), abs=1e-12)
    expected = (rows == LABEL_ROWS).mean() if name == "accuracy" else theirs(LABEL_ROWS, rows, **macro)
    assert ours(LABEL_ROWS, PROBABILITIES) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", ["precision", "recall", "f1"])
def test_a_class_that_is_never_answered_or_never_there_counts_as_0(name: str) -> None:
    prediction = np.eye(4)[[0, 0, 1, 1, 0]]
    true = np.array([0, 1, 1, 2, 0])
    theirs = getattr(sklearn_metrics, f"{name}_score")
    expected = theirs(true, prediction.argmax(axis=1), labels=range(4), average="macro", zero_division=0)
    assert gn.metrics.metric(name)[1](true, prediction) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("k", [1, 2])
def test_top_k(k: int) -> None:
    expected = sklearn_metrics.top_k_accuracy_score(CLASSES, PROBABILITIES, k=k, labels=[0, 1, 2])
    assert gn.metrics.top_k(k)(CLASSES, PROBABILITIES) == pytest.approx(expected, abs=1e-12)


def test_confusion_matrix() -> None:
    expected = sklearn_metrics.confusion_matrix(CLASSES, PREDICTED)
    np.testing.assert_array_equal(gn.metrics.confusion_matrix(CLASSES, PROBABILITIES), expected)


def test_metrics_of_values() -> None:
    for columns in (1, 3):
        true, given = X[:, :columns], X[:, :columns] + 0.1 * PROBABILITIES[:, :columns]
        r2 = sklearn_metrics.r2_score(true, given, multioutput="variance_weighted")
        assert gn.metrics.r2(true, given) == pytest.approx(r2, abs=1e-12)
        assert gn.metrics.mae(true, given) == pytest.approx(sklearn_metrics.mean_absolute_error(true, given), abs=1e-12)


@pytest.mark.parametrize("top", [16, 255])
def test_its_digits_of_64_pixels_are_read(top: int) -> None:
    """The model that comes along has seen nothing like them: other writers, 8×8 pixels from 0 to 16."""
    datasets = pytest.importorskip("sklearn.datasets")
    images, labels = datasets.load_digits(return_X_y=True)
    framed = np.stack([gn.data.digit_image(np.rint(image / 16 * top)) for image in images[:500]])
    assert (gn.load("digits").predict(framed) == labels[:500]).mean() > 0.88


@pytest.mark.parametrize("safe", [True, False])
def test_a_network_is_cloned(safe: bool) -> None:
    net = gn.Network(3, gn.Dense(4, "prelu"), gn.BatchNorm(), gn.Dense(2), dtype="float64")
    other = pytest.importorskip("sklearn.base").clone(net, safe=safe)
    assert (other(X) == net(X)).all()
    other.parameters["dense_1.weights"] = np.zeros((3, 4))
    assert not (other(X) == net(X)).all()


def test_standardize_is_the_standard_scaler() -> None:
    from sklearn.preprocessing import StandardScaler

    x = np.column_stack([numbers((40, 3), 5) * [1e3, 1.0, 1e-3] + [5e3, 0.0, 1.0], np.full(40, 0.1)])
    net = gn.Network(4, gn.Standardize(), dtype="float64")
    net.adapt(x)
    np.testing.assert_allclose(net(x), StandardScaler().fit_transform(x), rtol=1e-12, atol=1e-12)
