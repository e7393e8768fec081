"""What a column holds, and what is said where that is not certain: in files, frames, rows and dictionaries alike."""

import datetime
import zoneinfo
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pytest

from glassnet.data import Table, table
from glassnet.data.kinds import written
from glassnet.ir.errors import DataError


def file_of(tmp_path, columns, delimiter=","):
    rows = zip(*columns.values(), strict=True)
    lines = [delimiter.join(f'"{cell}"' if delimiter in str(cell) else str(cell) for cell in row) for row in rows]
    path = tmp_path / "t.csv"
    path.write_text("\n".join([delimiter.join(columns), *lines]), encoding="utf-8")
    return path


SOURCES = {
    "file": file_of,
    "semicolons": lambda folder, columns: file_of(folder, columns, ";"),
    "tabs": lambda folder, columns: file_of(folder, columns, "\t"),
    "pandas": lambda folder, columns: pd.DataFrame(columns),
    "polars": lambda folder, columns: pl.DataFrame(columns),
    "columns": lambda folder, columns: columns,
    "arrays": lambda folder, columns: {name: np.array(cells) for name, cells in columns.items()},
    "bytes": lambda folder, columns: {
        name: [cell.encode() if isinstance(cell, str) else cell for cell in cells] for name, cells in columns.items()
    },
    "rows": lambda folder, columns: [
        dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)
    ],
}


@pytest.fixture(params=SOURCES)
def of(request, tmp_path):
    """A function from an input column "x" to the table of it, read from one kind of source."""

    def read(cells: list[object]) -> Table:
        return table(SOURCES[request.param](tmp_path, {"x": cells, "y": list(range(len(cells)))}), "y")

    read.source = request.param  # type: ignore[attr-defined]
    return read


# --- words that are values


@pytest.mark.parametrize("word", ["none", "NA", "N/A", "null", "nan", "?", "-", "None"])
def test_words_for_nothing_are_values_among_texts(of, word):
    t = of([word, "mild", "severe"] * 4)
    assert set(t.encoding.columns[0].categories) == {word, "mild", "severe"}
    place = "line 2" if of.source in ("file", "semicolons", "tabs") else "row 0"
    assert t.notes == (
        f"'x' is {word!r} in 4 of 12 rows (the first is {place}): a category like others; leave a cell empty where it "
        "is missing.",
    )
    np.testing.assert_array_equal(t.x.sum(axis=1), 1)


@pytest.mark.parametrize("word", ["none", "NA", "null", "-", "–", "?", ".", "NaN"])
def test_words_for_nothing_are_missing_among_numbers(of, word):
    t = of([word, "1", "2", "3", word, "5"])
    assert t.x[:, 0].tolist() == [2.75, 1, 2, 3, 2.75, 5]
    assert t.notes[0].endswith("in 2 cells of 'x', is taken as missing.")
    assert repr(word) in t.notes[0]
    assert t.notes[1] == "2 missing of 6 cells of 'x': filled in with its mean, 2.75."


def test_words_for_nothing_among_booleans_and_dates(of):
    assert of(["yes", "no", "NA"] * 2).encoding.columns[0].categories == ("NA", "no", "yes")
    t = of(["2020-01-01", "none", "2020-01-03"])
    assert t.encoding.columns[0].kind == "date"
    assert "taken as missing" in t.notes[0]


@pytest.mark.parametrize("word", ["none", "NA", "null", "nan"])
def test_words_for_nothing_are_classes(word):
    t = table({"x": range(30), "y": ["mild", word, "severe"] * 10}, "y")
    assert len(t.x) == 30
    assert set(t.encoding.target.labels) == {"mild", word, "severe"}
    assert "'y' is" in t.notes[0]
    assert t.encoding.encode_target({"y": [word, "mild"]}).tolist() == [t.encoding.target.labels.index(word), t.y[0]]


def test_empty_cells_and_missing_values_are_missing(tmp_path):
    for cells in (["a", None, "b"], ["a", float("nan"), "b"], ["a", "", "b"], ["a", pd.NA, "b"], ["a", pd.NaT, "b"]):
        t = table({"x": cells, "y": [1.5, 2, 3]}, "y")
        assert t.encoding.columns[0].categories == ("a", "b")
        assert t.x[1].tolist() == [0, 0]
    masked = table({"x": np.ma.array([1.0, 2, 9], mask=[0, 0, 1]), "y": [1.5, 2, 3]}, "y")
    assert masked.x[:, 0].tolist() == [1, 2, 1.5]


