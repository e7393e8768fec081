"""The model: a function made of layers, with the numbers that it works with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np

from glassnet.data.checks import as_numbers, holds, in_order
from glassnet.data.encoding import Encoding
from glassnet.data.records import is_row, is_table
from glassnet.ir.errors import DataError, GlassnetError
from glassnet.ir.graph import Graph, Var, source
from glassnet.ir.require import require, require_count
from glassnet.ir.specification import to_json
from glassnet.ir.trace import Trace
from glassnet.ir.types import BATCH, FLOATS, Array
from glassnet.layers.containers import Sequential
from glassnet.layers.layer import Layer, run
from glassnet.layers.losses import Loss, loss_function
from glassnet.model.answer import Answer
from glassnet.model.history import History
from glassnet.model.parameters import Parameters
from glassnet.model.seeds import generator
from glassnet.readings.evaluate import Program
from glassnet.readings.operations import Operations, operations
from glassnet.readings.simplify import simplify
from glassnet.words import counted, unknown


class Model:
    """A function made of layers, with its numbers: called, described, taken apart and put together again.

    :class:`glassnet.Network` is its face, and says what its arguments and attributes are. What trains, explains and
    draws a model stands above this and takes it as an argument.
    """

    def __init__(self, inputs: int | Sequence[int], *layers: Layer, seed: int = 0, dtype: str = "float32") -> None:
        self._trace(inputs, Sequential(*layers), seed, dtype)
        self._allocate()
        for i, (name, declared) in enumerate(self._traced.parameters.items()):
            try:
                self.parameters[name] = declared.initial(declared.shape, generator(self.seed, "parameters", i))
            except GlassnetError as error:
                raise GlassnetError(f"{name}: {error}") from None

    def _trace(self, inputs: Any, root: Sequential, seed: Any, dtype: Any) -> None:
        """Trace the layers: everything about the network but its numbers; nothing is allocated."""
        sizes = inputs if isinstance(inputs, tuple | list) else (inputs,)
        self.input_shape = tuple(require_count(size, "each number of inputs") for size in sizes)
        require(dtype in FLOATS, f"the dtype of a network is float32 or float64, got {dtype!r}")
        is_seed = isinstance(seed, int | np.integer) and not isinstance(seed, bool) and 0 <= seed < 2**64
        require(bool(is_seed), f"the seed must be a whole number from 0 to 2⁶⁴ − 1, got {seed!r}")
        self.root, self.seed, self.dtype = root, int(seed), dtype
        self.labels: tuple[str, ...] | None = None
        self.encoding: Encoding | None = None
        self.columns: Sequence[str] | None = None  # of the data frame that it was trained on
        self.history = History()
        with Trace(dtype) as self._traced:
            x = source("input", "x", (BATCH, *self.input_shape), dtype)
            self.output = simplify({"output": run(root, x)})["output"]

    def _allocate(self) -> None:
        """Make room for the parameters; running statistics have their first values at once."""
        shapes = {name: declared.shape for name, declared in self._traced.parameters.items()}
        try:
            self.parameters = Parameters(shapes, self.dtype)
        except (MemoryError, ValueError):
            raise GlassnetError(f"the layers have too many weights for this machine's memory: {shapes}") from None
        self.state: dict[str, Array] = {
            name: np.full(slot.var.shape, slot.initial, self.dtype)  # type: ignore[arg-type]
            for name, slot in self._traced.state.items()
        }

    # ── the function ────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def graph(self) -> Graph:
        """The network as a graph, from the input "x" and the parameters to the "output"."""
        return Graph({"output": self.output})

    @cached_property
    def answer(self) -> Answer:
        """What the outputs are: one class of many, yes or no each, or values."""
        return Answer.of(self.output)

    @cached_property
    def _program(self) -> Program:
        return Program(self.graph)

    def __call__(self, x: Any) -> Array:
        """Feed forward: one sample of the input's shape, or many of them along a first axis.

        Returns an array of the network's dtype: (784,) → (10,), (n, 784) → (n, 10).

        Raises:
            DataError: the shape does not fit, or a number is NaN or infinite.
        """
        inputs, single = self.inputs_of(x)
        output = self._outputs(inputs)
        return np.asarray(output[0]) if single else output

    def _outputs(self, inputs: Array) -> Array:
        size = 1024
        parts = [self._forward(inputs[start : start + size]) for start in range(0, len(inputs), size)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _forward(self, x: Array) -> Array:
        return self._program({"x": np.asarray(x, self.dtype), **self.arrays()})["output"]

    def inputs_of(self, x: Any) -> tuple[Array, bool]:
        """(samples along the first axis, whether a single one was given), checked; bytes stay bytes.

        Raises:
            DataError: the shape does not fit, or a number is NaN, infinite or too large for the network's dtype.
        """
        if self.encoding is not None and is_table(x):  # by the names of its columns, whatever their order
            return as_numbers(self.encoding.encode(x), "x", self.dtype), is_row(x)
        x = in_order(x, self.columns, "x")
        compact = isinstance(x, np.ndarray) and holds(self.dtype, x.dtype)  # bytes stay bytes
        array = as_numbers(x, "x", None if compact else self.dtype)
        if array.shape == self.input_shape and array.shape[1:] != self.input_shape:
            return array[None], True
        if array.shape[1:] != self.input_shape:
            raise DataError(
                f"{self._first_layer()} expects {_spoken(self.input_shape)}, got an array of shape {array.shape}; "
                f"give one sample of shape {self.input_shape}, or many of shape {('n', *self.input_shape)}".replace(
                    "'", ""
                )
            )
        return array, False

    def _first_layer(self) -> str:
        """The first layer in words, with the name it has in the network."""
        layer: Layer = self.root
        while isinstance(layer, Sequential):
            layer = layer.layers[0]
        return f"{type(layer).__name__} {layer.name or layer.kind + '_1'!r}"

    def predict(self, x: Any) -> Array:
        """The answer: class numbers for a softmax output, 0 or 1 for sigmoid outputs, else the values themselves.

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
        """The loss by itself or by its name; the one that belongs to the kind of answer where none is given."""
        return self.answer.loss if given is None else loss_function(given)

    def penalty(self) -> float:
        """What the size of the weights adds to the loss."""
        terms = {n: d.penalty(d.var) for n, d in self._traced.parameters.items() if d.penalty is not None}
        return float(sum(v.item() for v in Program(Graph(terms))(self.parameters).values()))

    # ── its numbers ─────────────────────────────────────────────────────────────────────────────────────────────────

    def arrays(self) -> dict[str, Array]:
        """Every parameter and running statistic by name: all the numbers the network has."""
        return {**self.parameters, **self.state}

    def assign(self, arrays: Mapping[str, Array]) -> None:
        """Set parameters and running statistics by name."""
        for name, array in arrays.items():
            if name in self.state:
                self.state[name] = np.array(array, self.dtype).reshape(self.state[name].shape)
            else:
                self.parameters[name] = array

    def specification(self, tensors: dict[str, Array]) -> dict[str, Any]:
        """The network without its weights, as JSON; arrays of hyperparameters go into ``tensors``."""
        return {
            "inputs": list(self.input_shape),
            "dtype": self.dtype,
            "seed": self.seed,
            "layers": [to_json(layer, tensors) for layer in self.root.layers],
            "labels": None if self.labels is None else list(self.labels),
            "encoding": None if self.encoding is None else self.encoding.to_json(),
        }

    def operations(self, samples: int = 1) -> Operations:
        """What feeding forward so many samples takes: multiply-adds, other operations, parameters, bytes.

        >>> import glassnet as gn
        >>> gn.Network(2, gn.Dense(3, "relu")).operations()
        Operations(multiply_adds=6, others=6, parameters=9, bytes=36)
        """
        return operations(self.graph, samples)

    def __repr__(self) -> str:
        outputs = _spoken(tuple(d for d in self.output.shape[1:] if isinstance(d, int)), "output")
        return f"Network: {_spoken(self.input_shape)} → {outputs}, {self.dtype}, seed {self.seed}"

    @classmethod
    def from_specification(cls, inputs: Any, layers: Any, seed: Any, dtype: Any, arrays: Mapping[str, Array]) -> Self:
        """A model with given numbers; every shape is compared before anything is allocated."""
        model = cls.__new__(cls)
        model._trace(inputs, Sequential(*layers), seed, dtype)
        declared: dict[str, Var] = {n: d.var for n, d in model._traced.parameters.items()}
        declared |= {name: slot.var for name, slot in model._traced.state.items()}
        for name, var in declared.items():
            if name not in arrays:
                raise GlassnetError(
                    f"the file has no array {name!r}, which the layers need; it has {', '.join(arrays) or 'none'}"
                )
            if arrays[name].shape != var.shape:
                raise GlassnetError(f"{name} must have the shape {var.shape}, but was saved with {arrays[name].shape}")
        if surplus := next((name for name in arrays if name not in declared), None):
            raise GlassnetError(unknown("parameter", surplus, declared))
        model._allocate()
        model.assign(arrays)
        return model


def _spoken(shape: tuple[int, ...], noun: str = "input") -> str:
    """2 inputs; 1 output; 28 × 28 inputs."""
    return f"{' × '.join(map(str, shape))} {noun}s" if len(shape) > 1 else counted(shape[0] if shape else 1, noun)
