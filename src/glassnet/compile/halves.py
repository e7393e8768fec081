"""Sums over samples in two halves: each thread adds up what it has in its cache, and both are added afterwards.

The gradient of a matrix is a sum over all samples. Were its rows shared among threads, each would need all samples,
half of which the other thread has worked out, and has in its cache: it takes longer to have a number from there than to
multiply by it. So the batch has two halves, which stay with their threads from phase to phase, and each has a sum of
its own, worked out right after its samples. One thread works out the same two, so no bit depends on it. The addition is
an operation like all others: it becomes a part of what reads it, the update of the weights say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import prod

from glassnet.compile.instructions import SIZES, Address, Argument, Called, Instruction
from glassnet.compile.kernels import halves
from glassnet.compile.places import Place
from glassnet.compile.stepping import inner
from glassnet.compile.tasks import NEAR
from glassnet.ir.graph import Equation, Graph, Var
from glassnet.ir.types import BATCH, Shape
from glassnet.ops.layout import reshape
from glassnet.ops.reduce import sum as total
from glassnet.readings.operations import operations

LEAST = 16
"""Samples of a batch that is halved: each half fills a tile."""
WORTH = 400_000
"""Multiply-adds of all products of a step that is worth a second thread: some microseconds."""
KINDS = ("product", "blocks", "loop")
"""The kinds of kernels that can sum over half of the samples."""
GRADUAL = 128
"""Rows that are worth reading and writing the sums once more, if some samples at a time are added to them."""

first_half = inner("first_half", "A sum over samples, over the first half of them.", lambda x: x)
second_half = inner("second_half", "The same over the other half.", lambda x: x)


def is_worth(graph: Graph, capacity: int) -> bool:
    """Whether a step takes long enough for two threads."""
    return capacity >= LEAST and operations(graph, capacity).multiply_adds >= WORTH


def is_halved(var: Var, capacity: int) -> bool:
    """Whether a sum over samples is better two, since that moves less from one core to the other."""
    if BATCH in var.shape or not var.dtype.startswith("float"):
        return False
    if var.is_result_of("sum"):
        return var.inputs[0].shape[:1] == (BATCH,)
    if not (var.is_result_of("matmul") or var.is_result_of("contract")):
        return False
    x, y = var.inputs
    if BATCH not in y.shape or _sees_windows(x) or _sees_windows(y):
        return False
    return 2 * _numbers(var.shape) <= _numbers(x.shape, capacity) + 2 * _numbers(y.shape, capacity)


def takes_time(var: Var) -> bool:
    """Whether it is worked out by itself: the second half is with the first one."""
    return not var.is_result_of("second_half")


def in_halves(var: Var) -> tuple[Var, Var]:
    """The two sums of which it is the sum; what is summed of each sample is summed before."""
    assert isinstance(var.definition, Equation)
    params = dict(var.definition.params)
    if var.is_result_of("sum") and len(params["axes"]) > 1:
        of_samples = total(var.inputs[0], params["axes"][1:], keepdims=True)
        first, second = in_halves(total(of_samples, 0))
        return reshape(first, shape=var.shape), reshape(second, shape=var.shape)
    first = first_half(var)
    return first, second_half(first)


def _numbers(shape: Shape, capacity: int = 1) -> int:
    return prod(dim if isinstance(dim, int) else capacity for dim in shape)


def _sees_windows(var: Var) -> bool:
    """Whether it is seen through windows: sums over them are by samples anyway."""
    while var.is_result_of("transpose") or var.is_result_of("reshape"):
        (var,) = var.inputs
    return var.is_result_of("windows")


def can_be_halved(instruction: Instruction) -> bool:
    """Whether it sums over all samples, and can over half of them; a copy of such a sum, turned, does not."""
    return instruction.kind in KINDS and not instruction.rows and any(_samples(a) for a in instruction.arguments)


def halved(instruction: Instruction, of_first: Place, of_second: Place) -> Instruction:
    """A sum over all samples, as one over the half that it is called for."""
    arguments = list(instruction.arguments)
    to = next(i for i, a in enumerate(arguments) if isinstance(a, Address) and a.place.buffer is of_first.buffer)
    counts = [_samples(a) for a in arguments]
    given: list[Argument] = [0 if count else a for a, count in zip(arguments, counts, strict=True)]
    scale = max(counts)
    moves = [_of_sample(a.place, scale) if isinstance(a, Address) else 0 for a in arguments]
    size = of_first.buffer.size * SIZES[of_first.dtype]
    count, gradual = len(arguments), instruction.kind == "blocks"
    called: list[Argument] = [Called(instruction.kernel, instruction.codes), instruction.extent, count]
    called.append(count - 1 if gradual else count)
    name = f"{instruction.kind}_halves"
    return replace(
        instruction,
        kernel=name,
        codes=lambda: [halves.write(name)],
        arguments=[*called, to, Address(of_second), size, 0, *given, *moves, *counts],
        writes={of_first.buffer, of_second.buffer},
        rows=True,
        extent=1,
        work=instruction.work * instruction.extent / of_first.buffer.capacity,
        flat=False,
        divisible=gradual,
        several=max(1, GRADUAL // scale),
        halves=True,
    )


def settled(instructions: Iterable[Instruction], grain: int) -> None:
    """Have all halves cut alike; and, in phases whose sums are not near while samples are added, worked out at last."""
    phases: dict[int, list[Instruction]] = {}
    for instruction in instructions:
        if instruction.halves:
            instruction.arguments = [*instruction.arguments]
            instruction.arguments[halves.GIVEN.index("grain")] = grain
            phases.setdefault(instruction.phase, []).append(instruction)
    for sums in phases.values():
        written = {buffer for instruction in sums for buffer in instruction.writes}
        if sum(buffer.size * SIZES[buffer.type.dtype] for buffer in written) > 2 * NEAR:
            for instruction in sums:
                instruction.divisible = False


def _samples(argument: Argument) -> int:
    """How many rows of each sample an argument counts: it is negative then (see Instruction); 0 if it counts others."""
    return -argument if isinstance(argument, int) and argument < 0 else 0


def _of_sample(place: Place, scale: int) -> int:
    """Bytes from a sample to the next one."""
    if BATCH not in place.shape:
        return 0
    return place.strides[place.shape.index(BATCH)] * scale * SIZES[place.dtype]