# --- numbers in disguise

DISGUISED = {
    "decimal comma": (["0,5", "1,5", "2,5"], [0.5, 1.5, 2.5]),
    "decimal comma and thousands points": (["950,5", "1.020", "1.100", "890,25"], [950.5, 1020, 1100, 890.25]),
    "thousands commas": (["1,250.5", "2,000", "30"], [1250.5, 2000, 30]),
    "thousands twice": (["1.234.567", "20", "3.000"], [1234567, 20, 3000]),
    "narrow spaces": (["1\u202f250", "2\u00a0000", "30"], [1250, 2000, 30]),
    "apostrophes": (["1'250", "2’000.5", "30"], [1250, 2000.5, 30]),
    "lakhs": (["12,34,567", "1", "2"], [1234567, 1, 2]),
    "dollars": (["$1.50", "$2", "$30"], [1.5, 2, 30]),
    "euros": (["1,50 €", "2 €", "30,00 €"], [1.5, 2, 30]),
    "francs": (["CHF 1'000.50", "CHF 2", "CHF 3"], [1000.5, 2, 3]),
    "per cent": (["5%", "12.5 %", "0"], [5, 12.5, 0]),
    "minus signs": (["−1", "–2.5", "3"], [-1, -2.5, 3]),
    "brackets": (["(1.5)", "2", "3"], [-1.5, 2, 3]),
    "minus behind": (["1-", "2", "3"], [-1, 2, 3]),
}


@pytest.mark.parametrize("name", DISGUISED)
def test_numbers_in_disguise(of, name):
    cells, numbers = DISGUISED[name]
    t = of(cells)
    assert t.encoding.features == ("x",)
    assert t.x[:, 0].tolist() == numbers
    plain = name in {"minus signs"} or (name == "decimal comma" and of.source == "semicolons")
    assert bool(t.notes) is not plain, t.notes
    assert of(list(map(float, numbers))).x[:, 0].tolist() == numbers


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (["1,5", "2.5", "3"], "'x' is '2.5', with a decimal point, and there is '1,5'.*with a decimal comma"),
        (["1.000,5", "2.5", "3"], "with a decimal point, and there is '1.000,5'"),
        (["$5", "6 €", "7 €"], "'x' is '[$]5', and there is '6 €'.*write all in one unit"),
        (["5%", "0.07", "0.06"], "'x' is '5%', and there is '0.07'"),
        (["5%", "7‰", "6%"], "'x' is '5%', and there is '7‰'"),
        (["1,000", "2.000", "3"], "in which point or comma may be the decimal mark"),
    ],
)
def test_numbers_written_in_two_ways_are_refused(of, cells, message):
    with pytest.raises(DataError, match=message):
        of(cells)


def columns(tmp_path, delimiter, **given):
    return table(file_of(tmp_path, {**given, "y": [1, 2, 4]}, delimiter), "y")


def test_a_mark_that_may_be_either_is_said_with_both_readings(tmp_path):
    t = columns(tmp_path, ";", x=["1.020", "1.100", "2.345"])
    assert t.x[0, 0] == 1.02
    assert t.notes == ("'1.020' (line 2) of 'x' is read as 1.020; with a decimal comma it would be 1020.",)
    t = columns(tmp_path, ";", x=["1,020", "1,100", "2,345"])
    assert t.x[0, 0] == 1.02
    assert "with a decimal point it would be 1020" in t.notes[0]
    t = columns(tmp_path, ",", x=["1,020", "1,100", "2,345"])
    assert t.x[0, 0] == 1020
    assert "with a decimal comma it would be 1.020" in t.notes[0]
    t = columns(tmp_path, ",", x=["1.020", "1.100", "2.345"])
    assert (t.x[0, 0], t.notes) == (1.02, ())


