"""How well the recipes of ``glassnet train mnist`` read the MNIST test set, as the table of docs/results.md.

    python bench/mnist.py --recipe default --seeds 0 1 2 3 4
    python bench/mnist.py --recipe best --seeds 0

Trains once for each seed on all 60,000 images; nothing is chosen by looking at the test set. With --save FOLDER each
network is kept, and a seed whose network is there is only evaluated.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

import glassnet as gn
from glassnet.cli.recipes import image_network, image_recipe
from glassnet.data import ImageData


def trained(data: ImageData, recipe: str, seed: int, epochs: int | None) -> tuple[gn.Network, float]:
    """(network, seconds) for one seed."""
    chosen = replace(image_recipe(recipe), seed=seed)
    chosen = chosen if epochs is None else replace(chosen, epochs=epochs)
    network = image_network(chosen, data.labels)
    started = time.perf_counter()
    network.fit(
        data.x_train,
        data.y_train,
        epochs=chosen.epochs,
        batch_size=chosen.batch_size,
        optimizer=chosen.optimizer_for(len(data.x_train)),
        augment=chosen.augment,
    )
    return network, time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipe", default="default")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--save", type=Path)
    options = parser.parse_args()
    data = gn.data.mnist()
    if options.save:
        options.save.mkdir(parents=True, exist_ok=True)  # not only after an hour of training
    accuracies = []
    for seed in options.seeds:
        path = options.save and options.save / f"{options.recipe}-{seed}.safetensors"
        if path is not None and path.exists():
            network, seconds = gn.load(path), float("nan")
        else:
            network, seconds = trained(data, options.recipe, seed, options.epochs)
            if path is not None:
                network.save(path)
        accuracies.append(network.evaluate(data.x_test, data.y_test)["accuracy"])
        print(f"seed {seed}: {accuracies[-1]:.2%} right, {1 - accuracies[-1]:.2%} wrong, {seconds:.0f} s", flush=True)
    spread = f" ± {np.std(accuracies, ddof=1):.2%}" if len(accuracies) > 1 else ""
    print(f"{options.recipe}: {np.mean(accuracies):.2%}{spread} over {len(accuracies)} seeds")


if __name__ == "__main__":
    main()
