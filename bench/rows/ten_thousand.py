"""MNIST's test images, as bytes, through a network in one call."""

from bench.suite.data import mnist
from bench.suite.rows import Answering
from bench.suite.task import Task, Work


def images() -> Task:
    return Task(Work((784, 128, 64, 10), 64, scale=1 / 255), mnist().x_test, mnist().y_test)


ROW = Answering(
    "ten_thousand",
    "10,000 images of bytes through it",
    "≤ 0.70 × the best rival (try 0.6)",
    "ms",
    0.70,
    task=images,
    seconds=1e-3,
)
