"""What is rewritten before it is planned: scans step by step, and zeros that are added between neighbours."""

import numpy as np
import pytest

from glassnet import ops
from glassnet.compile import planned
from glassnet.ir import BATCH, source
from glassnet.readings import gradients
from tests.compile.sides import compared


@pytest.mark.parametrize("stretches", [[(0, 20), (20, 40)], [(0, 20), (20, 40), (40, 64)], [(20, 40), (40, 50)]])
def test_gradients_of_neighbours_are_joined_in_place(stretches: list[tuple[int, int]]) -> None:
    """The gates of a recurrent layer are stretches of one product: no zeros are added to their gradients."""
    x = source("input", "x", (BATCH, 64), "float64")
    z = 2 * x
    parts = [ops.tanh((i + 1) * ops.slice_(z, axis=1, start=a, stop=b)) for i, (a, b) in enumerate(stretches)]
    [slope] = gradients(sum((ops.sum(part) for part in parts[1:]), ops.sum(parts[0])), [x])
    compared({"dx": slope}, {"x": np.random.default_rng(0).normal(size=(5, 64))}, 1e-13)
    kinds = [i.what for i in planned({"dx": slope}, {}, 5, {"x": "float64"}).instructions]
    assert sum("pad" in what for what in kinds) == (0 if stretches[0][0] == 0 and stretches[-1][1] == 64 else 2)
    assert not any("concatenate" in what for what in kinds) or stretches[-1] == (40, 50)


def test_stretches_that_overlap_or_lie_apart_are_added() -> None:
    x = source("input", "x", (BATCH, 8), "float64")
    for first, second in (((0, 4), (2, 6)), ((0, 2), (5, 8)), ((2, 6), (2, 6))):
        parts = [ops.sum(ops.sin(ops.slice_(x, axis=1, start=a, stop=b))) for a, b in (first, second)]
        [slope] = gradients(parts[0] + 3 * parts[1], [x])
        compared({"dx": slope}, {"x": np.random.default_rng(0).normal(size=(5, 8))}, 1e-13)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_products_with_one_column_are_part_of_the_loops(dtype: str) -> None:
    """One input and one output: only the product between the hidden layers is one of matrices, and its gradients."""
    x, w, b, v = (source("parameter", name, shape, dtype) for name, shape in PARTS.items())
    given = source("input", "given", (BATCH, 1), dtype)
    y = ops.tanh(ops.tanh(given @ x + b) @ w) @ v
    parameters = [x, w, b, v]
    slopes = gradients(ops.sum(y**2), parameters)
    outputs = {"y": y, **{f"d{i}": slope for i, slope in enumerate(slopes)}}
    rng = np.random.default_rng(0)
    values = {name: rng.normal(size=shape).astype(dtype) / 4 for name, shape in PARTS.items()}
    compared(
        outputs, {**values, "given": rng.normal(size=(37, 1)).astype(dtype)}, 1e-5 if dtype == "float32" else 1e-13
    )
    plan = planned(outputs, {}, 37, {"given": dtype})
    assert [i.kind for i in plan.instructions].count("product") == 4


PARTS = {"x": (1, 48), "w": (48, 48), "b": (48,), "v": (48, 1)}
