"""Sequences of classes: a label for each step, from fit to the metrics."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn

X = np.random.default_rng(0).integers(0, 4, (30, 5))
Y = np.roll(X, 1, axis=1)


def net(**settings: Any) -> gn.Network:
    return gn.Network(
        5, gn.Embedding(4, 8), gn.PositionEmbedding(5), gn.Attention(2), gn.Dense(4, "softmax"), **settings
    )


def test_labels_of_steps_are_learnt() -> None:
    model = net()
    history = model.fit(X, Y, epochs=60, optimizer=gn.Adam(0.02), validation=0.2)
    assert history["loss"][-1] < 0.2 * history["loss"][0]
    assert model.predict(X).shape == Y.shape
    found = model.evaluate(X, Y, metrics=["accuracy", "top_2", "f1", "precision", "recall"])
    assert found["accuracy"] == np.mean(model.predict(X) == Y) > 0.7
    assert found["top_2"] >= found["accuracy"]


def test_the_loss_is_the_mean_over_steps() -> None:
    model = net(dtype="float64")
    p = np.take_along_axis(model(X), Y[..., None], axis=-1)[..., 0]
    assert model.loss(X, Y) == pytest.approx(-np.log(p).mean(), rel=1e-12)
    assert model.loss(X, np.eye(4)[Y]) == pytest.approx(model.loss(X, Y), rel=1e-12)
    assert model.loss(X, Y[..., None]) == model.loss(X, Y)


def test_metrics_count_each_step_as_a_sample() -> None:
    model = net()
    outputs = model(X)
    flat_y, flat_outputs = Y.reshape(-1), outputs.reshape(-1, 4)
    for metric in (gn.metrics.accuracy, gn.metrics.f1, gn.metrics.precision, gn.metrics.recall, gn.metrics.top_k(2)):
        assert metric(Y, outputs) == pytest.approx(metric(flat_y, flat_outputs), rel=1e-12)
    np.testing.assert_array_equal(
        gn.metrics.confusion_matrix(Y, outputs), gn.metrics.confusion_matrix(flat_y, flat_outputs)
    )


def test_labels_may_be_texts(tmp_path: Path) -> None:
    names = np.array(["noun", "verb", "sign", "other"])
    model = net()
    model.fit(X, names[Y].tolist(), epochs=2)
    assert model.labels == ("noun", "other", "sign", "verb")
    numbers = np.searchsorted(model.labels, names[Y])
    assert model.loss(X, names[Y].tolist()) == model.loss(X, numbers)


@pytest.mark.parametrize(
    ("y", "words"),
    [
        (np.where(Y == 3, 7, Y), r"y must hold class numbers 0..3 for 4 outputs, got 7 in row"),
        (Y + 0.5, r"y must hold class numbers 0..3, got \d.5 in row 0"),
        (Y[:, :3], r"y has the shape \(30, 3\), but the network gives \(n, 5, 4\)"),
        (np.zeros((30, 5), int), "all 30 samples are of class 0"),
    ],
)
def test_labels_that_do_not_fit(y: Any, words: str) -> None:
    with pytest.raises(gn.DataError, match=words):
        net().fit(X, y)


def test_metrics_of_sequences_are_explained() -> None:
    model = net(dtype="float64")
    x, y = X[:3], Y[:3]
    explanation = model.explain(x, y)
    for name, value in model.evaluate(x, y, metrics=["accuracy", "top_2", "f1", "precision", "recall"]).items():
        assert explanation[name].value == pytest.approx(value, rel=1e-12)
    assert "/ 15 " in explanation["accuracy"].text
