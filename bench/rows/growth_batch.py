"""Step time as batches grow."""

from bench.suite.data import drawn
from bench.suite.rows import Growth
from bench.suite.task import Task, Work


def task(batch: int) -> Task:
    return drawn(Work((64, 128, 64, 10), batch, rate=1e-3 if batch < 2048 else 1e-2), batch * max(8, 6_400 // batch))


ROW = Growth(
    "growth_batch",
    "growth: 64-128-64-10 in larger and larger batches",
    "ours lowest or level everywhere, no cliff",
    grows="samples of a batch",
    values=(1, 8, 64, 512, 2048, 8192),
    few=(1, 64, 8192),
    task_of=task,
    tolerance=0.35,
)
