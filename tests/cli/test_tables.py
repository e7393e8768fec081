"""Tables on the command line: what is said of them, and that train, evaluate, predict and regress read them alike."""

import csv
import io
import re
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from tests.cli.conftest import Run, message


@pytest.fixture
def file(tmp_path: Path):
    def write(text: str, name: str = "t.csv") -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name

    return write


def notes(text: str) -> list[str]:
    return [line.removeprefix("Note: ") for line in text.splitlines() if line.startswith("Note: ")]


def train(run: Run, name: str, *options: object) -> str:
    result = run("train", name, "--epochs", 2, "--out", "n.safetensors", *options)
    assert result.exit_code == 0, result.output
    return result.stdout


COUNTING = "".join(f"{i},{2 * i}.5\n" for i in range(30))


# --- notes


def test_train_says_what_its_columns_were_taken_for(run: Run, file) -> None:
    rows = "".join(f"{i},{['none', 'mild', 'severe'][i % 3]}\n" for i in range(30))
    said = train(run, file("dose,harm\n" + rows), "--target", "harm")
    assert "30 rows, classification of 'harm'" in said
    assert "'harm' is 'none' in 10 of 30 rows (the first is line 2): a category like others" in notes(said)[0]


def test_train_and_regress_say_where_yes_or_no_is_written_in_two_ways(run: Run, file) -> None:
    name = file("x,y\n" + "".join(f"{['true', 'false', '1'][i % 3]},{2 * i}.5\n" for i in range(30)))
    said = "'x' has 'true' (line 2) and '1' (line 4): taken for categories, as they are written; write true or false"
    for told in (train(run, name, "--target", "y"), run("regress", name, "--target", "y").stdout):
        assert [note[: len(said)] for note in notes(told)] == [said]


def test_regress_has_one_note_on_a_row_it_leaves_out(run: Run, file) -> None:
    name = file("x,z,y\n" + "".join(f"{'' if i == 3 else i},{'NA' if i == 4 else i * i},{2 * i}\n" for i in range(30)))
    result = run("regress", name, "--target", "y")
    assert notes(result.stdout) == [
        "'NA' (line 6), in 1 cell of 'z', is taken as missing.",
        "Left out 2 of 30 rows, in which 'x' or 'z' is missing.",
    ]
    assert re.search(r"observations +28\n", result.stdout)
    assert "y = 2·x" in result.stdout


def test_evaluate_leaves_out_rows_without_a_target(run: Run, file) -> None:
    for lacking in ("", "NA", "–"):
        name = file("x,y\n" + "".join(f"{i},{lacking if i == 5 else 2 * i}\n" for i in range(30)))
        train(run, name, "--target", "y")
        result = run("evaluate", "n.safetensors", name)
        assert result.exit_code == 0, result.output
        assert notes(result.stdout) == ["Left out 1 of 30 rows, in which 'y' is missing."]
        assert "On 29 rows of t.csv" in result.stdout
    assert "has no row with a value of 'y'" in message(run("evaluate", "n.safetensors", file("x,y\n1,\n2,\n", "e.csv")))


def test_evaluate_leaves_out_rows_without_a_class(run: Run, file) -> None:
    name = file("x,y\n" + "".join(f"{i},{'' if i < 3 else 'ab'[i % 2]}\n" for i in range(30)))
    train(run, name, "--target", "y")
    result = run("evaluate", "n.safetensors", name)
    assert "Left out 3 of 30 rows, in which 'y' is missing." in result.stdout
    assert "On 27 rows" in result.stdout


def test_predict_says_on_the_error_stream_what_it_did(run: Run, file) -> None:
    train(run, file("x,z,y\n" + "".join(f"{i},{i * i % 7},{2 * i}.5\n" for i in range(30))), "--target", "y")
    result = run("predict", "n.safetensors", file("more,z,x\n1,2,3\n1,-,4\n", "new.csv"))
    assert len(result.stdout.splitlines()) == 3
    assert notes(result.stderr) == [
        "Passed over 'more': not among the columns that were learned from.",
        "1 missing cell stands for the training data's mean, or for no category, of 'z'.",
        "'-' (line 3), in 1 cell of 'z', is taken as missing.",
    ]
    assert "no column 'z'" in message(run("predict", "n.safetensors", file("x,y\n1,2\n", "new.csv")))


