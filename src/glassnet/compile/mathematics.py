"""The functions of formulas, as machine code: exp, log, tanh, … of whole vectors.

The methods are those of the textbooks named at each; ``bench/mathematics.py`` measures all of float32's 2³² numbers.
"""

from __future__ import annotations

import math

from glassnet.compile import exponential, powers
from glassnet.compile.algebra import Wide, fma, inverse, nearly_inverse, polynomial
from glassnet.compile.exponential import kept
from glassnet.ops import error_function

TANH_FAR = 0.75
TANH_NEAR = (1.74175669e-3, -7.6658125e-3, 2.14577932e-2, -5.38945347e-2, 1.33327201e-1, -3.33333164e-1)
"""From where on float32's hyperbolic tangent is worked out in another way; its coefficients till then, highest power
first, fitted by Lawson's method (1961) to an error of 0.03 units in the last place."""
ERF_NEAR = (-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1)
ERF_FAR = (-1.72853470e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1, -6.34846687e-1, -1.28717512e-1)
"""Coefficients of float32's error function, highest power first."""


class Machine:
    """The functions of formulas on :class:`Wide` numbers."""

    pi = math.pi

    exp = staticmethod(exponential.exp)
    expm1 = staticmethod(exponential.expm1)

    @staticmethod
    def log(x: Wide) -> Wide:
        return exponential.log(x)

    @staticmethod
    def log1p(x: Wide) -> Wide:
        """ln of 1 + x, and what was lost in that sum made good: ln(u) + (x − (u − 1)) / u."""
        u = x + 1
        lost = x.chosen(x.compare("uge", 1.0), 1.0)
        other = x.like(1.0).chosen(x.compare("uge", 1.0), x)
        lost = (other - (u - lost)) / u
        lost = lost.chosen(u.compare("olt", math.inf), 0.0)
        return x.chosen(x.compare("oeq", 0.0), exponential.log(u, lost))

    @staticmethod
    def sqrt(x: Wide) -> Wide:
        return x.call("sqrt")

    @staticmethod
    def sin(x: Wide) -> Wide:
        return powers.sine(x)

    @staticmethod
    def cos(x: Wide) -> Wide:
        return powers.cosine(x)

    @staticmethod
    def tanh(x: Wide) -> Wide:
        """Near 0 a polynomial, else 1 − 2 / (e²ˣ + 1), of which the power needs few digits; double from expm1."""
        if x.type == "double":
            t = Machine.expm1(kept(Machine.abs(x), 0.0, 22.0) * 2)
            return Machine._signed(t / (t + 2), x)
        size, z = Machine.abs(x), x * x
        near = fma(polynomial(z, TANH_NEAR), z * size, size)
        far = 1 - 2 * inverse(exponential.exp_of_double(size) + 1)
        return Machine._signed(far.chosen(size.compare("oge", TANH_FAR), near), x)

    @staticmethod
    def sigmoid(x: Wide) -> Wide:
        """n / (1 + e), where e is e to the power of −|x|, and n is 1 or e: nearly, and then what that leaves besides.

        The rest, n − s (1 + e), is (n − s) − s e, in which the sum 1 + e loses nothing.
        """
        e = exponential.exp_of_negative(-Machine.abs(x))
        n, near = x.like(1.0).chosen(x.compare("ogt", 0.0), e), nearly_inverse(e + 1)
        with x.code.as_written():
            share = n * near
            return fma(fma(-share, e, n - share), near, share)

    @staticmethod
    def _signed(size: Wide, x: Wide) -> Wide:
        return size.call("copysign", x)

    @staticmethod
    def erf(x: Wide) -> Wide:
        """Near 0 a polynomial, else 1 − e^p(|x|), with the coefficients of N. Juffa's erff; double as in fdlibm."""
        if x.type == "double":
            result: Wide = error_function.erf(Machine, x)
            return result
        size, z = Machine.abs(x), x * x
        near = fma(polynomial(z, ERF_NEAR), size, size)
        t = kept(size, 0.0, 4.0)
        far = 1 - Machine.exp(fma(polynomial(t, ERF_FAR), t, -t))
        return Machine._signed(near.chosen(size.compare("ule", 0.927734375), far), x)

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
        return powers.power(x, y)


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
