"""The well-known GPT of 200 lines, trained in batches."""

from bench.suite.data import letters
from bench.suite.rows import Training
from bench.suite.task import Work
from bench.suite.transformers import Transformer

NET = Transformer(letters=27, context=16, features=16, heads=4, blocks=1, bare=True)
ROW = Training(
    "gpt_32",
    "the 200-line GPT, batch 32, Adam",
    "≤ 0.40 × the best rival",
    most=0.40,
    task=lambda: letters(Work((16, 27), 32, transformer=NET), 3_200),
)