def test_other_columns_tell_which_mark_is_the_decimal_one(tmp_path):
    x = ["1.020", "1.100", "2.345"]
    t = columns(tmp_path, "\t", x=x, z=["0,5", "0,6", "0,7"])
    assert t.x[:, 0].tolist() == [1020, 1100, 2345]
    assert "since other columns have a decimal comma; with a decimal point it would be 1.020" in t.notes[0]
    t = columns(tmp_path, ";", x=x, z=["0.5", "0.6", "0.7"])
    assert (t.x[0, 0], t.notes) == (1.02, ())
    frame = pd.DataFrame({"x": [1.125, 2.25, 3.375], "z": ["0,5", "0,6", "0,7"], "y": [1.5, 2, 3]})
    assert table(frame, "y").x[0].tolist() == [1.125, 0.5]  # numbers of Python's have no thousands marks


def test_the_target_too_tells_which_mark_is_the_decimal_one(tmp_path):
    x = ["1.020", "1.100", "2.345", "9.999"]
    for delimiter, y in (
        (";", ["0,25", "0,5", "", "1,75"]),
        ("\t", ["1,5", "2,5", "-", "3,5"]),
        ("|", ["1,5 €"] * 3 + ["2 €"]),
    ):
        t = table(file_of(tmp_path, {"x": x, "z": x, "y": y}, delimiter), "y")
        assert t.x[0].tolist() == [1020, 1020]
        assert any("since other columns have a decimal comma" in note for note in t.notes)
    t = table(file_of(tmp_path, {"x": ["1,020", "1,100", "2,345"], "y": ["0.25", "0.5", "0.75"]}, ";"), "y")
    assert t.x[0, 0] == 1020
    t = table(file_of(tmp_path, {"x": ["1.020", "1.100"] * 2, "y": ["1.5", "2.5", "3.5", "4"]}, ";"), "y")
    assert (t.x[0, 0], t.notes) == (1.02, ())


def test_a_few_texts_among_disguised_numbers_are_mistakes(of):
    with pytest.raises(DataError, match="'x' is 'much'; expected a number, or an empty cell"):
        of(["1,5"] * 20 + ["much"])


def test_texts_that_nearly_are_numbers_are_categories_and_said_to_be(of):
    t = of(["1", "2", "unknown", "3"] * 2)
    assert t.encoding.columns[0].kind == "category"
    assert "'x' has numbers, and texts such as 'unknown'" in t.notes[0]
    for cells, advice in {
        ("5kg", "7kg", "5kg"): "leave 'kg' off to have numbers",
        ("~5", "~7", "~5"): "leave '~' off to have numbers",
        ("5 kg", "300 g", "5 kg"): "write all in one unit to have numbers",
        ("5 kg", "7 kg", "6"): "write all in one unit to have numbers",
        ("<1", "2", "<3"): "write all in one unit to have numbers",
        ("31.01.2020", "01.02.2020", "31.01.2020"): "dates are written 2020-01-31",
        ("1/31/2020", "2/1/2020", "1/31/2020"): "dates are written 2020-01-31",
        ("2020-01", "2020-02", "2020-01"): "dates are written 2020-01-31",
        ("12:30", "13:30", "12:30"): "dates are written 2020-01-31",
        ("1/3", "2/3", "1/3"): "and fractions 0.5",
        ("cat", "Cat", "dog"): "'x' has 'cat' and 'Cat': two categories, as they are written",
    }.items():
        t = of(list(cells))
        assert t.encoding.columns[0].kind == "category"
        assert advice in t.notes[0]
    for cells in (("5a", "6b", "7a"), ("12 Oak St", "7 Elm St", "5 High St"), ("A1", "A2", "A1")):
        assert of(list(cells)).notes == ()
    with pytest.raises(DataError, match=r"no classes \('y' has texts such as '1.1.2020'.*dates are written 2020-01-31"):
        table({"x": range(30), "y": [f"{i + 1}.1.2020" for i in range(30)]}, "y")


@pytest.mark.parametrize("unit", ["kg", "km/h", "m²", "°C", "Stück"])
def test_numbers_in_one_unit(of, unit):
    t = of([f"5 {unit}", f"7,5 {unit}", f"−1.250,5 {unit}"])
    assert t.x[:, 0].tolist() == [5, 7.5, -1250.5]
    assert any(f"'5 {unit}'" in note and f"of 'x' is counted in {unit}." in note for note in t.notes)


