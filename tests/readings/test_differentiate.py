"""Reverse mode: the chain rule over whole graphs. Each operation's own derivative is tested in tests/ops."""

import numpy as np
import pytest

from glassnet import ops
from glassnet.ir import BATCH, GlassnetError, Graph, Type, Var, operand, scope, source
from glassnet.readings import evaluate, gradients
from tests.ops.checker import Case, Operand, check_derivative


def given(name: str = "x", shape: tuple[object, ...] = (), dtype: str = "float64") -> Var:
    return source("input", name, shape, dtype)  # type: ignore[arg-type]


def value(var: Var, **values: object) -> object:
    return evaluate(Graph({"y": var}), {name: np.array(v) for name, v in values.items()})["y"].tolist()


def test_a_variable_used_twice_gets_both_gradients() -> None:
    x = given()
    [slope] = gradients(x * x + ops.exp(x) + x, [x])
    assert value(slope, x=0.0) == 2.0


def test_gradients_of_results_in_between() -> None:
    x = given()
    y = ops.sin(x)
    by_y, by_x = gradients(3 * y**2, [y, x])
    assert value(by_y, x=0.5) == pytest.approx(6 * np.sin(0.5), rel=1e-15)
    assert value(by_x, x=0.5) == pytest.approx(6 * np.sin(0.5) * np.cos(0.5), rel=1e-15)


def test_the_gradient_of_a_variable_by_itself_is_one_and_by_a_stranger_zeros() -> None:
    x, stranger = given(), given("stranger", (BATCH, 2), "float32")
    by_x, by_stranger = gradients(x, [x, stranger])
    assert value(by_x, x=5.0) == 1
    assert by_stranger.type == Type((BATCH, 2), "float32")
    assert evaluate(Graph({"g": by_stranger}), {"stranger": np.ones((3, 2), "float32")})["g"].tolist() == [[0, 0]] * 3


def test_whole_numbers_have_no_gradient() -> None:
    table, index = given("table", (3, 2)), given("index", (4,), "int64")
    [by_table] = gradients(ops.sum(ops.take(table, index)), [table])
    assert value(by_table, table=np.ones((3, 2)), index=[0, 2, 2, 2]) == [[1, 1], [0, 0], [3, 3]]


def test_the_gradient_has_its_variables_dtype() -> None:
    x = given("x", (2,), "float32")
    [slope] = gradients(ops.sum(ops.cast(x, dtype="float64") ** 2), [x])
    assert slope.type == x.type


def test_only_a_single_number_can_be_differentiated() -> None:
    x = given("x", (BATCH,))
    with pytest.raises(GlassnetError, match=r"the result of multiply is float64\[n\]; take its mean"):
        gradients(x * 2, [x])


def test_a_forward_only_operation_is_named_with_its_layer_and_only_where_it_matters() -> None:
    x, y = given(), given("y")
    with scope("dense_2"):
        fired = ops.step(x)
    with pytest.raises(GlassnetError, match=r"'step' \(in dense_2\) works forward only.* such as sigmoid"):
        gradients(fired * y, [x])
    [by_y] = gradients(fired * y, [y])
    assert value(by_y, x=2.0, y=5.0) == 1


def two_layers(x: Var, w: Var, b: Var, v: Var, t: Var) -> Var:
    """A network with one hidden layer and its cross-entropy, written out."""
    hidden = ops.tanh(x @ w + b)
    return -ops.mean(ops.sum(t * ops.log(ops.softmax(hidden @ v)), -1))


def test_a_whole_networks_gradients_and_second_derivatives_equal_finite_differences() -> None:
    generator = np.random.default_rng(3)
    shapes = [(BATCH, 3), (3, 4), (4,), (4, 2), (BATCH, 2)]
    operands = tuple(
        Operand(Type(shape, "float64"), generator.normal(size=[5 if dim is BATCH else dim for dim in shape]))  # type: ignore[arg-type, misc]
        for shape in shapes
    )
    case = Case(two_layers, operands)
    check_derivative(case)
    check_derivative(case.slope(2, operand(1.0, "float64")))
