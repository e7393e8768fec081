"""How a network that learnt from drawn digits alone reads the MNIST test set: nothing of MNIST is seen before.

python bench/strokes.py [--drawn 60000] [--epochs 15] [--seed 0]
"""

from __future__ import annotations

import argparse

import glassnet as gn

AUGMENT = gn.data.Augment(shift=1.0, rotate=8, scale=0.08, shear=0.1, elastic=1.0)
BATCH = 128


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--drawn", type=int, default=60_000)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    x, y = gn.data.strokes(options.drawn, seed=options.seed)
    layers = [layer for units in (512, 256) for layer in (gn.Dense(units, "relu"), gn.Dropout(0.25))]
    net = gn.Network(784, gn.Rescale(1 / 255), *layers, gn.Dense(10, "softmax"), seed=options.seed)
    rate = gn.OneCycle(0.002, options.epochs * -(-len(x) // BATCH))
    net.fit(x, y, epochs=options.epochs, batch_size=BATCH, optimizer=gn.Adam(rate), augment=AUGMENT)
    data = gn.data.mnist()
    print(f"{net.evaluate(data.x_test, data.y_test)['accuracy']:.2%} of MNIST's test images are read rightly")


if __name__ == "__main__":
    main()
