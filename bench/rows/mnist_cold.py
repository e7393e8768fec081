"""Reading digits, from the start of Python to the test: wall time."""

from bench.suite.contestants import SCAN, TORCH
from bench.suite.whole import Cold

ROW = Cold(
    "mnist_cold",
    "MNIST in a cold process: import, data, five epochs at batch 64 with one-cycle Adam, test",
    "≤ 0.35 × PyTorch, ≤ 0.6 × JAX (try 3 s)",
    "s",
    measure_of=lambda ran: ran.seconds,
    bounds={TORCH: 0.35, SCAN: 0.6},
)
