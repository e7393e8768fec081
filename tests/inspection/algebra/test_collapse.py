"""Collapsing: the product of linear layers, exactly; what is not linear is named."""

from fractions import Fraction
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from tests.inspection.networks import networks


def test_the_lectures_network_is_just_a_line() -> None:
    found = gn.lecture("1-3-3-1").collapse()
    assert found.A.tolist() == [[Fraction("0.026")]]
    assert found.c.tolist() == [Fraction("-0.25")]
    assert found.formula == "y = 0.026x - 0.25"
    assert found.A[0, 0] * Fraction("0.3") + found.c[0] == Fraction("-0.2422")
    assert [step.layer for step in found.steps] == ["A, B, C", "D, E, F", "y"]
    assert [step.A.astype(float).tolist() for step in found.steps] == [
        [[0.2, -0.6, 0.7]],
        [[0.48, -0.17, -0.57]],
        [[0.026]],
    ]


def test_each_product_is_shown() -> None:
    text = str(gn.lecture("1-3-3-1").collapse())
    assert (
        """
D, E, F
  A = [0.2  -0.6  0.7] [  -1    -1    -1] = [0.48  -0.17  -0.57]
                       [-0.9  -0.4  -0.2]
                       [ 0.2  -0.3  -0.7]
  c = [1  -1  -0.5] [  -1    -1    -1] + [0.3  -0.5  0.7] = [0.1  -0.95  0.25]
                    [-0.9  -0.4  -0.2]
                    [ 0.2  -0.3  -0.7]
"""
        in text
    )
    assert text.endswith("\n\ny = 0.026x - 0.25")


def test_as_latex_and_html() -> None:
    found = gn.lecture("1-3-3-1").collapse(inputs="t")
    assert r"\begin{pmatrix} 0.48 & -0.17 & -0.57 \end{pmatrix} \begin{pmatrix} -0.8 \\ -0.4 \\ -0.6" in found.latex
    assert found.latex.endswith(r"y &= 0.026t - 0.25 \end{aligned}")
    assert found._repr_latex_().startswith(r"$\displaystyle \begin{aligned} A &= ")
    assert "y = 0.026t - 0.25</pre>" in found._repr_html_()


@settings(max_examples=30)
@given(networks(activations=("linear",)), st.integers(0, 2**32))
def test_one_layer_gives_what_all_gave(net: gn.Network, seed: int) -> None:
    found = net.collapse()
    x = np.random.default_rng(seed).normal(size=(3, *net.input_shape))
    np.testing.assert_allclose(x @ found.A.astype(float) + found.c.astype(float), net(x), rtol=1e-12, atol=1e-12)
    last = found.steps[-1]
    assert (last.A == found.A).all()
    for before, step in zip(found.steps, found.steps[1:], strict=False):
        assert (before.A @ step.weights == step.A).all()
        assert (before.c @ step.weights + step.biases == step.c).all()


def test_images_and_long_rows_are_shown_in_part() -> None:
    net = gn.Network((5, 5), gn.Rescale(0.25), gn.Flatten(), gn.Dense(12))
    found = net.collapse()
    assert found.A.shape == (25, 12)
    assert "…" in found.text
    assert "[13 more terms]" in found.formula
    assert r"\dots" in found.latex
    np.testing.assert_allclose(np.ones(25) @ found.A.astype(float), net(np.ones((5, 5))), rtol=1e-5)


def test_a_layer_that_scales_is_no_burden() -> None:
    net = gn.Network(784, gn.Rescale(1 / 255), gn.Dense(3), dtype="float64")
    x = np.arange(784.0) % 7
    np.testing.assert_allclose(x @ net.collapse().A.astype(float), net(x), rtol=1e-12)


@pytest.mark.parametrize(
    ("layers", "culprit"),
    [
        ([gn.Dense(2), gn.Dense(2, "relu")], "'relu' in dense_2"),
        ([gn.Dense(2, "softmax")], "'softmax' in dense_1|'exp'|'divide'"),
        ([gn.Dense(2, "silu"), gn.Dense(1)], "'sigmoid' in dense_1"),
        ([gn.LayerNorm()], "in layernorm_1"),
    ],
)
def test_what_is_not_linear_is_named_and_simplify_offered(layers: list[gn.Layer], culprit: str) -> None:
    with pytest.raises(gn.GlassnetError, match=rf"only a network of linear layers .* ({culprit}) .*net\.simplify\(\)"):
        gn.Network(2, *layers).collapse()


def test_too_much_exact_arithmetic_is_refused_with_its_count_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    module = import_module("glassnet.inspection.algebra.collapse")
    monkeypatch.setattr(module, "exact_values", None)  # nothing can be made exact
    few = r", and 50,000,000 are the most that is multiplied out in exact fractions; in Python, net\.simplify\(\)"
    with pytest.raises(gn.GlassnetError, match=r"the network has 813,056 weights, and 200,000 are the most"):
        gn.Network(784, gn.Dense(1024), gn.Dense(10)).collapse()
    for hidden, outputs, count in ((30, 2000, "120,000,000"), (26, 1000, "52,000,000"), (5, 5001, "50,010,000")):
        net = gn.Network(2000, gn.Dense(hidden), gn.Dense(outputs))
        with pytest.raises(gn.GlassnetError, match=f"the layer 'dense_2' takes {count} products of fractions{few}"):
            net.collapse()


def test_what_was_promised_is_multiplied_out() -> None:
    net = gn.Network(784, gn.Dense(128), gn.Dense(128), gn.Dense(10), seed=1, dtype="float64")
    found = net.collapse()
    x = np.random.default_rng(0).normal(size=(3, 784))
    np.testing.assert_allclose(x @ found.A.astype(float) + found.c.astype(float), net(x), rtol=1e-9)


def test_nothing_to_multiply() -> None:
    with pytest.raises(gn.GlassnetError, match="does nothing to its input"):
        gn.Network(2, gn.Identity()).collapse()
