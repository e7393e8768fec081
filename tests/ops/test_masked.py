"""The softmax over what a mask allows: kernel and safe form agree, far out too, and nothing allowed is nothing."""

import numpy as np
import pytest

from glassnet import ops
from glassnet.ir import Graph, ShapeError, source
from glassnet.readings import evaluate


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_safe_form_is_the_kernel(dtype: str) -> None:
    random = np.random.default_rng(0)
    x, mask = random.normal(size=(6, 5)) * 10.0 ** random.integers(0, 5, (6, 1)), random.integers(0, 2, (6, 5))
    mask[0] = 0
    v, m = (source("input", name, (6, 5), dtype) for name in "xm")
    primitive = ops.masked_softmax
    assert primitive.safe is not None
    both = evaluate(
        Graph({"kernel": primitive(v, m), "safe": primitive.safe(v, m)}),
        {"x": x.astype(dtype), "m": mask.astype(dtype)},
    )
    np.testing.assert_allclose(both["kernel"], both["safe"], rtol=1e-6 if dtype == "float32" else 1e-14)
    np.testing.assert_array_equal(both["kernel"][0], 0)
    np.testing.assert_allclose(both["kernel"][1:].sum(axis=-1), mask[1:].any(axis=-1), rtol=1e-6)
    assert not both["kernel"][mask == 0].any()


def test_a_mask_of_another_shape_or_dtype_is_refused() -> None:
    x = source("input", "x", (2, 3), "float32")
    for mask in (source("input", "m", (2, 2), "float32"), source("input", "m", (3,), "int64")):
        with pytest.raises(ShapeError, match=r"the mask must have the dtype|do not fit together"):
            ops.masked_softmax(x, mask)
