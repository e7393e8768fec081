"""A network so small that all but arithmetic takes the time."""

from bench.suite.data import drawn
from bench.suite.rows import Training
from bench.suite.task import Work

ROW = Training(
    "small",
    "4-8-8-2, batch 32, Adam",
    "≤ 0.22 × the best rival (try 0.15)",
    most=0.22,
    task=lambda: drawn(Work((4, 8, 8, 2), 32), 16_000),
)
