"""Formulas are the network: the lecture's numbers exactly, and SymPy's evaluation and derivatives of them."""

import re
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.inspection.algebra.places import as_input, exact_values, places
from glassnet.readings.algebra import Affine, AffineAlgebra, Reading
from tests.inspection.networks import CORNERS, networks

U, V, X = (sympy.Symbol(name, real=True) for name in "uvx")
R = sympy.Rational


@gn.activation
def cubed(x: gn.ops.Var) -> gn.ops.Var:
    return x**3


def weight_symbols(net: gn.Network) -> dict[sympy.Symbol, tuple[str, tuple[int, ...]]]:
    """Each number that a network has, by the symbol that should stand for it."""
    found = {}
    layers: dict[str, int] = {}
    for name, array in net.arrays().items():
        layer, own = name.rsplit(".", 1)
        letter = {"weights": "w", "biases": "b"}.get(own, own)
        number = layers.setdefault(layer, len(layers) + 1)
        for index in np.ndindex(*array.shape):
            place = "".join(str(i + 1) for i in index)
            found[sympy.Symbol(f"{letter}{number}_{place}", real=True)] = (name, index)
    return found


def evaluated(expression: sympy.Expr, numbers: dict[sympy.Symbol, float]) -> float:
    """SymPy's own compilation to Python, with the derivative of a corner as networks have it: 0."""
    corner = {"Heaviside": lambda x, *_: float(x > 0)}
    return float(sympy.lambdify(list(numbers), expression, [corner, "math"])(*numbers.values()))


# ── the lecture ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_lectures_networks_are_lines() -> None:
    z = gn.lecture("2-4-3-1").formula()
    assert z["z"] == R("-0.621") * U - R("0.082") * V - R("0.41")
    assert z["z"].subs({U: R("0.4"), V: R("-0.7")}) == R("-0.601")
    assert str(z) == "z = -0.621u - 0.082v - 0.41"
    y = gn.lecture("1-3-3-1").formula()
    assert y["y"] == R("0.026") * X - R("0.25")
    assert y["y"].subs(X, R("0.3")) == R("-0.2422")
    assert (y.text, y.latex) == ("y = 0.026x - 0.25", "y = 0.026 x - 0.25")
    assert y._repr_latex_() == r"$\displaystyle y = 0.026 x - 0.25$"


def test_every_neuron_of_the_lecture_is_a_line() -> None:
    net = gn.lecture("1-3-3-1")
    at = {name: net.formula(name)[name].subs(X, R("0.3")) for name in "ABCDEF"}
    assert at == dict(zip("ABCDEF", map(R, ["1.06", "-1.18", "-0.29", "0.244", "-1.001", "0.079"]), strict=True))


def test_the_full_expansion_sums_over_all_paths() -> None:
    """The lecture's slide: z = (Σ over all paths from u)·u + (Σ over all paths from v)·v + a constant."""
    net = gn.lecture("2-4-3-1")
    found = net.formula(symbols=True)
    z = found["z"]

    def w(layer: int, start: int, end: int) -> sympy.Symbol:
        return sympy.Symbol(f"w{layer}_{start}{end}", real=True)

    def b(layer: int, at: int) -> sympy.Symbol:
        return sympy.Symbol(f"b{layer}_{at}", real=True)

    first, second = range(1, 5), range(1, 4)
    for i, x in ((1, U), (2, V)):
        paths = sum(w(1, i, j) * w(2, j, k) * w(3, k, 1) for j in first for k in second)
        assert z.coeff(x) == paths
    constant = sum(b(1, j) * w(2, j, k) * w(3, k, 1) for j in first for k in second)
    constant += sum(b(2, k) * w(3, k, 1) for k in second) + b(3, 1)
    assert sympy.expand(z.subs({U: 0, V: 0}) - constant) == 0

    weights = {symbol: R(str(net.parameters[name][index])) for symbol, (name, index) in weight_symbols(net).items()}
    assert z.subs(weights | {U: R("0.4"), V: R("-0.7")}) == R("-0.601")

    starts = ("z = (w1_11·w2_11·w3_11 + w1_11·w2_12·w3_21 + ", "  + (w1_21·w2_11·w3_11 + ", "  + b1_1·w2_11·w3_11 + ")
    for line, start, end in zip(found.text.splitlines(), starts, (")·u", ")·v", " + b3_1"), strict=True):
        assert line.startswith(start)
        assert line.endswith(end)
    assert r"w^{(1)}_{11} w^{(2)}_{11} w^{(3)}_{11}" in found.latex


