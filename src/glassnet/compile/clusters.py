"""Which operations are worked out in one pass over the numbers: clusters of elementwise operations of one shape.

Operations go into the cluster of an operand, and clusters join, as long as none then needs what only comes after it.
Sums and largest numbers of short rows are part of a cluster, too, with what is made of them: a softmax is one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Any

from glassnet.ir.graph import Equation, Var
from glassnet.ir.types import Shape
from glassnet.ops.elementwise import Elementwise

LEAST, MOST = 16, 512
"""Numbers of a row that fill a vector, and bytes of the longest one that stays in registers."""
NARROW = 12
"""Numbers of rows so short that vectors go along the rows instead."""
LONG = 4
"""Groups, each of which needs the one before, from which on they are no short way to the end."""


@dataclass(eq=False)
class Group:
    """What one instruction computes: a cluster, or a single operation of another kind.

    Attributes:
        members: its variables, in an order in which they can be computed.
        needs: the groups whose results it reads.
        looked_at: those of them that it reads in another order, transposed say, so that they must be done before.
        users: the groups that read its results.
        first: the number of its first member in the order of the graph.
        reach: the largest number of any member of its own, or of a group that must be done before.
        shape: of its numbers; where it has sums of rows, other members have one number for each row.
        sums: whether it has sums or largest numbers of rows.
    """

    members: list[Var] = field(default_factory=list)
    needs: set[Group] = field(default_factory=set, repr=False)
    looked_at: set[Group] = field(default_factory=set, repr=False)
    users: set[Group] = field(default_factory=set, repr=False)
    first: int = 0
    reach: int = 0
    shape: Shape = ()
    sums: bool = False
    joined: Group | None = field(default=None, repr=False)

    def now(self) -> Group:
        """This group, or the one that it has become a part of."""
        group = self
        while group.joined is not None:
            group = group.joined
        return group

    def after(self, other: Group, *, through: bool = False) -> bool:
        """Whether it needs the other one's results; ``through`` asks for those that pass another group on the way."""
        stack = [n for need in self.needs if (n := need.now()) is not self and not (through and n is other)]
        seen: set[Group] = set()
        while stack:
            group = stack.pop()
            if group is other:
                return True
            if group not in seen and group.reach > other.first:
                seen.add(group)
                stack += [need.now() for need in group.needs if need.now() is not group]
        return False


def is_elementwise(var: Var) -> bool:
    """Whether it can be part of a cluster: each number comes from the numbers at its own place."""
    if not isinstance(var.definition, Equation):
        return False
    primitive = var.definition.primitive
    return isinstance(primitive, Elementwise) or primitive.name in ("cast", "one_hot")


def is_of_rows(var: Var) -> bool:
    """Whether it is the sum or the largest number of each row, and rows are short enough to stay in registers."""
    if not (var.is_result_of("sum") or var.is_result_of("max")):
        return False
    assert isinstance(var.definition, Equation)
    shape, axes = var.inputs[0].shape, dict(var.definition.params)["axes"]
    row = shape[-1] if shape else 1
    size = int(var.dtype.removeprefix("float")) // 8
    if len(shape) < 2 or axes != (len(shape) - 1,) or not isinstance(row, int):
        return False
    return LEAST <= row <= MOST // size or (len(shape) == 2 and 1 < row <= NARROW)


