"""glassnet generate: a text from a model's file."""

import pytest

import glassnet as gn
from tests.cli.conftest import Run, message


def model() -> None:
    net = gn.Network(4, gn.Embedding(3, 4), gn.Attention(2, causal=True), gn.Dense(3, "softmax"))
    net.tokens = gn.data.Characters("a\nb")
    net.save("net.safetensors")
    gn.Network(2, gn.Dense(1)).save("values.safetensors")


def test_it_prints_what_python_gives(run: Run) -> None:
    model()
    options = ("--prompt", "ab", "--length", 50, "--temperature", 0.9, "--top-k", 2, "--seed", 1)
    net = gn.load("net.safetensors")
    result = run("generate", "net.safetensors", *options)
    assert result.exit_code == 0, result.output
    assert result.stdout == gn.generate(net, "ab", 50, 0.9, 2, seed=1) + "\n"
    result = run("generate", "net.safetensors", *options[:-4], "--top-p", 0.5, "--seed", 3)
    assert result.stdout == gn.generate(net, "ab", 50, 0.9, seed=3, top_p=0.5) + "\n"


def test_at_0_it_takes_what_is_most_probable(run: Run) -> None:
    model()
    net = gn.load("net.safetensors")
    for seed in range(3):
        result = run("generate", "net.safetensors", "--prompt", "ab", "--temperature", 0, "--length", 9, "--seed", seed)
        assert result.stdout == gn.generate(net, "ab", 9, top_k=1) + "\n"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("values.safetensors", "--prompt", "a"), "values.safetensors was not trained on text; train one that is"),
        (("net.safetensors", "--prompt", "x"), "the text has the character 'x', which is not one of those"),
        (("net.safetensors", "--prompt", ""), "the prompt must be a text of at least one character"),
        (("net.safetensors", "--prompt", "a", "--temperature", -1), "the temperature must be a number, at least 0"),
        (("net.safetensors", "--prompt", "a", "--top-k", 0), "top_k must be a whole number of at least 1"),
        (("net.safetensors", "--prompt", "a", "--top-p", 1.5), "top_p must be a number, more than 0 and at most 1"),
        (("net.safetensors", "--prompt", "a", "--top-p", "nan"), "top_p must be a number, more than 0 and at most 1"),
        (("net.safetensors", "--prompt", "a", "--top-p", 0, "--temperature", 0), "top_p must be a number, more than 0"),
    ],
)
def test_what_cannot_be_written_is_said(run: Run, options: tuple[object, ...], words: str) -> None:
    model()
    result = run("generate", *options)
    assert result.exit_code == 2
    assert words in message(result)
