"""Layers traced: what follows from them is made once, and the last few are kept."""

from concurrent.futures import ThreadPoolExecutor

import glassnet as gn
from glassnet.layers.containers import Sequential
from glassnet.model.traced import KEPT, Traced


def test_the_last_few_are_kept() -> None:
    traced, made = Traced(Sequential(gn.Dense(1)), (2,), "float32"), list[object]()

    def make(key: object) -> object:
        return traced.once(key, lambda: made.append(key) or key)  # type: ignore[arg-type, func-returns-value]

    assert [make(key) for key in ("a", "a", ("b", 1))] == ["a", "a", ("b", 1)]
    assert made == ["a", ("b", 1)]
    for number in range(KEPT - 1):
        make(number)
        make("a")
    assert made.count("a") == 1, "what is asked for again stays"
    make(("b", 1))
    assert made.count(("b", 1)) == 2
    assert [make(["no hash"]) for _ in range(2)] == [["no hash"]] * 2
    assert made.count(["no hash"]) == 2


def test_what_is_made_may_ask_for_others() -> None:
    traced = Traced(Sequential(gn.Dense(1)), (2,), "float32")
    inner, made = lambda: traced.once("inner", object), []
    outer = traced.once("outer", lambda: (inner(), made.append(1)))
    assert traced.once("outer", tuple) is outer
    assert outer[0] is inner()


def test_threads_may_ask_at_once() -> None:
    traced = Traced(Sequential(gn.Dense(1)), (2,), "float32")
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda i: traced.once(i % 20, lambda: i % 20), range(2000)))
    assert found == [i % 20 for i in range(2000)]
