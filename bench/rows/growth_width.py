"""Step time as hidden layers grow wider."""

from bench.suite.data import drawn
from bench.suite.rows import Growth
from bench.suite.task import Task, Work


def task(width: int) -> Task:
    return drawn(Work((64, width, width, 10), 64, rate=3e-4), 64 * max(8, min(100, 51_200 // width)))


ROW = Growth(
    "growth_width",
    "growth: two hidden layers, wider and wider",
    "ours lowest or level everywhere, no cliff",
    grows="units of each hidden layer",
    values=(64, 128, 256, 512, 1024, 2048, 4096),
    few=(64, 512, 4096),
    task_of=task,
    tolerance=0.35,
)
