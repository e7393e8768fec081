"""Plans with memory: the arena, the network's own arrays, the data; run slice by slice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from glassnet.compile.arena import LINE, blocks, offsets
from glassnet.compile.handing import handed_on
from glassnet.compile.instructions import SIZES, Instruction
from glassnet.compile.machine import Machine, Stopped
from glassnet.compile.merging import merged, side_by_side
from glassnet.compile.places import Buffer, Place
from glassnet.compile.plan import Plan
from glassnet.ir.types import Array


class Prepared:
    """A plan with its memory, ready to run.

    Attributes:
        states: the arrays of all states that the steps read or change, by name.
    """

    def __init__(self, plan: Plan, parameters: Mapping[str, Array], states: Mapping[str, Array]) -> None:
        """``parameters`` are changed where they are; ``states`` give the first values of states."""
        self.plan = plan
        self._parameters = dict(parameters)  # their memory must live as long as the machine
        sources = plan.layout.sources
        for name in sources.keys() & parameters.keys():
            sources[name].address = parameters[name].ctypes.data
        fixed = {buffer: buffer.address for buffer in sources.values() if buffer.address}
        self._memory = _arena(plan, fixed)
        self.states = {name: _view(sources[name], self._memory) for name in sources.keys() - parameters.keys()}
        for name, array in self.states.items():
            array[...] = states[name]
        self.instructions = merged(plan.instructions)
        check = plan.check
        self.machine = Machine(
            self.instructions,
            0 if check is None else check.buffer.address,
            plan.checked,
            check is not None and check.dtype == "float64",
            plan.layout.capacity,
            plan.flushes,
        )

    def run(
        self,
        samples: Array,
        inputs: Mapping[str, Any],
        data: Mapping[str, tuple[Array, Array]],
        outputs: Mapping[str, Array],
        threads: int = 1,
    ) -> Stopped:
        """Run steps.

        Args:
            samples: of each step.
            inputs: scalar inputs, for all steps or for each.
            data: of the inputs with samples, the array and the numbers (int64) of all steps' samples in it.
            outputs: arrays that are filled: of one number for each step, or of rows for each sample.
        """
        return self.machine.run(self._lines(samples, inputs, data, outputs), len(samples), threads)

    def one_step(
        self, samples: int, data: Mapping[str, tuple[Array, Array]], outputs: Mapping[str, Array]
    ) -> Callable[[], None]:
        """A call that makes one step over these arrays, whatever is in them then; they must live as long as it."""
        lines = self._lines(np.array([samples]), {}, data, outputs)
        self.machine.prepare(lines, 1)
        again = self.machine.one_step()
        again.kept = lines, data, outputs  # type: ignore[attr-defined]
        return again

    def timed(
        self, samples: Array, inputs: Mapping[str, Any], data: Mapping[str, tuple[Array, Array]],
        outputs: Mapping[str, Array],
    ) -> list[tuple[Instruction, float]]:  # fmt: skip
        """Run steps in one thread, as :meth:`run` does; returns the seconds of a step that each instruction took."""
        seconds = self.machine.timed(self._lines(samples, inputs, data, outputs), len(samples))
        return list(zip(self.instructions, seconds.tolist(), strict=True))

    def _lines(
        self,
        samples: Array,
        inputs: Mapping[str, Any],
        data: Mapping[str, tuple[Array, Array]],
        outputs: Mapping[str, Array],
    ) -> Array:
        """The table, with the addresses of arrays."""
        table, pointers = self.plan.layout.table, self.plan.layout.table.pointers
        lines = table.lines(samples, inputs)
        first = np.cumsum(samples) - samples
        for name, (array, order) in data.items():
            if name in pointers:
                lines[:, pointers[name]] = array.ctypes.data
                lines[:, pointers[f"{name} order"]] = order.ctypes.data + 8 * first
        for name, array in outputs.items():
            place = self.plan.delivered[name]
            if isinstance(place, Place):
                by_sample = bool(place.shape) and not isinstance(place.shape[0], int)
                start = first if by_sample else np.arange(len(samples))
                lines[:, pointers[f"output {name}"]] = array.ctypes.data + start * array.strides[0]
            else:
                array[: len(samples)] = table.column(lines, place)
        return lines


def work_area(plan: Plan) -> int:
    """How many bytes it works in, beside data and results, parameters and what is kept from step to step."""
    return _arranged(plan, dict.fromkeys(plan.layout.sources.values(), 0))[2]


def _arranged(plan: Plan, fixed: dict[Buffer, int]) -> tuple[dict[Buffer, int], dict[Buffer, Buffer], int]:
    """Where each buffer begins that has no memory yet, the homes of those that are handed on, and the bytes in all."""
    together = side_by_side(plan.instructions, fixed)
    lasting = {*fixed, *plan.layout.sources.values(), *plan.layout.constants}
    homes = handed_on(plan.instructions, lasting.union(*together))
    starts, size = offsets(blocks(plan, together, fixed, homes))
    return starts, homes, size


def _arena(plan: Plan, fixed: dict[Buffer, int]) -> Array:
    """Memory for all buffers but those that have theirs, and the constants in it."""
    starts, homes, size = _arranged(plan, fixed)
    memory = np.zeros(size + 4 * LINE, np.uint8)  # vectors may read beyond the last number
    base = -(-memory.ctypes.data // LINE) * LINE
    for buffer, start in starts.items():
        buffer.address = base + start
    for buffer, home in homes.items():
        buffer.address = home.address
    for buffer, values in plan.layout.constants.items():
        _view(buffer, memory)[...] = values
    return memory


def _view(buffer: Buffer, memory: Array) -> Array:
    """The buffer's part of the memory, as an array that keeps it alive."""
    start = buffer.address - memory.ctypes.data
    flat = memory[start : start + buffer.size * SIZES[buffer.type.dtype]].view(buffer.type.dtype)
    return flat.reshape([dim if isinstance(dim, int) else buffer.capacity for dim in buffer.type.shape])
