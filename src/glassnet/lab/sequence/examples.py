"""The examples of the page *Sequence*: small networks that read a sequence, and what each epoch of training gives."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from threading import Lock

import numpy as np

from glassnet.data import TextData, brackets, noisy_sine, text, windows
from glassnet.data.sequences import naive_forecast
from glassnet.ir.require import require_known
from glassnet.ir.types import Array
from glassnet.layers.attention import Attention, TransformerBlock
from glassnet.layers.dense import Dense
from glassnet.layers.embedding import Embedding
from glassnet.layers.position import PositionEmbedding
from glassnet.layers.recurrent import LSTM, RNN
from glassnet.network import Network
from glassnet.train.optimizers import Adam
from glassnet.words import number, percent

MOST_EPOCHS = 120
LEARNING_RATE = 0.01
ENGINE = "compiled"  # from the first step on, so that nobody waits
SAMPLES = 12  # of those that were not learnt from, among the inputs to begin with
Data = tuple[Array, Array]


@dataclass(frozen=True)
class Example:
    """A network and what it learns from.

    Attributes:
        about: what it is, in words.
        source: the Python that makes ``net``, and where it learns, ``x`` and ``y``.
        build: makes the network; ``data`` what it learns from, and other samples, on which it is judged.
        inputs: what one can begin with, by name; beside them, of an example that learns, samples that it does not learn
            from: before them, with ``begins_with_samples``.
        epochs: as many as it has learnt at first; 0 if its weights are chosen by hand.
        judged: how good it is on the other samples, in words; ``said``, what the answer to an
            input means; ``marked``, what one
            number of the input stands for.
    """

    about: str
    source: str
    build: Callable[[], Network]
    inputs: dict[str, Array]
    data: Callable[[], tuple[Data, Data]] | None = None
    epochs: int = 0
    begins_with_samples: bool = False
    judged: Callable[[Network, Data], str] = lambda network, others: ""
    said: Callable[[float, Array], str] = lambda answer, x: ""
    marked: Callable[[float], str] = lambda entry: ""


# ── by hand ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _by_hand() -> Network:
    unit = RNN(1, "linear", sequence=True, weights=[[1]], recurrent_weights=[[0.5]])
    return Network((None, 1), unit, dtype="float64")


BY_HAND = Example(
    "One unit, without an activation: its state is the input, and half of the state before.",
    'unit = gn.RNN(1, "linear", sequence=True, weights=[[1]], recurrent_weights=[[0.5]])\n'
    'net = gn.Network((None, 1), unit, dtype="float64")',
    _by_hand,
    {
        "8, 0, 1": np.array([8.0, 0, 1, 0, 0, 0, 0, 0])[:, None],
        "ones": np.ones((8, 1)),
        "one impulse": np.eye(8)[0][:, None],
    },
)


def _one_head() -> Network:
    same, double = [[1, 0], [0, 1]], [[2, 0], [0, 2]]
    head = Attention(
        causal=True, query_weights=double, key_weights=same, value_weights=[[10, 0], [0, 1]], output_weights=same,
        biases=None, name="head",
    )  # fmt: skip
    return Network((3, 2), head, dtype="float64")


ONE_HEAD = Example(
    "One head of attention over three steps of two numbers: a query is twice the step, a key the step itself.",
    "same, double = [[1, 0], [0, 1]], [[2, 0], [0, 2]]\n"
    "head = gn.Attention(\n"
    "    causal=True, query_weights=double, key_weights=same, value_weights=[[10, 0], [0, 1]],\n"
    '    output_weights=same, biases=None, name="head",\n'
    ")\n"
    'net = gn.Network((3, 2), head, dtype="float64")',
    _one_head,
    {
        "(1, 0), (0, 1), (1, 1)": np.array([[1.0, 0], [0, 1], [1, 1]]),
        "(1, 0), (1, 0), (0, 1)": np.array([[1.0, 0], [1, 0], [0, 1]]),
    },
)

# ── brackets ────────────────────────────────────────────────────────────────────────────────────────────────────────

BRACKET_STEPS, LEARNT_FROM = 12, 600
MARKS = {1.0: "(", -1.0: ")"}


def _brackets() -> Network:
    return Network((BRACKET_STEPS, 1), LSTM(3), Dense(1, "sigmoid"), seed=0, dtype="float64")


def _bracket_data() -> tuple[Data, Data]:
    return brackets(LEARNT_FROM, BRACKET_STEPS), brackets(200, BRACKET_STEPS, seed=1)


def _right(network: Network, others: Data) -> str:
    share = network.evaluate(*others)["accuracy"]
    return f"{percent(share)} of {len(others[0])} other rows are judged rightly"


def _said(answer: float, x: Array) -> str:
    """What an answer means, and whether it is right.

    >>> _said(0.9, _row("())("))
    'matched, which is wrong'
    """
    depths = np.cumsum(x)
    is_matched = bool((depths >= 0).all() and depths[-1] == 0 and np.isin(x, [-1, 0, 1]).all())
    said = "matched" if answer >= 0.5 else "not matched"
    return said if (answer >= 0.5) == is_matched else f"{said}, which is wrong"


def _row(marks: str) -> Array:
    """Brackets as numbers, padded with zeros.

    >>> _row("()").ravel()[:3].tolist()
    [1.0, -1.0, 0.0]
    """
    numbers = [next(number for number, mark in MARKS.items() if mark == one) for one in marks]
    return np.array([*numbers, *[0.0] * (BRACKET_STEPS - len(marks))])[:, None]


BRACKETS = Example(
    "1 is an opening bracket, −1 a closing one, 0 fills up the row. Is each that is opened closed?",
    f"x, y = gn.data.brackets({LEARNT_FROM}, {BRACKET_STEPS})\n"
    f'net = gn.Network(({BRACKET_STEPS}, 1), gn.LSTM(3), gn.Dense(1, "sigmoid"), seed=0, dtype="float64")',
    _brackets,
    {marks: _row(marks) for marks in ("(())()", "(())())(", "((((()))))", "((((())))", "())(()", "()()()()()()")},
    _bracket_data,
    epochs=25,
    judged=_right,
    said=_said,
    marked=lambda entry: MARKS.get(entry, ""),
)

# ── a forecast ──────────────────────────────────────────────────────────────────────────────────────────────────────

SINE_STEPS, SINE_LEARNT = 12, 380


def _sine() -> Network:
    return Network((SINE_STEPS, 1), LSTM(3), Dense(1), seed=0, dtype="float64")


def _sine_data() -> tuple[Data, Data]:
    x, y = windows(noisy_sine(500, noise=0.1), steps=SINE_STEPS)
    return (x[:SINE_LEARNT], y[:SINE_LEARNT]), (x[SINE_LEARNT:], y[SINE_LEARNT:])


def _error(network: Network, others: Data) -> str:
    x, y = others
    error, naive = (np.abs(one - y).mean() for one in (network(x)[:, 0], naive_forecast(x)))
    return f"off by {number(error)} on average; that nothing changes, by {number(naive)}"


SINE = Example(
    "A sine wave with noise: twelve numbers of it are read, the next one is forecast.",
    f"x, y = gn.data.windows(gn.data.noisy_sine(500, noise=0.1), steps={SINE_STEPS})\n"
    f"x, y = x[:{SINE_LEARNT}], y[:{SINE_LEARNT}]\n"
    f'net = gn.Network(({SINE_STEPS}, 1), gn.LSTM(3), gn.Dense(1), seed=0, dtype="float64")',
    _sine,
    {"one impulse": np.eye(SINE_STEPS)[0][:, None], "zeros": np.zeros((SINE_STEPS, 1))},
    _sine_data,
    epochs=20,
    begins_with_samples=True,
    judged=_error,
)

# ── a tale ──────────────────────────────────────────────────────────────────────────────────────────────────────────

TALE_STEPS = 12


@cache
def _tale() -> TextData:
    return text("tale", length=TALE_STEPS, stride=4)


def _writer() -> Network:
    size = _tale().tokens.size
    block = TransformerBlock(heads=4, hidden=64, causal=True)
    layers = Embedding(size, 16), PositionEmbedding(TALE_STEPS), block, Dense(size, "softmax")
    network = Network(TALE_STEPS, *layers, seed=1)
    network.tokens = _tale().tokens
    return network


def _hesitates(network: Network, others: Data) -> str:
    return f"hesitates among {number(math.exp(network.loss(*others)))} of {_tale().tokens.size} characters"


TALE = Example(
    "A small GPT: of each twelve characters of a tale it learns which comes next.",
    f'tale = gn.data.text("tale", length={TALE_STEPS}, stride=4)\n'
    "x, y, size = tale.x_train, tale.y_train, tale.tokens.size\n"
    "net = gn.Network(\n"
    f"    {TALE_STEPS}, gn.Embedding(size, 16), gn.PositionEmbedding({TALE_STEPS}),\n"
    '    gn.TransformerBlock(heads=4, hidden=64, causal=True), gn.Dense(size, "softmax"), seed=1,\n'
    ")\n"
    "net.tokens = tale.tokens",
    _writer,
    {},
    lambda: ((_tale().x_train, _tale().y_train), (_tale().x_test, _tale().y_test)),
    epochs=12,
    judged=_hesitates,
)

EXAMPLES = {"brackets": BRACKETS, "forecast": SINE, "tale": TALE, "by hand": BY_HAND, "one head": ONE_HEAD}

# ── training ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Course:
    """The training of an example, epoch by epoch. All tabs share it, since each epoch's weights are the seed's.

    >>> course("by hand").known, course("by hand").weights(0)["rnn_1.recurrent_weights"].tolist()
    (0, [[0.5]])
    """

    def __init__(self, example: Example) -> None:
        self._example, self._lock = example, Lock()
        self._network = example.build()
        self._weights = [self._network.arrays()]
        self._data = example.data() if example.data else None
        self._judged: dict[int, str] = {}

    @property
    def known(self) -> int:
        """The last epoch whose weights are known."""
        return len(self._weights) - 1

    @property
    def others(self) -> Data | None:
        """Samples that are not learnt from, and their targets."""
        return self._data[1] if self._data else None

    def weights(self, epoch: int) -> dict[str, Array]:
        """The network's weights after so many epochs."""
        return self._weights[epoch]

    def judged(self, epoch: int) -> str:
        """How good the network is after so many epochs, in words."""
        if not self._data:
            return ""
        if epoch not in self._judged:
            network = self._example.build()
            network.assign(self._weights[epoch])
            self._judged[epoch] = self._example.judged(network, self._data[1])
        return self._judged[epoch]

    def learn(self, epoch: int) -> None:
        """Know the epoch after those that are known, unless that one is."""
        with self._lock:
            if self._data and self.known < epoch:
                x, y = self._data[0]
                self._network.fit(x, y, epochs=1, optimizer=Adam(LEARNING_RATE), engine=ENGINE, progress=False)
                self._weights.append(self._network.arrays())


@cache
def course(name: str) -> Course:
    """The one of the example of that name."""
    require_known("example", name, EXAMPLES)
    return Course(EXAMPLES[name])
