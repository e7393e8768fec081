"""Where the numbers of a graph's variables lie, and which of them are computed at all.

Scalars that follow from the step's number alone are in the table. What only shows other numbers in another way, such as
a transposed array, is a place in their buffer. All others get a buffer of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from glassnet.compile import heads
from glassnet.compile.calls import NoKernel
from glassnet.compile.clusters import is_elementwise
from glassnet.compile.places import (
    VIEWS,
    Buffer,
    Place,
    Strides,
    along_rows,
    at,
    at_hand,
    broadcast,
    is_same,
    reshape,
    slice_,
    strides_of,
    transpose,
    whole,
)
from glassnet.compile.stepping import Turns, loops, turns_of
from glassnet.compile.table import Table, scalars_of
from glassnet.compile.within import computed_within
from glassnet.ir.graph import Constant, Equation, Graph, Source, Var
from glassnet.ir.origin import Origin
from glassnet.ir.types import BATCH, Array, Type

WIDE = 16
"""Numbers of a row from which on it is computed as well amid others as by itself."""


class Layout:
    """The variables of a graph in memory.

    Attributes:
        capacity: the largest number of samples of a batch.
        portable: whether every processor must compute the same bits.
        table: the scalars of each step.
        sources: the buffers of parameters, states and inputs without samples, by name.
        constants: the buffers of arrays that the graph itself holds.
        gathered: the buffers of data, and the first of the two cells that say where it is.
        places: of every variable that is more than a scalar.
        computed: the variables that instructions have to compute, in order.
        panels: the copies of matrices in panels, of all rows or of those that a list names.
        lists: for matrices of data, the list of columns that are not all 0.
        within: for some variables, an operand that is computed inside their own instructions.
        loops: for what is computed in the steps of a loop, the loop.
    """

    def __init__(
        self, graph: Graph, capacity: int, data: Mapping[str, str], origins: Mapping[Var, Origin], portable: bool
    ) -> None:
        """``data`` has the dtype in which each input with samples is given, ``origins`` whose results are."""
        self.graph, self.capacity, self._data = graph, capacity, data
        self.origins, self.portable = origins, portable
        self.table = Table(scalars_of(graph, portable))
        self.sources: dict[str, Buffer] = {}
        self.constants: dict[Buffer, Array] = {}
        self.gathered: dict[Buffer, int] = {}
        self.places: dict[Var, Place] = {}
        self.computed: dict[Var, None] = {}
        self.panels: dict[tuple[Place, Place | None], Buffer] = {}
        self.lists: dict[Buffer, Place] = {}
        self.within = computed_within(graph)
        self.loops = loops(graph)
        self._tracks: dict[Turns, Place] = {}
        self._repeated: dict[Var, Var] = {}
        self._tables: dict[tuple[tuple[int, ...], Strides], Place] = {}
        self._outputs = set(graph.outputs.values())
        self.needed = self.needed_for(self._outputs)
        self._users: dict[Var, list[Var]] = {}
        for var in graph.variables:
            if var in self.needed:
                for operand in self.operands(var):
                    self._users.setdefault(operand, []).append(var)
        for var in graph.variables:
            if var in self.needed:
                self._place(var)
        for var in reversed(self.computed):
            if var.is_result_of("concatenate"):
                self._join(var)
        self.follow()

    # ── what is read ────────────────────────────────────────────────────────────────────────────────────────────────

    def is_scalar(self, var: Var) -> bool:
        """Whether the table, or the graph itself, holds it as one number."""
        return var in self.table.scalars

    def operands(self, var: Var) -> tuple[Var, ...]:
        """What is read to compute it: not what only gives its shape."""
        if not isinstance(var.definition, Equation) or self.is_scalar(var):
            return ()
        if var in self.within:
            return self.operands(self.within[var])
        return var.inputs[:-1] if var.definition.primitive.like else var.inputs

    def is_read_only_by(self, var: Var, members: Collection[Var]) -> bool:
        """Whether these alone read it, as it is, and it is no output."""
        return var not in self._outputs and all(user in members for user in self.users(var))

    def users(self, var: Var) -> list[Var]:
        """What reads a variable."""
        return self._users.get(var, [])

    def needed_for(self, outputs: Iterable[Var]) -> set[Var]:
        """The variables that must be known to compute these."""
        return set(self._behind(outputs))

    def _behind(self, outputs: Iterable[Var]) -> Iterator[Var]:
        """The variables that must be known to compute these, each once."""
        stack: list[Var] = list(outputs)
        found: set[Var] = set()
        while stack:
            var = stack.pop()
            if var not in found:
                found.add(var)
                yield var
                stack += self.operands(var)

    def scalar_shown(self, var: Var) -> Var | None:
        """The scalar that all numbers of a variable are, if it is one of the table or the graph."""
        return var if self.is_scalar(var) else self._repeated.get(var)

    def computed_for(self, var: Var) -> Iterator[tuple[Var, bool]]:
        """The computed variables that one is made of, each with whether it is read as it is, or seen in another way."""
        for operand in self.operands(var):
            base = self.base(operand)
            if base in self.computed and base is not var:
                yield base, self.shows_rows(base, operand)

    def shows_rows(self, base: Var, operand: Var) -> bool:
        """Whether an operand is that variable: as it is, or one number of it for each row, in another shape."""
        if base.shape == operand.shape or not (base in self.places and operand in self.places):
            return base is operand
        rows, other = (operand, base) if base.shape == (*operand.shape, 1) else (base, operand)
        if rows.shape not in (other.shape[:-1], (*other.shape[:-1], 1)):
            return False
        return is_same(along_rows(self.places[rows], other.shape), self.places[other])

    def is_data(self, var: Var) -> bool:
        """Whether it follows from the data alone, not from weights, from what was drawn or from steps before."""
        found = False
        for made_of in self._behind([var]):
            if isinstance(made_of.definition, Source) and made_of.shape:
                found = True
                if made_of.definition.kind != "input":
                    return False
            if any(made_of.is_result_of(name) for name in ("uniform", "now", "carried")):
                return False
        return found

    def is_bytes(self, var: Var) -> bool:
        """Whether it follows from data that are given as bytes: of pictures, where most are 0."""
        return var in self._of_bytes

    @cached_property
    def _of_bytes(self) -> set[Var]:
        """What follows from data that are given as bytes."""
        found: set[Var] = set()
        for var in self.graph.variables:
            source = var.definition
            given = isinstance(source, Source) and self._data.get(source.name) == "uint8"
            if given or any(operand in found for operand in self.operands(var)):
                found.add(var)
        return found

    def base(self, var: Var) -> Var:
        """The computed variable whose numbers this one shows; or the source, constant or scalar."""
        while var not in self.computed and self.operands(var):
            var = self.operands(var)[0]
        return var

    def state_shown(self, var: Var) -> Var | None:
        """The state before the step at hand, or that of which a variable shows some numbers; else None."""
        while not var.is_result_of("carried") and var not in self.computed and self.operands(var):
            var = self.operands(var)[0]
        return var if var.is_result_of("carried") else None

    # ── places ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def new(self, type_: Type) -> Place:
        """Memory of its own."""
        return whole(Buffer(type_, self.capacity))

    def table_of(self, shape: tuple[int, ...], strides: Strides) -> Place:
        """A table of how far each number of some axes is from the first one; equal tables are one."""
        if (shape, strides) not in self._tables:
            far = np.zeros((1,), np.int64)
            for size, stride in zip(shape, strides, strict=True):
                far = (far[:, None] + stride * np.arange(size)).reshape(-1)
            place = self._tables[shape, strides] = self.new(Type(far.shape, "int64"))
            self.constants[place.buffer] = far
        return self._tables[shape, strides]

    def spread(self, constant: Place, like: Place) -> Place:
        """An array that the graph holds, repeated for each sample, as others of that shape lie."""
        sizes: Any = like.shape[1:]
        order = sorted(range(len(sizes)), key=lambda axis: -like.strides[axis + 1])
        values = self.constants[constant.buffer].reshape(-1)[constant.offset :]
        far = [stride * values.itemsize for stride in broadcast(constant, like.shape).strides[1:]]
        numbers = np.lib.stride_tricks.as_strided(values, sizes, far).transpose(order)
        target = Buffer(Type(numbers.shape, constant.dtype), self.capacity)
        self.constants[target] = numbers
        return replace(like, buffer=target, strides=(0, *like.strides[1:]), offset=0)

    def move(self, places: Mapping[Var, Place]) -> None:
        """Have variables elsewhere, and with them all that shows their numbers."""
        self.places.update(places)
        moved = set(places)
        for var in self.graph.variables:
            if not moved.isdisjoint(var.inputs[:1]) and self._follow(var):
                moved.add(var)

    def follow(self) -> None:
        """Have all that shows the numbers of others where these are now."""
        for var in self.graph.variables:
            self._follow(var)

    def _follow(self, var: Var) -> bool:
        """Have a variable where the numbers are that it shows; whether it shows any."""
        view = self._view(var) if var in self.places and var not in self.computed else None
        if view is not None:
            self.places[var] = view
        return view is not None

    def _place(self, var: Var) -> None:
        match var.definition:
            case _ if self.is_scalar(var):
                return
            case Constant(values):
                self.places[var] = self.new(var.type)
                self.constants[self.places[var].buffer] = values.array
            case Source():
                self._place_source(var, var.definition)
            case Equation(primitive, inputs):
                if primitive.name in VIEWS and (scalar := self.scalar_shown(inputs[0])) is not None:
                    self._repeated[var] = scalar
                elif (view := self._view(var) or self._reordered(var)) is not None:
                    self.places[var] = view
                elif primitive.name == "carried":
                    turns = turns_of(var)
                    self.places[var] = at_hand(self._states(turns, var.type, before=True), turns.backwards)
                else:
                    self._compute(var)
                    if primitive.name in ("looped", "every"):
                        self._place_steps(var, inputs[1])

    def _view(self, var: Var) -> Place | None:
        """The place of what only shows its operand's numbers in another way; None where no place can."""
        if not isinstance(var.definition, Equation) or not var.inputs or var.inputs[0] not in self.places:
            return None
        place, view = self.places[var.inputs[0]], VIEWS.get(var.definition.primitive.name)
        return None if view is None else view(place, var.shape, dict(var.definition.params))

    def _reordered(self, var: Var) -> Place | None:
        """The place of what is transposed and then reshaped, if its numbers can be computed in that order at once.

        So the heads of an attention, each a product of its own, leave their results beside each other.
        """
        seen = var.inputs[0] if var.is_result_of("reshape") else var
        if not seen.is_result_of("transpose") or not (made := seen.inputs[0]).is_result_of("matmul"):
            return None
        assert isinstance(seen.definition, Equation)
        axes = dict(seen.definition.params)["axes"]
        alone = self.is_read_only_by(made, [seen]) and self.is_read_only_by(seen, [var])
        if made in self.loops or len(axes) < 3 or not alone or axes[0] or axes[-1] != len(axes) - 1:
            return None
        strides = strides_of(seen.shape, self.capacity)
        back = tuple(strides[axes.index(axis)] for axis in range(len(axes)))
        self.places[made] = replace(self.places[made], strides=back)
        self.places[seen] = transpose(self.places[made], axes)
        return reshape(self.places[seen], var.shape)

    def _states(self, turns: Turns, state: Type, before: bool = False) -> Place:
        """The states of all steps, or those ``before`` them: the same, one step on, with the initial one."""
        if turns not in self._tracks:
            self._tracks[turns] = self.new(Type((state.shape[0], turns.steps + 1, *state.shape[1:]), state.dtype))
        start = int(turns.backwards == before)
        return slice_(self._tracks[turns], 1, start, start + turns.steps)

    def states_before(self, turns: Turns) -> Place:
        """The states before each step of a loop."""
        return self._states(turns, self._tracks[turns].buffer.type, before=True)

    def keep_latest(self, turns: Turns) -> None:
        """Have each step of a loop write its state over the one before."""
        track = self._tracks[turns]
        row = self.new(Type((track.shape[0], *track.shape[2:]), track.dtype))
        self._tracks[turns] = replace(row, shape=track.shape, strides=(row.strides[0], 0, *row.strides[1:]))
        places = {var: place for var, place in self.places.items() if place.buffer is track.buffer}
        for var, place in places.items():
            if var.is_result_of("looped"):
                self.places[var] = replace(self._tracks[turns], shape=place.shape)
            elif var in self.computed or var.is_result_of("carried"):
                column = place.offset % row.strides[0]
                self.places[var] = replace(row, shape=place.shape, offset=column)
        self.follow()

    def is_latest(self, place: Place, turns: Turns) -> bool:
        """Whether a place is in the one row for a loop's states, which only the next step reads."""
        return place.buffer is self._tracks[turns].buffer and not self._tracks[turns].strides[1]

    def first_state(self, turns: Turns) -> Place:
        """Where the initial state of a loop belongs."""
        return at(self._tracks[turns], 1, (turns.steps if turns.backwards else 0,))

    def _place_steps(self, var: Var, of_one: Var) -> None:
        """What a loop computes at each step, in its place among all of them."""
        if var.is_result_of("looped"):
            self.places[var] = self._states(turns_of(var), of_one.type)
        self.places[of_one] = at_hand(self.places[var], turns_of(var).backwards)

    def _place_source(self, var: Var, source: Source) -> None:
        if source.kind != "input" or BATCH not in var.shape:
            buffer = self.sources.setdefault(source.name, Buffer(var.type, self.capacity, source.name))
            self.places[var] = whole(buffer)
            return
        if var.shape[0] is not BATCH:
            raise NoKernel(f"an input whose samples do not lie along its first axis: {var.shape}")
        buffer = Buffer(Type(var.shape, self._data[source.name]), self.capacity, source.name)
        self.gathered[buffer] = self.table.data(source.name)
        self.places[var] = whole(buffer)
        users = self._users.get(var, ())
        if not all(is_elementwise(user) and user.shape[:1] == (BATCH,) for user in users):
            self._compute(var)

    def given(self, source: Source) -> Place:
        """The place of an input's numbers in the data."""
        return whole(next(buffer for buffer in self.gathered if buffer.name == source.name))

    def _join(self, joined: Var) -> None:
        """Have what is joined computed where it belongs, as far as that can be: the steps of a history, say."""
        for x, piece in joined_pieces(joined, self.places[joined]):
            base = self.base(x)
            if (
                base not in self.computed
                or self.loops.get(base) != self.loops.get(joined)
                or not (is_elementwise(base) or base.is_result_of("concatenate") or _is_plain_product(base))
            ):
                continue
            own, there = self.places[base], reshape(piece, base.shape)
            alone = own == whole(own.buffer) and x in self.places and self.places[x].is_whole
            row = base.shape[-1] if base.shape else 1
            if there is not None and alone and there.strides[-1:] == (1,) and isinstance(row, int) and row >= WIDE:
                self.places[base] = there

    def _compute(self, var: Var) -> None:
        self.computed[var] = None
        strides = None if self.portable or var in self.loops else heads.strides(var, self.places)
        self.places[var] = self.new(var.type) if strides is None else replace(self.new(var.type), strides=strides)


def _is_plain_product(var: Var) -> bool:
    """Whether it is a product of two matrices, whose rows may lie apart."""
    return var.is_result_of("matmul") and all(len(x.shape) == 2 for x in var.inputs)


def joined_pieces(joined: Var, place: Place) -> Iterator[tuple[Var, Place]]:
    """What is joined to a variable at that place, each with where it belongs."""
    assert isinstance(joined.definition, Equation)
    axis, start = dict(joined.definition.params)["axis"], 0
    for x in joined.inputs:
        size = x.shape[axis]
        assert isinstance(size, int)
        yield x, slice_(place, axis, start, start + size)
        start += size
