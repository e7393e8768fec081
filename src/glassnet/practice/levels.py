"""The levels of practice, from one neuron to a step of Adam and an attention score: how each draws its exercises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import count, islice, pairwise
from random import Random

from glassnet.ir.errors import GlassnetError
from glassnet.layers.activations import Relu, Sigmoid, Tanh
from glassnet.layers.attention import Attention
from glassnet.layers.convolution import Conv2D
from glassnet.layers.dense import Dense
from glassnet.layers.recurrent import RNN
from glassnet.network import Network
from glassnet.practice.answers import FEWEST
from glassnet.practice.by_hand import RULES
from glassnet.practice.exercise import Exercise
from glassnet.practice.labels import activation_of
from glassnet.practice.specialised import Specialised, table
from glassnet.train.optimizers import SGD, Adam

NEURON = "each neuron: the sum of (number fed in)(its weight), plus the bias"
RELU, SIGMOID, TANH = (RULES[kind] for kind in (Relu, Sigmoid, Tanh))
LOSS = "loss = (y - target)^2"
DELTA = "δy = ∂loss/∂y, and so for every neuron"
CHAIN = "∂loss/∂w = (what the weight w multiplies)(δ of the neuron it leads to)"
BACK = "∂loss/∂relu(a1) = (weight from relu(a1) to y)(δy); δa1 is the same where a1 > 0, else 0"
DESCENT = "new w = w - (learning rate)(∂loss/∂w)"
MOMENTUM = "new v = (momentum)(v) + ∂loss/∂w; new w = w - (learning rate)(new v)"
ADAM = (
    "with g = ∂loss/∂w: new m = (beta 1)(m) + (1 - beta 1)(g)",
    "new v = (beta 2)(v) + (1 - beta 2)(g)^2",
    "first step: new w = w - (learning rate)(new m / (1 - beta 1)) / (sqrt(new v / (1 - beta 2)) + epsilon)",
)

WINDOW = "lay the kernel on each part of the picture: the sum of (number)(weight that lies on it), plus the bias"
STATE = "h.inputs = (input)(weight from the input) + bias; h = tanh(h.inputs + (h of the step before)(weight from h))"
HEAD = (
    "key and value of a step are its two numbers, its query is four times these",
    "score of step i for step j = (query of i)(key of j), summed up and divided by the root of 2",
    "the weights of step i are softmax of its scores; its mixture is the sum of (weight)(value); steps count from 0",
)


SIZES = (2, 3, 4, 6, 7, 8, 9)
"""Of weights and inputs, in tenths; 0.1 and 0.5 look like a slip of the decimal point, or of a factor of 2."""
GREYS = (14, 23, 37, 46, 58, 63, 77, 82, 94)
"""Of pictures, in hundredths, so that a sum of four products is told from one with a slip."""
RATES = (0.2, 0.3, 0.4)
APART = Fraction(95, 100)  # of the slips in an exercise lead to a number that no other leads to
NEAR_0 = 0.05
MOST_DRAWS = 12  # of which the best is taken

Draw = Callable[[Random, str], Exercise]
"""Draws an exercise and gives it a title."""


def exercise(level: int, seed: int, number: int = 1) -> Exercise:
    """An exercise of a level from 1 to 13; the same for the same three numbers, everywhere.

    Raises:
        GlassnetError: there is no such level.

    >>> first = exercise(1, seed=7)
    >>> first.title, [question.name for question in first.questions]
    ('One neuron', ['y'])
    """
    if level not in range(1, len(LEVELS) + 1):
        raise GlassnetError(f"the levels of practice go from 1 to {len(LEVELS)}, got {level}")
    stream = Random(f"glassnet practice {seed}/{level}/{number}")
    title, draw = list(LEVELS.items())[level - 1]
    drawn = filter(_is_instructive, (draw(stream, title) for _ in count()))
    return best_of(islice(drawn, MOST_DRAWS))


def best_of(drawn: Iterable[Exercise]) -> Exercise:
    """The first exercise whose slips are apart to three decimals, or the one in which they are best told apart."""
    merits: list[tuple[tuple[bool, bool, int, Fraction], Exercise]] = []
    for exercise in drawn:
        merits.append((_merit(exercise), exercise))
        if merits[-1][0] >= (True, True, -FEWEST):
            break
    return max(merits, key=lambda pair: pair[0])[1]


def _merit(drawn: Exercise) -> tuple[bool, bool, int, Fraction]:
    """Whether no slip gives a right result, whether enough are apart, the decimals for that, and how many are apart."""
    share = apart(drawn)
    is_clear = all(question.is_clear for question in drawn.questions)
    return is_clear, share >= APART, -max(question.decimals for question in drawn.questions), share


def _is_instructive(drawn: Exercise) -> bool:
    """Whether no neuron is near 0, relu lets some through and others not, and the target is missed."""
    if isinstance(drawn, Specialised):
        return all(abs(question.value) > NEAR_0 for question in drawn.questions)
    sums = [float(drawn.numbers[name].value) for name in drawn.numbers.neurons if not activation_of(name)]
    has_relu = any(layer.activation == "relu" for layer in drawn.labels.layers)
    mixed = not has_relu or min(sums[:-1]) < 0 < max(sums[:-1])
    missed = not isinstance(drawn.y, tuple) or abs(sums[-1] - drawn.y[0]) > 0.1
    return mixed and missed and min(map(abs, sums)) > NEAR_0


def apart(drawn: Exercise) -> Fraction:
    """Which share of all slips lead to a number of their own."""
    alone = [sum(len(question.diagnose(slip.value)) == 1 for slip in question.slips) for question in drawn.questions]
    return Fraction(sum(alone), sum(len(question.slips) for question in drawn.questions))


# ── drawing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _tenths(stream: Random, many: int) -> list[float]:
    """Numbers of one decimal between -1 and 1, none 0, no two of the same size: each slip gives another result."""
    return [stream.choice((-1, 1)) * size / 10 for size in stream.sample(SIZES, many)]


def _network(stream: Random, sizes: Sequence[int], activation: str = "linear") -> Network:
    """A network of these sizes whose hidden layers, a and b, have the activation; the last layer is y."""
    layers = []
    for k, (inputs, units) in enumerate(pairwise(sizes)):
        name = "y" if k == len(sizes) - 2 else "abc"[k]
        rows = [_tenths(stream, inputs + 1) for _ in range(units)]
        weights = [[row[i] for row in rows] for i in range(inputs)]
        function = "linear" if name == "y" else activation
        layers.append(Dense(units, function, weights=weights, biases=[row[-1] for row in rows], name=name))
    return Network(sizes[0], *layers, dtype="float64")


def _forward(shapes: Sequence[Sequence[int]], activations: dict[str, str]) -> Draw:
    """Exercises that ask for every neuron. ``activations`` has the rule of each that may occur."""

    def draw(stream: Random, title: str) -> Exercise:
        shape, activation = stream.choice(shapes), stream.choice(list(activations))
        rules = [NEURON, activations[activation]] if activations[activation] else [NEURON]
        network = _network(stream, shape, activation)
        return Exercise(network, _tenths(stream, shape[0]), title=title, rules=rules)

    return draw


def _gradient(stream: Random, title: str) -> Exercise:
    network, x, y = _network(stream, (2, 1)), _tenths(stream, 2), _tenths(stream, 1)
    ask = ["y", "loss", "δy", *(f"∂loss/∂{place}" for place in ("y.weights[0,0]", "y.weights[1,0]", "y.biases[0]"))]
    return Exercise(network, x, y, ask=ask, title=title, rules=[NEURON, LOSS, DELTA, CHAIN])


def _backpropagation(stream: Random, title: str) -> Exercise:
    network, x, y = _network(stream, (1, 2, 1), "relu"), _tenths(stream, 1), _tenths(stream, 1)
    last = ["δy", "∂loss/∂y.weights[0,0]", "∂loss/∂y.weights[1,0]"]
    hidden = ["∂loss/∂relu(a1)", "∂loss/∂relu(a2)", "δa1", "δa2", "∂loss/∂a.weights[0,0]", "∂loss/∂a.weights[0,1]"]
    return Exercise(network, x, y, ask=last + hidden, title=title, rules=[LOSS, DELTA, CHAIN, BACK])


def _descent(stream: Random, title: str) -> Exercise:
    network, x, y = _network(stream, (2, 1)), _tenths(stream, 2), _tenths(stream, 1)
    places = ("y.weights[0,0]", "y.weights[1,0]", "y.biases[0]")
    ask = ["y", "δy", *(f"{what}{place}" for place in places for what in ("∂loss/∂", "new "))]
    optimizer = SGD(stream.choice(RATES))
    rules = [NEURON, LOSS, DELTA, CHAIN, DESCENT]
    return Exercise(network, x, y, optimizer, ask, title, rules)


def _momentum(stream: Random, title: str) -> Exercise:
    """The second step: a first one, on another sample, has left its velocity and weights of one decimal."""
    rate = stream.choice(RATES)
    optimizer = SGD(rate, momentum=0.9)
    (weight, bias), (before,) = _tenths(stream, 2), _tenths(stream, 1)
    slope = stream.choice((-1, 1)) * stream.choice((2, 4, 6)) / 10  # δy of the first step
    old_weight, old_bias = weight + rate * slope * before, bias + rate * slope
    network = Network(1, Dense(1, weights=[[old_weight]], biases=[old_bias], name="y"), dtype="float64")
    network.train_on_batch([[before]], [[old_weight * before + old_bias - slope / 2]], optimizer=optimizer)
    network.parameters["y.weights"], network.parameters["y.biases"] = [[weight]], [bias]
    ask = [
        "y",
        "δy",
        *(f"{what}{place}" for place in ("y.weights[0,0]", "y.biases[0]") for what in ("∂loss/∂", "new ")),
    ]
    rules = [NEURON, LOSS, DELTA, CHAIN, MOMENTUM]
    return Exercise(network, _tenths(stream, 1), _tenths(stream, 1), optimizer, ask, title, rules)


def _adam(stream: Random, title: str) -> Exercise:
    network, x, y = _network(stream, (1, 1)), _tenths(stream, 1), _tenths(stream, 1)
    ask = ["y", "δy", "∂loss/∂y.weights[0,0]", "new y.weights[0,0]"]
    rules = [NEURON, LOSS, DELTA, CHAIN, *ADAM]
    weight = abs(float(network.parameters["y.weights"].item()))
    rate = stream.choice(
        [rate for rate in RATES if rate != weight]
    )  # the first step is as long: the new weight is not 0
    return Exercise(network, x, y, Adam(rate), ask, title, rules)


def _convolution(stream: Random, title: str) -> Exercise:
    picture, (*weights, bias) = [grey / 100 for grey in stream.sample(GREYS, 6)], _tenths(stream, 5)
    rows, kernel = {"row 1": picture[:3], "row 2": picture[3:]}, {"row 1": weights[:2], "row 2": weights[2:]}
    layer = Conv2D(1, 2, weights=[[[[w]] for w in row] for row in kernel.values()], biases=[bias], name="c")
    given = [
        table("picture", ["column 1", "column 2", "column 3"], rows),
        table(f"kernel, with the bias {bias:g}", ["column 1", "column 2"], kernel),
    ]
    network = Network((2, 3), layer, dtype="float64")
    ask = {"c1_1_1": "the kernel on columns 1 and 2", "c1_2_1": "the kernel on columns 2 and 3"}
    return Specialised(network, list(rows.values()), ask, title, [WINDOW], given)


def _recurrent(stream: Random, title: str) -> Exercise:
    inputs, (weight, recurrent, bias) = _tenths(stream, 2), _tenths(stream, 3)
    layer = RNN(1, weights=[[weight]], recurrent_weights=[[recurrent]], biases=[bias], name="h")
    given = [
        table("input", ["step 1", "step 2"], {"x": inputs}),
        table("the neuron", ["from the input", "from h", "bias"], {"h": (weight, recurrent, bias)}),
    ]
    ask = {
        "h.inputs[0]": "of step 1",
        "h.step_1.output": "h after step 1",
        "h.inputs[1]": "of step 2",
        "h.step_2.output": "h after step 2",
    }
    network = Network((2, 1), layer, dtype="float64")
    return Specialised(network, [[x] for x in inputs], ask, title, [STATE], given)


def _attention(stream: Random, title: str) -> Exercise:
    numbers = _tenths(stream, 4)
    steps, same = {"step 0": numbers[:2], "step 1": numbers[2:]}, [[1, 0], [0, 1]]
    layer = Attention(
        query_weights=[[4, 0], [0, 4]], key_weights=same, value_weights=same, output_weights=same, biases=None, name="a"
    )
    ask = {
        "a.score[1, 0]": "of step 1 for step 0",
        "a.score[1, 1]": "of step 1 for itself",
        "a.weight[1, 0]": "how much step 1 looks at step 0",
        "a.mixture[1, 0]": "of step 1, number 0",
    }
    network, given = Network((2, 2), layer, dtype="float64"), [table("steps", ["number 0", "number 1"], steps)]
    return Specialised(network, list(steps.values()), ask, title, HEAD, given)


LEVELS: dict[str, Draw] = {
    "One neuron": _forward([(1, 1)], {"linear": ""}),
    "Layers": _forward([(1, 2, 2, 1), (1, 3, 2, 1), (1, 3, 3, 1)], {"linear": ""}),
    "Two inputs": _forward([(2, 2, 1), (2, 3, 1), (2, 2, 2, 1)], {"linear": ""}),
    "The activation relu": _forward([(1, 3, 1), (2, 2, 1), (2, 3, 1)], {"relu": RELU}),
    "Smooth activations": _forward([(1, 2, 1), (2, 2, 1)], {"sigmoid": SIGMOID, "tanh": TANH}),
    "A gradient": _gradient,
    "Backpropagation": _backpropagation,
    "A step of gradient descent": _descent,
    "Momentum: a second step": _momentum,
    "Adam: the first step": _adam,
    "A convolution": _convolution,
    "A recurrent neuron": _recurrent,
    "Attention": _attention,
}
"""Each harder than the one before; the last three are of layers of other kinds."""
DENSE = 10
"""The last level of networks of Dense layers, to which a sheet rises."""
