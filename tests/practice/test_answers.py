"""Answers as they are written, and when a rounded one counts."""

from fractions import Fraction

import pytest

import glassnet as gn
from glassnet import GlassnetError
from glassnet.practice import Exercise
from glassnet.practice.answers import is_close, is_it, read_answer


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.71", "71/100"), ("0,71", "71/100"), (".71", "71/100"), (",5", "1/2"), ("3.", "3"), ("71/100", "71/100"),
        ("-0.7", "-7/10"), ("−0,7", "-7/10"), ("–0.7", "-7/10"), ("—.7", "-7/10"), ("- 0.7", "-7/10"), ("+2", "2"),
        ("1/3", "1/3"), ("−1 / 3", "-1/3"), ("0,5/1,5", "1/3"), ("9.2e-5", "23/250000"), ("1E2", "100"), ("-0", "0"),
        ("a1 = 0.71", "71/100"), ("= -1", "-1"), ("  4 ", "4"), ("∂loss/∂y.biases[0] = 0.1", "1/10"),
        ("−71/−100", "71/100"), ("71/-100", "-71/100"), ("-(1/2)", "-1/2"), ("(-1)/(2)", "-1/2"), ("(0.5)", "1/2"),
        ("(−,5)", "-1/2"), ("-(-0.5)", "1/2"), ("((2))", "2"), ("1 1/2", "3/2"), ("−1 1/2", "-3/2"), ("(1 1/2)", "3/2"),
        ("½", "1/2"), ("1½", "3/2"), ("-¾", "-3/4"), ("1⁄4", "1/4"), ("3 ÷ 4", "3/4"), ("y = .5", "1/2"),
        ("y=-.5", "-1/2"), ("≈ −0.39", "-39/100"), ("w2 ≈ -0.39", "-39/100"), ("~0,39", "39/100"),
        ("(0.4)(0.3) + 0.1 = 0.22", "11/50"), *((f"{minus}0.7", "-7/10") for minus in "-‐‑‒–—―⁻₋−➖﹘﹣－-"),
        ("5e-1", "1/2"), ("5E−1", "1/2"), ("5·10⁻¹", "1/2"), ("−5 × 10^-2", "-1/20"), ("5x10^(-1)", "1/2"),
        ("5*10**-1", "1/2"), ("2⋅10³", "2000"), ("50 %", "1/2"), ("12,5%", "1/8"), ("−50 %", "-1/2"),
        ("0.71.", "71/100"),
        ("y = −0,7.", "-7/10"), ("０．５", "1/2"), ("－０，５", "-1/2"), ("５０％", "1/2"), ("−\u20090.5", "-1/2"),
        ("0.5\u202f%", "1/200"), ("12\u2009345,5", "24691/2"), ("1\u202f234\u202f567", "1234567"), ("⅔", "2/3"),
        ("−1⅛", "-9/8"), ("1\u20091/2", "3/2"), ("1\u2009100/200", "3/2"), ("w₁ = 0.71", "71/100"),
        ("1,234", "617/500"),
    ],
)  # fmt: skip
def test_spellings(text: str, value: str) -> None:
    assert read_answer(text) == Fraction(value)


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", ".", "x", "0.7.1", "1//2", "1/0", "1/2/3", "--1", "nan", "inf", "1e999999", "0x10", "1_000",
     "0.7 0.8", "1,000.5",
     "1 1", "1.5 1/2", "1 -1/2", "()", "(0.5", "1 1/0", "-(0)/(0)", "+-1", "- -1", "(1)(2)", "≈",
     "__import__('os')", "9" * 41, "²", "1e-", "=", "/2", "2²", "0.7₁", "10⁻¹", "5·10⁻¹⁰⁰", "5·10^(-1", "5,",
     "1.234,5", "1,234,567", "1.234.567", "1 234", "0\u20095", "1'234", "0.3333…", "± 0.5", "3%%", "% 5", "⅛/2", "½½",
     "0.5·2", "0.71 = y"],
)  # fmt: skip
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(GlassnetError, match=r"write 0\.71"):
        read_answer(text)


@pytest.mark.parametrize(
    ("answer", "value", "rounded", "close"),
    [
        ("-0.724", "-0.7236", False, True),
        ("-0.72", "-0.7236", False, False),
        ("0.0005", "0", False, False),  # nothing is near 0 but 0
        ("0", "0.000175", False, False),  # a small number has two digits too
        ("0.00018", "0.000175", False, True),
        ("0.5760", "0.5744", False, False),
        ("0.5760", "0.5744", True, True),
    ],
)
def test_rounding(answer: str, value: str, rounded: bool, close: bool) -> None:
    assert is_close(Fraction(answer), Fraction(value), rounded) is close


@pytest.mark.parametrize(
    ("answer", "value", "expected"),
    [
        ("0.7", "0.7", True),
        ("0.7", "0.7006", False),  # one decimal is no rounding
        ("0.7", "0.7004", True),  # 0.700 is
        ("0.786", "0.7856", True),
        ("0.7862", "0.7856", False),
        ("1/3", "0.3333", False),
        ("0.785398", "0.78539816", True),
        ("0", "0.0001", False),
    ],
)
def test_the_value_itself(answer: str, value: str, expected: bool) -> None:
    assert is_it(Fraction(answer), Fraction(value)) is expected


def test_what_others_read_otherwise_is_said() -> None:
    """1,234 is 1.234 with a decimal comma, and 1234 to others."""
    question = Exercise(gn.lecture("2-4-3-1"), [0.4, -0.7]).questions[0]
    assert question.check("1,234").text.startswith("Not yet. 1,234 is read with a decimal comma, as 1.234. ")
    assert question.check("w1 = −1,234").text.startswith(
        "Not yet. w1 = −1,234 is read with a decimal comma, as -1.234. "
    )
    assert question.check("61 %").text == "Not yet. 61 % is read as 0.61. It looks as if the bias 0.1 was forgotten."
    assert question.check("0,610").text == "Not yet. It looks as if the bias 0.1 was forgotten."
    assert question.check("71 %").is_right
