"""Every operation there is: its type rule, its derivative and its second derivatives, against running it."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from glassnet import ops
from glassnet.ir import BATCH, PRIMITIVES, Equation, GlassnetError, Graph, Primitive, Shape, Type, operand, source
from glassnet.ops.elementwise import Elementwise
from glassnet.readings import evaluate, gradients
from tests.ops.checker import Case, check_derivative, check_type, elementwise_case
from tests.ops.examples import EXAMPLES

ELEMENTWISE = [p for p in PRIMITIVES.values() if isinstance(p, Elementwise)]
OTHERS = [p.name for p in PRIMITIVES.values() if not isinstance(p, Elementwise)]
FORWARD_ONLY = {p.name for p in PRIMITIVES.values() if p.vjp is None}
NOT_THE_DERIVATIVE = {"stop_gradient"}  # on purpose

elementwise = pytest.mark.parametrize("primitive", ELEMENTWISE, ids=lambda p: p.name)
differentiable_elementwise = pytest.mark.parametrize(
    "primitive", [p for p in ELEMENTWISE if p.vjp], ids=lambda p: p.name
)
examples = pytest.mark.parametrize(
    "example", [pytest.param(e, id=f"{name}-{i}") for name in OTHERS for i, e in enumerate(EXAMPLES.get(name, ()))]
)
differentiable_examples = pytest.mark.parametrize(
    "example",
    [
        pytest.param(e, id=f"{name}-{i}")
        for name in OTHERS
        if name not in NOT_THE_DERIVATIVE
        for i, e in enumerate(EXAMPLES.get(name, ()))
    ],
)


@st.composite
def cases(draw: st.DrawFn, primitive: Primitive) -> Case:
    """Operands of any shapes that broadcast, size 1 and missing axes included, with or without a batch axis."""
    count = len(primitive.sample)  # type: ignore[attr-defined]
    drawn = draw(mutually_broadcastable_shapes(num_shapes=count, max_dims=2, max_side=3))
    shapes: list[Shape] = list(drawn.input_shapes)
    batched = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    rank = len(drawn.result_shape)
    for i, has_batch in enumerate(batched):
        if has_batch:
            shapes[i] = (BATCH, *(1,) * (rank - len(shapes[i])), *shapes[i])
    return elementwise_case(primitive, shapes, n=draw(st.integers(1, 3)), seed=draw(st.integers(0, 2**32 - 1)))


def plain_case(primitive: Primitive) -> Case:
    """The first operand has a batch axis, the second is a scalar, the third a vector."""
    shapes: list[Shape] = [(BATCH, 3), (), (3,)]
    return elementwise_case(primitive, shapes[: len(primitive.sample)], n=2, seed=1)  # type: ignore[attr-defined]


def test_every_operation_that_is_not_elementwise_has_an_example() -> None:
    assert set(EXAMPLES) == set(OTHERS)


@pytest.mark.parametrize("name", OTHERS)
def test_the_examples_of_an_operation_call_it(name: str) -> None:
    for example in EXAMPLES[name]:
        case = example(2)
        graph = Graph({"y": case.call(*case.sources())})
        assert name in {equation.primitive.name for _, equation in graph.equations()}


@elementwise
@given(data=st.data())
@settings(max_examples=20)
def test_elementwise_types(primitive: Elementwise, data: st.DataObject) -> None:
    case = data.draw(cases(primitive))
    check_type(case)
    check_type(case.in_float32())


@differentiable_elementwise
@given(data=st.data())
@settings(max_examples=30)
def test_elementwise_derivatives(primitive: Elementwise, data: st.DataObject) -> None:
    check_derivative(data.draw(cases(primitive)))


@differentiable_elementwise
def test_elementwise_second_derivatives(primitive: Elementwise) -> None:
    check_second_derivatives(plain_case(primitive))


@pytest.mark.parametrize("n", [1, 4])
@examples
def test_types(example: Callable[[int], Case], n: int) -> None:
    case = example(n)
    check_type(case)
    check_type(case.in_float32())


@pytest.mark.parametrize("n", [1, 4])
@differentiable_examples
def test_derivatives(example: Callable[[int], Case], n: int) -> None:
    check_derivative(example(n))


@differentiable_examples
def test_second_derivatives(example: Callable[[int], Case]) -> None:
    check_second_derivatives(example(2))


def check_second_derivatives(case: Case) -> None:
    y = case.call(*case.sources())
    weights = operand(np.float64(0.7), "float64")
    for index, x in enumerate(case.operands):
        if x.type.dtype == "float64" and y.dtype == "float64":
            slope = case.slope(index, weights)
            check_type(slope)
            check_derivative(slope)


@elementwise
def test_gradients_of_float32_are_float32(primitive: Elementwise) -> None:
    if primitive.name in FORWARD_ONLY:
        return
    case = plain_case(primitive).in_float32()
    for index in range(len(case.operands)):
        check_type(case.slope(index, operand(1.0, "float64")))


@pytest.mark.parametrize("name", sorted(FORWARD_ONLY))
def test_forward_only_operations_say_so_when_differentiated(name: str) -> None:
    x = source("input", "x", (2,), "float64")
    with pytest.raises(GlassnetError, match=f"'{name}' works forward only"):
        gradients(ops.sum(PRIMITIVES[name](x)), [x])


def test_stop_gradient_stops_the_gradient() -> None:
    x = source("input", "x", (), "float64")
    [slope] = gradients(x * ops.stop_gradient(x), [x])
    assert evaluate(Graph({"slope": slope}), {"x": np.array(3.0)})["slope"] == 3.0


@pytest.mark.parametrize("name", [p.name for p in PRIMITIVES.values() if p.meaning])
def test_the_meaning_of_an_operation_equals_its_kernel(name: str) -> None:
    for example in EXAMPLES[name]:
        case = example(3)
        y = case.call(*case.sources())
        assert isinstance(y.definition, Equation)
        assert y.definition.primitive is PRIMITIVES[name]
        assert y.definition.primitive.meaning is not None
        meaning = y.definition.primitive.meaning(*y.inputs, **dict(y.definition.params))
        both = evaluate(Graph({"kernel": y, "meaning": meaning}), case.values())
        np.testing.assert_allclose(both["kernel"], both["meaning"], rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(("low", "high"), [("float32", "float64"), ("float64", "float32")])
def test_arrays_of_two_dtypes_do_not_mix(low: str, high: str) -> None:
    x, y = source("input", "x", (3,), low), source("input", "y", (3,), high)
    with pytest.raises(GlassnetError, match="one dtype, float32 or float64, not float32 and float64; use cast"):
        x + y


def test_a_float64_scalar_joins_float32_arrays() -> None:
    x, rate = source("input", "x", (3,), "float32"), source("input", "rate", (), "float64")
    assert (rate * x).type == Type((3,), "float32")


def test_derivatives_at_corners_are_as_the_texts_say() -> None:
    x, y = source("input", "x", (), "float64"), source("input", "y", (), "float64")
    slopes = {
        "relu": gradients(ops.relu(x), [x])[0],
        "absolute": gradients(ops.absolute(x), [x])[0],
        "maximum_x": gradients(ops.maximum(x, y), [x])[0],
        "maximum_y": gradients(ops.maximum(x, y), [y])[0],
        "minimum_x": gradients(ops.minimum(x, y), [x])[0],
        "minimum_y": gradients(ops.minimum(x, y), [y])[0],
    }
    computed = evaluate(Graph(slopes), {"x": np.array(0.0), "y": np.array(0.0)})
    halves = dict.fromkeys(["maximum_x", "maximum_y", "minimum_x", "minimum_y"], 0.5)
    assert computed == {"relu": 0.0, "absolute": 0.0, **halves}


def test_equal_largest_numbers_share_the_gradient() -> None:
    x = source("input", "x", (4,), "float64")
    [slope] = gradients(ops.max(x), [x])
    computed = evaluate(Graph({"slope": slope}), {"x": np.array([1.0, 5.0, 5.0, 2.0])})["slope"]
    np.testing.assert_array_equal(computed, [0, 0.5, 0.5, 0])
