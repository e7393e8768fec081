"""A recurrent network that reads pictures row by row."""

from bench.suite.data import digits
from bench.suite.rows import Training
from bench.suite.stacks import ROW_BY_ROW
from bench.suite.task import Work

ROW = Training(
    "lstm",
    "an LSTM of 128 units over the 28 rows of MNIST's bytes, batch 64, Adam",
    "≤ 0.50 × the best rival",
    most=0.50,
    task=lambda: digits(Work((784, 10), 64, scale=1 / 255, stack=ROW_BY_ROW)),
)
