"""The largest error of each of the engine's functions over all 2³² float32 numbers, in units in the last place.

    python bench/mathematics.py                # minutes a function; --every 64 looks at each 64th number

The right values are those of double precision, from NumPy and SciPy, which are good to 1e-8 of a float32 unit.
"""

import argparse
import ctypes
from collections.abc import Callable

import numpy as np
from scipy.special import erf, expit

from glassnet.compile.algebra import Wide
from glassnet.compile.emit import Code
from glassnet.compile.jit import compiled, host
from glassnet.compile.mathematics import Machine
from glassnet.ops.elementwise import softplus as soft

Array = np.ndarray
FUNCTIONS: dict[str, tuple[Callable[[Wide], Wide], Callable[[Array], Array]]] = {
    "exp": (Machine.exp, np.exp),
    "expm1": (Machine.expm1, np.expm1),
    "log": (Machine.log, np.log),
    "log1p": (Machine.log1p, np.log1p),
    "tanh": (Machine.tanh, np.tanh),
    "sigmoid": (Machine.sigmoid, expit),
    "softplus": (lambda x: soft.kernel.func(Machine, x), lambda x: np.logaddexp(0, x)),  # type: ignore[attr-defined]
    "erf": (Machine.erf, erf),
    "sin": (Machine.sin, np.sin),
    "cos": (Machine.cos, np.cos),
}
CHUNK = 1 << 20


def machine_code(name: str) -> Callable[[Array], Array]:
    """The function of arrays of float32."""
    lanes = host().lanes("float")
    code = Code(f"all_{name}", ["ptr %x", "ptr %y", "i64 %n"])
    with code.loop("0", "%n", lanes) as i:
        x = Wide(code, code.load("float", code.at("float", "%x", i), lanes), "float", lanes)
        code.store("float", FUNCTIONS[name][0](x).name, code.at("float", "%y", i), lanes)
    call = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)(compiled([code])[code.name])

    def run(x: Array) -> Array:
        whole = np.append(x, np.zeros(-x.size % lanes, np.float32))
        y = np.empty_like(whole)
        call(whole.ctypes.data, y.ctypes.data, whole.size)
        return y[: x.size]

    return run


def errors(y: Array, expected: Array) -> Array:
    """In units in the last place of the right value; infinite where one is NaN or infinite and the other is not."""
    rounded = expected.astype(np.float32)
    unit = np.spacing(np.maximum(np.abs(rounded), np.finfo(np.float32).tiny)).astype(np.float64)
    error = np.abs(y - expected) / unit
    same = (y == rounded) | (np.isnan(y) & np.isnan(rounded))
    return np.where(np.isfinite(rounded) & np.isfinite(y), error, np.where(same, 0, np.inf))


def largest(name: str, every: int) -> tuple[float, float]:
    """(the largest error, the number at which it is)"""
    function, exact = machine_code(name), FUNCTIONS[name][1]
    worst, where = -1.0, 0.0
    with np.errstate(all="ignore"):
        for start in range(0, 1 << 32, CHUNK * every):
            x = np.arange(start, min(start + CHUNK * every, 1 << 32), every, dtype=np.uint64).astype(np.uint32)
            x = x.view(np.float32)
            error = errors(function(x), exact(x.astype(np.float64)))
            at = int(error.argmax())
            if error[at] > worst:
                worst, where = float(error[at]), float(x[at])
    return worst, where


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("functions", nargs="*", default=list(FUNCTIONS), help=", ".join(FUNCTIONS))
    parser.add_argument("--every", type=int, default=1, help="look at each so many numbers only")
    options = parser.parse_args()
    for name in options.functions:
        worst, where = largest(name, options.every)
        print(f"{name:<9} {worst:5.3f} units, at x = {where!r}", flush=True)
