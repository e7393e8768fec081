"""Which engine does the work where nothing is said: the evaluator first, the compiled engine once that pays.

A plan takes some hundredths of a second to be made, which one call of a small network never gives back. So the
evaluator begins, and when it has done as much work as a plan takes, the engine goes on. The work is counted, not
timed: the same network, data and settings are worked out by the same engine, to the same bits, whatever else the
machine does.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

from glassnet.ir.graph import Graph
from glassnet.ir.require import require
from glassnet.readings.operations import operations

ENGINES = ("auto", "compiled", "numpy")
PRECISIONS = ("normal", "portable")
VARIABLE = "GLASSNET_ENGINE"
"""An environment variable that says what "auto" means: "compiled" from the first call on, or never ("numpy")."""
PAYS = 0.05
"""Seconds of the evaluator's work, by the rule of thumb below, after which the engine goes on."""
LARGE = 1e-6
"""Seconds of the evaluator's work for one sample above which a network is planned when it is first called."""
CALL, MULTIPLY_ADD, OTHER = 2e-6, 3e-11, 3e-10
"""Seconds that the evaluator takes for a call of NumPy, a multiply-add, and any other operation on a number."""


@cache
def is_available() -> bool:
    """Whether machine code can be made here: llvmlite has no wheel for every platform."""
    return find_spec("llvmlite") is not None


def resolved(engine: str = "auto", precision: str = "normal") -> str:
    """What "auto" means here and now: what GLASSNET_ENGINE says, and "numpy" where llvmlite is missing.

    With precision "portable" it is "portable": the compiled engine, from the first step on, giving the same bits on
    every processor.

    Raises:
        GlassnetError: there is no such engine, or "compiled" is asked for, and llvmlite is missing.
    """
    require(engine in ENGINES, f"the engine must be 'auto', 'compiled' or 'numpy', got {engine!r}")
    require(precision in PRECISIONS, f"the precision must be 'normal' or 'portable', got {precision!r}")
    if precision == "portable":
        require(engine != "numpy", "only the compiled engine is portable: NumPy's last bits depend on the processor")
        resolved("compiled")
        return "portable"
    if engine != "auto":
        missing = engine == "compiled" and not is_available()
        require(not missing, "the compiled engine needs llvmlite: pip install llvmlite, or use engine='numpy'")
        return engine
    meant = os.environ.get(VARIABLE) or "auto"
    require(meant in ENGINES, f"{VARIABLE} must be auto, compiled or numpy, got {meant!r}")
    return meant if is_available() else "numpy"


@dataclass(frozen=True)
class Work:
    """What one run of a graph takes the evaluator, in seconds by a rule of thumb that is the same on all machines."""

    fixed: float
    a_sample: float

    @classmethod
    def of(cls, graph: Graph) -> Work:
        """Counted in the graph's operations.

        >>> import glassnet as gn
        >>> work = Work.of(gn.Network(784, gn.Dense(128, "relu"), gn.Dense(10, "softmax")).graph)
        >>> f"{1e6 * work.seconds(1):.0f} µs for one sample, {1e3 * work.seconds(10_000):.0f} ms for 10,000"
        '15 µs for one sample, 31 ms for 10,000'
        """
        one, two = (operations(graph, samples) for samples in (1, 2))
        a_sample = MULTIPLY_ADD * (two.multiply_adds - one.multiply_adds) + OTHER * (two.others - one.others)
        calls = sum(1 for _ in graph.equations())
        return cls(CALL * calls + MULTIPLY_ADD * one.multiply_adds + OTHER * one.others - a_sample, a_sample)

    def seconds(self, samples: int) -> float:
        """Of one run with so many samples."""
        return self.fixed + self.a_sample * samples