# ── SymPy as the oracle ─────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=40)
@given(networks(), st.integers(0, 2**32))
def test_a_formula_evaluates_to_what_the_network_computes(net: gn.Network, seed: int) -> None:
    found = net.formula()
    x = np.random.default_rng(seed).normal(size=(3, *net.input_shape))
    functions = [sympy.lambdify(found.inputs, e, "math") for e in found.expressions.values()]
    expected = [[function(*row.tolist()) for function in functions] for row in x]
    np.testing.assert_allclose(net(x), expected, rtol=1e-12, atol=1e-12)


@settings(max_examples=20)
@given(networks(), st.integers(0, 2**32))
def test_symbols_with_the_numbers_put_in_are_the_same_formula(net: gn.Network, seed: int) -> None:
    found = net.formula(symbols=True)
    x = np.random.default_rng(seed).normal(size=net.input_shape)
    numbers = {symbol: float(net.arrays()[name][index]) for symbol, (name, index) in weight_symbols(net).items()}
    numbers |= dict(zip(found.inputs, x.tolist(), strict=True))
    computed = [evaluated(expression, numbers) for expression in found.expressions.values()]
    np.testing.assert_allclose(net(x), computed, rtol=1e-12, atol=1e-12)


@settings(max_examples=20)
@given(networks(activations=("linear", "relu", "leaky relu", "tanh", "sigmoid", "softplus"), statistics=False),
       st.integers(0, 2**32), st.integers(0, 2**32))  # fmt: skip
def test_its_derivatives_by_the_weights_are_the_networks_gradients(net: gn.Network, seed: int, which: int) -> None:
    """∂/∂weight of the mean of the outputs' squares, by SymPy and by reverse mode."""
    found = net.formula(symbols=True)
    x = np.random.default_rng(seed).normal(size=net.input_shape)
    loss = sum(e**2 for e in found.expressions.values()) / len(found.expressions)
    symbols = weight_symbols(net)
    numbers = {symbol: float(net.arrays()[name][index]) for symbol, (name, index) in symbols.items()}
    numbers |= dict(zip(found.inputs, x.tolist(), strict=True))
    gradients = net.gradients(x[None], np.zeros((1, len(found.expressions))), loss="squared error")
    for symbol, (name, index) in list(symbols.items())[which % 3 :: 3]:
        slope = evaluated(sympy.diff(loss, symbol), numbers)
        assert gradients[name][index] == pytest.approx(slope, rel=1e-9, abs=1e-11)


@settings(max_examples=40)
@given(networks(activations=(*CORNERS, "step")), st.integers(0, 2**32))
def test_with_corners_a_formula_is_the_network_in_exact_fractions(net: gn.Network, seed: int) -> None:
    """SymPy's substitution against the affine reading of the same weights, at a point in fractions."""
    point = [Fraction(int(k), 8) for k in np.random.default_rng(seed).integers(-20, 21, net.input_shape[0])]
    found = net.formula()
    at = {x: R(value) for x, value in zip(found.inputs, point, strict=True)}
    values = {**exact_values(net), **as_input(net, np.array([[Affine.of(value) for value in point]], object))}
    wanted = places(net)
    run = Reading({var: [i for v, i in wanted.values() if v is var] for var, _ in wanted.values()})
    numbers = run(AffineAlgebra(bool), values)
    for name, place in wanted.items():
        exact = numbers[place].offset
        if net.state:  # a square root is rounded in fractions, not in the formula
            assert float(found[name].subs(at)) == pytest.approx(float(exact), rel=1e-9, abs=1e-9)
        else:
            assert found[name].subs(at) == R(exact)


@pytest.mark.parametrize("activation", ["leaky relu", "prelu", "hard sigmoid", "elu", "selu", "relu"])
def test_cases_within_cases_are_written_and_right(activation: str) -> None:
    net = gn.Network(1, *(gn.Dense(8, activation, biases="normal") for _ in range(2)), gn.Dense(1), dtype="float64")
    found = net.formula()
    name, expression = next(iter(found.expressions.items()))
    assert found.text.startswith(f"{name} ≈ ")
    for x in (-1.5, 0.25, 2.0):
        assert float(expression.subs(found.inputs[0], x)) == pytest.approx(float(net([x])[0]), rel=1e-9)


