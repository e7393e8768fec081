"""Draws docs/images/drawn-digit.png: a digit as its numbers, and what the model that ships makes of it.

    python docs/images/digit.py

The digit is one that the program drew itself, with a seed that the model has not learnt from.
"""

from pathlib import Path

from matplotlib.figure import Figure

import glassnet as gn
from glassnet.canvas.colors import LIGHT

NUMBER = 18


def main() -> None:
    network, image = gn.load("digits"), gn.data.strokes(NUMBER + 1, seed=7)[0][NUMBER]
    figure = Figure(figsize=(10, 6), dpi=120, layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[2, 1])
    left.imshow(image.reshape(28, 28), cmap="gray_r", vmin=0, vmax=255)
    for i, value in enumerate(image):
        row, column = divmod(i, 28)
        ink = "white" if value > 110 else "black" if value else "#b0b0b0"
        left.text(column, row, str(value), ha="center", va="center", fontsize=5, color=ink)
    left.set(title="784 numbers from 0 (paper) to 255 (ink) …", xticks=[], yticks=[])
    outputs = network(image)
    best = int(outputs.argmax())
    right.barh(range(10), outputs, color=[LIGHT.positive if i == best else LIGHT.neutral for i in range(10)])
    for i, share in enumerate(outputs):
        right.text(share + 0.02, i, f"{100 * share:.2f} %", va="center", fontsize=8)
    right.set(title="… become ten probabilities", xlim=(0, 1.3), xticks=[], yticks=range(10))
    right.invert_yaxis()
    right.spines[["top", "right", "bottom"]].set_visible(False)
    figure.savefig(Path(__file__).with_name("drawn-digit.png"), metadata={"Software": None})


main()
