"""A product's sums stay in registers while they run, whatever LLVM makes of the loop: its assembly says so."""

import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from typing import get_args

import pytest

from glassnet.compile import is_available
from glassnet.compile.emit import Code
from glassnet.compile.jit import FEWER, host, module, passed
from glassnet.compile.kernels import blocks, products, wide, windowed
from glassnet.compile.kernels.products import Form, Listed

pytestmark = [
    pytest.mark.skipif(not is_available(), reason="llvmlite has no wheel for this platform"),
    pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="it reads the assembly of x86"),
]

FEWEST = 8
"""Products in the loop of a tile; whatever loop has fewer has few sums."""


def kernels() -> Iterator[tuple[str, Iterable[Code]]]:
    for dtype in ("float32", "float64"):
        for form in (
            Form(dtype, transposed, listed)
            for transposed in (False, True)
            for listed in get_args(Listed)
            if listed != "own"
        ):
            yield form.name, products.write(form)
        for form in (Form(dtype, transposed, listed) for transposed in (False, True) for listed in ("", "own")):
            for copied, near in ((True, False), (True, True), (False, False)):
                if copied or not (form.transposed or form.listed):
                    yield blocks.name(form, copied, near), blocks.write(form, copied, near)
        for form in (Form(dtype, transposed, "own", onto=True) for transposed in (False, True)):
            yield blocks.name(form, True, True), blocks.write(form, True, True)
        for listed in (False, True):
            yield wide.name(dtype, listed), wide.write(dtype, listed)
        yield windowed.name(dtype), windowed.write(dtype)


def innermost(assembly: str) -> Iterator[list[str]]:
    """The instructions of each loop that has no other inside."""
    lines = assembly.splitlines()
    labels = {line.partition(":")[0]: number for number, line in enumerate(lines) if line.startswith(".L")}
    for number, line in enumerate(lines):
        jump = re.match(r"\tj\w+\t(\.L\w+)$", line)
        if jump and labels[jump[1]] < number:
            body = lines[labels[jump[1]] + 1 : number]
            if not any(line.startswith(".L") for line in body):
                yield [line.strip() for line in body]


def is_product(instruction: str) -> bool:
    return bool(re.match("vfmadd|mul[ps][sd]", instruction))


def is_put_away(instruction: str) -> bool:
    """Whether a vector is written to the stack."""
    return bool(re.match(r"v?mov\w+\t%[xyz]mm\d+, \S*\(%r[sb]p", instruction))


def found() -> Iterator[str]:
    """Each kernel with how many loops of tiles it has, and how many of those lack registers."""
    for name, codes in kernels():
        machine, parsed = passed(module(codes))
        loops = [body for body in innermost(machine.emit_assembly(parsed)) if sum(map(is_product, body)) >= FEWEST]
        yield f"{name}: {len(loops)} loops, {sum(any(map(is_put_away, body)) for body in loops)} without room"


@pytest.mark.parametrize("cpu", ["", "avx2"])
def test_sums_stay_in_registers(cpu: str) -> None:
    if host().width < 32:
        pytest.skip("no processor with AVX2: without multiply-adds, products take registers of their own")
    environment = {**os.environ, FEWER: cpu}
    run = subprocess.run([sys.executable, "-m", __name__], env=environment, capture_output=True, text=True, check=True)
    lines = run.stdout.splitlines()
    assert len(lines) == len(list(kernels()))
    assert [line for line in lines if not line.endswith(", 0 without room")] == []
    assert [line for line in lines if ": 0 loops" in line] == []


if __name__ == "__main__":
    print(*found(), sep="\n")
