"""A portable plan gives the same bits with AVX-512, with AVX2 and with SSE2 alone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256

import numpy as np
import pytest

from glassnet import ops
from glassnet.compile import Prepared, is_available, planned
from glassnet.compile.jit import FEWER
from glassnet.ir.graph import Var, source
from glassnet.ir.types import BATCH

pytestmark = pytest.mark.skipif(not is_available(), reason="llvmlite has no wheel for this platform")

SAMPLES = 37


def functions(x: Var, w: Var, scalar: Var) -> dict[str, Var]:
    """Everything whose rounding could depend on the processor: sums, products beside sums, functions, scalars."""
    size = ops.absolute(x)
    return {
        "exp": ops.exp(x), "log": ops.log(size), "log1p": ops.log1p(size), "expm1": ops.expm1(x),
        "tanh": ops.tanh(x), "erf": ops.erf(x), "sigmoid": ops.sigmoid(x), "sin": ops.sin(100 * x),
        "cos": ops.cos(x), "power": ops.power(size, ops.sin(x)), "product and sum": x * x + x,
        "sums": ops.sum(x * x, axes=(1,)), "sum of all": ops.sum(x), "softmax": ops.softmax(x), "matmul": x @ w,
        "over samples": ops.transpose(x, (1, 0)) @ x,
        "scalars": x * (1 - ops.power(0.999, scalar)) * ops.cos(scalar / 7) * ops.exp(-scalar),
    }  # fmt: skip


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


def with_features(cpu: str) -> list[str]:
    environment = {**os.environ, FEWER: cpu}
    run = subprocess.run([sys.executable, "-m", __name__], env=environment, capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


@pytest.mark.parametrize("cpu", ["avx2", "sse2"])
def test_fewer_features_give_the_same_bits(cpu: str) -> None:
    assert with_features(cpu) == list(digests())


if __name__ == "__main__":
    print(*digests(), sep="\n")
