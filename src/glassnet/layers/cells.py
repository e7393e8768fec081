"""What recurrent layers compute at each step: cells of a scan, written along the last axis.

Each is given the layer's inputs already multiplied by their weights, since that is done for all steps at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from glassnet import ops
from glassnet.ir.graph import Var
from glassnet.layers.activations import ActivationFunction
from glassnet.ops.scan import Cell


def parts(x: Var, count: int) -> list[Var]:
    """The last axis cut into so many equal pieces."""
    axis, size = len(x.shape) - 1, x.shape[-1]
    assert isinstance(size, int)
    width = size // count
    return [ops.slice_(x, axis=axis, start=i * width, stop=(i + 1) * width) for i in range(count)]


@dataclass(frozen=True)
class _Activated(Cell):
    """A cell with an activation. One of the user's own is known by its function too: its name may be used again."""

    activation: ActivationFunction
    own: object = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "own", getattr(self.activation, "_own", None))


@dataclass(frozen=True)
class Simple(_Activated):
    """h = activation(x W + b + h U) (Elman 1990)."""

    def __call__(self, state: Var, steps: Sequence[Var], constants: Sequence[Var]) -> Var:
        return ops.named(self.activation(steps[0] + state @ constants[0]), name="output")


@dataclass(frozen=True)
class LongShort(_Activated):
    """The LSTM, whose state is its output h and its cell c (Hochreiter & Schmidhuber 1997; Gers et al. 2000).

    c = f c + i g and h = o activation(c), with gates i, f and o and the candidate g in Keras' order: i, f, g, o.
    """

    def __call__(self, state: Var, steps: Sequence[Var], constants: Sequence[Var]) -> Var:
        h, c = parts(state, 2)
        i, f, g, o = parts(ops.named(steps[0] + h @ constants[0], name="sums"), 4)
        i = ops.named(ops.sigmoid(i), name="input gate")
        f = ops.named(ops.sigmoid(f), name="forget gate")
        g = ops.named(self.activation(g), name="candidate")
        o = ops.named(ops.sigmoid(o), name="output gate")
        c = ops.named(f * c + i * g, name="cell")
        return ops.concatenate([ops.named(self.activation(c) * o, name="output"), c])


@dataclass(frozen=True)
class Gated(_Activated):
    """The GRU: h = z h + (1 − z) g, with update gate z, reset gate r and candidate g (Cho et al. 2014).

    Constants are the weights of the state and, where there are any, their biases: r is applied to what these have made
    of the state, as in Keras by default (``reset_after``) and in PyTorch. Keras' order: z, r, g.
    """

    def __call__(self, state: Var, steps: Sequence[Var], constants: Sequence[Var]) -> Var:
        weights, *biases = constants
        of_state = state @ weights
        if biases:
            of_state = of_state + biases[0]
        of_state = ops.named(of_state, name="of the state")
        (z, r, g), (z_state, r_state, g_state) = parts(steps[0], 3), parts(of_state, 3)
        z = ops.named(ops.sigmoid(z + z_state), name="update gate")
        r = ops.named(ops.sigmoid(r + r_state), name="reset gate")
        g = ops.named(self.activation(g + r * g_state), name="candidate")
        return ops.named(z * state + (1 - z) * g, name="output")


@dataclass(frozen=True)
class Masked(Cell):
    """A cell whose state stays where the last sequence, 1 for steps that are there, is 0."""

    cell: Cell

    def __call__(self, state: Var, steps: Sequence[Var], constants: Sequence[Var]) -> Var:
        *own, is_there = steps
        return ops.named(ops.where(is_there, self.cell(state, own, constants), state), name="state")
