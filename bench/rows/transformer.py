"""A transformer whose products take most of the time."""

from bench.suite.data import letters
from bench.suite.rows import Training
from bench.suite.task import Work
from bench.suite.transformers import Transformer

NET = Transformer(letters=27, context=64, features=128, heads=4, blocks=4)
ROW = Training(
    "transformer",
    "a transformer of 4 layers, 128 wide, 4 heads, context 64, batch 16, Adam",
    "≤ 0.80 × the best rival",
    most=0.80,
    task=lambda: letters(Work((64, 27), 16, transformer=NET), 128),
    peak=0,
)
