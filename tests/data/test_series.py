"""Series of one's own: rows in the order of time, what is missing, and what cannot be forecast."""

from pathlib import Path

import numpy as np
import pytest

import glassnet as gn


def test_a_series_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    lines = [f"2024-01-{day:02},{day / 2},{'up' if day % 2 else 'down'},{day * 10}" for day in range(12, 0, -1)]
    path.write_text("\n".join(["date,close,mood,volume", *lines]), encoding="utf-8")
    series = gn.data.series(path, "close", steps=3)
    assert series.features == ("close", "volume")
    assert series.values[:, 0].tolist() == [day / 2 for day in range(1, 13)]
    assert series.x.shape == (9, 3, 2)
    assert series.y.tolist() == [day / 2 for day in range(4, 13)]
    assert series.last.tolist() == [[5.0, 100.0], [5.5, 110.0], [6.0, 120.0]]
    assert series.notes == ("Left out 'mood': it holds texts.", "Put into the order of 'date'.")


def test_rows_in_order_stay_and_need_no_date() -> None:
    series = gn.data.series({"y": [3.0, 1.0, 2.0]}, "y", steps=1)
    assert (series.values[:, 0].tolist(), series.notes) == ([3.0, 1.0, 2.0], ())
    dated = gn.data.series({"day": ["2024-01-01", "2024-01-02", "2024-01-03"], "y": [3.0, 1.0, 2.0]}, "y", steps=1)
    assert (dated.values[:, 0].tolist(), dated.notes) == ([3.0, 1.0, 2.0], ())


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (["2024-01-01", "2024-01-02", "2024-01-05", "2024-01-06"], "1 of 3 steps of 'day' is longer or shorter than "
         "most, the first from 2024-01-02 to 2024-01-05: each row is taken as one step."),
        (["2024-01-01", "2024-01-03", "2024-01-03", "2024-01-05"], "1 of 3 steps of 'day' is longer or shorter than "
         "most, the first from 2024-01-03 to 2024-01-03: each row is taken as one step."),
        (["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"], None),
        (["2023-01-01", "2024-01-01", "2025-01-01", "2026-01-01"], None),
    ],
)  # fmt: skip
def test_uneven_steps_are_noted(dates: list[str], said: str | None) -> None:
    series = gn.data.series({"day": dates, "y": [3.0, 1.0, 2.0, 5.0]}, "y", steps=1)
    assert series.notes == (() if said is None else (said,))


def test_what_is_missing_is_as_in_the_row_before() -> None:
    series = gn.data.series({"y": [None, 1.0, None, None, 4.0]}, "y", steps=1)
    assert series.values[:, 0].tolist() == [1.0, 1.0, 1.0, 1.0, 4.0]
    said = "3 missing of 5 cells of 'y': filled in with the row before"
    assert series.notes == (f"{said}, at the start with the first number.",)
    assert gn.data.series({"y": [1.0, None, None, None, 4.0]}, "y", steps=1).notes == (f"{said}.",)


def test_columns_are_ignored() -> None:
    table = {"y": [1.0, 2.0, 3.0], "z": [1.0, 2.0, 4.0]}
    assert gn.data.series(table, "y", steps=2, ignore="z").features == ("y",)


def test_columns_without_numbers_are_left_out(tmp_path: Path) -> None:
    """As spreadsheets write them, with a comma after the last column."""
    path = tmp_path / "prices.csv"
    path.write_text("day,y,\n2024-01-01,1.5,\n2024-01-02,2.5,\n2024-01-03,4.5,\n")
    series = gn.data.series(path, "y", steps=2)
    assert series.features == ("y",)
    assert "Left out 'unnamed 3': it has no values." in series.notes


