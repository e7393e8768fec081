"""Who takes part: each library in its ways of doing the work, and the number of threads that it may be given."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

OURS, SCAN, TORCH = "Glassnet", "JAX, a scan of the epoch", "PyTorch"
NEEDED = (OURS, SCAN, TORCH)
"""Without all of these in the same run there is no ratio."""
LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Variables that would handicap a rival's BLAS: unset for all but those that are tried with one thread."""
JAX_ALONE = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


@dataclass(frozen=True)
class Contestant:
    """One way of one library.

    Attributes:
        module: of bench/rivals.
        variant: of the module.
        package: whose version is named, and which must be installed; all others that it needs are in `more`.
        threads: whether one thread and all are tried; otherwise it decides by itself.
        environment: of its process.
    """

    name: str
    module: str
    variant: str
    package: str
    more: tuple[str, ...] = ()
    threads: bool = True
    environment: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def missing(self) -> str | None:
        """What is not installed, in words."""
        for package in (self.package, *self.more):
            if installed(package) is None:
                return f"{package} is not installed"
        if self.module == "tinygrad" and compiler() is None:
            return "tinygrad needs the compiler clang"
        return None

    def threads_tried(self) -> tuple[int, ...]:
        return tuple(sorted({1, processors()})) if self.threads else (0,)

    def variables(self, threads: int) -> dict[str, str]:
        """The whole environment of its process; 0 threads leaves the number to the library."""
        variables = {name: value for name, value in os.environ.items() if name not in LIMITS} | self.environment
        if threads == 1:
            variables |= dict.fromkeys(LIMITS, "1") | {"NPROC": "1", "XLA_FLAGS": JAX_ALONE}
        return variables


CONTESTANTS = (
    Contestant(OURS, "glassnet", "fit", "glassnet", threads=False),
    Contestant(TORCH, "torch", "eager", "torch"),
    Contestant("PyTorch, torch.compile", "torch", "compiled", "torch"),
    Contestant(SCAN, "jax", "scan", "jax"),
    Contestant("JAX, one jitted step", "jax", "step", "jax"),
    Contestant("Keras on JAX", "keras", "fit", "keras", ("jax",), environment={"KERAS_BACKEND": "jax"}),
    Contestant("Keras on PyTorch", "keras", "fit", "keras", ("torch",), environment={"KERAS_BACKEND": "torch"}),
    Contestant("scikit-learn", "sklearn", "mlp", "scikit-learn"),
    Contestant("tinygrad", "tinygrad", "jit", "tinygrad", threads=False),
    Contestant("NumPy by hand", "numpy", "by hand", "numpy"),
)
SLOW = ("PyTorch, torch.compile", "Keras on PyTorch", "tinygrad")
"""Left out of quick runs: they are long in starting and have not been the fastest of a row."""
ALONE = Contestant(
    f"{OURS}, one thread", "glassnet", "fit", "glassnet", threads=False, environment={"OMP_NUM_THREADS": "1"}
)
"""Ours with a single thread, for the row beside a busy process."""


def installed(package: str) -> str | None:
    """The version of a package, None where it is not installed."""
    with suppress(PackageNotFoundError):
        return version(package)
    return None


def compiler() -> str | None:
    """Clang, which tinygrad compiles with."""
    names = ("clang", *(f"clang-{number}" for number in range(22, 13, -1)))
    return next(filter(None, map(shutil.which, names)), None)


def processors() -> int:
    """How many processors this process may use."""
    with suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
