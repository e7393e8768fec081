"""NumPy's products on one thread, where several would only wait for each other."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet import ops
from glassnet.ir import BATCH, PRIMITIVES, Graph, Primitive, source
from glassnet.readings.evaluate import Program
from glassnet.readings.threads import NEVER_SHARED, WORTH_SHARING, largest_product, library, shared_if_worth
from glassnet.regression import factorise, linear


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    before = library().get_num_threads()
    library().set_num_threads(2)
    yield
    assert library().get_num_threads() == 2
    library().set_num_threads(before)


@pytest.mark.parametrize(
    ("work", "threads"), [(NEVER_SHARED - 1, 2), (1e6, 1), (WORTH_SHARING - 1, 1), (WORTH_SHARING, 2)]
)
def test_products_between_get_one_thread(work: float, threads: int) -> None:
    with shared_if_worth(work):
        assert library().get_num_threads() == threads


def test_blocks_within_blocks_and_after_errors() -> None:
    with suppress(ZeroDivisionError), shared_if_worth(1e6):
        with shared_if_worth(1e6):
            pass
        assert library().get_num_threads() == 1
        raise ZeroDivisionError
    assert library().get_num_threads() == 2


def test_a_regression_is_solved_with_one_thread_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own two share many observations; the library's would wait in their way, also after a fit to few."""
    seen: list[int] = []

    def watched(*given: Any) -> Any:
        seen.append(library().get_num_threads())
        return factorise.solve(*given)

    monkeypatch.setattr(linear, "solve", watched)
    gn.LinearRegression().fit([[1.0], [2.0], [3.0]], [1.0, 2.0, 4.0])
    assert seen == [1]


@pytest.mark.parametrize(("samples", "threads"), [(1, 1), (16, 1), (2000, 2)])
def test_a_program_knows_how_large_its_products_are(samples: int, threads: int) -> None:
    seen: list[int] = []

    def look(x: Any) -> Any:
        seen.append(library().get_num_threads())
        return x

    note = Primitive("note", "x, and how many threads there are.", rule=lambda x: x, kernel=look)
    x, w = source("input", "x", (BATCH, 200), "float32"), source("parameter", "w", (200, 100), "float32")
    del PRIMITIVES["note"]  # it must not be there in other tests
    Program(Graph({"y": note(ops.matmul(x, w))}))({"x": np.ones((samples, 200), "f"), "w": np.ones((200, 100), "f")})
    assert seen == [threads]


def test_the_largest_product_of_a_network() -> None:
    assert largest_product(gn.Network(7, gn.Dense(5, "tanh"), gn.Dense(30)).graph) == 150
    assert largest_product(gn.Network(7, gn.Activation("tanh")).graph) == 0
