"""A graph as a plan: instructions in phases, over buffers; and which of them may run side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from glassnet.compile import calls, windowing
from glassnet.compile.calls import NoKernel
from glassnet.compile.clusters import Group, grouped, is_elementwise, ordered
from glassnet.compile.expand import expanded
from glassnet.compile.halves import is_halved, is_worth, settled, takes_time
from glassnet.compile.instructions import Instruction
from glassnet.compile.layout import Layout
from glassnet.compile.operations import can_be_placed, instructions, is_known
from glassnet.compile.overwriting import overwrite
from glassnet.compile.packing import by_itself
from glassnet.compile.places import Buffer, Place, whole
from glassnet.compile.reading import copied, in_order
from glassnet.compile.reuse import reuse
from glassnet.compile.stepping import Turns, is_zero, plain, stages, steps, turns_of
from glassnet.compile.tasks import grain_of
from glassnet.compile.updating import at_once
from glassnet.ir.graph import Graph, Var
from glassnet.ir.types import BATCH


@dataclass(eq=False)
class Plan:
    """What a graph becomes.

    Attributes:
        layout: where its numbers lie, and the table of its scalars.
        instructions: in an order in which they can be run, each with its phase.
        delivered: for each output the place of its numbers, which every step moves to where the caller wants them; for
            a scalar that is the same in every batch, the variable.
        flushes: whether numbers too small for the format's full digits are taken as 0, where weights are changed.
        check: the place of the loss, which must be finite before the phase ``checked``, the first to change a source.
    """

    layout: Layout
    instructions: list[Instruction]
    delivered: dict[str, Place | Var]
    check: Place | None
    checked: int
    flushes: bool

    def __str__(self) -> str:
        """A line for each instruction, phase by phase: how much there is to do, or that it goes sample by sample.

        Panels are as many as this processor's registers say, which is left out.
        """
        lines: list[str] = []
        for phase in range(max((i.phase for i in self.instructions), default=-1) + 1):
            check = ": only if the loss is finite" if phase == self.checked > 0 else ""
            lines.append(f"phase {phase}{check}")
            for instruction in (i for i in self.instructions if i.phase == phase):
                extent = "samples" if instruction.rows else f"{instruction.extent:,}"
                extent = "" if instruction.kind in ("pack", "wide") else extent
                lines.append(f"  {extent:>8}  {instruction.kind:<8} {instruction.what}")
                lines += [f"{'':>12}  {part.kind:<8} {part.what}" for part in instruction.parts]
        return "\n".join(lines)

    @property
    def buffers(self) -> list[Buffer]:
        """All memory that instructions touch, in the order in which they do."""
        found: dict[Buffer, None] = {}
        for instruction in self.instructions:
            found.update(dict.fromkeys(instruction.buffers))
        return list(found)


def planned(
    outputs: Mapping[str, Var],
    new: Mapping[str, Var],
    capacity: int,
    data: Mapping[str, str],
    check: str = "",
    portable: bool = False,
) -> Plan:
    """The plan of a graph.

    Args:
        outputs: what is measured or asked for, by name.
        new: the new value of each source that the graph changes, by the source's name.
        capacity: the largest number of samples of a batch.
        data: the dtype in which each input with samples is given: "uint8" where the graph says float32, say.
        check: the output that must be finite before anything is changed.
        portable: whether every processor must compute the same bits.

    Raises:
        NoKernel: the graph has an operation that the engine cannot run.
    """
    named = {("output", name): var for name, var in outputs.items()} | {("new", name): var for name, var in new.items()}
    wanted = {str(i): var for i, var in enumerate(named.values())}
    shared = bool(new) and is_worth(Graph(wanted), capacity)
    same, origins = expanded(wanted, is_known, can_be_placed, lambda var: shared and is_halved(var, capacity))
    simple = dict(zip(named, same.values(), strict=True))
    return _Planner(
        {name: var for (what, name), var in simple.items() if what == "output"},
        {name: var for (what, name), var in simple.items() if what == "new"},
        Layout(Graph(same), capacity, data, origins, portable),
    ).plan(check)


class _Planner:
    """One graph being planned."""

    def __init__(self, outputs: dict[str, Var], new: dict[str, Var], layout: Layout) -> None:
        self.outputs, self.new, self.layout = outputs, new, layout
        self.instructions: list[Instruction] = []
        self.delivered: dict[str, Place | Var] = {}
        self._bodies: dict[Turns, list[Instruction]] = {}

    def plan(self, check: str) -> Plan:
        early = self.layout.needed_for([self.outputs[check]] if check else [])
        loops, stage = self.layout.loops, stages(self.layout.graph, self.layout.loops)
        simple = plain(self.layout.graph, loops)
        groups = grouped(
            self.layout.computed,
            self.layout.computed_for,
            part=lambda var: (var in early, loops.get(var), stage.get(var)),
            beside=lambda var: loops.get(var) in simple,
        )
        self.group_of = {var: group for group in groups for var in group.members}
        kept = self._kept()
        reuse(self.layout, groups, kept)
        overwrite(self.layout, self.group_of)
        elsewhere = self._write_in_place()
        for group in ordered(groups, lambda group: takes_time(group.members[0])):
            self._add(group, instructions(self.layout, group, kept))
        self._write(elsewhere)
        for name, var in self.outputs.items():
            self._deliver(name, var)
        self.instructions = at_once(self.instructions)
        if any(instruction.halves for instruction in self.instructions):
            self.instructions = by_itself(self.instructions)
        place = self.delivered.get(check)
        checked = self._set_phases(place) if isinstance(place, Place) else self._set_phases(None)
        settled(self.instructions, grain_of(self.instructions, self.layout.capacity))
        self.instructions.sort(key=lambda instruction: (instruction.phase, instruction.sums_at_once))
        loss, flushes = place if isinstance(place, Place) else None, bool(self.new) and not self.layout.portable
        return Plan(self.layout, self.instructions, self.delivered, loss, checked, flushes)

    def _add(self, group: Group, made: list[Instruction]) -> None:
        """Add instructions; those of a loop's steps, all together where its history is computed."""
        var = group.members[0]
        if (turns := self.layout.loops.get(var)) is not None:
            body = self._bodies.setdefault(turns, [])
            moving = {buffer for part in body for buffer in part.writes}
            self._leave_out(var, turns, made)
            for instruction in made:
                once = not instruction.rows and not instruction.moves and not instruction.reads & moving
                (self.instructions if once else body).append(instruction)
            return
        self.instructions += made
        if var.is_result_of("looped"):
            turns = turns_of(var)
            loop = steps(self._bodies.pop(turns), turns.steps, str(made[0].origins[0]))
            loop.origins = made[0].origins
            self.instructions.append(loop)

    def _leave_out(self, var: Var, turns: Turns, made: list[Instruction]) -> None:
        """Leave out the products with a first state of zeros, and those for a last state, if nobody reads that."""
        if not var.is_result_of("matmul"):
            return
        place, state, product = self.layout.places[var], self.layout.state_shown(var.inputs[0]), made[-1]
        if self.layout.is_latest(place, turns):
            product.until = 1
        elif state is not None and is_zero(state.inputs[0]) and (place.step or place == whole(place.buffer)):
            product.since = 1
            zeros = windowing.zeros(self.layout, place, product.what)
            zeros.origins = product.origins
            self.instructions.append(zeros)

    def _kept(self) -> set[Var]:
        """The variables that are read outside of their own cluster, or in it in another way."""
        kept = set(self.layout.graph.outputs.values())
        for var in self.layout.needed:
            group = self.group_of.get(var)
            kept |= {v for v in self.layout.operands(var) if group is None or not self._is_inside(v, group)}
        return kept | {self.layout.base(var) for var in kept}

    def _is_inside(self, var: Var, group: Group) -> bool:
        """Whether a group need not store an operand, since it computes it itself."""
        base = self.layout.base(var)
        return self.group_of.get(base) is group and self.layout.shows_rows(base, var)

    # ── what is changed ─────────────────────────────────────────────────────────────────────────────────────────────

    def _write_in_place(self) -> dict[str, Var]:
        """New values go where the old ones lie, if all that read these can be done before; returns the others."""
        readers, sources = self._readers(), self.layout.sources
        moved: dict[Var, Place] = {}
        elsewhere: dict[str, Var] = {}
        for name, var in self.new.items():
            source = sources.setdefault(name, Buffer(var.type, self.layout.capacity, name))
            group, taken = self.group_of.get(var), var in moved or var in self.outputs.values()
            if group is None or taken or not self._can_write(var, group, source, readers.get(source, set())):
                elsewhere[name] = var
                continue
            group.needs |= readers.get(source, set()) - {group}
            moved[var] = whole(source)
        self.layout.move(moved)
        return elsewhere

    def _readers(self) -> dict[Buffer, set[Group]]:
        """The groups that read each buffer; for a step's, what computes the history too: all steps are taken there."""
        readers: dict[Buffer, set[Group]] = {}
        histories = {turns_of(var): group for var, group in self.group_of.items() if var.is_result_of("looped")}
        for var, group in self.group_of.items():
            turns = self.layout.loops.get(var)
            reading = {group} if turns is None else {group, histories[turns]}
            for operand in self.layout.operands(var):
                if (place := self.layout.places.get(operand)) is not None:
                    readers.setdefault(place.buffer, set()).update(reading)
        return readers

    def _can_write(self, var: Var, group: Group, source: Buffer, readers: set[Group]) -> bool:
        """Whether a cluster can write over what it reads: each number alone, and nobody needs the old ones later."""
        places = (self.layout.places.get(v) for member in group.members for v in self.layout.operands(member))
        in_step = all(place.is_whole for place in places if place is not None and place.buffer is source)
        return (
            is_elementwise(var)
            and not group.sums
            and in_step
            and not any(other.after(group) for other in readers - {group})
        )

    def _write(self, elsewhere: Mapping[str, Var]) -> None:
        """Copy the new values that could not be written in place; those that are other sources' old values, first."""
        layout = self.layout
        for name, var in elsewhere.items():
            source, place = layout.sources[name], layout.places.get(var)
            if place is not None and place == whole(source):
                continue
            if place is not None and place.buffer in layout.sources.values():
                before = layout.new(var.type)
                self.instructions.insert(0, copied(layout, var, before, f"{name} as it was"))
                layout.places[var] = before
            self.instructions.append(copied(layout, var, whole(source), f"new {name}"))

    def _deliver(self, name: str, var: Var) -> None:
        layout = self.layout
        if not var.shape and layout.is_scalar(var):
            self.delivered[name] = var
            layout.table.cell(var)
            return
        made, place = in_order(layout, var, name)
        count = prod(size for size in var.shape if isinstance(size, int))
        cell = layout.table.pointer(f"output {name}")
        self.instructions += [*made, calls.move(place, cell, -count if BATCH in var.shape else count, name)]
        self.delivered[name] = place

    # ── phases ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _set_phases(self, check: Place | None) -> int:
        """Each instruction in the first phase in which all it reads is there; returns the first to change sources."""
        self._phases(0)
        if check is None:
            return 0
        loss = [i for i in self.instructions if check.buffer in i.writes]
        checked = max(i.phase + 1 for i in loss)
        self._phases(checked)
        if any(i.phase >= checked for i in loss):
            raise NoKernel("a loss that is computed together with the update")
        return checked

    def _phases(self, checked: int) -> None:
        writer: dict[Buffer, Instruction] = {}
        readers: dict[Buffer, list[Instruction]] = {}
        sources = set(self.layout.sources.values())
        for instruction in self.instructions:
            before = [writer[buffer] for buffer in instruction.buffers if buffer in writer]
            before += [reader for buffer in instruction.writes for reader in readers.get(buffer, ())]
            first = checked if instruction.writes & sources else 0
            instruction.phase = max([first, *(_phase_after(other, instruction) for other in before)])
            writer.update(dict.fromkeys(instruction.writes, instruction))
            for buffer in instruction.reads:
                readers.setdefault(buffer, []).append(instruction)
        self._bring_near()

    def _bring_near(self) -> None:
        """What goes sample by sample, into the phase of what needs it first: what it writes is near there.

        Of each buffer the last phase is known in which it can be touched before all later instructions that touch it,
        or write it.
        """
        touched: dict[Buffer, int] = {}
        written: dict[Buffer, int] = {}
        for instruction in reversed(self.instructions):
            if instruction.rows and not instruction.halves:
                users = [touched[buffer] for buffer in instruction.writes if buffer in touched]
                others = [written[buffer] for buffer in instruction.reads if buffer in written]
                if users:
                    instruction.phase = max(instruction.phase, min(users + others))
            before = instruction.phase if instruction.rows else instruction.phase - 1
            for buffer in instruction.buffers:
                touched[buffer] = min(before, touched.get(buffer, before))
            for buffer in instruction.writes:
                written[buffer] = min(before, written.get(buffer, before))


def _phase_after(before: Instruction, instruction: Instruction) -> int:
    """Samples that both work on by themselves can follow each other in one phase, and at last the sums of halves."""
    return before.phase if before.rows and instruction.rows and not before.halves else before.phase + 1