def grouped(
    variables: Iterable[Var],
    operands: Callable[[Var], Iterable[tuple[Var, bool]]],
    part: Callable[[Var], object] = lambda var: None,
    beside: Callable[[Var], bool] = lambda var: False,
) -> list[Group]:
    """The variables to be computed in groups, each after those that it needs, and all of one ``part`` of the plan.

    ``operands`` are the computed variables that one is made of, each with whether it is read as it is; else it is
    looked at in another way. Those ``beside`` others are computed with what reads the same, as well.
    """
    group_of: dict[Var, Group] = {}
    readers: dict[Var, list[Group]] = {}
    groups: list[Group] = []
    for number, var in enumerate(variables):
        inputs: dict[Group, None] = {}
        sums = is_of_rows(var)
        group = Group([var], first=number, reach=number, shape=var.inputs[0].shape if sums else var.shape, sums=sums)
        for operand, directly in operands(var):
            inputs[group_of[operand].now()] = None
            if not directly:
                group.looked_at.add(group_of[operand].now())
        group.needs = set(inputs)
        for need in inputs:
            need.users.add(group)
        if sums or is_elementwise(var):
            same = [reader for operand, _ in operands(var) for reader in readers.get(operand, ())]
            for other in [*inputs, *(same if beside(var) else ())]:
                if part(other.now().members[0]) == part(var) and _can_join(group, other):
                    _join(group, other)
        group_of[var] = group
        groups.append(group)
        for operand, _ in operands(var):
            readers.setdefault(operand, []).append(group)
    place = {var: number for number, var in enumerate(group_of)}
    kept = [group for group in groups if group.joined is None]
    for group in kept:
        group.needs = {need.now() for need in group.needs} - {group}
        group.members.sort(key=place.__getitem__)
    return _in_order(kept)


def _can_join(group: Group, other: Group) -> bool:
    other = other.now()
    if other is group or not (other.sums or is_elementwise(other.members[0])) or _common(group, other) is None:
        return False
    if any(looked.now() is other for looked in group.looked_at):
        return False
    return not group.after(other, through=True) and not other.after(group)


def _common(group: Group, other: Group) -> Shape | None:
    """The shape of two groups together; one may have a number for each row of the other."""
    if group.shape == other.shape:
        return group.shape
    for rows, single in ((group, other), (other, group)):
        if rows.sums and not single.sums and single.shape in (rows.shape[:-1], (*rows.shape[:-1], 1)):
            return rows.shape
    return None


def _join(group: Group, other: Group) -> None:
    """Make the other a part of this group."""
    other = other.now()
    group.shape, group.sums = _common(group, other) or (), group.sums or other.sums
    group.members = other.members + group.members
    group.needs = (group.needs | other.needs) - {other, group}
    group.looked_at |= other.looked_at
    group.users |= other.users
    group.first, group.reach = min(group.first, other.first), max(group.reach, other.reach)
    other.joined = group
    stack = [group]
    while stack:
        for user in {user.now() for user in stack.pop().users}:
            if user.reach < group.reach:
                user.reach = group.reach
                stack.append(user)


def ordered(groups: list[Group], takes_time: Callable[[Group], bool]) -> list[Group]:
    """Each after those it needs: soon after what it reads, which is near then; before others, what leads nowhere else.

    So what only changes weights comes where their gradients' operands are, and the memory of these is free soon. What
    leads somewhere is counted by the groups that take time.
    """
    users = _users(groups)
    following = {group: int(takes_time(group)) for group in groups}
    for group in reversed(_in_order(groups)):
        following[group] += max((following[user] for user in users.get(group, ())), default=0)
    return _in_order(groups, lambda group, latest: (-latest, min(following[group], LONG)))


def _in_order(groups: list[Group], rank: Callable[[Group, int], Any] = lambda group, latest: 0) -> list[Group]:
    """Each after those it needs; of those that are ready, the one of the least rank, else in the order given.

    ``rank`` is also told how many were done when the last of those was.
    """
    place = {group: number for number, group in enumerate(groups)}
    missing, users = {group: len(group.needs) for group in groups}, _users(groups)
    ready = [(rank(group, 0), place[group]) for group in groups if not missing[group]]
    heapify(ready)
    done: list[Group] = []
    while ready:
        group = groups[heappop(ready)[-1]]
        done.append(group)
        for user in users.get(group, ()):
            missing[user] -= 1
            if not missing[user]:
                heappush(ready, (rank(user, len(done)), place[user]))
    assert len(done) == len(groups), "groups need each other in a circle"
    return done


def _users(groups: Iterable[Group]) -> dict[Group, list[Group]]:
    """The groups that need each one, as they are now."""
    users: dict[Group, list[Group]] = {}
    for group in groups:
        for need in group.needs:
            users.setdefault(need, []).append(group)
    return users
