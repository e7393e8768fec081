"""The page *Sequence* as Python."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from textwrap import wrap

from glassnet.ir.types import Array
from glassnet.lab.script import WIDTH, edited
from glassnet.lab.sequence.examples import ENGINE, EXAMPLES, LEARNING_RATE
from glassnet.lab.sequence.state import State
from glassnet.lab.sequence.writing import Reading


def script(state: State, source: str, given: Array | Reading, weights: Mapping[str, float], name: str) -> str:
    """``explanation`` has all numbers, ``following`` those of the next token; ``weights``: those that were changed."""
    return "\n".join(_lines(state, source, given, weights, name))


def _lines(state: State, source: str, given: Array | Reading, weights: Mapping[str, float], name: str) -> Iterator[str]:
    yield "import numpy as np"
    yield "import glassnet as gn"
    if isinstance(given, Reading):
        yield "from glassnet.generation import NextToken"
    yield ""
    yield EXAMPLES[state.model].source if state.model in EXAMPLES else f"net = {source}"
    if state.goal:
        yield f'net.fit(x, y, epochs={state.goal}, optimizer=gn.Adam({LEARNING_RATE}), engine="{ENGINE}")'
    for weight, value in weights.items():
        yield edited(weight, value)
    yield ""
    yield from _text(given) if isinstance(given, Reading) else _numbers(given)
    yield "explanation = net.explain(sequence)"
    yield "output = net(sequence)"
    yield f'print(explanation["{name}"].tree(1))'


def _numbers(x: Array) -> Iterator[str]:
    yield "sequence = np.array(["
    yield from wrap(f"{', '.join(map(repr, x.ravel().tolist()))},", WIDTH, initial_indent="    ",
                    subsequent_indent="    ")  # fmt: skip
    yield f"]).reshape({x.shape})"


def _text(reading: Reading) -> Iterator[str]:
    how, prompt = reading.writing, json.dumps(reading.prompt, ensure_ascii=False)
    settings = f"temperature={how.temperature!r}, top_k={how.top_k or None}, top_p={how.top_p!r}"
    if how.more:
        yield f"text = gn.generate(net, {prompt}, length={how.more}, {settings}, seed={how.seed})"
    else:
        yield f"text = {prompt}"
    yield "print(text)"
    seen, steps = len(reading.steps), len(reading.x)
    yield f"tokens = net.tokens.encode(text)[-{seen}:]"
    yield f"sequence = np.pad(tokens, (0, {steps - seen}))"
    yield f"following = NextToken(net, text, {settings})"
