"""Numbers as people write them, one at a time."""

import locale

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.notation import means_missing, numeral, plain

POINT = {
    "950.5": "950.5", ".5": "0.5", "5.": "5", "+3": "3", "-2e-3": "-2e-3", "1,020": "1020",
    "1,234,567.89": "1234567.89", "12,34,567": "1234567", "1 234 567": "1234567", "1\u00a0234.5": "1234.5",
    "1\u202f234": "1234", "1'234.50": "1234.50", "1’234": "1234", "−3.5": "-3.5", "–3": "-3", "－3": "-3",
    "$1.50": "1.50", "-$5": "-5", "$-5": "-5", "5 €": "5",
    "EUR 7": "7", "7 CHF": "7", "US$ 12": "12", "25%": "25", "2.5 %": "2.5", "3‰": "3", "(1,250.5)": "-1250.5",
    "7-": "-7", "5.–": "5", "5,-": "5", "CHF 1'250.--": "1250", "5,– €": "5",
}  # fmt: skip
COMMA = {
    "950,5": "950.5", "1.020": "1020", "1.234.567,89": "1234567.89", "1 234,5": "1234.5", "1'234,5": "1234.5",
    "0,5": "0.5", ",5": "0.5", "−1,5e−3": "-1.5e-3", "€ 1.250,50": "1250.50", "12,5 %": "12.5",
}  # fmt: skip


@pytest.mark.parametrize("text", POINT)
def test_with_a_decimal_point(text: str) -> None:
    assert plain(text, ".") == POINT[text]


@pytest.mark.parametrize("text", COMMA)
def test_with_a_decimal_comma(text: str) -> None:
    assert plain(text, ",") == COMMA[text]


@pytest.mark.parametrize(
    "text",
    [
        "", "-", "e5", "1e", "1.2.3", "10.0.0.1", "1,2,3", "12,34", "0,020,000", "1 23", "1_000", "--5", "(-5)",
        "(5", "5)", "$5€", "5 kg", "A1", "1st", "2020-01-01", "12:30", "1/2", "inf", "nan", "0x10",
        "٣", "10²", "1,000e3", "-5-",
    ],
)  # fmt: skip
def test_no_numbers_with_a_decimal_point(text: str) -> None:
    assert plain(text, ".") is None


def test_what_is_taken_off_is_kept_apart() -> None:
    taken = numeral("−1 000,5 €")
    assert taken is not None
    assert (taken.negative, taken.unit, taken.grouped(","), taken.bookkeeping) == (True, "€", True, False)
    assert (bracketed := numeral("(5)")) is not None
    assert bracketed.bookkeeping


@given(st.floats(-1e12, 1e12), st.sampled_from([".", ","]), st.sampled_from(["", "\u00a0", "'", "other"]))
def test_what_is_formatted_is_read_back(number: float, decimal: str, group: str) -> None:
    group = {".": ",", ",": "."}[decimal] if group == "other" else group
    whole, part = f"{number:,.4f}".split(".")
    text = whole.replace(",", group) + decimal + part
    assert float(plain(text, decimal) or "") == float(f"{number:.4f}")


def test_every_locale_of_this_machine_is_read() -> None:
    """Numbers as the operating system formats them, where it has the locale."""
    before = locale.setlocale(locale.LC_NUMERIC)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8", "de_DE.UTF-8", "de_CH.UTF-8", "fr_FR.UTF-8"):
            try:
                locale.setlocale(locale.LC_NUMERIC, name)
            except locale.Error:
                continue
            mark = str(locale.localeconv()["decimal_point"])
            assert float(plain(locale.format_string("%.2f", 1234567.25, grouping=True), mark) or "") == 1234567.25
    finally:
        locale.setlocale(locale.LC_NUMERIC, before)


@pytest.mark.parametrize("text", ["?", "NA", "n/a", "NaN", "None", "NULL", "-", "–", "—", "--", "..", "."])
def test_words_and_dashes_for_nothing(text: str) -> None:
    assert means_missing(text)
    assert plain(text) is None


@pytest.mark.parametrize("text", ["no", "0", "-1", "nothing", "Nan Ning", "x"])
def test_what_is_there(text: str) -> None:
    assert not means_missing(text)
