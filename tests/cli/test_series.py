"""``glassnet train --sequence``: a series is forecast, beside the simplest forecasts; nothing of its end is learnt."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.cli import series as forecasting
from tests.cli.conftest import Run, message


def written(numbers: list[float]) -> str:
    Path("wave.csv").write_text("\n".join(["close", *map(str, numbers)]), encoding="utf-8")
    return "wave.csv"


def test_a_series_is_forecast_beside_simple_forecasts(run: Run) -> None:
    path = written(gn.data.noisy_sine(200, noise=0.05).round(4).tolist())
    result = run("train", path, "--target", "close", "--sequence", 8, "--hidden", 6, "--epochs", 4)
    assert result.exit_code == 0, result.output
    said = " ".join(result.stdout.split())
    assert "200 rows; 'close' is forecast from the 8 rows before." in said
    assert re.search(r"On 38 test forecasts: R² \S+, mean absolute error \S+\.", said), said
    assert "The mean absolute errors of simpler forecasts: that nothing changes" in said
    assert "After the last row, the network forecasts close" in said
    net = gn.load("wave.safetensors")
    assert list(net.layers) == ["rescale_1", "lstm_1", "dense_1", "rescale_2"]
    assert net(np.zeros((8, 1))).shape == (1,)


def test_what_is_held_out_and_tested_comes_after_what_is_learnt() -> None:
    series = gn.data.series({"y": np.arange(100.0).tolist()}, "y", steps=10)
    learnt, held_out, tested = forecasting.parts(series, None)
    assert [len(part[1]) for part in (learnt, held_out, tested)] == [63, 9, 18]
    assert learnt[1].max() < held_out[1].min() < held_out[1].max() < tested[1].min()
    assert tested[1][-1] == 99


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("wave.csv", "--target", "close", "--sequence", "0"), "the steps of a series must be a whole number"),
        (("wave.csv", "--target", "close", "--sequence", "25"), "5 forecasts are too few to learn from, hold out and"),
        (("wave.csv", "--target", "close", "--sequence", "99"), "has 30 rows: a forecast from 99 needs more"),
        (("wave.csv", "--target", "close", "--sequence", "3", "--task", "regression"), "leave out --task"),
        (("wave.csv", "--target", "close", "--sequence", "3", "--validation", "0.9"), "--validation of a series must"),
        (("mnist", "--sequence", "3"), "--sequence is for CSV files, and mnist is a set of images"),
    ],
)
def test_what_does_not_fit_is_said_in_words(run: Run, arguments: Any, words: str) -> None:
    written(gn.data.noisy_sine(30).tolist())
    assert words in message(run("train", *arguments))


@pytest.mark.parametrize(("steps", "said"), [(3, "give 3 × 1 numbers"), (None, "give any number of × 1 numbers")])
@pytest.mark.parametrize("command", ["predict", "evaluate", "explain"])
def test_what_to_do_with_a_table_and_a_network_of_sequences_is_said(
    run: Run, command: str, steps: int | None, said: str
) -> None:
    gn.Network((steps, 1), gn.RNN(2), gn.Dense(1)).save("net.safetensors")
    words = " ".join(message(run(command, "net.safetensors", written([1, 2, 3, 4, 5]))).split())
    assert "sequences" in words
    assert f"{said} by --input" in words
    assert f'gn.data.series("wave.csv", target=…, steps={steps or "…"})' in words


def test_a_network_of_any_length_takes_as_many_numbers_as_there_are(run: Run) -> None:
    net = gn.Network((None, 2), gn.RNN(2), gn.Dense(1))
    net.save("net.safetensors")
    for steps in (1, 2, 5):
        given = np.arange(2.0 * steps)
        said = run("predict", "net.safetensors", "--input", ",".join(map(str, given))).stdout
        assert float(said) == pytest.approx(net(given.reshape(steps, 2)).item(), abs=1e-5)
    wrong = message(run("predict", "net.safetensors", "--input", "1,2,3"))
    assert "--input takes 2 numbers for each step, of any number of steps, not 3" in wrong


def test_a_network_of_sequences_is_tested_on_images_row_by_row(run: Run) -> None:
    gn.Network((28, 28), gn.RNN(2), gn.Dense(10, "softmax")).save("net.safetensors")
    result = run("evaluate", "net.safetensors", "strokes")
    assert result.exit_code == 0, result.output
    assert "On 10,000 test images: " in result.stdout
