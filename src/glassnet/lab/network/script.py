"""The page *Network* as Python: the network with its edits, its input and target, and the explanation of it all."""

from __future__ import annotations

import json
from collections.abc import Iterator

from glassnet.lab.network.layers import name_of, rows_of
from glassnet.lab.network.state import State
from glassnet.lab.page import Lab
from glassnet.lab.script import listed


def script(state: State, lab: Lab) -> str:
    """``net(x)`` is the answer; ``explanation`` has all numbers of the page."""
    lines = ["import numpy as np", "import glassnet as gn", "", *_network(state, lab)]
    lines += [listed("numbers", state.x.tolist()), f"x = np.reshape(numbers, {state.network.input_shape})"]
    asked = "x" if state.y is None else f"x, {state.y!r}"
    loss = f", loss={json.dumps(state.loss)}" if state.loss and state.y is not None else ""
    lines += ["print(net(x))", f"explanation = net.explain({asked}{loss})"]
    if state.merged:
        lines += ["print(net.collapse())"]
    return "\n".join(lines)


def _network(state: State, lab: Lab) -> Iterator[str]:
    if not state.example:
        rows = rows_of(state.network)
        yield "net = gn.Network("
        yield f"    {len(rows[0].weights)},"
        for row in rows:
            written = f'{row.units}, "{name_of(row.activation)}", name={json.dumps(row.name, ensure_ascii=False)}'
            yield f"    gn.Dense({written},"
            yield f"        weights={row.weights.tolist()},"
            yield f"        biases={row.biases.tolist()}),"
        yield f'    dtype="{state.network.dtype}",'
        yield ")"
        return
    original = lab.networks[state.example]
    yield f"net = {lab.source(state.example)}"
    if changed := dict(state.activated(original)):
        yield "from dataclasses import replace"
        yield f"changed = {json.dumps(changed, ensure_ascii=False)}"
        yield "layers = [replace(one, activation=changed[name]) if name in changed else one"
        yield "          for name, one in net.layers.items()]"
        yield "trained, net = net, gn.Network(net.input_shape, *layers, seed=net.seed, dtype=net.dtype)"
        yield "net.assign(trained.arrays())"
    for name, place, value in state.edits(original):
        yield f"net.parameters[{json.dumps(name, ensure_ascii=False)}][{place}] = {value}"
