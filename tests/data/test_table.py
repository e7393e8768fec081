"""Tables of one's own: what is found in them, what becomes of it, and how each mistake is named."""

import csv
import datetime
import json

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data import Encoding, table
from glassnet.data.encoding import Column, Target
from glassnet.data.kinds import parse_date, parse_number
from glassnet.data.records import EMPTY, read_records
from glassnet.ir.errors import DataError, ModelFileError

FLATS = """area,rooms,town,balcony,built,rent
50,2,Graz,yes,1990-01-01,500
70,3,Wien,no,2000-01-01,900
60,2,Linz,yes,1995-07-01,610.5
"""


@pytest.fixture
def file(tmp_path):
    """Writes a CSV file and gives its path."""

    def write(content, name="points.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


# --- what becomes of the columns


def test_kinds_and_numbers(file):
    t = table(file(FLATS), "rent")
    assert [column.kind for column in t.encoding.columns] == ["number", "number", "category", "boolean", "date"]
    assert t.encoding.features == ("area", "rooms", "town=Graz", "town=Linz", "town=Wien", "balcony", "built")
    days = [
        (datetime.date(*date) - datetime.date(1970, 1, 1)).days for date in [(1990, 1, 1), (2000, 1, 1), (1995, 7, 1)]
    ]
    expected = [[50, 2, 1, 0, 0, 1, days[0]], [70, 3, 0, 0, 1, 0, days[1]], [60, 2, 0, 1, 0, 1, days[2]]]
    np.testing.assert_array_equal(t.x, expected)
    assert t.x.dtype == t.y.dtype == np.float64
    assert t.y.tolist() == [500, 900, 610.5]
    assert (t.task, t.encoding.target, t.notes) == ("regression", Target("rent", "number"), ())
    assert repr(t) == "Table(3 rows, 7 inputs, regression of 'rent')"


def test_means_and_scales_standardise_all_but_one_hot(file):
    t = table(file(FLATS), "rent")
    z = (t.x - t.encoding.means) / t.encoding.scales
    one_hot = slice(2, 5)
    np.testing.assert_array_equal(z[:, one_hot], t.x[:, one_hot])
    rest = np.delete(z, one_hot, axis=1)
    np.testing.assert_allclose(rest.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(rest.std(axis=0), 1)


def test_scales_of_very_large_and_very_small_numbers(file):
    t = table(file("a,b,y\n1e200,1e-200,1\n3e200,3e-200,2.5\n"), "y")
    np.testing.assert_allclose(t.encoding.scales, [1e200, 1e-200])
    with pytest.raises(DataError, match="numbers of 'a' are too large"):
        table(file("a,y\n1.7e308,1\n-1.7e308,2.5\n1.7e308,3\n"), "y")


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffa,b,y\n1.5,x,1\n2,y,2.5\n",
        "a;b;y\r\n1,5;x;1\r\n2;y;2,5\r\n",
        "a\tb\ty\n1.5\tx\t1\n2\ty\t2.5",
        '"a", "b", "y"\n"1.5", "x", "1"\n\n2, y, 2.5\n\n',
        'a;b;y\n"1,5";"x";1.0\n+2;y;2.5e0\n',
    ],
)
def test_dialects_of_csv(file, content):
    t = table(file(content), "y")
    np.testing.assert_array_equal(t.x, [[1.5, 1, 0], [2, 0, 1]])
    assert t.y.tolist() == [1, 2.5]


def test_frames_and_rows_give_what_the_file_gives(file):
    path = file(FLATS)
    expected = table(path, "rent")
    rows = list(csv.DictReader(FLATS.splitlines()))
    sources = [
        pd.read_csv(path),
        pd.read_csv(path, parse_dates=["built"]),
        pd.read_csv(path, dtype={"town": "category"}),
        pl.read_csv(path, try_parse_dates=True),
        rows,
        [{**row, "area": float(row["area"]), "balcony": row["balcony"] == "yes"} for row in rows],
    ]
    for source in sources:
        t = table(source, "rent")
        np.testing.assert_array_equal(t.x, expected.x)
        np.testing.assert_array_equal(t.y, expected.y)
        assert t.encoding == expected.encoding
        np.testing.assert_array_equal(expected.encoding.encode(source), expected.x)


