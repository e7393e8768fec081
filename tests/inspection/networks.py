"""Random small networks for the tests of algebra."""

from __future__ import annotations

from hypothesis import strategies as st

import glassnet as gn

SMOOTH = ("linear", "relu", "leaky relu", "prelu", "hard sigmoid", "sigmoid", "tanh", "softplus", "softsign", "elu",
          "gelu", "silu", "mish", "softmax")  # fmt: skip
CORNERS = ("relu", "leaky relu", "prelu", "hard sigmoid", "linear")
ANY_SEED = st.integers(0, 2**32)


@st.composite
def networks(
    draw: st.DrawFn,
    inputs: int | None = None,
    activations: tuple[str, ...] = SMOOTH,
    outputs: int | None = None,
    statistics: bool = True,
) -> gn.Network:
    """One to three layers of one to three neurons, some of them with other layers in between or with masks.

    ``statistics``: whether there may be layers that training and evaluation compute differently.
    """
    between = [[], [gn.Rescale(0.5, offset=-0.25)], *([[gn.BatchNorm()], [gn.Dropout(0.3)]] if statistics else [])]
    size = width = inputs or draw(st.integers(1, 3))
    layers: list[gn.Layer] = []
    count = draw(st.integers(1, 3))
    for i in range(count):
        units = outputs if outputs and i == count - 1 else draw(st.integers(1, 3))
        mask = None
        if draw(st.booleans()):
            mask = [[draw(st.integers(0, 1)) for _ in range(units)] for _ in range(width)]
        layers += draw(st.sampled_from(between))
        bias = draw(st.sampled_from(["normal", None]))
        layers.append(gn.Dense(units, draw(st.sampled_from(activations)), biases=bias, connected=mask))
        width = units
    if draw(st.booleans()):
        layers = [gn.Add(gn.Dense(size, draw(st.sampled_from(activations))), gn.Identity()), *layers]
    net = gn.Network(size, *layers, seed=draw(ANY_SEED), dtype="float64")
    for name in net.state:
        net.state[name][...] = draw(st.floats(0.25, 2))
    return net
