"""What an address of the page *Playground* holds: the samples, the network, how it is trained, and how far."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Literal
from urllib.parse import parse_qsl, quote

from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.lab.playground.samples import (
    FEATURES,
    OWN,
    SETS,
    Points,
    Samples,
    library_samples,
    own_samples,
    parted,
)
from glassnet.lab.shown import typed, whole
from glassnet.train.optimizers import SGD, Adagrad, Adam, AdamW, Lion, Muon, Optimizer, RMSprop
from glassnet.words import listed, unknown

MOST_LAYERS, MOST_NEURONS = 8, 12
MOST_SAMPLES, MOST_OWN = 1000, 400
MOST_STEPS = 100_000
MOST_CHANGES = 200
ACTIVATIONS = ("tanh", "relu", "sigmoid", "linear", "leaky_relu", "elu", "gelu", "silu", "softplus")
OPTIMIZERS: dict[str, tuple[type[Optimizer], dict[str, Any]]] = {
    "SGD": (SGD, {}),
    "Momentum": (SGD, {"momentum": 0.9}),
    "Adam": (Adam, {}),
    "AdamW": (AdamW, {}),
    "RMSprop": (RMSprop, {}),
    "Adagrad": (Adagrad, {}),
    "Lion": (Lion, {}),
    "Muon": (Muon, {}),
}
RULES = ("never", "steps", "loss", "test loss")


@dataclass(frozen=True)
class Setup:
    """The samples and the network; another one begins anew.

    Attributes:
        data: a set of the library, or "own".
        count, noise: of its samples.
        share: of the samples that is held out for testing.
        points, labels: of one's own: the points, and their classes' names, none where the targets are values.
        features: what the network is given of each point.
        layers: the sizes of the hidden layers.
        activation: of these.
        batch: samples of a step.
        seed: of the first weights, the order of the samples, and dropout.
        data_seed: of the samples, and of which are held out.
    """

    data: str = "circles"
    count: int = 200
    noise: float = 0.1
    share: float = 0.3
    points: Points = ()
    labels: tuple[str, ...] = ()
    features: tuple[str, ...] = ("x", "y")
    layers: tuple[int, ...] = (4, 2)
    activation: str = "tanh"
    batch: int = 10
    seed: int = 0
    data_seed: int = 0

    def __post_init__(self) -> None:
        require(self.data in (*SETS, OWN), unknown("data set", self.data, (*SETS, OWN)))
        require(10 <= self.count <= MOST_SAMPLES, f"10 to {MOST_SAMPLES:,} samples, not {self.count:,}")
        require(0 <= self.noise <= 2, f"the noise is 0 to 2, not {self.noise:g}")
        require(0 <= self.share <= 0.9, f"the share held out for testing is 0 to 0.9, not {self.share:g}")
        require(bool(self.features), "choose at least one feature: a network needs something to begin with")
        for name in self.features:
            require(name in FEATURES, unknown("feature", name, FEATURES))
        require(len(set(self.features)) == len(self.features), "a feature is given once")
        require(len(self.layers) <= MOST_LAYERS, f"{MOST_LAYERS} hidden layers are the most here")
        sizes = all(1 <= size <= MOST_NEURONS for size in self.layers)
        require(sizes, f"a hidden layer has 1 to {MOST_NEURONS} neurons here")
        require(self.activation in ACTIVATIONS, unknown("activation", self.activation, ACTIVATIONS))
        require(1 <= self.batch <= MOST_SAMPLES, f"a batch has 1 to {MOST_SAMPLES:,} samples, not {self.batch}")
        for seed in (self.seed, self.data_seed):
            require(0 <= seed < 2**32, f"a seed is 0 to 2³² − 1, not {seed}")
        if self.data == OWN:
            self._check_points()

    def _check_points(self) -> None:
        require(2 <= len(self.points) <= MOST_OWN, f"2 to {MOST_OWN} points of one's own, not {len(self.points)}")
        near = all(abs(value) <= 1000 for point in self.points for value in point)
        require(near, "points of one's own lie between −1000 and 1000")
        require(len(self.labels) in (0, 2, 3, 4), f"2 to 4 classes, not {len(self.labels)}")
        if self.labels:
            known = all(target in range(len(self.labels)) for _, _, target in self.points)
            require(known, f"a class is one of {listed(self.labels)}")

    @property
    def classes(self) -> int:
        """How many there are; 0 where the targets are values."""
        return len(self.labels) if self.data == OWN else SETS[self.data].classes

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.labels if self.data == OWN else tuple(map(str, range(self.classes)))

    @cached_property
    def samples(self) -> Samples:
        if self.data == OWN:
            points, targets = own_samples(self.points, self.classes)
        else:
            points, targets = library_samples(self.data, self.count, self.noise, self.data_seed)
        return parted(points, targets, self.classes, self.share, self.data_seed)

    @property
    def outputs(self) -> tuple[int, str]:
        """How many outputs there are, and their activation."""
        return (1, "linear") if not self.classes else (1, "sigmoid") if self.classes == 2 else (self.classes, "softmax")

    @property
    def batches(self) -> int:
        """The batches of an epoch."""
        return -(-self.samples.training // self.batch)


@dataclass(frozen=True)
class Tuning:
    """What may change while the network learns."""

    optimizer: str = "SGD"
    rate: float = 0.1
    l1: float = 0.0
    l2: float = 0.0
    dropout: float = 0.0

    def __post_init__(self) -> None:
        require(self.optimizer in OPTIMIZERS, unknown("optimiser", self.optimizer, OPTIMIZERS))
        require(0 < self.rate <= 1e6, f"a learning rate is above 0, not {self.rate:g}")
        for name, value in (("L1", self.l1), ("L2", self.l2)):
            require(0 <= value <= 1000, f"the {name} penalty is 0 to 1000, not {value:g}")
        require(0 <= self.dropout <= 0.9, f"the rate of dropout is 0 to 0.9, not {self.dropout:g}")

    @property
    def made(self) -> Optimizer:
        """The optimiser."""
        kind, settings = OPTIMIZERS[self.optimizer]
        return kind(self.rate, **settings)

    @property
    def text(self) -> str:
        return ",".join([self.optimizer, *(repr(getattr(self, one.name)) for one in fields(self)[1:])])


Tunings = tuple[tuple[int, Tuning], ...]
"""Each from its step on; the first from step 0."""


@dataclass(frozen=True)
class Rule:
    """When training ends by itself: after so many steps, below a loss, or once the test loss has not fallen for so many
    epochs.
    """

    kind: Literal["never", "steps", "loss", "test loss"] = "never"
    value: float = 1000.0

    def __post_init__(self) -> None:
        require(self.kind in RULES, unknown("rule to stop", self.kind, RULES))
        require(0 <= self.value <= 1e9, f"the rule to stop takes a number from 0, not {self.value:g}")


@dataclass(frozen=True)
class State:
    """All of it: the setup, the tunings so far, the step that is shown, another run beside it, and the rule to stop."""

    setup: Setup = Setup()
    tunings: Tunings = ((0, Tuning()),)
    step: int = 0
    rival: Tunings = ()
    rule: Rule = Rule()

    @property
    def tuning(self) -> Tuning:
        """What holds at the step that is shown."""
        return tuning_at(self.tunings, self.step)

    @property
    def fragment(self) -> str:
        """The address: what is not as at first."""
        first, parts = Setup(), []
        for one in fields(Setup):
            value = getattr(self.setup, one.name)
            if value != getattr(first, one.name):
                parts.append(f"{one.name}={_written(value)}")
        parts += [] if self.tunings == ((0, Tuning()),) else [f"tune={_tunings_text(self.tunings)}"]
        parts += [f"rival={_tunings_text(self.rival)}"] if self.rival else []
        parts += [f"stop={quote(self.rule.kind)},{self.rule.value!r}"] if self.rule != Rule() else []
        parts += [f"step={self.step}"] if self.step else []
        return "&".join(parts)


def tuning_at(tunings: Tunings, step: int) -> Tuning:
    """The tuning with which that step is made."""
    return next(tuning for begin, tuning in reversed(tunings) if begin <= step)


def tuned(tunings: Tunings, step: int, tuning: Tuning) -> Tunings:
    """Another tuning from that step on.

    >>> tuned(((0, Tuning()), (5, Tuning(l2=0.1))), 3, Tuning(rate=1.0))[1][0]
    3
    """
    before = tuple((begin, one) for begin, one in tunings if begin < step)
    require(len(before) < MOST_CHANGES, f"{MOST_CHANGES} changes are the most in one run; begin anew with Reset")
    return before if before and before[-1][1] == tuning else (*before, (step, tuning))


# ── as text ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def opened(fragment: str) -> State:
    """The state of an address; GlassnetError where it is none.

    >>> opened("data=moons&layers=3&tune=0:Adam,0.03,0.0,0.0,0.0&step=7").tuning.rate
    0.03
    """
    setup: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    known = {one.name for one in fields(Setup)}
    for name, text in parse_qsl(fragment, keep_blank_values=True):
        if name in known:
            setup[name] = read_setting(name, text)
        elif name == "tune":
            rest["tunings"] = _tunings_of(text)
        elif name == "rival":
            rest["rival"] = _tunings_of(text)
        elif name == "stop":
            kind, _, value = text.partition(",")
            rest["rule"] = Rule(kind, typed(value, "the rule to stop"))  # type: ignore[arg-type]
        elif name == "step":
            rest["step"] = whole(text, "step", MOST_STEPS)
        else:
            raise GlassnetError(unknown("part of an address", name, (*known, "tune", "rival", "stop", "step")))
    return State(Setup(**setup), **rest)


def read_setting(name: str, text: str) -> Any:
    """The value of a field of the setup, of its text."""
    if name in ("data", "activation"):
        return text
    if name in ("noise", "share"):
        return typed(text, f"the {name}")
    if name in ("features", "labels"):
        return tuple(part for part in text.split(",") if part)
    if name == "layers":
        return tuple(whole(part, "layers", MOST_NEURONS) for part in text.split(",") if part)
    if name == "points":
        return tuple(_point(part) for part in text.split(";"))
    return whole(text, name, 2**32 - 1)


def changed_tuning(tuning: Tuning, name: str, text: str) -> Tuning:
    """The same with another value for one of its fields."""
    values: dict[str, Any] = {name: text if name == "optimizer" else typed(text, name)}
    return replace(tuning, **values)


def changed_rule(rule: Rule, name: str, text: str) -> Rule:
    """The same with another kind ("stop") or number ("stop_at")."""
    values: dict[str, Any] = {"kind": text} if name == "stop" else {"value": typed(text, "the rule to stop")}
    return replace(rule, **values)


def _point(text: str) -> tuple[float, float, float]:
    parts = text.split(",")
    require(len(parts) == 3, f"a point is x,y,target, got {text[:40]!r}")
    try:
        x, y, target = map(float, parts)
    except ValueError:
        raise GlassnetError(f"a point is three numbers, got {text[:40]!r}") from None
    return x, y, target


def _written(value: Any) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return ";".join(",".join(f"{number:.7g}" for number in point) for point in value)
    return ",".join(quote(str(one), safe="") for one in value) if isinstance(value, tuple) else quote(str(value))


def _tunings_text(tunings: Tunings) -> str:
    return ";".join(f"{begin}:{tuning.text}" for begin, tuning in tunings)


def _tunings_of(text: str) -> Tunings:
    found: Tunings = ()
    for part in text.split(";"):
        begin, _, values = part.partition(":")
        name, *numbers = values.split(",")
        require(len(numbers) == 4, "a tuning is STEP:OPTIMISER,RATE,L1,L2,DROPOUT")
        step = whole(begin, "the step of a tuning", MOST_STEPS)
        order = step == 0 if not found else step > found[-1][0]
        require(order, "tunings begin at step 0, and each after the one before")
        found = (*found, (step, Tuning(name, *(typed(number, "a tuning") for number in numbers))))
    require(len(found) <= MOST_CHANGES, f"{MOST_CHANGES} changes are the most in one run")
    return found
