"""The products of collapsed layers: each number explained as the sum that it is."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.ir.errors import GlassnetError
from tests.readings.explain.reader import check


def test_the_lectures_products_are_written_out() -> None:
    collapsed = gn.lecture("1-3-3-1").collapse()
    assert collapsed["A2[0, 0]"].text == "A2[0, 0] = (0.2)(-1) + (-0.6)(-0.9) + (0.7)(0.2) = 0.48"
    assert collapsed["c2[1]"].text == "c2[1] = (1)(-1) + (-1)(-0.4) + (-0.5)(-0.3) - 0.5 = -0.95"
    assert collapsed["A3[0, 0]"].text.endswith("= 0.026")
    assert collapsed["c3[0]"].text.endswith("= -0.25")
    assert collapsed["A1[0,2]"].text == "A1[0, 2] = 0.7"


@pytest.mark.parametrize("seed", range(5))
def test_each_number_is_that_of_the_exact_product(seed: int) -> None:
    net = gn.Network(3, gn.Dense(4), gn.Dense(2), gn.Dense(3), seed=seed, dtype="float64")
    net.assign({name: np.random.default_rng(seed).normal(size=a.shape) for name, a in net.parameters.items()})
    collapsed = net.collapse()
    for k, step in enumerate(collapsed.steps, 1):
        for i, j in np.ndindex(step.A.shape):
            explanation = collapsed[f"A{k}[{i}, {j}]"]
            check(explanation)
            assert explanation.value == pytest.approx(float(step.A[i, j]), rel=1e-12, abs=1e-14)
        for j, constant in enumerate(step.c):
            check(collapsed[f"c{k}[{j}]"])
            assert collapsed[f"c{k}[{j}]"].value == pytest.approx(float(constant), rel=1e-12, abs=1e-14)


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(GlassnetError, match=r"no number of the products 'A4\[0, 0\]'"):
        gn.lecture("1-3-3-1").collapse()["A4[0, 0]"]