@pytest.mark.parametrize(
    ("table", "more", "words"),
    [
        ({"y": [1.0, 2.0]}, {}, "has 2 rows: a forecast from 2 needs more"),
        ({"y": ["a", "b", "c"]}, {}, "the target 'y' holds texts such as 'a'; a forecast needs numbers"),
        ({"y": [1.0, 2.0, 3.0], "day": ["2024-01-01", None, "2024-01-03"]}, {}, "'day' has no date in row 2"),
        ({"z": [1.0, 2.0, 3.0]}, {}, "'y'"),
        ({"y": [1.0, 2.0, 3.0]}, {"ignore": ["y"]}, "the target 'y' cannot be ignored"),
        ({"y": [1.0, 2.0, 3.0]}, {"steps": 0}, "the steps of a series must be a whole number of at least 1"),
    ],
)
def test_what_cannot_be_forecast_is_said_in_words(table, more, words: str) -> None:
    with pytest.raises(gn.GlassnetError) as error:
        gn.data.series(table, "y", **{"steps": 2, **more})
    assert words in str(error.value)


COLUMNS = gn.data.SeriesColumns(("close", "volume"), ("number", "number"), "day", 2)


def test_new_rows_are_read_as_the_first_were() -> None:
    rows = {"volume": [30, 20, 10], "mood": ["a", "b", "c"], "close": [3.0, None, 1.0]}
    series = COLUMNS.read({**rows, "day": ["2024-01-03", "2024-01-02", "2024-01-01"]})
    assert series.values.tolist() == [[1.0, 10.0], [1.0, 20.0], [3.0, 30.0]]
    assert series.notes == (
        "Put into the order of 'day'.",
        "1 missing of 3 cells of 'close': filled in with the row before.",
    )
    assert series.columns == COLUMNS


def test_the_columns_of_a_series_are_those_it_was_made_of() -> None:
    table = {"n": ["a", "b"], "visit": ["2024-01-01", "2024-01-09"], "open": ["yes", "no"], "at": ["2023-01-01"] * 2}
    columns = gn.data.series({**table, "day": ["2024-01-01", "2024-01-02"]}, "visit", steps=1).columns
    assert columns == gn.data.SeriesColumns(("visit", "open"), ("date", "boolean"), "at", 1)
    assert columns.written(19732.4) == "2024-01-10"
    assert gn.data.SeriesColumns.from_json(columns.to_json()) == columns


@pytest.mark.parametrize(
    "wrong",
    [
        {"names": []}, {"names": ["close"]}, {"names": ["close", "close"]}, {"names": ["close", "day"]},
        {"names": None}, {"names": [1, 2]}, {"kinds": ["number", "category"]},
        {"kinds": ["number", 7]}, {"kinds": ["number", []]}, {"order": 3}, {"steps": 0}, {"steps": True},
        {"steps": 2.0}, {"more": 1},
    ],
    ids=str,
)  # fmt: skip
def test_what_a_file_says_is_not_trusted(wrong: dict[str, object]) -> None:
    content = COLUMNS.to_json()
    assert gn.data.SeriesColumns.from_json(content) == COLUMNS
    with pytest.raises(gn.ModelFileError, match="the columns of a series are names, kinds, order and steps, got"):
        gn.data.SeriesColumns.from_json({**content, **wrong})


def test_a_network_has_the_columns_that_it_reads(tmp_path: Path) -> None:
    net = gn.Network((2, 1), gn.GRU(2), gn.Dense(1))
    with pytest.raises(gn.GlassnetError, match=r"net\.series = series\.columns; got 'close'"):
        net.series = "close"
    net.series = COLUMNS
    with pytest.raises(gn.ModelFileError, match="made from 2 rows of 2 columns, but the network takes inputs of shape"):
        net.save(tmp_path / "net.safetensors")


def test_a_network_learns_to_forecast_one() -> None:
    series = gn.data.series({"y": gn.data.noisy_sine(300, noise=0.02).tolist()}, "y", steps=12)
    net = gn.Network((12, 1), gn.GRU(8), gn.Dense(1))
    net.fit(series.x[:200], series.y[:200], epochs=30, optimizer=gn.Adam(0.02))
    naive = np.abs(gn.data.naive_forecast(series.x[200:]) - series.y[200:]).mean()
    assert np.abs(net(series.x[200:])[:, 0] - series.y[200:]).mean() < naive / 2
