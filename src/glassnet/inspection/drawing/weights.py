"""The weights of an image network as images: what each neuron looks for, and the kernels of a convolution."""

from __future__ import annotations

import numpy as np

from glassnet.canvas import Picture
from glassnet.canvas.gallery import Row, gallery
from glassnet.inspection.drawing.network import Columns
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require_known
from glassnet.ir.types import Array
from glassnet.model.model import Model
from glassnet.words import counted


def weights(network: Model, dark: bool | None = None, layer: str | None = None) -> Picture:
    """The weights of a network of images: for each neuron of the first layer, or each kernel, its weights as an image.

    Blue pixels speak for the neuron, orange ones against it; all images have one scale. Of more than 48 images, the
    first 48 are drawn. Kernels are those of the first convolution, or of the one named by ``layer``: one image for each
    filter and channel.

    Raises:
        GlassnetError: the network does not begin with a weight for each pixel of an image or with a convolution, or
            there is no convolution of that name.

    >>> import glassnet as gn
    >>> weights(gn.Network((28, 28), gn.Flatten(), gn.Dense(16, "relu"), gn.Dense(10, "softmax"))).title
    'The weights of 16 neurons as images of 28 × 28 pixels'
    >>> weights(gn.Network((28, 28), gn.Conv2D(6, 5), gn.GlobalMaxPool())).title
    'The weights of 6 kernels of conv2d_1 as images of 5 × 5 pixels'
    """
    kernels = {
        name.removesuffix(".weights"): array
        for name, array in network.parameters.items()
        if name.endswith(".weights") and array.ndim == 4
    }
    if layer is not None:
        require_known("convolution", layer, kernels)
    first = next((name for name in network.parameters if name.endswith(".weights")), "").removesuffix(".weights")
    if layer is not None or first in kernels:
        return _kernels(layer or first, kernels[layer or first], dark)
    columns = Columns(network).all()
    found = next((link.weights for column in columns[1:] for link in column.links if link.weights is not None), None)
    shape = _image_shape(network, found)
    if found is None or shape is None:
        raise GlassnetError(
            "weights are drawn as images for networks of images, such as Network((28, 28), Flatten(), Dense(…)); "
            f"this one has inputs of shape {network.input_shape}"
        )
    images = [column.reshape(shape) for column in found.T]
    what = counted(len(images), "neuron")
    return _gallery(images, [str(k + 1) for k in range(len(images))], what, "neuron", dark)


def _kernels(layer: str, array: Array, dark: bool | None) -> Picture:
    """An image for each filter and channel: 2, 1 is the first channel of the second filter."""
    channels, filters = array.shape[2:]
    images = [array[:, :, c, f] for f in range(filters) for c in range(channels)]
    names = [f"{f + 1}, {c + 1}" if channels > 1 else str(f + 1) for f in range(filters) for c in range(channels)]
    what = f"{counted(filters, 'kernel')} of {layer}"
    return _gallery(images, names, what + (f" for {channels} channels" if channels > 1 else ""), "image", dark)


def _gallery(images: list[Array], names: list[str], what: str, noun: str, dark: bool | None) -> Picture:
    largest = max(float(np.abs(image).max(initial=0.0)) for image in images) or 1.0
    rows, columns = images[0].shape
    title = f"The weights of {what} as images of {rows} × {columns} pixels"
    return gallery([Row("", images, names)], largest, title, noun, "Weights", dark)


def _image_shape(network: Model, found: Array | None) -> tuple[int, int] | None:
    """The rows and columns of the images that the weights are for; a row of pixels is taken as a square."""
    if found is None:
        return None
    side = round(len(found) ** 0.5)
    shape = network.input_shape if len(network.input_shape) == 2 else (side, side)
    rows, columns = shape
    return (rows, columns) if rows * columns == len(found) and min(shape) > 1 else None