def test_infinities_are_named(of):
    for cells in ([1.5, float("inf"), 2.5], ["1", "-inf", "2"], ["Infinity", "1", "2"]):
        with pytest.raises(DataError, match=r"'x' is '(-?inf|Infinity)'; expected a number, or an empty cell"):
            of(cells)


def test_yes_and_true_are_not_one_class():
    t = table({"x": range(6), "y": ["yes", "no", "true"] * 2}, "y")
    assert t.encoding.target.labels == ("no", "true", "yes")


MIXED_BOOLEANS = [
    (["true", "false", "1"], "'true' (row 0) and '1' (row 2)"),
    ([True, False, 1.0], "'True' (row 0) and '1.0' (row 2)"),
    (["yes", "no", 0], "'yes' (row 0) and '0' (row 2)"),
    ([0, 1, "TRUE"], "'0' (row 0) and 'TRUE' (row 2)"),
    (["yes", "no", "true"], "'yes' (row 0) and 'true' (row 2)"),
    (["y", "n", "yes", "no"], "'y' (row 0) and 'yes' (row 2)"),
    (["t", "NA", "false"], "'t' (row 0) and 'false' (row 2)"),
]


@pytest.mark.parametrize(("cells", "said"), MIXED_BOOLEANS)
@pytest.mark.parametrize("made", [dict, pd.DataFrame])
def test_yes_or_no_in_more_than_one_way_is_said(cells, said, made):
    x, y = cells * 12, range(12 * len(cells))
    [note] = [note for note in table(made({"x": x, "y": y}), "y").notes if "booleans" in note]
    assert note.startswith(f"'x' has {said}: taken for categories, as they are written; write true or false in every")
    [note] = [note for note in table(made({"x": y, "y": x}), "y").notes if "booleans" in note]
    assert note.startswith(f"'y' has {said}: taken for categories")


@pytest.mark.parametrize("cells", [["true", "false", "perhaps"], ["y", "n", "1"], ["yes", "no", "NA"], ["yes", "no"]])
def test_what_may_be_more_than_yes_or_no_is_not_said_to_be(cells):
    assert not any("booleans" in note for note in table({"x": cells * 12, "y": range(12 * len(cells))}, "y").notes)


@pytest.mark.parametrize(
    "cells",
    [
        [1j, 2j, 3j],
        [[1], [2], [3]],
        [(1,), (2,), (3,)],
        [{1}, {2}, {3}],
        [datetime.timedelta(d) for d in range(3)],
        pd.to_timedelta([1, 2, 3], unit="h"),
        pl.Series([datetime.timedelta(d) for d in range(3)]),
        [np.zeros(1)] * 3,
    ],
)
def test_what_is_no_cell_is_refused(cells):
    with pytest.raises(DataError, match=r"row 0: 'x' is a \w+; expected a number, a text, a boolean or a date"):
        table({"x": cells, "y": [1, 2, 4]}, "y")


def test_cells_of_many_types():
    for cells in (
        [Fraction(1, 2), Fraction(3, 2), Fraction(2)],
        [Decimal("0.5"), Decimal("1.50"), Decimal("2E0")],
        pd.Categorical([0.5, 1.5, 2]),
        pd.array([0.5, 1.5, 2], "Float64"),
        np.array([b"0.5", b"1.5", b"2"]),
        np.array([0.5, 1.5, 2], ">f4"),
        [np.float16(0.5), "1.5", 2],
    ):
        assert table({"x": cells, "y": [1, 2, 4]}, "y").x[:, 0].tolist() == [0.5, 1.5, 2]
    for unit in "Dsmn":
        unit = {"m": "ms", "n": "ns"}.get(unit, unit)
        days = np.array(["2020-01-01", "NaT", "2020-01-03"], f"datetime64[{unit}]")
        t = table({"x": days, "y": [1, 2, 4]}, "y")
        assert (t.encoding.columns[0].kind, t.x[:, 0].tolist()) == ("date", [18262, 18263, 18264])