def test_a_table_of_very_many_columns_is_told_in_few_lines(run: Run, file) -> None:
    names = [f"pixel{i}" for i in range(784)]
    rows = [[0 if j % 2 else (i * j) % 7 + i for j in range(784)] + [i % 3] for i in range(30)]
    text = "\n".join(",".join(map(str, row)) for row in [[*names, "label"], *rows])
    said = train(run, file(text), "--target", "label")
    assert len(said.splitlines()) < 60
    assert "… and 372 more  372 number" in said
    assert (
        "Left out 'pixel1': it is the same in every row. The like holds for 391 more columns: 'pixel3', 'pixel5', "
        "'pixel7', 'pixel9', 'pixel11' and 386 more." in said
    )
    assert "pixel38 and 372 more → label" in run("show", "n.safetensors").stdout
    assert "--target; it has pixel0, pixel1" in (said := message(run("train", "t.csv")))
    assert "and 765 more" in said


# --- options


def test_task(run: Run, file) -> None:
    name = file("x,goals\n" + "".join(f"{i},{i % 4}\n" for i in range(30)))
    said = train(run, name, "--target", "goals")
    assert "task='regression' (--task regression) takes them as numbers" in said
    said = train(run, name, "--target", "goals", "--task", "regression")
    assert "regression of 'goals'" in said
    assert not notes(said)
    assert "got 'sorting'" in message(run("train", name, "--target", "goals", "--task", "sorting"))


def test_ignore(run: Run, file) -> None:
    name = file("ab,a,b,y\n" + "".join(f"{i},{i * i},{-i},{i}.5\n" for i in range(30)))
    train(run, name, "--target", "y", "--ignore", "ab")
    assert gn.load("n.safetensors").encoding.features == ("a", "b")
    train(run, name, "--target", "y", "--ignore", "a", "--ignore", "b")
    assert gn.load("n.safetensors").encoding.features == ("ab",)
    assert "no column 'c'" in message(run("train", name, "--target", "y", "--ignore", "c"))


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("x|y\n" + COUNTING.replace(",", "|"), ()),
        ("x y\n" + COUNTING.replace(",", "  "), ()),
        ("# x y\n" + COUNTING.replace(",", " "), ()),
        ("\n\n# measured today\nx\ty\n" + COUNTING.replace(",", "\t"), ()),
        ("x;y\n" + COUNTING.replace(",", ";").replace(".", ","), ()),
        ("x:y\n" + COUNTING.replace(",", ":"), ("--delimiter", ":")),
        ("x\ty\n" + COUNTING.replace(",", "\t"), ("--delimiter", "tab")),
        ('"x, mm";"y"\n' + COUNTING.replace(",", ";"), ("--delimiter", ";")),
    ],
)
def test_all_commands_read_all_files(run: Run, file, text: str, options: tuple[str, ...]) -> None:
    name = file(text)
    train(run, name, "--target", "y", *options)
    assert "On 30 rows" in run("evaluate", "n.safetensors", name, *options).stdout
    predicted = run("predict", "n.safetensors", name, *options).stdout.splitlines()
    assert len(predicted) == 31
    fitted = run("regress", name, "--target", "y", "--exact", *options).stdout
    x = "x, mm" if "mm" in text else "x"
    assert f"y = 2·{x} + 0.5" in fitted


