"""Errors cross processes: whichever class the package raises, pickling and copying keep its words and what it holds."""

import copy
import importlib
import inspect
import pickle
import pkgutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet
from glassnet import ops
from glassnet.ir import source
from glassnet.ir.errors import GlassnetError
from glassnet.readings.algebra import NotLinear
from glassnet.regression import LinearRegression, NotUniqueError
from glassnet.regression.descent import StepsDivergedError


def classes() -> list[type[BaseException]]:
    """Every exception class that the package defines."""
    walked = [m.name for m in pkgutil.walk_packages(glassnet.__path__, "glassnet.")]
    modules = [importlib.import_module(name) for name in walked if not name.startswith("glassnet.interop.")]
    found = {thing for module in modules for thing in vars(module).values() if inspect.isclass(thing)}
    ours = [c for c in found if issubclass(c, BaseException) and c.__module__.startswith("glassnet.")]
    return sorted(ours, key=lambda c: c.__qualname__)


CLASSES = classes()
VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def made(kind: type[BaseException], message: str, data: st.DataObject) -> BaseException:
    """An error of that class, by its own __init__: the message first, then whatever else it asks for."""
    if kind.__init__ in (Exception.__init__, BaseException.__init__, ValueError.__init__, ArithmeticError.__init__):
        return kind(message)
    if kind is NotLinear:
        return kind(ops.exp(source("input", message, (2,), "float32")))
    rest = list(inspect.signature(kind.__init__).parameters.values())[2:]
    return kind(message, *(data.draw(VALUES) for p in rest if p.kind is p.POSITIONAL_OR_KEYWORD))


def test_the_classes_are_found() -> None:
    names = {kind.__name__ for kind in CLASSES}
    assert {"GlassnetError", "NotUniqueError", "StepsDivergedError", "NoFormula", "MirrorError"} <= names


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__qualname__)
@given(message=st.text(), data=st.data())
def test_an_error_survives_pickling_and_copying(kind: type[BaseException], message: str, data: st.DataObject) -> None:
    error = made(kind, message, data)
    error.add_note("while reading points.csv")
    pickled = [pickle.loads(pickle.dumps(error, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
    for twin in (*pickled, copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is kind
        assert twin is not error
        assert (str(twin), twin.args, vars(twin)) == (str(error), error.args, vars(error))


class Mine(GlassnetError):
    """A user's own error, whose __init__ takes no message at all."""

    def __init__(self, row: int, *, column: str) -> None:
        super().__init__(f"row {row}, column {column} is wrong")
        self.row, self.column = row, column


def test_so_does_an_error_of_the_users_own() -> None:
    twin = pickle.loads(pickle.dumps(Mine(3, column="age")))
    assert (str(twin), twin.row, twin.column) == ("row 3, column age is wrong", 3, "age")


def fit_twice_the_same(scale: float) -> None:
    LinearRegression().fit({"a": [1, 2, 4], "b": [scale, 2 * scale, 4 * scale]}, [1, 2, 3])


def test_a_process_pool_hands_the_error_on_and_lives() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        with pytest.raises(NotUniqueError, match="b = 2·a"):
            pool.submit(fit_twice_the_same, 2.0).result()
        assert pool.submit(abs, -1).result() == 1


def test_the_walk_that_diverged_comes_along() -> None:
    with pytest.raises(StepsDivergedError) as caught:
        LinearRegression(method="gradient descent", learning_rate=9.0).fit([0, 2], [1, 5])
    twin = pickle.loads(pickle.dumps(caught.value))
    assert np.array_equal(twin.path.loss, caught.value.path.loss)