def test_a_very_long_cell_is_cut_off_in_messages():
    with pytest.raises(DataError, match=r"'a{40,58}… \(5,002 characters\); expected a number") as error:
        table({"x": [*range(20), "a" * 5000], "y": range(21)}, "y")
    assert len(str(error.value)) < 200


def test_codes_with_leading_zeros_are_said_to_be_numbers(tmp_path):
    t = columns(tmp_path, ",", zip=["01067", "01099", "99423"])
    assert t.x[0, 0] == 1067
    assert t.notes == ("'01067' (line 2) of 'zip' is taken for a number, without its leading zero.",)


def test_days_written_without_hyphens_are_said_to_be_numbers(of):
    t = of(["20200131", "20200201", "20200202"])
    assert t.x[0, 0] == 20200131
    assert "of 'x' is taken for a number; a date is written 2020-01-31." in t.notes[0]
    assert of(["20200131", "20201301", "20200202"]).notes == ()


# --- dates and times


@pytest.mark.parametrize(
    "cells",
    [
        pd.date_range("2020", periods=3, tz="UTC"),
        pd.date_range("2020", periods=3, tz="UTC").tz_convert("America/New_York"),
        pl.Series([datetime.datetime(2020, 1, d, tzinfo=zoneinfo.ZoneInfo("Europe/Vienna")) for d in (1, 2, 3)]),
        ["2020-01-01T00:00Z", "2020-01-02 00:00:00.000+00:00", "2020-01-03T01:00+0100"],
        ["2020-01-01 00:00 UTC", "2020-01-01T20:00:00-04:00", "2020-01-03T05:30+05:30"],
        [datetime.datetime(2020, 1, d, tzinfo=datetime.UTC) for d in (1, 2, 3)],
    ],
    ids=range(6),
)
def test_times_with_a_zone(cells):
    t = table({"t": cells, "y": [1.5, 2, 3]}, "y")
    assert t.encoding.columns[0].kind == "moment"
    first = 18262 - (1 / 24 if isinstance(cells, pl.Series) else 0)
    np.testing.assert_allclose(t.x[:, 0], [first, first + 1, first + 2])


def test_times_with_and_without_a_zone_do_not_mix(of):
    with pytest.raises(DataError, match=r"'2020-01-02', without a time zone, and there is .*, with one; give all"):
        of(["2020-01-01T00:00Z", "2020-01-02", "2020-01-03T00:00Z"])
    encoding = of(["2020-01-01T00:00Z", "2020-01-02T00:00Z", "2020-01-03T00:00Z"]).encoding
    with pytest.raises(DataError, match="'x' is '2020-01-02'; expected a date and time with its time zone"):
        encoding.encode({"x": ["2020-01-02"]})
    encoding = of(["2020-01-01", "2020-01-02", "2020-01-03"]).encoding
    with pytest.raises(DataError, match="'x' is '2020-01-02T00:00Z'; expected a date"):
        encoding.encode({"x": ["2020-01-02T00:00Z"]})


@pytest.mark.parametrize(
    ("cells", "kind", "shown"),
    [
        (["2020-01-01", "2020-01-05", "2020-01-02"], "date", "2020-01-03"),
        (["2020-01-01T12:00", "2020-01-05", "2020-01-02"], "datetime", "2020-01-02T20:00:00"),
        (["2020-01-01T00:00Z", "2020-01-05T00:00Z", "2020-01-02T00:00Z"], "moment", "2020-01-02T16:00:00Z"),
    ],
)
def test_a_date_target_is_shown_as_a_date(cells, kind, shown):
    t = table({"x": [1, 2, 3], "y": cells}, "y")
    assert (t.task, t.encoding.target.kind) == ("regression", kind)
    assert t.encoding.target.written(float(t.y.mean())) == shown


def test_days_that_no_calendar_has():
    assert written(1e9, "date") == "2739877-01-03"
    assert written(1e300, "date") == "1e+300"


@pytest.mark.parametrize("digits", ["٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９", "⁰¹²³⁴⁵⁶⁷⁸⁹"], ids=ascii)
def test_digits_of_other_scripts_are_said_to_be_taken_for_categories(of, digits):
    t = of([digits[i % 10] for i in range(30)])
    assert any(note.endswith("taken for categories; digits are written 0 to 9 to have numbers.") for note in t.notes)
