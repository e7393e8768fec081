"""Tracing: what a layer or an optimiser may ask for while the graph is being built.

A layer asks for parameters; an optimiser or a batch normalisation recalls and remembers state; a dropout asks for a
random key, and whether this is training. The trace collects all that, under the path of the layer that asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import PRIMITIVES, Var, operand, source
from glassnet.ir.origin import Stage, here, within
from glassnet.ir.specification import Specification
from glassnet.ir.types import BATCH, Array, Shape

Initial = Callable[[tuple[int, ...], np.random.Generator], Array]


@dataclass(frozen=True, eq=False)
class Declared:
    """A parameter that a layer asked for: its variable, first values, penalty, and whether training changes it."""

    var: Var
    initial: Initial
    penalty: Callable[[Var], Var] | None
    trainable: bool = True

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape, which does not depend on the batch."""
        return tuple(dim for dim in self.var.shape if isinstance(dim, int))


@dataclass(frozen=True, eq=False)
class Slot:
    """A state variable, its first value, and the variable that replaces it after the step."""

    var: Var
    initial: float
    update: Var | None = None


@dataclass(eq=False)
class Trace:
    """Everything declared while one graph is built; use it as ``with Trace(...) as trace:``.

    Three counters are inputs of a training step: ``step`` counts every step of the network, and random numbers depend
    on it; ``optimizer_step`` counts those since the optimiser's memory began; ``schedule_start`` is how many updates
    the optimiser had made when the schedule of the learning rate began.

    >>> import glassnet as gn
    >>> from glassnet.ir import BATCH, source
    >>> with gn.Trace("float64") as trace:
    ...     x = source("input", "x", (BATCH, 2), "float64")
    ...     y = gn.Dense(3, "relu")(x)
    >>> y
    <the result of relu: float64[n, 3]>
    >>> list(trace.parameters)
    ['weights', 'biases']
    """

    dtype: str = "float32"
    training: bool = False
    parameters: dict[str, Declared] = field(default_factory=dict)
    state: dict[str, Slot] = field(default_factory=dict)
    layers: dict[str, Specification] = field(default_factory=dict)
    draws: int = 0
    frozen: bool = False
    _counts: Counter[str] = field(default_factory=Counter)
    _names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.seed = source("input", "seed", (), "uint64")
        self.step = source("input", "step", (), "float64")
        self.optimizer_step = source("input", "optimizer_step", (), "float64")
        self.schedule_start = source("input", "schedule_start", (), "float64")
        self.rate_factor = source("input", "learning_rate_factor", (), "float64")

    def __enter__(self) -> Trace:
        self._token = _ACTIVE.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _ACTIVE.reset(self._token)

    @contextmanager
    def freezing(self, frozen: bool) -> Iterator[None]:
        """What is asked for inside belongs to a frozen layer, if it is one."""
        before, self.frozen = self.frozen, self.frozen or frozen
        try:
            yield
        finally:
            self.frozen = before

    def unique_name(self, kind: str, name: str | None) -> str:
        """The name a layer was given, or its kind and a running number within the layer that it is part of: dense_1."""
        if name is None:
            self._counts[of_kind := _joined(here().path, kind)] += 1
            name = f"{kind}_{self._counts[of_kind]}"
        if (full := _joined(here().path, name)) in self._names:
            raise GlassnetError(f"two layers are named {full!r}; give each layer a name of its own")
        self._names.add(full)
        return name


_ACTIVE: ContextVar[Trace | None] = ContextVar("_ACTIVE", default=None)


def current() -> Trace:
    """The trace that is being built."""
    trace = _ACTIVE.get()
    if trace is None:
        raise GlassnetError(
            "layers and optimizers are called while a graph is being traced; to run a network, call net(x), "
            "to trace one by hand, write: with Trace() as trace: ..."
        )
    return trace


@contextmanager
def scope(name: str) -> Iterator[None]:
    """Variables and parameters made inside belong to the layer or parameter of that name."""
    with within(_joined(here().path, name)):
        yield


def qualified(name: str) -> str:
    """The full name of a parameter or state: "weights" within the scope dense_1 is "dense_1.weights"."""
    return _joined(here().stage, here().path, name)


def of_parameter(full: str) -> str:
    """What the optimiser remembers, named by the parameter that it is for; other names as they are.

    >>> of_parameter("optimizer.dense_1.weights.v"), of_parameter("dense_1.weights")
    ('dense_1.weights.v', 'dense_1.weights')
    """
    stage: Stage = "optimizer"
    return full.removeprefix(f"{stage}.")


def _joined(*names: str) -> str:
    return ".".join(filter(None, names))


