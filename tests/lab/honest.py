"""What every page must hold: each number answers *Why?* with lines that give what they say, and axe finds nothing."""

from __future__ import annotations

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.readings.explain.reader import NUMBER, check_relation, evaluate, near
from tests.regression import test_explain as fit

ANSWERED = "name => document.querySelector('[data-line]')?.textContent.startsWith(name)"
ASK = """e => {
  const [name, shown] = [e.dataset.number, e.value || e.firstChild?.textContent || e.getAttribute("aria-label")];
  document.querySelector(`[data-why="${CSS.escape(name)}"]`).click();
  return [name, shown];
}"""
"""Read a number and ask why in one go: the name that it has may be another at the next moment."""
OF_A_FIT = re.compile(r"[^=≈]*: |.*\d/\d")  # which only lines of LinearRegression.explain have
NAME = re.compile(
    r"([^\W\d][\w.]*(\[\d+(, \d+)*\]|\([^\W\d]\w*\))?|∂\S+)( in training)?"
)  # of a number that is just another
LINE = re.compile(
    rf"(?:(?P<left>.+) (?P<relation>[=≈]) )?(?P<result>{NUMBER})"
    rf"(?: \[(?:(?P<machine>{NUMBER}) after rounding in float(?:32|64)|{NUMBER} by hand)\])?"
)


def check_line(text: str) -> tuple[str, str]:
    """(name, result) of a line of arithmetic; AssertionError unless it gives what it says, evaluated as displayed."""
    if OF_A_FIT.match(text):
        return check_fit_line(text)
    arithmetic = re.split(", (?:for the|which is) ", text)[0]  # weight from u to w1; relu(c1_1), of a largest number
    body, *reasons = re.split(", since | and ", arithmetic)
    for reason in reasons:
        assert evaluate(reason) == 1, f"{text}\n   but it is not true that {reason}"
    found = re.fullmatch(r"(.*?) (?:[=≈]) (.+)", body)
    assert found, f"no arithmetic: {text}"
    name, rest = found.groups()
    parts = LINE.fullmatch(rest)
    assert parts, f"cannot be read: {text}"
    left = parts["left"] and parts["left"].rpartition(" = ")[2]  # gradients are told in names before
    if left is not None and not NAME.fullmatch(left):
        exact = evaluate(left)
        assert near(exact, parts["result"]), text
        check_relation(exact, parts["relation"], parts["result"], text)
    return name, parts["machine"] or parts["result"]


def check_fit_line(text: str) -> tuple[str, str]:
    """The same for a line of a regression: m = 3 / 4 = 3/4 ≈ 0.75; or after a colon, with no name."""
    label, _, chain = text.partition(": ") if ": " in text else text.partition(" = ")
    fit.check(chain)
    return label, re.split(" [=≈] ", chain)[-1]


def same(shown: str, result: str) -> bool:
    """Whether what a page shows is the result of the line, in its own digits: "relu(p2) = 0", "−0.601", "bias 0.1"."""
    numbers = re.findall(NUMBER, shown.replace("−", "-").rpartition(" ")[2])
    exact = evaluate(f"0 + ({result})")
    return bool(numbers) and bool(near(exact, numbers[-1]) or abs(exact - evaluate(numbers[-1])) <= abs(exact) / 200)


def check_numbers(page: Any) -> int:
    """Ask each number of a page why, check all lines, and that the first gives the number; returns how many."""
    numbers = page.locator("[data-number]")
    count = numbers.count()
    assert count, "a page without numbers has nothing to say"
    for i in range(count):
        name, shown = numbers.nth(i).evaluate(ASK)
        page.wait_for_function(ANSWERED, arg=f"{name} ")
        lines = page.locator("[data-line]").all_text_contents()
        results = [check_line(line) for line in lines]
        assert results[0][0] == name, lines
        assert same(shown, results[0][1]), f"{name} is shown as {shown!r}, and explained as {lines[0]}"
    return count


def quoted(text: str) -> str:
    """A text as CSS and Playwright have it in quotes."""
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


def check_accessible(page: Any) -> None:
    """Axe finds nothing to complain about in the state that the page is in."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
