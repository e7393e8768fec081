"""Windows on the engine: seen, added back, summed and compared as by the evaluator, for any sizes and steps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet import ops
from glassnet.compile.places import Buffer, at, whole, windows
from glassnet.ir import BATCH, Array, Var, source
from glassnet.ir.types import Type
from glassnet.readings import gradients
from tests.compile.sides import compared

Slide = dict[str, tuple[int, ...]]


@st.composite
def slides(draw: st.DrawFn) -> tuple[Slide, tuple[int, ...]]:
    """How windows move along one, two or three axes, and the lengths of these."""
    count = draw(st.integers(1, 3))
    sizes, strides, dilations, more = (
        tuple(draw(st.lists(st.integers(low, 3), min_size=count, max_size=count))) for low in (1, 1, 1, 0)
    )
    lengths = tuple((s - 1) * d + 1 + m for s, d, m in zip(sizes, dilations, more, strict=True))
    return {"sizes": sizes, "strides": strides, "dilations": dilations}, lengths


def seen(slide: Slide, lengths: tuple[int, ...], channels: int) -> tuple[Var, Var, Array]:
    x = source("input", "x", (BATCH, *lengths, channels), "float64")
    values = np.random.default_rng(1).normal(size=(5, *lengths, channels))
    return x, ops.windows(x, axis=1, **slide), values


@given(slides(), st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_seen_added_back_summed_and_compared(drawn: tuple[Slide, tuple[int, ...]], channels: int) -> None:
    slide, lengths = drawn
    x, y, values = seen(slide, lengths, channels)
    within = tuple(range(1 + len(lengths), 1 + 2 * len(lengths)))
    pooled = {"sum": ops.sum(y, within), "max": ops.max(y, within), "mean": ops.mean(y, within, keepdims=True)}
    slopes = {f"d {name}": gradients(ops.sum(ops.sin(result)), [x])[0] for name, result in pooled.items()}
    compared({"windows": y, **pooled, **slopes}, {"x": values}, 1e-12)


@given(slides(), st.integers(1, 5), st.integers(1, 18))
@settings(max_examples=30, deadline=None)
def test_convolved(drawn: tuple[Slide, tuple[int, ...]], channels: int, filters: int) -> None:
    slide, lengths = drawn
    x, y, values = seen(slide, lengths, channels)
    w = source("parameter", "w", (*slide["sizes"], channels, filters), "float64")
    of_w = np.random.default_rng(2).normal(size=w.shape)
    z = ops.contract(y, w, axes=len(lengths) + 1)
    slopes = gradients(ops.sum(ops.sin(z)), [x, w])
    compared({"z": z, "dx": slopes[0], "dw": slopes[1]}, {"x": values, "w": of_w}, 1e-11)


@pytest.mark.parametrize("shape", [(6, 4), (6, 4, 2)])
def test_without_samples(shape: tuple[int, ...]) -> None:
    x = source("parameter", "x", shape, "float64")
    y = ops.windows(x, axis=0, sizes=(3,), strides=(1,), dilations=(1,))
    outputs = {"y": y, "sum": ops.sum(y, 1), "dx": gradients(ops.sum(ops.sin(y)), [x])[0]}
    compared(outputs, {"x": np.random.default_rng(0).normal(size=shape)}, 1e-12)


def test_windows_of_a_product_that_is_read_elsewhere_too_are_kept() -> None:
    x, w = source("input", "x", (BATCH, 6, 3), "float64"), source("parameter", "w", (3, 4, 2), "float64")
    product = ops.contract(x, w, axes=1)
    added = ops.overlap(product, axis=1, lengths=(9,), strides=(1,), dilations=(1,))
    rng = np.random.default_rng(0)
    values = {"x": rng.normal(size=(5, 6, 3)), "w": rng.normal(size=(3, 4, 2))}
    compared({"added": added, "product": product}, values, 1e-12)
    compared({"added": added}, values, 1e-12)


def test_what_is_at_one_place_of_all_windows() -> None:
    place = whole(Buffer(Type((BATCH, 5, 4), "float64"), 3))
    picked = at(windows(place, 1, (2, 3), (1, 1), (2, 1)), 3, (1, 2))
    assert (picked.shape, picked.strides, picked.offset) == ((BATCH, 3, 2), (20, 4, 1), 2 * 4 + 2)
