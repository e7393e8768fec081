"""A portable plan gives the same bits with AVX-512, with AVX2 and with SSE2 alone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256

import numpy as np
import pytest

import glassnet as gn
from glassnet import ops
from glassnet.compile import Prepared, is_available, planned
from glassnet.compile.jit import FEWER
from glassnet.ir.graph import Var, source
from glassnet.ir.types import BATCH
from glassnet.readings import gradients

pytestmark = pytest.mark.skipif(not is_available(), reason="llvmlite has no wheel for this platform")

SAMPLES = 37


def functions(x: Var, w: Var, scalar: Var) -> dict[str, Var]:
    """Everything whose rounding could depend on the processor: sums, products beside sums, functions, scalars."""
    size, pictures = ops.absolute(x), ops.reshape(x, shape=(BATCH, 5, 5, 2))
    seen = ops.windows(pictures, axis=1, sizes=(2, 2), strides=(1, 1), dilations=(1, 1))
    kernel = ops.reshape(ops.slice_(w, axis=0, start=0, stop=8), shape=(2, 2, 2, 40))
    convolved = ops.contract(seen, kernel, axes=3)
    of_picture, of_kernel = gradients(ops.sum(ops.sin(convolved)), [pictures, kernel])
    heads = ops.transpose(ops.reshape(x, shape=(BATCH, 5, 2, 5)), (0, 2, 1, 3))
    return {
        "exp": ops.exp(x), "log": ops.log(size), "log1p": ops.log1p(size), "expm1": ops.expm1(x),
        "tanh": ops.tanh(x), "erf": ops.erf(x), "sigmoid": ops.sigmoid(x), "sin": ops.sin(100 * x),
        "cos": ops.cos(x), "power": ops.power(size, ops.sin(x)), "product and sum": x * x + x,
        "sums": ops.sum(x * x, axes=(1,)), "sum of all": ops.sum(x), "softmax": ops.softmax(x), "matmul": x @ w,
        "over samples": ops.transpose(x, (1, 0)) @ x, "heads": heads @ ops.transpose(heads), "convolution": convolved,
        "of its picture": of_picture, "of its kernel": of_kernel,
        "scalars": x * (1 - ops.power(0.999, scalar)) * ops.cos(scalar / 7) * ops.exp(-scalar),
    }  # fmt: skip


def trained(dtype: str) -> str:
    """The digest of a network after a training with whatever rounds: a schedule, draws, running means, validation."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(150, 20)), rng.integers(0, 5, 150)
    net = gn.Network(
        20, gn.Dense(33, "tanh"), gn.BatchNorm(), gn.Dropout(0.2), gn.Dense(17, "gelu"), gn.Dense(5, "softmax"),
        dtype=dtype, seed=1,
    )  # fmt: skip
    history = net.fit(
        x, y, epochs=3, batch_size=37, validation=0.2, clip_norm=1.0, precision="portable",
        optimizer=gn.AdamW(gn.CosineDecay(0.01, period=12)),
    )  # fmt: skip
    assert history.engine == "portable"
    measured = np.array([history[name] for name in history if name != "seconds"])
    return sha256(net.parameters.buffer.tobytes() + measured.tobytes()).hexdigest()


def of_pictures(dtype: str) -> str:
    """The digest of a network of pictures after a training."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(70, 9, 9)), rng.integers(0, 3, 70)
    net = gn.Network(
        (9, 9), gn.Conv2D(5, 3, "tanh", padding="same"), gn.AveragePool2D(2), gn.Conv2D(20, 2, "relu"), gn.MaxPool2D(2),
        gn.Flatten(), gn.Dense(3, "softmax"), dtype=dtype, seed=1,
    )  # fmt: skip
    net.fit(x, y, epochs=2, batch_size=20, precision="portable")
    return sha256(net.parameters.buffer.tobytes()).hexdigest()


def of_sequences(dtype: str) -> str:
    """The digest of a network of sequences after a training."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(50, 9, 2)), rng.integers(0, 3, 50)
    net = gn.Network((9, 2), gn.LSTM(20, sequence=True), gn.GRU(7), gn.Dense(3, "softmax"), dtype=dtype, seed=1)
    net.fit(x, y, epochs=2, batch_size=20, precision="portable")
    return sha256(net.parameters.buffer.tobytes()).hexdigest()


def digests() -> Iterator[str]:
    """A line for each function and dtype; what ``python -m tests.compile.test_portable`` prints."""
    rng = np.random.default_rng(0)
    for dtype in ("float32", "float64"):
        x, w = source("input", "x", (BATCH, 50), dtype), source("parameter", "w", (50, 40), dtype)
        given, weights = rng.normal(size=(SAMPLES, 50)).astype(dtype), rng.normal(size=(50, 40)).astype(dtype)
        for name, y in functions(x, w, source("input", "step", (), dtype)).items():
            plan = planned({"y": y}, {}, SAMPLES, {"x": dtype}, portable=True)
            result = np.zeros(
                [SAMPLES if dim is BATCH else dim for dim in ([1] * (BATCH not in y.shape) + [*y.shape])], dtype
            )
            data = {"x": (given, np.arange(SAMPLES))}
            Prepared(plan, {"w": weights}, {}).run(np.array([SAMPLES]), {"step": 3.0}, data, {"y": result})
            assert np.isfinite(result).all()
            yield f"{dtype} {name}: {sha256(result.tobytes()).hexdigest()}"
        yield f"{dtype} network: {trained(dtype)}"
        yield f"{dtype} network of pictures: {of_pictures(dtype)}"
        yield f"{dtype} network of sequences: {of_sequences(dtype)}"


def test_what_is_not_portable_is_refused() -> None:
    net = gn.Network(2, gn.Dense(1))
    with pytest.raises(gn.GlassnetError, match="only the compiled engine is portable"):
        net.fit([[0.0, 1.0]], [[1.0]], precision="portable", engine="numpy")
    with pytest.raises(gn.GlassnetError, match="must be 'normal' or 'portable', got 'exact'"):
        net.fit([[0.0, 1.0]], [[1.0]], precision="exact")


def with_features(cpu: str) -> list[str]:
    environment = {**os.environ, FEWER: cpu}
    run = subprocess.run([sys.executable, "-m", __name__], env=environment, capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


@pytest.mark.parametrize("cpu", ["avx2", "sse2"])
def test_fewer_features_give_the_same_bits(cpu: str) -> None:
    assert with_features(cpu) == list(digests())


if __name__ == "__main__":
    print(*digests(), sep="\n")
