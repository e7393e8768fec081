"""Messages: what fits is read, and anything else is refused in words."""

from __future__ import annotations

import json
import os
import random
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from glassnet.ir.errors import GlassnetError
from glassnet.lab.messages import parsed, read, written
from glassnet.lab.pages import PAGES

MESSAGES = int(os.environ.get("GLASSNET_FUZZ_MESSAGES", 2000))
"""Hostile ones; 100,000 take a minute."""


@dataclass(frozen=True)
class Inner:
    value: float


@dataclass(frozen=True)
class Sample:
    text: str
    count: int
    truth: bool
    kind: Literal["a", "b"]
    values: tuple[float, ...]
    pair: tuple[int, str]
    inner: Inner
    maybe: float | None = None
    named: dict[str, int] | None = None


GOOD: dict[str, Any] = {
    "text": "u", "count": 3, "truth": True, "kind": "a", "values": [1, 2.5], "pair": [1, "x"], "inner": {"value": 0},
}  # fmt: skip


def test_a_message_survives_the_way() -> None:
    sample = Sample("u", 3, True, "a", (1.0, 2.5), (1, "x"), Inner(0.0), None, {"k": 7})
    assert read(Sample, parsed(written(sample))) == sample


def test_what_is_not_finite_is_a_text() -> None:
    assert json.loads(written(Inner(float("-inf")))) == {"value": "-inf"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": 1}, "sample.text must be a text"),
        ({"text": "x" * 30_000}, "at most 20,000 characters"),
        ({"text": "\x00"}, "cannot be printed"),
        ({"count": 1.5}, "sample.count must be a whole number"),
        ({"count": True}, "sample.count must be a whole number"),
        ({"count": 10**300}, "sample.count must be a whole number"),
        ({"truth": 1}, "true or false"),
        ({"kind": "c"}, "one of a, b"),
        ({"kind": []}, "one of a, b"),
        ({"values": [1, "2"]}, r"sample.values\[1\] must be a number"),
        ({"values": [10**400]}, "must be a number"),
        ({"values": {}}, "must be a list"),
        ({"pair": [1]}, "must have 2 items, not 1"),
        ({"inner": 7}, "sample.inner must be an object"),
        ({"inner": {}}, "sample.inner lacks value"),
        ({"maybe": "1"}, "sample.maybe must be a number"),
        ({"named": {"a": "b"}}, "must be a whole number"),
        ({"other": 1}, "sample has no 'other'"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(GlassnetError, match=said):
        read(Sample, {**GOOD, **change}, "sample")


@pytest.mark.parametrize("text", ["", "{", "NaN", "[Infinity]", "[" * 100_000, "1" * 10_000, '"\\ud800"x'])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(GlassnetError):
        parsed(text)


def hostile(rng: random.Random, depth: int = 3) -> Any:
    """Any value that JSON has, the nastier ones more often."""
    plain: list[Any] = [
        None, True, 0, -1, 2**63, 10**30, 0.1, -1e308, 1e999, "", "u", "w.weights[0, 1]", "w.weights[-1, 0]", "1/0",
        "\x00", "example=2-4-3-1", "__class__", "../../etc/passwd", "9" * 50, "loss", "δw1", "∂loss/∂u",
        "new w.biases[0]", "a" * 999,
    ]  # fmt: skip
    draw = rng.random()
    if depth and draw < 0.15:
        return [hostile(rng, depth - 1) for _ in range(rng.randrange(4))]
    if depth and draw < 0.3:
        return {str(hostile(rng, 0)): hostile(rng, depth - 1) for _ in range(rng.randrange(4))}
    return rng.choice(plain)


@pytest.mark.parametrize("name", PAGES)
def test_hostile_messages_are_answered_in_words(name: str) -> None:
    """Fuzzed commands, shared out among the pages: a result or a GlassnetError."""
    import glassnet as gn
    from glassnet.lab.outbox import Outbox
    from glassnet.lab.page import Lab

    rng = random.Random(name)
    page = PAGES[name](Lab({one: gn.lecture(one) for one in ("2-4-3-1", "1-3-3-1")}), Outbox(lambda: None))
    commands = page.commands()
    answered = 0
    for _ in range(MESSAGES // len(PAGES)):
        op = rng.choice([*commands, "toString", ""])
        fields = list(commands[op].given.__dataclass_fields__) if op in commands else ["x"]
        args = {field: hostile(rng) for field in fields if rng.random() < 0.9} if rng.random() < 0.9 else hostile(rng)
        try:
            written(page.answer(op, args, rng.randbytes(rng.randrange(9))))
            answered += 1
        except GlassnetError:
            continue
    assert answered
    page.stop()
