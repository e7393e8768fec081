"""glassnet train on a text: samples, yardsticks, what is saved, and options that make no sense of a text."""

from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.words import percent, rounded
from tests.cli.conftest import Run, message

QUICK = ("--epochs", 2, "--length", 16, "--hidden", 8)


def test_a_text(run: Run, tmp_path: Path) -> None:
    Path("book.txt").write_text("the cat sat on the mat and the dog sat on the log\n" * 20, encoding="utf-8")
    result = run("train", "book.txt", *QUICK)
    assert result.exit_code == 0, result.output
    assert "book.txt: 1,000 characters as 1,000 tokens, characters." in result.stdout
    assert "transformerblock_1.attention_1" in result.stdout
    samples = [line for line in result.stdout.splitlines() if line.startswith("  the")]
    assert len(samples) == 2, "one after each epoch, which begin as the text does"
    rows = dict(
        line.rsplit(maxsplit=1) for line in result.stdout.splitlines() if line.startswith(("this", "uni", "bi", "tri"))
    )
    perplexity = {name: float(value) for name, value in rows.items()}
    assert list(perplexity) == ["this network", "trigram", "bigram", "unigram", "uniform"]
    assert 1 < perplexity["trigram"] < perplexity["bigram"] < perplexity["unigram"] < perplexity["uniform"]
    network = gn.load("book.safetensors")
    assert network.tokens is not None
    assert network.input_shape == (16,)
    assert perplexity["uniform"] == network.tokens.size
    assert 1 < perplexity["this network"] < perplexity["uniform"]


def test_the_tale_by_byte_pairs_and_the_same_seed_the_same_file(run: Run) -> None:
    for name in ("a", "b"):
        result = run("train", "tale", *QUICK, "--tokens", 300, "--seed", 3, "--out", f"{name}.safetensors")
        assert result.exit_code == 0, result.output
    assert "byte pairs" in result.stdout
    assert Path("a.safetensors").read_bytes() == Path("b.safetensors").read_bytes()
    assert gn.load("a.safetensors").output.shape[1:] == (16, 300)


def language() -> gn.Network:
    net = gn.Network(4, gn.Embedding(3, 4), gn.Attention(2, causal=True), gn.Dense(3, "softmax"), dtype="float64")
    net.tokens = gn.data.Characters("ab ")
    net.save("net.safetensors")
    return net


def test_how_well_another_text_is_expected(run: Run) -> None:
    net = language()
    Path("other.txt").write_text("ab ba ab ba a b", encoding="utf-8")
    result = run("evaluate", "net.safetensors", "other.txt")
    assert result.exit_code == 0, result.output
    tokens = gn.data.Characters("ab ").encode("ab ba ab ba a b")
    loss = net.loss([tokens[i : i + 4] for i in (0, 4, 8)], [tokens[i + 1 : i + 5] for i in (0, 4, 8)])
    assert f"On 12 of its tokens: loss {rounded(loss, 4)}" in result.stdout
    assert f"perplexity {rounded(np.exp(loss), 4)}." in result.stdout


def test_a_text_is_an_input(run: Run) -> None:
    language()
    result = run("explain", "net.safetensors", "--input", "ab a", "--target", "b ab", "--number", "loss")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("loss = (-log(")
    result = run("explain", "net.safetensors", "--input", "ab")
    assert "the text is 2 tokens, and the network takes 4" in message(result)


def test_what_is_expected_next(run: Run) -> None:
    net = language()
    last = net("ab a")[-1]
    best = np.argsort(-last)
    expected = "  ".join(f"{'ab '[k]!r} {percent(last[k])}" for k in best)
    assert run("predict", "net.safetensors", "--input", "ab a").stdout == expected + "\n"


def test_texts_are_for_networks_of_text(run: Run) -> None:
    gn.Network(2, gn.Dense(1)).save("values.safetensors")
    assert "was not trained on text; train one" in message(run("evaluate", "values.safetensors", "tale"))
    language()
    assert "the character 'O', which is not one of those" in message(run("evaluate", "net.safetensors", "tale"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("tale", "--task", "regression"), "--task is for CSV files, and tale is a text"),
        (("tale", "--augment"), "--augment is for images, and tale is a text"),
        (("tale", "--recipe", "best"), "--recipe is for images, and tale is a text"),
        (("tale", "--data", "images"), "--data is for images, and tale is a text"),
        (("thermometer", "--recipe", "best"), "--recipe is for images, and thermometer is a table"),
        (("tale", "--validation", 0), "--validation must be more than 0, got 0.0"),
        (("tale", "--length", 0), "the length of a window must be a whole number of at least 1, got 0"),
        (("tale", "--tokens", "words"), "tokens are 'characters', a number of byte pairs such as 512"),
        (("tale", "--length", 99999), "take a smaller length"),
        (("strokes", "--length", 8), "--length is for texts, and strokes is none"),
        (("none.txt",), "there is no file none.txt; name a text file, or 'tale'"),
    ],
)
def test_what_makes_no_sense_of_a_text(run: Run, options: tuple[object, ...], words: str) -> None:
    result = run("train", *options)
    assert result.exit_code == 2
    assert words in message(result)
    assert not list(Path().glob("*.safetensors"))


@pytest.mark.parametrize("command", ["predict", "evaluate"])
def test_a_text_of_one_character_and_a_text_to_be_predicted_are_said(run: Run, command: str) -> None:
    Path("same.txt").write_text("a" * 2000, encoding="utf-8")
    assert "is one character over and over" in message(run("train", "same.txt", "--epochs", 1))
    tokens = gn.data.Characters("ab")
    net = gn.Network((None,), gn.Embedding(2, 2), gn.Dense(2, "softmax"))
    net.tokens = tokens
    net.save("net.safetensors")
    result = run(command, "net.safetensors", "same.txt")
    assert ("perplexity" in result.stdout) if command == "evaluate" else ("reads text: give" in message(result))


@pytest.mark.parametrize("content", ["\n" * 200 + "hello hello " * 10, " \n" * 100 + "end end end"])
def test_a_text_may_begin_with_as_much_white_space_as_it_likes(run: Run, content: str) -> None:
    Path("book.txt").write_text(content)
    result = run("train", "book.txt", "--length", 4, "--hidden", 4, "--epochs", 1, "--validation", 0.1)
    assert result.exit_code == 0, result.output
    assert "perplexity" in result.output
