"""An operation is added in one place: all readings take what they need from its definition, which stands here alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

import glassnet as gn
from glassnet import ops
from glassnet.ir import BATCH, PRIMITIVES, Array, Graph, Primitive, ShapeError, Type, Var, source
from glassnet.ir.expression import Element, Expression, total
from glassnet.ops.elementwise import APART, Interval, elementwise
from glassnet.readings import simplify
from glassnet.readings.draw.graph import draw_graph
from glassnet.readings.draw.stations import stations
from glassnet.readings.explain import Explainer
from glassnet.readings.operations import Operations, operations
from tests.ops.checker import check_derivative, check_type
from tests.ops.examples import example

X = np.array([1.0, -2.0, 3.0, 0.5])
WEIGHTS = np.array([0.5, -1.0, 2.0])


@dataclass(frozen=True)
class Convolutions:
    """Stretches of an axis, their adjoint, and the products of each stretch with weights."""

    stretches: Primitive
    added_back: Primitive
    convolve: Primitive


def _stretches_rule(x: Type, width: int) -> Type:
    *others, length = x.shape
    if not isinstance(length, int) or length < width:
        raise ShapeError(f"stretches of {width} do not fit into {x.shape}")
    return Type((*others, length - width + 1, width), x.dtype)


def _added_back_rule(g: Type) -> Type:
    *others, count, width = g.shape
    return Type((*others, count + width - 1), g.dtype)  # type: ignore[operator]


def _added_back_kernel(g: Array) -> Array:
    count, width = g.shape[-2:]
    y = np.zeros((*g.shape[:-2], count + width - 1), g.dtype)
    for k in range(width):
        y[..., k : k + count] += g[..., k]
    return y


def _added_back_element(index: tuple[int, ...], g: Array) -> Expression:
    *others, place = index
    count, width = g.shape[-2:]
    return total([Element(0, (*others, place - k, k)) for k in range(width) if 0 <= place - k < count])


@pytest.fixture(scope="module")
def new() -> Iterator[Convolutions]:
    stretches = Primitive(
        "stretches",
        "Each stretch of ``width`` numbers along the last axis, as a row.",
        rule=_stretches_rule,
        kernel=lambda x, width: np.lib.stride_tricks.sliding_window_view(x, width, axis=-1),
        vjp=lambda g, y, x, width: (added_back(g),),
        element=lambda index, x, width: Element(0, (*index[:-2], index[-2] + index[-1])),
        moves=True,
    )
    added_back = Primitive(
        "added_back",
        "Rows added where the stretches were.",
        rule=_added_back_rule,
        kernel=_added_back_kernel,
        vjp=lambda h, y, g: (stretches(h, width=g.shape[-1]),),
        element=_added_back_element,
    )

    def rows(g: Var) -> Var:
        return ops.reshape(g, shape=(*g.shape, 1))

    convolve = Primitive(
        "convolve",
        "Each stretch of x times the weights, summed.",
        rule=lambda x, w: Type(_stretches_rule(x, w.shape[0]).shape[:-1], x.dtype),
        kernel=lambda x, w: np.lib.stride_tricks.sliding_window_view(x, len(w), axis=-1) @ w,
        vjp=lambda g, y, x, w: (added_back(rows(g) * w), ops.sum(rows(g) * stretches(x, width=w.shape[0]), (0, 1))),
        element=lambda index, x, w: total(
            [Element(0, (index[0], index[1] + k)) * Element(1, (k,)) for k in range(len(w))]
        ),
        multiply_adds=lambda x, w: w.shape[0],
    )
    yield Convolutions(stretches, added_back, convolve)
    for primitive in (stretches, added_back, convolve):
        del PRIMITIVES[primitive.name]


@dataclass(frozen=True)
class SlidingWindow(gn.Layer):
    """A convolution with given first weights, and a relu."""

    activation: str = "relu"

    def __call__(self, x: Var) -> Var:
        weights = gn.parameter("weights", WEIGHTS.shape, lambda shape, generator: WEIGHTS)
        y = PRIMITIVES["convolve"](x, weights)
        return ops.relu(y) if self.activation else y


@pytest.fixture
def net(new: Convolutions) -> gn.Network:
    return gn.Network(4, SlidingWindow(name="c"), gn.Dense(1, weights=[[1], [3]], biases=[0.25]), dtype="float64")


def test_it_is_evaluated(net: gn.Network) -> None:
    hidden = np.maximum(np.correlate(X, WEIGHTS, "valid"), 0)
    np.testing.assert_allclose(net(X), [hidden @ [1, 3] + 0.25], rtol=1e-15)


@pytest.mark.parametrize("n", [1, 3])
def test_it_is_differentiated(new: Convolutions, n: int) -> None:
    for case in (
        example(lambda x: new.stretches(x, width=2), (BATCH, 4))(n),
        example(new.added_back, (BATCH, 3, 2))(n),
        example(new.convolve, (BATCH, 5), (3,))(n),
    ):
        check_type(case)
        check_derivative(case)


def test_it_is_trained(net: gn.Network) -> None:
    before = net.loss([X], [[1.0]])
    net.fit([X], [[1.0]], epochs=50, optimizer=gn.SGD(0.002))
    assert net.loss([X], [[1.0]]) < before / 100


def test_it_is_explained(net: gn.Network) -> None:
    explained = net.explain(X, [1.0])
    assert explained["c1"].text == "c1 = (1)(0.5) + (-2)(-1) + (3)(2) = 8.5"
    assert explained["c2"].latex == (
        r"c_{2} = \left(-2\right)\left(0.5\right) + \left(3\right)\left(-1\right) + \left(0.5\right)\left(2\right) = -3"
    )
    expected = net.gradients([X], [[1.0]])["c.weights"]
    for k in range(3):
        gradient = explained.gradient("c.weights", k)
        assert gradient.value == pytest.approx(expected[k], rel=1e-12)
        assert "(δc1)" not in gradient.text
        assert " = " in gradient.text


def test_moved_numbers_are_explained_as_themselves(new: Convolutions) -> None:
    x = source("input", "x", (1, 4), "float64")
    y = new.stretches(x, width=2)
    assert Explainer(Graph({"y": y}), {"x": X[None]})(y, (0, 2, 1)).text == "x[0, 3] = 0.5"


def test_it_is_drawn(net: gn.Network) -> None:
    assert [station.operations for station in stations(net.graph)] == [(), ("convolve", "relu"), ()]
    assert "convolve: n × 2, c; from x, c.weights." in draw_graph(net.graph).description
    assert "sliding window" in net.draw(x=X).description


def test_it_is_algebra(net: gn.Network) -> None:
    first, second = ("0.5x1 - x2 + 2x3", "0.5x2 - x3 + 2x4")
    assert str(net.formula()) == f"y = max(0, {first}) + 3·max(0, {second}) + 0.25"
    linear = gn.Network(4, SlidingWindow(activation="", name="c"), gn.Dense(1, weights=[[1], [3]]), dtype="float64")
    assert str(linear.collapse().formula) == "y = 0.5x1 + 0.5x2 - x3 + 6x4"


def test_its_operations_are_counted(net: gn.Network) -> None:
    assert net.operations() == Operations(2 * 3 + 2 * 1, 2 + 1, 3 + 3, 6 * 8)
    assert net.operations(samples=10).multiply_adds == 80


def test_numbers_that_only_move_take_no_operations(new: Convolutions) -> None:
    x = source("input", "x", (BATCH, 4), "float64")
    assert operations(Graph({"y": new.stretches(x, width=2)}), 5).others == 0
    assert operations(Graph({"y": new.added_back(new.stretches(x, width=2))}), 5).others == 5 * 6


def test_it_is_simplified(new: Convolutions) -> None:
    x = source("input", "x", (BATCH, 4), "float64")
    y = new.convolve(x * 1.0, ops.power([1.0, 2.0], 2))
    assert str(Graph(simplify({"y": y}))).splitlines() == [
        "x : input float64[n, 4]",
        "a = convolve(x, [1., 4.]) : float64[n, 3]",
        "return y = a",
    ]


# ── the signs and words of one's own elementwise operations ─────────────────────────────────────────────────────────


@pytest.fixture
def less() -> Iterator[Primitive]:
    primitive = elementwise(
        "less",
        "1 where x < y, else 0",
        formula=lambda m, x, y: m.greater(y, x),
        sample=APART,
        sign="<",
        latex=r"\left(· < ·\right)",
    )
    yield primitive
    del PRIMITIVES["less"]


def test_a_sign_is_written_between_operands(less: Primitive) -> None:
    x = source("input", "x", (), "float64")
    y = 3 * less(x, 2.0)
    explanation = Explainer(Graph({"y": y}), {"x": np.array(1.5)})(y, (), "y")
    assert explanation.text == "y = (3)(1.5 < 2) = 3"
    assert explanation.latex == r"y = \left(3\right)\left(1.5 < 2\right) = 3"


@pytest.fixture
def cube_root() -> Iterator[Primitive]:
    primitive = elementwise(
        "cube_root",
        "The cube root of a number above 0.",
        formula=lambda m, x: m.exp(m.log(x) / 3),
        sample=Interval(0.1, 4),
        remedy="cube roots need outputs above 0",
        vjp=lambda g, y, x: (g * y / (3 * x),),
    )
    yield primitive
    del PRIMITIVES["cube_root"]


def test_the_remedy_is_said_when_training_fails(cube_root: Primitive) -> None:
    @dataclass(frozen=True)
    class RootError(gn.Loss):
        def __call__(self, prediction: Var, target: Var) -> Var:
            return ops.mean(cube_root(prediction - target), -1)

    net = gn.Network(1, gn.Dense(1, weights=[[1.0]]), dtype="float64")
    with pytest.raises(gn.DivergenceError, match=r"the result of \w+; cube roots need outputs above 0"):
        net.fit([[1.0]], [[2.0]], epochs=1, loss=RootError())
