"""Every number of a network explained: neurons, the loss, gradients and updates, by the names they are printed with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np

from glassnet.inspection import graphs
from glassnet.inspection.measures import measures, metric_name
from glassnet.inspection.names import IN_TRAINING, place_in, printed, split, state_name, with_place
from glassnet.inspection.neurons import Index
from glassnet.inspection.nudge import Nudge
from glassnet.inspection.numbers import Numbers
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Graph, Var
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.layers.losses import Loss
from glassnet.model.model import Model
from glassnet.readings.evaluate import Program
from glassnet.readings.explain import Explanation, Line, Outline
from glassnet.readings.explain.paths import paths
from glassnet.readings.simplify import WRITTEN, simplify
from glassnet.train.metrics import Metric, metric, metrics_by_name, require_measurable
from glassnet.train.step import Target, target_of
from glassnet.train.training import Training
from glassnet.words import unknown

MOST_ROWS = 12  # of a layer that are printed before it is cut short
FIRST_ROWS = 6
WITHIN_SLOPES = re.compile(r".+(?:'\(.+?|\.mean slope(?:⁽\S+⁾)?(?: of (?P<of>.+?))?)(?P<mark> in training)?")
"""What gradients name within themselves: relu'(w1), and the mean slope of a softmax."""
SLOPE = re.compile("(?:δ|∂(?P<of>.+)/∂)(?P<by>.+)")


