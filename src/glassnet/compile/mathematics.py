"""The functions of formulas, as machine code: exp, log, tanh, … of whole vectors.

The methods are those of the textbooks named at each; ``bench/mathematics.py`` measures all of float32's 2³² numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from glassnet.compile.algebra import BITS, Wide, fma, polynomial
from glassnet.compile.emit import vector
from glassnet.ops import error_function


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


def _kept(x: Wide, low: float, high: float) -> Wide:
    """x between two numbers; NaN stays NaN."""
    x = x.like(high).chosen(x.compare("ogt", high), x)
    return x.like(low).chosen(x.compare("olt", low), x)


def _split(x: Wide) -> tuple[str, Wide]:
    """(n, r) with x = n·ln2 + r and r as small as can be (Cody & Waite 1980); n as whole numbers."""
    form = FORMATS[x.type]
    magic = 1.5 * 2.0**form.mantissa  # adding it rounds to whole numbers, which then stand in the last bits
    t = fma(x, 1 / math.log(2), magic)
    n = t - magic
    r = fma(n, -form.ln2[0], x)
    r = fma(n, -form.ln2[1], r)
    return x.whole("sub", t.bits(), x.like(magic).bits()), r


def _power_of_two(x: Wide, n: str) -> Wide:
    """2ⁿ for whole numbers within the format's exponents."""
    form = FORMATS[x.type]
    return x.from_bits(x.whole("shl", x.whole("add", n, form.bias), form.mantissa))


def _expm1_of_rest(r: Wide) -> Wide:
    """eʳ − 1 for small r."""
    return fma(r * r, polynomial(r, FORMATS[r.type].exp), r)


class Machine:
    """The functions of formulas on :class:`Wide` numbers."""

    pi = math.pi

    @staticmethod
    def exp(x: Wide) -> Wide:
        """2ⁿ · eʳ, in two factors, so that neither overflows before the product does."""
        form = FORMATS[x.type]
        n, r = _split(_kept(x, form.underflow, form.overflow))
        half = x.whole("ashr", n, 1)
        y = _expm1_of_rest(r) + 1
        return y * _power_of_two(x, half) * _power_of_two(x, x.whole("sub", n, half))

    @staticmethod
    def expm1(x: Wide) -> Wide:
        """2ⁿ · (eʳ − 1) + 2ⁿ − 1, halved and doubled, since 2ⁿ itself may overflow."""
        form = FORMATS[x.type]
        n, r = _split(_kept(x, -2.0 * form.mantissa, form.overflow))
        scale = _power_of_two(x, x.whole("sub", n, 1))
        result = fma(_expm1_of_rest(r), scale, scale - 0.5) * 2
        return x.chosen(x.compare("oeq", 0.0), result)  # keeps −0

    @staticmethod
    def log(x: Wide) -> Wide:
        return _log(x, None)

    @staticmethod
    def log1p(x: Wide) -> Wide:
        """ln of 1 + x, and what was lost in that sum made good: ln(u) + (x − (u − 1)) / u."""
        u = x + 1
        lost = x.chosen(x.compare("uge", 1.0), 1.0)
        other = x.like(1.0).chosen(x.compare("uge", 1.0), x)
        lost = (other - (u - lost)) / u
        lost = lost.chosen(u.compare("olt", math.inf), 0.0)
        return x.chosen(x.compare("oeq", 0.0), _log(u, lost))

    @staticmethod
    def sqrt(x: Wide) -> Wide:
        return x.call("sqrt")

    @staticmethod
    def sin(x: Wide) -> Wide:
        return x.call("sin")

    @staticmethod
    def cos(x: Wide) -> Wide:
        return x.call("cos")

    @staticmethod
    def tanh(x: Wide) -> Wide:
        """Near 0 a polynomial (Moshier's Cephes, tanhf.c), else 1 − 2 / (e²ˣ + 1); double from expm1."""
        if x.type == "double":
            t = Machine.expm1(_kept(Machine.abs(x), 0.0, 22.0) * 2)
            return Machine._signed(t / (t + 2), x)
        size = Machine.abs(x)
        z = size * size
        near = polynomial(
            z, (-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1)
        )
        near = fma(near, z * size, size)
        far = 1 - 2 / (Machine.exp(_kept(size, 0.0, 22.0) * 2) + 1)
        return Machine._signed(near.chosen(size.compare("olt", 0.625), far), x)

    @staticmethod
    def _signed(size: Wide, x: Wide) -> Wide:
        return size.call("copysign", x)

    @staticmethod
    def erf(x: Wide) -> Wide:
        """Worked out in double."""
        result: Wide = error_function.erf(Machine, x.to("double"))
        return result.to(x.type)

    @staticmethod
    def abs(x: Wide) -> Wide:
        return x.call("fabs")

    @staticmethod
    def sign(x: Wide) -> Wide:
        """−1, 0 or 1; NaN stays."""
        return x.chosen(x.compare("uno", x), Machine.greater(x, 0.0) - Machine.greater(-x, 0.0))

    @staticmethod
    def floor(x: Wide) -> Wide:
        return x.call("floor")

    @staticmethod
    def maximum(x: Wide | float, y: Wide | float) -> Wide:
        return _larger(x, y, "ogt")

    @staticmethod
    def minimum(x: Wide | float, y: Wide | float) -> Wide:
        return _larger(x, y, "olt")

    @staticmethod
    def greater(x: Wide | float, y: Wide | float) -> Wide:
        return _mask(x, y, "ogt")

    @staticmethod
    def greater_equal(x: Wide | float, y: Wide | float) -> Wide:
        return _mask(x, y, "oge")

    @staticmethod
    def equal(x: Wide | float, y: Wide | float) -> Wide:
        return _mask(x, y, "oeq")

    @staticmethod
    def where(condition: Wide | float, x: Wide | float, y: Wide | float) -> Wide:
        condition, x = _both(condition, x)
        x, y = _both(x, y)
        return x.chosen(condition.compare("une", 0.0), y)

    @staticmethod
    def power(x: Wide, y: Wide | float) -> Wide:
        """As NumPy's kernel: 2, ½ and −1 by products and roots."""
        if y == 2:
            return x * x
        if y == 0.5:
            return x.call("sqrt")
        if y == -1:
            return 1 / x
        x, y = _both(x, y)
        return x.call("pow", y)


