"""How well a model reads what people draw on a large canvas, framed by ``glassnet.data.digit_image``.

python bench/canvas.py [--model digits] [--count 300]

The drawings are those of tests/data/canvas.py; a drawing that is refused as blank counts as read wrongly.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import glassnet as gn

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "data"))
from canvas import mouse_drawings, redrawn


def right(network: gn.Network, drawings: Iterable[tuple[Any, int]]) -> str:
    """The share of the drawings that is read rightly."""
    results = []
    for drawing, label in drawings:
        try:
            results.append(network.predict(gn.data.digit_image(drawing)) == label)
        except gn.DataError:
            results.append(False)
    return f"{sum(results) / len(results):.1%} of {len(results)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="digits")
    parser.add_argument("--count", type=int, default=300)
    options = parser.parse_args()
    network, data = gn.load(options.model), gn.data.mnist()
    scans = data.x_test[: options.count].reshape(-1, 28, 28)
    print("mouse drawings:", right(network, mouse_drawings(options.count, seed=5)), flush=True)
    print("photographs of such:", right(network, mouse_drawings(options.count, seed=7, way="photo")), flush=True)
    print("MNIST drawn again:", right(network, zip(redrawn(scans, seed=3), data.y_test, strict=False)))


if __name__ == "__main__":
    main()
