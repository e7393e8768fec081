"""The gradient checker: what is true passes, and a planted wrong derivative is found and named where it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet import ops
from glassnet.ir import PRIMITIVES, Primitive
from glassnet.ir.types import Type
from glassnet.ops.elementwise import Interval, elementwise
from glassnet.readings.evaluate import Program
from glassnet.train.gradient_check import TOLERANCE
from tests.oracles.cases import CASES, Case
from tests.oracles.sides import network as network_of
from tests.oracles.sides import samples

X = np.random.default_rng(0).normal(size=(8, 3))
Y = np.arange(8) % 2


# ── what is true ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("case", [case for case in CASES.values() if case.trains], ids=lambda case: case.name)
def test_every_layer_activation_and_loss_passes(case: Case) -> None:
    """All that is compared with PyTorch: the checker must not cry wolf."""
    check = gn.check_gradients(network_of(case, "float64"), *samples(case), case.loss)
    assert check.largest < TOLERANCE
    assert sum(check.compared.values()) > 0


def test_it_is_shown_and_looking_changes_nothing() -> None:
    net = gn.Network(3, gn.Dense(4, "tanh"), gn.BatchNorm(), gn.Dropout(0.5), gn.Dense(2, "softmax"))
    before = {name: array.copy() for name, array in net.arrays().items()}
    check = gn.check_gradients(net, X.astype("float32"), Y)
    np.testing.assert_equal(net.arrays(), before)
    assert net.dtype == "float32"
    assert str(check).startswith("gradients are true: the largest relative error is ")
    assert [line.split()[0] for line in str(check).splitlines()[1:]] == list(net.parameters)
    assert check.compared["dense_1.weights"] == 12
    assert dict(check.errors).keys() == net.parameters.keys()


def test_numbers_at_a_corner_are_left_out() -> None:
    """All biases are 0 and so is the input: each relu stands exactly at its corner."""
    net = gn.Network(3, gn.Dense(4, "relu"), gn.Dense(2))
    check = gn.check_gradients(net, np.zeros((2, 3)), np.ones((2, 2)))
    assert check.compared["dense_1.biases"] == 0
    assert check.compared["dense_2.biases"] == 2
    assert str(check).startswith("gradients are true where they were compared: the largest relative error is ")
    corner = "dense_1.biases   not compared: at a corner of the loss, such as a relu's at 0"
    assert corner in str(check).splitlines()


def test_of_many_layers_some_are_drawn_and_the_time_grows_with_their_number_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs: list[int] = []
    call = Program.__call__

    def counted(self: Program, values: Any) -> Any:
        runs.append(len(self.graph.variables))
        return call(self, values)

    monkeypatch.setattr(Program, "__call__", counted)
    monkeypatch.setattr("glassnet.train.gradient_check.BUDGET", 20_000)
    operations = {}
    for layers in (30, 60, 120):
        runs.clear()
        check = gn.check_gradients(gn.Network(3, *[gn.Dense(3, "tanh")] * layers, gn.Dense(1)), X, Y)
        operations[layers] = sum(runs)
        assert len(check.errors) + check.left_out == 2 * layers + 2
        assert 0 < len(check.errors) == sum(check.compared.values()) < layers
        last = str(check).splitlines()[-1]
        assert last == f"and {check.left_out} parameters left out at random, to be done in seconds"
        assert "gradients are true where they were compared" in str(check)
    assert operations[120] < 2.5 * operations[60] < 6 * operations[30]


def test_a_wrong_derivative_is_found_whichever_parameters_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.train.gradient_check.BUDGET", 1)
    with cube(WRONG["the sign"]) as primitive, pytest.raises(gn.GlassnetError, match="'planted' has a wrong deriv"):
        gn.check_gradients(using(primitive), X, Y)
    assert gn.check_gradients(gn.Network(3, gn.Dense(4, "tanh"), gn.Dense(1)), X, Y).left_out == 3


@pytest.mark.parametrize("kind", ["relu", "leaky_relu", "hard_sigmoid"])
def test_nothing_compared_is_not_called_true(kind: str) -> None:
    corner = -3.0 if kind == "hard_sigmoid" else 0.0
    net = gn.Network(1, gn.Dense(1, kind, weights=[[corner]]))
    check = gn.check_gradients(net, [[1.0]], [[1.0]])
    assert set(check.compared.values()) == {0}
    assert str(check).startswith("no gradient could be compared; give other samples, or the network other weights")


def test_a_corner_of_the_slope_is_no_error() -> None:
    """With weights of 0 each elu stands where its second derivative jumps."""
    net = gn.Network(3, gn.Dense(2, "elu", weights="zeros"))
    assert gn.check_gradients(net, X, X[:, :2], "huber").largest < 1e-3


@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1e3, 1e6])
def test_inputs_of_any_size(scale: float) -> None:
    net = gn.Network(3, gn.Dense(4, "tanh"), gn.Dense(2, "softmax"))
    assert gn.check_gradients(net, X * scale, Y).largest < 1e-4


def test_frozen_layers_are_checked_too() -> None:
    net = gn.Network(3, gn.Dense(4, trainable=False), gn.BatchNorm(trainable=False), gn.Dense(2, "softmax"))
    assert gn.check_gradients(net, X, Y).compared["dense_1.weights"] == 12


def test_an_operation_of_ones_own_that_is_right() -> None:
    with cube(lambda g, y, x: (3 * g * x**2,)) as primitive:
        assert gn.check_gradients(using(primitive), X, Y).largest < TOLERANCE


# ── planted mistakes ────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def planted(primitive: Primitive) -> Iterator[Any]:
    try:
        yield primitive
    finally:
        del PRIMITIVES[primitive.name]


def cube(vjp: Callable[..., Any]) -> Any:
    return planted(elementwise("planted", "x³", lambda m, x: x * x * x, Interval(0.5, 2), vjp))


@dataclass(frozen=True)
class PlantedLayer(gn.Layer):
    """A layer that uses the operation, found by its name when it is traced."""

    operation: str = "planted"

    def __call__(self, x: Any) -> Any:
        return PRIMITIVES[self.operation](x * gn.parameter("scale", (x.shape[-1],), gn.Constant(0.5)))


def using(primitive: Primitive) -> gn.Network:
    return gn.Network(3, gn.Dense(4, "tanh"), PlantedLayer(primitive.name), gn.Dense(2, "softmax"))


WRONG = {
    "a factor is forgotten": lambda g, y, x: (g * x**2,),
    "the sign": lambda g, y, x: (-3 * g * x**2,),
    "the gradient that comes in is forgotten": lambda g, y, x: (3 * x**2,),
    "a hundred thousandth": lambda g, y, x: (3.00003 * g * x**2,),
    "no gradient": lambda g, y, x: (None,),
    "the derivative of another": lambda g, y, x: (g * ops.exp(x),),
    "only where x is positive": lambda g, y, x: (3 * g * x**2 * ops.greater(x, 0.0),),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_derivative_in_a_layer_is_found_and_named(name: str) -> None:
    with cube(WRONG[name]) as primitive, pytest.raises(gn.GlassnetError) as refused:
        gn.check_gradients(using(primitive), X, Y)
    assert "the operation 'planted' has a wrong derivative, in the layer plantedlayer_1 (PlantedLayer)" in str(
        refused.value
    )


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_derivative_in_an_activation_is_found_and_named(name: str) -> None:
    @gn.activation
    def planted_activation(x: Any) -> Any:
        return PRIMITIVES["planted"](x) + x

    with cube(WRONG[name]), pytest.raises(gn.GlassnetError) as refused:
        gn.check_gradients(gn.Network(3, gn.Dense(4, "tanh"), gn.Dense(4, planted_activation), gn.Dense(1)), X, Y)
    expected = "'planted' has a wrong derivative, in the layer dense_2 (Dense with the activation planted_activation)"
    assert expected in str(refused.value)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_derivative_in_a_loss_is_found_and_named(name: str) -> None:
    @gn.loss
    def planted_loss(prediction: Any, target: Any) -> Any:
        return PRIMITIVES["planted"](prediction - target)

    with cube(WRONG[name]), pytest.raises(gn.GlassnetError) as refused:
        gn.check_gradients(gn.Network(3, gn.Dense(4, "tanh"), gn.Dense(1)), X, Y, planted_loss)
    assert "the operation 'planted' has a wrong derivative, in the loss planted_loss" in str(refused.value)
    assert "is given as " in str(refused.value)


@pytest.mark.parametrize(
    ("wrong", "operand"), [(lambda g, y, a, b: (g * a, g * a), 1), (lambda g, y, a, b: (g * b, g), 2)]
)
def test_the_wrong_operand_is_named(wrong: Callable[..., Any], operand: int) -> None:
    product = elementwise("planted", "a b", lambda m, a, b: a * b, (Interval(-2, 2), Interval(-2, 2)), wrong)

    @dataclass(frozen=True)
    class PlantedProduct(gn.Layer):
        def __call__(self, x: Any) -> Any:
            return PRIMITIVES["planted"](x, x + gn.parameter("shift", (x.shape[-1],), gn.Constant(0.5)))

    with planted(product), pytest.raises(gn.GlassnetError, match=f"has a wrong derivative for operand {operand}, in"):
        gn.check_gradients(gn.Network(3, gn.Dense(4, "tanh"), PlantedProduct(), gn.Dense(1)), X, Y)


def test_an_operation_that_moves_numbers_to_the_wrong_place() -> None:
    """A rotation whose derivative rotates the same way again: right in sum, wrong in each number."""
    rotate = Primitive(
        "planted",
        "The last axis turned by one.",
        rule=lambda x: Type(x.shape, x.dtype),
        kernel=lambda x: np.roll(x, 1, axis=-1),
        vjp=lambda g, y, x: (PRIMITIVES["planted"](g),),
    )
    with planted(rotate) as primitive, pytest.raises(gn.GlassnetError, match="'planted' has a wrong derivative"):
        gn.check_gradients(using(primitive), X, Y)


def test_a_gradient_that_is_stopped_is_said() -> None:
    @dataclass(frozen=True)
    class PlantedStop(gn.Layer):
        def __call__(self, x: Any) -> Any:
            return ops.stop_gradient(x) * 2 + x

    with pytest.raises(gn.GlassnetError, match="'stop_gradient' lets no gradient pass, in the layer plantedstop_1"):
        gn.check_gradients(gn.Network(3, gn.Dense(4), PlantedStop(), gn.Dense(1)), X, Y)


def test_what_cannot_be_checked_is_said() -> None:
    with pytest.raises(gn.GlassnetError, match="this network has no weights"):
        gn.check_gradients(gn.Network(3, gn.Identity()), X, X)
    with pytest.raises(gn.GlassnetError, match=r"'step' .* works forward only"):
        gn.check_gradients(gn.Network(3, gn.Dense(3, "step"), gn.Dense(1)), X, Y)
    with pytest.raises(gn.DataError, match="x has nan in row 0"):
        gn.check_gradients(gn.Network(3, gn.Dense(1)), [[1, 2, np.nan]], [1])
    with pytest.raises(gn.GlassnetError, match="there is no loss 'square'"):
        gn.check_gradients(gn.Network(3, gn.Dense(1)), X, Y, "square")
