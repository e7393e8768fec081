"""A network whose convolutions take nearly all of the time."""

from bench.suite.data import digits
from bench.suite.rows import Training
from bench.suite.stacks import CHANNELS
from bench.suite.task import Work

IMAGES = 1_280
"""Few: a scan of JAX's takes minutes for an epoch of those that other rows train on."""

ROW = Training(
    "convolutional",
    "3 × 3 convolutions of 32, 64 and 128 channels on 28 × 28, batch 64, Adam",
    "≤ 0.90 × the best rival",
    most=0.90,
    task=lambda: digits(Work((784, 10), 64, scale=1 / 255, stack=CHANNELS), IMAGES),
    peak=0,
)
