"""CSV files as they come: what parts the cells, whether there is a header, which lines are no rows."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from glassnet.data.records import Records, read_records
from glassnet.ir.errors import DataError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "t.csv"


def read(path: Path, text: str, **options: object) -> Records:
    path.write_bytes(text.encode())
    return read_records(path, **options)  # type: ignore[arg-type]


# --- what parts the cells


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("x|y\n1|2\n3|4\n", {"x": ["1", "3"], "y": ["2", "4"]}),
        ("x y\n1 2\n3   4 \n", {"x": ["1", "3"], "y": ["2", "4"]}),
        ("  x   y\n  1.5 2\n 10.5 4\n", {"x": ["1.5", "10.5"], "y": ["2", "4"]}),  # columns put under each other
        ('name\ty\n"a b"\t2\nc d\t4\n', {"name": ["a b", "c d"], "y": ["2", "4"]}),
        ('name y\n"a b" 2\nc 4\n', {"name": ["a b", "c"], "y": ["2", "4"]}),
        ("first name,last name\nAnna Lee,Bo Kim\n", {"first name": ["Anna Lee"], "last name": ["Bo Kim"]}),
        ("Länge, cm;Gewicht, kg\n0,5;0,25\n1,5;2,25\n", {"Länge, cm": ["0,5", "1,5"], "Gewicht, kg": ["0,25", "2,25"]}),
        ("t [s], mean|v, km/h\n1|2\n", {"t [s], mean": ["1"], "v, km/h": ["2"]}),
        ("a; b,c; d\n1,2\n3,4\n", {"a; b": ["1", "3"], "c; d": ["2", "4"]}),
        ("x\ty\n0,5\t1\n", {"x": ["0,5"], "y": ["1"]}),
        ("y\n1\n2\n", {"y": ["1", "2"]}),
    ],
)
def test_the_delimiter_is_found(path: Path, text: str, columns: dict[str, list[str]]) -> None:
    assert read(path, text).columns == columns


def test_the_delimiter_is_said(path: Path) -> None:
    text = "a:b,c:d\n1:2,3:4\n"
    assert read(path, text, delimiter=":").columns == {"a": ["1"], "b,c": ["2,3"], "d": ["4"]}
    assert read(path, "x\ty z\n1\t2\n", delimiter="tab").columns == {"x": ["1"], "y z": ["2"]}
    assert read(path, "a,x b,y\n1,u 2,v\n", delimiter="blank").columns == {"a,x": ["1,u"], "b,y": ["2,v"]}
    for wrong in ("", "::", '"', "\n"):
        with pytest.raises(DataError, match="the delimiter must be one character"):
            read(path, text, delimiter=wrong)
    with pytest.raises(DataError, match="delimiter and header are for CSV files, not for dict"):
        read_records({"x": [1]}, delimiter=",")


def test_a_file_that_could_be_parted_in_two_ways_is_said_to_be(path: Path) -> None:
    records = read(path, "a, b;c, d\nu, v;w, x\n")
    assert list(records.columns) == ["a, b", "c, d"]
    assert records.notes == ("Its cells are taken to be parted by ';'; ',' would fit as well (see delimiter).",)


# --- lines that are no rows


@pytest.mark.parametrize("before", ["\n" * 20, " \n\t\n", ",,\n,,\n", "\r\n" * 3, "# made by hand\n\n", "\ufeff\n"])
def test_blank_first_lines(path: Path, before: str) -> None:
    records = read(path, before + "x,y\n1,2\n2,3\n")
    assert records.columns == {"x": ["1", "2"], "y": ["2", "3"]}
    line = before.replace("\r\n", "\n").count("\n") + 2
    assert records.place(0) == f"t.csv, line {line}"


def test_comment_lines(path: Path) -> None:
    records = read(path, '# a\nx,y\n1,2\n  # b\n"#3",4\n5,"a\n# no comment"\n')
    assert records.columns == {"x": ["1", "#3", "5"], "y": ["2", "4", "a\n# no comment"]}
    assert records.notes == ("Passed over 2 lines that begin with #.",)


def test_a_comment_line_that_may_be_a_row_is_named(path: Path) -> None:
    records = read(path, "colour,y\nred,1\n#ff0000,2\nblue,3\n")
    assert records.notes == (
        "Passed over 1 line that begins with #; if line 3 is a row, put its first cell into quotation marks.",
    )
    with pytest.raises(DataError, match="only lines that begin with #"):
        read(path, "#a,b\n#1,2\n")


@pytest.mark.parametrize("first", ["# x y z", "#x y z", "#  made by NumPy\n# x y z"])
def test_a_comment_that_is_the_header(path: Path, first: str) -> None:
    """As numpy.savetxt writes it."""
    records = read(path, f"{first}\n1.5 2.5 3\n4.5 5 6\n")
    assert records.columns == {"x": ["1.5", "4.5"], "y": ["2.5", "5"], "z": ["3", "6"]}
    line = first.count("\n") + 1
    assert f"Line {line}, which begins with #, is taken as the header." in records.notes
    named = read(path, "#,name,score\n1,Anna,5\n2,Bo,6\n")
    assert list(named.columns) == ["unnamed 1", "name", "score"]


def test_lines_of_delimiters_alone_and_headers_again(path: Path) -> None:
    records = read(path, "x,y\n1,2\n,\nx,y\n3,4\n,\n")
    assert records.columns == {"x": ["1", "3"], "y": ["2", "4"]}
    assert records.notes == (
        "Passed over 2 lines without a value (the first is line 3).",
        "Passed over 1 line with the header again (the first is line 4).",
    )


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!"])
def test_errors_of_a_spreadsheet_are_empty_cells(path: Path, error: str) -> None:
    records = read(path, f"x,y\n1,2\n{error},4\n5,{error}\n")
    assert records.columns == {"x": ["1", None, "5"], "y": ["2", "4", None]}
    assert records.notes == ()


def test_excel_says_what_parts_the_cells(path: Path) -> None:
    records = read(path, "sep=;\r\nx, y;z\r\n1;2,5\r\n")
    assert records.columns == {"x, y": ["1"], "z": ["2,5"]}
    assert records.place(0) == "t.csv, line 3"


# --- the header

NO_HEADER = {
    "numbers": "1,2\n3,4\n",
    "numbers repeated": "5,0,0\n3,0,1\n2,1,1\n",
    "a number and a gap": "1,,3\n2,4,5\n",
    "dates": "2020-01-01,5\n2020-01-02,6\n",
    "decimal commas": "1,5;2\n2,5;3\n",
    "prices": "$5,3\n$6,4\n",
    "a word that comes again": "0.5,3.1,a\n1.5,4.1,b\n2.5,3.1,a\n",
    "words alone that come again": "red,small\nblue,small\n",
    "all words come again": "a,b\na,b\nc,d\n",
    "like the other lines": "1,Wien,5.2\n2,Graz,3.1\n",
    "numeric names, perhaps": "country,2019,2020\nAT,5,6\n",
}


@pytest.mark.parametrize("name", NO_HEADER)
def test_a_first_line_that_looks_like_data_is_refused(path: Path, name: str) -> None:
    with pytest.raises(DataError, match=r"(has|may have) no header.*header=False.*--no-header"):
        read(path, NO_HEADER[name])
    width = len(next(csv.reader([NO_HEADER[name].splitlines()[0]], delimiter=";" if ";" in NO_HEADER[name] else ",")))
    records = read(path, NO_HEADER[name], header=False)
    assert list(records.columns) == [f"column {i}" for i in range(1, width + 1)]
    assert len(records) == NO_HEADER[name].count("\n")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("year,2019,2020\n1,5,6\n2,6,7\n", ["year", "2019", "2020"]),
        ("2019,2020,y\n5,6,7\n", ["2019", "2020", "y"]),
        ("name,town\nAnna,Wien\nBo,Graz\n", ["name", "town"]),
        ("when,what\n2020-01-01,a\n2020-01-02,b\n", ["when", "what"]),
        (",x\n0,5\n1,6\n", ["unnamed 1", "x"]),
        ("price,other\n-,other\n5,more\n", ["price", "other"]),  # "other" comes again, but below a word stand numbers
    ],
)
def test_headers(path: Path, text: str, names: list[str]) -> None:
    assert list(read(path, text).columns) == names


def test_names_that_are_expected_make_a_header(path: Path) -> None:
    text = "country,2019,2020\nAT,5,6\n"
    assert list(read(path, text, expected=["2020"]).columns) == ["country", "2019", "2020"]
    assert list(read(path, text, header=True).columns) == ["country", "2019", "2020"]
    assert list(read(path, "1,2\n3,4\n", header=True).columns) == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x,y,x\n1,2,3\n", "t.csv has more than one column named 'x'; rename one"),
        ("x, y ,y\n1,2,3\n", "more than one column named 'y'"),
        ("x,unnamed 1,\n1,2,3\n", None),
        ("x,,unnamed 2\n1,2,3\n", "more than one column named 'unnamed 2'"),
        ("2019,2019,y\n1,2,3\n", "more than one column named '2019'"),
        (
            "x,y\n1,2,3\n4,5,6\n",
            "line 2: 3 cells where the header has 2, and so in every line; the header lacks",
        ),
        ("x,y\n1,2\n4,5,6\n", "line 3: 3 cells where the header has 2; add what is missing, or quote cells"),
        ("x,y\n1,2\n4\n", "line 3: 1 cell where the header has 2"),
    ],
)
def test_names_and_widths(path: Path, text: str, message: str | None) -> None:
    if message is None:
        assert list(read(path, text).columns) == ["x", "unnamed 1", "unnamed 3"]
        return
    with pytest.raises(DataError, match=message):
        read(path, text)


# --- files that are no tables


@pytest.mark.parametrize("where", ["header", "row", "quoted"])
def test_a_cell_that_is_too_long(path: Path, where: str) -> None:
    cell = "a" * (csv.field_size_limit() + 1)
    text = {"header": f"x,{cell}\n1,2\n", "row": f"x,y\n1,2\n3,{cell}\n", "quoted": 'x,y\n1,"' + cell}[where]
    line = {"header": 1, "row": 3, "quoted": 2}[where]
    with pytest.raises(DataError, match=f"line {line}: a cell of more than 131,072 characters; close its quotes or"):
        read(path, text)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-16-le", "utf-32", "shift_jis"])
def test_files_in_other_encodings(path: Path, encoding: str) -> None:
    path.write_bytes(("x,größe\n1,2\n" if encoding != "shift_jis" else "x,長さ\n1,2\n").encode(encoding))
    with pytest.raises(DataError, match=r"t\.csv(, line 1: not UTF-8 text| is not a text file); save the table as CSV"):
        read_records(path)


# --- files in memory


def test_an_open_file_is_read_as_one_on_disk(path: Path) -> None:
    content = b"size;rent\n1,5;600\n2,5;940\n"
    path.write_bytes(content)
    with path.open("rb") as opened:
        on_disk, open_one = read_records(path), read_records(opened)
    in_memory = read_records(io.BytesIO(content))
    assert in_memory.columns == open_one.columns == on_disk.columns
    assert open_one.origin == on_disk.origin == "t.csv"
    assert in_memory.origin == "the table"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (io.BytesIO(b""), "the table is empty; expected a header line"),
        (io.BytesIO(b"x,y\n1,2\n4\n"), "the table, line 3: 1 cell where the header has 2"),
        (io.BytesIO(b"PK\x03\x04"), "the table is a workbook or zip file"),
        (io.StringIO("x,y\n1,2\n"), "an open file must be of bytes"),
    ],
)
def test_what_is_wrong_with_a_file_in_memory_is_said(source: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_records(source)
