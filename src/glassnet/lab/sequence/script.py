"""The page *Sequence* as Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap

from glassnet.ir.types import Array
from glassnet.lab.script import WIDTH
from glassnet.lab.sequence.examples import ENGINE, EXAMPLES, LEARNING_RATE
from glassnet.lab.sequence.state import State


def script(state: State, source: str, x: Array, weights: Mapping[str, float], name: str) -> str:
    """``explanation`` has all numbers of the page; ``weights`` are those that were changed."""
    return "\n".join(_lines(state, source, x, weights, name))


def _lines(state: State, source: str, x: Array, weights: Mapping[str, float], name: str) -> Iterator[str]:
    yield "import numpy as np"
    yield "import glassnet as gn"
    yield ""
    yield EXAMPLES[state.model].source if state.model in EXAMPLES else f"net = {source}"
    if state.goal:
        yield f'net.fit(x, y, epochs={state.goal}, optimizer=gn.Adam({LEARNING_RATE}), engine="{ENGINE}")'
    for weight, value in weights.items():
        base, _, place = weight.partition("[")
        yield f'net.parameters["{base}"][{place} = {value!r}'
    yield ""
    yield "sequence = np.array(["
    yield from wrap(f"{', '.join(map(repr, x.ravel().tolist()))},", WIDTH, initial_indent="    ",
                    subsequent_indent="    ")  # fmt: skip
    yield f"]).reshape({x.shape})"
    yield "explanation = net.explain(sequence)"
    yield "output = net(sequence)"
    yield f'print(explanation["{name}"].tree(1))'
