"""What is painted of a network in training: its answer all over the plane, each neuron's value, and its weights."""

from __future__ import annotations

import numpy as np

from glassnet.inspection.activations import Activations
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.lab.playground.messages import Closer, LayerShown, Sheet, Weighed
from glassnet.lab.playground.samples import features_of
from glassnet.lab.playground.settings import Setup
from glassnet.lab.shown import Shown, shown
from glassnet.network import Network
from glassnet.words import number, unknown

GRID, TILE = 60, 20
"""Places along each side: of the answer, and of a neuron."""
EVERY = GRID // TILE
SIDE = 5
"""Places along each side of the table of answers."""


class Surfaces:
    """Prepared for a network; then painted at any of its steps.

    A painting is float32: for each place, row by row from the top left, the answer (a class, or 0 below and 1 above 0)
    and how sure it is (0 to 1); then a tile for each feature and for each neuron, numbers from −1 to 1, layer by layer;
    then the weights and biases of each layer, −1 to 1, beside the largest of the layer.
    """

    def __init__(self, network: Network, setup: Setup) -> None:
        self._network, self._classes, self._given = network, setup.classes, setup.features
        self._window = (left, right), (bottom, top) = setup.samples.window()
        x, y = np.meshgrid(np.linspace(left, right, GRID), np.linspace(top, bottom, GRID))
        self._places = features_of(np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32), setup.features)
        self._activations = Activations(network)
        self._tiles = np.ravel(np.arange(GRID * GRID).reshape(GRID, GRID)[EVERY // 2 :: EVERY, EVERY // 2 :: EVERY])
        largest = np.abs(self._places[self._tiles]).max(axis=0)
        self._features = (self._places[self._tiles] / np.maximum(largest, 1e-9)).T.ravel()
        self._highest = float(np.abs(setup.samples.targets).max(initial=0.0)) or 1.0
        found = self._activations(self._at((0.0, 0.0)))
        self.layers = tuple(LayerShown(layer.title, layer.called) for layer in found)
        self.neurons = [name for layer in self.layers for name in layer.neurons]

    def _at(self, place: tuple[float, float]) -> Array:
        return np.asarray(features_of(np.array([place], np.float32), self._given)[0])

    def painted(self) -> Array:
        """All of it, in one array."""
        with np.errstate(all="ignore"):
            layers = [np.nan_to_num(values) for values in self._activations.everywhere(self._places)]
            tiles = [_shares(values[self._tiles]).T.ravel() for values in layers]
            parts = [*self._answers(layers[-1]), self._features, *tiles, *self._weights()]
            return np.concatenate([part.astype(np.float32).ravel() for part in parts])

    def _answers(self, outputs: Array) -> tuple[Array, Array]:
        if self._classes > 2:
            return outputs.argmax(axis=1), outputs.max(axis=1)
        from_middle = outputs[:, 0] / self._highest if not self._classes else 2 * outputs[:, 0] - 1
        return from_middle > 0, np.minimum(np.abs(from_middle), 1.0)

    def _weights(self) -> list[Array]:
        return [_shares(np.nan_to_num(array)) for array in self._network.parameters.copy().values()]

    # ── as numbers ──────────────────────────────────────────────────────────────────────────────────────────────────

    def closer(self, neuron: str, at: tuple[float, float]) -> Closer:
        """A neuron's weights and bias, and what it makes of a point of the plane; GlassnetError where there is none."""
        require(neuron in self.neurons, unknown("neuron", neuron, self.neurons))
        layers = self._activations(self._at(at))
        k, j = next((k, one.called.index(neuron)) for k, one in enumerate(layers) if neuron in one.called)
        layer, sources = layers[k], layers[k - 1].called if k else self._given
        weights = self._network.parameters[f"{layer.title}.weights"]
        weighed = [
            Weighed(source, shown(f"{layer.title}.weights[{i}, {j}]", weights[i, j]))
            for i, source in enumerate(sources)
        ]
        bias = shown(f"{layer.title}.biases[{j}]", self._network.parameters[f"{layer.title}.biases"][j])
        numbers = shown(layer.names[j], layer.sums[j]), shown(layer.called[j], layer.values[j])
        values = tuple(number(value) for one in layers for value in one.values)
        return Closer(neuron, _written(at[0]), _written(at[1]), tuple(weighed), bias, *numbers, values)

    def sheet(self, step: int, classes: tuple[str, ...]) -> Sheet:
        """The answer at places all over the plane, at that step."""
        (left, right), (bottom, top) = self._window
        xs, ys = ([_written(v) for v in np.linspace(*ends, SIDE)] for ends in ((left, right), (top, bottom)))
        places = np.array([[float(x), float(y)] for y in ys for x in xs], np.float32)
        outputs = self._network(features_of(places, self._given))
        if self._classes > 2:
            names = [classes[k] for k in outputs.argmax(axis=1)]
            return Sheet(step, tuple(xs), tuple(ys), (), tuple(zip(*[iter(names)] * SIDE, strict=True)))
        answer = self.neurons[-1]
        cells = [
            Shown(f"{answer} at {x}, {y}", number(value, 3))
            for (x, y), value in zip(((x, y) for y in ys for x in xs), outputs[:, 0], strict=True)
        ]
        return Sheet(step, tuple(xs), tuple(ys), tuple(zip(*[iter(cells)] * SIDE, strict=True)), ())


def _written(value: float) -> str:
    """A coordinate in the name of a number.

    >>> _written(-0.25)
    '-0.25'
    """
    return number(value, 3).replace("−", "-")


def _shares(numbers: Array) -> Array:
    """Beside the largest of them, or 1."""
    return np.clip(numbers / max(float(np.abs(numbers).max(initial=0.0)), 1e-9), -1, 1)
