"""The first row in float64."""

from bench.suite.data import digits
from bench.suite.rows import Training
from bench.suite.task import Work

ROW = Training(
    "digits_float64",
    "the first row in float64",
    "≤ 0.75 × the best rival",
    most=0.75,
    task=lambda: digits(Work((784, 128, 64, 10), 64, scale=1 / 255, dtype="float64")),
)
