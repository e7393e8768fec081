"""x to the y-th, and the sine and cosine, as machine code of our own, so that every machine gives the same bits.

Worked out in double; float32 numbers are rounded once, from the double.
"""

from __future__ import annotations

import math

from glassnet.compile.algebra import Wide, fma, polynomial
from glassnet.compile.emit import vector
from glassnet.compile.exponential import FORMATS, exp, mantissa

HALF_PI = (1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33)
"""π/2 in three parts, each the rest of what those before leave."""
FARTHEST = 2.0**30
"""Beyond, the number of quarters is no longer certain, and the system's own sine is asked."""
SIN = (1.58969099521155010221e-10, -2.50507602534068634195e-08, 2.75573137070700676789e-06,
       -1.98412698298579493134e-04, 8.33333333332248946124e-03)  # fmt: skip
COS = (-1.13596475577881948265e-11, 2.08757232129817482790e-09, -2.75573143513906633035e-07,
       2.48015872894767294178e-05, -1.38888888888741095749e-03, 4.16666666666666019037e-02)  # fmt: skip
"""fdlibm's k_sin.c and k_cos.c (Sun Microsystems 1993), highest power first."""


def power(x: Wide, y: Wide) -> Wide:
    """exp(y · ln x), the logarithm and the product to about 110 bits; signs and edges as C's ``pow`` has them."""
    with x.code.as_written():
        return _power(x.to("double"), y.to("double")).to(x.type)


def _power(x: Wide, y: Wide) -> Wide:
    size = x.call("fabs")
    high, low = _log_in_two(size)
    p = y * high
    rest = fma(y, high, -p) + y * low
    rest = rest.chosen(p.call("fabs").compare("olt", 1000.0), 0.0)
    result = exp(p, rest)
    infinity, zero = x.like(math.inf), x.like(0.0)
    grows, falls = y.compare("ogt", 0.0), y.compare("olt", 0.0)
    result = infinity.chosen(falls, zero).chosen(size.compare("oeq", 0.0), result)
    result = infinity.chosen(grows, zero).chosen(size.compare("oeq", math.inf), result)
    result = x.like(1.0).chosen(size.compare("oeq", 1.0), result)
    result = _signed(x, y, result)
    result = (x + y).chosen(x.compare("uno", y), result)
    is_one = x.code.do(f"or {vector(x.lanes, 'i1')} {x.compare('oeq', 1.0)}, {y.compare('oeq', 0.0)}")
    return x.like(1.0).chosen(is_one, result)


def _signed(x: Wide, y: Wide, size: Wide) -> Wide:
    """The power of a number below 0: only to whole ones, and negative to odd ones."""
    whole = y.call("floor").compare("oeq", y)
    half = y * 0.5
    odd = half.call("floor").compare("une", half)
    negative = (-size).chosen(odd, size)
    negative = negative.chosen(whole, x.like(math.nan).chosen(x.compare("ogt", -math.inf), size))
    below = x.code.do(f"icmp slt {vector(x.lanes, 'i64')} {x.bits()}, {'zeroinitializer' if x.lanes > 1 else '0'}")
    kept = size.chosen(x.compare("oeq", 0.0), negative)  # 0 to a broken power is no NaN
    negative = negative.chosen(whole, kept)
    return negative.chosen(below, size)


def _log_in_two(x: Wide) -> tuple[Wide, Wide]:
    """ln x of a double above 0 as a sum of two: 2s + (what s lost) + s · R(s²), s = (m − 1) / (m + 1)."""
    form = FORMATS["double"]
    k, m = mantissa(x)
    f, t = m - 1, m + 1
    one = t - m
    lost = (1 - one) + (m - (t - one))
    s = f / t
    s_lost = (fma(-s, t, f) - s * lost) / t
    z = s * s
    low = s_lost * 2 + s * (z * polynomial(z, form.log))
    first, twice = k * form.ln2[0], s * 2
    high = first + twice
    low = (twice - (high - first)) + (k * form.ln2[1] + low)
    total = high + low
    return total, low - (total - high)


def sine(x: Wide) -> Wide:
    return x.chosen(x.compare("oeq", 0.0), _circular(x, "sin", 0))  # keeps −0


def cosine(x: Wide) -> Wide:
    return _circular(x, "cos", 1)


def _circular(x: Wide, name: str, ahead: int) -> Wide:
    """sin(x + ahead · π/2), by the quarter of the circle that x lies in."""
    with x.code.as_written():
        return _of_quarter(x.to("double"), name, ahead).to(x.type)


def _of_quarter(wide: Wide, name: str, ahead: int) -> Wide:
    quarter, high, low = _less_quarters(wide)
    quarter = wide.whole("add", quarter, ahead)
    odd = _is_set(wide, quarter, 1)
    size = _cos(high, low).chosen(odd, _sin(high, low))
    result = (-size).chosen(_is_set(wide, quarter, 2), size)
    far = wide.call("fabs").compare("oge", FARTHEST)
    return wide.unless_any(far, result, lambda: wide.call(name).chosen(far, result))


def _less_quarters(x: Wide) -> tuple[str, Wide, Wide]:
    """(n, the high and the low part of x − n · π/2), by exact products (Dekker 1971)."""
    magic = 1.5 * 2.0**52
    t = fma(x, 2 / math.pi, magic)
    n = t - magic
    high, low = x, x.like(0.0)
    for part in HALF_PI[:2]:
        product = n * part
        rest = fma(n, part, -product)
        left = high - product
        taken = high - left
        low = low + (((high - (left + taken)) - (product - taken)) - rest)
        high = left
    low = low - n * HALF_PI[2]
    total = high + low
    return x.whole("sub", t.bits(), x.like(magic).bits()), total, low - (total - high)


def _is_set(x: Wide, whole: str, bit: int) -> str:
    zero = "zeroinitializer" if x.lanes > 1 else "0"
    return x.code.do(f"icmp ne {vector(x.lanes, 'i64')} {x.whole('and', whole, bit)}, {zero}")


def _sin(x: Wide, rest: Wide) -> Wide:
    z = x * x
    cube = z * x
    series = polynomial(z, SIN)
    return x - ((z * (rest * 0.5 - cube * series) - rest) - cube * -1.66666666666666324348e-01)


def _cos(x: Wide, rest: Wide) -> Wide:
    z = x * x
    half = z * 0.5
    one = 1 - half
    return one + (((1 - one) - half) + (z * (z * polynomial(z, COS)) - x * rest))
