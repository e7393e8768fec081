"""L-BFGS: the curvature of the loss from the last few gradients, for full batches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import ClassVar

from glassnet import ops
from glassnet.ir.graph import Var
from glassnet.ir.require import require_count
from glassnet.ir.trace import rate, recall, remember
from glassnet.train.optimizers.optimizer import Optimizer
from glassnet.train.schedules import Schedule


@dataclass(frozen=True)
class LBFGS(Optimizer):
    """Steps by the curvature that the last ``history`` steps tell of (Liu & Nocedal 1989); give it the full batch.

    Each training step computes the loss once. Where the loss has not fallen enough (Armijo's condition), the step is
    taken back and halved: a line search spread over steps, so that it needs no inner loop. While every step is accepted
    this is PyTorch's LBFGS without line search.

    >>> import glassnet as gn
    >>> x, y = gn.data.sine(20)
    >>> net = gn.Network(1, gn.Dense(8, "tanh"), gn.Dense(1), dtype="float64")
    >>> history = net.fit(x, y, epochs=200, batch_size=len(x), optimizer=gn.LBFGS())
    >>> history["loss"][-1] < 1e-4
    True
    """

    learning_rate: float | Schedule = 1.0
    history: int = 10
    backs_off: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        require_count(self.history, "the history of LBFGS")

    def apply(
        self, parameters: Mapping[str, Var], gradients: Mapping[str, Var], step: Var, loss: Var
    ) -> dict[str, Var]:
        w = _flat(parameters.values())
        g = _flat(gradients[name] for name in parameters)
        return _split(self._next(w, g, step, loss), parameters)

    def _next(self, w: Var, g: Var, step: Var, loss: Var) -> Var:
        """The new weights: a step in a new direction if the last step was good enough, else half of the last step."""
        loss = ops.named(loss, name="objective")
        start, start_g, start_loss = recall("w", like=w), recall("g", like=w), recall("loss", like=loss)
        direction, length = recall("direction", like=w), recall("length", like=loss)
        first = ops.equal(ops.cast(step, dtype=loss.dtype), 1.0)
        slope = ops.named(_dot(start_g, direction), name="slope along the direction")
        enough = ops.greater_equal(start_loss + 1e-4 * length * slope, loss)
        good = ops.named(ops.maximum(first, enough), name="accepted")

        step_made = ops.named(length * direction, name="step made")
        change = ops.named(g - start_g, name="change of the gradient")
        new_direction = self._direction(step_made, change, g, good * (1 - first))
        new_length = ops.where(first, ops.minimum(1 / ops.sum(ops.absolute(g)), 1.0), 1.0) * self._rate(step, loss)
        start = remember("w", ops.where(good, w, start))
        remember("g", ops.where(good, g, start_g))
        remember("loss", ops.where(good, loss, start_loss))
        direction = remember("direction", ops.where(good, new_direction, direction))
        return start + remember("length", ops.where(good, new_length, 0.5 * length)) * direction

    def _rate(self, step: Var, loss: Var) -> Var:
        return ops.cast(rate(self.learning_rate, step), dtype=loss.dtype)

    def _direction(self, s: Var, y: Var, g: Var, accepted: Var) -> Var:
        """−H g, with H the inverse curvature that the remembered steps s and gradient changes y tell of."""
        curvature = ops.named(_dot(y, s), name="curvature")
        use = ops.named(accepted * ops.greater(curvature, 1e-10), name="to be remembered")
        safe = ops.named(ops.where(use, curvature, 1.0), name="curvature or 1")
        steps = self._remembered("steps", s, use)
        changes = self._remembered("changes", y, use)
        weights = self._remembered("weights", ops.named(1 / safe, name="weight of the pair"), use)
        scale = recall("scale", like=curvature, initial=1.0)
        squared = ops.named(_dot(y, y), name="square of the change")
        scale = remember("scale", ops.where(use, safe / ops.where(use, squared, 1.0), scale))
        return _two_loops(-g, list(zip(steps, changes, weights, strict=True)), scale)

    def _remembered(self, name: str, newest: Var, use: Var) -> list[Var]:
        """The last ``history`` values, oldest first; rows that are not used yet are 0."""
        row = ops.reshape(newest, shape=(1, *newest.shape))
        rows = recall(name, like=ops.concatenate([row] * self.history, axis=0))
        kept = [ops.slice_(rows, axis=0, start=1, stop=self.history)] if self.history > 1 else []
        rows = remember(name, ops.where(use, ops.concatenate([*kept, row], axis=0), rows))
        return [
            ops.reshape(ops.slice_(rows, axis=0, start=i, stop=i + 1), shape=newest.shape) for i in range(self.history)
        ]


def _two_loops(q: Var, memory: list[tuple[Var, Var, Var]], scale: Var) -> Var:
    """Nocedal & Wright, Numerical Optimization, algorithm 7.4."""
    alphas: list[Var] = []
    for i, (s, y, weight) in reversed([*enumerate(memory, 1)]):
        alphas.insert(0, ops.named(weight * ops.named(_dot(s, q), name=f"s{i}ᵀq"), name=f"α{i}"))
        q = ops.named(q - alphas[0] * y, name=f"q{i}")
    r = ops.named(scale * q, name="r0")
    for i, (s, y, weight) in enumerate(memory, 1):
        beta = ops.named(weight * ops.named(_dot(y, r), name=f"y{i}ᵀr"), name=f"β{i}")
        r = ops.named(r + ops.named(alphas[i - 1] - beta, name=f"α{i} − β{i}") * s, name=f"r{i}")
    return r


def _dot(a: Var, b: Var) -> Var:
    return ops.sum(a * b)


def _flat(arrays: Iterable[Var]) -> Var:
    """All numbers in one row."""
    return ops.concatenate([ops.reshape(a, shape=(_size(a),)) for a in arrays])


def _split(flat: Var, parameters: Mapping[str, Var]) -> dict[str, Var]:
    """The inverse of :func:`_flat`."""
    new, start = {}, 0
    for name, w in parameters.items():
        piece = ops.slice_(flat, axis=0, start=start, stop=start + _size(w))
        new[name] = ops.reshape(piece, shape=w.shape)
        start += _size(w)
    return new


def _size(w: Var) -> int:
    return prod(dim for dim in w.shape if isinstance(dim, int))