def test_polynomials_are_not_multiplied_out() -> None:
    net = gn.Network(5, *(gn.Dense(3, cubed, biases="normal") for _ in range(4)), gn.Dense(1), dtype="float64")
    assert net.formula().text.count("^3") > 20
    x = [0.5, -0.25, 1.0, 0.75, -1.0]
    found = net.formula()
    at = dict(zip(found.inputs, map(R, map(str, x)), strict=True))
    assert float(next(iter(found.expressions.values())).subs(at)) == pytest.approx(float(net(x)[0]), rel=1e-9)


# ── how it is written ───────────────────────────────────────────────────────────────────────────────────────────────


def small(activation: str, **options: object) -> gn.Network:
    layers = [gn.Dense(1, activation, weights=[[0.3], [-0.7]], biases=[0.1]), gn.Dense(1, weights=[[0.5]])]
    return gn.Network(2, *layers, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("activation", "text"),
    [
        ("linear", "y = 0.15u - 0.35v + 0.05"),
        ("relu", "y = 0.5·max(0, 0.3u - 0.7v + 0.1)"),
        ("leaky relu", "y = 0.5·(0.3u - 0.7v + 0.1 if 0.3u - 0.7v + 0.1 > 0 else 0.003u - 0.007v + 0.001)"),
        ("step", "y = 0.5·(1 if 0.3u - 0.7v + 0.1 > 0 else 0)"),
        ("sigmoid", "y = 0.5/(exp(-0.3u + 0.7v - 0.1) + 1)"),
        ("tanh", "y = 0.5·tanh(0.3u - 0.7v + 0.1)"),
        ("softplus", "y = 0.5·log(exp(0.3u - 0.7v + 0.1) + 1)"),
        ("softsign", "y = 0.5·(0.3u - 0.7v + 0.1)/(|0.3u - 0.7v + 0.1| + 1)"),
        ("hard sigmoid", "y = min(6, max(0, 0.3u - 0.7v + 3.1))/12"),
        ("gelu", "y ≈ 0.5·(0.5·erf(0.212132u - 0.494975v + 0.0707107) + 0.5)·(0.3u - 0.7v + 0.1)"),
    ],
)
def test_activations_are_readable(activation: str, text: str) -> None:
    assert small(activation).formula().text == text


def test_long_decimals_are_rounded_and_said_to_be() -> None:
    net = gn.Network(1, gn.Dense(1, weights=[[1 / 3]], biases=[2.5]), dtype="float64")
    assert str(net.formula()) == "y ≈ 0.333333x + 2.5"
    assert net.formula()["y"] == R("0.3333333333333333") * X + R("2.5")
    assert net.formula().latex == r"y \approx 0.333333 x + 2.5"


def test_softmax_has_one_line_an_output() -> None:
    net = gn.Network(1, gn.Dense(2, "softmax", weights=[[1, 2]]))
    assert str(net.formula()) == "softmax(y1) = exp(x)/(exp(2x) + exp(x))\nsoftmax(y2) = exp(2x)/(exp(2x) + exp(x))"
    assert net.formula().latex.startswith(r"\begin{aligned} \operatorname{softmax}(y_{1}) &= ")


def test_inputs_can_be_named() -> None:
    net = small("relu")
    assert net.formula(inputs="s, t").text == net.formula(inputs=["s", "t"]).text == "y = 0.5·max(0, 0.3s - 0.7t + 0.1)"
    assert net.formula(inputs="p").text == "y = 0.5·max(0, 0.3p1 - 0.7p2 + 0.1)"
    eleven = gn.Network(11, gn.Dense(1, weights=np.arange(1, 12)[:, None] / 10))
    assert str(eleven.formula()) == ("y = 0.1x1 + 0.2x2 + 0.3x3 + 0.4x4 + 0.5x5 + 0.6x6 + 0.7x7 + 0.8x8 + 0.9x9 + x10"
                                     " + 1.1x11")  # fmt: skip
    image = gn.Network((2, 2), gn.Flatten(), gn.Dense(1, weights=[[1], [2], [3], [4]]))
    assert str(image.formula()) == "y = x1_1 + 2x1_2 + 3x2_1 + 4x2_2"


