"""The first row while another process keeps one core busy."""

from bench.suite.data import digits
from bench.suite.rows import Training
from bench.suite.task import Work

ROW = Training(
    "digits_busy",
    "the first row beside one other busy process",
    "≤ 0.75 × the best rival, and ≤ 1.1 × our own single thread",
    most=0.75,
    task=lambda: digits(Work((784, 128, 64, 10), 64, scale=1 / 255)),
    busy=True,
)
