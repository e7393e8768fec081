"""Train the digit model that ships in the package: src/glassnet/model/shipped/digits.safetensors.

    python examples/train_digits.py [--epochs 40] [--out digits.safetensors]

It learns from all 60,000 MNIST training images, bent and moved anew in each epoch, and from as many digits drawn by the
program, so that it also reads what people draw with a mouse. Nothing is chosen by looking at the test set.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import glassnet as gn
from glassnet.data.augment import Augment
from glassnet.data.strokes import strokes

AUGMENT = Augment(shift=1.0, rotate=8, scale=0.08, shear=0.08, elastic=0.8)
BATCH = 128


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--drawn", type=int, default=30_000)
    parser.add_argument("--out", type=Path, default=Path("digits.safetensors"))
    options = parser.parse_args()
    data = gn.data.mnist()
    drawn, drawn_labels = strokes(options.drawn, seed=1)
    x, y = np.concatenate([data.x_train, drawn]), np.concatenate([data.y_train, drawn_labels])
    net = gn.Network(784, gn.Rescale(1 / 255), gn.Dense(128, "relu"), gn.Dense(64, "relu"), gn.Dense(10, "softmax"))
    net.labels = data.labels
    steps = options.epochs * -(-len(x) // BATCH)
    net.fit(x, y, epochs=options.epochs, batch_size=BATCH, optimizer=gn.Adam(gn.OneCycle(0.004, steps)),
            augment=AUGMENT, progress=True)  # fmt: skip
    net.save(options.out)
    print(f"{options.out}: {net.evaluate(data.x_test, data.y_test)['accuracy']:.2%} of MNIST's test images")


if __name__ == "__main__":
    main()
