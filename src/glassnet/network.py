"""The network: the face of everything that can be done with a model. There is no arithmetic here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from glassnet.compile import resolved
from glassnet.data.checks import require_same_rows
from glassnet.ir.elsewhere import in_our_words
from glassnet.ir.require import require, require_count, require_flag
from glassnet.ir.types import Array
from glassnet.layers.losses import Loss
from glassnet.model import file
from glassnet.model.history import History
from glassnet.model.model import Model
from glassnet.train import loop, steps
from glassnet.train.adaptation import adapt, far_from_unit_scale, needs_adapting
from glassnet.train.batches import ArrayBatches, Augmentation, Batch
from glassnet.train.callbacks import check_callbacks
from glassnet.train.evaluation import gradients_of, measure
from glassnet.train.identity import Identity
from glassnet.train.metrics import Metric, metrics_by_name, require_measurable
from glassnet.train.optimizers import Adam, Optimizer
from glassnet.train.preparation import Preparation
from glassnet.train.progress import shown
from glassnet.train.snapshot import Snapshot, still
from glassnet.train.step import StepSettings
from glassnet.train.training import Callback, Training

if TYPE_CHECKING:
    from glassnet.canvas import Picture
    from glassnet.inspection.algebra.collapse import Collapsed
    from glassnet.inspection.algebra.formula import Formula
    from glassnet.inspection.algebra.pieces import Pieces
    from glassnet.inspection.algebra.regions import Regions
    from glassnet.inspection.explanations import NetworkExplanation
    from glassnet.inspection.profile import Profile


class Network(Model):
    """A function made of layers, with its weights: build it, call it, train it, save it.

    Args:
        inputs: the number of inputs, or their shape: 784 or (28, 28); (None, 2) for any number of steps of 2 features.
        layers: one or more layers, each fed by the one before.
        seed: decides the first weights and everything random in training.
        dtype: "float32" or "float64".

    Attributes:
        parameters: the weights and biases by name, over one flat buffer; assignable.
        state: running statistics by name (batch normalisation has some).
        labels: names of the classes, for showing answers, or None.
        encoding: how the columns of a table become inputs, for networks trained on tables, or None.
        tokens: how text becomes inputs, for networks trained on text, or None; assign those of ``gn.data.text``.
        series: which columns of a table a forecast is made from, or None; assign those of ``gn.data.series``.
        history: what the last training measured after each epoch; saved with the network.

    Raises:
        GlassnetError: layers that do not fit together; the message names the layer.

    >>> import glassnet as gn
    >>> net = gn.Network(2, gn.Dense(1, weights=[[0.3], [-0.7]], biases=[0.1]), dtype="float64")
    >>> net([0.4, -0.7]).round(2)
    array([0.71])
    """

    _training: Training | None = None

    # ── loss and gradients ──────────────────────────────────────────────────────────────────────────────────────────

    def loss(self, x: Any, y: Any, loss: str | Loss | None = None) -> float:
        """The mean loss over these samples, without penalties; the loss that belongs to the output unless named."""
        return self.evaluate(x, y, loss=loss, metrics=[])["loss"]

    def gradients(self, x: Any, y: Any, loss: str | Loss | None = None) -> dict[str, Array]:
        """∂(loss + penalty)/∂parameter for each parameter, on this batch, as arrays of the parameters' shapes.

        >>> import glassnet as gn
        >>> net = gn.Network(1, gn.Dense(1, weights=[[2.0]]), dtype="float64")
        >>> {name: g.tolist() for name, g in net.gradients([[3.0]], [[5.0]]).items()}
        {'dense_1.weights': [[6.0]], 'dense_1.biases': [2.0]}
        """
        return gradients_of(self, x, y, self.loss_of(loss))

    # ── training ────────────────────────────────────────────────────────────────────────────────────────────────────

    @in_our_words
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
        reset: bool = False,
        engine: str = "auto",
        precision: str = "normal",
        progress: bool | None = None,
    ) -> History:
        """Train on samples (x, y), or on batches from an iterable of (x, y) or (x, y, sample_weight).

        A network goes on from where its training ended: with equal settings, fitting for one epoch k times gives, bit
        for bit, what ``epochs=k`` gives. The order of the samples and all random numbers always go on; the optimiser's
        memory does where the settings of the step (optimizer, loss, clipping, accumulate, ema) are equal, and starts
        anew otherwise, with a warning in Python's log. The history goes on; callbacks and the learning rate's
        schedule begin anew in each call. A network that was loaded, or was given back the weights of an earlier epoch,
        starts anew.

        Args:
            x, y: inputs (n, …) and targets: arrays, lists, frames or memory maps; or x an iterable of batches.
            epochs: how often to go through all samples from now on; batch_size: how many make one step.
            optimizer, loss: by name or as objects; the loss follows from the last activation unless named.
            validation: a share of the samples to hold out (0.1), or (x, y) or (x, y, sample_weight).
            metrics: names such as "accuracy", "top_3", "f1", "r2", or functions (y, prediction) → float.
            sample_weight, class_weight: how much each sample, or each class, counts.
            clip_value, clip_norm: bounds for each number of the gradient, and for the length of all of it.
            accumulate: sum the gradients of so many batches for one update.
            ema: decay of a moving average of the weights, which validation and the finished network use.
            augment: changes the inputs of each training batch, ``augment(x, generator)``.
            resume: a folder of checkpoints to go on from, if it has any, and to bring the call that was stopped to its
                end: ``epochs`` are those of that call.
            reset: start anew from the weights as they are, with no memory of an earlier training.
            engine: "numpy" runs the step operation by operation; "compiled" runs machine code made for this network,
                many times faster, with other last bits; "auto" begins with the one and goes on with the other when
                that pays, after a number of steps that follows from the network, the batch size and the settings.
                ``history.engine`` says what was done.
            precision: "portable" gives the same bits on every processor, whatever its vectors, by the compiled engine
                from the first step on; validation too.
            progress: whether to show how far the training is; None shows it in a terminal or a notebook, where a person
                watches, if the training takes longer than half a second, and nowhere else.

        Returns the history. Ctrl-C (or a SIGTERM or SIGHUP) ends training after the step it is in, and keeps the best
        weights; ``history.stopped`` says so. A second one ends it at once.

        Raises:
            DataError: data that cannot be used.
            DivergenceError: the loss left the finite numbers; the network has its best weights.
            GlassnetError: settings that make no sense, or another thread is training the network.
        """
        resolved(engine, precision)  # refuses what there is not
        require_count(epochs, "epochs")
        require_count(batch_size, "batch_size")
        require_flag(shuffle, "shuffle")
        require_flag(reset, "reset")
        settings = StepSettings(self.loss_of(loss), Optimizer.of(optimizer), clip_value, clip_norm, accumulate, ema)
        prepare = Preparation(self, settings.loss)
        batches, held_out = prepare.batches(x, y, batch_size, shuffle, validation, sample_weight, class_weight, augment)
        known = batches.x if isinstance(batches, ArrayBatches) else batches.sample()[0]
        if needs_adapting(self) and isinstance(batches, ArrayBatches):
            adapt(self, known)
        sample, before = batches.sample(), None if reset else self._training
        measured = self._metrics(metrics, sample)
        same = {"metrics": list(measured), "validation": None if held_out is None else len(held_out[0])}
        identity = Identity(batches, held_out, measured, self.dtype)
        told = {**batches.describe(), **same}
        training = Training(self, settings, sample, told, measured, identity, before, engine, precision)

        def validate() -> dict[str, float]:
            assert held_out is not None
            return measure(self, *held_out, settings.loss, measured, training.engine, training.position["epoch"])

        if before is None and (said := far_from_unit_scale(self, known)):
            training.note(said)
        given = check_callbacks(callbacks)
        with self.parameters.trained():
            try:
                with shown(progress) as live:
                    return loop.run(training, batches, epochs, validate if held_out else None, [*given, *live], resume)
            finally:
                self.history = training.history
                self._training = training if training.can_go_on else None

    def adapt(self, x: Any) -> None:
        """Give the network's Standardize layers the means and deviations of these inputs; the first fit does it itself.

        Streams of batches are not read beforehand: adapt the network to a part of them, then call fit.
        """
        adapt(self, self.inputs_of(x)[0])

    @in_our_words
    def train_on_batch(
        self,
        x: Any,
        y: Any,
        *,
        optimizer: str | Optimizer = Adam(),
        loss: str | Loss | None = None,
    ) -> float:
        """One step of the optimiser on one batch; returns the loss before it. It goes on from the training before.

        >>> import glassnet as gn
        >>> net = gn.Network(1, gn.Dense(1, weights="zeros"), dtype="float64")
        >>> [net.train_on_batch([[1.0]], [[2.0]], optimizer=gn.SGD(0.25)) for _ in range(3)]
        [4.0, 0.0, 0.0]
        """
        settings = StepSettings(self.loss_of(loss), Optimizer.of(optimizer))
        sample = Preparation(self, settings.loss).samples(x, y)
        self._training = self._continued(settings, sample)
        return steps.on_batch(self._training, sample)

    def batches(
        self, x: Any, y: Any, *, batch_size: int = 32, epoch: int = 0, shuffle: bool = True
    ) -> Iterator[tuple[Array, Array]]:
        """The batches of an epoch as :meth:`fit` takes them, to be trained on one by one; 0 is the first epoch.

        >>> import glassnet as gn
        >>> x, y = gn.data.xor(samples=50)
        >>> fitted, stepped = (gn.Network(2, gn.Dense(1, "sigmoid"), seed=3) for _ in range(2))
        >>> history = fitted.fit(x, y, epochs=2, batch_size=20)
        >>> for epoch in range(2):
        ...     for some, targets in stepped.batches(x, y, batch_size=20, epoch=epoch):
        ...         loss = stepped.train_on_batch(some, targets)
        >>> bool((stepped.parameters.buffer == fitted.parameters.buffer).all())
        True
        """
        require_count(batch_size, "batch_size")
        require(isinstance(epoch, int) and epoch >= 0, f"epochs are counted from 0, got {epoch!r}")
        made, _ = Preparation(self, self.loss_of(None)).batches(x, y, batch_size, shuffle)
        return ((inputs, targets) for inputs, targets, _ in made.epoch(epoch, 0))

    def snapshot(self) -> Snapshot:
        """All that training goes on from: the numbers, the layers' settings, what the optimiser remembers, the counts.

        >>> import glassnet as gn
        >>> net = gn.Network(1, gn.Dense(1, weights="zeros"), dtype="float64")
        >>> before = net.snapshot()
        >>> steps = [net.train_on_batch([[1.0]], [[2.0]], optimizer=gn.Adam(0.5)) for _ in range(3)]
        >>> net.restore(before)
        >>> steps == [net.train_on_batch([[1.0]], [[2.0]], optimizer=gn.Adam(0.5)) for _ in range(3)]
        True
        """
        return Snapshot(self.root, self.arrays(), still(self._training, self))

    def restore(self, snapshot: Snapshot) -> None:
        """Be as at a :meth:`snapshot`, bit for bit, and train on from there; it can be restored again and again.

        Raises:
            GlassnetError: it is of a network with other parameters.
        """
        if snapshot.root is not self.root:
            self._retrace(snapshot.root)
        self.assign(snapshot.arrays)
        self._training = still(snapshot.training, self)
        if self._training:
            self.history = self._training.history

    @property
    def training(self) -> Training | None:
        """The training that the network is in: its position, and the whole step as a graph; None before the first.

        >>> import glassnet as gn
        >>> net = gn.Network(1, gn.Dense(1))
        >>> loss = net.train_on_batch([[1.0]], [[2.0]])
        >>> net.training.position["step"], net.training.operations(samples=10).multiply_adds
        (1, 20)
        """
        return self._training

    def _continued(self, settings: StepSettings, sample: Batch) -> Training:
        """The network's last training, if its steps are of this kind; else a new one, which follows it."""
        running = self._training
        if running and running.is_step_of(self, settings, sample) and running.has_its_weights:
            return running
        return Training(self, settings, sample, before=running)

    def _next(self, settings: StepSettings, batch: Batch) -> Training:
        """The training whose next step on this batch an explanation shows: the one that goes on, if its steps are such.

        Where no more than its loss and optimiser are said, its other settings stay: clipping, accumulating, averaging.
        """
        running = self._training
        if running is None or settings not in (running.settings, running.settings.plain):
            return self._continued(settings, batch)
        following = self._continued(running.settings, batch)
        following.began["schedule"] = running.began["schedule"]
        return following

    @in_our_words
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
        chosen = self.loss_of(loss)
        samples = Preparation(self, chosen).samples(x, y, sample_weight)
        return measure(self, *samples, chosen, self._metrics(metrics, samples))

    def _metrics(self, given: Sequence[str | Metric] | None, samples: Batch) -> dict[str, Metric]:
        """The metrics by name: those that belong to the targets of these samples where none are given."""
        inputs, targets, _ = samples
        counts = self.is_classifier or targets.dtype == np.int64
        chosen = metrics_by_name((["accuracy"] if counts else ["mae"]) if given is None else given)
        require_measurable(chosen, self.answer.labels(targets), self.at(inputs.shape[1:]).output)
        return chosen

    def profile(
        self,
        x: Any,
        y: Any = None,
        *,
        batch_size: int = 32,
        optimizer: str | Optimizer = Adam(),
        loss: str | Loss | None = None,
        engine: str = "auto",
    ) -> Profile:
        """Where the time goes: the instructions of a training step on the first samples, by the clock, layer by layer.

        Without targets it is that of one answer to all of x. GFLOP/s, 10⁹ multiplications and additions a second, stand
        beside the processor's measured peak. The network stays as it is.

        >>> import glassnet as gn
        >>> net = gn.Network(784, gn.Dense(128, "relu"), gn.Dense(10, "softmax"))
        >>> profile = net.profile(np.zeros((64, 784)), np.zeros(64, int), batch_size=64)
        >>> profile.title
        'A training step of 64 samples, compiled, in one thread'
        >>> list(profile.by_layer())
        ['x', 'dense_1', 'dense_2', 'loss', 'optimizer']
        """
        from glassnet.inspection.profile import profile_of_call, profile_of_step

        if y is None:
            given, _ = self.inputs_of(x)
            return profile_of_call(self.at(given.shape[1:]), given, engine)
        settings = StepSettings(self.loss_of(loss), Optimizer.of(optimizer))
        inputs, targets, _ = Preparation(self, settings.loss).samples(x, y)
        return profile_of_step(self, (inputs[:batch_size], targets[:batch_size], None), settings, engine)

    # ── keeping and looking ─────────────────────────────────────────────────────────────────────────────────────────

    def save(self, path: str | Path) -> None:
        """Write the network to one safetensors file, whole or not at all; see docs/file-format.md.

        An older model of that name is replaced, and no other file.

        Raises:
            ModelFileError: the file cannot be written, another file has that name, or :meth:`load` would refuse the
                model: with weights that are NaN, say, or a layer that is a plain class.
        """
        file.save(self, path)

    def __reduce__(self) -> tuple[Any, ...]:
        """How to pickle it, for process pools: the specification and arrays of a model file, never code."""
        specified = {"input_shape", "dtype", "seed", "labels", "encoding", "columns", "tokens", "series"}
        kept = {name: value for name, value in self.kept().items() if name not in specified}
        return file.unpickled, (type(self), *file.contents(self)), kept

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a network that :meth:`save` wrote; "digits" and "convolution" are the digit readers of Glassnet.

        Raises:
            ModelFileError: the file is damaged, hostile, from a later version, or not a network.

        >>> import glassnet as gn, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     gn.Network(2, gn.Dense(1)).save(folder + "/net.safetensors")
        ...     gn.load(folder + "/net.safetensors")
        Network: 2 inputs → 1 output, float32, seed 0
        """
        return file.load(path, cls)

    def explain(
        self,
        x: Any,
        y: Any = None,
        *,
        loss: str | Loss | None = None,
        optimizer: str | Optimizer | None = None,
        sample_weight: Any = None,
        class_weight: dict[int, float] | None = None,
        clip_value: float | None = None,
        clip_norm: float | None = None,
        accumulate: int = 1,
        ema: float | None = None,
        whole: bool = False,
    ) -> NetworkExplanation:
        """The arithmetic of every neuron, in the lecture's notation; print it, or ask for any one number.

        Args:
            x: one sample, or a batch of them.
            y: its target, to ask for the loss and gradients.
            loss: as in :meth:`fit`; sample_weight, class_weight: how much each sample, or each class, counts.
            optimizer: to ask for updates; of a network in training, the next ones of that training if none is given.
            clip_value, clip_norm, accumulate, ema: what :meth:`fit` makes of such a step. Where the training before has
                this loss and optimizer and none of them is given, its own stay.
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
        ∂loss/∂w.weights[0, 0] = u · δw = (0.4)(-0.58) = -0.232, for the weight from u to w
        >>> round(float(explanation.update("w.weights[0,0]").value), 3)
        0.416
        """
        from glassnet.inspection.explanations import NetworkExplanation

        array, single = self.inputs_of(x)
        if not single:
            require_same_rows({"x": x, "y": y, "sample_weight": sample_weight})
        seen, chosen, running = self.at(array.shape[1:]), self.loss_of(loss), self._training
        more = clip_value, clip_norm, accumulate, ema
        if y is None:
            nothing = optimizer is sample_weight is class_weight is None and more == (None, None, 1, None)
            require(nothing, "an optimizer, its settings and weights of samples need a target: give y, too")
            return NetworkExplanation(seen, (array, None, None), chosen, None, whole)
        weight = [sample_weight] if single and sample_weight is not None else sample_weight
        batch = Preparation(self, chosen).samples(array, [y] if single else y, weight, class_weight)
        rule = None if optimizer is None else Optimizer.of(optimizer)
        if rule is None and running is not None and running.settings.loss == chosen:
            rule = running.settings.optimizer
        require(rule is not None or more == (None, None, 1, None), "such a step is an optimizer's: give optimizer, too")
        training = None if rule is None else self._next(StepSettings(chosen, rule, *more), batch)
        return NetworkExplanation(seen, batch, chosen, training, whole)

    def draw(
        self,
        path: str | Path | None = None,
        x: Any = None,
        y: Any = None,
        *,
        loss: str | Loss | None = None,
        dark: bool | None = None,
        colors: str = "signs",
        weights: bool = True,
        labels: bool = True,
        most: int = 24,
    ) -> Picture:
        """The picture of the network: neurons, weights, biases and, for one sample ``x``, the values.

        With its target ``y`` the picture is of learning: on each edge the gradient of the loss for its weight, in each
        neuron its δ, which is that for its bias too.

        Args:
            path: a .svg, .pdf, .png or .tex file (TikZ) to write as well.
            x, y: one sample of the input's shape, and its target.
            loss: as in :meth:`fit`, where there is a target.
            dark: dark or light; None follows the reader's system in SVG, and is light otherwise.
            colors: "signs", blue and orange; or "ink", black and white: signs are then seen by the dashes.
            weights: False draws all lines alike, and no biases: the network's shape.
            labels: False writes nothing on neurons and lines, which are smaller then.
            most: how many neurons of a layer are drawn; the others are counted.

        Returns a picture that notebooks show. Layers of up to 8 neurons show every number.

        Raises:
            GlassnetError: several samples, another kind of file, or one that cannot be written; colours that there are
                not, or fewer than 2 or more than 1,000 neurons of a layer.

        >>> import glassnet as gn
        >>> net = gn.Network(2, gn.Dense(1, weights=[[0.3], [-0.7]], biases=[0.1]), dtype="float64")
        >>> net.draw(x=[0.4, -0.7]).description
        'Input: 2 neurons; u has value 0.4; v has value −0.7. Output: dense_1, 1 neuron, linear; \
y has weight 0.3 from u, weight −0.7 from v, bias 0.1, value 0.71.'
        >>> net.draw(x=[0.4, -0.7], y=1).description
        'Input: 2 neurons; u has value 0.4, ∂loss/∂u = −0.174; v has value −0.7, ∂loss/∂v = 0.406. \
Output: dense_1, 1 neuron, linear; y has gradient −0.232 from u, gradient 0.406 from v, δy −0.58.'
        """
        from glassnet.inspection.drawing.columns import Look
        from glassnet.inspection.drawing.learning import Learning
        from glassnet.inspection.drawing.network import draw

        require(y is None or x is not None, "gradients are of the loss for one sample: give x too")
        require(y is not None or loss is None, "a loss compares with a target: give y too")
        array = None if x is None else self.inputs_of(x)[0]
        require(array is None or len(array) == 1, "one sample is drawn at a time; give x of the input's shape")
        seen, learning = self if array is None else self.at(array.shape[1:]), None
        if array is not None and y is not None:
            chosen = self.loss_of(loss)
            target = Preparation(self, chosen).samples(array, [y])[1]
            learning = Learning(seen, array, target, chosen)
        return draw(seen, array, learning, dark, colors=colors, look=Look(weights, labels, most)).saved(path)

    # ── the algebra ─────────────────────────────────────────────────────────────────────────────────────────────────

    def formula(
        self, neuron: str | None = None, *, symbols: bool = False, inputs: str | Sequence[str] | None = None
    ) -> Formula:
        """What the outputs, or one neuron, are of the inputs, as SymPy expressions with exact fractions.

        Args:
            neuron: its name as in explanations: "a1" for its sum, "relu(a1)" for its value after the activation.
            symbols: letters instead of the weights' numbers: the whole expansion, w1_12 leading from input 1 to
                neuron 2 of layer 1.
            inputs: names for the inputs, such as "u v"; x, or u and v, or x1, x2, … where none are given.

        Raises:
            GlassnetError: the formula would be too long to read, or an operation has none.

        >>> import glassnet as gn
        >>> net = gn.Network(2, gn.Dense(1, "relu", weights=[[0.3], [-0.7]], biases=[0.1]))
        >>> print(net.formula())
        relu(y) = max(0, 0.3u - 0.7v + 0.1)
        >>> print(net.formula(symbols=True, inputs="s t"))
        relu(y) = max(0, w1_11·s + w1_21·t + b1_1)
        """
        from glassnet.inspection.algebra.formula import formula

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
        from glassnet.inspection.algebra.collapse import collapse

        return collapse(self, inputs)

    def receptive_field(self, neuron: str | None = None) -> Array:
        """Which numbers of the input a neuron is computed from: True or False for each, in the input's shape.

        Args:
            neuron: its name, where it is not the only output: "b3_1_2" is a convolution's number at the third row, the
                first column and the second filter.

        Raises:
            GlassnetError: there is no such neuron, or it is computed by too many numbers.

        >>> import glassnet as gn
        >>> net = gn.Network(6, gn.Conv1D(1, 3), gn.Conv1D(1, 2, name="w"))
        >>> net.receptive_field("w2_1")
        array([False,  True,  True,  True,  True, False])
        """
        from glassnet.inspection.fields import receptive_field

        return receptive_field(self, neuron)

    def relevance(
        self, x: Any, neuron: str | None = None, how: str = "gradient", *, layer: str | None = None, size: int = 3
    ) -> Array:
        """What in one sample speaks for a neuron: numbers above 0; below 0 what speaks against it.

        Args:
            x: one sample.
            neuron: its name, such as "y3", where it is not the only output. Before a softmax is the better place:
                after it, all classes speak.
            how: "gradient", ∂neuron/∂x · x for each number of the input, which of a linear network are its terms;
                "grad-cam", the feature maps of a layer, each weighted by the mean of the neuron's gradient over it,
                summed, and 0 where that is below 0: of shape (rows, columns) of the layer (Selvaraju et al. 2017);
                "occlusion", how much smaller the neuron becomes where a square of the picture is covered with zeros,
                of shape (rows, columns), the mean over the squares that cover a place (Zeiler & Fergus 2014).
            layer: of grad-cam, by default the last layer before the neuron that makes pictures.
            size: of occlusion, how many rows and columns are covered at a time.

        >>> import glassnet as gn
        >>> gn.Network(3, gn.Dense(1, weights=[[2], [0], [-1]])).relevance([1, 5, 3])
        array([ 2.,  0., -3.], dtype=float32)
        """
        from glassnet.inspection.relevance import relevance

        array, single = self.inputs_of(x)
        require(single or len(array) == 1, "one sample at a time: give x of the input's shape")
        return relevance(self.at(array.shape[1:]), array, neuron, how, layer, size)

    def simplify(self) -> Network:
        """A new network that gives equal outputs, up to rounding, with fewer layers where linear ones are neighbours.

        Layers that only act in training (dropout) are left out and batch normalisation becomes part of its neighbour:
        the new network is for use, not for more training. Nothing is merged that would take more arithmetic.

        >>> import glassnet as gn
        >>> net = gn.Network(784, gn.Rescale(1 / 255), gn.Dense(64), gn.BatchNorm(), gn.Dense(10, "softmax"))
        >>> print(net.simplify().operations())
        7,840 multiply-adds and 20 other operations; 7,850 parameters, 31,400 bytes
        """
        from glassnet.inspection.algebra.merging import simplify

        return simplify(self)

    def pieces(self, neuron: str | None = None, *, inputs: str | Sequence[str] | None = None) -> Pieces:
        """The lines that a network of one input with corners (relu, leaky relu, …) consists of, in exact fractions.

        Args:
            neuron: its name, where it is not the only output: "a1" for its sum, "relu(a1)" for its value.

        Raises:
            GlassnetError: more than one input, or an operation that is not piecewise linear.

        >>> import glassnet as gn
        >>> net = gn.Network(1, gn.Dense(2, "relu", weights=[[1, -2]], biases=[0, 1]), gn.Dense(1, weights=[[1], [1]]))
        >>> print(net.pieces())
        y = -2x + 1  for x ≤ 0
        y = -x + 1   for 0 ≤ x ≤ 0.5
        y = x        for 0.5 ≤ x
        """
        from glassnet.inspection.algebra.pieces import pieces

        return pieces(self, neuron, inputs)

    def regions(
        self,
        low: float | tuple[float, float] = -1,
        high: float | tuple[float, float] = 1,
        neuron: str | None = None,
        *,
        inputs: str | Sequence[str] | None = None,
    ) -> Regions:
        """The polygons on which a network of two inputs with corners is linear, in a window; ``.plot()`` draws them.

        Args:
            low, high: the window's lower left and upper right corner; a number for both coordinates.
            neuron: as in :meth:`pieces`.

        Raises:
            GlassnetError: not two inputs, or an operation that is not piecewise linear.

        >>> import glassnet as gn
        >>> net = gn.Network(2, gn.Dense(1, "relu", weights=[[0.3], [-0.6]], biases=[0.1]))
        >>> print(net.regions(-1, 1))
        2 linear regions, the largest first:
        relu(y) = 0.3u - 0.6v + 0.1
        relu(y) = 0
        """
        from glassnet.inspection.algebra.pieces import regions

        return regions(self, low, high, neuron, inputs)


load = Network.load
