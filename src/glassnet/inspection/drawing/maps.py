"""Pictures of networks of pictures: their feature maps, and what in an input a neuron sees and goes by."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.canvas import Picture, Scene
from glassnet.canvas.colors import shades
from glassnet.canvas.gallery import Row, gallery
from glassnet.canvas.scene import Element, Image, Rectangle, Text
from glassnet.canvas.text import width
from glassnet.inspection import neurons
from glassnet.inspection.algebra.places import one_place
from glassnet.inspection.fields import receptive_field
from glassnet.inspection.relevance import relevance
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Graph, Var
from glassnet.ir.require import require, require_known
from glassnet.ir.types import Array
from glassnet.model.model import Model
from glassnet.readings.evaluate import Program
from glassnet.words import joined, number

MARGIN, SIDE, GAP, LINE = 24.0, 224.0, 24.0, 18.0


def feature_maps(network: Model, x: Any, layer: str | None = None, dark: bool | None = None) -> Picture:
    """What each filter makes of a picture: the channels of every layer that makes pictures, or of the one named.

    Raises:
        GlassnetError: several pictures, no layer that makes pictures, or none of that name.

    >>> import glassnet as gn
    >>> net = gn.Network((8, 8), gn.Conv2D(4, 3, "relu"), gn.MaxPool2D(2), gn.Flatten(), gn.Dense(2))
    >>> feature_maps(net, np.eye(8)).title
    'The feature maps of conv2d_1 and maxpool2d_1'
    """
    array = _one(network, x)
    maps = _maps(network.at(array.shape[1:]))
    if layer is not None:
        require_known("layer of pictures", layer, maps)
        maps = {layer: maps[layer]}
    computed = Program(Graph(maps))({"x": array, **network.arrays()})
    rows = [
        Row(f"{title}: {values.shape[1]} × {values.shape[2]}", [*np.moveaxis(values[0], -1, 0)], _counted(values))
        for title, values in computed.items()
    ]
    largest = max(float(np.abs(values).max(initial=0.0)) for values in computed.values())
    return gallery(rows, largest, f"The feature maps of {joined(computed)}", "map", "Values", dark)


def _maps(network: Model) -> dict[str, Var]:
    found = list(neurons.layers(network.graph))
    titled = zip(neurons.titles(found), found, strict=True)
    maps = {title: var for title, (_, var) in titled if len(var.shape) == 4}
    require(bool(maps), "no layer of this network makes pictures, as gn.Conv2D does")
    return maps


def _counted(values: Array) -> list[str]:
    return [str(k + 1) for k in range(values.shape[-1])]


def _one(network: Model, x: Any) -> Array:
    """One sample with its batch axis."""
    array, single = network.inputs_of(x)
    require(single or len(array) == 1, "one sample is drawn at a time; give x of the input's shape")
    return np.asarray(array, network.dtype)


def seen(network: Model, neuron: str | None = None, x: Any = None, dark: bool | None = None) -> Picture:
    """The receptive field of a neuron: the part of the picture ``x`` that it sees, in a frame; the rest is dimmed.

    >>> import glassnet as gn
    >>> net = gn.Network((8, 8), gn.Conv2D(1, 3), gn.Conv2D(1, 3), gn.Flatten())
    >>> seen(net, "y2_1_1").title
    'y2_1_1 sees 5 × 5 of the 8 × 8 numbers'
    """
    field = receptive_field(network, neuron)
    field = np.asarray(field.any(axis=-1)) if field.ndim == 3 else field
    require(field.ndim == 2, f"this is drawn for pictures; the inputs of this network have the shape {field.shape}")
    name, _ = one_place(network, neuron, "receptive_field")
    image = np.ones(field.shape) if x is None else _grey(_one(network, x)[0])
    rows, columns = (np.flatnonzero(field.any(axis=axis)) for axis in (1, 0))
    high, wide = ((along.max() - along.min() + 1 if along.size else 0) for along in (rows, columns))
    scale = SIDE / max(field.shape)
    elements: list[Element] = _image(_grey_pixels(np.where(field, image, 0.25 * image)), MARGIN)
    if rows.size:
        corner = MARGIN + columns.min() * scale, MARGIN + rows.min() * scale
        elements.append(Rectangle(*corner, wide * scale, high * scale, None, "positive"))
    title = f"{name} sees {high} × {wide} of the {' × '.join(map(str, field.shape))} numbers"
    return _scene(elements, [title], title, dark)


def relevant(
    network: Model, x: Any, neuron: str | None = None, how: str = "gradient", *, layer: str | None = None,
    size: int = 3, dark: bool | None = None,
) -> Picture:  # fmt: skip
    """A picture, and beside it what in it speaks for a neuron (blue) and against it (orange).

    The arguments are those of :meth:`glassnet.Network.relevance`.

    >>> import glassnet as gn
    >>> net = gn.Network((8, 8), gn.Conv2D(2, 3, "relu"), gn.Flatten(), gn.Dense(1))
    >>> relevant(net, np.eye(8)).title
    'What speaks for y: gradient'
    """
    array = _one(network, x)
    network = network.at(array.shape[1:])
    found = relevance(network, array, neuron, how, layer, size)
    found = found.sum(axis=-1) if found.ndim == 3 else found
    if found.ndim != 2:
        raise GlassnetError(f"this is drawn for pictures; the inputs of this network have the shape {found.shape}")
    largest = float(np.abs(found).max(initial=0.0))
    name, _ = one_place(network, neuron, "relevance")
    elements = _image(_grey_pixels(_grey(array[0])), MARGIN)
    elements += _image(shades(found / (largest or 1.0), bool(dark)), MARGIN + SIDE + GAP)
    title = f"What speaks for {name}: {how}"
    return _scene(elements, [title, f"from {number(-largest)} (orange) to {number(largest)} (blue)"], title, dark)


def _grey(picture: Array) -> Array:
    """A picture as numbers from 0 to 1."""
    grey = picture.mean(axis=-1) if picture.ndim == 3 else picture
    low, high = float(grey.min()), float(grey.max())
    return np.asarray((grey - low) / (high - low or 1.0))


def _grey_pixels(image: Array) -> Array:
    return np.repeat(np.rint(255 * (1 - image))[..., None], 3, axis=-1).astype(np.uint8)


def _image(pixels: Array, x: float) -> list[Element]:
    """Pixels in a frame, their longer side as long as the room for them."""
    rows, columns = pixels.shape[:2]
    size = SIDE * columns / max(rows, columns), SIDE * rows / max(rows, columns)
    return [Image(x, MARGIN, *size, pixels), Rectangle(x, MARGIN, *size, None, "outline")]


def _scene(elements: list[Element], notes: list[str], title: str, dark: bool | None) -> Picture:
    right = max(e.x + e.width for e in elements if isinstance(e, Rectangle))
    texts = [Text(MARGIN, MARGIN + SIDE + LINE * (k + 1), one, 12, "muted", "start") for k, one in enumerate(notes)]
    wide = max(right, *(MARGIN + width(one, 12) for one in notes)) + MARGIN
    high = MARGIN + SIDE + LINE * (len(notes) + 1) + MARGIN / 2
    return Picture(Scene(round(wide), round(high), title, f"{'; '.join(notes)}.", [*elements, *texts]), dark)
