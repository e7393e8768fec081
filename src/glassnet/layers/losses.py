"""Losses: how wrong a prediction is. Each gives one number for each sample; training minimises their mean.

With sample weights w the loss of a batch is Σ w·loss / n (as in Keras; PyTorch's class weights divide by Σ w instead).
Cross-entropies are written as in the textbook, with the logarithm of a probability; when the probability is the result
of a softmax or a sigmoid, simplification computes it from the logits, without overflow and without clipping.

>>> import glassnet as gn
>>> net = gn.Network(1, gn.Identity(), dtype="float64")
>>> net.loss([[1.0], [3.0]], [[2.0], [5.0]], gn.losses.SquaredError())  # (1² + 2²) / 2
2.5
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from glassnet import ops
from glassnet.ir.elsewhere import face
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Var
from glassnet.ir.require import require, require_number
from glassnet.ir.specification import Specification
from glassnet.layers.layer import require_name, require_var
from glassnet.words import canonical, unknown

__all__ = [
    "AbsoluteError",
    "BinaryCrossEntropy",
    "CategoricalCrossEntropy",
    "Hinge",
    "Huber",
    "KullbackLeibler",
    "LogCosh",
    "Loss",
    "Poisson",
    "SquaredError",
    "loss",
]
__getattr__, __dir__ = face("losses", __all__)


@dataclass(frozen=True)
class Loss(Specification, family="loss"):
    """``loss(prediction, target)`` is one number for each sample: shape (n,).

    Wherever one is expected, its name will do. Unless named it follows from the last activation: softmax has
    categorical cross-entropy, sigmoid binary cross-entropy, all else squared error. To write one of your own, see
    :func:`loss`.

    >>> import glassnet as gn
    >>> gn.Loss.named("huber")
    Huber(delta=1.0)
    >>> gn.Network(1, gn.Identity(), dtype="float64").loss([[3.0], [1.0]], [[1.0], [1.0]], "absolute error")
    1.0
    """

    def __call__(self, prediction: Var, target: Var) -> Var:
        raise NotImplementedError


def _per_sample(errors: Var) -> Var:
    """The mean over all axes but the batch's."""
    return ops.mean(errors, tuple(range(1, len(errors.shape)))) if len(errors.shape) > 1 else errors


@dataclass(frozen=True)
class SquaredError(Loss):
    """The mean of (prediction − target)² over the outputs.

    >>> import glassnet as gn
    >>> net = gn.Network(2, gn.Identity(), dtype="float64")  # its outputs are its inputs
    >>> round(net.loss([[1.0, 3.0]], [[1.0, 1.0]], "squared error"), 6)  # (0² + 2²) / 2
    2.0
    """

    def __call__(self, prediction: Var, target: Var) -> Var:
        return _per_sample((prediction - target) ** 2)


@dataclass(frozen=True)
class AbsoluteError(Loss):
    """The mean of |prediction − target| over the outputs.

    Its gradient has the sign of prediction − target, and is 0 where they are equal.

    >>> import glassnet as gn
    >>> net = gn.Network(2, gn.Identity(), dtype="float64")  # its outputs are its inputs
    >>> round(net.loss([[1.0, 3.0]], [[1.0, 1.0]], "absolute error"), 6)  # (0 + 2) / 2
    1.0
    """

    def __call__(self, prediction: Var, target: Var) -> Var:
        return _per_sample(ops.absolute(prediction - target))


@dataclass(frozen=True)
class Huber(Loss):
    """½ e² where |e| ≤ delta, else delta (|e| − ½ delta) (Huber 1964).

    >>> import glassnet as gn
    >>> net = gn.Network(2, gn.Identity(), dtype="float64")  # its outputs are its inputs
    >>> round(net.loss([[1.5, 4.0]], [[1.0, 1.0]], gn.Huber(delta=1.0)), 6)  # (½ · 0.5² + 3 − ½) / 2
    1.3125
    """

    delta: float = 1.0

    def __post_init__(self) -> None:
        require_number(self.delta, "the delta of Huber", 0, open_low=True)

    def __call__(self, prediction: Var, target: Var) -> Var:
        error = prediction - target
        size = ops.absolute(error)
        is_large = ops.greater(size, self.delta)
        return _per_sample(ops.where(is_large, self.delta * (size - 0.5 * self.delta), 0.5 * error**2))


