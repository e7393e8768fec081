"""Reading a graph as algebra: its arithmetic on symbols, or on affine functions in exact fractions."""

from glassnet.readings.algebra.affine import Affine, AffineAlgebra
from glassnet.readings.algebra.reading import NoFormula, NotLinear, Reading, TooLarge
from glassnet.readings.algebra.regions import Interval, Polygon, cut
from glassnet.readings.algebra.symbolic import Symbolic, SymbolicAlgebra

__all__ = [
    "Affine",
    "AffineAlgebra",
    "Interval",
    "NoFormula",
    "NotLinear",
    "Polygon",
    "Reading",
    "Symbolic",
    "SymbolicAlgebra",
    "TooLarge",
    "cut",
]
