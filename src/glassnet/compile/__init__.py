"""The compiled engine: a graph planned as instructions over one arena, run by machine code that Python writes."""

from __future__ import annotations

from glassnet.compile.calls import NoKernel
from glassnet.compile.choice import LARGE, PAYS, Work, is_available, resolved
from glassnet.compile.engine import Prepared
from glassnet.compile.function import Function, Single, read_as, readable
from glassnet.compile.plan import planned

__all__ = [
    "LARGE",
    "PAYS",
    "Function",
    "NoKernel",
    "Prepared",
    "Single",
    "Work",
    "is_available",
    "planned",
    "read_as",
    "readable",
    "resolved",
]
