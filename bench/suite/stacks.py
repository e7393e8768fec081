"""Networks of pictures as a list of layers that every contestant builds; their weights, and their answers in NumPy.

A layer is its name and its numbers: ("convolution", filters, size, "same" or "valid"), ("mean pool", size),
("max pool", size), ("flatten",), ("mean",) of all places, ("rows",) of a picture as the steps of a sequence,
("lstm", units), whose last state is its result, ("dense", units), and ("tanh",) or ("relu",).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

Array = Any
Layer = tuple[Any, ...]
Shape = tuple[int, ...]

PICTURE = (28, 28, 1)
LENET = (
    ("convolution", 6, 5, "same"), ("tanh",), ("mean pool", 2), ("convolution", 16, 5, "valid"), ("tanh",),
    ("mean pool", 2), ("flatten",), ("dense", 120), ("tanh",), ("dense", 84), ("tanh",), ("dense", 10),
)  # fmt: skip
"""LeNet-5 as it is taught today (LeCun et al. 1998): its last layers dense, its second convolution of all channels."""
CHANNELS = (
    ("convolution", 32, 3, "same"), ("relu",), ("max pool", 2), ("convolution", 64, 3, "same"), ("relu",),
    ("max pool", 2), ("convolution", 128, 3, "same"), ("relu",), ("mean",), ("dense", 10),
)  # fmt: skip
ROW_BY_ROW = (("rows",), ("lstm", 128), ("dense", 10))


def walked(stack: Sequence[Layer]) -> Iterator[tuple[Layer, Shape]]:
    """Each layer with the shape of its input."""
    shape: Shape = PICTURE
    for layer in stack:
        yield layer, shape
        match layer:
            case ("convolution", filters, size, padding):
                cut = 0 if padding == "same" else size - 1
                shape = (shape[0] - cut, shape[1] - cut, filters)
            case ("mean pool" | "max pool", size):
                shape = (shape[0] // size, shape[1] // size, shape[2])
            case ("flatten",):
                shape = (int(np.prod(shape)),)
            case ("mean",):
                shape = shape[2:]
            case ("rows",):
                shape = shape[:2]
            case ("dense" | "lstm", units):
                shape = (units,)


def shapes(stack: Sequence[Layer]) -> list[Shape]:
    """Of weights and biases, layer by layer: kernels are (height, width, in, out)."""
    found: list[Shape] = []
    for layer, shape in walked(stack):
        if layer[0] == "convolution":
            found += [(layer[2], layer[2], shape[2], layer[1]), (layer[1],)]
        if layer[0] == "dense":
            found += [(shape[0], layer[1]), (layer[1],)]
        if layer[0] == "lstm":
            found += [(shape[1], 4 * layer[1]), (layer[1], 4 * layer[1]), (4 * layer[1],)]
    return found


def first_weights(stack: Sequence[Layer], dtype: str) -> list[Array]:
    """Glorot's, the same for all contestants, and biases of 0."""
    rng = np.random.default_rng(9)
    arrays = []
    for shape in shapes(stack):
        limit = np.sqrt(6 / (np.prod(shape[:-1]) + np.prod(shape[:-2]) * shape[-1])) if len(shape) > 1 else 0.0
        arrays.append(rng.uniform(-limit, limit, shape).astype(dtype))
    return arrays


