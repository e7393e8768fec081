"""Activation functions: what makes a network more than one big linear function. Each is written in operations.

>>> import glassnet as gn
>>> gn.Network(3, gn.Activation(gn.activations.LeakyRelu(0.1)))([-2, 0, 2]).round(1)
array([-0.2,  0. ,  2. ], dtype=float32)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from glassnet import ops
from glassnet.ir.elsewhere import face
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Var
from glassnet.ir.specification import Specification
from glassnet.ir.trace import parameter
from glassnet.layers.initializers import Constant
from glassnet.layers.layer import Layer, require_name, require_var
from glassnet.words import canonical, unknown

__all__ = [
    "Activation",
    "ActivationFunction",
    "Elu",
    "Gelu",
    "HardSigmoid",
    "LeakyRelu",
    "Linear",
    "Mish",
    "PRelu",
    "Relu",
    "Selu",
    "Sigmoid",
    "Silu",
    "Softmax",
    "Softplus",
    "Softsign",
    "SquaredRelu",
    "Step",
    "Tanh",
    "activation",
]
__getattr__, __dir__ = face("activations", __all__)


@dataclass(frozen=True)
class ActivationFunction(Specification, family="activation"):
    """A function of one variable, with its hyperparameters; ``Dense(4, "relu")`` means ``Dense(4, Relu())``.

    A name stands for the activation with its default hyperparameters; case, spaces and hyphens do not matter, and an
    unknown one raises GlassnetError with the nearest there is. To write one of your own, see :func:`activation`.

    >>> import glassnet as gn
    >>> gn.Dense(4, "leaky relu").activation
    LeakyRelu(slope=0.01)
    >>> gn.Dense(4, gn.LeakyRelu(slope=0.2)).activation
    LeakyRelu(slope=0.2)
    """

    def __call__(self, x: Var) -> Var:
        raise NotImplementedError

    @classmethod
    def instead_of(cls, given: Any) -> str:
        if given is None:
            return "leave it out, or write 'linear', for none"
        number = isinstance(given, int) and not isinstance(given, bool)
        return f"a layer finds out its inputs: for {given} units, write gn.Dense({given})" if number else ""

    @classmethod
    def meant(cls, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        """For a number of units: the layer that was meant."""
        units = kwargs.get("units", args[0] if args else None)
        if not isinstance(units, int):
            return ""
        written = "without activation" if cls is Linear else "with it"
        activation = "" if cls is Linear else f", {canonical(cls.__name__)!r}"
        return (
            f"{cls.__name__} is an activation function, not a layer; "
            f"for a layer of {units} units {written}, write gn.Dense({units}{activation})"
        )


@dataclass(frozen=True)
class Linear(ActivationFunction):
    """x itself: no activation.

    >>> import glassnet as gn
    >>> gn.Network(4, gn.Activation("linear"))([-2, -1, 0, 2]).round(4)
    array([-2., -1.,  0.,  2.], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return x


@dataclass(frozen=True)
class Relu(ActivationFunction):
    """max(x, 0) (Nair & Hinton 2010).

    Its derivative at 0 is taken as 0.

    >>> import glassnet as gn
    >>> gn.Network(4, gn.Activation("relu"))([-2, -1, 0, 2]).round(4)
    array([0., 0., 0., 2.], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return ops.relu(x)


@dataclass(frozen=True)
class SquaredRelu(ActivationFunction):
    """max(x, 0)² (So et al. 2021), whose derivative has no corner.

    >>> import glassnet as gn
    >>> gn.Network(4, gn.Activation("squared relu"))([-2, -1, 0, 3]).round(4)
    array([0., 0., 0., 9.], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return ops.relu(x) ** 2


@dataclass(frozen=True)
class LeakyRelu(ActivationFunction):
    """x where positive, else slope · x (Maas, Hannun & Ng 2013).

    Its derivative at 0 is taken as the slope, as PyTorch does.

    >>> import glassnet as gn
    >>> gn.Network(4, gn.Activation(gn.LeakyRelu(slope=0.1)))([-2, -1, 0, 2]).round(4)
    array([-0.2, -0.1,  0. ,  2. ], dtype=float32)
    """

    slope: float = 0.01

    def __call__(self, x: Var) -> Var:
        return ops.where(ops.greater(x, 0.0), x, self.slope * x)


@dataclass(frozen=True)
class PRelu(ActivationFunction):
    """A leaky relu that learns its slope, one for each unit (He, Zhang, Ren & Sun 2015).

    >>> import glassnet as gn
    >>> net = gn.Network(2, gn.Dense(2, gn.PRelu(), weights=[[1, 0], [0, 1]]))
    >>> net([-1, 2])
    array([-0.25,  2.  ], dtype=float32)
    >>> net.parameters["dense_1.slope"] = [0.5, 0.5]
    >>> net([-1, 2])
    array([-0.5,  2. ], dtype=float32)
    """

    slope: float = 0.25

    def __call__(self, x: Var) -> Var:
        slope = parameter("slope", (x.shape[-1],), Constant(self.slope))
        return ops.where(ops.greater(x, 0.0), x, slope * x)


@dataclass(frozen=True)
class Elu(ActivationFunction):
    """x where positive, else alpha (eˣ − 1) (Clevert, Unterthiner & Hochreiter 2016).

    Its derivative at 0 is taken as alpha, as PyTorch does.

    >>> import glassnet as gn
    >>> gn.Network(4, gn.Activation("elu"))([-2, -1, 0, 2]).round(4)
    array([-0.8647, -0.6321,  0.    ,  2.    ], dtype=float32)
    """

    alpha: float = 1.0

    def __call__(self, x: Var) -> Var:
        positive = ops.greater(x, 0.0)
        return ops.where(positive, x, self.alpha * ops.expm1(ops.where(positive, 0.0, x)))  # e to a large x overflows


@dataclass(frozen=True)
class Selu(ActivationFunction):
    """The elu, scaled so that means and variances settle at 0 and 1 (Klambauer et al. 2017).

    >>> import glassnet as gn
    >>> gn.Network(4, gn.Activation("selu"))([-2, -1, 0, 2]).round(4)
    array([-1.5202, -1.1113,  0.    ,  2.1014], dtype=float32)
    """

    alpha: ClassVar[float] = 1.6732632423543772848170429916717
    scale: ClassVar[float] = 1.0507009873554804934193349852946

    def __call__(self, x: Var) -> Var:
        return self.scale * Elu(self.alpha)(x)


@dataclass(frozen=True)
class Gelu(ActivationFunction):
    """x Φ(x), with Φ the normal distribution function (Hendrycks & Gimpel 2016).

    >>> import glassnet as gn
    >>> gn.Network(4, gn.Activation("gelu"))([-2, -1, 0, 2]).round(4)
    array([-0.0455, -0.1587,  0.    ,  1.9545], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return x * (0.5 * (1 + ops.erf(x * 0.5**0.5)))


@dataclass(frozen=True)
class Silu(ActivationFunction):
    """x σ(x), also called swish (Elfwing, Uchibe & Doya 2018).

    >>> import glassnet as gn
    >>> gn.Network(4, gn.Activation("silu"))([-2, -1, 0, 2]).round(4)
    array([-0.2384, -0.2689,  0.    ,  1.7616], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return x * ops.named(ops.sigmoid(x), name="sigmoid")


@dataclass(frozen=True)
class Mish(ActivationFunction):
    """x tanh(softplus(x)) (Misra 2019).

    >>> import glassnet as gn
    >>> gn.Network(4, gn.Activation("mish"))([-2, -1, 0, 2]).round(4)
    array([-0.2525, -0.3034,  0.    ,  1.944 ], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return x * ops.named(ops.tanh(ops.named(ops.softplus(x), name="softplus")), name="tanh_softplus")


@dataclass(frozen=True)
class Sigmoid(ActivationFunction):
    """1 / (1 + e⁻ˣ): a probability for each unit.

    It is computed without overflow: e is never raised to a positive power.

    >>> import glassnet as gn
    >>> gn.Network(3, gn.Activation("sigmoid"))([-1000, 0, 1000]).round(4)
    array([0. , 0.5, 1. ], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return ops.sigmoid(x)


@dataclass(frozen=True)
class HardSigmoid(ActivationFunction):
    """x/6 + ½, kept between 0 and 1 (as in PyTorch and Keras 3).

    Its derivative at −3 and 3 is taken as 0, as PyTorch does.

    >>> import glassnet as gn
    >>> gn.Network(4, gn.Activation("hard sigmoid"))([-4, -1, 0, 4]).round(4)
    array([0.    , 0.3333, 0.5   , 1.    ], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return ops.clip(x + 3.0, 0.0, 6.0) / 6.0


@dataclass(frozen=True)
class Tanh(ActivationFunction):
    """The hyperbolic tangent, between −1 and 1.

    >>> import glassnet as gn
    >>> gn.Network(4, gn.Activation("tanh"))([-2, -1, 0, 2]).round(4)
    array([-0.964 , -0.7616,  0.    ,  0.964 ], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return ops.tanh(x)


@dataclass(frozen=True)
class Softplus(ActivationFunction):
    """ln(1 + eˣ), a smooth relu (Dugas et al. 2001).

    >>> import glassnet as gn
    >>> gn.Network(4, gn.Activation("softplus"))([-2, -1, 0, 2]).round(4)
    array([0.1269, 0.3133, 0.6931, 2.1269], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return ops.softplus(x)


@dataclass(frozen=True)
class Softsign(ActivationFunction):
    """x / (1 + |x|) (Turian, Bergstra & Bengio 2009).

    >>> import glassnet as gn
    >>> gn.Network(4, gn.Activation("softsign"))([-2, -1, 0, 2]).round(4)
    array([-0.6667, -0.5   ,  0.    ,  0.6667], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return x / (1 + ops.absolute(x))


@dataclass(frozen=True)
class Softmax(ActivationFunction):
    """eˣⁱ / Σ eˣʲ: one probability for each unit, all together 1.

    It acts along the last axis, and subtracts the largest number first, so that nothing overflows.

    >>> import glassnet as gn
    >>> gn.Network(3, gn.Activation("softmax"))([1, 2, 3]).round(4)
    array([0.09  , 0.2447, 0.6652], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return ops.softmax(x)


@dataclass(frozen=True)
class Step(ActivationFunction):
    """1 where x > 0, else 0: Rosenblatt's neuron. It can be run but not trained: its derivative is 0.

    >>> import glassnet as gn
    >>> gn.Network(4, gn.Activation("step"))([-2, -1, 0, 2]).round(4)
    array([0., 0., 0., 1.], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return ops.step(x)


@dataclass(frozen=True)
class Custom(ActivationFunction):
    """A function of the user's own, by the name under which :func:`activation` registered it."""

    function: str

    def __post_init__(self) -> None:
        """Keep the function as it is now: defining it again changes nothing that was made before."""
        object.__setattr__(self, "_own", _CUSTOM.get(self.function))

    def __eq__(self, other: object) -> bool:
        """Of two functions under one name, the later definition is another activation."""
        return isinstance(other, Custom) and vars(self) == vars(other)

    def __reduce__(self) -> tuple[Any, ...]:
        return Custom, (self.function,)

    def __call__(self, x: Var) -> Var:
        function = getattr(self, "_own", None) or _CUSTOM.get(self.function)
        if function is None:
            raise GlassnetError(
                f"{unknown('activation', self.function, _CUSTOM)}; register your own: @gn.activation above its def"
            )
        return require_var(function(x), f"the activation {self.function}")


_CUSTOM: dict[str, Callable[[Var], Var]] = {}


def activation(function: Callable[[Var], Var]) -> Custom:
    """Register an activation of your own, written in operations; it then works everywhere, by itself or by name.

    A model file keeps its name, not its code: define it again before loading.

    >>> import glassnet as gn
    >>> @gn.activation
    ... def cubed_relu(x):
    ...     return gn.ops.relu(x) ** 3
    >>> gn.Network(2, gn.Dense(1, cubed_relu, weights=[[1], [1]]), dtype="float64")([1, 2])
    array([27.])
    """
    name = require_name(function, "activation")
    if canonical(name) in ActivationFunction.known:
        raise GlassnetError(f"there is already an activation named {name!r}; choose another name for yours")
    _CUSTOM[name] = function
    return Custom(name)


def activation_function(given: str | ActivationFunction) -> ActivationFunction:
    """An activation by itself or by its name, built in or the user's own."""
    if isinstance(given, str) and given in _CUSTOM:
        return Custom(given)
    if callable(given) and not isinstance(given, type | Specification):
        name = getattr(given, "__name__", repr(given))
        if canonical(name) in ActivationFunction.known:
            raise GlassnetError(f"an activation is given by its name: write {name!r}, got {given!r}")
        raise GlassnetError(f"a function such as {name} must be written in operations and marked with @gn.activation")
    return ActivationFunction.of(given)


@dataclass(frozen=True)
class Activation(Layer):
    """An activation function as a layer of its own: ``Dense(4), Activation("relu")`` computes ``Dense(4, "relu")``.

    >>> import glassnet as gn
    >>> gn.Network(3, gn.Activation("relu"))([-1, 0, 2])
    array([0., 0., 2.], dtype=float32)
    """

    function: str | ActivationFunction

    def __post_init__(self) -> None:
        object.__setattr__(self, "function", activation_function(self.function))

    def __call__(self, x: Var) -> Var:
        return activation_function(self.function)(x)
