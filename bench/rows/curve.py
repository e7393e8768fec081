"""A curve learnt by a network with tanh."""

from bench.suite.data import drawn
from bench.suite.rows import Training
from bench.suite.task import SQUARED_ERROR, Work

ROW = Training(
    "curve",
    "1-64-64-1 regression, batch 128, Adam, tanh",
    "≤ 0.65 × the best rival (try 0.5)",
    most=0.65,
    task=lambda: drawn(Work((1, 64, 64, 1), 128, "tanh", SQUARED_ERROR), 25_600),
)
