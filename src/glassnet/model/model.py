"""The model: a function made of layers, with the numbers that it works with."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from copy import deepcopy
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np

from glassnet.data.checks import as_numbers, holds, in_order, row_of
from glassnet.data.encoding import Encoding
from glassnet.data.records import is_table
from glassnet.data.series import SeriesColumns
from glassnet.data.tokens import Tokens
from glassnet.ir.elsewhere import NETWORK, attribute_error_in_words, in_our_words, no_attribute
from glassnet.ir.errors import DataError, GlassnetError
from glassnet.ir.graph import Graph, Var
from glassnet.ir.require import require
from glassnet.ir.specification import SaidInWords, to_json
from glassnet.ir.trace import Declared
from glassnet.ir.types import FLOATS, Array, Shape
from glassnet.layers.containers import Sequential
from glassnet.layers.layer import Layer
from glassnet.layers.losses import Loss, loss_function
from glassnet.model import lengths, summary
from glassnet.model.answer import Answer
from glassnet.model.function import ModelFunction
from glassnet.model.history import History
from glassnet.model.layers import Layers, with_settings, with_trainable
from glassnet.model.lookups import require_whole
from glassnet.model.parameters import Parameters, require_shapes
from glassnet.model.seeds import generator
from glassnet.model.traced import Traced
from glassnet.readings.evaluate import Program
from glassnet.readings.operations import Operations, operations
from glassnet.words import counted

T = TypeVar("T")


class Model(metaclass=SaidInWords):
    """A function made of layers, with its numbers: called, described, taken apart and put together again.

    :class:`glassnet.Network` is its face, and says what its arguments and attributes are. What trains, explains and
    draws a model stands above this and takes it as an argument.
    """

    def __init__(
        self, inputs: int | Sequence[int | None], *layers: Layer, seed: int = 0, dtype: str = "float32"
    ) -> None:
        require(not isinstance(inputs, Layer), "a network begins with its number of inputs: gn.Network(2, gn.Dense(1))")
        self._describe(inputs, Sequential(*layers), seed, dtype)
        self._allocate()
        for i, (name, declared) in enumerate(self._traced.declared.parameters.items()):
            try:
                self.parameters[name] = declared.initial(declared.shape, generator(self.seed, "parameters", i))
            except GlassnetError as error:
                raise GlassnetError(f"{name}: {error}") from None

    @classmethod
    def meant(cls, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
        """What to write instead of a setting that is fit's, or where the number of inputs is left out."""
        if not args and "inputs" not in kwargs:
            return "a network begins with its number of inputs: gn.Network(2, gn.Dense(1))"
        of_fit = {"optimizer", "loss", "metrics", "epochs", "batch_size", "callbacks", "validation"}
        name = next((name for name in kwargs if name in of_fit), "")
        return f"{name} is no setting of a network; training takes it: net.fit(x, y, {name}=…)" if name else ""

    if not TYPE_CHECKING:  # type checkers know by themselves what is not there
        __getattr__ = attribute_error_in_words(NETWORK)

    def __setattr__(self, name: str, value: Any) -> None:
        """An attribute of the user's own is kept; one that would mean something elsewhere is refused, not ignored."""
        if name in NETWORK:
            raise no_attribute(self, name, NETWORK)
        fits = name != "tokens" or value is None or isinstance(value, Tokens)
        require(fits, f"a network's tokens say how text becomes numbers: net.tokens = text.tokens; got {value!r:.80}")
        fits = name != "series" or value is None or isinstance(value, SeriesColumns)
        require(fits, f"a network's series are the columns it reads: net.series = series.columns; got {value!r:.80}")
        super().__setattr__(name, value)

    def _describe(self, inputs: Any, root: Sequential, seed: Any, dtype: Any) -> None:
        """Trace the layers: all of the network except its arrays, which are not allocated yet."""
        self.inputs = lengths.sizes_of(inputs)
        require(dtype in FLOATS, f"the dtype of a network is float32 or float64, got {dtype!r}")
        is_seed = isinstance(seed, int | np.integer) and not isinstance(seed, bool) and 0 <= seed < 2**64
        require(bool(is_seed), f"the seed must be a whole number from 0 to 2⁶⁴ − 1, got {seed!r}")
        self.seed, self.dtype = int(seed), str(dtype)
        self.labels: tuple[str, ...] | None = None
        self.encoding: Encoding | None = None
        self.tokens: Tokens | None = None
        self.series: SeriesColumns | None = None
        self.columns: Sequence[str] | None = None  # of the data frame that it was trained on
        self.history = History()
        self._trace(root)

    def _trace(self, root: Sequential) -> None:
        """Trace the layers; where the number of steps is free, for the first length of some that they take."""
        traced = self._first(root)
        vars(self).pop("_function", None)
        self.root, self._traced, self._others = root, traced, dict[Shape, Traced]()

    def _first(self, root: Sequential) -> Traced:
        if None not in self.inputs:
            return Traced(root, lengths.with_length(self.inputs, 1), self.dtype)
        return lengths.first_that_fits(lambda steps: Traced(root, lengths.with_length(self.inputs, steps), self.dtype))

    def at(self, shape: tuple[int, ...]) -> Self:
        """This network, to be read for inputs of one shape, where it takes any number of steps: the numbers are shared.

        The last few lengths are kept. Threads may ask for several at once.

        Raises:
            GlassnetError: it takes no inputs of that shape.

        >>> import glassnet as gn
        >>> net = gn.Network((None, 1), gn.GRU(2))
        >>> net.at((5, 1)).graph.sources["x"]
        <input 'x': float32[n, 5, 1]>
        """
        traced = self._traced_at(shape)
        if traced is self._traced:
            return self
        seen = object.__new__(type(self))
        vars(seen).update({name: value for name, value in vars(self).items() if name != "_function"}, _traced=traced)
        return seen

    def _traced_at(self, shape: tuple[int, ...]) -> Traced:
        """Nothing is changed that another thread may be reading: the lengths that are kept are a new dictionary."""
        if shape == self.input_shape:
            return self._traced
        require(lengths.fits(self.inputs, shape), f"the network takes {_spoken(self.inputs)}, got the shape {shape}")
        others = dict(self._others)
        traced = others.pop(shape, None)
        if traced is None:
            traced = Traced(self.root, shape, self.dtype)
            lengths.require_free(self._traced.shapes, self.input_shape[0], traced.shapes, shape[0])
        self._others = dict([*others.items(), (shape, traced)][-lengths.KEPT :])
        return traced

    def declared(self, name: str) -> Declared:
        """What a layer declared of that parameter: its variable, first values, penalty, and whether it learns."""
        return self._traced.declared.parameters[name]

    def _allocate(self) -> None:
        """Allocate the parameters, and the running statistics with their first values."""
        shapes = {name: declared.shape for name, declared in self._traced.declared.parameters.items()}
        try:
            self.parameters = Parameters(shapes, self.dtype)
        except (MemoryError, ValueError):
            raise GlassnetError(f"the layers have too many weights for this machine's memory: {shapes}") from None
        self.state: dict[str, Array] = {
            name: np.full(slot.var.shape, slot.initial, self.dtype)  # type: ignore[arg-type]
            for name, slot in self._traced.declared.state.items()
        }

    # ── the function ────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one input; where the number of steps is free, with that of :attr:`graph`."""
        return self._traced.shape

    @property
    def output(self) -> Var:
        """The variable of the outputs."""
        return self._traced.output

    @property
    def graph(self) -> Graph:
        """How the outputs are computed; where the number of steps is free, for a few. :meth:`at` has the others."""
        return self._traced.graph

    @property
    def answer(self) -> Answer:
        """What the outputs are: one class of many, yes or no each, or values."""
        return self._traced.answer

    @property
    def unrolled(self) -> Graph:
        """The graph with what goes along sequences written out step by step; the same where nothing does."""
        return self._traced.unrolled

    def function(self, key: Hashable, outputs: Callable[[], Mapping[str, Var]], by_sample: bool) -> ModelFunction:
        """A function of samples with the network's numbers as they are, compiled where that pays; traced once.

        Args:
            key: by which it is known again.
            outputs: traces its outputs, where it is not known yet.
            by_sample: whether no output depends on several samples, so that they can be worked out in parts.

        While another thread trains the network, the results are those of one step's parameters.
        """
        known = self._traced.functions
        if key not in known:
            known[key] = ModelFunction(self.parameters, self.state, outputs(), by_sample)
        return known[key]

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What follows from the layers, for inputs of this shape, and from the key; not from the numbers.

        The last few are kept: a training step, the graphs that explanations read.
        """
        return self._traced.once(key, make)

    @cached_property
    def _function(self) -> ModelFunction:
        return self.function("output", lambda: {"output": self.output}, True)

    def __call__(self, x: Any) -> Array:
        """Feed forward: one sample of the input's shape, or many of them along a first axis.

        While another thread trains the network, the answer is that of one step's parameters.

        Returns an array of the network's dtype: (784,) → (10,), (n, 784) → (n, 10).

        Raises:
            DataError: the shape does not fit, or a number is NaN or infinite.
        """
        if type(x) is np.ndarray and (answer := self._function.single(x)) is not None:
            return answer
        inputs, single = self.inputs_of(x)
        output = self._outputs(inputs)
        return np.asarray(output[0]) if single else output

    def _outputs(self, inputs: Array) -> Array:
        return self.at(inputs.shape[1:])._function({"x": inputs})["output"]

    def inputs_of(self, x: Any) -> tuple[Array, bool]:
        """(samples along the first axis, whether a single one was given), checked; bytes stay bytes.

        A network that has tokens reads a text of as many tokens as it has inputs.

        Raises:
            DataError: the shape does not fit, or a number is NaN, infinite or too large for the network's dtype.
        """
        if isinstance(x, str) and self.tokens is not None:
            x = self.tokens.encode(x)
            if not lengths.fits(self.inputs, x.shape):
                raise DataError(f"the text is {counted(len(x), 'token')}, and the network takes {self.input_shape[0]}")
        if self.encoding is not None:  # by the names of its columns, whatever their order
            row = row_of(x, self.encoding.names)
            if row is not None or is_table(x):
                return as_numbers(self.encoding.encode(x if row is None else row), "x", self.dtype), row is not None
        x = in_order(x, self.columns, "x")
        compact = isinstance(x, np.ndarray) and holds(self.dtype, x.dtype)  # bytes stay bytes
        array = as_numbers(x, "x", None if compact else self.dtype)
        single = lengths.fits(self.inputs, array.shape) and not lengths.fits(self.inputs, array.shape[1:])
        if not single and not lengths.fits(self.inputs, array.shape[1:]):
            one = tuple("steps" if size is None else size for size in self.inputs)
            many = f"(n, {', '.join(map(str, one))})"
            raise DataError(
                f"{self._first_layer()} expects {_spoken(self.inputs)}, got an array of shape {array.shape}; "
                f"give one sample of shape {str(one).replace(chr(39), '')}, or many of shape {many}"
            )
        samples = array[None] if single else array
        require_whole(self._traced_at(samples.shape[1:]).looked_up, x, samples)
        return samples, single

    def _first_layer(self) -> str:
        """The first layer in words, with the name it has in the network."""
        name, layer = next(iter(self.layers.items()))
        return f"{type(layer).__name__} {name!r}"

    @in_our_words
    def predict(self, x: Any) -> Array:
        """The answer: class numbers for a softmax output, 0 or 1 for sigmoid outputs, else the values themselves.

        Where the classes have names, ``net.labels`` has them in the order of their numbers.

        >>> import glassnet as gn
        >>> gn.Network(3, gn.Activation("softmax")).predict([[0.1, 0.7, 0.2], [3, 2, 1]])
        array([1, 0])
        """
        inputs, single = self.inputs_of(x)
        decided = self.answer.decide(self._outputs(inputs))
        return np.asarray(decided[0]) if single else decided

    @property
    def is_classifier(self) -> bool:
        """Whether the outputs are probabilities: the last activation is softmax or sigmoid."""
        return self.answer is not Answer.VALUES

    def loss_of(self, given: str | Loss | None) -> Loss:
        """The given loss as an object; where none is given, the one that belongs to the kind of answer."""
        return self.answer.loss if given is None else loss_function(given)

    def penalty(self) -> float:
        """What the size of the weights adds to the loss."""
        terms = {n: d.penalty(d.var) for n, d in self._traced.declared.parameters.items() if d.penalty is not None}
        return float(sum(v.item() for v in Program(Graph(terms))(self.parameters).values()))

    # ── its layers ──────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def layers(self) -> Layers:
        """Each layer that is no container, by its name in the network, to be read.

        >>> import glassnet as gn
        >>> net = gn.Network(2, gn.Dense(3, "relu"), gn.Dense(1, name="price"))
        >>> list(net.layers)
        ['dense_1', 'price']
        >>> net.layers["dense_1"].activation
        Relu()
        """
        return Layers(self._traced.declared.layers)  # type: ignore[arg-type]  # run puts layers there, and nothing else

    def freeze(self, *names: str) -> None:
        """Keep these layers as they are in training: their parameters, and their running statistics.

        A frozen layer's parameters are not updated, not decayed, not part of the length that ``clip_norm`` bounds, and
        the optimiser remembers nothing of them. Its penalty still counts in the loss. A frozen BatchNorm normalises by
        its running statistics, in training too. :meth:`gradients` and :meth:`explain` still tell of all gradients.
        The network is saved with what is frozen in it.

        Raises:
            GlassnetError: there is no layer of that name, or it is inside a layer of your own, which is frozen whole.

        >>> import glassnet as gn
        >>> net = gn.Network(1, gn.Dense(1, weights=[[2.0]]), gn.Dense(1))
        >>> net.freeze("dense_1")
        >>> history = net.fit([[1.0], [2.0]], [[1.0], [3.0]], epochs=2)
        >>> net.parameters["dense_1.weights"]
        array([[2.]], dtype=float32)
        """
        self._set_trainable(names, False)

    def unfreeze(self, *names: str) -> None:
        """Let training change these layers again; see :meth:`freeze`.

        >>> import glassnet as gn
        >>> net = gn.Network(2, gn.Dense(3, trainable=False), gn.Dense(1))
        >>> net.unfreeze(*net.layers)
        >>> net.layers["dense_1"].trainable
        True
        """
        self._set_trainable(names, True)

    def change(self, *names: str, **settings: Any) -> None:
        """Give these layers other settings, such as a penalty or a rate of dropout; all their numbers stay.

        A training goes on with what its optimiser remembers. Initializers have done their work, so that another one
        changes nothing.

        Raises:
            GlassnetError: there is no layer of that name, no such setting, or the layer would have other parameters.

        >>> import glassnet as gn
        >>> net = gn.Network(2, gn.Dense(3, "relu"), gn.Dropout(0.1), gn.Dense(1))
        >>> net.change("dropout_1", rate=0.5)
        >>> net.change("dense_1", "dense_2", weights_penalty=gn.Penalty(l2=0.01))
        >>> net.layers["dropout_1"].rate, net.penalty() > 0
        (0.5, True)
        """
        self._retrace(with_settings(self.root, self.layers, names, settings))

    def _retrace(self, root: Sequential) -> None:
        """Trace other layers with the same parameters and running statistics; the numbers stay."""
        before, shapes = self.root, self._traced.shapes
        self._trace(root)
        if self._traced.shapes != shapes:
            self._trace(before)
            raise GlassnetError("these layers would have other parameters; make a new network of them")

    def _set_trainable(self, names: tuple[str, ...], trainable: bool) -> None:
        self._retrace(with_trainable(self.root, self.layers, names, trainable))

    # ── its numbers ─────────────────────────────────────────────────────────────────────────────────────────────────

    def arrays(self) -> dict[str, Array]:
        """A copy of every parameter and running statistic by name: all the numbers the network has, of one step."""
        with self.parameters.lock:
            return {**self.parameters.copy(), **{name: np.array(array) for name, array in self.state.items()}}

    def is_trainable(self, name: str) -> bool:
        """Whether training changes the parameter of that name: not if its layer is frozen."""
        return self._traced.declared.parameters[name].trainable

    def assign(self, arrays: Mapping[str, Array]) -> None:
        """Set parameters and running statistics by name."""
        with self.parameters.writing():
            for name, array in arrays.items():
                if name in self.state:
                    given, shape = np.array(array, self.dtype), self.state[name].shape
                    require(given.shape == shape, f"{name} has the shape {shape}, got values of shape {given.shape}")
                    self.state[name] = given
                else:
                    self.parameters.write(name, array)

    def specification(self, tensors: dict[str, Array]) -> dict[str, Any]:
        """The network without its weights, as JSON; arrays of hyperparameters go into ``tensors``."""
        return {
            "inputs": list(self.inputs),
            "dtype": self.dtype,
            "seed": self.seed,
            "layers": [to_json(layer, tensors) for layer in self.root.layers],
            "labels": self._labels(),
            "encoding": None if self.encoding is None else self.encoding.to_json(),
            **({} if self.columns is None else {"columns": list(self.columns)}),
            **({} if self.tokens is None else {"tokens": self.tokens.to_json()}),
            **({} if self.series is None else {"series": self.series.to_json()}),
        }

    def _labels(self) -> list[str] | None:
        """The labels as a list, checked: users assign what they like."""
        given: Any = self.labels
        listed = given is None or isinstance(given, tuple | list | np.ndarray)
        require(listed, f"the labels of a network are a list of texts, got {given!r:.60}")
        return None if given is None else list(given)

    def operations(self, samples: int = 1) -> Operations:
        """What feeding forward so many samples takes: multiply-adds, other operations, parameters, bytes.

        >>> import glassnet as gn
        >>> gn.Network(2, gn.Dense(3, "relu")).operations()
        Operations(multiply_adds=6, others=6, parameters=9, bytes=36)
        """
        return operations(self.graph, samples)

    def summary(self) -> summary.Summary:
        """A table of the layers, their outputs and parameters, and what one answer takes.

        >>> import glassnet as gn
        >>> gn.Network(2, gn.Dense(3, "relu"), gn.Dense(1)).summary()
        Network: 2 inputs → 1 output, float32, seed 0
        <BLANKLINE>
        name     layer  activation  output  parameters
        dense_1  Dense  relu             3           9
        dense_2  Dense  linear           1           4
        <BLANKLINE>
        13 parameters, all trainable; 52 bytes
        9 multiply-adds and 7 other operations for one answer
        """
        frozen = {name for name in self.parameters if not self.is_trainable(name)}
        return summary.of(repr(self), self.layers, self._traced, self._at_another_length(), self.parameters, frozen)

    def _repr_html_(self) -> str:
        return self.summary()._repr_html_()

    def _at_another_length(self) -> Traced:
        """The layers traced for another number of steps, where it is free; else as they are."""
        if None not in self.inputs:
            return self._traced
        return lengths.beside(
            lambda steps: self._traced_at(lengths.with_length(self.inputs, steps)), self.input_shape[0]
        )[1]

    def __repr__(self) -> str:
        outputs = _spoken(lengths.common(self.output.shape, self._at_another_length().output.shape), "output")
        return f"Network: {_spoken(self.inputs)} → {outputs}, {self.dtype}, seed {self.seed}"

    @classmethod
    def from_specification(cls, inputs: Any, layers: Any, seed: Any, dtype: Any, arrays: Mapping[str, Array]) -> Self:
        """A model with given numbers; every shape is compared before anything is allocated."""
        model = cls.described(inputs, layers, seed, dtype)
        model.take(arrays)
        return model

    @classmethod
    def described(cls, inputs: Any, layers: Any, seed: Any, dtype: Any) -> Self:
        """A model without its numbers, which :meth:`take` gives it."""
        model = cls.__new__(cls)
        model._describe(inputs, Sequential(*layers), seed, dtype)
        return model

    def require_arrays(self, arrays: Mapping[str, Array]) -> None:
        """Raise GlassnetError unless these are the arrays that the layers need, each of its shape."""
        require_shapes(arrays, self._traced.shapes)

    def take(self, arrays: Mapping[str, Array]) -> None:
        """Allocate the parameters and the running statistics, and set them to these arrays."""
        self.require_arrays(arrays)
        self._allocate()
        self.assign(arrays)

    # ── copies ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def copy(self, dtype: str | None = None) -> Self:
        """An equal network with numbers of its own: what one learns, the other does not. Its training starts anew.

        ``copy.copy`` and ``copy.deepcopy`` are the same. With a ``dtype``, the copy computes in that one.

        >>> import glassnet as gn
        >>> net = gn.Network(2, gn.Dense(1))
        >>> other = net.copy()
        >>> other.parameters["dense_1.biases"] = [7]
        >>> net.parameters["dense_1.biases"]
        array([0.], dtype=float32)
        >>> net.copy("float64").dtype
        'float64'
        """
        return deepcopy(self) if dtype is None else self._copied({}, dtype)

    def __copy__(self) -> Self:
        return deepcopy(self)

    def __sklearn_clone__(self) -> Self:
        """What scikit-learn's ``clone`` makes of a network that is a setting of an estimator: a copy."""
        return deepcopy(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self._copied(memo, self.dtype)

    def _copied(self, memo: dict[int, Any], dtype: str) -> Self:
        layers, arrays = self.root.layers, self.arrays()
        new = memo[id(self)] = self.from_specification(self.inputs, layers, self.seed, dtype, arrays)
        vars(new).update(deepcopy(self.kept(), memo), dtype=dtype)
        return new

    def kept(self) -> dict[str, Any]:
        """What a copy keeps beside specification and numbers: history, labels and what users add to a network."""
        made = {"root", "inputs", "parameters", "state"}
        return {n: value for n, value in vars(self).items() if n not in made and not n.startswith("_")}


def _spoken(shape: Sequence[int | None], noun: str = "input") -> str:
    """2 inputs; 1 output; 28 × 28 inputs; steps × 2 inputs; any number of inputs."""
    if tuple(shape) == (None,):
        return f"any number of {noun}s"
    return f"{lengths.spoken(shape)} {noun}s" if len(shape) > 1 else counted((shape or (1,))[0] or 1, noun)
