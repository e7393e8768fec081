"""Data sets to learn from: MNIST and its kin, generated samples, and tables of one's own."""

from glassnet.data.checks import as_numbers, check_finite
from glassnet.data.encoding import Encoding
from glassnet.data.mnist import ImageData, fashion_mnist, mnist
from glassnet.data.samples import anscombe, blobs, circles, moons, sine, spiral, thermometer, vertical, xor
from glassnet.data.table import Table, table

__all__ = [
    "Encoding",
    "ImageData",
    "Table",
    "anscombe",
    "as_numbers",
    "blobs",
    "check_finite",
    "circles",
    "fashion_mnist",
    "mnist",
    "moons",
    "sine",
    "spiral",
    "table",
    "thermometer",
    "vertical",
    "xor",
]
