"""What the commands draw: widths, numbers, shades."""

import numpy as np
import pytest
from rich.console import Console

from glassnet.cli.display import bars, class_table, confusion, history_table, image_table
from glassnet.data.strokes import strokes
from glassnet.model.history import History


def plain(thing: object, width: int = 120) -> list[str]:
    console = Console(width=width, record=True, file=None, quiet=False, markup=False)
    with console.capture() as captured:
        console.print(thing)
    return captured.get().splitlines()


@pytest.mark.parametrize(("columns", "rows", "cells"), [(120, 28, 28), (112, 28, 28), (111, 20, 20), (80, 20, 20)])
def test_a_digit_fits_the_terminal(columns: int, rows: int, cells: int) -> None:
    """At 112 columns it is whole; below, its empty margin goes, and what is left is the middle 20×20 of the image."""
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 4:24] = np.arange(400).reshape(20, 20) % 255 + 1
    lines = plain(image_table(image.reshape(-1), columns), columns)
    shown = np.array([line.split() for line in lines], int)
    assert shown.shape == (rows, cells)
    expected = image if rows == 28 else image[4:24, 4:24]
    np.testing.assert_array_equal(shown, expected)


def test_what_is_still_too_wide_is_halved() -> None:
    image = np.tile(np.array([[0, 100], [200, 100]], np.uint8), (14, 14))
    image[0, 0] = 1
    lines = plain(image_table(image.reshape(-1), 80), 80)
    assert [line.split() for line in lines] == [["100"] * 14] * 14
    assert max(map(len, plain(image_table(strokes(1)[0][0], 60), 60))) <= 60


def test_an_empty_image() -> None:
    assert plain(image_table(np.zeros(784, np.uint8), 80), 80) == ["   0" * 14] * 14


def test_ink_is_shaded() -> None:
    image = np.zeros(784, np.uint8)
    image[0] = 255
    table = image_table(image, 120)
    backgrounds = {str(span.style).split(" on ")[1] for span in table.spans}
    assert backgrounds == {"rgb(0,0,0)", "rgb(255,255,255)"}


def test_bars() -> None:
    lines = bars(np.array([0.0, 0.5, 0.49, 0.01]), ["a", "b", "c", "dd"], width=8).plain.splitlines()
    assert lines == [
        " a            0.00 %",
        " b ████      50.00 %",
        " c ███▉      49.00 %",
        "dd ▏          1.00 %",
    ]


def test_confusion_of_long_names_has_numbers_for_columns() -> None:
    names = [f"a rather long name {i}" for i in range(4)]
    lines = plain(confusion(np.diag([5, 6, 7, 8]), names), 80)
    assert lines[1].split() == ["0", "1", "2", "3"]
    assert lines[2].split() == ["a", "rather", "long", "name", "0", "0", "5", "·", "·", "·"]


def test_confusion_of_many_classes_lists_the_worst() -> None:
    matrix = np.diag(np.full(30, 9))
    matrix[3, 4], matrix[7, 8] = 2, 5
    lines = plain(confusion(matrix, [f"class {i}" for i in range(30)]))
    assert lines[1:] == ["      5 × class 7 taken for class 8", "      2 × class 3 taken for class 4"]


def test_a_class_that_is_never_answered() -> None:
    lines = plain(class_table(np.array([[3, 0], [2, 0]]), ["yes", "no"]))
    assert lines[1].split() == ["yes", "60.00", "%", "100.00", "%", "3"]
    assert lines[2].split() == ["no", "–", "0.00", "%", "2"]


def test_a_long_history_is_thinned_with_its_ends() -> None:
    history = History({"accuracy": [i / 100 for i in range(100)], "loss": [1.0 * i for i in range(100)]})
    rows = [line.split() for line in plain(history_table(history))]
    assert rows[0] == ["epoch", "loss", "accuracy"]
    assert len(rows) == 21
    assert (rows[1][0], rows[-1][0]) == ("1", "100")
    assert rows[-1][1:] == ["99", "99.00", "%"]
