"""Products along several axes on the engine: the evaluator's numbers, wherever the numbers lie, by any threads."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet import ops
from glassnet.compile import contractions as contractions_
from glassnet.compile import planned, tasks
from glassnet.ir import BATCH, Array, Graph, Var, source
from glassnet.ir.types import Shape
from glassnet.readings import gradients
from tests.compile.sides import compared, on_the_engine


def operand(draw: st.DrawFn, name: str, shape: Shape, samples: int, dtype: str) -> tuple[Var, Array]:
    """A variable of that shape, whose numbers lie in another order in memory; and the numbers of its source."""
    free = [i for i, size in enumerate(shape) if size is not BATCH]
    order = [i for i, size in enumerate(shape) if size is BATCH] + draw(st.permutations(free))
    given_ = source("input" if BATCH in shape else "parameter", name, tuple(shape[i] for i in order), dtype)
    sizes = [samples if size is BATCH else size for size in given_.shape]
    seed = draw(st.integers(0, 99))
    values = np.random.default_rng(seed).normal(size=sizes).astype(dtype)
    return ops.transpose(given_, tuple(order.index(i) for i in range(len(shape)))), values


@st.composite
def contractions(draw: st.DrawFn, dtype: str) -> tuple[dict[str, Var], dict[str, Array]]:
    """A contraction of any axes, with the samples among any of them or nowhere, and its gradients."""
    parts: list[list[object]] = [list(draw(st.lists(st.integers(1, 9), max_size=3))) for _ in range(3)]
    where = draw(st.integers(0, 3))
    if where < 3:
        parts[where].insert(draw(st.integers(0, len(parts[where]))), BATCH)
    rows, summed, columns = map(tuple, parts)
    samples = draw(st.sampled_from([1, 3, 8, 19]))
    x, of_x = operand(draw, "x", (*rows, *summed), samples, dtype)  # type: ignore[arg-type]
    y, of_y = operand(draw, "y", (*summed, *columns), samples, dtype)  # type: ignore[arg-type]
    z = ops.contract(x, y, axes=len(summed))
    slopes = gradients(ops.sum(ops.sin(z)), [x, y])
    outputs = {"z": z, "dx": slopes[0], "dy": slopes[1]}
    return outputs, {"x": of_x, "y": of_y}


@given(contractions("float64"))
@settings(max_examples=60, deadline=None)
def test_any_axes(drawn: tuple[dict[str, Var], dict[str, Array]]) -> None:
    compared(*drawn, tolerance=1e-12)


@given(contractions("float32"))
@settings(max_examples=20, deadline=None)
def test_any_axes_in_single_precision(drawn: tuple[dict[str, Var], dict[str, Array]]) -> None:
    compared(*drawn, tolerance=2e-4)


def convolved(samples: int, size: int, channels: int, filters: int, dtype: str = "float64") -> tuple[
    Mapping[str, Var], Mapping[str, Array]
]:  # fmt: skip
    """A convolution of pictures by a kernel of 3 × 3, and its gradients."""
    x = source("input", "x", (BATCH, size, size, channels), dtype)
    w = source("parameter", "w", (3, 3, channels, filters), dtype)
    seen = ops.windows(x, axis=1, sizes=(3, 3), strides=(1, 1), dilations=(1, 1))
    y = ops.contract(seen, w, axes=3)
    slopes = gradients(ops.sum(ops.sin(y)), [x, w])
    rng = np.random.default_rng(0)
    values = {
        "x": rng.normal(size=(samples, size, size, channels)).astype(dtype),
        "w": rng.normal(size=w.shape).astype(dtype),
    }
    return {"y": y, "dx": slopes[0], "dw": slopes[1]}, values


@pytest.mark.parametrize(
    ("samples", "size", "channels", "filters"),
    [(1, 4, 1, 1), (3, 7, 1, 6), (9, 12, 2, 16), (17, 10, 3, 33), (64, 8, 20, 40), (2, 9, 40, 70)],
)
def test_convolutions(samples: int, size: int, channels: int, filters: int) -> None:
    compared(*convolved(samples, size, channels, filters), tolerance=1e-11)


def test_the_bits_do_not_depend_on_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    outputs, values = convolved(70, 9, 5, 20, "float32")
    alone = on_the_engine(outputs, values)
    monkeypatch.setattr(tasks, "LEAST_WORK", 1.0)
    for threads in (1, 2, 3):
        found = on_the_engine(outputs, values, threads)
        for name in outputs:
            assert np.array_equal(found[name], alone[name]), name


def multiplied(samples: int, size: int, units: int, dtype: str) -> tuple[Mapping[str, Var], Mapping[str, Array]]:
    """A product by a large matrix, and its gradients; sums of whole numbers, which are exact in any order."""
    x, w = source("input", "x", (BATCH, size), dtype), source("parameter", "w", (size, units), dtype)
    y = (x * source("parameter", "s", (size,), dtype)) @ w
    slopes = gradients(ops.sum(y * y), [x, w])
    rng = np.random.default_rng(0)
    values = {"x": rng.integers(-3, 4, (samples, size)), "w": rng.integers(-1, 2, w.shape), "s": np.ones(size)}
    values = {name: array.astype(dtype) for name, array in values.items()}
    return {"y": y, "dx": slopes[0], "dw": slopes[1]}, values


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("samples", "size", "units", "kinds"),
    [
        (16, 257, 600, {"wide", "product"}),
        (61, 300, 271, {"wide", "product"}),
        (300, 1100, 290, {"blocks"}),
        (256, 259, 288, {"wide", "product"}),
        (1030, 45, 40, {"product", "blocks"}),
        (300, 1000, 10, {"product", "blocks"}),
    ],
)
def test_large_matrices(
    monkeypatch: pytest.MonkeyPatch, samples: int, size: int, units: int, kinds: set[str], dtype: str
) -> None:
    outputs, values = multiplied(samples, size, units, dtype)
    plan = planned(outputs, {}, samples, {"x": dtype})
    assert {i.kind for i in plan.instructions if "matmul" in i.what} - {"pack"} == kinds
    monkeypatch.setattr(tasks, "LEAST_WORK", 1.0)
    for threads in (1, 2, 3):
        compared(outputs, values, 0.0, threads)


def over_steps(
    samples: int, steps: int, size: int, units: int, dtype: str
) -> tuple[Mapping[str, Var], Mapping[str, Array]]:
    """Each step of a sequence times a matrix, and the gradients; sums of whole numbers."""
    x, w = source("input", "x", (BATCH, steps, size), dtype), source("parameter", "w", (size, units), dtype)
    y = (x * source("parameter", "s", (size,), dtype)) @ w
    slopes = gradients(ops.sum(y * y), [x, w])
    rng = np.random.default_rng(0)
    values = {"x": rng.integers(-2, 3, (samples, steps, size)), "w": rng.integers(-1, 2, w.shape), "s": np.ones(size)}
    return {"y": y, "dx": slopes[0], "dw": slopes[1]}, {name: array.astype(dtype) for name, array in values.items()}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("samples", "steps", "size", "units"), [(16, 40, 28, 70), (9, 64, 135, 33), (3, 300, 300, 100), (70, 5, 40, 40)]
)
def test_matrices_over_steps(
    monkeypatch: pytest.MonkeyPatch, samples: int, steps: int, size: int, units: int, dtype: str
) -> None:
    outputs, values = over_steps(samples, steps, size, units, dtype)
    monkeypatch.setattr(tasks, "LEAST_WORK", 1.0)
    for threads in (1, 2, 3):
        compared(outputs, values, 0.0, threads)


def pictures(samples: int, size: int, used: list[int]) -> Array:
    """Whole numbers, of which only some columns have any that is not 0."""
    x = np.zeros((samples, size), np.uint8)
    x[:, used] = np.random.default_rng(0).integers(0, 4, (samples, len(used)))
    return x


@pytest.mark.parametrize("used", [[], [0], [3, 299], list(range(5, 290, 2)), list(range(300))])
@pytest.mark.parametrize(("samples", "units"), [(16, 256), (61, 271), (256, 300)])
def test_columns_that_are_0_are_left_out_by_threads_that_share_the_others(
    monkeypatch: pytest.MonkeyPatch, samples: int, units: int, used: list[int]
) -> None:
    x, w = source("input", "x", (BATCH, 300), "float32"), source("parameter", "w", (300, units), "float32")
    y = x @ w
    outputs = {"y": y, "dw": gradients(ops.sum(y * y), [w])[0]}
    plan = planned(outputs, {}, samples, {"x": "uint8"})
    names = [i.kernel for i in plan.instructions if "matmul" in i.what and i.kind in ("wide", "blocks")]
    assert names == ["wide_float32_listed", "blocks_near_product_float32_transposed_own"]
    monkeypatch.setattr(tasks, "LEAST_WORK", 1.0)
    values = {
        "x": pictures(samples, 300, used),
        "w": np.random.default_rng(1).integers(-1, 2, w.shape).astype("float32"),
    }
    for threads in (1, 2, 3):
        compared(outputs, values, 0.0, threads)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("used", [[], [0], [3, 299], list(range(5, 290, 2)), list(range(300))])
@pytest.mark.parametrize(("samples", "units"), [(21, 10), (300, 130), (1030, 300), (70, 900)])
def test_each_tile_leaves_out_what_is_0_in_its_rows(
    monkeypatch: pytest.MonkeyPatch, samples: int, units: int, used: list[int], dtype: str
) -> None:
    x, w = source("input", "x", (BATCH, 300), dtype), source("parameter", "w", (300, units), dtype)
    y = x @ w
    outputs = {"dw": gradients(ops.sum(y * y), [w])[0]}
    outputs |= {"y": y} if samples > contractions_.SHARED else {}
    plan = planned(outputs, {}, samples, {"x": "uint8"})
    assert [i.kernel for i in plan.instructions if i.kernel.endswith("own")]
    monkeypatch.setattr(tasks, "LEAST_WORK", 1.0)
    values = {"x": pictures(samples, 300, used), "w": np.random.default_rng(1).integers(-1, 2, w.shape).astype(dtype)}
    values["x"][samples // 2 :] = np.roll(values["x"][samples // 2 :], 1, axis=1)  # others are 0 in each sample
    for threads in (1, 2, 3):
        compared(outputs, values, 0.0, threads)


@pytest.mark.parametrize(("samples", "kind"), [(8, "product"), (300, "blocks")])
def test_columns_are_left_out_of_weights_that_are_transposed(samples: int, kind: str) -> None:
    x, w = source("input", "x", (BATCH, 300), "float32"), source("parameter", "w", (400, 300), "float32")
    outputs = {"y": x @ ops.transpose(w)}
    values = {"x": pictures(samples, 300, [3, 150, 299]), "w": np.random.default_rng(1).integers(-1, 2, w.shape)}
    plan = planned(outputs, {}, samples, {"x": "uint8"})
    assert kind in {i.kind for i in plan.instructions}
    compared(outputs, {"x": values["x"], "w": values["w"].astype("float32")}, 0.0)


def test_data_that_are_no_bytes_are_left_out_where_a_product_is_large() -> None:
    """They may be 0 nowhere: to look for it in every tile pays where each number is multiplied often."""
    x = source("input", "x", (BATCH, 300), "float32")
    kernels = {}
    for units in (64, 300):
        y = x @ source("parameter", "w", (300, units), "float32")
        for dtype in ("uint8", "float32"):
            plan = planned({"y": y}, {}, 300, {"x": dtype})
            kernels[units, dtype] = any(i.kernel.endswith("own") for i in plan.instructions)
    assert kernels == {(64, "uint8"): True, (64, "float32"): False, (300, "uint8"): True, (300, "float32"): True}


def test_no_row_is_left_out_that_is_not_finite() -> None:
    """A number that is none is no 0: what it makes is none either."""
    x, w = source("input", "x", (BATCH, 100), "float32"), source("parameter", "w", (100, 40), "float32")
    values = {"x": np.zeros((300, 100), "float32"), "w": np.ones((100, 40), "float32")}
    values["x"][7, 99] = np.nan
    found = on_the_engine({"y": x @ w}, values)["y"]
    assert np.isnan(found[7]).all()
    assert not found[np.arange(300) != 7].any()


def test_many_rows_of_a_sample_are_multiplied_where_they_lie() -> None:
    """By tiles that ask for the next panel; blocks of A are copied where its rows lie far apart, or summed over."""
    outputs, _ = over_steps(20, 64, 135, 100, "float32")
    plan = planned(outputs, {}, 20, {"x": "float32"})
    copied = {i.what: "uncopied" not in i.kernel for i in plan.instructions if i.kind == "blocks"}
    assert copied == {"matmul": False, "matmul: gradient": False, "contract: gradient": True}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("units", "size"), [(1, 1), (4, 3), (10, 33), (16, 16), (21, 40), (64, 17)])
def test_matrices_whose_columns_follow_each_other(units: int, size: int, dtype: str) -> None:
    """They are turned into panels square by square; what is left of rows and columns, too."""
    outputs, values = multiplied(20, size, units, dtype)
    compared(outputs, values, 0.0)


def test_windows_are_never_copied() -> None:
    """Neither forwards nor for the gradients is there memory for all windows at once."""

    outputs, values = convolved(16, 20, 8, 8)
    plan = planned(outputs, {}, 16, {"x": "float64"})
    assert max(buffer.size for buffer in plan.buffers) < 2 * values["x"].size


def test_rows_of_all_samples_are_one_product() -> None:
    """A dense layer on each step of a sequence is a product of two matrices, forwards and for the gradients."""

    x, w = source("input", "x", (BATCH, 4, 6), "float64"), source("parameter", "w", (6, 5), "float64")
    outputs = {f"d{i}": slope for i, slope in enumerate(gradients(ops.sum(ops.sin(x @ w)), [x, w]))}
    plan = planned(outputs, {}, 8, {"x": "float64"})
    assert {i.kind for i in plan.instructions if "matmul" in i.what or "contract" in i.what} <= {"product", "pack"}
    rng = np.random.default_rng(0)
    compared(outputs, {"x": rng.normal(size=(8, 4, 6)), "w": rng.normal(size=(6, 5))}, 1e-12)


def test_weights_are_copied_into_panels_once() -> None:
    """However often they are multiplied: at each step of a sequence, say."""
    x, w = source("input", "x", (BATCH, 160), "float64"), source("parameter", "w", (160, 160), "float64")
    first = ops.slice_(x, axis=1, start=0, stop=8) @ ops.slice_(w, axis=0, start=0, stop=8)
    y = ops.tanh(ops.tanh(first) @ w) @ w
    plan = planned({"y": y}, {}, 40, {"x": "float64"})
    assert [i.kind for i in plan.instructions].count("pack") == 1
    rng = np.random.default_rng(0)
    compared({"y": y}, {"x": rng.normal(size=(40, 160)), "w": rng.normal(size=(160, 160)) / 10}, 1e-12)


@pytest.mark.parametrize("width", [48, 70])
def test_rows_of_samples_are_copied_into_panels_sample_by_sample(width: int) -> None:
    """Of each sample 40 rows, or 15, summed with those of all others."""

    def plan(steps: int) -> list[tuple[str, bool]]:
        x, y = (ops.tanh(source("input", name, (BATCH, steps, size), "float64")) for name, size in sizes.items())
        z = ops.contract(ops.transpose(x, (2, 0, 1)), y, axes=2)
        values = {name: np.random.default_rng(0).normal(size=(13, steps, size)) for name, size in sizes.items()}
        for threads in (1, 2):
            compared({"z": z}, values, 1e-12, threads)
        instructions = planned({"z": z}, {}, 13, dict.fromkeys(sizes, "float64")).instructions
        return [(i.kind, i.rows) for i in instructions if i.kind == "pack"]

    sizes = {"x": 96, "y": width}
    assert plan(40) == [("pack", True)]
    assert plan(15) == [("pack", True)]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("units", [4, 8, 16, 24])
@pytest.mark.parametrize("samples", [1, 9])
def test_sums_over_steps_whose_columns_fill_whole_vectors(samples: int, units: int, dtype: str) -> None:
    """Those of a single sample are a product of matrices: there are no other samples for other threads."""
    outputs, values = over_steps(samples, 17, 8, units, dtype)
    kinds = {i.kind for i in planned({"slope": outputs["dw"]}, {}, samples, {"x": dtype}).instructions}
    assert ("windowed" in kinds) == (samples > 1)
    compared(outputs, values, 0.0)


def test_long_sums_are_by_chunks_of_samples() -> None:
    x, w = source("input", "x", (BATCH, 40, 6), "float64"), source("parameter", "w", (6, 35), "float64")
    outputs = {f"d{i}": slope for i, slope in enumerate(gradients(ops.sum(ops.sin(x @ w)), [x, w]))}
    rng = np.random.default_rng(0)
    compared(outputs, {"x": rng.normal(size=(21, 40, 6)), "w": rng.normal(size=(6, 35))}, 1e-12)
    assert Graph(outputs).sources.keys() == {"x", "w"}


@pytest.mark.parametrize(("heads", "steps", "size"), [(1, 3, 2), (4, 16, 4), (3, 33, 20)])
def test_attention_reads_heads_where_they_are(heads: int, steps: int, size: int) -> None:
    """Queries, keys and values are stretches of one product's columns: no product needs a copy of them in order.

    Nor have the results of all heads to be put beside each other.
    """
    shape = (BATCH, steps, heads, size)
    q, k, v = (source("input", name, (BATCH, steps, heads * size), "float64") for name in "qkv")
    of_heads = [ops.transpose(ops.reshape(x * 1.5, shape=shape), (0, 2, 1, 3)) for x in (q, k, v)]
    weights = ops.softmax(of_heads[0] @ ops.transpose(of_heads[1]))
    mixed = ops.reshape(ops.transpose(weights @ of_heads[2], (0, 2, 1, 3)), shape=q.shape)
    slopes = gradients(ops.sum(ops.sin(mixed)), [q, k, v])
    outputs = {"mixed": mixed, "dq": slopes[0], "dk": slopes[1], "dv": slopes[2]}
    plan = planned(outputs, {}, 5, dict.fromkeys("qkv", "float64"))
    assert not [i for i in plan.instructions if i.what.endswith("matmul: copy") or "reshape" in i.what]
    rng = np.random.default_rng(0)
    compared(outputs, {name: rng.normal(size=(5, steps, heads * size)) for name in "qkv"}, 1e-12)