def answer(stack: Sequence[Layer], weights: Sequence[Array], x: Array) -> Array:
    """The last layer's sums in float64."""
    arrays, value = iter(weights), x.reshape(len(x), *PICTURE).astype(np.float64)
    for layer in stack:
        match layer:
            case ("convolution", _, size, padding):
                around = size // 2 if padding == "same" else 0
                value = np.pad(value, ((0, 0), (around, around), (around, around), (0, 0)))
                seen = np.lib.stride_tricks.sliding_window_view(value, (size, size), (1, 2))
                value = np.tensordot(seen, next(arrays).transpose(2, 0, 1, 3), 3) + next(arrays)
            case ("mean pool" | "max pool", size):
                n, height, width, channels = value.shape
                parts = value[:, : height // size * size, : width // size * size]
                parts = parts.reshape(n, height // size, size, width // size, size, channels)
                value = parts.mean((2, 4)) if layer[0] == "mean pool" else parts.max((2, 4))
            case ("flatten",):
                value = value.reshape(len(value), -1)
            case ("mean",):
                value = value.mean((1, 2))
            case ("rows",):
                value = value[..., 0]
            case ("lstm", _):
                value = _lstm(value, next(arrays), next(arrays), next(arrays))
            case ("dense", _):
                value = value @ next(arrays) + next(arrays)
            case ("tanh",):
                value = np.tanh(value)
            case ("relu",):
                value = np.maximum(value, 0)
    return value


def _lstm(x: Array, weights: Array, recurrent: Array, biases: Array) -> Array:
    """The last state of a sequence (n, steps, f); gates in Keras' order: input, forget, candidate, output."""
    h = c = np.zeros((len(x), len(recurrent)))
    for step in range(x.shape[1]):
        i, f, g, o = np.split(x[:, step] @ weights + h @ recurrent + biases, 4, axis=1)
        i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
        c = f * c + i * np.tanh(g)
        h = o * np.tanh(c)
    return h


def multiply_adds(stack: Sequence[Layer]) -> int:
    """Of a sample's products in a step: forward, for the weights, and for the inputs of all layers but the first."""
    found = []
    for layer, shape in walked(stack):
        if layer[0] == "convolution":
            cut = 0 if layer[3] == "same" else layer[2] - 1
            found.append((shape[0] - cut) * (shape[1] - cut) * shape[2] * layer[2] ** 2 * layer[1])
        if layer[0] == "dense":
            found.append(shape[0] * layer[1])
        if layer[0] == "lstm":
            found += [shape[0] * shape[1] * 4 * layer[1], shape[0] * layer[1] * 4 * layer[1]]
    return int(3 * sum(found) - found[0])


# ── PyTorch's order ─────────────────────────────────────────────────────────────────────────────────────────────────


def channels_first(stack: Sequence[Layer], arrays: Sequence[Array]) -> list[Array]:
    """Our arrays as the parameters of PyTorch are: outputs and channels first, also of flattened pictures."""
    return [_moved(array, picture, inwards=True) for array, picture in zip(arrays, _pictures(stack), strict=True)]


def channels_last(stack: Sequence[Layer], arrays: Sequence[Array]) -> list[Array]:
    """The way back."""
    return [_moved(array, picture, inwards=False) for array, picture in zip(arrays, _pictures(stack), strict=True)]


def _pictures(stack: Sequence[Layer]) -> list[Any]:
    """For each array the shape of the picture whose numbers, flattened, are its inputs; None for the others."""
    found: list[Any] = []
    flattened = None
    for layer, shape in walked(stack):
        if layer[0] in ("convolution", "dense", "lstm"):
            found += [flattened if layer[0] == "dense" else None, None, *[None] * (layer[0] == "lstm")]
            flattened = None
        if layer[0] == "flatten":
            flattened = shape
    return found


def _moved(array: Array, picture: Any, *, inwards: bool) -> Array:
    if array.ndim == 4:
        return np.ascontiguousarray(array.transpose(3, 2, 0, 1) if inwards else array.transpose(2, 3, 1, 0))
    if picture is not None:
        height, width, channels = picture
        if inwards:
            array = array.reshape(height, width, channels, -1).transpose(2, 0, 1, 3).reshape(len(array), -1)
        else:
            array = array.T.reshape(channels, height, width, -1).transpose(1, 2, 0, 3).reshape(array.shape[1], -1)
            return np.ascontiguousarray(array)
    return np.ascontiguousarray(array.T)
