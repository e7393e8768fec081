"""Data sets to learn from: MNIST and its kin, generated samples, and tables of one's own.

>>> from glassnet.data import spiral
>>> x, y = spiral(samples=100, classes=3)
>>> x.shape, x.dtype, y.shape, y.dtype
((300, 2), dtype('float32'), (300,), dtype('int64'))
"""

from glassnet.data.augment import Augment
from glassnet.data.checks import as_numbers, check_finite
from glassnet.data.digit_image import digit_image
from glassnet.data.encoding import Encoding
from glassnet.data.mnist import ImageData, fashion_mnist, mnist
from glassnet.data.pairs import TextPairs, additions, dates
from glassnet.data.samples import (
    anscombe,
    blobs,
    circles,
    hills,
    moons,
    plane,
    sine,
    spiral,
    thermometer,
    vertical,
    xor,
)
from glassnet.data.sequences import (
    adding,
    brackets,
    linear_forecast,
    naive_forecast,
    noisy_sine,
    sunspots,
    windows,
)
from glassnet.data.series import Series, SeriesColumns, series
from glassnet.data.strokes import strokes
from glassnet.data.table import Table, table
from glassnet.data.text import TextData, text
from glassnet.data.tokens import BytePairs, Characters, Tokens
from glassnet.ir.elsewhere import DATA, face

__all__ = [
    "Augment",
    "BytePairs",
    "Characters",
    "Encoding",
    "ImageData",
    "Series",
    "SeriesColumns",
    "Table",
    "TextData",
    "TextPairs",
    "Tokens",
    "adding",
    "additions",
    "anscombe",
    "as_numbers",
    "blobs",
    "brackets",
    "check_finite",
    "circles",
    "dates",
    "digit_image",
    "fashion_mnist",
    "hills",
    "linear_forecast",
    "mnist",
    "moons",
    "naive_forecast",
    "noisy_sine",
    "plane",
    "series",
    "sine",
    "spiral",
    "strokes",
    "sunspots",
    "table",
    "text",
    "thermometer",
    "vertical",
    "windows",
    "xor",
]
__getattr__, __dir__ = face("data", __all__, DATA)
