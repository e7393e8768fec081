"""Attention as a picture: which step looks at which, by what weight, in each head."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from glassnet.canvas import Picture, Scene
from glassnet.canvas.colors import level
from glassnet.canvas.scene import Element, Rectangle, Text
from glassnet.canvas.text import shortened, width
from glassnet.data.tokens import Tokens
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Graph, Var, source
from glassnet.ir.require import require, require_known
from glassnet.ir.trace import Trace
from glassnet.ir.types import BATCH, Array
from glassnet.layers.attention import Attention, CrossAttention
from glassnet.layers.layer import run
from glassnet.model.model import Model
from glassnet.model.translation import sizes, translates, written
from glassnet.readings.evaluate import Program
from glassnet.words import counted

MARGIN, CELL, GAP, HEADING = 24.0, 34.0, 26.0, 30.0
MOST_STEPS, A_ROW = 32, 4


def attention_weights(network: Model, x: Any) -> dict[str, Array]:
    """The attention weights of each layer at one input: (heads, steps, steps), row i for what step i looks at.

    Args:
        x: one input of the network's shape; or, where it has tokens, a text, whose tokens are the first steps; of a
            network that translates, the question, whose answer it writes itself.

    >>> import glassnet as gn
    >>> net = gn.Network((3, 4), gn.Attention(heads=2, causal=True))
    >>> attention_weights(net, np.ones((3, 4)))["attention_1"].round(2).tolist()[0]
    [[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.33000001311302185, 0.33000001311302185, 0.33000001311302185]]
    """
    return {name: array[0] for name, array in _weights(network, _input(network, x)[0]).items()}


def attention(network: Model, x: Any, layer: str | None = None, dark: bool | None = None) -> Picture:
    """The attention weights at one input, a table for each head: row i is what step i looks at, and sums to 1.

    Of a network that translates it is the alignment: what it looks at in the question as it writes each character.

    Args:
        x: one input of the network's shape; or, where it has tokens, a text, whose tokens name rows and columns; of a
            network that translates, the question, whose answer it writes itself.
        layer: the name of the attention layer, where there are several; the first one unless said.
        dark: as in ``net.draw``.

    Raises:
        GlassnetError: no attention, no layer of that name, or more than 32 steps.

    >>> import glassnet as gn
    >>> net = gn.Network((2, 4), gn.Attention(causal=True))
    >>> gn.drawing.attention(net, np.ones((2, 4))).description
    'Head 1: step 1 looks at 1 (1.00); step 2 looks at 1 (0.50), 2 (0.50).'
    """
    given, all_names = _input(network, x)
    found = _weights(network, given)
    require(bool(found), "the network has no attention; its layers are such as gn.Attention(heads=4)")
    title = next(iter(found)) if layer is None else layer
    require_known("attention layer", title, list(found))
    heads = found[title][0]
    rows, columns = (all_names(count)[:count] for count in heads.shape[1:])
    most = max(len(rows), len(columns))
    require(most <= MOST_STEPS, f"attention is drawn for up to {MOST_STEPS} steps, got {most}; give fewer")
    return _picture(title, heads[:, : len(rows), : len(columns)], rows, columns, dark)


def _input(network: Model, x: Any) -> tuple[Array, Callable[[int], list[str]]]:
    """One input with a batch axis, and what so many steps of it are called: by their tokens where it is a text."""
    if not isinstance(x, str):
        inputs, single = network.inputs_of(x)
        require(single or len(inputs) == 1, "attention is drawn for one sample at a time; give x of the input's shape")
        return inputs, lambda count: [str(i + 1) for i in range(count)]
    tokens: Tokens | None = network.tokens
    if tokens is None:
        raise GlassnetError("the network has no tokens, so it cannot read text; set net.tokens = text.tokens")
    if translates(network):
        return _translation(network, tokens, x)
    encoded = tokens.encode(x).tolist()
    steps = network.inputs[0] or len(encoded)
    fits = 0 < len(encoded) <= steps
    require(fits, f"the text has {counted(len(encoded), 'token')}, and the network takes 1 to {steps}")
    names = _names(tokens, encoded)
    return network.inputs_of(np.array([encoded + [0] * (steps - len(encoded))]))[0], lambda count: names


def _translation(network: Model, tokens: Tokens, question: str) -> tuple[Array, Callable[[int], list[str]]]:
    """The question with the answer that the network writes; steps of an answer are called by what is written there."""
    [row] = written(network, [question]).tolist()
    asked, answered = sizes(network)
    parts = {asked: row[: len(question)], answered: row[asked:]}
    return network.inputs_of(np.array([row[:-1]]))[0], lambda count: _names(tokens, parts.get(count, row))


def _names(tokens: Tokens, encoded: Sequence[int]) -> list[str]:
    return [tokens.decode([token]).replace(" ", "␣").replace("\n", "⏎") for token in encoded]


def _weights(network: Model, inputs: Array) -> dict[str, Array]:
    """What each layer of attention calls its weights, of (n, heads, steps, steps)."""
    with Trace(network.dtype) as trace:
        x = source("input", "x", (BATCH, *inputs.shape[1:]), network.dtype)
        graph = Graph({"output": run(network.root, x)})
    found: dict[str, Var] = {}
    for var, equation in graph.equations():
        path = var.origin.path
        if (
            isinstance(trace.layers.get(path), Attention | CrossAttention)
            and dict(equation.params).get("name") == "weight"
        ):
            found[path] = var
    return Program(Graph(found))({"x": np.asarray(inputs, network.dtype), **network.arrays()}) if found else {}


def _picture(title: str, heads: Array, rows: Sequence[str], columns: Sequence[str], dark: bool | None) -> Picture:
    count, *_ = heads.shape
    rows, columns = ([shortened(name, 12, 60) for name in names] for names in (rows, columns))
    left = max(width(word, 12) for word in rows) + 10
    wide, high = left + len(columns) * CELL, HEADING + 22 + len(rows) * CELL
    elements: list[Element] = []
    for head, weights in enumerate(heads):
        x, y = MARGIN + head % A_ROW * (wide + GAP), MARGIN + head // A_ROW * (high + GAP)
        elements.append(Text(x + left + len(columns) * CELL / 2, y + 8, f"head {head + 1}", 13, bold=True))
        elements += _table(x + left, y + HEADING + 22, weights, rows, columns)
    across, down = min(count, A_ROW), -(-count // A_ROW)
    extent = round(2 * MARGIN + across * (wide + GAP) - GAP), round(2 * MARGIN + down * (high + GAP) - GAP)
    description = " ".join(f"Head {k + 1}: {_spoken(weights, rows, columns)}." for k, weights in enumerate(heads))
    return Picture(Scene(*extent, f"The attention of {title}, {counted(count, 'head')}", description, elements), dark)


def _table(left: float, top: float, weights: Array, rows: Sequence[str], columns: Sequence[str]) -> list[Element]:
    """The weights of one head, each on its shade of blue, with the steps' names."""
    elements: list[Element] = []
    for i, word in enumerate(rows):
        elements.append(Text(left - 8, top + (i + 0.5) * CELL, word, 12, anchor="end"))
    for j, word in enumerate(columns):
        elements.append(Text(left + (j + 0.5) * CELL, top - 12, shortened(word, 12, CELL), 12))
    for (i, j), weight in np.ndenumerate(weights):
        step = level(float(weight), 1.0) if weight else "background"
        x, y = left + j * CELL, top + i * CELL
        elements.append(Rectangle(x, y, CELL, CELL, step, "block"))
        if weight:
            paint = "background" if step[1:].isdigit() and int(step[1:]) > 3 else "ink"
            elements.append(Text(x + CELL / 2, y + CELL / 2, _short(float(weight)), 12, paint))
    return elements


def _short(weight: float) -> str:
    """Two digits: .25, 1 or 0.

    >>> _short(0.254), _short(1.0), _short(0.001)
    ('.25', '1', '0')
    """
    text = f"{weight:.2f}"
    return text[1:] if text.startswith("0.") and text != "0.00" else text.partition(".")[0]


def _spoken(weights: Array, rows: Sequence[str], columns: Sequence[str]) -> str:
    said = []
    for word, row in zip(rows, weights, strict=True):
        seen = sorted((j for j in range(len(row)) if row[j] >= 0.005), key=lambda j: -row[j])
        said.append(f"step {word} looks at {', '.join(f'{columns[j]} ({row[j]:.2f})' for j in seen) or 'nothing'}")
    return "; ".join(said)
