"""Widths against the font itself; numbers as they are written."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.canvas.text import ASCENT, DESCENT, WIDTHS, fitted, number, shortened, width
from tests.canvas.measure import measured


@pytest.mark.parametrize("bold", [False, True])
def test_no_character_is_wider_than_we_take_it_to_be(bold: bool) -> None:
    for character in WIDTHS:
        wide, high, below = measured(character, 100, bold)
        assert wide <= width(character, 100, bold) + 0.1, character
        if character.isalnum() or character in "−.,()":
            assert below <= 100 * DESCENT + 0.5, character
            assert high - below <= 100 * ASCENT + (6 if character in "äöüé" else 0.5), character


def test_widths_are_tight() -> None:
    assert width("bias −0.724", 12) == pytest.approx(measured("bias −0.724", 12)[0], abs=0.5)


@given(st.floats(-1e300, 1e300), st.integers(1, 5))
def test_a_number_is_written_to_so_many_digits(value: float, digits: int) -> None:
    read = float(number(value, digits).replace("−", "-"))
    assert read == pytest.approx(value, rel=0.5001 * 10.0 ** (1 - digits), abs=0)
    assert number(-value, digits).lstrip("−") == number(value, digits).lstrip("−")


def test_numbers_of_the_lecture() -> None:
    written = ["0.71", "−0.39", "−0.24", "−0.58", "−0.724", "1.406", "−1.195", "−0.601"]
    assert [number(float(text.replace("−", "-")), 4) for text in written] == written
    assert number(-0.0) == "0"
    assert number(12345.6) == "12346"
    assert (number(math.inf), number(-math.inf), number(math.nan)) == ("inf", "−inf", "nan")


@given(st.floats(allow_nan=False))
def test_a_number_fits_the_neuron(value: float) -> None:
    assert measured(fitted(value, 12, 54), 12)[0] <= 60
    assert fitted(value, 12, 54)


def test_texts_are_cut_where_there_is_no_room() -> None:
    assert shortened("sepal", 12, 100) == "sepal"
    assert shortened("sepal length", 12, 50) == "sepal…"
    assert shortened("sepal", 12, 3) == "…"
