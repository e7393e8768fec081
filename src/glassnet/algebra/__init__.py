"""A network as algebra: its formula, its collapse to one linear layer, its simplification, its linear pieces."""

from glassnet.algebra.collapse import Collapsed, Step, collapse
from glassnet.algebra.formula import Formula, formula
from glassnet.algebra.pieces import Piece, Pieces, Region, Regions, pieces, regions
from glassnet.algebra.simplify import simplify

__all__ = [
    "Collapsed",
    "Formula",
    "Piece",
    "Pieces",
    "Region",
    "Regions",
    "Step",
    "collapse",
    "formula",
    "pieces",
    "regions",
    "simplify",
]
