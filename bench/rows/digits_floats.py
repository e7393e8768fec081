"""A step of training on dense floats: the first row without the help of bytes that are 0."""

from bench.suite.data import drawn
from bench.suite.rows import Training
from bench.suite.task import Work

ROW = Training(
    "digits_floats",
    "the same on dense floats",
    "≤ 0.65 × the best rival",
    most=0.65,
    task=lambda: drawn(Work((784, 128, 64, 10), 64), 12_800),
    tolerance=0.35,  # what it learns is mostly noise by heart
)
