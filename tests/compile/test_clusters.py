"""Groups of operations: they know each other, and an error that names one shows it alone."""

from glassnet.compile.clusters import grouped
from glassnet.ir import BATCH, source
from glassnet.ir.graph import Equation, Graph, Var


def test_a_group_shows_itself_without_the_others() -> None:
    """Shown with its neighbours, and theirs, one of a network of ten layers took gigabytes."""
    x, w = source("input", "x", (BATCH, 4), "float32"), source("parameter", "w", (4, 4), "float32")
    y = x
    for _ in range(5):
        y = y @ w + y

    def operands(var: Var) -> list[tuple[Var, bool]]:
        return [(operand, True) for operand in var.inputs if isinstance(operand.definition, Equation)]

    groups = grouped((var for var, _ in Graph({"y": y}).equations()), operands)
    assert len(groups) > 5
    for group in groups:
        assert repr(group).count("Group(") == 1
