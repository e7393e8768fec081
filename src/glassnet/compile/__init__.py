"""The compiled engine: a graph planned as instructions over one arena, run by machine code that Python writes."""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec

from glassnet.compile.calls import NoKernel
from glassnet.compile.engine import Prepared
from glassnet.compile.function import Function, Single, read_as, readable
from glassnet.compile.plan import planned

__all__ = ["Function", "NoKernel", "Prepared", "Single", "is_available", "is_default", "planned", "read_as", "readable"]


@cache
def is_available() -> bool:
    """Whether machine code can be made here: llvmlite has no wheel for every platform."""
    return find_spec("llvmlite") is not None


@cache
def is_default() -> bool:
    """Whether the engine is used where nothing is said: GLASSNET_ENGINE=compiled asks for it.

    Its results differ from the evaluator's in the last bits, and it is not measured on all machines yet.
    """
    return os.environ.get("GLASSNET_ENGINE") == "compiled" and is_available()
