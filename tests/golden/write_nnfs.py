"""Writes nnfs.npz from the book's own package: python tests/golden/write_nnfs.py, where ``nnfs==0.5.1`` is installed.

``nnfs.init()`` patches NumPy (float32 by default, a float64 dot product rounded to float32) and seeds it with 0. Each
golden is what the book's code gives right after seeding; the layers are those of its chapters 3 to 5.
"""

from pathlib import Path

import nnfs
import numpy as np
from nnfs.datasets import sine_data, spiral_data, vertical_data

# ruff: noqa: NPY002 (the book draws from NumPy's global stream)

nnfs.init()
golden = {"sine_x": sine_data()[0], "sine_y": sine_data()[1]}

for name, make in {"spiral": spiral_data, "vertical": vertical_data}.items():
    for samples, classes in [(100, 3), (100, 2), (1, 1), (7, 5)]:
        np.random.seed(0)
        x, y = make(samples, classes)
        golden[f"{name}_{samples}_{classes}_x"], golden[f"{name}_{samples}_{classes}_y"] = x, y

np.random.seed(0)
x, y = spiral_data(samples=100, classes=3)
weights_1 = 0.01 * np.random.randn(2, 3)
weights_2 = 0.01 * np.random.randn(3, 3)
layer_1 = np.dot(x, weights_1) + np.zeros((1, 3))
layer_2 = np.dot(np.maximum(0, layer_1), weights_2) + np.zeros((1, 3))
exponentials = np.exp(layer_2 - np.max(layer_2, axis=1, keepdims=True))
softmax = exponentials / np.sum(exponentials, axis=1, keepdims=True)
loss = np.mean(-np.log(np.clip(softmax, 1e-7, 1 - 1e-7)[range(len(x)), y]))
golden |= {"weights_1": weights_1, "weights_2": weights_2, "layer_1": layer_1, "softmax": softmax, "loss": loss}
print(layer_1[:5], softmax[:5], loss, sep="\n")

np.savez_compressed(Path(__file__).with_name("nnfs.npz"), **golden)