def test_masks_leave_terms_out() -> None:
    net = gn.Network(2, gn.Dense(2, "relu", weights=[[1, 2], [3, 4]], connected=[[1, 0], [0, 1]], biases=None))
    assert str(net.formula()) == "relu(y1) = max(0, u)\nrelu(y2) = max(0, 4v)"
    assert str(net.formula(symbols=True)) == "relu(y1) = max(0, w1_11·u)\nrelu(y2) = max(0, w1_22·v)"


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"inputs": "u"}, None),
        ({"inputs": "u v w"}, "the network has 2 inputs; give inputs that many different names"),
        ({"inputs": "u u"}, "2 inputs; give inputs that many different names, such as inputs='u v', got 'u u'"),
        ({"inputs": "1 2"}, "that many different names"),
        ({"inputs": "w1_11 v", "symbols": True}, "'w1_11' is the name of a weight; choose other names"),
        ({"inputs": "y v"}, "'y' is the name of a neuron; choose other names for the inputs"),
        ({"neuron": "c1"}, "there is no neuron 'c1'"),
    ],
)
def test_names_that_cannot_be(options: dict[str, object], message: str | None) -> None:
    net = small("relu")
    if message is None:
        assert "u1" in str(net.formula(**options))  # type: ignore[arg-type]
        return
    with pytest.raises(gn.GlassnetError, match=re.escape(message)):
        net.formula(**options)  # type: ignore[arg-type]


def test_a_large_formula_is_refused_and_one_neuron_offered() -> None:
    net = gn.Network(784, gn.Dense(32, "relu"), gn.Dense(10, "softmax"))
    with pytest.raises(gn.GlassnetError, match=r"more than 5,000 numbers .* net\.formula\('a1'\), or --neuron a1 on"):
        net.formula()
    assert net.formula("a1").text.count("x") == 784
    assert net.formula("relu(a1)").text.count("x") == 785  # one of them in max
    with pytest.raises(gn.GlassnetError, match=r"the formula of a1 would .*\.explain\(x\), or glassnet explain,"):
        gn.Network(6000, gn.Dense(2), gn.Dense(1)).formula("a1")


def test_a_formula_that_is_nested_too_deeply_is_refused() -> None:
    net = gn.Network(1, *(gn.Dense(1, "relu", weights=[[1]], biases=[1]) for _ in range(300)))
    with pytest.raises(gn.GlassnetError, match="nested too deeply to be written; ask for a neuron of an earlier layer"):
        str(net.formula())
    assert str(net.formula("b")) == "b = max(0, x + 1) + 1"
    assert str(net.formula("relu(b)")) == "relu(b) = max(0, max(0, x + 1) + 1)"
    assert len(net.pieces()) == 2
    linear = gn.Network(1, *(gn.Dense(1, weights=[[1]], biases=[1]) for _ in range(300)))
    assert linear.formula().text == linear.collapse().formula == "y = x + 300"


def test_a_network_that_ignores_its_input() -> None:
    @dataclass(frozen=True)
    class IgnoresItsInput(gn.Layer):
        def __call__(self, x: gn.ops.Var) -> gn.ops.Var:
            return gn.ops.broadcast(gn.parameter("value", (1,), lambda shape, _: np.full(shape, 2.5)), x)

    net = gn.Network(1, IgnoresItsInput())
    assert str(net.formula()) == "y = 2.5"
    assert str(net.pieces()) == "y = 2.5"


def test_lookups_have_no_formula() -> None:
    with pytest.raises(gn.GlassnetError, match=r"has no formula: what it does depends on the numbers"):
        gn.Network(2, gn.Embedding(3, 2)).formula()


def test_weights_that_are_not_finite_are_named() -> None:
    net = small("relu")
    net.parameters["dense_1.biases"] = [np.nan]
    with pytest.raises(gn.GlassnetError, match=r"parameter 'dense_1.biases' has the number nan"):
        net.formula()
    with pytest.raises(gn.GlassnetError, match="not finite"):
        net.regions()


@pytest.mark.parametrize("symbols", [False, True])
def test_a_picture_s_worth_of_inputs_is_written_too(symbols: bool) -> None:
    """One term a pixel: SymPy's own grouping took a minute for it."""
    lines = str(gn.Network(784, gn.Dense(1)).formula(symbols=symbols)).splitlines()
    assert len(lines) == 784 + symbols  # a bias of 0 is not written
    assert all(f"x{i}" in line for i, line in enumerate(lines[:784], start=1))
