"""The compiled engine: a graph planned as instructions over one arena, run by machine code that Python writes."""

from __future__ import annotations

from glassnet.compile.calls import NoKernel
from glassnet.compile.choice import LARGE, PAYS, Work, is_available, resolved
from glassnet.compile.engine import Prepared
from glassnet.compile.function import Function, Single, read_as, readable
from glassnet.compile.instructions import Instruction
from glassnet.compile.peak import peak
from glassnet.compile.plan import Plan, planned
from glassnet.compile.shuffling import shuffled
from glassnet.compile.threads import Threads, processors

__all__ = [
    "LARGE",
    "PAYS",
    "Function",
    "Instruction",
    "NoKernel",
    "Plan",
    "Prepared",
    "Single",
    "Threads",
    "Work",
    "is_available",
    "peak",
    "planned",
    "processors",
    "read_as",
    "readable",
    "resolved",
    "shuffled",
]
