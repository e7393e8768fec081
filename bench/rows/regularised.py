"""The first row with all that keeps a network from learning by heart."""

from bench.suite.data import digits
from bench.suite.rows import Training
from bench.suite.task import Work

WORK = Work((784, 128, 64, 10), 64, scale=1 / 255, dropout=0.2, norm=True, l2=1e-4, smoothing=0.1, clip=1.0)
ROW = Training(
    "regularised",
    "the first row with dropout 0.2, batch norm, L2, label smoothing, gradient-norm clipping",
    "≤ 0.60 × the best rival",
    most=0.60,
    task=lambda: digits(WORK),
)
