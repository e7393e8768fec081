"""Each displayed expression, evaluated as displayed, must give the displayed result."""

import math
import re
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from glassnet.ir.errors import GlassnetError
from glassnet.regression import LinearRegression, NotUniqueError, Polynomial
from tests.readings.explain.reader import evaluate  # one notation, one reader

X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
Y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]


def half_a_unit(decimal):
    """Half a unit in the last digit shown; every digit of a whole number counts, zeros at its end too."""
    digits, _, power = decimal.replace("-", "", 1).strip().partition("e")
    return Fraction(10) ** (int(power or 0) - len(digits.partition(".")[2])) / 2


def plain(latex):
    """LaTeX in the notation of the text."""
    latex = re.sub(r" \\cdot 10\^\{(-?\d+)\}", r"e\1", latex)
    while r"\frac" in latex:
        latex = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", latex)
    return latex.replace(r"\left(", "(").replace(r"\right)", ")").replace(r"\approx", "≈")


def check(chain):
    """'a = b ≈ c': neighbours joined by = are equal, by ≈ as close as the digits of the right one allow."""
    parts = re.split(r" ([=≈]) ", chain)
    for left, relation, right in zip(parts[::2], parts[1::2], parts[2::2], strict=False):
        difference = abs(evaluate(left) - evaluate(right))
        assert difference == 0 if relation == "=" else difference <= half_a_unit(right), chain


def check_all(explanation):
    checked = 0
    for _, steps in explanation.sections:
        for step in steps:
            if step.expression is not None:
                chain = step.text.removeprefix(step.label).removeprefix(" = ")
                check(chain)
                _, _, latex = step.latex.partition(": " if step.label.endswith(":") else " = ")
                # Words (with the colon) may end the label in \text{…}; what is left is the calculation.
                check(plain(latex or step.latex.partition("} ")[2]))
                checked += 1
    return checked


def test_the_checker_notices_a_wrong_result():
    check("2 + (3)(4) = 14")
    check("1 / 3 ≈ 0.333")
    with pytest.raises(AssertionError):
        check("2 + (3)(4) = 20")
    with pytest.raises(AssertionError):
        check("1 / 3 ≈ 0.334")
    with pytest.raises(AssertionError):
        check("1 / 3 = 0.333")


def test_anscombe_in_exact_fractions():
    explanation = LinearRegression().fit(X, Y).explain()
    for line in [
        "n = 11",
        "Σx = 10 + 8 + 13 + 9 + 11 + 14 + 6 + 4 + 12 + 7 + 5 = 99",
        "11·b + 99·m = 82.51",
        "99·b + 1001·m = 797.6",
        "the number before m: 1001 - (9)(99) = 110",
        "m = 55.01 / 110 = 5501/11000 ≈ 0.5000909091",
        "b = (82.51 - (99)(5501/11000)) / 11 = 33001/11000 ≈ 3.000090909",
    ]:
        assert f"  {line}\n" in explanation.text
    assert r"m = \frac{55.01}{110} = \frac{5501}{11000} \approx 0.5000909091" in explanation.latex
    assert "<li>11·b + 99·m = 82.51</li>" in explanation._repr_html_()
    assert check_all(explanation) > 10


@given(st.data(), st.integers(1, 3), st.booleans(), st.booleans())
def test_every_displayed_expression_is_true(data, width, intercept, weighted):
    numbers = st.one_of(
        st.integers(-20, 20),
        st.decimals(-100, 100, places=2).map(str),
        st.floats(-1e6, 1e6, allow_subnormal=False).filter(lambda v: abs(v) > 1e-6),
        st.floats(1e9, 1e18),
        st.integers(10**9, 10**18),
        st.floats(1e-18, 1e-9),
    )
    n = data.draw(st.integers(width + 1, 6))
    x = data.draw(st.lists(st.lists(numbers, min_size=width, max_size=width), min_size=n, max_size=n))
    y = data.draw(st.lists(numbers, min_size=n, max_size=n))
    weights = data.draw(st.lists(st.integers(1, 5), min_size=n, max_size=n)) if weighted else None
    try:
        model = LinearRegression(intercept, precision="exact").fit(x, y, weights)
    except NotUniqueError:
        assume(False)
    explanation = model.explain()
    check_all(explanation)
    shown = {}
    for step in next(steps for title, steps in explanation.sections if title.startswith("The solution")):
        shown[step.label] = float(step.result.value)
    order = (["b"] if intercept else []) + ["m"] if width == 1 else sorted(shown)
    assert [shown[name] for name in order] == pytest.approx(model.parameters.tolist(), rel=2e-9)
    fits = results(explanation)
    assert fits["SSE"] == pytest.approx(model.sse, rel=2e-9)
    assert fits.get("total sum of squares", model.sst) == pytest.approx(model.sst, rel=2e-9)
    if model.sst:
        assert fits["R²"] == pytest.approx(model.r2, rel=2e-9)


