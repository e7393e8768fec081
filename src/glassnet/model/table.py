"""A model as a table: each layer with its activation, the shape of what it gives, and how many parameters it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from html import escape

from glassnet.ir.graph import Graph
from glassnet.ir.types import Array
from glassnet.layers.activations import ActivationFunction
from glassnet.layers.layer import Layer

HEADING = ("layer", "kind", "activation", "gives", "parameters")


def rows(layers: Mapping[str, Layer], graph: Graph, parameters: Mapping[str, Array]) -> list[tuple[str, ...]]:
    """The cells of each layer, in order.

    >>> import glassnet as gn
    >>> net = gn.Network(2, gn.Dense(3, "relu"), gn.Dropout(0.1), gn.Dense(1))
    >>> for row in rows(net.layers, net.graph, net.parameters):
    ...     print(*row, sep=" | ")
    dense_1 | Dense | relu | 3 | 9
    dropout_1 | Dropout |  |  | 0
    dense_2 | Dense | linear | 1 | 4
    """
    last = {var.origin.path: var for var in graph.variables if var.origin.path}
    found: list[tuple[str, ...]] = []
    for name, layer in layers.items():
        given = last.get(name)
        shape = "" if given is None else " × ".join(str(dim) for dim in given.shape[1:])
        count = sum(array.size for parameter, array in parameters.items() if parameter.startswith(f"{name}."))
        frozen = "" if layer.trainable else " (frozen)"
        found.append((name, type(layer).__name__, _activation(layer), shape, f"{count:,}{frozen}"))
    return found


def html(title: str, rows: list[tuple[str, ...]], cost: str) -> str:
    """The same as a table of HTML, under the model's own line and above what one answer takes."""
    heading = "".join(f"<th>{cell}</th>" for cell in HEADING)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    table = f"<table><thead><tr>{heading}</tr></thead><tbody>{body}</tbody></table>"
    return f"<p>{escape(title)}</p>{table}<p>{escape(cost)}</p>"


def _activation(layer: Layer) -> str:
    """The words of the activations among its settings."""
    settings = (getattr(layer, field.name) for field in fields(layer))
    return ", ".join(type(one).__name__.lower() for one in settings if isinstance(one, ActivationFunction))
