"""Train the digit reader with convolutions that ships: src/glassnet/model/shipped/convolution.safetensors.

    python examples/train_convolution.py [--epochs 16] [--out convolution.safetensors]

It learns from all 60,000 MNIST training images, and from digits drawn by the program, bent and moved anew in each
epoch. Some of these are a 1 with a long upstroke, which MNIST's writers did not make and which looks like their 7.
Of four ways of learning this one was chosen; how, docs/results.md says.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import glassnet as gn
from glassnet.data.augment import Augment
from glassnet.data.strokes import strokes

AUGMENT = Augment(shift=1.5, rotate=10, scale=0.1, shear=0.1, elastic=0.6)
BATCH = 128
DRAWN, ONES = 10_000, 3_000
UPSTROKES = (
    (1, 3, "3,3.5 5.5,0; 5.5,0 5,7 4.5,14"),
    (1, 3, "2,4.5 5.5,0; 5.5,0 5,7 4.5,14"),
    (1, 2, "1.5,3 5.5,0; 5.5,0 5.2,7 5,14"),
    (1, 2, "2,4.5 4,2.5 5.5,0; 5.5,0 5,7 4.5,14"),
    (1, 2, "2.5,3.5 5.5,0; 5.5,0 5,7 4.5,14; 1.5,14 5,14 8,13.8"),
    (1, 1, "2,4.5 5.5,0; 5.5,0 5,7 5,14; 2,14 8,14"),
)


def normalised(filters: int) -> tuple[gn.Layer, ...]:
    return gn.Conv2D(filters, 3, biases=None), gn.BatchNorm(), gn.Activation("relu")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--out", type=Path, default=Path("convolution.safetensors"))
    options = parser.parse_args()
    data = gn.data.mnist()
    drawn, ones = strokes(DRAWN, seed=1), strokes(ONES, seed=2, wildness=0.7, styles=UPSTROKES)
    x, y = (np.concatenate(parts) for parts in zip((data.x_train, data.y_train), drawn, ones, strict=True))
    net = gn.Network(
        784,
        gn.Rescale(1 / 255),
        gn.Reshape((28, 28, 1)),
        *normalised(24),
        *normalised(24),
        gn.MaxPool2D(2),
        *normalised(48),
        *normalised(48),
        gn.MaxPool2D(2),
        *normalised(96),
        gn.GlobalAveragePool(),
        gn.Dense(10, "softmax"),
    )
    net.labels = data.labels
    steps = options.epochs * -(-len(x) // BATCH)
    net.fit(x, y, epochs=options.epochs, batch_size=BATCH, optimizer=gn.Adam(gn.OneCycle(0.01, steps)),
            augment=AUGMENT, progress=True)  # fmt: skip
    net.save(options.out)
    print(f"{options.out}: {net.evaluate(data.x_test, data.y_test)['accuracy']:.2%} of MNIST's test images")


if __name__ == "__main__":
    main()
