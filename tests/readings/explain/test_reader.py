"""The reader itself: it computes what is written, and it finds every kind of dishonesty."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from glassnet.ir import Graph, source
from glassnet.readings.explain import Explainer, Explanation
from tests.readings.explain.reader import balanced, check, evaluate, mp


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(0.4)(0.3) + (-0.7)(-0.7) + 0.1", Fraction("0.71")),
        ("-(2)^2", Fraction(-4)),
        ("-(2)(3) / 4 - 1", Fraction("-2.5")),
        ("8 / 2 / 2", Fraction(2)),
        ("1 / (2)(4)", Fraction(1, 8)),
        ("(3)(0.5 > 0)", Fraction(3)),
        ("(3)(0 >= 1e-3) + (1 == 1)", Fraction(1)),
        ("(2)^(-2)", Fraction(1, 4)),
        ("where(1 > 2, 5, maximum(1, 2e3))", Fraction(2000)),
        ("[3 more terms: -0.5] + max(1, 4, 2)", Fraction("3.5")),
        ("||2 - 5| - 7| / 2 + (|-1|)(3)", Fraction(5)),
        ("(2 ≤ 2) + (1 < 1) + (2 ≥ 3) + (3 ≠ 4) + (5 = 5)", Fraction(3)),
        ("inf", mp.inf),
    ],
)
def test_it_computes_what_is_written(text: str, value: object) -> None:
    assert evaluate(text) == value


def test_it_computes_functions() -> None:
    assert abs(evaluate("log(exp(2) / exp(1))") - 1) < mp.mpf(10) ** -490
    assert evaluate("sqrt(-1)") != evaluate("sqrt(-1)")


@pytest.mark.parametrize("text", ["", "1 +", "(1", "2 3", "foo(1)", "1 / / 2", "(1)) "])
def test_it_refuses_what_it_cannot_read(text: str) -> None:
    with pytest.raises(AssertionError):
        evaluate(text)


def honest() -> Explanation:
    x = source("input", "x", (2,), "float64")
    graph = Graph({"y": x * 3.0 + 0.001})
    return Explainer(graph, {"x": np.array([0.123456, 1 / 3])})(graph.outputs["y"], (1,), "y")


def test_it_finds_dishonest_lines() -> None:
    explanation = honest()
    assert explanation.text == "y = (0.3333)(3) + 0.001 ≈ 1.001"
    check(explanation)
    for lie in (
        "y = (0.3333)(3) + 0.001 = 1.001",
        "y = (0.3333)(3) + 0.002 ≈ 1.001",
        "y = (0.3333)(3) + 0.001 ≈ 1.002",
        "y = (0.3)(3) + 0.1 = 1",
        "y = (0.3333)(3) + 0.001 ≈ 1.0009",
        "y = (0.3333)(3) + 0.001 ≈ 1.001 [1.001 after rounding in float64]",
        "y = (0.3333)(3) + 0.001 = 1.0009 [1.001 after rounding in float64]",
        "x = (0.3333)(3) + 0.001 ≈ 1.001",
    ):
        with pytest.raises(AssertionError):
            check(Lying(lie, explanation))  # type: ignore[arg-type]


class Lying:
    def __init__(self, text: str, explanation: Explanation) -> None:
        self.text, self.name, self.shown, self.value = text, "y", explanation.shown, explanation.value
        self.latex, self.since = explanation.latex, explanation.since


def test_it_finds_a_wrong_value() -> None:
    explanation = honest()
    check(replace(explanation))
    with pytest.raises(AssertionError):
        check(Lying(explanation.text, replace(explanation, value=np.float64(2))))  # type: ignore[arg-type]


def test_it_finds_what_is_not_balanced() -> None:
    assert balanced(r"\frac{1}{\left(2\right)} \{")
    for wrong in ("{", "}{", r"\left(1", r"{\left(1}\right)"):
        assert not balanced(wrong)