@pytest.mark.parametrize("read", [pd.read_csv, pl.read_csv, str])
def test_missing_cells_are_filled_in_and_said_to_be(file, read):
    path = file("a,b,c,y\n1,x,true,1\n,y,false,2.5\n3,,,3\n4,x,true,\n6,x,true,8\n")
    t = table(read(path), "y")
    assert t.y.tolist() == [1, 2.5, 3, 8]
    np.testing.assert_allclose(t.x, [[1, 1, 0, 1], [10 / 3, 0, 1, 0], [3, 0, 0, 2 / 3], [6, 1, 0, 1]])
    assert t.notes == (
        "Left out 1 of 5 rows, in which 'y' is missing.",
        "1 missing of 4 cells of 'a': filled in with its mean, 3.333.",
        "1 missing of 4 cells of 'b': counted as none of its categories.",
        "1 missing of 4 cells of 'c': filled in with its mean.",
    )


def test_columns_of_no_use_are_left_out_and_said_to_be():
    rows = [
        {"id": i, "name": f"n{i}", "same": 1, "word": "a", "none": None, "x": i % 7, "secret": i, "y": i / 3}
        for i in range(1, 31)
    ]
    t = table(rows, "y", ignore=["secret"])
    assert t.encoding.features == ("x",)
    assert t.notes == (
        "Left out 'id': it numbers the rows.",
        "Left out 'name': 30 different texts in 30 rows.",
        "Left out 'same': it is the same in every row.",
        "Left out 'word': it is always 'a'.",
        "Left out 'none': it has no values.",
    )


def test_numbers_that_differ_after_the_sixteenth_digit_are_not_said_to_be_the_same():
    for cells in ([2**60 + i for i in range(8)], [f"{10**18 + i}" for i in range(8)], [-(2**62) - i for i in range(8)]):
        t = table({"key": cells, "x": list(range(8)), "y": [i / 3 for i in range(8)]}, "y")
        assert t.notes == ("Left out 'key': it is the same in every row, to the 16 digits that are kept of a number.",)


def test_columns_of_one_value_and_gaps_are_said_to_have_gaps():
    rows = [{"cabin": "C85" if i else None, "deck": 3 if i > 1 else "-", "x": i, "y": i / 3} for i in range(8)]
    assert table(rows, "y").notes == (
        "Left out 'cabin': it is always 'C85', but for 1 missing cell.",
        "Left out 'deck': it is the same in every row, but for 2 missing cells.",
    )


def test_an_unnamed_first_column_is_the_index_that_pandas_wrote(file):
    t = table(file(",x,y\n0,3,1.5\n1,4,2.5\n2,4,9\n"), "y")
    assert t.encoding.features == ("x",)


def test_a_counting_input_is_kept():
    assert table([{"x": i, "y": i / 2} for i in range(9)], "y").x[:, 0].tolist() == list(range(9))


# --- the target and the task


@pytest.mark.parametrize(
    ("values", "task", "labels"),
    [
        (["b", "a", "b"], "classification", ("a", "b")),
        (["yes", "no", "Yes"], "classification", ("no", "yes")),
        ([True, False, True], "classification", ("false", "true")),
        ([0, 1, 1, 0], "classification", ("0", "1")),
        ([-1, 1, 1, -1], "classification", ("-1", "1")),
        ([1.0, 2.0, 3.0, 1.0, 2.0, 3.0], "classification", ("1", "2", "3")),
        (list(range(11)) * 2, "classification", tuple(map(str, range(11)))),
        ([1, 2, 3, 4, 5], "regression", ()),
        ([1, 3, 5, 1, 3, 5], "regression", ()),
        ([3, 4, 5, 3, 4, 5], "regression", ()),
        (list(range(21)) * 5, "regression", ()),
        ([0.5, 1, 0.5, 1], "regression", ()),
        (["2024-01-01", "2024-01-03"], "regression", ()),
    ],
)
def test_the_target_decides_the_task(values, task, labels):
    rows = [{"x": i, "y": value} for i, value in enumerate(values)]
    t = table(rows, "y")
    assert (t.task, t.encoding.target.labels) == (task, labels)
    assert t.y.dtype == (np.int64 if labels else np.float64)
    np.testing.assert_array_equal(t.encoding.encode_target(rows), t.y)
    if labels:
        assert [labels[i] for i in t.y] == [str(v).lower().removesuffix(".0") for v in values]
    assert bool(t.notes) == (bool(labels) and t.encoding.target.kind == "number")


def test_task_says_otherwise():
    rows = [{"x": i, "y": y} for i, y in enumerate([0, 1, 1, 0.5])]
    assert table(rows[:3], "y", task="regression").y.tolist() == [0, 1, 1]
    t = table(rows, "y", task="classification")
    assert t.encoding.target.labels == ("0", "0.5", "1")
    assert t.y.tolist() == [0, 2, 2, 1]


# --- what cannot be learned from

