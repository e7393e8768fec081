"""Every operation says what its numbers are made of: that arithmetic, read and computed, gives the kernel's number."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from glassnet.ir import PRIMITIVES, Array, Graph
from glassnet.ir.expression import Element, Expression, Number, Operation
from glassnet.ops.elementwise import Elementwise
from glassnet.readings.evaluate import evaluate as run
from glassnet.readings.explain.notation import text
from glassnet.words import rounded
from tests.ops.checker import Case, elementwise_case
from tests.ops.examples import EXAMPLES
from tests.readings.explain.reader import evaluate

WITHOUT = {
    "uniform": "a random number is drawn, not computed from other numbers of the network",
    "scan": "its steps are written out before anything is explained (readings/unroll.py)",
}


def cases() -> Iterator[tuple[str, Case]]:
    """Each operation, several times: the examples of its family, or numbers from the interval of its definition."""
    for primitive in PRIMITIVES.values():
        if isinstance(primitive, Elementwise):
            shapes = [(2, 3), (), (3,)][: len(primitive.sample)]
            yield from ((primitive.name, elementwise_case(primitive, shapes, 2, seed)) for seed in range(3))
        elif primitive.name not in WITHOUT:
            yield from ((primitive.name, example(2)) for example in EXAMPLES[primitive.name])


def with_numbers(expression: Expression, arrays: list[Array]) -> Expression:
    """The expression with each operand's number in its place."""
    if isinstance(expression, Element):
        return Number(arrays[expression.operand][expression.index])
    if isinstance(expression, Operation):
        return Operation(expression.operator, tuple(with_numbers(part, arrays) for part in expression.arguments))
    return expression


@pytest.mark.parametrize(("name", "case"), [pytest.param(n, c, id=f"{n}-{i}") for i, (n, c) in enumerate(cases())])
def test_the_arithmetic_of_each_number_gives_it(name: str, case: Case) -> None:
    variables = Graph({"y": case.call(*case.sources())}).variables
    computed = run(Graph({str(i): var for i, var in enumerate(variables)}), case.values())
    values = {var: computed[str(i)] for i, var in enumerate(variables)}
    for var in variables:
        if var.is_result_of(name):
            arrays, params = [values[v] for v in var.inputs], dict(var.definition.params)
            for index in np.ndindex(values[var].shape):
                written = with_numbers(PRIMITIVES[name].element(index, *arrays, **params), arrays)
                read = evaluate(text(written, lambda number: rounded(number.value, 17)))
                expected, tolerance = values[var][index], 1e-6 if var.dtype == "float32" else 1e-12
                assert float(read) == pytest.approx(expected, rel=tolerance, abs=1e-14), f"{name} at {index}"


def test_every_operation_says_what_its_numbers_are_made_of() -> None:
    assert {p.name for p in PRIMITIVES.values() if p.element is None} == set(WITHOUT)
