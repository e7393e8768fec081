"""What the page *Learn* can be opened on: a small network, one sample, and how it learns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from glassnet.lab.page import Lab
from glassnet.layers.dense import Dense
from glassnet.layers.noise import Dropout
from glassnet.layers.normalization import BatchNorm
from glassnet.lessons.lecture import lecture
from glassnet.model.answer import Answer
from glassnet.network import Network
from glassnet.words import words_of

MOST_INPUTS = 8
MOST_PARAMETERS = 150
DROPPED = (
    'gn.Network(2, gn.Dense(3, "tanh", name="h"), gn.Dropout(0.5), gn.Dense(1, name="z"), seed=5, dtype="float64")'
)
FIRST = 0.5  # of inputs that nobody has chosen


@dataclass(frozen=True, eq=False)
class Example:
    """A network before its first step.

    Attributes:
        network: in float64.
        source: the Python that makes it.
        x, y: the first sample and its target; of classes, the number of one.
        loss, optimizer, rate: by name; how it learns, unless another way is chosen.
        least: how many samples a step needs.
    """

    network: Network
    source: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    loss: str
    optimizer: str = "sgd"
    rate: float = 0.1
    least: int = 1


@cache
def examples() -> dict[str, Example]:
    """The page's own, by name: the lecture's networks, Mazur's, and one for each thing that changes the arithmetic."""
    two = "2-4-3-1", "1-3-3-1"
    given = {name: (lecture(name), f'gn.lecture("{name}")') for name in two}
    return {
        "2-4-3-1": Example(*given["2-4-3-1"], (0.4, -0.7), (1.0,), "squared error", rate=0.02),
        "1-3-3-1": Example(*given["1-3-3-1"], (0.3,), (1.0,), "squared error", rate=0.02),
        "2-2-2 sigmoid": Example(*_mazur(), (0.05, 0.1), (0.01, 0.99), "squared error", rate=0.5),
        "2-3-1 relu": Example(*_relu(), (0.4, -0.7), (1.0,), "squared error"),
        "2-3-1 yes or no": Example(*_yes_no(), (0.4, -0.7), (1.0,), "binary cross entropy"),
        "2-3-2 softmax": Example(*_softmax(), (0.4, -0.7), (1.0,), "categorical cross entropy"),
        "2-3-1 dropout": Example(*_dropout(), (0.4, -0.7), (1.0,), "squared error"),
    }


def _mazur() -> tuple[Network, str]:
    """The network of Matt Mazur's "A Step by Step Backpropagation Example" (2015)."""
    return _made(
        2,
        ("h", "sigmoid", ((0.15, 0.25), (0.2, 0.3)), (0.35, 0.35)),
        ("o", "sigmoid", ((0.4, 0.5), (0.45, 0.55)), (0.6, 0.6)),
    )


def _relu() -> tuple[Network, str]:
    return _made(
        2,
        ("h", "relu", ((0.5, -0.3, 0.8), (-0.6, 0.9, 0.2)), (0.1, 0.0, -0.1)),
        ("z", "linear", ((0.7,), (-0.4,), (0.5,)), (0.2,)),
    )


def _yes_no() -> tuple[Network, str]:
    return _made(
        2,
        ("h", "tanh", ((0.5, -0.3, 0.8), (-0.6, 0.9, 0.2)), (0.1, 0.0, -0.1)),
        ("z", "sigmoid", ((-0.7,), (0.4,), (0.5,)), (0.2,)),
    )


def _softmax() -> tuple[Network, str]:
    return _made(
        2,
        ("h", "tanh", ((0.5, -0.3, 0.8), (-0.6, 0.9, 0.2)), (0.1, 0.0, -0.1)),
        ("z", "softmax", ((0.7, -0.2), (-0.4, 0.6), (0.5, 0.3)), (0.2, -0.1)),
    )


Rows = tuple[tuple[float, ...], ...]


def _made(inputs: int, *layers: tuple[str, str, Rows, tuple[float, ...]]) -> tuple[Network, str]:
    """A network of dense layers, and its Python."""
    made, written = [], []
    for name, activation, weights, biases in layers:
        rows, last = [list(row) for row in weights], list(biases)
        made.append(Dense(len(last), activation, weights=rows, biases=last, name=name))
        written.append(f'    gn.Dense({len(last)}, "{activation}", weights={rows}, biases={last}, name="{name}"),\n')
    network = Network(inputs, *made, dtype="float64")
    return network, f'gn.Network(\n    {inputs},\n{"".join(written)}    dtype="float64",\n)'


def _dropout() -> tuple[Network, str]:
    layers = Dense(3, "tanh", name="h"), Dropout(0.5), Dense(1, name="z")
    return Network(2, *layers, seed=5, dtype="float64"), DROPPED


# ── networks of one's own ───────────────────────────────────────────────────────────────────────────────────────────


def why_not(network: Network) -> str:
    """Why a network cannot be an example, in words; "" where it can.

    >>> why_not(Network(20, Dense(3), Dense(2)))
    'a step of it has too many numbers to be played: 8 neurons of a layer and 150 weights and biases are the most'
    """
    widths = [width for var in network.graph.variables for width in var.shape[1:] if var.shape[:1] != ()]
    is_small = len(network.input_shape) == 1 and network.input_shape[0] <= MOST_INPUTS
    is_small = is_small and sum(array.size for array in network.parameters.values()) <= MOST_PARAMETERS
    is_small = is_small and all(not isinstance(width, int) or width <= MOST_INPUTS for width in widths)
    if not is_small:
        return (
            f"a step of it has too many numbers to be played: {MOST_INPUTS} neurons of a layer and {MOST_PARAMETERS} "
            "weights and biases are the most"
        )
    learns = any(network.is_trainable(one) for one in network.parameters)
    return "" if learns else "it has no weights that learn"


def own(lab: Lab, name: str) -> Example:
    """A network of the lab as an example, in float64; :func:`why_not` says of which there is none."""
    network = lab.networks[name]
    count = 1 if network.answer is Answer.CLASS else network.output.shape[-1]
    assert isinstance(count, int)
    x = (FIRST,) * network.input_shape[0]
    loss = words_of(type(network.answer.loss).__name__)
    source = f'{lab.source(name)}.copy("float64")'
    least = 2 if any(isinstance(layer, BatchNorm) for layer in network.layers.values()) else 1
    return Example(network.copy("float64"), source, x, (1.0,) * count, loss, least=least)
