"""Contractions against NumPy's tensordot, in blocks too; and the gradients of products over many rows."""

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet import ops
from glassnet.ir import BATCH, Graph, ShapeError, operand, source
from glassnet.readings import gradients, value

family = import_module("glassnet.ops.contract")  # ops.contract is the operation
sizes = st.lists(st.integers(1, 4), max_size=3)


@given(sizes, sizes, sizes, st.randoms(use_true_random=False), st.sampled_from([1, 100, 1 << 20]))
@settings(max_examples=80)
def test_it_is_tensordot_however_the_numbers_lie(before, summed, after, random, block) -> None:  # type: ignore[no-untyped-def]
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(*before, *summed)), generator.normal(size=(*summed, *after))
    order = list(range(x.ndim))
    random.shuffle(order)
    lying = x.transpose(order).copy().transpose([order.index(axis) for axis in range(x.ndim)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(family, "BLOCK", block)
        found = ops.contract.kernel(lying, y, axes=len(summed))
    np.testing.assert_allclose(found, np.tensordot(x, y, axes=len(summed)), rtol=1e-12, atol=1e-12)


def test_windows_are_copied_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 40 samples' windows no more than five samples' are in order at a time, forwards and for the kernel's slope."""
    x = np.random.default_rng(0).normal(size=(40, 12, 12, 3))
    seen = ops.windows.kernel(x, axis=1, sizes=(5, 5), strides=(1, 1), dilations=(1, 1))
    kernel, g = np.ones((5, 5, 3, 2)), np.ones((40, 8, 8, 2))
    monkeypatch.setattr(family, "BLOCK", 5 * seen[0].nbytes)
    assert [block for block, _ in family._blocks(seen, 40 * 64)] == [slice(i, i + 5) for i in range(0, 40, 5)]
    np.testing.assert_allclose(family.contract.kernel(seen, kernel, axes=3), np.tensordot(seen, kernel, 3))
    turned = seen.transpose(3, 4, 5, 0, 1, 2)
    np.testing.assert_allclose(family.contract.kernel(turned, g, axes=3), np.tensordot(turned, g, 3))


def test_axes_must_be_equally_long() -> None:
    x, y = source("input", "x", (BATCH, 2, 3), "float64"), source("parameter", "y", (3, 2), "float64")
    with pytest.raises(ShapeError, match="the last 2 axes of the first operand must be as long as the second's first"):
        ops.contract(x, y, axes=2)
    with pytest.raises(ShapeError, match="one float dtype"):
        ops.contract(x, ops.cast(y, dtype="float32"), axes=1)


def test_weights_of_many_rows_get_their_gradient_in_one_product() -> None:
    """Dense on sequences: no product for each sample, (n, inputs, units), that is then summed."""
    x, w = source("input", "x", (BATCH, 5, 3), "float64"), source("parameter", "w", (3, 4), "float64")
    [slope] = gradients(ops.sum((x @ w) ** 2), [w])
    assert {var.shape for var in Graph({"slope": slope}).variables if BATCH in var.shape} <= {
        (BATCH, 5, 3), (3, BATCH, 5), (BATCH, 5, 4),
    }  # fmt: skip
    generator = np.random.default_rng(0)
    inputs, weights = generator.normal(size=(2, 5, 3)), generator.normal(size=(3, 4))
    expected = 2 * np.einsum("nti,ntj->ij", inputs, inputs @ weights)
    np.testing.assert_allclose(value(slope, x=inputs, w=weights), expected, rtol=1e-12)


def test_one_number_is_its_products() -> None:
    x, y = operand([[1.0, 2.0], [3.0, 4.0]], "float64"), operand([[5.0, 6.0], [7.0, 8.0]], "float64")
    assert value(ops.contract(x, y, axes=2)) == 1 * 5 + 2 * 6 + 3 * 7 + 4 * 8
    assert value(ops.contract(x, y, axes=0)).shape == (2, 2, 2, 2)
