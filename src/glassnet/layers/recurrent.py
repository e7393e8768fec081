"""Recurrent layers: a state that goes along a sequence, changed at each step by what stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from glassnet import ops
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Var, operand, source
from glassnet.ir.require import require, require_count, require_flag, require_number
from glassnet.ir.trace import Trace, current, parameter, scope
from glassnet.ir.types import Array
from glassnet.layers.activations import ActivationFunction, Tanh, activation_function
from glassnet.layers.cells import Gated, LongShort, Masked, Simple
from glassnet.layers.initializers import ForgetOnes, GlorotUniform, Initializer, Orthogonal, Zeros, initializer
from glassnet.layers.layer import Layer, changed, input_error
from glassnet.layers.padding import is_there
from glassnet.layers.penalty import Penalty
from glassnet.ops.scan import Cell, at_step, scan


@dataclass(frozen=True)
class _Recurrent(Layer):
    """What all recurrent layers share; ``gates`` are as many as a unit has sums, ``kept`` as its state has numbers."""

    units: int
    activation: str | ActivationFunction = Tanh()
    sequence: bool = False
    backwards: bool = False
    mask: float | None = None
    weights: Initializer | str | Sequence[Any] | Array = GlorotUniform()
    recurrent_weights: Initializer | str | Sequence[Any] | Array = Orthogonal()
    biases: Initializer | str | Sequence[Any] | Array | None = Zeros()
    initial: Initializer | str | Sequence[Any] | Array | None = None
    weights_penalty: Penalty | None = None
    recurrent_penalty: Penalty | None = None
    biases_penalty: Penalty | None = None
    gates: ClassVar[int] = 1
    kept: ClassVar[int] = 1

    def __post_init__(self) -> None:
        what = type(self).__name__
        _set(self, "units", require_count(self.units, f"the number of units of {what}"))
        _set(self, "activation", activation_function(self.activation))
        require_flag(self.sequence, f"the sequence of {what}")
        require_flag(self.backwards, f"the backwards of {what}")
        if self.mask is not None:
            require_number(self.mask, f"the mask of {what}", -1e38, 1e38)
        for name in ("weights", "recurrent_weights", "biases", "initial"):
            given = getattr(self, name)
            if given is not None or name.endswith("weights"):
                _set(self, name, initializer(given, name))
        _require_no_parameters(activation_function(self.activation), what)

    def __call__(self, x: Var) -> Var:
        if len(x.shape) != 3:
            raise input_error(self, "sequences of shape (steps, features), such as (28, 28); (steps, 1) for a row", x)
        features, width = x.shape[-1], self.gates * self.units
        weights = parameter("weights", (features, width), self._first("weights"), self.weights_penalty)
        shape = (self.units, width)
        recurrent = parameter("recurrent_weights", shape, self._first("recurrent_weights"), self.recurrent_penalty)
        biases = self._biases(width)
        sums = x @ weights
        along = [ops.named(sums + biases[0] if biases else sums, name="inputs")]
        cell = self._cell()
        if self.mask is not None:
            cell, along = Masked(cell), [*along, is_there(x, self.mask)]
        history = scan(cell, self._initial(along[0]), along, [recurrent, *biases[1:]], self.backwards)
        return self._outputs(history)

    def _cell(self) -> Cell:
        raise NotImplementedError

    def _first(self, name: str) -> Initializer:
        return initializer(getattr(self, name), name)

    def _biases(self, width: int) -> list[Var]:
        """The biases of the inputs' sums, and those of the state's, if there are any."""
        if self.biases is None:
            return []
        return [parameter("biases", (width,), self._first("biases"), self.biases_penalty)]

    def _initial(self, like: Var) -> Var:
        """The state before the first step, for each sample: zeros, or what is learnt."""
        numbers = self.kept * self.units
        each = ops.slice_(at_step(like, 0), axis=1, start=0, stop=numbers)
        if self.initial is None:
            return ops.broadcast(operand(0.0, like.dtype), each)
        shape = (self.units,) if self.kept == 1 else (self.kept, self.units)
        learnt = parameter("initial", shape, self._first("initial"))
        return ops.broadcast(ops.reshape(learnt, shape=(numbers,)), each)

    def _outputs(self, history: Var) -> Var:
        """The outputs of all steps, or of the step that was last."""
        steps = history.shape[1]
        assert isinstance(steps, int)
        result = history if self.sequence else at_step(history, 0 if self.backwards else steps - 1)
        if self.kept == 1:
            return result
        return ops.slice_(result, axis=len(result.shape) - 1, start=0, stop=self.units)


def _set(layer: Layer, field: str, value: object) -> None:
    object.__setattr__(layer, field, value)


def _require_no_parameters(activation: ActivationFunction, what: str) -> None:
    """An activation is applied at each step, where it cannot ask for parameters of its own."""
    with Trace() as trace:
        activation(source("input", "x", (1,), trace.dtype))
    require(
        not trace.parameters and not trace.state and not trace.draws,
        f"the activation of {what} is applied at each step, so it must have no parameters and draw nothing, "
        f"got {activation!r}",
    )


@dataclass(frozen=True)
class RNN(_Recurrent):
    """The simple recurrent layer: at each step h = activation(x W + b + h U) (Elman 1990).

    Its input are sequences, (steps, features); its output is the last state (units,), or with ``sequence`` all of
    them, (steps, units).

    Args:
        units: the numbers of the state.
        activation: a name or an activation function without parameters.
        sequence: whether the output is the whole sequence of states, as a layer on top needs it.
        backwards: whether it begins at the last step; a sequence of states keeps the order of the input.
        mask: a number; steps that consist of it alone are padding, and leave the state as it is.
        weights: the first weights of the inputs, (features, units): an initializer, its name, or the numbers.
        recurrent_weights: those of the state, (units, units).
        biases: the first biases, (units,); None for a layer without.
        initial: the first state before the first step, (units,), which is learnt; None for zeros that stay.
        weights_penalty, recurrent_penalty, biases_penalty: what their size adds to the loss.

    Raises:
        GlassnetError: when the numbers do not fit together, or the input is no sequence.

    >>> import glassnet as gn
    >>> net = gn.Network((3, 1), gn.RNN(1, "linear", weights=[[1]], recurrent_weights=[[0.5]]))
    >>> net([[8], [0], [1]])
    array([3.], dtype=float32)
    """

    def _cell(self) -> Cell:
        return Simple(activation_function(self.activation))


@dataclass(frozen=True)
class LSTM(_Recurrent):
    """Long short-term memory: a cell c that gates let in, keep and let out (Hochreiter & Schmidhuber 1997).

    At each step c = f c + i g and h = o activation(c), where the gates i, f and o are sigmoids, and g is the
    activation, of sums x W + b + h U. The output is h. Columns of weights and biases are in Keras' order, i, f, g, o
    (PyTorch has the same; ONNX i, o, f, g); the forget gates' biases begin with 1 (Gers, Schmidhuber & Cummins 2000).

    Arguments are those of :class:`RNN`, with 4 · units columns; ``initial`` has two rows, the first h and the first c.

    >>> import glassnet as gn
    >>> net = gn.Network((3, 2), gn.LSTM(4, sequence=True), gn.LSTM(5))
    >>> {name: array.shape for name, array in net.parameters.items() if name.startswith("lstm_1")}
    {'lstm_1.weights': (2, 16), 'lstm_1.recurrent_weights': (4, 16), 'lstm_1.biases': (16,)}
    >>> net([[0, 0], [1, 1], [0, 0]]).shape
    (5,)
    """

    biases: Initializer | str | Sequence[Any] | Array | None = ForgetOnes()
    gates: ClassVar[int] = 4
    kept: ClassVar[int] = 2

    def _cell(self) -> Cell:
        return LongShort(activation_function(self.activation))


@dataclass(frozen=True)
class GRU(_Recurrent):
    """The gated recurrent unit: h = z h + (1 − z) g, the update gate z chooses between old and new (Cho et al. 2014).

    The gates z and r are sigmoids of sums x W + b + h U + b', the candidate is g = activation(x W + b + r (h U + b')):
    the reset gate works on the product, as in Keras by default (``reset_after``) and in PyTorch. Columns are in Keras'
    order, z, r, g (PyTorch: r, z, g).

    Arguments are those of :class:`RNN`, with 3 · units columns; ``biases`` has two rows, b and b'.

    >>> import glassnet as gn
    >>> net = gn.Network((3, 2), gn.GRU(4))
    >>> {name: array.shape for name, array in net.parameters.items()}
    {'gru_1.weights': (2, 12), 'gru_1.recurrent_weights': (4, 12), 'gru_1.biases': (2, 12)}
    """

    gates: ClassVar[int] = 3

    def _cell(self) -> Cell:
        return Gated(activation_function(self.activation))

    def _biases(self, width: int) -> list[Var]:
        if self.biases is None:
            return []
        both = parameter("biases", (2, width), self._first("biases"), self.biases_penalty)
        rows = (ops.slice_(both, axis=0, start=i, stop=i + 1) for i in range(2))
        return [ops.reshape(row, shape=(width,)) for row in rows]


@dataclass(frozen=True)
class Bidirectional(Layer):
    """A recurrent layer and its mirror image, which begins at the last step, side by side (Schuster & Paliwal 1997).

    Each has parameters of its own; the outputs are joined: (2 · units,), or (steps, 2 · units) with ``sequence``, where
    both are at the step that they have just read.

    >>> import glassnet as gn
    >>> net = gn.Network((3, 2), gn.Bidirectional(gn.GRU(4)))
    >>> net([[0, 0], [1, 1], [0, 0]]).shape
    (8,)
    >>> list(net.parameters)[:2]
    ['bidirectional_1.forwards.weights', 'bidirectional_1.forwards.recurrent_weights']
    """

    recurrent: Layer

    def __post_init__(self) -> None:
        if not isinstance(self.recurrent, _Recurrent):
            raise GlassnetError(f"Bidirectional takes a recurrent layer, such as gn.LSTM(4), got {self.recurrent!r}")
        require(not self.recurrent.backwards, "Bidirectional reads both ways by itself; leave out backwards=True")

    def __call__(self, x: Var) -> Var:
        with current().freezing(not self.recurrent.trainable):
            with scope("forwards"):
                there = self.recurrent(x)
            with scope("backwards"):
                back = changed(self.recurrent, backwards=True)(x)
        return ops.concatenate([there, back])
