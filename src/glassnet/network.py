"""The network: the one object with a state, and the face of everything that can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from glassnet.data.checks import as_numbers
from glassnet.ir.errors import DataError, GlassnetError
from glassnet.ir.graph import Graph, Var, source
from glassnet.ir.require import require, require_count
from glassnet.ir.specification import to_json
from glassnet.ir.trace import Trace
from glassnet.ir.types import BATCH, FLOATS, Array
from glassnet.layers.containers import Sequential
from glassnet.layers.layer import Layer, run
from glassnet.layers.losses import Loss, loss_function, natural_loss
from glassnet.readings.differentiate import gradients
from glassnet.readings.evaluate import Program
from glassnet.readings.operations import Operations, operations
from glassnet.readings.simplify import simplify
from glassnet.train import loop
from glassnet.train.batches import Augmentation, Batch, generator
from glassnet.train.callbacks import Callback, check_callbacks
from glassnet.train.evaluation import measure
from glassnet.train.history import History
from glassnet.train.metrics import Metric, answers, metric
from glassnet.train.optimizers import Adam, Optimizer
from glassnet.train.parameters import Parameters
from glassnet.train.samples import Preparation
from glassnet.train.step import StepSettings, loss_graph, target_of
from glassnet.train.training import Training
from glassnet.words import unknown

if TYPE_CHECKING:
    from glassnet.algebra import Collapsed, Formula, Pieces, Regions
    from glassnet.canvas import Picture
    from glassnet.data.encoding import Encoding
    from glassnet.explanations import NetworkExplanation


class Network:
    """A function made of layers, with its weights: build it, call it, train it, save it.

    Args:
        inputs: the number of inputs, or their shape: 784 or (28, 28).
        layers: one or more layers, each fed by the one before.
        seed: decides the first weights and everything random in training.
        dtype: "float32" or "float64".

    Attributes:
        parameters: the weights and biases by name, over one flat buffer; assignable.
        state: running statistics by name (batch normalisation has some).
        labels: names of the classes, for showing answers, or None.
        encoding: how the columns of a table become inputs, for networks trained on tables, or None.
        history: what the last training measured after each epoch; saved with the network.

    Raises:
        GlassnetError: layers that do not fit together; the message names the layer.

    >>> import glassnet as gn
    >>> net = gn.Network(2, gn.Dense(1, weights=[[0.3], [-0.7]], biases=[0.1]), dtype="float64")
    >>> net([0.4, -0.7]).round(2)
    array([0.71])
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
        self.history = History()
        self._training: Training | None = None
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
    def _program(self) -> Program:
        return Program(self.graph)

    def __call__(self, x: Any) -> Array:
        """Feed forward: one sample of the input's shape, or many of them along a first axis.

        Returns an array of the network's dtype: (784,) → (10,), (n, 784) → (n, 10).

        Raises:
            DataError: the shape does not fit, or a number is NaN or infinite.
        """
        inputs, single = self.inputs_of(x)
        size = 1024
        parts = [self._forward(inputs[start : start + size]) for start in range(0, len(inputs), size)]
        output = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return np.asarray(output[0]) if single else output

    def _forward(self, x: Array) -> Array:
        return self._program({"x": np.asarray(x, self.dtype), **self.arrays()})["output"]

    def inputs_of(self, x: Any) -> tuple[Array, bool]:
        """(samples along the first axis, whether a single one was given), checked; bytes stay bytes.

        Raises:
            DataError: the shape does not fit, or a number is NaN or infinite.
        """
        compact = isinstance(x, np.ndarray) and x.dtype != np.float64  # bytes stay bytes
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
        output, single = self(x), self.inputs_of(x)[1]
        rows = output[None] if single else output
        if self.output.is_result_of("softmax"):
            result = answers(rows)
        elif self.output.is_result_of("sigmoid"):
            result = (rows > 0.5).astype(np.int64)
            result = result[:, 0] if result.shape[1:] == (1,) else result
        else:
            return output
        return np.asarray(result[0]) if single else result

    @property
    def is_classifier(self) -> bool:
        """Whether the outputs are probabilities: the last activation is softmax or sigmoid."""
        return self.output.is_result_of("softmax") or self.output.is_result_of("sigmoid")

    def labels_of(self, y: Array) -> Array:
        """Prepared targets as metrics take them: rows of class probabilities become class numbers."""
        return y.argmax(axis=-1) if self.output.is_result_of("softmax") and y.ndim > 1 else y

    # ── loss and gradients ──────────────────────────────────────────────────────────────────────────────────────────

    def loss(self, x: Any, y: Any, loss: str | Loss | None = None) -> float:
        """The mean loss over these samples, without penalties; the loss that belongs to the output unless named."""
        return self.evaluate(x, y, loss=loss, metrics=[])["loss"]

    def penalty(self) -> float:
        """What the size of the weights adds to the loss."""
        terms = {n: d.penalty(d.var) for n, d in self._traced.parameters.items() if d.penalty is not None}
        return float(sum(v.item() for v in Program(Graph(terms))(self.parameters).values()))

    def gradients(self, x: Any, y: Any, loss: str | Loss | None = None) -> dict[str, Array]:
        """∂(loss + penalty)/∂parameter for each parameter, on this batch, as arrays of the parameters' shapes.

        >>> import glassnet as gn
        >>> net = gn.Network(1, gn.Dense(1, weights=[[2.0]]), dtype="float64")
        >>> {name: g.tolist() for name, g in net.gradients([[3.0]], [[5.0]]).items()}
        {'dense_1.weights': [[6.0]], 'dense_1.biases': [2.0]}
        """
        chosen = self._loss(loss)
        inputs, targets, _ = Preparation(self, chosen).samples(x, y)
        with Trace(self.dtype) as trace:
            forward = loss_graph(self.root, self.input_shape, chosen, target_of(targets, False), trace)
            variables = {name: declared.var for name, declared in trace.parameters.items()}
            found = gradients(forward["loss"] + forward["penalty"], list(variables.values()))
        program = Program(Graph(simplify(dict(zip(variables, found, strict=True)))))
        return program({"x": np.asarray(inputs, self.dtype), "y": targets, **self.arrays()})

    def _loss(self, loss: str | Loss | None) -> Loss:
        return natural_loss(self.output) if loss is None else loss_function(loss)

    # ── training ────────────────────────────────────────────────────────────────────────────────────────────────────

    def fit(
        self,
        x: Any,
        y: Any = None,
        *,
        epochs: int = 10,
        batch_size: int = 32,
        optimizer: str | Optimizer = Adam(),
        loss: str | Loss | None = None,
        validation: float | tuple[Any, ...] | None = None,
        metrics: Sequence[str | Metric] | None = None,
        callbacks: Sequence[Callback] = (),
        shuffle: bool = True,
        sample_weight: Any = None,
        class_weight: dict[int, float] | None = None,
        clip_value: float | None = None,
        clip_norm: float | None = None,
        accumulate: int = 1,
        ema: float | None = None,
        augment: Augmentation | None = None,
        resume: str | Path | None = None,
        engine: str = "auto",
    ) -> History:
        """Train on samples (x, y), or on batches from an iterable of (x, y) or (x, y, sample_weight).

        Args:
            x, y: inputs (n, …) and targets: arrays, lists, frames or memory maps; or x an iterable of batches.
            epochs: how often to go through all samples; batch_size: how many make one step.
            optimizer, loss: by name or as objects; the loss follows from the last activation unless named.
            validation: a share of the samples to hold out (0.1), or (x, y) or (x, y, sample_weight).
            metrics: names such as "accuracy", "top_3", "f1", "r2", or functions (y, prediction) → float.
            sample_weight, class_weight: how much each sample, or each class, counts.
            clip_value, clip_norm: bounds for each number of the gradient, and for the length of all of it.
            accumulate: sum the gradients of so many batches for one update.
            ema: decay of a moving average of the weights, which validation and the finished network use.
            augment: changes the inputs of each training batch, ``augment(x, generator)``.
            resume: a folder of checkpoints to go on from, if it has any.
            engine: "auto" or "numpy".

        Returns the history. Ctrl-C ends training early and keeps the best weights; ``history.stopped`` says so.

        Raises:
            DataError: data that cannot be used.
            DivergenceError: the loss left the finite numbers; the network has its best weights.
        """
        require(engine in ("auto", "numpy"), f"the engine must be 'auto' or 'numpy', got {engine!r}")
        require_count(epochs, "epochs")
        require_count(batch_size, "batch_size")
        settings = StepSettings(self._loss(loss), Optimizer.of(optimizer), clip_value, clip_norm, accumulate, ema)
        measured = self._metrics(metrics)
        prepare = Preparation(self, settings.loss)
        batches, held_out = prepare.batches(x, y, batch_size, shuffle, validation, sample_weight, class_weight, augment)
        same = {"metrics": list(measured), "validation": None if held_out is None else len(held_out[0])}
        training = Training(self, settings, batches.sample(), self.seed, {**batches.describe(), **same})
        validate = None if held_out is None else lambda: measure(self, *held_out, settings.loss, measured)
        try:
            return loop.run(training, batches, epochs, measured, validate, check_callbacks(callbacks), resume)
        finally:
            self.history = training.history

    def train_on_batch(
        self,
        x: Any,
        y: Any,
        *,
        optimizer: str | Optimizer = Adam(),
        loss: str | Loss | None = None,
    ) -> float:
        """One step of the optimiser on one batch; returns the loss before it. The optimiser's state goes on.

        >>> import glassnet as gn
        >>> net = gn.Network(1, gn.Dense(1, weights="zeros"), dtype="float64")
        >>> [net.train_on_batch([[1.0]], [[2.0]], optimizer=gn.SGD(0.25)) for _ in range(3)]
        [4.0, 0.0, 0.0]
        """
        settings = StepSettings(self._loss(loss), Optimizer.of(optimizer))
        sample = Preparation(self, settings.loss).samples(x, y)
        self._training = self._continued(settings, sample)
        return self._training.step(sample, {})["loss"]

    def _continued(self, settings: StepSettings, sample: Batch) -> Training:
        """The training that train_on_batch is in the middle of, where it is of this kind; else a new one."""
        running = self._training
        if running and running.settings == settings and running.target == target_of(sample[1], False):
            return running
        return Training(self, settings, sample, self.seed)

    def evaluate(
        self,
        x: Any,
        y: Any,
        *,
        loss: str | Loss | None = None,
        metrics: Sequence[str | Metric] | None = None,
        sample_weight: Any = None,
    ) -> dict[str, float]:
        """The loss and the metrics over these samples: ``{"loss": …, "accuracy": …}``.

        >>> import glassnet as gn
        >>> net = gn.Network(2, gn.Activation("softmax"))
        >>> net.evaluate([[9.0, 0.0], [0.0, 9.0]], [0, 0], metrics=["accuracy"])["accuracy"]
        0.5
        """
        chosen = self._loss(loss)
        samples = Preparation(self, chosen).samples(x, y, sample_weight)
        return measure(self, *samples, chosen, self._metrics(metrics))

    def _metrics(self, given: Sequence[str | Metric] | None) -> dict[str, Metric]:
        if given is None:
            given = ["accuracy"] if self.is_classifier else ["mae"]
        require(not isinstance(given, str), f"metrics must be a list, got {given!r}; write [{given!r}]")
        return dict(metric(one) for one in given)

    # ── keeping and looking ─────────────────────────────────────────────────────────────────────────────────────────

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

    def save(self, path: str | Path) -> None:
        """Write the network to one safetensors file, atomically; see docs/file-format.md."""
        from glassnet.model_file import save

        save(self, path)

    def explain(
        self,
        x: Any,
        y: Any = None,
        *,
        loss: str | Loss | None = None,
        optimizer: str | Optimizer | None = None,
        whole: bool = False,
    ) -> NetworkExplanation:
        """The arithmetic of every neuron, in the lecture's notation; print it, or ask for any one number.

        Args:
            x: one sample, or a batch of them.
            y: its target, to ask for the loss and gradients; optimizer: to ask for updates.
            whole: show every neuron of wide layers and every term of long sums, instead of the largest and the rest.

        >>> import glassnet as gn
        >>> net = gn.Network(2, gn.Dense(1, "relu", weights=[[0.3], [-0.7]], biases=[0.1], name="w"), dtype="float64")
        >>> explanation = net.explain([0.4, -0.7], [1.0], optimizer=gn.SGD(0.5))
        >>> print(explanation)
        w
          w = (0.4)(0.3) + (-0.7)(-0.7) + 0.1 = 0.71
          relu(w) = relu(0.71) = 0.71
        <BLANKLINE>
        loss
          loss = (0.71 - 1)^2 = 0.0841
        >>> print(explanation.gradient("w.weights[0,0]"))
        ∂loss/∂w.weights[0, 0] = (0.4)(-0.58) = -0.232
        >>> print(explanation.update("w.weights[0,0]"))
        new w.weights[0, 0] = 0.3 - (0.5)(-0.232) = 0.416
        """
        from glassnet.explanations import NetworkExplanation

        array, single = self.inputs_of(x)
        chosen = self._loss(loss)
        target = None if y is None else Preparation(self, chosen).samples(array, [y] if single else y)[1]
        training = None
        if target is not None and optimizer is not None:
            training = self._continued(StepSettings(chosen, Optimizer.of(optimizer)), (array, target, None))
        return NetworkExplanation(self, array, target, chosen, training, whole)

    def draw(self, path: str | Path | None = None, x: Any = None, *, dark: bool | None = None) -> Picture:
        """The picture of the network: neurons, weights, biases and, for one sample ``x``, the values.

        Args:
            path: a .svg, .pdf or .png file to write as well.
            x: one sample of the input's shape.
            dark: dark or light; None follows the reader's system in SVG, and is light otherwise.

        Returns a picture that notebooks show. Layers of up to 8 neurons show every number; of wide ones 24 neurons are
        drawn, and the others counted.

        Raises:
            GlassnetError: several samples, another kind of file, or one that cannot be written.

        >>> import glassnet as gn
        >>> net = gn.Network(2, gn.Dense(1, weights=[[0.3], [-0.7]], biases=[0.1]), dtype="float64")
        >>> net.draw(x=[0.4, -0.7]).description
        'Input: 2 neurons; u has value 0.4; v has value −0.7. Output: dense_1, 1 neuron, linear; \
y has weight 0.3 from u, weight −0.7 from v, bias 0.1, value 0.71.'
        """
        from glassnet.inspection.drawing.network import draw

        array = None if x is None else self.inputs_of(x)[0]
        require(array is None or len(array) == 1, "one sample is drawn at a time; give x of the input's shape")
        return draw(self, array, dark).saved(path)

    # ── the algebra ─────────────────────────────────────────────────────────────────────────────────────────────────

    def formula(
        self, neuron: str | None = None, *, symbols: bool = False, inputs: str | Sequence[str] | None = None
    ) -> Formula:
        """What the outputs, or one neuron, are of the inputs, as SymPy expressions with exact fractions.

        Args:
            neuron: its name as in explanations, such as "a1"; its value after the activation.
            symbols: letters instead of the weights' numbers: the whole expansion, w1_12 leading from input 1 to
                neuron 2 of layer 1.
            inputs: names for the inputs, such as "u v"; x, or u and v, or x1, x2, … where none are given.

        Raises:
            GlassnetError: the formula would be too long to read, or an operation has none.

        >>> import glassnet as gn
        >>> net = gn.Network(2, gn.Dense(1, "relu", weights=[[0.3], [-0.7]], biases=[0.1]))
        >>> print(net.formula())
        y = max(0, 0.3u - 0.7v + 0.1)
        >>> print(net.formula(symbols=True, inputs="s t"))
        y = max(0, w1_11·s + w1_21·t + b1_1)
        """
        from glassnet.algebra import formula

        return formula(self, neuron, symbols, inputs)

    def collapse(self, *, inputs: str | Sequence[str] | None = None) -> Collapsed:
        """A network of linear layers multiplied into one, y = x A + c, in exact fractions; print it for each product.

        Raises:
            GlassnetError: an operation is not linear (its name and layer are said), or the network is too large.

        >>> import glassnet as gn
        >>> net = gn.Network(1, gn.Dense(2, weights=[[0.5, 2]]), gn.Dense(1, weights=[[0.2], [-1]], biases=[0.3]))
        >>> print(net.collapse().formula)
        y = -1.9x + 0.3
        """
        from glassnet.algebra import collapse

        return collapse(self, inputs)

    def simplify(self) -> Network:
        """A new network that gives equal outputs, up to rounding, with fewer layers where linear ones are neighbours.

        Layers that only act in training (dropout) are left out and batch normalisation becomes part of its neighbour:
        the new network is for use, not for more training. Nothing is merged that would take more arithmetic.

        >>> import glassnet as gn
        >>> net = gn.Network(784, gn.Rescale(1 / 255), gn.Dense(64), gn.BatchNorm(), gn.Dense(10, "softmax"))
        >>> print(net.simplify().operations())
        7,840 multiply-adds and 20 other operations; 7,850 parameters, 31,400 bytes
        """
        from glassnet.algebra import simplify

        return simplify(self)

    def pieces(
        self, neuron: str | None = None, *, before_activation: bool = False, inputs: str | Sequence[str] | None = None
    ) -> Pieces:
        """The lines that a network of one input with corners (relu, leaky relu, …) consists of, in exact fractions.

        Args:
            neuron: its name, where it is not the only output; before_activation: what goes into its activation.

        Raises:
            GlassnetError: more than one input, or an operation that is not piecewise linear.

        >>> import glassnet as gn
        >>> net = gn.Network(1, gn.Dense(2, "relu", weights=[[1, -2]], biases=[0, 1]), gn.Dense(1, weights=[[1], [1]]))
        >>> print(net.pieces())
        y = -2x + 1  for x ≤ 0
        y = -x + 1   for 0 ≤ x ≤ 0.5
        y = x        for 0.5 ≤ x
        """
        from glassnet.algebra import pieces

        return pieces(self, neuron, before_activation, inputs)

    def regions(
        self,
        low: float | tuple[float, float] = -1,
        high: float | tuple[float, float] = 1,
        neuron: str | None = None,
        *,
        before_activation: bool = False,
        inputs: str | Sequence[str] | None = None,
    ) -> Regions:
        """The polygons on which a network of two inputs with corners is linear, in a window; ``.plot()`` draws them.

        Args:
            low, high: the window's lower left and upper right corner; a number for both coordinates.
            neuron, before_activation: as in :meth:`pieces`.

        Raises:
            GlassnetError: not two inputs, or an operation that is not piecewise linear.

        >>> import glassnet as gn
        >>> net = gn.Network(2, gn.Dense(1, "relu", weights=[[0.3], [-0.6]], biases=[0.1]))
        >>> print(net.regions(-1, 1))
        2 linear regions, the largest first:
        y = 0.3u - 0.6v + 0.1
        y = 0
        """
        from glassnet.algebra import regions

        return regions(self, low, high, neuron, before_activation, inputs)

    # ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def operations(self, samples: int = 1) -> Operations:
        """What feeding forward so many samples takes: multiply-adds, other operations, parameters, bytes.

        >>> import glassnet as gn
        >>> gn.Network(2, gn.Dense(3, "relu")).operations()
        Operations(multiply_adds=6, others=6, parameters=9, bytes=36)
        """
        return operations(self.graph, samples)

    def summary(self) -> str:
        """A table of the parameters, their shapes and numbers, and the operations that one sample takes.

        >>> import glassnet as gn
        >>> print(gn.Network(2, gn.Dense(3, "relu"), gn.Dense(1)).summary())
        Network: 2 inputs → 1 output, float32, seed 0
        dense_1.weights  (2, 3)  6
        dense_1.biases     (3,)  3
        dense_2.weights  (3, 1)  3
        dense_2.biases     (1,)  1
        9 multiply-adds and 7 other operations; 13 parameters, 52 bytes
        """
        rows = [(name, str(array.shape), f"{array.size:,}") for name, array in self.parameters.items()]
        widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
        lines = [f"{n:<{widths[0]}}  {shape:>{widths[1]}}  {size:>{widths[2]}}" for n, shape, size in rows]
        return "\n".join([repr(self), *lines, str(self.operations())])

    def __repr__(self) -> str:
        outputs = _spoken(tuple(d for d in self.output.shape[1:] if isinstance(d, int)), "output")
        return f"Network: {_spoken(self.input_shape)} → {outputs}, {self.dtype}, seed {self.seed}"

    @classmethod
    def _from_specification(cls, inputs: Any, layers: Any, seed: Any, dtype: Any, arrays: Mapping[str, Array]) -> Self:
        """A network with given numbers; every shape is compared before anything is allocated."""
        network = cls.__new__(cls)
        network._trace(inputs, Sequential(*layers), seed, dtype)
        declared: dict[str, Var] = {n: d.var for n, d in network._traced.parameters.items()}
        declared |= {name: slot.var for name, slot in network._traced.state.items()}
        for name, var in declared.items():
            if name not in arrays:
                raise GlassnetError(
                    f"the file has no array {name!r}, which the layers need; it has {', '.join(arrays) or 'none'}"
                )
            if arrays[name].shape != var.shape:
                raise GlassnetError(f"{name} must have the shape {var.shape}, but was saved with {arrays[name].shape}")
        if surplus := next((name for name in arrays if name not in declared), None):
            raise GlassnetError(unknown("parameter", surplus, declared))
        network._allocate()
        network.assign(arrays)
        return network


def _spoken(shape: tuple[int, ...], noun: str = "input") -> str:
    """2 inputs; 1 output; 28 × 28 inputs."""
    plural = "" if shape in ((1,), ()) else "s"
    return f"{' × '.join(map(str, shape)) or 1} {noun}{plural}"