@dataclass(frozen=True)
class LogCosh(Loss):
    """The mean of ln cosh(e), e = prediction − target: nearly ½ e² for small errors, nearly |e| for large ones.

    >>> import glassnet as gn
    >>> net = gn.Network(2, gn.Identity(), dtype="float64")  # its outputs are its inputs
    >>> round(net.loss([[1.0, 3.0]], [[1.0, 1.0]], "log cosh"), 6)  # ln cosh(2) / 2
    0.662501
    """

    def __call__(self, prediction: Var, target: Var) -> Var:
        return _per_sample(ops.log_cosh(prediction - target))


def _check_smoothing(smoothing: float) -> None:
    require_number(smoothing, "label smoothing", 0, 1)


def _smoothed(target: Var, smoothing: float, classes: int) -> Var:
    """The share ``smoothing`` of each target is spread evenly over the classes (Szegedy et al. 2016)."""
    return ops.named(target * (1 - smoothing) + smoothing / classes, name="smoothed target") if smoothing else target


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """−t ln p − (1 − t) ln(1 − p), averaged over the outputs: each output a yes or no of its own.

    Targets lie between 0 and 1. Label smoothing s replaces t by t (1 − s) + s / 2. After a sigmoid it is computed from
    the logits, so that it is finite wherever its value is.

    >>> import glassnet as gn
    >>> net = gn.Network(2, gn.Identity(), dtype="float64")  # its outputs are its inputs
    >>> round(net.loss([[0.9, 0.2]], [[1, 0]], "binary cross-entropy"), 6)  # −(ln 0.9 + ln 0.8) / 2
    0.164252
    """

    label_smoothing: float = 0.0

    def __post_init__(self) -> None:
        _check_smoothing(self.label_smoothing)

    def __call__(self, prediction: Var, target: Var) -> Var:
        t = _smoothed(target, self.label_smoothing, 2)
        return _per_sample(-(t * ops.log(prediction)) - (1 - t) * ops.log(1 - prediction))


@dataclass(frozen=True)
class CategoricalCrossEntropy(Loss):
    """−Σ t ln p over the classes; targets are class numbers, or one row of probabilities for each sample.

    Label smoothing s replaces t by t (1 − s) + s / classes (Szegedy et al. 2016). After a softmax it is computed from
    the logits, so that it is finite wherever its value is.

    Raises:
        DataError: class numbers that are not 0..classes − 1.

    >>> import glassnet as gn
    >>> net = gn.Network(3, gn.Identity(), dtype="float64")  # its outputs are its inputs
    >>> probabilities = [[0.7, 0.2, 0.1], [0.1, 0.5, 0.4]]
    >>> round(net.loss(probabilities, [0, 1], "categorical cross-entropy"), 6)  # −(ln 0.7 + ln 0.5) / 2
    0.524911
    """

    label_smoothing: float = 0.0

    def __post_init__(self) -> None:
        _check_smoothing(self.label_smoothing)

    def __call__(self, prediction: Var, target: Var) -> Var:
        classes = prediction.shape[-1]
        if not isinstance(classes, int):
            raise GlassnetError(f"cross-entropy needs one output for each class, got {prediction.shape}")
        if target.dtype == "int64":
            target = ops.one_hot(target, size=classes, dtype=prediction.dtype)
        t = _smoothed(target, self.label_smoothing, classes)
        return _per_sample(-ops.sum(t * ops.log(prediction), -1))


