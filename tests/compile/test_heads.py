"""Attention with heads narrower than a vector: the evaluator's numbers, from scores whose heads lie side by side."""

import numpy as np
import pytest

from glassnet import ops
from glassnet.compile import planned
from glassnet.compile.jit import host
from glassnet.ir import BATCH, Array, Var, source
from glassnet.readings import gradients
from tests.compile.sides import compared

SHAPES = [(4, 16, 4), (4, 12, 4), (4, 5, 4), (2, 16, 8), (8, 10, 2), (4, 16, 8), (3, 16, 4), (4, 17, 4), (1, 16, 4)]
"""Heads, steps and features of a head: those that fill vectors, and those that don't."""


def of_heads(heads: int, steps: int, size: int, dtype: str) -> tuple[dict[str, Array], list[Var]]:
    """Numbers for queries, keys and values; and these, as attention sees them."""
    rng = np.random.default_rng(0)
    values = {name: rng.normal(size=(3, steps, heads * size)).astype(dtype) for name in "qkv"}
    found = [source("input", name, (BATCH, steps, heads * size), dtype) * 1.5 for name in "qkv"]
    return values, [ops.transpose(ops.reshape(x, shape=(BATCH, steps, heads, size)), (0, 2, 1, 3)) for x in found]


def joined(mixed: Var) -> Var:
    _, heads, steps, size = mixed.shape
    return ops.reshape(ops.transpose(mixed, (0, 2, 1, 3)), shape=(BATCH, steps, heads * size))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("heads", "steps", "size"), SHAPES)
def test_causal_attention_and_its_gradients(heads: int, steps: int, size: int, dtype: str) -> None:
    values, (q, k, v) = of_heads(heads, steps, size, dtype)
    seen = np.tri(steps, dtype=dtype)
    shares = ops.softmax(ops.where(seen, q @ ops.transpose(k) / 2.0, -1e30))
    mixed = joined(shares @ v)
    slopes = gradients(ops.sum(ops.sin(mixed)), [q, k, v])
    outputs = {"mixed": mixed, "dq": slopes[0], "dk": slopes[1], "dv": slopes[2], "shares": shares}
    compared(outputs, values, 2e-5 if dtype == "float32" else 1e-12)


def test_a_step_has_no_product_of_a_head_alone() -> None:
    _, (q, k, v) = of_heads(4, 16, 4, "float32")
    mixed = joined(ops.softmax(q @ ops.transpose(k)) @ v)
    slopes = gradients(ops.sum(ops.sin(mixed)), [q, k, v])
    outputs = {"mixed": mixed, "dq": slopes[0], "dk": slopes[1], "dv": slopes[2]}
    kinds = [i.kind for i in planned(outputs, {}, 3, dict.fromkeys("qkv", "float32")).instructions]
    fills = host().lanes("float") > 4
    assert (kinds.count("heads"), kinds.count("many")) == ((6, 0) if fills else (0, 6))
    portable = planned(outputs, {}, 3, dict.fromkeys("qkv", "float32"), portable=True).instructions
    assert not [i for i in portable if i.kind == "heads"]


def test_scores_are_read_in_other_ways_too() -> None:
    """As outputs, in sums over queries or heads, number by number, and in products with other matrices."""
    values, (q, k, v) = of_heads(4, 16, 4, "float32")
    scores = q @ ops.transpose(k)
    tanh = ops.tanh(scores)
    other = source("parameter", "other", (16, 7), "float32")
    outputs = {
        "scores": scores,
        "mixed": tanh @ v,
        "turned": ops.transpose(tanh) @ v,
        "queries": ops.sum(scores, -2),
        "heads": ops.sum(tanh, 1),
        "all": ops.sum(ops.sum(tanh * scores, -1), -1),
        "other": tanh @ other,
        "square": scores @ tanh,
        "reshaped": ops.reshape(scores, shape=(BATCH, 4, 256)),
    }
    values["other"] = np.random.default_rng(1).normal(size=(16, 7)).astype("float32")
    compared(outputs, values, 2e-4)


def test_masks_of_samples_and_biases_of_heads() -> None:
    values, (q, k, v) = of_heads(4, 16, 4, "float64")
    seen, bias = source("input", "seen", (BATCH, 16), "float64"), source("parameter", "bias", (4, 16, 16), "float64")
    scores = ops.where(ops.reshape(seen, shape=(BATCH, 1, 1, 16)), q @ ops.transpose(k) + bias, -1e30)
    mixed = ops.softmax(scores) @ v
    rng = np.random.default_rng(1)
    values |= {"seen": (rng.random((3, 16)) < 0.7).astype(float), "bias": rng.normal(size=(4, 16, 16))}
    compared({"mixed": mixed, "slope": gradients(ops.sum(ops.sin(mixed)), [bias])[0]}, values, 1e-12)


def test_nan_stays_with_its_query_and_head() -> None:
    values, (q, k, _) = of_heads(4, 16, 4, "float32")
    values["q"][1, 3, 5] = np.nan
    scores = q @ ops.transpose(k)
    with np.errstate(invalid="ignore"):
        compared(
            {"largest": ops.max(scores * 2, -1), "shares": ops.softmax(scores)}, {n: values[n] for n in "qk"}, 2e-5
        )
