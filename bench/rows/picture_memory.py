"""Three steps of a convolution of large pictures: the memory that they take."""

from bench.suite.contestants import OURS, TORCH
from bench.suite.whole import Peak

ROW = Peak(
    "picture_memory",
    "memory of a 7 × 7 convolution of 32 pictures of 256 × 256",
    "≤ 2 × PyTorch's",
    "MiB",
    most=2.0,
    scripts={OURS: "pictures_glassnet", TORCH: "pictures_torch"},
)
