"""A network as algebra: its formula, its collapse to one linear layer, its simplification, its linear pieces."""

from glassnet.inspection.algebra.collapse import Collapsed, Step, collapse
from glassnet.inspection.algebra.formula import Formula, formula
from glassnet.inspection.algebra.merging import simplify
from glassnet.inspection.algebra.pieces import Piece, Pieces, pieces, regions
from glassnet.inspection.algebra.regions import Region, Regions

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
