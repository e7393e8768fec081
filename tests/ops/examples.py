"""Example calls of every operation that is not elementwise: its family's tests run over them.

An operation without an example fails the test named for it, so a new one needs one line here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from glassnet import ops
from glassnet.ir import BATCH, PRIMITIVES, Array, Shape, Type, Var
from glassnet.ops.scan import Cell, scan
from tests.ops.checker import Case, Operand, concrete

Spec = Shape | Array
"""An operand: the shape of random numbers, or the numbers."""


def example(call: Callable[..., Var], *specs: Spec) -> Callable[[int], Case]:
    """A case for each size of the batch."""
    return partial(_case, call, specs)


def _case(call: Callable[..., Var], specs: tuple[Spec, ...], n: int) -> Case:
    generator = np.random.default_rng(len(specs))
    return Case(call, tuple(_operand(spec, n, generator) for spec in specs))


def _operand(spec: Spec, n: int, generator: np.random.Generator) -> Operand:
    if isinstance(spec, np.ndarray):
        return Operand(Type(spec.shape, str(spec.dtype)), spec)
    shape = concrete(spec, n)
    numbers = generator.permutation(np.arange(-2000, 2000))[: int(np.prod(shape))]
    values = np.asarray(numbers.reshape(shape) / 1024)  # no two alike, and short enough for float32
    return Operand(Type(spec, "float64"), values)


ROWS = np.array([[2, 0], [1, 2], [2, 2]])
SEED, STEP = np.array(7, np.uint64), np.array(3, np.uint64)


def contracting(axes: int) -> Callable[..., Var]:
    return partial(ops.contract, axes=axes)


def sliding(x: Var) -> Var:
    return ops.windows(x, axis=1, sizes=(2, 3), strides=(2, 1), dilations=(1, 2))


matmul, softmax, log_softmax = ops.matmul, ops.softmax, ops.log_softmax


@dataclass(frozen=True)
class Recurrent(Cell):
    """tanh(scale · (x + h U)), with several sequences summed, or none of the constants."""

    scale: float = 0.5

    def __call__(self, state: Var, steps: Sequence[Var], constants: Sequence[Var]) -> Var:
        inputs = steps[0] if len(steps) == 1 else steps[0] * steps[1]
        return ops.tanh(self.scale * (inputs + (state @ constants[0] if constants else state)))


EXAMPLES: dict[str, tuple[Callable[[int], Case], ...]] = {
    "matmul": (
        example(matmul, (2, 3), (3, 4)),
        example(matmul, (BATCH, 3), (3, 1)),
        example(matmul, (BATCH, 2, 3), (3, 2)),
        example(matmul, (2, 3), (BATCH, 1, 3, 2)),
        example(lambda x: matmul(ops.transpose(x), x), (BATCH, 3)),
    ),
    "contract": (
        example(contracting(1), (BATCH, 3), (3, 2)),
        example(contracting(2), (BATCH, 2, 3), (2, 3, 2)),
        example(contracting(2), (2, BATCH, 3), (BATCH, 3, 2)),
        example(contracting(1), (2, 3, BATCH), (BATCH, 2)),
        example(contracting(1), (2, 3), (3, BATCH, 2)),
        example(contracting(2), (2, 3), (2, 3)),
        example(contracting(0), (2,), (BATCH, 3)),
        example(lambda x, y: ops.contract(sliding(x), y, axes=3), (BATCH, 5, 6, 2), (2, 3, 2, 1)),
    ),
    "windows": (
        example(sliding, (BATCH, 5, 6, 2)),
        example(lambda x: ops.windows(x, axis=1, sizes=(2,), strides=(1,), dilations=(1,)), (BATCH, 4)),
        example(lambda x: ops.windows(x, axis=0, sizes=(1,), strides=(3,), dilations=(2,)), (5, 2)),
    ),
    "overlap": (
        example(
            lambda g: ops.overlap(g, axis=1, lengths=(5, 6), strides=(2, 1), dilations=(1, 2)), (BATCH, 2, 2, 2, 3, 2)
        ),
        example(lambda g: ops.overlap(g, axis=1, lengths=(4,), strides=(1,), dilations=(1,)), (BATCH, 3, 2)),
        example(lambda g: ops.overlap(g, axis=0, lengths=(5,), strides=(3,), dilations=(2,)), (2, 1, 2)),
    ),
    "reshape": (
        example(lambda x: ops.reshape(x, shape=(BATCH, 6)), (BATCH, 2, 3)),
        example(lambda x: ops.reshape(x, shape=(3, 1, 2)), (6,)),
        example(lambda x: ops.reshape(x, shape=()), (1, 1)),
    ),
    "named": (example(lambda x: ops.named(x, name="mean"), (BATCH, 3)),),
    "transpose": (
        example(ops.transpose, (BATCH, 3)),
        example(lambda x: ops.transpose(x, (2, 0, 1)), (BATCH, 2, 3)),
    ),
    "broadcast": (
        example(ops.broadcast, (3,), (BATCH, 3)),
        example(ops.broadcast, (BATCH, 1), (BATCH, 3)),
        example(ops.broadcast, (), (2, 1)),
    ),
    "cast": (
        example(lambda x: ops.cast(x, dtype="float32"), (BATCH, 3)),
        example(lambda x: ops.cast(x, dtype="int64"), (3,)),
        example(lambda i: ops.cast(i, dtype="float64"), ROWS),
    ),
    "stop_gradient": (example(ops.stop_gradient, (BATCH, 2)),),
    "concatenate": (
        example(lambda *xs: ops.concatenate(xs), (BATCH, 2), (BATCH, 1), (BATCH, 3)),
        example(lambda *xs: ops.concatenate(xs, axis=0), (1, 2), (3, 2)),
    ),
    "slice": (
        example(lambda x: ops.slice_(x, axis=1, start=1, stop=3), (BATCH, 4)),
        example(lambda x: ops.slice_(x, axis=0, start=0, stop=1), (2, 3)),
    ),
    "scan": (
        example(lambda h, x, u: scan(Recurrent(), h, [x], [u]), (BATCH, 2), (BATCH, 3, 2), (2, 2)),
        example(lambda h, x, u: scan(Recurrent(), h, [x], [u], backwards=True), (BATCH, 2), (BATCH, 3, 2), (2, 2)),
        example(lambda h, x: scan(Recurrent(), h, [x]), (BATCH, 2), (BATCH, 1, 2)),
        example(lambda h, x, y: scan(Recurrent(0.1), h, [x, y]), (2, 2), (2, 2, 1), (2, 2, 2)),
        example(lambda h, x: scan(Recurrent(0.1), h, [x, x]), (2, 2), (2, 2, 2)),
    ),
    "pad": (
        example(lambda x: ops.pad(x, axis=1, before=2, after=1), (BATCH, 2)),
        example(lambda x: ops.pad(x, axis=0, before=0, after=1), (2,)),
    ),
    "take": (example(ops.take, (3, 2), ROWS), example(ops.take, (3, 2), np.array(1))),
    "scatter_add": (example(ops.scatter_add, (3, 2, 2), ROWS, (4, 2)),),
    "one_hot": (example(lambda i: ops.one_hot(i, size=4, dtype="float64"), ROWS),),
    "uniform": (example(partial(PRIMITIVES["uniform"], tag=1), SEED, STEP, (BATCH, 3)),),
    "sum": (
        example(ops.sum, (BATCH, 3)),
        example(lambda x: ops.sum(x, 0), (BATCH, 3)),
        example(lambda x: ops.sum(x, (0, -1), keepdims=True), (BATCH, 3, 2)),
        example(lambda x: ops.sum(x, ()), (2,)),
    ),
    "max": (
        example(ops.max, (BATCH, 3)),
        example(lambda x: ops.max(x, -1), (BATCH, 3)),
        example(lambda x: ops.max(x, (0, 1), keepdims=True), (BATCH, 3, 2)),
    ),
    "first_max": (
        example(lambda x: ops.first_max(x, (1, 2)), (BATCH, 2, 3)),
        example(lambda x: ops.first_max(x, 0, keepdims=True), (3, BATCH)),
    ),
    "winner": (
        example(lambda x: PRIMITIVES["winner"](x, axes=(1, 3)), (BATCH, 2, 2, 3)),
        example(lambda x: PRIMITIVES["winner"](x, axes=(0,)), (3, BATCH)),
    ),
    "count": (example(ops.count, (BATCH, 3)), example(lambda x: ops.count(x, 1), (BATCH, 3))),
    "softmax": (example(softmax, (BATCH, 3)), example(softmax, (4,)), example(softmax, (2, BATCH, 1))),
    "log_softmax": (example(log_softmax, (BATCH, 3)), example(log_softmax, (4,)), example(log_softmax, (2, BATCH, 1))),
    "masked_softmax": (
        example(lambda x: ops.masked_softmax(x, np.tril(np.ones((3, 3)))), (BATCH, 2, 3, 3)),
        example(lambda x: ops.masked_softmax(x, np.array([1.0, 0.0, 1.0, 1.0])), (4,)),
        example(lambda x: ops.masked_softmax(x, np.array([[0.0, 0.0], [0.0, 1.0]])), (BATCH, 2, 2)),
    ),
    "softmax_cross_entropy": (
        example(ops.softmax_cross_entropy, (BATCH, 3), (BATCH, 3)),
        example(ops.softmax_cross_entropy, (4,), (4,)),
        example(ops.softmax_cross_entropy, (2, BATCH, 1), (2, BATCH, 1)),
    ),
}
