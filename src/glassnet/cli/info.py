"""``glassnet info``: versions, the machine, the engine, and which data was found where."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

import numpy as np
from rich.table import Table

from glassnet import data
from glassnet.cli.display import new_console
from glassnet.compile import choice, processors
from glassnet.folders import cache_folder
from glassnet.ir.errors import DataError
from glassnet.readings.threads import blas_threads
from glassnet.words import counted


def info() -> None:
    """Versions, the machine, which engine does the work and how, and which data was found where.

    Copy it into a report of a problem.
    """
    from glassnet import __version__

    grid = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    grid.add_column(style="bold")
    grid.add_column(overflow="fold")
    rows = {
        "Glassnet": __version__,
        "Python": f"{platform.python_version()} ({sys.executable})",
        "NumPy": f"{np.__version__}, matrix products by {blas()}",
        "system": platform.platform(),
        "processor": f"{processor()}, {os.cpu_count()} cores",
        "engine": engine(),
        "machine code": machine_code(),
        "threads": threads(),
        "GLASSNET_DATA": found(os.environ.get("GLASSNET_DATA")),
        "cache": cache(),
    }
    for name, value in rows.items():
        grid.add_row(name, value)
    new_console().print(grid)


def blas() -> str:
    """The library that NumPy multiplies matrices with, and its threads where the environment sets them."""
    library = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    threads = {name: value for name, value in os.environ.items() if name.endswith("_NUM_THREADS")}
    set_to = "".join(f", {name}={value}" for name, value in sorted(threads.items()))
    return f"{library['name']} {library['version']}{set_to}"


def engine() -> str:
    """Which engine does the work, and who says so."""
    said = os.environ.get(choice.VARIABLE)
    if not choice.is_available():
        return "numpy, the evaluator: llvmlite is not installed, which the compiled engine needs"
    why = f", as {choice.VARIABLE} says" if said else f"; {choice.VARIABLE} or fit(engine=…) choose another"
    return {
        "auto": f"auto: numpy, the evaluator, first, and compiled code once that pays{why}",
        "compiled": f"compiled code from the first call on{why}",
        "numpy": f"numpy, the evaluator{why}",
    }[choice.resolved()]


def machine_code() -> str:
    """What kernels are written for, and where they are kept."""
    if not choice.is_available():
        return "none"
    import llvmlite

    from glassnet.compile import jit

    host, folder = jit.host(), jit.folder()
    if folder is None:
        kept = "none is kept, for want of a folder that only this user can enter"
    else:
        kept = f"{counted(sum(1 for _ in folder.glob('*.o')), 'kernel')} kept in {folder}"
    llvm = ".".join(map(str, host.llvm))
    limit = f" ({jit.FEWER}={os.environ[jit.FEWER]})" if os.environ.get(jit.FEWER) else ""
    return (
        f"for {host.name}, vectors of {8 * host.width} bits in {host.registers} registers{limit}, by LLVM {llvm} "
        f"(llvmlite {llvmlite.__version__}); {kept}"
    )


def threads() -> str:
    """How many threads train, answer and multiply."""
    most, blas = min(2, processors()), blas_threads() or "an unknown number"
    numpys = f"NumPy's large products {blas}, small ones 1"
    if not choice.is_available():
        return numpys
    ours = "1" if most == 1 else f"1 to {most}, whichever was faster lately"
    return f"compiled training and large calls take {ours}; {numpys}"


def processor() -> str:
    """The processor's name as its maker writes it, where the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def cache() -> str:
    """Where downloads are kept, and the data sets there."""
    try:
        return found(cache_folder())
    except DataError as nowhere:
        return str(nowhere)


def found(folder: str | Path | None) -> str:
    """The data sets in a folder."""
    if folder is None:
        return "not set"
    if not Path(folder).is_dir():
        return f"{folder} (no such folder)"
    sets = {"MNIST": data.mnist, "Fashion-MNIST": data.fashion_mnist}
    there = [name for name, read in sets.items() if _can_read(read, folder)]
    return f"{folder}: {', '.join(there) or 'no data sets'}"


def _can_read(read: object, folder: str | Path) -> bool:
    try:
        read(folder)  # type: ignore[operator]
    except DataError:
        return False
    return True
