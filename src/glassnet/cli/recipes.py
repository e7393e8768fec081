"""Recipes: what ``glassnet train`` does unless told otherwise, for images and for tables."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from glassnet.data import Series, Table
from glassnet.data.augment import Augment
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require_count
from glassnet.layers import (
    LSTM,
    Activation,
    AveragePool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool2D,
    Rescale,
    Reshape,
)
from glassnet.network import Network
from glassnet.train.optimizers import Optimizer
from glassnet.train.schedules import OneCycle
from glassnet.words import unknown


@dataclass(frozen=True)
class Recipe:
    """How to build and train a network: what sees the picture, fully connected hidden layers, one answer.

    ``learning_rate`` None is the optimiser's own. With ``one_cycle`` it is the peak of Smith & Topin's schedule, which
    rises to it and then falls to nearly nothing over the whole training.
    """

    hidden: tuple[int, ...]
    epochs: int
    batch_size: int
    activation: str = "relu"
    dropout: float = 0.0
    optimizer: str = "adam"
    learning_rate: float | None = None
    one_cycle: bool = False
    augment: Augment | None = None
    seed: int = 0
    seeing: tuple[Layer, ...] = ()

    def __post_init__(self) -> None:
        require_count(self.epochs, "epochs")
        require_count(self.batch_size, "the batch size")

    def with_optimizer(self, name: str | None, learning_rate: float | None) -> Recipe:
        """The recipe with another optimiser or learning rate, which then stays the same throughout."""
        if name is None and learning_rate is None:
            return self
        return replace(self, optimizer=name or self.optimizer, learning_rate=learning_rate, one_cycle=False)

    def hidden_layers(self) -> list[Layer]:
        """The hidden layers, each followed by dropout where there is some."""
        pairs = ((Dense(units, self.activation), Dropout(self.dropout)) for units in self.hidden)
        return [layer for dense, dropout in pairs for layer in ((dense, dropout) if self.dropout else (dense,))]

    def optimizer_for(self, samples: int) -> Optimizer:
        """The optimiser, with its learning rate or schedule for a training on so many samples."""
        optimizer = Optimizer.named(self.optimizer)
        peak = optimizer.learning_rate if self.learning_rate is None else self.learning_rate
        steps = self.epochs * -(-samples // self.batch_size)
        if self.one_cycle and isinstance(peak, float) and steps >= FEWEST_STEPS_OF_A_CYCLE:
            peak = OneCycle(peak, steps)
        return replace(optimizer, learning_rate=peak)


FEWEST_STEPS_OF_A_CYCLE = 10
AUGMENT = Augment(shift=1.5, rotate=10, scale=0.1, shear=0.1, elastic=1.0)
"""What --augment does to each image, anew in each epoch."""
LENET = (
    Reshape((28, 28, 1)),
    Conv2D(6, 5, "tanh", padding="same"),
    AveragePool2D(2),
    Conv2D(16, 5, "tanh"),
    AveragePool2D(2),
    Flatten(),
)
"""What sees in LeNet-5 (LeCun, Bottou, Bengio & Haffner 1998), with all maps connected."""


def _normalised(layer: Conv2D | Dense) -> tuple[Layer, ...]:
    """A layer whose sums are normalised, as Ioffe & Szegedy 2015 do; they have no use for biases."""
    return layer, BatchNorm(), Activation("relu")


CONVOLUTIONS = (
    Reshape((28, 28, 1)),
    *_normalised(Conv2D(32, 5, biases=None)),
    MaxPool2D(2),
    *_normalised(Conv2D(64, 3, biases=None)),
    *_normalised(Conv2D(64, 3, biases=None)),
    MaxPool2D(2),
    Flatten(),
    Dropout(0.4),
    *_normalised(Dense(128, biases=None)),
    Dropout(0.4),
)
"""Kernels that see strokes, and pooling early: most of the work is done on 12 × 12 places instead of 28 × 28."""
MOVED = Augment(shift=1, rotate=8, scale=0.08)
"""What a few epochs have time to learn from."""
LESS_BENT = replace(AUGMENT, elastic=0.6)
"""What convolutions learn from in twenty epochs."""
IMAGES = {
    "default": Recipe((384, 128), epochs=10, batch_size=128, dropout=0.25, learning_rate=0.004, one_cycle=True),
    "best": Recipe(
        (1024, 512), epochs=40, batch_size=128, dropout=0.2, learning_rate=0.002, one_cycle=True, augment=AUGMENT
    ),
    "lenet": Recipe((120, 84), 5, 32, "tanh", learning_rate=0.003, one_cycle=True, augment=MOVED, seeing=LENET),
    "convolution": Recipe((), 20, 128, learning_rate=0.01, one_cycle=True, augment=LESS_BENT, seeing=CONVOLUTIONS),
}
"""By the name that --recipe takes."""


def image_recipe(name: str) -> Recipe:
    if name not in IMAGES:
        raise GlassnetError(unknown("recipe", name, IMAGES))
    return IMAGES[name]


def table_recipe(rows: int) -> Recipe:
    """For a table with so many rows: about 5000 steps, however large it is."""
    batch_size = 32
    epochs = round(5000 / -(-rows // batch_size))
    return Recipe((64, 32), min(max(epochs, 10), 500), batch_size, learning_rate=0.003)


def series_recipe(rows: int) -> Recipe:
    """For a series to learn from so many stretches: about 3000 steps, however long it is."""
    batch_size = 32
    epochs = round(3000 / -(-rows // batch_size))
    return Recipe((32,), min(max(epochs, 10), 200), batch_size, activation="tanh", learning_rate=0.003)


def image_network(recipe: Recipe, labels: tuple[str, ...], pixels: int = 784) -> Network:
    """From grey values 0–255 to one probability for each of the classes."""
    layers = [Rescale(1 / 255), *recipe.seeing, *recipe.hidden_layers(), Dense(len(labels), "softmax")]
    network = Network(pixels, *layers, seed=recipe.seed)
    network.labels = labels
    return network


def table_network(recipe: Recipe, table: Table) -> Network:
    """A network from the columns of the file to probabilities, or to the target in its own units.

    Standardising the inputs is the first layer, undoing it for the target the last: the saved model takes and gives the
    user's own numbers. In float64, which the numbers of a table may need.
    """
    encoding, scales = table.encoding, table.encoding.scales
    layers: list[Layer] = [Rescale(1 / scales, -encoding.means / scales), *recipe.hidden_layers()]
    if table.task == "classification":
        layers.append(Dense(len(encoding.target.labels), "softmax"))
    else:
        layers += [Dense(1), Rescale(float(table.y.std()), float(table.y.mean()))]
    network = Network(table.x.shape[1], *layers, seed=recipe.seed, dtype="float64")
    network.labels, network.encoding = encoding.target.labels or None, encoding
    return network


def series_network(recipe: Recipe, series: Series, rows: int) -> Network:
    """A recurrent network from the last rows of a series to the target in the next, in its own units.

    Means and spreads are those of the first ``rows``, which it learns from. The last hidden layer gives its last state.
    """
    means, scales = series.values[:rows].mean(axis=0), series.values[:rows].std(axis=0)
    scales = np.where(scales > 0, scales, 1.0)
    layers: list[Layer] = [Rescale(1 / scales, -means / scales)]
    for i, units in enumerate(recipe.hidden):
        layers.append(LSTM(units, recipe.activation, sequence=i < len(recipe.hidden) - 1))
        layers += [Dropout(recipe.dropout)] if recipe.dropout else []
    layers += [Dense(1), Rescale(float(scales[0]), float(means[0]))]
    network = Network((series.steps, len(series.features)), *layers, seed=recipe.seed, dtype="float64")
    network.series = series.columns
    return network
