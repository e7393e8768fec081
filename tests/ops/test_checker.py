"""Who checks the checker? Planted mistakes of each kind must be found."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from glassnet import ops
from glassnet.ir import BATCH, PRIMITIVES, Primitive, Type, Var
from glassnet.ops.elementwise import Elementwise, Interval
from glassnet.ops.elementwise import elementwise as define
from glassnet.readings import differentiate
from tests.ops.checker import Case, check_derivative, check_type, elementwise_case
from tests.ops.test_formulas import check_kernel, check_slopes


@contextmanager
def planted(make: Callable[..., Primitive], *args: Any, **kwargs: Any) -> Iterator[Any]:
    """An operation that exists only inside."""
    primitive = make(*args, **kwargs)
    try:
        yield primitive
    finally:
        del PRIMITIVES[primitive.name]


def cube(vjp: Callable[..., tuple[Var | None, ...]], kernel: Any = None) -> Any:
    return planted(define, "planted", "x³", lambda m, x: x * x * x, Interval(0.5, 2), vjp, kernel)


def case(primitive: Elementwise) -> Case:
    return elementwise_case(primitive, [(BATCH, 2)], n=3, seed=0)


def test_a_true_operation_passes() -> None:
    with cube(lambda g, y, x: (3 * g * x**2,)) as primitive:
        check_type(case(primitive))
        check_derivative(case(primitive))
        check_slopes(primitive)
        check_kernel(primitive, "float64")


@pytest.mark.parametrize(
    "vjp",
    [
        lambda g, y, x: (g * x**2,),
        lambda g, y, x: (-3 * g * x**2,),
        lambda g, y, x: (3 * x**2,),  # forgets g
        lambda g, y, x: (3.00001 * g * x**2,),
        lambda g, y, x: (None,),
    ],
)
def test_a_wrong_derivative_is_found(vjp: Callable[..., tuple[Var | None, ...]]) -> None:
    with cube(vjp) as primitive:
        with pytest.raises(AssertionError, match="∂/∂x0"):
            check_derivative(case(primitive))
        with pytest.raises(AssertionError):
            check_slopes(primitive)


def test_a_wrong_kernel_is_found() -> None:
    with (
        cube(lambda g, y, x: (3 * g * x**2,), kernel=lambda m, x: x * x * x * (1 + 2e-15)) as primitive,
        pytest.raises(AssertionError, match="units in the last place"),
    ):
        check_kernel(primitive, "float64")


@pytest.mark.parametrize("shapes", [[(BATCH, 3), (3,)], [(2, 3), (2, 1)], [(BATCH, 1), (1, 3)], [(2,), ()]])
def test_a_missing_undo_of_broadcasting_is_found(shapes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    broadcasting = elementwise_case(ops.multiply, shapes, n=2, seed=0)
    check_derivative(broadcasting)
    monkeypatch.setattr(differentiate, "_undo_broadcast", lambda g, x: g)
    with pytest.raises(AssertionError, match="the gradient has the shape"):
        check_derivative(broadcasting)


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        (lambda x: Type((), x.dtype), "the rule says"),
        (lambda x: Type((BATCH, 3), x.dtype), "the rule says"),
        (lambda x: Type((1, *x.shape), x.dtype), "the rule says"),
        (lambda x: Type(x.shape, "float32"), "the rule says float32, computed is float64"),
    ],
)
def test_a_wrong_type_rule_is_found(rule: Callable[[Type], Type], found: str) -> None:
    with (
        planted(Primitive, "planted", "The same.", rule=rule, kernel=np.array) as primitive,
        pytest.raises(AssertionError, match=found),
    ):
        check_type(case_of(primitive))


def case_of(primitive: Primitive) -> Case:
    return Case(primitive, case(ops.exp).operands)