def test_no_header(run: Run, file) -> None:
    name = file(COUNTING)
    said = message(run("train", name, "--target", "y"))
    assert "t.csv has no header: its first line is 0, 0.5; add a line of column names, or choose" in said
    assert "--no-header" in said
    said = message(run("train", name, "--no-header"))
    assert "with --target; it has column 1, column 2" in said
    result = run("train", name, "--no-header", "--target", "column 2", "--epochs", 1, "--out", "n.safetensors")
    assert "30 rows, regression of 'column 2'" in result.stdout
    assert "On 30 rows" in run("evaluate", "n.safetensors", name, "--no-header").stdout
    assert len(run("predict", "n.safetensors", name, "--no-header").stdout.splitlines()) == 31
    assert "column 2 = 2·column 1 + 0.5" in run("regress", name, "--no-header", "--target", "column 2").stdout
    train(run, file("x,y\n" + COUNTING), "--target", "y")
    said = message(run("predict", "n.safetensors", file("1,2\n", "new.csv"), "--no-header"))
    assert "without a header has column 1, column 2, and the network was trained on x" in said


@pytest.mark.parametrize(
    "option", [("--task", "regression"), ("--ignore", "x"), ("--delimiter", ";"), ("--no-header",)]
)
def test_options_for_tables_are_not_for_images(run: Run, option: tuple[str, ...]) -> None:
    assert "for CSV files, and strokes is a set of images" in message(run("train", "strokes", *option))


# --- dates


@pytest.mark.parametrize(
    ("end", "pattern"), [("", r"2020-01-\d\d"), ("T06:00", r"2020-01-\d\dT.*\d"), ("T06:00Z", r"2020-01-\d\dT.*Z")]
)
def test_a_date_is_predicted_as_a_date(run: Run, file, end: str, pattern: str) -> None:
    name = file("x,when\n" + "".join(f"{i},2020-01-{i % 28 + 1:02d}{end}\n" for i in range(30)))
    said = train(run, name, "--target", "when")
    assert "around 2020-01-1" in said
    assert re.search(r"mean absolute error [\d.]+ days\.", said)
    assert re.search(r"mean absolute error [\d.]+ days\.", run("evaluate", "n.safetensors", name).stdout)
    lines = run("predict", "n.safetensors", name).stdout.splitlines()
    assert lines[0] == "when"
    assert all(re.fullmatch(pattern, line) for line in lines[1:]), lines
    assert "observations" in run("regress", name, "--target", "when").stdout


# --- what is held out


@pytest.mark.parametrize("seed", range(4))
def test_the_only_row_of_a_class_is_learned_from_and_said_to_be(run: Run, file, seed: int) -> None:
    name = file("x,y\n" + "".join(f"{i},{'yes' if i == 7 else 'no'}\n" for i in range(20)))
    said = train(run, name, "--target", "y", "--seed", seed)
    assert "None of the held-out rows is of class 'yes': they say nothing about it." in notes(said)
    assert "On 4 held-out rows" in said


# --- what a terminal would obey

RED = "\x1b[31m"


def test_escapes_in_names_and_labels_are_shown(run: Run, file) -> None:
    rows = "".join(f"{i},{'u' if i % 2 else RED + 'v'},{RED + 'a' if i % 3 else 'b'}\n" for i in range(30))
    name = file(f"{RED}x,c{RED},y\n" + rows)
    out = [train(run, name, "--target", "y")]
    out += [run(*command).output for command in (["evaluate", "n.safetensors", name], ["show", "n.safetensors"])]
    out.append(run("predict", "n.safetensors", name).output)
    out.append(run("train", name, "--target", RED).output)
    numbers = file(f"{RED}x,y\n" + COUNTING, "u.csv")
    out.append(run("regress", numbers, "--target", "y", "--explain").output)
    for text in out:
        assert "\\x1b[31m" in text
        assert "\x1b" not in text


def test_predictions_are_csv_all_the_same(run: Run, file) -> None:
    rows = "".join(f'{i},"{"first" + chr(10) + "line" if i % 2 else "b, c"}"\n' for i in range(30))
    name = file("x,y\n" + rows)
    train(run, name, "--target", "y")
    read = list(csv.DictReader(io.StringIO(run("predict", "n.safetensors", name).stdout)))
    assert len(read) == 30
    assert {row["y"] for row in read} <= {"first\nline", "b, c"}
    assert np.all([0 < float(row["probability"]) <= 1 for row in read])
