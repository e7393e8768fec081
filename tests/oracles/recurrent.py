"""Recurrent layers in PyTorch, step by step, by its own cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import glassnet as gn
from tests.oracles.case import Case, Tensor, a_layer, torch

NUMBERS = {"rnn": 1, "lstm": 2, "gru": 1}  # rows of units in the state


def history(
    m: Any, x: Tensor, name: str, cell: str = "lstm_cell", backwards: bool = False, mask: float | None = None
) -> Tensor:
    """All outputs, (samples, steps, units); the parameters are ours, in Keras' order."""
    kind = cell.partition("_")[0]
    u = m[f"{name}.recurrent_weights"]
    units = len(u)
    order = torch.cat([torch.arange(units) + k * units for k in ((1, 0, 2) if kind == "gru" else range(4))])
    order = order[: u.shape[1]]
    biases = m[f"{name}.biases"] if f"{name}.biases" in m else torch.zeros(u.shape[1])
    b, b_state = biases if kind == "gru" and biases.ndim == 2 else (biases, torch.zeros_like(biases))
    first = m[f"{name}.initial"] if f"{name}.initial" in m else torch.zeros(NUMBERS[kind], units)
    state = tuple(row.expand(len(x), units) for row in first.reshape(-1, units))
    outputs = {}
    steps = range(x.shape[1])
    for t in reversed(steps) if backwards else steps:
        hx = state if kind == "lstm" else state[0]
        new = getattr(torch, cell)(
            x[:, t], hx, m[f"{name}.weights"].T[order], u.T[order], b.to(x.dtype)[order], b_state.to(x.dtype)[order]
        )
        there = torch.ones(len(x), 1, dtype=bool) if mask is None else (x[:, t] != mask).any(1, keepdim=True)
        new = new if kind == "lstm" else (new,)
        state = tuple(torch.where(there, now, before) for now, before in zip(new, state, strict=True))
        outputs[t] = state[0]
    return torch.stack([outputs[t] for t in steps], dim=1)


def last(m: Any, x: Tensor, name: str, cell: str = "lstm_cell", **more: Any) -> Tensor:
    """The output after all steps."""
    return history(m, x, name, cell, **more)[:, 0 if more.get("backwards") else -1]


def recurrent(
    name: str, layer: gn.Layer, forward: Callable[[Any, Tensor], Tensor], *rest: gn.Layer, **more: Any
) -> Case:
    """A recurrent layer over four steps, and a dense layer of what it gives last."""
    convention = "one bias where PyTorch has two; gates in Keras' order"
    made = (layer, *rest, gn.Dense(2))
    return Case(f"layer {name}", made, lambda m, x: a_layer(m, forward(m, x)), convention, **{"inputs": (4, 2), **more})


PADDED: dict[str, Any] = {"inputs": (5, 1), "whole_numbers": 3}  # a third of the steps are 0

RECURRENT = [
    recurrent("rnn", gn.RNN(3), lambda m, x: last(m, x, "rnn_1", "rnn_tanh_cell")),
    recurrent("rnn relu", gn.RNN(3, "relu"), lambda m, x: last(m, x, "rnn_1", "rnn_relu_cell"), weights_scale=0.5),
    recurrent("rnn without biases", gn.RNN(3, biases=None), lambda m, x: last(m, x, "rnn_1", "rnn_tanh_cell")),
    recurrent(
        "rnn backwards", gn.RNN(3, backwards=True), lambda m, x: last(m, x, "rnn_1", "rnn_tanh_cell", backwards=True)
    ),
    recurrent("lstm", gn.LSTM(3), lambda m, x: last(m, x, "lstm_1")),
    recurrent("lstm without biases", gn.LSTM(3, biases=None), lambda m, x: last(m, x, "lstm_1")),
    recurrent("lstm with a first state", gn.LSTM(3, initial="normal"), lambda m, x: last(m, x, "lstm_1")),
    recurrent(
        "lstm sequence",
        gn.LSTM(3, sequence=True),
        lambda m, x: history(m, x, "lstm_1").flatten(1),
        gn.Flatten(),
    ),
    recurrent(
        "lstm sequence backwards",
        gn.LSTM(3, sequence=True, backwards=True),
        lambda m, x: history(m, x, "lstm_1", backwards=True).flatten(1),
        gn.Flatten(),
    ),
    recurrent("lstm masked", gn.LSTM(3, mask=0.0), lambda m, x: last(m, x, "lstm_1", mask=0.0), **PADDED),
    recurrent(
        "lstm stacked",
        gn.LSTM(3, sequence=True),
        lambda m, x: last(m, history(m, x, "lstm_1"), "lstm_2"),
        gn.LSTM(2),
    ),
    recurrent("gru", gn.GRU(3), lambda m, x: last(m, x, "gru_1", "gru_cell")),
    recurrent("gru without biases", gn.GRU(3, biases=None), lambda m, x: last(m, x, "gru_1", "gru_cell")),
    recurrent(
        "gru masked, sequence backwards",
        gn.GRU(3, mask=0.0, sequence=True, backwards=True, initial="zeros"),
        lambda m, x: history(m, x, "gru_1", "gru_cell", backwards=True, mask=0.0).flatten(1),
        gn.Flatten(),
        **PADDED,
    ),
    recurrent(
        "bidirectional lstm",
        gn.Bidirectional(gn.LSTM(2)),
        lambda m, x: torch.cat(
            [last(m, x, "bidirectional_1.forwards"), last(m, x, "bidirectional_1.backwards", backwards=True)], 1
        ),
    ),
    recurrent(
        "bidirectional gru sequence",
        gn.Bidirectional(gn.GRU(2, sequence=True)),
        lambda m, x: torch.cat(
            [
                history(m, x, "bidirectional_1.forwards", "gru_cell"),
                history(m, x, "bidirectional_1.backwards", "gru_cell", backwards=True),
            ],
            2,
        ).flatten(1),
        gn.Flatten(),
    ),
]
