"""eˣ and ln x as machine code, of float and of double."""

from __future__ import annotations

import math
from dataclasses import dataclass

from glassnet.compile.algebra import AVX512, BITS, Wide, fma, polynomial
from glassnet.compile.emit import SIZES, vector
from glassnet.compile.jit import host


@dataclass(frozen=True)
class Format:
    """What the functions need to know of float or double.

    Attributes:
        mantissa, bias: of the format.
        ln2: in two parts, the first with zeros at its end, so that n · ln2 is exact in it.
        exp: coefficients of (eʳ − 1 − r) / r², highest power first.
        log: coefficients of the series of ln in s² (fdlibm's e_log.c), highest power first.
        overflow, underflow: beyond these exp is infinity, or 0.
    """

    mantissa: int
    bias: int
    ln2: tuple[float, float]
    exp: tuple[float, ...]
    log: tuple[float, ...]
    overflow: float
    underflow: float


FORMATS = {
    "float": Format(
        23,
        127,
        (0.693359375, -2.12194440e-4),
        (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1),
        (0.24279078841, 0.28498786688, 0.40000972152, 0.66666662693),
        89.0,
        -104.0,
    ),
    "double": Format(
        52,
        1023,
        (6.93147180369123816490e-01, 1.90821492927058770002e-10),
        tuple(1 / math.factorial(k) for k in range(14, 1, -1)),
        (1.479819860511658591e-01, 1.531383769920937332e-01, 1.818357216161805012e-01, 2.222219843214978396e-01,
         2.857142874366239149e-01, 3.999999999940941908e-01, 6.666666666666735130e-01),
        710.0,
        -746.0,
    ),
}  # fmt: skip


EXP_OF_DOUBLE = (8.84468853e-2, 2.67797977e-1, 6.66692436e-1, 1.33332169, 1.99999976, 2.0, 1.0)
"""Coefficients of e²ʳ for r up to ln 2 / 4, highest power first."""
EXP = tuple(c / 2.0**k for c, k in zip(EXP_OF_DOUBLE, range(6, -1, -1), strict=True))
"""Those of eʳ."""


def kept(x: Wide, low: float, high: float) -> Wide:
    """x between two numbers; NaN stays NaN."""
    return kept_above(x.like(high).chosen(x.compare("ogt", high), x), low)


def kept_above(x: Wide, low: float) -> Wide:
    """The larger of x and a number; NaN stays NaN."""
    return x.like(low).chosen(x.compare("olt", low), x)


def _split(x: Wide) -> tuple[Wide, str, Wide]:
    """(n, n, r) with x = n·ln2 + r and r as small as can be (Cody & Waite 1980); n also as whole numbers."""
    form = FORMATS[x.type]
    magic = 1.5 * 2.0**form.mantissa  # adding it rounds to whole numbers, which then stand in the last bits
    t = fma(x, 1 / math.log(2), magic)
    n = t - magic
    r = fma(n, -form.ln2[0], x)
    r = fma(n, -form.ln2[1], r)
    return n, x.whole("sub", t.bits(), x.like(magic).bits()), r


def _power_of_two(x: Wide, n: str) -> Wide:
    """2ⁿ for whole numbers within the format's exponents."""
    form = FORMATS[x.type]
    return x.from_bits(x.whole("shl", x.whole("add", n, form.bias), form.mantissa))


def _expm1_of_rest(r: Wide) -> Wide:
    """eʳ − 1 for small r."""
    return fma(r * r, polynomial(r, FORMATS[r.type].exp), r)


def exp(x: Wide, rest: Wide | None = None) -> Wide:
    """e to the power of x, or of x and a small rest: 2ⁿ · eʳ."""
    form = FORMATS[x.type]
    n, whole, r = _split(kept(x, form.underflow, form.overflow))
    r = r if rest is None else r + rest
    one = r + 1
    return _scaled(one + (r * r * polynomial(r, form.exp) + (r - (one - 1))), n, whole)  # with what the sum lost