TAIL = "".join(f"{i},{i % 2}\n" for i in range(20))
MISTAKES = {
    "missing target": (
        "x,price\n1,2\n3,4\n",
        "prize",
        r"no column 'prize' \(did you mean 'price'\?\); it has 'x', 'price'",
    ),
    "case of target": ("x,Price\n1,2\n3,4\n", "price", r"did you mean 'Price'"),
    "nothing like it": ("x,y\n1,2\n", "colour", r"no column 'colour'; it has 'x', 'y'"),
    "empty file": ("", "y", "points.csv is empty"),
    "blank file": ("\n \n", "y", "points.csv is empty"),
    "header only": ("x,y\n", "y", "points.csv has a header but no rows"),
    "all commented": ("x,y\n#1,2\n#3,4\n", "y", "no rows of data. Passed over 2 lines that begin with #"),
    "no header": ("1,2\n3,4\n", "y", "points.csv has no header: its first line is 1, 2;"),
    "ragged": ("x,y\n1,2\n\n3\n", "y", "points.csv, line 4: 1 cell where the header has 2"),
    "ragged long": ('x,y\n"1\n",2\n3,4,5\n', "y", "points.csv, line 4: 3 cells where the header has 2"),
    "text among numbers": ("x,y\n" + TAIL + "abc,1\n", "y", "points.csv, line 22: 'x' is 'abc'; expected a number"),
    "two texts": ("x,y\n" + TAIL + "abc,1\nd,0\n", "y", r"line 22: 'x' is 'abc' \(and 1 more like it\)"),
    "infinity": ("x,y\n" + TAIL + "inf,1\n", "y", "'x' is 'inf'; expected a number"),
    "overflow": ("x,y\n" + TAIL + "1e999,1\n", "y", "'x' is '1e999'; expected a number"),
    "text in target": ("y,x\n" + TAIL + "abc,1\n", "y", "line 22: 'y' is 'abc'; expected a number"),
    "bad date": ("d,y\n" + "2024-02-01,1.5\n" * 10 + "2024-02-30,2\n", "y", "'d' is '2024-02-30'; expected a date"),
    "duplicate header": ("x,y,x\n1,2,3\n", "y", "points.csv has more than one column named 'x'; rename one"),
    "one class": ("x,y\n1,a\n2,a\n", "y", "'y' has only one class, 'a'"),
    "one boolean class": ("x,y\n1,yes\n2,yes\n", "y", "'y' has only one class, 'yes'"),
    "constant target": ("x,y\n1,7\n2,7\n", "y", "'y' is 7 in every row"),
    "one row": ("x,y\n1,2\n", "y", "points.csv has one row with a value of 'y'"),
    "no targets": ("x,y\n1,\n2,\n", "y", "points.csv has no row with a value of 'y'"),
    "no inputs": ("x,y\n1,2\n1,4\n", "y", "no inputs for 'y'. Left out 'x': it is the same"),
    "target only": ("y\n1\n2\n", "y", "no inputs for 'y'"),
    "too many classes": ("x,y\n" + "".join(f"{i},n{i}\n" for i in range(30)), "y", "30 different values in 30 rows"),
    "open quote": ('x,y\n1,2\n3,"4\n5,6\n', "y", "points.csv, line 4: unexpected end of data; check its quotation"),
    "stray quote": ('x,y\n1,"2"3\n', "y", "points.csv, line 2: .*expected after '\"'"),
    "latin-1": ("x,y\n1,2\nä,3\n".encode("latin-1"), "y", "points.csv, line 3: not UTF-8"),
    "utf-16": ("x,y\n1,2\n".encode("utf-16"), "y", "not UTF-8"),
    "workbook": (b"PK\x03\x04" + bytes(100), "y", "workbook or zip file; save the table as CSV"),
    "binary": (b"x,y\n\0\0,1\n", "y", "not a text file"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_is_named(file, name):
    content, target, message = MISTAKES[name]
    with pytest.raises(DataError, match=message):
        table(file(content), target)


def test_mistakes_that_are_not_in_a_file(file, tmp_path):
    with pytest.raises(DataError, match=r"none.csv does not exist; check the path"):
        table(tmp_path / "none.csv", "y")
    with pytest.raises(DataError, match="is a folder; give the path of a file"):
        table(tmp_path, "y")
    with pytest.raises(DataError, match="a list of dictionaries; got ndarray"):
        table(np.zeros((3, 2)), "y")
    with pytest.raises(DataError, match="row 1 has the keys 'x' where row 0 has 'x', 'y'"):
        table([{"x": 1, "y": 2}, {"x": 1}], "y")
    with pytest.raises(DataError, match="the data frame is empty: 0 rows, 1 column"):
        table(pl.DataFrame({"x": []}), "x")
    with pytest.raises(DataError, match="more than one column named 'x'"):
        table(pd.DataFrame([[1, 2]], columns=["x", "x"]), "x")
    with pytest.raises(DataError, match="the data frame, row 20: 'x' is 'abc'"):
        table(pd.DataFrame({"x": [*range(20), "abc"], "y": range(21)}), "y")
    with pytest.raises(DataError, match="task must be 'classification' or 'regression', got 'sorting'"):
        table(file(FLATS), "rent", task="sorting")
    with pytest.raises(DataError, match="'town' holds texts such as 'Graz'; regression needs numbers"):
        table(file(FLATS), "town", task="regression")
    with pytest.raises(DataError, match=r"no column 'are' \(did you mean 'area'"):
        table(file(FLATS), "rent", ignore=["are"])
    with pytest.raises(DataError, match="the target 'rent' cannot be ignored"):
        table(file(FLATS), "rent", ignore=["rent"])


# --- new data


def test_new_data_in_another_order_with_missing_cells(file):
    encoding = table(file(FLATS), "rent").encoding
    row = {"built": "1970-01-02", "extra": "?", "balcony": "TRUE", "town": None, "rooms": "4", "area": ""}
    for source in (row, [row], {name: [cell] for name, cell in row.items()}, pl.DataFrame([row])):
        with pytest.warns(UserWarning, match="'extra'|missing") as said:
            x = encoding.encode(source)
        assert [str(warning.message) for warning in said] == [
            "Passed over 'extra': not among the columns that were learned from.",
            "2 missing cells stand for the training data's mean, or for no category, of 'area', 'town'.",
        ]
        np.testing.assert_array_equal(x, [[60, 4, 0, 0, 0, 1, 1]])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"town": "Rom"},
            "row 0: 'town' is 'Rom', which the training data did not have; known are 'Graz', 'Linz', 'Wien'",
        ),
        ({"area": "big"}, "row 0: 'area' is 'big'; expected a number"),
        ({"balcony": "perhaps"}, "row 0: 'balcony' is 'perhaps'; expected a boolean"),
        ({"built": "1.1.1990"}, "row 0: 'built' is '1.1.1990'; expected a date"),
    ],
)
def test_new_data_that_does_not_fit(file, change, message):
    encoding = table(file(FLATS), "rent").encoding
    good = next(csv.DictReader(FLATS.splitlines()))
    with pytest.raises(DataError, match=message):
        encoding.encode([good | change])
    del good[next(iter(change))]
    with pytest.raises(DataError, match=f"the list has no column '{next(iter(change))}'"):
        encoding.encode([good])


