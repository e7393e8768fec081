"""A step of training on MNIST's bytes, with two free cores."""

from bench.suite.data import digits
from bench.suite.rows import Training
from bench.suite.task import Work

ROW = Training(
    "digits_bytes",
    "784-128-64-10, batch 64, Adam, MNIST's bytes",
    "≤ 0.50 × the best rival (try 0.45)",
    most=0.50,
    task=lambda: digits(Work((784, 128, 64, 10), 64, scale=1 / 255)),
)