def exp_of_negative(x: Wide) -> Wide:
    """eˣ of numbers up to 0; of float32's to about one unit in the last place."""
    if x.type == "double":
        return exp(x)
    n, whole, r = _split(kept_above(x, FORMATS[x.type].underflow))
    return _scaled(polynomial(r, EXP), n, whole)


def _scaled(y: Wide, n: Wide, whole: str) -> Wide:
    """2ⁿ · y for whole n, in two factors, lest one overflow before the product, or vanish.

    AVX-512 has one operation for the product, which is rounded once as well.
    """
    if host().width == y.lanes * SIZES[y.type] == AVX512:
        kind, masks = y.kind, f"i{max(y.lanes, 8)}"
        scale = f"llvm.x86.avx512.mask.scalef.{'ps' if y.type == 'float' else 'pd'}.512"
        return y.named(y.code.call(kind, scale, (kind, y.name), (kind, n.name), (kind, "zeroinitializer"),
                                   (masks, "-1"), ("i32", "4")))  # fmt: skip
    half = y.whole("ashr", whole, 1)
    return y * _power_of_two(y, half) * _power_of_two(y, y.whole("sub", whole, half))


def exp_of_double(x: Wide) -> Wide:
    """e²ˣ of float32's numbers from 0 on, to about one unit in the last place; e²⁰ beyond 10, and for NaN anything."""
    magic = 1.5 * 2.0**23
    x = x.like(10.0).chosen(x.compare("ogt", 10.0), x)
    t = fma(x, 2 / math.log(2), magic)
    r = fma(t - magic, -math.log(2) / 2, x)
    return x.from_bits(x.whole("add", polynomial(r, EXP_OF_DOUBLE).bits(), x.whole("shl", t.bits(), 23)))


def expm1(x: Wide) -> Wide:
    """2ⁿ · (eʳ − 1) + 2ⁿ − 1, halved and doubled, since 2ⁿ itself may overflow."""
    form = FORMATS[x.type]
    _, n, r = _split(kept(x, -2.0 * form.mantissa, form.overflow))
    scale = _power_of_two(x, x.whole("sub", n, 1))
    result = fma(_expm1_of_rest(r), scale, scale - 0.5) * 2
    return x.chosen(x.compare("oeq", 0.0), result)  # keeps −0


def mantissa(x: Wide) -> tuple[Wide, Wide]:
    """(k, m) with x = 2ᵏ m and m between √½ and √2, of numbers above 0."""
    form = FORMATS[x.type]
    tiny = x.compare("olt", 2.0 ** (1 - form.bias))  # denormals are made larger first
    normal = (x * 2.0 ** (form.mantissa + 2)).chosen(tiny, x)
    root_half = x.like(math.sqrt(0.5)).bits()
    k_bits = x.whole("ashr", x.whole("sub", normal.bits(), root_half), form.mantissa)
    m = x.from_bits(x.whole("sub", normal.bits(), x.whole("shl", k_bits, form.mantissa)))
    whole = vector(x.lanes, BITS[x.type])
    k = x.named(x.code.do(f"sitofp {whole} {k_bits} to {x.kind}"))
    return k - x.like(float(form.mantissa + 2)).chosen(tiny, 0.0), m


def log(x: Wide, rest: Wide | None = None) -> Wide:
    """ln x + rest, as fdlibm's e_log.c (Sun Microsystems 1993): x = 2ᵏ(1 + f), and a series in s = f / (2 + f)."""
    form = FORMATS[x.type]
    k, m = mantissa(x)
    f = m - 1
    s = f / (f + 2)
    z = s * s
    series = z * polynomial(z, form.log)
    half = f * f * 0.5
    low = k * form.ln2[1]
    if rest is not None:
        low = low + rest
    result = fma(k, form.ln2[0], f - (half - fma(s, half + series, low)))
    result = x.like(-math.inf).chosen(x.compare("oeq", 0.0), result)
    result = x.like(math.nan).chosen(x.compare("ult", 0.0), result)  # below 0, or NaN
    return x.chosen(x.compare("oeq", math.inf), result)
