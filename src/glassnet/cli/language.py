"""Language models on the command line: the text, the network, a sample after each epoch, and the yardsticks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from glassnet import data
from glassnet.cli.job import Job
from glassnet.cli.recipes import Recipe
from glassnet.data import TextData
from glassnet.data.ngrams import perplexities
from glassnet.data.text import TALE
from glassnet.generation import generate, most_steps, require_language
from glassnet.grids import text_table
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.layers import Dense, Embedding, LayerNorm, TransformerBlock
from glassnet.model.history import measurements
from glassnet.network import Network
from glassnet.train.progress import Progress, Terminal
from glassnet.words import percent, rounded, visible

FEATURES, HEADS = 64, 4
STEPS, MOST_EPOCHS = 3000, 25  # of a training: about so many steps, but a short text is not read more often than that
SAMPLE = 100  # tokens that are shown after each epoch
MOST_EXPECTED = 5
ENDINGS = (".txt", ".md", ".text")


def is_text(source: str) -> bool:
    """Whether that names a text: the one that comes with Glassnet, or a file with a text's ending."""
    return source == TALE or Path(source).suffix.lower() in ENDINGS


def text_of(source: str, length: int | None, tokens: str | None, held_out: float | None) -> TextData:
    """The windows of a text, as --length, --tokens and --validation say."""
    number = int(tokens) if tokens and tokens.isdecimal() else tokens or "characters"
    return data.text(
        source, 64 if length is None else length, tokens=number, held_out=0.1 if held_out is None else held_out
    )


def text_recipe(windows: int) -> Recipe:
    """For so many windows. Each number of ``hidden`` is a transformer block's."""
    batch_size = 32
    epochs = round(STEPS / -(-windows // batch_size))
    epochs = min(max(epochs, 2), MOST_EPOCHS)
    return Recipe((256, 256), epochs, batch_size, "gelu", dropout=0.3, learning_rate=0.003, one_cycle=True)


def language_network(recipe: Recipe, text: TextData) -> Network:
    """Tokens to the probability of each next one, through transformer blocks that look back.

    Positions are rotary: what is learnt of two tokens holds wherever they stand in the window.
    """
    length, size = text.x_train.shape[1], text.tokens.size
    block: dict[str, Any] = {"activation": recipe.activation, "dropout": recipe.dropout}
    network = Network(
        length,
        Embedding(size, FEATURES),
        *(TransformerBlock(HEADS, hidden, causal=True, rotary=True, **block) for hidden in recipe.hidden),
        LayerNorm(),
        Dense(size, "softmax"),
        seed=recipe.seed,
    )
    network.tokens = text.tokens
    return network


def language_job(
    source: str,
    length: int | None,
    tokens: str | None,
    held_out: float | None,
    adapted: Callable[[Recipe], Recipe],
    console: Console,
) -> LanguageJob:
    """The training of a language model on that text; ``adapted`` changes the recipe as the options say."""
    hint = "what is held out of a text is its yardstick: --validation must be more than 0"
    require(held_out is None or held_out > 0, f"{hint}, got {held_out}")
    text = text_of(source, length, tokens, held_out)
    console.print(f"{text.source}.")
    require(text.tokens.size > 1, f"{source} is one character over and over: there is nothing to learn")
    recipe = adapted(text_recipe(len(text.x_train)))
    network = language_network(recipe, text)
    return LanguageJob(network, recipe, text.x_train, text.y_train, "windows", (text.x_test, text.y_test), text=text)


@dataclass(frozen=True)
class LanguageJob(Job):
    """A training on text: under each epoch a sample, and at the end the yardsticks."""

    text: TextData = field(kw_only=True)

    def progress(self, console: Console) -> Progress:
        return Writing(console, self.network, prompt_of(self.text))

    def report(self, console: Console) -> None:
        console.print(str(Yardsticks.of(self.network, self.text)), style="bold")


class Writing(Progress):
    """The progress of a language model: under the line of an epoch, what it writes by then."""

    def __init__(self, console: Console, network: Network, prompt: str) -> None:
        super().__init__(Terminal(console), "windows")
        self.network, self.prompt = network, prompt

    def _row(self, epoch: int, row: Mapping[str, float]) -> None:
        super()._row(epoch, row)
        text = generate(self.network, self.prompt, SAMPLE, temperature=0.8, seed=epoch)
        self._line(f"  {visible(text.replace(chr(10), '⏎'))}", "dim")


@dataclass(frozen=True)
class Yardsticks:
    """The perplexity of a network on the part of a text that it has not seen, beside those of counting."""

    network: float
    others: Mapping[str, float]
    tokens: int

    @classmethod
    def of(cls, network: Network, text: TextData) -> Yardsticks:
        loss = network.evaluate(text.x_test, text.y_test, metrics=[])["loss"]
        others = perplexities(text.train.tolist(), text.test.tolist(), text.tokens.size)
        return cls(exp(loss), others, text.y_test.size)

    def __str__(self) -> str:
        rows = {"this network": self.network, **dict(reversed(list(self.others.items())))}
        grid = [["model", "perplexity"], *([name, rounded(value, 4)] for name, value in rows.items())]
        return (
            f"On {self.tokens:,} tokens that it has not seen, it hesitates between so many on average:\n\n"
            f"{text_table(grid)}"
        )


def evaluate_text(network: Network, name: str, source: str, console: Console) -> None:
    """How well a network that was trained on text expects another one, or all of the same."""
    if network.tokens is None:
        raise GlassnetError(f"{name} was not trained on text; train one that is: glassnet train {source}")
    length = most_steps(network)
    text = data.text(source, length, tokens=network.tokens, stride=length, held_out=0)
    found = network.evaluate(text.x_train, text.y_train, metrics=["accuracy"])
    console.print(f"{text.source}.")
    perplexity = f"perplexity {rounded(exp(found['loss']), 4)}"
    console.print(f"On {text.y_train.size:,} of its tokens: {measurements(found)}, {perplexity}.", style="bold")


def expected_next(network: Network, outputs: Array) -> str:
    """The tokens that are most probable after a text, which are drawn from when it goes on."""
    last, tokens = outputs[-1], require_language(network)
    best = np.argsort(-last, kind="stable")[:MOST_EXPECTED].tolist()
    return "  ".join(f"{tokens.decode([token])!r} {percent(float(last[token]))}" for token in best)


def prompt_of(text: TextData) -> str:
    """How samples begin: as the text does, with its first word."""
    learnt = text.tokens.decode(text.train)
    return (learnt.split(maxsplit=1) or [learnt])[0][:20]