class NetworkExplanation:
    """What a network does with an input, as arithmetic: print it, or ask for any number by its name.

    ``explanation["w1"]`` is a neuron, ``explanation["relu(w1)"]`` what its activation makes of it. With targets there
    are ``.loss`` and ``.gradient("w.weights[0,1]")``, or ``.gradient("w1")`` for a neuron's δ; with an optimizer
    ``.update("w.weights[0,1]")``, and ``explanation["w.weights.step[0, 1]"]``, which is what that adds.
    """

    def __init__(
        self,
        network: Model,
        batch: tuple[Array, Array | None, Array | None],
        loss: Loss,
        training: Training | None,
        whole: bool = False,
    ) -> None:
        """``batch``: the inputs, and where there are any the targets and the weights of the samples."""
        self._network, self._loss, self._training, self._whole = network, loss, training, whole
        x, y, weight = batch
        given = {"x": np.asarray(x, network.dtype), "y": y, "sample_weight": weight}
        self._values = _kept({name: array for name, array in given.items() if array is not None} | network.arrays())
        self._metrics: dict[int, Numbers] = {}
        self._slopes: dict[str, Numbers] = {}
        self._step = {} if training is None or y is None else _kept(training.values((x, y, weight)))

    # ── feeding forward ─────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _forward(self) -> Numbers:
        return self._numbers(graphs.prediction(self._network))

    @property
    def neurons(self) -> tuple[str, ...]:
        """The names of all neurons, and of what their activations make of them, layer by layer."""
        return self._forward.neurons

    def __getitem__(self, name: str | Metric) -> Explanation:
        """A number by its name as it is printed: "w1", "relu(w1)", "loss", "δw1", "w.weights[0, 1]", "u".

        A metric may be given as its function, too.

        Raises:
            GlassnetError: there is no number of that name; the message has the nearest. Or it is a metric of one's own.
        """
        if callable(name):
            name = metric(name)[0]
            if not metric_name(name):
                raise _outside_of_the_graph(name)
        require(isinstance(name, str), f"a number is asked for by its name, a text such as 'loss', got {name!r}")
        name = printed(name)
        if name.startswith("new "):
            return self.update(name.removeprefix("new "))
        if slope := SLOPE.fullmatch(name):
            return self._slope(slope["of"] or "loss", slope["by"])
        if "y" in self._values and name not in self._forward:
            name = metric_name(name) or name
        if within := WITHIN_SLOPES.fullmatch(name):
            return self._shown(self._with_slope(name, within["of"], within["mark"] or "")[name])
        numbers = self._numbers_with(name)
        if metric_name(name) and name not in numbers and "y" in self._values:
            labels = self._network.answer.labels(self._values["y"])
            require_measurable(metrics_by_name([name]), labels, self._network.output)
        if name not in numbers:
            self._require_no_layer(name)
            self._require_on_the_graph(name)
        return self._shown(numbers[name])

    def _require_no_layer(self, name: str) -> None:
        """Raise GlassnetError for the name of a layer, which has numbers and is none."""
        if name not in self._network.layers:
            return
        if name not in self._forward.layers:
            raise GlassnetError(f"{name} is a layer that only moves numbers elsewhere; ask for a number by its name")
        var = self._forward.layers[name][0]
        first = self._forward(var, next(self._forward.indices(var))).name
        raise GlassnetError(f"{name} is a layer: explanation.layers[{name!r}] has its numbers, the first is {first}")

    def _require_on_the_graph(self, name: str) -> None:
        """Raise GlassnetError for what training measured otherwise: by a function of one's own, or on other samples."""
        here = name.removeprefix("validation_")
        if name not in self._network.history or name == "seconds":
            return
        if here == name:
            raise _outside_of_the_graph(name)
        raise GlassnetError(f"{name} is of the validation samples: net.explain(x, y)[{here!r}] of these explains it")

    def _numbers_with(self, name: str) -> Numbers:
        """The numbers among which that one is: of the network in use, of its loss, its gradients, or of training."""
        if name.endswith(IN_TRAINING):
            return self.training
        if name != "loss" and ("y" not in self._values or name in self._forward):
            return self._forward
        if name in self._judged:
            return self._judged
        k = re.match(r"(?:among the )?top.([1-9]\d*)", name)
        measured = self._measured(int(k[1]) if k else 1)
        if name in measured:
            return measured
        return self._judged if self._training is None else self.training

    @property
    def layers(self) -> dict[str, list[Explanation]]:
        """For each layer, the explanations of its numbers: each neuron's sum, then what its activation makes of it."""
        return {
            title: [self._shown(self._forward(var, index)) for var in layer for index in self._forward.indices(var)]
            for title, layer in self._forward.layers.items()
        }

    def _shown(self, explanation: Explanation) -> Explanation:
        return explanation.whole if self._whole else explanation

    # ── learning ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def loss(self) -> Explanation:
        """The loss against the target, with penalties if there are any: what training makes small."""
        return self["loss"]

    @cached_property
    def _judged(self) -> Numbers:
        """The loss as its definition is written, −log(p); as it is computed, where that overflows."""
        of = self._network, self._loss, self._target
        written = self._numbers(graphs.written(*of))
        return written if np.isfinite(written["loss"].value) else self._numbers(graphs.computed(*of))

    def _measured(self, k: int) -> Numbers:
        """The metrics that such targets have, and all that they are counted from; ``k`` is top_k's."""
        if k not in self._metrics:
            prediction = self._forward.graph.outputs["prediction"]
            found, besides = measures(self._network.answer, prediction, self._values, k)
            graph = Graph(simplify({"prediction": prediction, **found}, keep=WRITTEN))
            self._metrics[k] = Numbers(self._network, graph, {**self._values, **besides})
        return self._metrics[k]

    @cached_property
    def _differentiated(self) -> Numbers:
        found = graphs.differentiated(self._network, self._loss, self._target)
        return self._numbers(found.graph, found.gradient_of)

    def _numbers(self, graph: Graph, gradient_of: Mapping[Var, Var] | None = None) -> Numbers:
        return Numbers(self._network, graph, self._values, gradient_of)

    def _slope(self, of: str, by: str) -> Explanation:
        """∂of/∂by, in use or in training."""
        return self._shown(self._sloped(of, IN_TRAINING * by.endswith(IN_TRAINING)).gradient(by))

    def _with_slope(self, name: str, of: str | None, mark: str) -> Numbers:
        """The numbers that have relu'(w1), which is the same for all that has a slope; losses are often without one."""
        last = self._forward.neurons[-1]
        if of is None and "y" in self._values and (name in (numbers := self._sloped("loss", mark))):
            return numbers
        return self._sloped(of or last, mark)

    def _sloped(self, of: str, mark: str) -> Numbers:
        """The numbers with the slopes of the one of that name, in use or in training."""
        if of == "loss":
            return self.training if mark else self._differentiated
        if of + mark not in self._slopes:
            self._slopes[of + mark] = self._numbers_with(of + mark).differentiated(of)
        return self._slopes[of + mark]

    def gradient(self, name: str, index: int | Index = ()) -> Explanation:
        """∂loss/∂ one number: of a parameter, ``gradient("w.weights", (0, 1))`` or ``gradient("w.weights[0,1]")``; of a
        neuron, ``gradient("w1")``, its δ; or of an input. Its children are the numbers along the chain rule's path.
        """
        return self._shown(self._differentiated.gradient(name, index))

    def paths(self, name: str, index: int | Index = ()) -> Outline:
        """The gradient for a number, by its paths: one line for each, weight · derivative · …, which sum to it.

        ``name`` and ``index`` are those of :meth:`gradient`.

        Raises:
            GlassnetError: there is no number of that name, or there are more than 2000 paths.
        """
        return paths(self.gradient(name, index))

    @cached_property
    def training(self) -> Numbers:
        """The numbers of the next training step, in which dropout and the batch's own statistics are there."""
        if self._training is None:
            raise GlassnetError(
                "no optimizer was given, and the network is in no training with this loss; "
                "write net.explain(x, y, optimizer=gn.Adam())"
            )
        step = graphs.next_step(self._network, self._training)
        used, trained = (
            str(Graph({"prediction": one.outputs["prediction"]})) for one in (self._forward.graph, step.graph)
        )
        made = Program(self._training.traced.graph)(self._step)  # the names in the lines change the order of some sums
        others = {name for name, now in self._values.items() if not np.array_equal(now, self._step[name])}
        mark = IN_TRAINING if others or used != trained else ""
        return Numbers(
            self._network,
            step.graph,
            self._step,
            step.gradient_of,
            self._forward.letters,
            mark,
            others,
            made={name: array for name, array in made.items() if name in step.graph.sources},
        )

    def update(self, name: str, index: int | Index = ()) -> Explanation:
        """What the next step of the optimiser makes of one number of a parameter, or of what it remembers.

        The step is the first; or the next of the training that the network is in, where it has this loss and optimizer.
        """
        name, place = split(printed(name), index)
        numbers = self.training
        outputs, sources = numbers.graph.outputs, numbers.graph.sources
        new = {known: var for known, var in outputs.items() if known in sources}
        full = next((known for known in new if name in (known, state_name(known))), name)
        if full not in new and name in self._network.parameters:
            raise GlassnetError(f"{name} is frozen, so training does not change it; net.unfreeze lets it learn again")
        if full not in new:
            raise GlassnetError(unknown("parameter or state", name, map(state_name, new)))
        place = place_in(new[full], place, name)
        return self._shown(numbers(new[full], place, f"new {with_place(state_name(full), place)}"))

    def nudge(self, name: str, epsilon: float = 1e-4) -> Nudge:
        """The gradient for a number beside a finite difference: the losses with the number a little larger and smaller.

        Raises:
            GlassnetError: there is no gradient for a number of that name, or epsilon is not above 0.

        >>> import glassnet as gn
        >>> print(gn.lecture("2-4-3-1").explain([0.4, -0.7], 1.0).nudge("z.biases[0]", 0.5))
        ∂loss/∂z.biases[0] = δz = -3.202, for the bias of z
        loss with z.biases[0] + ε = (-0.101 - 1)^2 ≈ 1.212
        loss with z.biases[0] - ε = (-1.101 - 1)^2 ≈ 4.414
        finite difference for z.biases[0] = (1.212 - 4.414) / ((2)(0.5)) = -3.202
        difference for z.biases[0] = -3.20200000000000040146 - (-3.20199999999999995737) ≈ -4.441e-16
        """
        name = printed(name)
        mark = IN_TRAINING if name.endswith(IN_TRAINING) else ""
        return Nudge(self.training if mark else self._judged, self._sloped("loss", mark), name, epsilon)

    @property
    def _target(self) -> Target:
        if "y" not in self._values:
            raise GlassnetError("no target was given, so there is no loss; write net.explain(x, y)")
        return target_of(self._values["y"], "sample_weight" in self._values)

    # ── to read ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def outline(self) -> Outline:
        """The lines of each layer and of the loss; a wide layer is cut short unless the whole is asked for."""
        return Outline(tuple(self._lines()))

    def _lines(self) -> Iterator[Line]:
        for title, layer in self._forward.layers.items():
            yield Line(0, words=title)
            for var in layer:
                places = list(self._forward.indices(var))
                cut = len(places) > MOST_ROWS and not self._whole
                for index in places[: FIRST_ROWS if cut else None]:
                    yield Line(1, self._shown(self._forward(var, index)))
                if cut:
                    yield Line(1, words=f"… and {len(places) - FIRST_ROWS} more")
        if "y" in self._values:
            yield Line(0, words="loss")
            yield Line(1, self.loss)

    def __repr__(self) -> str:
        return self.outline.text

    def _repr_html_(self) -> str:
        return self.outline.html


def _kept(values: Mapping[str, Array]) -> dict[str, Array]:
    """The numbers as they are now, whatever training makes of them later."""
    return {name: np.array(array) for name, array in values.items()}


def _outside_of_the_graph(name: str) -> GlassnetError:
    return GlassnetError(
        f"the metric {name!r} is a function of your own, which computes outside of the network's graph, so its "
        f"arithmetic is not known; net.evaluate(x, y, metrics=[{name}]) gives its value"
    )
