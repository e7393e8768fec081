"""Explanations show the evaluator's arithmetic to the last bit, so it makes the steps that they are compared with."""

import pytest

from glassnet.compile.choice import VARIABLE


@pytest.fixture(autouse=True)
def by_the_evaluator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "numpy")
