"""The base of all optimisers: how gradients become new weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from glassnet.ir.graph import Var
from glassnet.ir.require import require, require_number
from glassnet.ir.specification import Specification
from glassnet.ir.trace import scope
from glassnet.train.schedules import Schedule


@dataclass(frozen=True)
class Optimizer(Specification, family="optimizer"):
    """A rule for one step, written in operations: ``update(w, g, step)`` is the new value of one parameter.

    ``w`` is the parameter, ``g`` the gradient of the loss, ``step`` counts from 1 (a float64 scalar). What a rule keeps
    from step to step it recalls and remembers by name, for each parameter apart.

    >>> from dataclasses import dataclass
    >>> import glassnet as gn
    >>> from glassnet.ir import rate
    >>> @dataclass(frozen=True)
    ... class _Halving(gn.Optimizer):
    ...     learning_rate: float = 0.5
    ...     def update(self, w, g, step):
    ...         return w - rate(self.learning_rate, step) * w
    >>> net = gn.Network(1, gn.Dense(1, weights=[[1.0]], biases=None))
    >>> loss = net.train_on_batch([[1.0]], [[0.0]], optimizer=_Halving())
    >>> net.parameters["dense_1.weights"].item()
    0.5
    """

    learning_rate: float | Schedule
    backs_off: ClassVar[bool] = False
    """Whether a step that made the loss worse is taken back: then large losses on the way mean nothing."""

    def __post_init__(self) -> None:
        if not isinstance(self.learning_rate, Schedule):
            require_number(self.learning_rate, f"the learning rate of {type(self).__name__}", 0, open_low=True)

    @classmethod
    def instead_of(cls, given: Any) -> str:
        number = isinstance(given, int | float) and not isinstance(given, bool)
        return f"for this learning rate, write gn.Adam({given})" if number else ""

    def update(self, w: Var, g: Var, step: Var) -> Var:
        raise NotImplementedError

    def apply(
        self, parameters: Mapping[str, Var], gradients: Mapping[str, Var], step: Var, loss: Var
    ) -> dict[str, Var]:
        """The new value of every parameter; most optimisers update each by itself."""
        new = {}
        for name, w in parameters.items():
            with scope(name):
                new[name] = self.update(w, gradients[name], step)
        return new


def require_share(value: float, what: str) -> None:
    """Raise GlassnetError unless 0 ≤ value < 1, as every decay of a running mean must be."""
    require_number(value, what, 0)
    require(value < 1, f"{what} must be less than 1, got {value!r}")
