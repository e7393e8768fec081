"""Reading digits: the most memory that the process holds."""

from bench.suite.contestants import TORCH
from bench.suite.whole import Cold

ROW = Cold(
    "mnist_memory",
    "peak memory of the MNIST run",
    "≤ 0.35 × PyTorch's",
    "MiB",
    measure_of=lambda ran: ran.memory / 2**20,
    bounds={TORCH: 0.35},
    most_turns=3,
)