@pytest.mark.parametrize(
    ("target", "cell", "message"),
    [
        ("rent", "high", "'rent' is 'high'; expected a number"),
        ("rent", "", "the target 'rent' is missing"),
        ("town", "Rom", "'town' is 'Rom'; the classes are 'Graz', 'Linz', 'Wien'"),
        ("balcony", "both", "'balcony' is 'both'; the classes are 'no', 'yes'"),
    ],
)
def test_new_targets_that_do_not_fit(file, target, cell, message):
    encoding = table(file(FLATS), target).encoding
    with pytest.raises(DataError, match=message):
        encoding.encode_target([{target: cell}])
    with pytest.raises(DataError, match=f"no column '{target}'"):
        encoding.encode_target([{"other": 1}])


# --- properties

NAMES = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=8).map(str.strip)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters='\n\t",;'), max_size=12)


@given(
    names=st.lists(NAMES.filter(lambda s: s and not parse_number(s)), min_size=2, max_size=4, unique=True),
    delimiter=st.sampled_from(",;\t"),
    data=st.data(),
)
def test_csv_files_read_back(tmp_path_factory, names, delimiter, data):
    """What Python's writer quotes, comes back; the delimiter is told by the header and the rows.

    That there is a header is said: names such as "–" could be data too.
    """
    cells = TEXTS.filter(lambda s: s.strip().lower() not in EMPTY and not s.strip()[:1].isdigit())
    names = [name.translate(str.maketrans("", "", '",;\t')) + f" {i}" for i, name in enumerate(names)]
    rows = data.draw(st.lists(st.lists(cells, min_size=len(names), max_size=len(names)), min_size=1, max_size=5))
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([names, *rows])
    records = read_records(path, header=True)
    assert list(records.columns) == [name.strip() for name in names]
    assert [list(row) for row in zip(*records.columns.values(), strict=True)] == [
        [c.strip() for c in row] for row in rows
    ]


