"""The page *Convolution* as Python."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from glassnet.ir.types import Array
from glassnet.lab.convolution.state import POOLED, POOLS, SIDE, State
from glassnet.lab.script import WIDTH, edited


def script(state: State, source: str, picture: Array, shape: tuple[int, ...], name: str) -> str:
    """``explanation`` has all numbers of the page, ``field`` what of the picture the chosen one is computed from."""
    return "\n".join(_lines(state, source, picture, shape, name))


def _lines(state: State, source: str, picture: Array, shape: tuple[int, ...], name: str) -> Iterator[str]:
    yield "import numpy as np"
    yield "import glassnet as gn"
    yield ""
    yield "picture = np.array(["
    for row in picture.reshape(len(picture), -1).tolist():
        yield from wrap(f"{', '.join(map(repr, row))},", WIDTH, initial_indent="    ", subsequent_indent="    ")
    yield f"]).reshape({shape})"
    yield from _own(state) if not state.model else [f"net = {source}"]
    yield from (edited(*one) for one in state.changed)
    yield ""
    yield "output = net(picture)"
    yield "explanation = net.explain(picture)"
    yield f'print(explanation["{name}"])'
    yield f'field = net.receptive_field("{name}")'
    yield 'print(f"It is computed from {field.sum()} numbers of the picture.")'


def _own(state: State) -> Iterator[str]:
    how = state.setting
    yield f"kernel = np.reshape({list(state.weights)}, ({how.size}, {how.size}, 1, 1))"
    yield "net = gn.Network("
    yield f"    ({SIDE}, {SIDE}),"
    slide = f'stride={how.stride}, padding="{how.padding}", dilation={how.dilation}'
    yield f'    gn.Conv2D(1, {how.size}, "{how.activation}", {slide},'
    yield f'        weights=kernel, biases=[{state.bias!r}], name="c"),'
    if how.pooling != "none":
        yield f'    gn.{POOLS[how.pooling].__name__}({POOLED}, name="p"),'
    yield '    dtype="float64",'
    yield ")"
