"""The page *Digits* as Python."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from glassnet.data.digit_image import SIDE
from glassnet.lab.digits.pad import image_from, image_text
from glassnet.lab.digits.state import State
from glassnet.lab.shown import typed


def script(state: State, source: str, image: NDArray[np.uint8], digit: int) -> str:
    """What is fed, what the model of that source was taught here, and what it says; ``explanation`` has all numbers.

    >>> script(State("digits"), 'gn.load("digits")', np.zeros(784, np.uint8), 5).splitlines()[3:5]
    ['net = gn.load("digits")', 'image = np.array([  # 0 paper to 255 ink']
    """
    return "\n".join(_lines(state, source, image, digit))


def _lines(state: State, source: str, image: NDArray[np.uint8], digit: int) -> Iterator[str]:
    yield "import numpy as np"
    yield "import glassnet as gn"
    yield ""
    yield f"net = {source}"
    names = {image_text(image): "image"}
    for lesson in state.lessons:
        names.setdefault(lesson.image, f"lesson_{len(names)}")
    for text, name in names.items():
        yield from _image(name, image_from(text) if text else image)
    for lesson in state.lessons:
        yield f"for _ in range({lesson.steps}):  # the drawing is a {lesson.digit}"
        rate = typed(lesson.rate)
        yield f"    net.train_on_batch({names[lesson.image]}[None], [{lesson.digit}], optimizer=gn.SGD({rate!r}))"
    yield ""
    yield f"explanation = net.explain(image, {digit})  # what each number is made of, if this is a {digit}"
    yield "probabilities = [explanation[name].value for name in explanation.neurons[-10:]]"
    yield "for k in range(10):"
    yield '    print(f"{k}: {probabilities[k]:.4f}")'
    yield 'print(explanation["loss"])'


def _image(name: str, image: NDArray[np.uint8]) -> Iterator[str]:
    yield f"{name} = np.array([  # 0 paper to 255 ink"
    for row in image.reshape(SIDE, SIDE).tolist():
        yield f"    {', '.join(map(str, row))},"
    yield "], np.uint8)"
