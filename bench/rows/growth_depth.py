"""Step time as a network grows deeper."""

from bench.suite.data import drawn
from bench.suite.rows import Growth
from bench.suite.task import Task, Work


def task(depth: int) -> Task:
    """With tanh: through 64 layers of relu nothing is learnt from Glorot's weights."""
    return drawn(Work((64, *[64] * depth, 10), 64, "tanh", rate=3e-4), 6_400)


ROW = Growth(
    "growth_depth",
    "growth: hidden layers of 64, more and more",
    "ours lowest or level everywhere, no cliff",
    grows="hidden layers",
    values=(1, 2, 4, 8, 16, 32, 64),
    few=(1, 8, 64),
    task_of=task,
    tolerance=0.35,
)
