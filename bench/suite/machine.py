"""What a result was measured on: the machine, versions, load; and how many GFLOP/s its cores reach."""

from __future__ import annotations

import os
import platform
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import takewhile
from statistics import harmonic_mean
from typing import Any

import numpy as np

from bench.suite.contestants import installed, processors
from glassnet.compile.peak import rates

PACKAGES = ("glassnet", "numpy", "scipy", "llvmlite", "torch", "jax", "jaxlib", "keras", "scikit-learn", "tinygrad")


def machine() -> dict[str, Any]:
    from glassnet.cli.info import blas, processor

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": processor(),
        "cores": processors(),
        "memory_gib": round(memory, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "blas": blas(),
    }


def versions() -> dict[str, str | None]:
    return {package: installed(package) for package in PACKAGES}


def load() -> float:
    """The mean number of processes that want a core, over the last minute."""
    return round(os.getloadavg()[0], 2)


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")


# ── the peak ────────────────────────────────────────────────────────────────────────────────────────────────────────


def multiply_adds(seconds: float = 0.3) -> float:
    """GFLOP/s in float32 of all cores at once, with nothing but multiply-adds, for so long."""

    def of_one(end: float) -> float:
        tries = rates("float32")
        return harmonic_mean([next(tries), *takewhile(lambda _: time.perf_counter() < end, tries)])

    next(rates("float32"))  # compiled before threads begin
    with ThreadPoolExecutor(processors()) as pool:
        return 1e-9 * sum(pool.map(of_one, [time.perf_counter() + seconds] * processors()))


def matrix_product(size: int = 2048, turns: int = 5) -> float:
    """GFLOP/s of NumPy's product of two matrices."""
    rng = np.random.default_rng(0)
    a, b = rng.random((2, size, size), np.float32)
    times = []
    for _ in range(turns):
        started = time.perf_counter()
        a @ b
        times.append(time.perf_counter() - started)
    return 2e-9 * size**3 / min(times)