@dataclass(frozen=True)
class Hinge(Loss):
    """max(0, 1 − s · prediction) with s = 1 for a target above 0, else −1; averaged over the outputs.

    Cortes & Vapnik 1995; targets may be ±1 or 0/1. Where s · prediction is 1 its derivative is taken as −s, as in
    PyTorch, Keras and scikit-learn.

    >>> import glassnet as gn
    >>> net = gn.Network(1, gn.Identity(), dtype="float64")  # its outputs are its inputs
    >>> round(net.loss([[0.5], [0.5]], [[1], [-1]], "hinge"), 6)  # ((1 − 0.5) + (1 + 0.5)) / 2
    1.0
    """

    def __call__(self, prediction: Var, target: Var) -> Var:
        side = 2 * ops.greater(target, 0.0) - 1
        margin = ops.named(side * prediction, name="margin")
        return _per_sample(ops.where(ops.greater(margin, 1.0), 0.0, 1 - margin))


@dataclass(frozen=True)
class Poisson(Loss):
    """prediction − target · ln(prediction): predictions are positive rates, targets counts.

    >>> import glassnet as gn
    >>> net = gn.Network(1, gn.Identity(), dtype="float64")  # its outputs are its inputs
    >>> round(net.loss([[2.0]], [[3.0]], "poisson"), 6)  # 2 − 3 ln 2
    -0.079442
    """

    def __call__(self, prediction: Var, target: Var) -> Var:
        return _per_sample(prediction - target * ops.log(prediction))


@dataclass(frozen=True)
class KullbackLeibler(Loss):
    """Σ t ln(t / p) over the classes, with 0 ln 0 = 0: the distance from distribution p to t.

    Kullback & Leibler 1951; targets are rows of probabilities.

    >>> import glassnet as gn
    >>> net = gn.Network(2, gn.Identity(), dtype="float64")  # its outputs are its inputs
    >>> round(net.loss([[0.5, 0.5]], [[1.0, 0.0]], gn.KullbackLeibler()), 6)  # 1 · ln(1 / 0.5) + 0
    0.693147
    """

    def __call__(self, prediction: Var, target: Var) -> Var:
        positive = ops.greater(target, 0.0)
        log_target = ops.log(ops.where(positive, target, 1.0))
        cross_entropy = -ops.sum(target * ops.log(prediction), -1)
        return _per_sample(cross_entropy + ops.sum(target * log_target, -1))


@dataclass(frozen=True)
class CustomLoss(Loss):
    """A function of the user's own, by the name under which :func:`loss` registered it."""

    function: str

    def __post_init__(self) -> None:
        """Keep the function as it is now: defining it again changes nothing that was made before."""
        object.__setattr__(self, "_own", _CUSTOM.get(self.function))

    def __eq__(self, other: object) -> bool:
        """Of two functions under one name, the later definition is another loss."""
        return isinstance(other, CustomLoss) and vars(self) == vars(other)

    def __reduce__(self) -> tuple[Any, ...]:
        return CustomLoss, (self.function,)

    def __call__(self, prediction: Var, target: Var) -> Var:
        function = getattr(self, "_own", None) or _CUSTOM.get(self.function)
        if function is None:
            raise GlassnetError(
                f"{unknown('loss', self.function, _CUSTOM)}; register your own first: @gn.loss above its def"
            )
        value = require_var(function(prediction, target), f"the loss {self.function}")
        require(
            len(value.shape) <= 1 or value.shape[0] == prediction.shape[0], "a loss gives one number for each sample"
        )
        return _per_sample(value)


_CUSTOM: dict[str, Callable[[Var, Var], Var]] = {}


def loss(function: Callable[[Var, Var], Var]) -> CustomLoss:
    """Register a loss of your own, ``function(prediction, target)`` written in operations.

    >>> import glassnet as gn
    >>> @gn.loss
    ... def fourth_power(prediction, target):
    ...     return (prediction - target) ** 4
    >>> gn.Network(1, gn.Identity(), dtype="float64").loss([[3.0]], [[1.0]], fourth_power)
    16.0
    """
    name = require_name(function, "loss")
    if canonical(name) in Loss.known:
        raise GlassnetError(f"there is already a loss named {name!r}; choose another name for yours")
    _CUSTOM[name] = function
    return CustomLoss(name)


def loss_function(given: str | Loss) -> Loss:
    """A loss by itself or by its name, built in or the user's own."""
    if isinstance(given, str) and given in _CUSTOM:
        return CustomLoss(given)
    return Loss.of(given)
