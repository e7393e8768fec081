"""A step of training of LeNet-5 on MNIST's bytes."""

from bench.suite.data import digits
from bench.suite.rows import Training
from bench.suite.stacks import LENET
from bench.suite.task import Work

ROW = Training(
    "lenet",
    "LeNet-5, batch 64, Adam, MNIST's bytes",
    "≤ 0.70 × the best rival",
    most=0.70,
    task=lambda: digits(Work((784, 10), 64, scale=1 / 255, stack=LENET)),
)
