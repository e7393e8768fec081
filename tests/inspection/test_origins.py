"""Numbers that were not computed say where they come from; those that a layer only moves say which other they are."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn


def network() -> gn.Network:
    layers = gn.Embedding(4, 2), gn.Flatten(), gn.Dense(3, name="w", biases=[1, 2, 3]), gn.Dropout(0.5)
    return gn.Network(2, *layers, gn.GaussianNoise(0.1), gn.BatchNorm(), gn.Dense(1), dtype="float64", seed=7)


X, Y = np.array([[1, 3], [0, 2]]), [[0.5], [1.0]]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("u^(2)", "u⁽²⁾ = 0 (an input)"),
        ("target^(1)", "target⁽¹⁾ = 0.5 (given as the target)"),
        ("sample_weight^(2)", "sample_weight⁽²⁾ = 3 (given with the sample)"),
        ("w.biases[1]", "w.biases[1] = 2 (a parameter, given)"),
        ("dense_1.biases[0]", "dense_1.biases[0] = 0 (a parameter, given)"),
        ("w.weights.m[0, 1]", "w.weights.m[0, 1] = 0 (remembered by the optimizer from the step before)"),
        (
            "batchnorm_1.running_mean[1]",
            "batchnorm_1.running_mean[1] = 0 (remembered by the layer from the step before)",
        ),
        ("seed", "seed = 7 (the network's seed)"),
    ],
)
def test_given_numbers_say_where_they_come_from(name: str, shown: str) -> None:
    one = network().explain(X, Y, optimizer="adam", sample_weight=[1, 3])[name]
    assert repr(one) == shown
    assert shown == f"{one.text} ({one.origin})"


def test_a_weight_says_that_it_was_drawn_or_learnt() -> None:
    net = network()
    drawn = net.explain(X)["w.weights[0, 1]"]
    assert drawn.origin == "a parameter, drawn by GlorotUniform() with seed 7"
    net.train_on_batch(X, Y)
    learnt = net.explain(X)["w.weights[0, 1]"]
    assert learnt.value != drawn.value
    assert learnt.origin == f"a parameter, learnt or assigned; at first {drawn.value:.4g}"
    assert net.explain(X)["w1^(1)"].origin == ""


def test_what_a_layer_moves_says_which_number_it_is() -> None:
    explanation = network().explain(X, Y, optimizer="sgd")
    row = explanation["embedding_1_2_1^(1)"]
    assert row.text.startswith("embedding_1_2_1⁽¹⁾ = embedding_1.weights[3, 0] ≈ ")
    assert row.value == explanation["embedding_1.weights[3, 0]"].value == explanation["flatten_1_3^(1)"].value
    assert explanation["flatten_1_3^(1) in training"].name == "flatten_1_3⁽¹⁾ in training"
    slope = explanation["∂loss/∂flatten_1_3⁽¹⁾"]
    assert explanation[slope.name].value == slope.value == explanation["∂loss/∂embedding_1.weights[3, 0]"].value
    both = gn.Network(2, gn.Concatenate(gn.Dense(1, name="w", weights=[[2.0], [3.0]]), gn.Identity()), gn.Dense(1))
    assert both.explain([1.0, 4.0])["concatenate_1"].text == "concatenate_1 = w = 14"
    assert both.explain([1.0, 4.0])["concatenate_3"].text == "concatenate_3 = v = 4"


def test_what_dropout_and_noise_drew_is_asked_for_by_name() -> None:
    explanation = network().explain(X, Y, optimizer="sgd")
    kept = [explanation[f"dropout_1.kept[{i}]^(2) in training"] for i in range(3)]
    assert {one.value for one in kept} <= {0.0, 1.0}
    after = explanation.training["b2⁽²⁾"]
    assert after.value == explanation["w2^(2) in training"].value * kept[1].value / 0.5
    assert "dropout_1.kept[1]⁽²⁾ in training" in [child.name for child in after.children]
    noise = explanation["gaussiannoise_1.noise[1]^(2)"]
    assert noise.text.startswith("gaussiannoise_1.noise[1]⁽²⁾ in training = (sqrt(")
    noisy = explanation.training["c2⁽²⁾"]
    assert noisy.value == pytest.approx(after.value + 0.1 * noise.value, rel=1e-12)


def test_the_batchs_own_statistics_are_asked_for_by_name() -> None:
    explanation = network().explain(X, Y, optimizer="sgd")
    drawn = [explanation.training[f"c1⁽{i}⁾"].value for i in "¹²"]
    assert explanation["batchnorm_1.mean[0] in training"].value == pytest.approx(np.mean(drawn))
    assert explanation["batchnorm_1.variance[0] in training"].value == pytest.approx(np.var(drawn))
    assert explanation["new batchnorm_1.running_mean[0]"].value == pytest.approx(0.1 * np.mean(drawn))


def test_the_weights_of_both_directions_are_drawn_as_their_layer_says() -> None:
    net = gn.Network((2, 1), gn.Bidirectional(gn.GRU(2)), seed=3)
    explanation = net.explain([[1], [2]])
    for direction in ("forwards", "backwards"):
        one = explanation[f"bidirectional_1.{direction}.recurrent_weights[0, 0]"]
        assert one.origin == "a parameter, drawn by Orthogonal(gain=1.0) with seed 3"
