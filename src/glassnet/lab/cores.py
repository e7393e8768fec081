"""A limit on the cores that each computation takes, so that no page takes them from the others."""

from __future__ import annotations

import os

from threadpoolctl import threadpool_limits

VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def limit_cores(cores: int) -> None:
    """Let each product of matrices and each training of this process take so many cores at most.

    Libraries that are loaded are told; those that come later, such as SciPy's own, and the engine look at variables.
    """
    os.environ.update(dict.fromkeys(VARIABLES, str(cores)))
    threadpool_limits(cores)