def _both(x: Wide | float, y: Wide | float) -> tuple[Wide, Wide]:
    """Two numbers as vectors of one kind; one of them is a vector already."""
    if isinstance(x, Wide):
        return x, x.like(y)
    assert isinstance(y, Wide)
    return y.like(x), y


def _mask(x: Wide | float, y: Wide | float, how: str) -> Wide:
    x, y = _both(x, y)
    return x.like(1.0).chosen(x.compare(how, y), 0.0)


def _larger(x: Wide | float, y: Wide | float, how: str) -> Wide:
    """NaN where either is NaN: a comparison with it fails, which leaves x; a constant is never NaN."""
    if not isinstance(x, Wide):
        x, y = y, x
    assert isinstance(x, Wide)
    other = x.like(y)
    result = other.chosen(other.compare(how, x), x)
    return other.chosen(other.compare("uno", other), result) if isinstance(y, Wide) else result


def _log(x: Wide, rest: Wide | None) -> Wide:
    """ln x + rest, as fdlibm's e_log.c (Sun Microsystems 1993): x = 2ᵏ(1 + f), and a series in s = f / (2 + f)."""
    form = FORMATS[x.type]
    tiny = x.compare("olt", 2.0 ** (1 - form.bias))  # denormals are made larger first
    normal = (x * 2.0 ** (form.mantissa + 2)).chosen(tiny, x)
    root_half = x.like(math.sqrt(0.5)).bits()
    shifted = x.whole("sub", normal.bits(), root_half)
    k_bits = x.whole("ashr", shifted, form.mantissa)
    m = x.from_bits(x.whole("sub", normal.bits(), x.whole("shl", k_bits, form.mantissa)))
    whole = vector(x.lanes, BITS[x.type])
    k = x.named(x.code.do(f"sitofp {whole} {k_bits} to {x.kind}"))
    k = k - x.like(float(form.mantissa + 2)).chosen(tiny, 0.0)
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
