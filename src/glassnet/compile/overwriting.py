"""What the steps of a loop write over what they are made of: gates over their sums, and the sums' gradients over gates.

Each step of a sequence has numbers of its own that the way back needs again, so they are many. Where the last to read
some has them at hand, its results can take their memory: that is in the first cache then, and the second one has room
for others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from glassnet.compile.clusters import Group, is_elementwise
from glassnet.compile.layout import Layout
from glassnet.compile.places import Place, at_hand, slice_, whole
from glassnet.compile.stepping import Turns, turns_of
from glassnet.ir.graph import Var

Groups = Mapping[Var, Group]
"""The group that computes each variable."""


def overwrite(layout: Layout, group_of: Groups) -> None:
    """Have what steps keep in the memory of what they read; of states that the next step alone reads, the latest."""
    outputs, graph = set(layout.graph.outputs.values()), _Graph(layout, group_of)
    for var in list(layout.computed):
        if var in outputs:
            continue
        if var.is_result_of("every"):
            _write_over(graph, var)
        elif var.is_result_of("looped") and _is_read_by_next_alone(graph, var):
            layout.keep_latest(turns_of(var))


class _Graph:
    """The graph that is being planned: ``reads`` are all that are computed, each with what it reads."""

    def __init__(self, layout: Layout, group_of: Groups) -> None:
        self.layout, self.group_of = layout, group_of
        readers = [var for var in group_of if not var.is_result_of("every")]  # what it keeps is written by others
        self.reads = [(var, x) for var in readers for x in layout.operands(var) if x in layout.places]


@dataclass(frozen=True)
class _Use:
    """A group that reads or writes some columns of a memory; ``here`` at the step at hand, each number by itself."""

    group: Group
    columns: range
    here: bool

    def may_follow(self, other: _Use) -> bool:
        """Whether this may write over what another one has to do with: elsewhere, later, or in one pass and place."""
        columns, others = self.columns, other.columns
        if columns.stop <= others.start or others.stop <= columns.start or self.group.after(other.group):
            return True
        return self.group is other.group and columns == others and self.here and other.here


@dataclass(frozen=True)
class _Memory:
    """Some numbers of each step of a loop, as a place (n, t, w); and who reads and writes them."""

    graph: _Graph
    turns: Turns
    place: Place

    def column(self, place: Place) -> int | None:
        """From which column on a place shows the step at hand; None if it shows something else."""
        first = at_hand(self.place, self.turns.backwards)
        column, width = place.offset - first.offset, place.shape[-1]
        if len(place.shape) != 2 or not isinstance(width, int) or not 0 <= column <= self.place.strides[1] - width:
            return None
        return column if place == slice_(first, 1, column, column + width) else None

    def computed(self) -> Iterator[tuple[Var, Place]]:
        """What is computed there; what keeps a result of all steps does not compute it."""
        for var in self.graph.layout.computed:
            place = self.graph.layout.places[var]
            if place.buffer is self.place.buffer and not (var.is_result_of("every") or var.is_result_of("looped")):
                yield var, place

    def readers(self, of: Callable[[Var], bool] = lambda var: True) -> Iterator[_Use]:
        """All that read it; or only in variables of some kind."""
        places = self.graph.layout.places
        for var, x in self.graph.reads:
            if places[x].buffer is self.place.buffer and of(x):
                yield self.use(var, places[x])

    def writers(self) -> Iterator[_Use]:
        for var, place in self.computed():
            yield self.use(var, place)

    def use(self, var: Var, place: Place) -> _Use:
        """The use of what a place shows, of whichever steps: all columns, where it shows them in another order."""
        row, width = self.place.strides[1], place.shape[-1]
        column = place.offset % row
        in_order = place.strides[-1] == 1 and all(stride % row == 0 for stride in place.strides[:-1])
        fits = in_order and isinstance(width, int) and column + width <= row
        columns = range(column, column + width) if fits else range(row)  # type: ignore[operator]
        return _Use(self.graph.group_of[var], columns, is_elementwise(var) and self.column(place) is not None)


def _write_over(graph: _Graph, kept: Var) -> None:
    """Have what is kept of each step in the memory of the same steps that it is made of, if nobody needs that later."""
    own = _Memory(graph, turns_of(kept), graph.layout.places[kept])
    parts = {var: own.column(place) for var, place in own.computed()}
    if own.place != whole(own.place.buffer) or len(own.place.shape) != 3 or not parts:
        return
    starts = {var: start for var, start in parts.items() if start is not None}
    if len(starts) < len(parts) or not all(is_elementwise(v) or v.is_result_of("concatenate") for v in starts):
        return
    width = own.place.shape[2]
    assert isinstance(width, int)
    for memory, column in _candidates(own, starts):
        if column + width <= memory.place.strides[1] and _is_free(memory, column, starts):
            taken = slice_(memory.place, 2, column, column + width)
            step = at_hand(taken, own.turns.backwards)
            moved = {var: slice_(step, 1, start, start + _width(var)) for var, start in starts.items()}
            graph.layout.move({kept: taken, **moved})
            return


def _candidates(own: _Memory, starts: Mapping[Var, int]) -> Iterator[tuple[_Memory, int]]:
    """Memory of all steps that the first part is made of; and from which column on all parts would lie there."""
    layout, (part, start) = own.graph.layout, next(iter(starts.items()))
    for x in _made_of(layout, part, own.graph.group_of[part]):
        if x.type == part.type and x in layout.places and layout.base(x) in layout.computed:
            place = whole(layout.places[x].buffer)
            memory = _Memory(own.graph, own.turns, place)
            of_steps = len(place.shape) == 3 and place.shape[1] == own.turns.steps
            column = memory.column(layout.places[x]) if of_steps else None
            if column is not None and column >= start and place.buffer is not own.place.buffer:
                yield memory, column - start


def _made_of(layout: Layout, var: Var, group: Group) -> Iterator[Var]:
    """What a group reads to compute a member: what it is made of directly first."""
    reached = [var]
    for member in reached:
        for x in layout.operands(member):
            if x not in group.members:
                yield x
            elif x not in reached:
                reached.append(x)


def _is_free(memory: _Memory, column: int, starts: Mapping[Var, int]) -> bool:
    """Whether all others are done with some columns of a memory when the parts are written there."""
    layout, group_of = memory.graph.layout, memory.graph.group_of
    there = {var for var in layout.computed if layout.places[var].buffer is memory.place.buffer}
    if any(layout.base(var) in there for var in layout.graph.outputs.values()):
        return False
    new = [
        _Use(group_of[var], range(column + start, column + start + _width(var)), is_elementwise(var))
        for var, start in starts.items()
    ]
    known = [*memory.readers(), *(_Use(use.group, use.columns, False) for use in memory.writers())]
    return all(use.may_follow(other) for use in new for other in known)


def _width(var: Var) -> int:
    width = var.shape[-1]
    assert isinstance(width, int)
    return width


def _is_read_by_next_alone(graph: _Graph, history: Var) -> bool:
    """Whether of a loop's states each is read by the next step alone, before that writes its own there."""
    layout = graph.layout
    if any(history in layout.operands(var) and not var.is_result_of("every") for var in layout.needed):
        return False
    turns = turns_of(history)
    old = _Memory(graph, turns, layout.states_before(turns))
    new = _Memory(graph, turns, layout.places[history])
    readers = list(old.readers(lambda x: layout.state_shown(x) is not None))
    return all(writer.may_follow(reader) for writer in new.writers() for reader in readers)