def parameter(name: str, shape: Shape, initial: Initial, penalty: Callable[[Var], Var] | None = None) -> Var:
    """A trainable array of the layer that is being traced.

    Args:
        name: its name within the layer, such as "weights".
        shape: concrete sizes; the batch axis cannot be part of a parameter.
        initial: gives the first values, ``initial(shape, generator)``.
        penalty: a scalar added to the loss, in operations, or None.

    Raises:
        GlassnetError: nothing is being traced, the shape depends on the batch, or the name is taken.

    >>> import glassnet as gn
    >>> with gn.Trace():
    ...     gn.parameter("weights", (2, 3), gn.Zeros())
    <parameter 'weights': float32[2, 3]>
    """
    trace, full = current(), qualified(name)
    if any(dim is BATCH for dim in shape):
        raise GlassnetError(f"parameter {full!r} would have the shape {shape}: its sizes must not depend on the batch")
    if full in trace.parameters:
        raise GlassnetError(f"two parameters are named {full!r}; give each layer a name of its own")
    var = source("parameter", full, shape, trace.dtype)
    trace.parameters[full] = Declared(var, initial, penalty, not trace.frozen)
    return var


def recall(name: str, like: Var, initial: float = 0.0) -> Var:
    """A state array as it was after the last step (``initial`` before the first), of the type of ``like``.

    With it an optimiser of one's own keeps what it needs from step to step; see :func:`remember`.

    >>> import glassnet as gn
    >>> with gn.Trace("float64"):
    ...     gn.recall("v", like=gn.parameter("weights", (2, 3), gn.Zeros()))
    <state 'v': float64[2, 3]>
    """
    trace, full = current(), qualified(name)
    if full not in trace.state:
        trace.state[full] = Slot(source("state", full, like.shape, like.dtype), initial)
    return trace.state[full].var


def remember(name: str, value: Var) -> Var:
    """Keep ``value`` as the state of that name for the next step, and return it. Frozen layers keep what they have.

    Raises:
        GlassnetError: the state was never recalled, or has another type.

    >>> from dataclasses import dataclass
    >>> import glassnet as gn
    >>> @dataclass(frozen=True)
    ... class Momentum(gn.Optimizer):
    ...     learning_rate: float = 0.25
    ...     def update(self, w, g, step):
    ...         v = gn.remember("v", 0.5 * gn.recall("v", like=w) + g)
    ...         return w - gn.rate(self.learning_rate, step) * v
    >>> net = gn.Network(1, gn.Dense(1, weights=[[1.0]], biases=None), dtype="float64")
    >>> for _ in range(2):  # the gradient is 2w: 1 − ¼·2, then ½ − ¼·(½·2 + 1)
    ...     loss = net.train_on_batch([[1.0]], [[0.0]], optimizer=Momentum())
    ...     print(net.parameters["dense_1.weights"].item())
    0.5
    0.0
    """
    trace, full = current(), qualified(name)
    slot = trace.state.get(full)
    if slot is None:
        raise GlassnetError(
            f"state {full!r} is remembered but never recalled; recall it first, to give it a first value"
        )
    if slot.var.type != value.type:
        raise GlassnetError(f"state {full!r} is {slot.var.type} but was given {value.type} to remember")
    if not trace.frozen:
        trace.state[full] = Slot(slot.var, slot.initial, value)
    return value


def is_training() -> bool:
    """Whether the graph being traced is the training step; dropout simply isn't in the other."""
    return current().training


def is_frozen() -> bool:
    """Whether the layer being traced is frozen: training changes nothing of it, its running statistics neither."""
    return current().frozen


def random_key() -> tuple[Var, Var, int]:
    """(seed, step, tag) for one draw of random numbers: every draw in a graph has a tag of its own."""
    trace = current()
    trace.draws += 1
    return trace.seed, trace.step, trace.draws


def rate(learning_rate: Any, step: Var) -> Var:
    """The learning rate of this step: a number or a schedule, times the factor that callbacks may have lowered.

    ``step`` is the optimiser's, as ``update`` is given it; a schedule counts from the beginning of each ``fit``.

    >>> import glassnet as gn
    >>> with gn.Trace() as trace:
    ...     gn.rate(0.1, trace.step)
    <the result of named: float64[]>
    """
    trace = current()
    named = PRIMITIVES["named"]
    if callable(learning_rate):
        value = named(learning_rate(named(step - 1 - trace.schedule_start, name="steps before")), name="scheduled rate")
    else:
        value = operand(learning_rate, "float64")
    return named(PRIMITIVES["multiply"](value, trace.rate_factor), name="learning rate")