def results(explanation):
    """The results of the last section, by their labels."""
    return {step.label: float(step.result.value) for step in explanation.sections[-1][1]}


@pytest.mark.parametrize("noise", [1e-2, 1e-5, 1e-8])
def test_where_rounded_coefficients_would_cancel(noise):
    """What is left of y is a millionth of it: SSE comes from the errors, R² from what is close enough to 1."""
    x = [1000 + i / 7 for i in range(8)]
    y = [3 * a + noise * math.sin(5 * a) for a in x]
    model = LinearRegression(precision="exact").fit(x, y)
    fits = results(model.explain())
    assert fits["SSE"] == pytest.approx(model.sse, rel=1e-9)
    assert fits["R²"] == pytest.approx(model.r2, rel=1e-9)
    assert check_all(model.explain()) > 15


def test_a_small_r2_is_the_right_one():
    model = LinearRegression(precision="exact").fit([1, 2, 3, 4, 5, 6, 7], [1, -1, 1, -1, 1, -1, "1.00003"])
    found = results(model.explain())["R²"]
    assert found == pytest.approx(model.r2, rel=1e-9)
    assert found < 1e-4


def test_no_zeros_stand_for_digits_left_out():
    text = LinearRegression().fit([1, 2, 4], ["98765432109877", 3, "1/3"]).explain().text
    assert "Σy = 98765432109877 + 3 + 1/3 ≈ 9.876543211e13" in text
    assert not re.search(r"≈ -?\d*0{3,}(?!\d|\.)", text), text
    big = LinearRegression().fit([1, 2, 4], [10**20, 3 * 10**20, 4 * 10**20]).explain()
    assert "Σy = 1e20 + 3e20 + 4e20 = 8e20" in big.text
    assert r"1 \cdot 10^{20} + 3 \cdot 10^{20} + 4 \cdot 10^{20} = 8 \cdot 10^{20}" in big.latex
    assert (
        "Σy = 15000 + 250000 + 3000000 = 3265000" in LinearRegression().fit([1, 2, 4], [15e3, 25e4, 3e6]).explain().text
    )
    tiny = LinearRegression().fit([1, 2, 4], [1e-7, 2.5e-7, 4e-7]).explain()
    assert "Σy = 1e-7 + 2.5e-7 + 4e-7 = 7.5e-7" in tiny.text


@pytest.mark.parametrize("name", ["b", "m", "1", "e", "w"])
def test_names_that_the_calculation_uses_itself(name):
    model = LinearRegression().fit({name: [1, 2, 4]}, {"rent": [1, 2, 3]})
    text = model.explain().text
    unknown, written = "b₁" if name in "bm" else "m", "'1'" if name == "1" else name
    assert f"The model rent = {'b₀' if name in 'bm' else 'b'} + {unknown}·{written}, and its sums" in text
    assert f"Σ{written} = 1 + 2 + 4 = 7" in text
    assert f"{unknown} = 3 / (14/3) = 9/14" in text
    assert check_all(model.explain()) > 10


def test_an_input_called_y_is_not_the_target():
    text = LinearRegression().fit({"y": [1, 2, 4]}, [1, 2, 3]).explain().text
    assert "Σy = 1 + 2 + 4 = 7" in text
    assert "Σtarget = 1 + 2 + 3 = 6" in text


def test_subscripts_of_two_digits_are_latex():
    x = [[i**k % 97 for k in range(1, 10)] for i in range(2, 15)]
    latex = LinearRegression().fit(x, list(range(13))).explain().latex
    assert "e_{13}" in latex
    assert "_1_" not in latex


def test_many_observations_show_the_sums_only():
    explanation = LinearRegression().fit(list(range(200)), [i * i for i in range(200)]).explain()
    assert "  Σx = 19900\n" in explanation.text


def test_polynomials_and_names_reach_the_explanation():
    explanation = (
        LinearRegression(terms=[Polynomial(2, "size_%")]).fit({"size_%": [1, 2, 3, 5]}, [1, 4, 9, 20]).explain()
    )
    assert "y = b₀ + b₁·size_% + b₂·size_%²" in explanation.text
    assert r"\text{size}\_\%^2" in explanation.latex
    assert check_all(explanation) > 20


def test_too_many_unknowns():
    x = [[i**k % 97 for k in range(1, 12)] for i in range(2, 30)]
    with pytest.raises(GlassnetError, match="12 unknowns would fill many pages"):
        LinearRegression().fit(x, list(range(28))).explain()
