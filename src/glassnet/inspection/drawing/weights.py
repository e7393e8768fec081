"""The weights of an image network's first layer, as images: what each neuron looks for."""

from __future__ import annotations

import numpy as np

from glassnet.canvas import Picture, Scene
from glassnet.canvas.colors import shades
from glassnet.canvas.scene import Element, Image, Rectangle, Text
from glassnet.canvas.text import width
from glassnet.inspection.drawing.network import Columns
from glassnet.ir.errors import GlassnetError
from glassnet.ir.types import Array
from glassnet.model.model import Model
from glassnet.words import counted, number

MARGIN, SIDE, GAP, LINE = 24.0, 84.0, 12.0, 18.0
A_ROW, MOST = 8, 48  # neurons


def weights(network: Model, dark: bool | None = None) -> Picture:
    """The first layer's weights in a network of images: for each neuron, its weights as an image.

    Blue pixels speak for the neuron, orange ones against it; all images have one scale. Of more than 48 neurons, the
    first 48 are drawn.

    Raises:
        GlassnetError: the network does not begin with a weight for each pixel of an image.

    >>> import glassnet as gn
    >>> weights(gn.Network((28, 28), gn.Flatten(), gn.Dense(16, "relu"), gn.Dense(10, "softmax"))).title
    'The weights of 16 neurons as images of 28 × 28 pixels'
    """
    columns = Columns(network).all()
    found = next((link.weights for column in columns[1:] for link in column.links if link.weights is not None), None)
    shape = _image_shape(network, found)
    if found is None or shape is None:
        raise GlassnetError(
            "weights are drawn as images for networks of images, such as Network((28, 28), Flatten(), Dense(…)); "
            f"this one has inputs of shape {network.input_shape}"
        )
    largest = float(np.abs(found).max(initial=0.0)) or 1.0
    count = found.shape[1]
    elements: list[Element] = []
    for k in range(min(count, MOST)):
        x, y = MARGIN + k % A_ROW * (SIDE + GAP), MARGIN + k // A_ROW * (SIDE + GAP + LINE)
        pixels = shades(found[:, k].reshape(shape) / largest, bool(dark))
        elements += [Image(x, y, SIDE, SIDE, pixels), Rectangle(x, y, SIDE, SIDE, None, "outline")]
        elements.append(Text(x + SIDE / 2, y + SIDE + 10, str(k + 1), 12, "muted"))
    rows = -(-min(count, MOST) // A_ROW)
    bottom = MARGIN + rows * (SIDE + GAP + LINE) + 4
    note = f"from {number(-largest)} (orange) to {number(largest)} (blue)"
    note += f"; {counted(count - MOST, 'more neuron')}" if count > MOST else ""
    elements.append(Text(MARGIN, bottom, note, 12, "muted", "start"))
    wide = max(min(count, A_ROW) * (SIDE + GAP) - GAP, width(note, 12)) + 2 * MARGIN
    title = f"The weights of {counted(count, 'neuron')} as images of {shape[0]} × {shape[1]} pixels"
    return Picture(Scene(round(wide), round(bottom + MARGIN), title, f"Weights {note}.", elements), dark)


def _image_shape(network: Model, found: Array | None) -> tuple[int, int] | None:
    """The rows and columns of the images that the weights are for; a row of pixels is taken as a square."""
    if found is None:
        return None
    side = round(len(found) ** 0.5)
    shape = network.input_shape if len(network.input_shape) == 2 else (side, side)
    rows, columns = shape
    return (rows, columns) if rows * columns == len(found) and min(shape) > 1 else None
