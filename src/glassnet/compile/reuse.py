"""Results that are written over what they are made of: a bias is added, and an activation taken, where the sums lie.

What nobody reads any more needs no memory beside its successor, and less goes through the caches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from glassnet.compile.clusters import Group, is_elementwise
from glassnet.compile.layout import Layout
from glassnet.compile.places import whole
from glassnet.ir.graph import Var


def reuse(layout: Layout, groups: Iterable[Group], kept: Collection[Var]) -> None:
    """Have kept results of clusters in the memory of an operand that nothing else reads, each number in its place."""
    for group in groups:
        if group.sums:
            continue
        for var in group.members:
            if var in kept and is_elementwise(var) and _is_alone(layout, var):
                operand = next((x for x in _operands(layout, group) if _can_go(layout, group, x, var)), None)
                if operand is not None:
                    layout.places[var] = layout.places[operand]
    layout.follow()


def _is_alone(layout: Layout, var: Var) -> bool:
    """Whether it fills memory of its own."""
    return var in layout.computed and layout.places[var] == whole(layout.places[var].buffer)


def _operands(layout: Layout, group: Group) -> dict[Var, None]:
    """What a cluster reads that others compute."""
    members = set(group.members)
    return {x: None for member in group.members for x in layout.operands(member) if x not in members}


def _can_go(layout: Layout, group: Group, operand: Var, var: Var) -> bool:
    """Whether a result may be written over that operand."""
    return (
        operand.type == var.type
        and layout.loops.get(operand) == layout.loops.get(var)
        and _is_alone(layout, operand)
        and layout.is_read_only_by(operand, group.members)
        and all(layout.places.get(member) != layout.places[operand] for member in group.members)
        and not _has_parts_in_use(layout, operand)
    )


def _has_parts_in_use(layout: Layout, var: Var) -> bool:
    """Whether something joined has a part that was computed where it lies, and that others read: its gradient, say."""
    if not var.is_result_of("concatenate"):
        return False
    there = {x for x in layout.computed if layout.places[x].buffer is layout.places[var].buffer}
    return not all(x is var or layout.is_read_only_by(x, there) for x in there)
