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
        (("wave.csv", "--target", "close", "--sequence", "25"), "hold out and test on: 5, and at least 10"),
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


DAYS = [f"2024-{month:02}-{day:02}" for month in (1, 2, 3) for day in range(1, 29)]


def dated(name: str, numbers: list[float | str]) -> str:
    """A file of a number for each day, of which the first is the last."""
    rows = [f"{day},{value}" for day, value in zip(DAYS, numbers, strict=False)]
    Path(name).write_text("\n".join(["day,close", *reversed(rows)]), encoding="utf-8")
    return name


def forecaster(steps: int = 3, kind: Any = "number") -> gn.Network:
    """A network that forecasts twice the last number, of a series of that name."""
    net = gn.Network((steps, 1), gn.Crop(steps - 1), gn.Flatten(), gn.Dense(1, weights=[[2.0]]), dtype="float64")
    net.series = gn.data.SeriesColumns(("close",), (kind,), "day", steps)
    net.save("net.safetensors")
    return net


def test_what_a_training_learnt_of_the_columns_is_kept(run: Run) -> None:
    path = dated("wave.csv", gn.data.noisy_sine(84, noise=0.05).round(4).tolist())
    trained = run("train", path, "--target", "close", "--sequence", 5, "--hidden", 4, "--epochs", 2)
    net = gn.load("wave.safetensors")
    assert net.series == gn.data.SeriesColumns(("close",), ("number",), "day", 5)
    assert net.copy().series == net.series
    said = run("predict", "wave.safetensors", path)
    assert "Note: Put into the order of 'day'.\n" in said.stderr
    assert "2 of 83 steps of 'day' are longer or shorter than most" in " ".join(said.stderr.split())
    [name, value] = said.stdout.split()
    assert name == "close"
    assert float(value) == pytest.approx(net(gn.data.series(path, "close", 5).last).item(), rel=1e-6)
    assert f"the network forecasts close {value}." in " ".join(trained.stdout.split())


def test_what_comes_after_the_last_day_is_forecast(run: Run) -> None:
    forecaster()
    assert run("predict", "net.safetensors", dated("few.csv", [7, 8, 9])).stdout == "close\n18\n"
    both = run("predict", "net.safetensors", dated("more.csv", [1, 2, "", 4]), "few.csv")
    assert both.stdout == "close\n8\nclose\n18\n"
    assert "1 missing of 4 cells of 'close': filled in with the row before." in both.stderr
    assert run("predict", "net.safetensors", "--input", "1,2,3.5").stdout == "7\n"


def test_forecasts_are_compared_with_what_came_and_with_no_change(run: Run) -> None:
    forecaster()
    said = " ".join(run("evaluate", "net.safetensors", dated("new.csv", [1, 1, 1, 2, 5])).stdout.split())
    # forecast are 2 and 4, of 2 and 5; that nothing changes is 1 and 2
    assert "On 2 forecasts of new.csv: R² 0.7778, mean absolute error 0.5." in said
    assert "The mean absolute error of the forecast that nothing changes: 2." in said
    one = " ".join(run("evaluate", "net.safetensors", dated("one.csv", [1, 1, 1, 2])).stdout.split())
    assert "On 1 forecast of one.csv: mean absolute error 0." in one


def test_forecast_dates_are_dates(run: Run) -> None:
    """10,000 days after the beginning of 1970, and twice as many."""
    forecaster(steps=1, kind="date")
    assert run("predict", "net.safetensors", dated("dates.csv", ["1997-05-19"])).stdout == "close\n2024-10-04\n"
    assert run("predict", "net.safetensors", "--input", "10000").stdout == "2024-10-04\n"
    said = run("evaluate", "net.safetensors", dated("two.csv", ["1997-05-19", "2024-10-05"])).stdout
    assert "mean absolute error 1 days." in said
    assert "nothing changes: 10001 days." in said


@pytest.mark.parametrize(
    ("command", "numbers", "words"),
    [
        ("predict", [1, 2], "few.csv has 2 rows: a forecast needs 3"),
        ("evaluate", [1, 2], "few.csv has 2 rows: a forecast needs 3"),
        ("evaluate", [1, 2, 3], "few.csv has 3 rows: a forecast from 3 is compared with the row after, so 4"),
        ("predict", [1, 2, 3, ""], "few.csv, line 2: 'close' is missing in the last row, after which it is forecast"),
        ("predict", [1, 2, "n", 3], "few.csv, line 3: 'close' is 'n'"),
    ],
)  # fmt: skip
def test_what_cannot_be_forecast_is_said_in_words(run: Run, command: str, numbers: list[Any], words: str) -> None:
    forecaster()
    assert words in " ".join(message(run(command, "net.safetensors", dated("few.csv", numbers))).split())


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("day,clothes\n2024-01-01,1", "table.csv has no column 'close'"),
        ("date,close\n2024-01-01,1", "table.csv has no column 'day'"),
        ("day,close\nMonday,1\nTuesday,2\nFriday,3", "'day' holds no dates, so the rows have no order"),
    ],
)
def test_columns_that_are_not_there_are_named(run: Run, table: str, words: str) -> None:
    forecaster()
    Path("table.csv").write_text(table, encoding="utf-8")
    assert words in " ".join(message(run("predict", "net.safetensors", "table.csv")).split())


def test_the_next_forecast_is_explained(run: Run) -> None:
    net, path = forecaster(), dated("few.csv", [6, 7, 8, 9])
    result = run("explain", "net.safetensors", path, "--number", "y")
    assert net.series is not None
    assert result.exit_code == 0, result.output
    assert result.stdout == net.explain(net.series.read(path).last[None])["y"].tree(2).text + "\n"


def test_the_forecast_of_a_row_is_explained_with_its_loss(run: Run) -> None:
    net, path = forecaster(), dated("few.csv", [6, 7, 8, 9, 1])
    result = run("explain", "net.safetensors", path, "--rows", "4-5", "--number", "loss")
    assert net.series is not None
    series = net.series.read(path)
    assert series.y.tolist() == [9, 1]
    assert result.exit_code == 0, result.output
    assert result.stdout == net.explain(series.x, series.y)["loss"].tree(2).text + "\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["--rows", "3"],
            "row 3 of few.csv has 2 rows before it, and 3 are needed: ask for rows from 4 on",
        ),
        (["--rows", "5"], "few.csv has rows 1 to 4, and --rows asks for 5"),
        (["--number", "loss"], "the row after the last is not known yet, so name others with --rows"),
    ],
)
def test_what_cannot_be_explained_of_a_series_is_said(run: Run, arguments: list[str], words: str) -> None:
    forecaster()
    path = dated("few.csv", [6, 7, 8, 9])
    result = run("explain", "net.safetensors", path, *arguments)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())


@pytest.mark.parametrize("more", [("--sequence", 5), ()])
def test_numbers_too_large_for_a_mean_are_said_by_their_column(run: Run, more: tuple[object, ...]) -> None:
    rows = "".join(f"{i % 7},{1 + i % 5}e307\n" for i in range(60))
    Path("huge.csv").write_text(f"a,close\n{rows}", encoding="utf-8")
    said = message(run("train", "huge.csv", "--target", "close", *more))
    assert said == "the numbers of 'close' are too large for float64 arithmetic; rescale them"
