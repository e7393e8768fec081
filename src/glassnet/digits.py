"""A picture read as a digit: which one, or why it cannot be said.

A network that has learnt digits names one of them for whatever it sees. So a second one is asked, the *second opinion*
(its card is model/shipped/second_opinion.md): it has a class for each digit, but also for each letter that is not
written like a digit, for several digits in one picture, and for what is none of these. Both look five times, at the
image and at the image moved by one pixel to each side, which changes nothing of what is shown. Of each digit, p is the
mean probability by the network, q by the second opinion. The digit that the network finds most probable in the image as
it is is believed if its p·q is the largest, and at least ``SURE``. Else the second opinion says what there is instead;
if that is a digit too, the two are not sure.

A second digit may be so faint, thin or small that the first one's image hardly shows it. So what else is in the picture
is framed and read by itself (:func:`glassnet.data.digit_image.digit_and_company`); another digit there makes several.

The rule knows nothing of the network but its ten probabilities. They alone do not suffice: with a threshold that
refuses 2 % of MNIST's test digits, the model that ships refuses 35 % of letters by its largest probability, 40 % by its
largest logit, and 60 % by what 40 principal components of the class leave over of the picture. ``SURE`` was chosen on
MNIST's training images, of which the rule refuses 1.3 %. `bench/unsure.py` prints what it refuses.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from html import escape
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.digit_image import SIDE, Pair, company, digit_and_company, framed
from glassnet.data.ink import BlankImageError
from glassnet.grids import html_table
from glassnet.ir.errors import GlassnetError
from glassnet.model.answer import Answer
from glassnet.model.file import load
from glassnet.model.model import Model
from glassnet.words import percent

SURE = 0.25
MOVES = ((1, 1), (0, 1), (2, 1), (1, 0), (1, 2))
"""Where an image that has been given a rim of one pixel is cut out: as it was, and moved to each side."""
SHORTEST = 0.4  # of the other digit: a stroke shorter than that is no 1
APART = 0.1  # of a digit's size: what is further from it is no part of it
SEVERAL_WORDS = "several digits: give one at a time"
LABELS = tuple("0123456789")
SEVERAL = "several"
"""The label of the second opinion for more than one digit; its first ten are those of the digits."""


@dataclass(frozen=True, eq=False)
class DigitAnswer:
    """What :func:`read_digit` says about a picture; printed, its words.

    words: for people; they begin with the digit, or with "no digit", "several digits" or "not sure".
    digit: 0 to 9, or None if the words are not a digit.
    probabilities: (10,), the network's outputs, whatever the words.
    image: (28, 28) uint8, what the network saw: 0 paper to 255 ink.

    >>> import glassnet as gn
    >>> answer = gn.read_digit(gn.load("digits"), np.zeros((50, 50)))
    >>> answer.digit, answer.image.shape, str(answer)
    (None, (28, 28), 'no digit: the picture is blank')
    """

    words: str
    digit: int | None
    probabilities: NDArray[Any]
    image: NDArray[np.uint8] = field(repr=False)

    def __str__(self) -> str:
        return self.words

    def _repr_html_(self) -> str:
        """The words, what the network saw, and the probabilities."""
        seen = f'<img src="data:image/png;base64,{_png(self.image)}" width="140" style="image-rendering: pixelated"/>'
        probabilities = html_table([list(LABELS), [percent(share) for share in self.probabilities]])
        return f"<p><b>{escape(self.words)}</b></p>{seen}{probabilities}"


def _png(image: NDArray[np.uint8]) -> str:
    """The image, black ink on white paper, as a PNG file in base 64."""
    from PIL import Image

    file = BytesIO()
    Image.fromarray(255 - image).save(file, "png")
    return b64encode(file.getvalue()).decode()


def read_digit(network: Model, picture: Any) -> DigitAnswer:
    """Read one digit from a picture with a network that has learnt digits.

    network: of 784 inputs, MNIST's grey values, and ten probabilities (softmax). picture: what
    :func:`glassnet.data.digit_image` takes: a file, an image or an array, of any size. Raises GlassnetError for another
    network, DataError for a picture that cannot be read as one; a blank one is an answer.

    >>> import glassnet as gn
    >>> canvas = np.full((200, 300), 255, np.uint8)
    >>> canvas[40:140, 60:68] = 0
    >>> answer = gn.read_digit(gn.load("digits"), canvas)
    >>> answer.digit, answer.words.startswith("1 ")
    (1, True)
    """
    require_reader(network)
    try:
        return read_framed(network, *digit_and_company(picture))
    except BlankImageError:
        return read_framed(network, np.zeros(SIDE * SIDE, np.uint8))


def read_ink(network: Model, ink: NDArray[np.float32]) -> DigitAnswer:
    """The same of clean ink (h, w) from 0 for paper to 1, such as a drawing's, which need not be searched for paper.

    >>> import glassnet as gn
    >>> ink = np.zeros((256, 256), np.float32)
    >>> ink[40:200, 120:136] = 1
    >>> read_ink(gn.load("digits"), ink).digit
    1
    """
    try:
        return read_framed(network, framed(ink), company(ink))
    except BlankImageError:
        return read_framed(network, np.zeros(SIDE * SIDE, np.uint8))


def read_framed(network: Model, image: NDArray[np.uint8], pairs: Iterable[Pair] = ()) -> DigitAnswer:
    """The same of an image (784,) that is framed already; one of zeros is blank.

    pairs: the ways to see two things in it.

    >>> import glassnet as gn
    >>> str(read_framed(gn.load("digits"), np.zeros(784, np.uint8)))
    'no digit: the picture is blank'
    """
    require_reader(network)
    probabilities = network(image)
    if not image.any():
        return DigitAnswer("no digit: the picture is blank", None, probabilities, image.reshape(SIDE, SIDE))
    words, digit = _decide(probabilities, *_looks(network, image))
    if digit is not None and any(_are_two(network, pair, digit) for pair in pairs):
        words, digit = SEVERAL_WORDS, None
    return DigitAnswer(words, digit, probabilities, image.reshape(SIDE, SIDE))


def require_reader(network: Model) -> None:
    """Raise GlassnetError unless a network can have learnt digits: 784 inputs, ten probabilities."""
    if (
        network.input_shape != (SIDE * SIDE,)
        or network.output.shape[1:] != (10,)
        or network.labels not in (None, LABELS)
    ):
        raise GlassnetError("a digit is read by a network of 784 inputs and 10 outputs, labelled 0 to 9 or not at all")
    if network.answer is not Answer.CLASS:
        raise GlassnetError("a digit is read from probabilities: the network's last activation must be softmax")


def _are_two(network: Model, pair: Pair, digit: int) -> bool:
    """Whether each of a pair is a digit by itself; together, they were read as that digit.

    Where they are near each other and the one is another digit, they may be the two strokes of a 4. A stroke much
    shorter than the one is no 1.
    """
    one, other = (_decide(network(image), *_looks(network, image))[1] for image in (pair.one, pair.other))
    if one is None or other is None or (other == 1 and pair.size < SHORTEST):
        return False
    return one == digit or pair.distance > APART


def _decide(probabilities: NDArray[Any], first: NDArray[Any], second: NDArray[Any]) -> tuple[str, int | None]:
    """The words, and the digit or None, from the network's probabilities (10,) and the means of its looks and the
    second opinion's."""
    digit, agreed = int(probabilities.argmax()), first * second[:10]
    if agreed[digit] == agreed.max() >= SURE:
        return f"{digit}  {percent(float(probabilities[digit]))}", digit
    labels = _second_opinion().labels or LABELS
    several = second[labels.index(SEVERAL)]
    a_digit = second[:10].sum()
    if several > max(a_digit, 1 - a_digit - several):
        return SEVERAL_WORDS, None
    if a_digit < 0.5:
        return "no digit, as far as can be told", None
    other = int(np.where(np.arange(10) == digit, -1, probabilities + second[:10]).argmax())
    return f"not sure, maybe {digit} or {other}", None


def _looks(network: Model, image: NDArray[np.uint8]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The mean probabilities of an image (784,) and its moves by one pixel: the network's, and the second opinion's."""
    room = np.pad(image.reshape(SIDE, SIDE), 1)
    moved = np.stack([room[down : down + SIDE, right : right + SIDE].reshape(-1) for down, right in MOVES])
    return network(moved).mean(axis=0), _second_opinion()(moved).mean(axis=0)


@cache
def _second_opinion() -> Model:
    return load("second_opinion", Model)