FINITE = st.floats(-1e100, 1e100)


@given(
    st.lists(st.tuples(FINITE, st.sampled_from("abc"), st.booleans(), FINITE), min_size=4, max_size=12).filter(
        lambda rows: all(len(set(column)) > 1 for column in zip(*rows, strict=True))
    )
)
def test_encoded_tables_decode_to_what_they_were(rows):
    source = [dict(zip(("u", "c", "b", "y"), row, strict=True)) for row in rows]
    t = table(source, "y", task="regression")
    categories = t.encoding.columns[1].categories
    decoded = [(x[0], categories[int(np.argmax(x[1:-1]))], bool(x[-1]), y) for x, y in zip(t.x, t.y, strict=True)]
    assert decoded == rows
    again = Encoding.from_json(json.loads(json.dumps(t.encoding.to_json())))
    assert again == t.encoding
    np.testing.assert_array_equal(again.encode(pl.DataFrame(source).select("y", "b", "c", "u")), t.x)


@given(FINITE, st.sampled_from(["{!r}", "{:+e}", " {:.17g} "]))
def test_numbers_are_read_exactly(number, form):
    text = form.format(number)
    assert parse_number(text.strip()) == float(text)


@given(st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2100, 1, 1)))
def test_dates_are_days(moment):
    assert parse_date(moment.isoformat()) == (moment - datetime.datetime(1970, 1, 1)) / datetime.timedelta(days=1)


# --- encodings from files that nobody vouches for

ENCODING = Encoding(
    (Column("town", "category", ("Graz", "Wien")), Column("area", "number", mean=50.0, scale=20.0)),
    Target("kind", "category", ("a", "b")),
)


def changed(path, value):
    """The encoding's JSON with one place changed."""
    data = json.loads(json.dumps(ENCODING.to_json()))
    *way, last = path
    place = data
    for step in way:
        place = place[step]
    if value is KeyError:
        del place[last]
    else:
        place[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["columns"], [], "it must have columns, each of another name"),
        (["columns"], {}, "columns must be a list"),
        (["columns"], KeyError, "encoding must have columns, target"),
        (["more"], 1, "encoding must have columns, target"),
        (["columns", 0], 3, "a column must have name, kind, mean, scale"),
        (["columns", 0, "name"], 3, "a name must be a text"),
        (["columns", 0, "name"], "area", "each of another name"),
        (["columns", 0, "name"], "kind", "the target must not be an input"),
        (["columns", 0, "categories"], [], "a category must have categories"),
        (["columns", 0, "categories"], ["a", "a"], "categories must be different"),
        (["columns", 0, "categories"], ["a", 1], "each of the categories must be a text"),
        (["columns", 0, "mean"], 1, "a category must have name, kind, categories"),
        (["columns", 1, "kind"], "tensor", "kind must be one of number, boolean, date, datetime, moment, category"),
        (["columns", 1, "kind"], ["number"], "kind must be one of"),
        (["columns", 1, "kind"], "category", "a category must have"),
        (["columns", 1, "mean"], float("nan"), "a mean must be a finite number"),
        (["columns", 1, "mean"], 10**400, "a mean must be a finite number"),
        (["columns", 1, "mean"], True, "a mean must be a finite number"),
        (["columns", 1, "mean"], "1", "a mean must be a finite number"),
        (["columns", 1, "scale"], 0, "a scale must be positive"),
        (["columns", 1, "scale"], float("inf"), "a scale must be a finite number"),
        (["target", "labels"], ["a"], "labels of a category target"),
        (["target", "labels"], None, "labels must be a list"),
        (["target", "kind"], "number", "labels of a number target"),
        (["target", "kind"], "boolean", "labels of a boolean target"),
        (["target", "kind"], "date", "labels of a date target"),
        (["target"], None, "target must have name, kind, labels"),
    ],
)
def test_damaged_encodings(path, value, message):
    with pytest.raises(ModelFileError, match=f"table encoding is damaged: .*{message}"):
        Encoding.from_json(changed(path, value))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PLACES = [["columns"], ["target"], ["columns", 0]] + [
    [*way, key]
    for way, keys in {
        ("columns", 0): ("name", "kind", "categories"),
        ("columns", 1): ("name", "kind", "mean", "scale"),
        ("target",): ("name", "kind", "labels"),
    }.items()
    for key in keys
]


@given(st.sampled_from(PLACES), JSON)
def test_any_json_gives_an_encoding_or_a_model_file_error(path, value):
    try:
        encoding = Encoding.from_json(changed(path, value))
    except ModelFileError:
        return
    assert Encoding.from_json(encoding.to_json()) == encoding
