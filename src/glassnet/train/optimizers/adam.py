"""Adam and its family: AMSGrad, AdamW, Nadam, Adamax."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.ir.graph import Var
from glassnet.ir.require import require_number
from glassnet.ir.trace import rate, recall, remember
from glassnet.ops import absolute, maximum, named, sqrt
from glassnet.train.optimizers.optimizer import Optimizer, require_share
from glassnet.train.schedules import Schedule


@dataclass(frozen=True)
class _AdamFamily(Optimizer):
    """Running means m of the gradient and v of its square; each member makes its own step of them."""

    learning_rate: float | Schedule = 1e-3
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7

    def __post_init__(self) -> None:
        super().__post_init__()
        require_share(self.beta_1, f"the beta_1 of {type(self).__name__}")
        require_share(self.beta_2, f"the beta_2 of {type(self).__name__}")
        require_number(self.epsilon, f"the epsilon of {type(self).__name__}", 0)

    def _mean(self, g: Var, w: Var) -> Var:
        return remember("m", self.beta_1 * recall("m", like=w) + (1 - self.beta_1) * g)

    def _mean_square(self, g: Var, w: Var) -> Var:
        return remember("v", self.beta_2 * recall("v", like=w) + (1 - self.beta_2) * g**2)

    def _corrected_mean(self, m: Var, step: Var) -> Var:
        """m̂: the running mean of the gradients, made up for the 0 that it began at."""
        return named(m / named(1 - self.beta_1**step, name="bias correction of m"), name="m̂")

    def _corrected_mean_square(self, v: Var, step: Var) -> Var:
        """v̂: the same of their squares, or of the largest mean of squares so far."""
        return named(v / named(1 - self.beta_2**step, name="bias correction of v"), name="v̂")


@dataclass(frozen=True)
class Adam(_AdamFamily):
    """Kingma & Ba 2015, algorithm 1: step sizes from running means of the gradient and its square.

    ε is outside the root and 1e-7, as in the book and Keras (PyTorch: 1e-8).

    >>> import glassnet as gn
    >>> net = gn.Network(1, gn.Dense(1, weights=[[1.0]], biases=None), dtype="float64")
    >>> for _ in range(2):  # the loss is w², its gradient 2w
    ...     loss = net.train_on_batch([[1.0]], [[0.0]], optimizer=gn.Adam(0.1))
    ...     print(round(net.parameters["dense_1.weights"].item(), 6))
    0.9
    0.800412
    """

    def update(self, w: Var, g: Var, step: Var) -> Var:
        m, v = self._mean(g, w), self._mean_square(g, w)
        m_hat, v_hat = self._corrected_mean(m, step), self._corrected_mean_square(v, step)
        return w - rate(self.learning_rate, step) * m_hat / (sqrt(v_hat) + self.epsilon)


@dataclass(frozen=True)
class AMSGrad(_AdamFamily):
    """Adam whose step sizes never grow again: the largest v so far (Reddi, Kale & Kumar 2018; as in PyTorch).

    >>> import glassnet as gn
    >>> net = gn.Network(1, gn.Dense(1, weights=[[1.0]], biases=None), dtype="float64")
    >>> for _ in range(2):  # the loss is w², its gradient 2w
    ...     loss = net.train_on_batch([[1.0]], [[0.0]], optimizer=gn.AMSGrad(0.1))
    ...     print(round(net.parameters["dense_1.weights"].item(), 6))
    0.9
    0.800412
    """

    def update(self, w: Var, g: Var, step: Var) -> Var:
        m, v = self._mean(g, w), self._mean_square(g, w)
        largest = remember("largest", maximum(recall("largest", like=w), v))
        m_hat, v_hat = self._corrected_mean(m, step), self._corrected_mean_square(largest, step)
        return w - rate(self.learning_rate, step) * m_hat / (sqrt(v_hat) + self.epsilon)


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with decoupled weight decay: every parameter also shrinks by learning_rate · weight_decay of itself.

    Loshchilov & Hutter 2019; the decay acts on all parameters, as in PyTorch.

    >>> import glassnet as gn
    >>> net = gn.Network(1, gn.Dense(1, weights=[[1.0]], biases=None), dtype="float64")
    >>> for _ in range(2):  # the loss is w², its gradient 2w
    ...     loss = net.train_on_batch([[1.0]], [[0.0]], optimizer=gn.AdamW(0.1, weight_decay=0.5))
    ...     print(round(net.parameters["dense_1.weights"].item(), 6))
    0.85
    0.708248
    """

    weight_decay: float = 0.01

    def __post_init__(self) -> None:
        super().__post_init__()
        require_number(self.weight_decay, "the weight decay of AdamW", 0)

    def update(self, w: Var, g: Var, step: Var) -> Var:
        decay = named(rate(self.learning_rate, step) * self.weight_decay, name="weight decay")
        return super().update(w, g, step) - decay * w


@dataclass(frozen=True)
class Nadam(_AdamFamily):
    """Adam with Nesterov's momentum, whose decay itself warms up (Dozat 2016; as in PyTorch).

    >>> import glassnet as gn
    >>> net = gn.Network(1, gn.Dense(1, weights=[[1.0]], biases=None), dtype="float64")
    >>> for _ in range(2):  # the loss is w², its gradient 2w
    ...     loss = net.train_on_batch([[1.0]], [[0.0]], optimizer=gn.Nadam(0.1))
    ...     print(round(net.parameters["dense_1.weights"].item(), 6))
    0.894355
    0.819973
    """

    momentum_decay: float = 4e-3

    def update(self, w: Var, g: Var, step: Var) -> Var:
        m, v = self._mean(g, w), self._mean_square(g, w)
        mu = named(self.beta_1 * (1 - 0.5 * 0.96 ** (step * self.momentum_decay)), name="μ")
        mu_next = named(self.beta_1 * (1 - 0.5 * 0.96 ** ((step + 1) * self.momentum_decay)), name="next μ")
        product = remember("mu_product", recall("mu_product", like=step, initial=1.0) * mu)
        share_of_m = named(mu_next / (1 - product * mu_next), name="share of m")
        share_of_g = named((1 - mu) / (1 - product), name="share of the gradient")
        m_hat = named(m * share_of_m + g * share_of_g, name="m̂")
        v_hat = self._corrected_mean_square(v, step)
        return w - rate(self.learning_rate, step) * m_hat / (sqrt(v_hat) + self.epsilon)


@dataclass(frozen=True)
class Adamax(_AdamFamily):
    """Adam with the largest recent gradient in place of the mean square (Kingma & Ba 2015, algorithm 2).

    >>> import glassnet as gn
    >>> net = gn.Network(1, gn.Dense(1, weights=[[1.0]], biases=None), dtype="float64")
    >>> for _ in range(2):  # the loss is w², its gradient 2w
    ...     loss = net.train_on_batch([[1.0]], [[0.0]], optimizer=gn.Adamax(0.1))
    ...     print(round(net.parameters["dense_1.weights"].item(), 6))
    0.9
    0.805168
    """

    def update(self, w: Var, g: Var, step: Var) -> Var:
        m = self._mean(g, w)
        u = remember("u", maximum(self.beta_2 * recall("u", like=w), absolute(g) + self.epsilon))
        corrected = named(1 - self.beta_1**step, name="bias correction of m")
        return w - named(rate(self.learning_rate, step) / corrected, name="corrected learning rate") * m / u
