"""The well-known GPT of 200 lines, trained sample by sample."""

from bench.suite.data import letters
from bench.suite.rows import Training
from bench.suite.task import Work
from bench.suite.transformers import Transformer

NET = Transformer(letters=27, context=16, features=16, heads=4, blocks=1, bare=True)
ROW = Training(
    "gpt_1",
    "the 200-line GPT (4,192 parameters, context 16), batch 1, Adam",
    "≤ 0.15 × the best rival",
    most=0.15,
    task=lambda: letters(Work((16, 27), 1, transformer=NET), 2_000),
)
