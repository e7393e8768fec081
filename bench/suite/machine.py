"""What a result was measured on: the machine, versions, load; and how many GFLOP/s its cores reach."""

from __future__ import annotations

import os
import platform
import threading
import time
from datetime import UTC, datetime
from typing import Any

import numpy as np

from bench.suite.contestants import installed, processors

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

CHAINS, ROUNDS = 24, 4_000_000
"""So many sums that do not wait for each other hide the four cycles of a multiply-add."""


def peak() -> dict[str, float]:
    """GFLOP/s of all cores in float32: a loop of nothing but multiply-adds, and NumPy's product of matrices."""
    return {"multiply_adds": _multiply_adds(processors()), "matrix_product": _matrix_product()}


def _matrix_product(size: int = 2048, turns: int = 5) -> float:
    rng = np.random.default_rng(0)
    a, b = rng.random((2, size, size), np.float32)
    times = []
    for _ in range(turns):
        started = time.perf_counter()
        a @ b
        times.append(time.perf_counter() - started)
    return 2e-9 * size**3 / min(times)


def _multiply_adds(threads: int, turns: int = 5) -> float:
    run, lanes = _compiled()
    times = []
    for _ in range(turns):
        workers = [threading.Thread(target=run, args=(ROUNDS,)) for _ in range(threads)]
        started = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        times.append(time.perf_counter() - started)
    return 2e-9 * threads * lanes * CHAINS * ROUNDS / min(times)


def _compiled() -> tuple[Any, int]:
    """The loop as a function of the number of rounds, which lets other threads run, and the lanes of its vectors."""
    import ctypes

    from llvmlite import binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    features = llvm.get_host_cpu_features()
    lanes = 16 if features.get("avx512f") else 8
    target = llvm.Target.from_default_triple()
    machine = target.create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features.flatten() + ",-prefer-256-bit", opt=2
    )
    module = llvm.parse_assembly(_text(lanes))
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    call = ctypes.CFUNCTYPE(ctypes.c_float, ctypes.c_int64)(engine.get_function_address("peak"))
    call.kept = engine  # type: ignore[attr-defined]
    return call, lanes


def _text(lanes: int) -> str:
    vector = f"<{lanes} x float>"
    fma = f"@llvm.fma.v{lanes}f32"
    begin = "\n".join(f"  %a{i} = phi {vector} [ zeroinitializer, %entry ], [ %b{i}, %loop ]" for i in range(CHAINS))
    each = "\n".join(f"  %b{i} = call {vector} {fma}({vector} %a{i}, {vector} %x, {vector} %x)" for i in range(CHAINS))
    sums = [f"  %s0 = fadd {vector} %b0, %b1"]
    sums += [f"  %s{i} = fadd {vector} %s{i - 1}, %b{i + 1}" for i in range(1, CHAINS - 1)]
    total = "\n".join(sums)
    return f"""
declare {vector} {fma}({vector}, {vector}, {vector})
define float @peak(i64 %n) {{
entry:
  %f = sitofp i64 %n to float
  %s = fdiv float 0.5, %f
  %one = insertelement {vector} undef, float %s, i32 0
  %x = shufflevector {vector} %one, {vector} undef, <{lanes} x i32> zeroinitializer
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %j, %loop ]
{begin}
{each}
  %j = add i64 %i, 1
  %more = icmp ult i64 %j, %n
  br i1 %more, label %loop, label %end
end:
{total}
  %r = extractelement {vector} %s{CHAINS - 2}, i32 0
  ret float %r
}}
"""
