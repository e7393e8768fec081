"""Random numbers: the counter-based generator is the published one, and its numbers are even and independent."""

import numpy as np
import pytest

from glassnet.ir import BATCH, PRIMITIVES, Array, Graph, ShapeError, Trace, source
from glassnet.ops import normal, uniform
from glassnet.readings import evaluate

MASK = 2**64 - 1
UNIFORM = PRIMITIVES["uniform"].kernel
MANY = 40_000


def philox(key: tuple[int, int], counter: tuple[int, int, int, int]) -> list[int]:
    """Philox 4×64-10 as in Salmon et al. 2011, in Python's whole numbers."""
    (k0, k1), (c0, c1, c2, c3) = key, counter
    for _ in range(10):
        product_0, product_1 = 0xD2E7470EE14C6C93 * c0, 0xCA5A826395121157 * c2
        c0, c1, c2, c3 = (product_1 >> 64) ^ c1 ^ k0, product_1 & MASK, (product_0 >> 64) ^ c3 ^ k1, product_0 & MASK
        k0, k1 = (k0 + 0x9E3779B97F4A7C15) & MASK, (k1 + 0xBB67AE8584CAA73B) & MASK
    return [c0, c1, c2, c3]


def draw(seed: int = 1, step: float = 1, tag: int = 1, size: int = MANY, dtype: str = "float64") -> Array:
    return UNIFORM(np.array(seed, np.uint64), np.array(step), np.empty(size, dtype), tag=tag)  # type: ignore[no-any-return]


def test_the_oracle_gives_the_known_answer_of_random123() -> None:
    zeros = philox((0, 0), (0, 0, 0, 0))
    assert zeros == [0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B]


@pytest.mark.parametrize(("seed", "step", "tag"), [(0, 0, 0), (1, 1, 1), (2**64 - 1, 2**53, 7), (42, 1000, 3)])
def test_the_numbers_are_philox_with_key_seed_tag_and_counter_block_step(seed: int, step: int, tag: int) -> None:
    words = [word for block in (1, 2, 3) for word in philox((seed, tag), (block, step, 0, 0))][:10]
    assert draw(seed, step, tag, 10).tolist() == [(word >> 11) / 2**53 for word in words]
    assert draw(seed, step, tag, 10, "float32").tolist() == [(word >> 40) / 2**24 for word in words]


def test_the_numbers_are_those_of_numpys_philox() -> None:
    generator = np.random.Generator(np.random.Philox(key=[9, 4], counter=[0, 6, 0, 0]))
    np.testing.assert_array_equal(draw(9, 6, 4, 1000), generator.random(1000))


def test_a_smaller_batch_gets_the_first_numbers_of_a_larger_one() -> None:
    np.testing.assert_array_equal(draw(size=10), draw(size=64)[:10])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_uniform_numbers_are_even(dtype: str) -> None:
    u = draw(dtype=dtype).astype(np.float64)
    assert 0 <= u.min() < 0.001
    assert 0.999 < u.max() < 1
    counts, _ = np.histogram(u, bins=100, range=(0, 1))
    expected = MANY / 100
    chi_square = ((counts - expected) ** 2 / expected).sum()
    assert 99 - 4 * np.sqrt(2 * 99) < chi_square < 99 + 4 * np.sqrt(2 * 99)


@pytest.mark.parametrize("other", [{"seed": 2}, {"step": 2}, {"tag": 2}, {"seed": 2, "tag": 2}])
def test_other_seeds_steps_and_tags_are_independent(other: dict[str, int]) -> None:
    correlation = np.corrcoef(draw(), draw(**other))[0, 1]  # type: ignore[arg-type]
    assert abs(correlation) < 4 / np.sqrt(MANY)


def test_neighbours_are_independent() -> None:
    u = draw()
    for lag in (1, 2, 3, 4, 8):
        assert abs(np.corrcoef(u[lag:], u[:-lag])[0, 1]) < 4 / np.sqrt(MANY)


def trace_of(draws: int, dtype: str = "float64", kind: object = uniform) -> tuple[Graph, dict[str, Array]]:
    with Trace(dtype=dtype) as trace:
        x = source("input", "x", (BATCH,), dtype)
        graph = Graph({str(i): kind(x) for i in range(draws)})  # type: ignore[operator]
        assert trace.draws == draws * (1 if kind is uniform else 2)
    return graph, {"seed": np.array(5, np.uint64), "step": np.array(1.0), "x": np.empty(MANY, dtype)}


def test_each_draw_of_a_graph_has_numbers_of_its_own() -> None:
    graph, given = trace_of(2)
    first, second = evaluate(graph, given).values()
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(MANY)


def test_the_same_seed_and_step_give_the_same_numbers_and_the_next_step_others() -> None:
    graph, given = trace_of(1)
    once, again = evaluate(graph, given)["0"], evaluate(graph, given)["0"]
    later = evaluate(graph, {**given, "step": np.array(2.0)})["0"]
    np.testing.assert_array_equal(once, again)
    assert abs(np.corrcoef(once, later)[0, 1]) < 4 / np.sqrt(MANY)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_steps_beyond_float32s_whole_numbers_still_differ(dtype: str) -> None:
    graph, given = trace_of(1, dtype)
    given["x"] = np.empty(4, dtype)
    one, next_ = (evaluate(graph, {**given, "step": np.array(2.0**24 + i)})["0"] for i in (0, 1))
    assert (one != next_).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_normal_numbers_have_the_moments_of_the_normal_distribution(dtype: str) -> None:
    graph, given = trace_of(1, dtype, normal)
    z = evaluate(graph, given)["0"]
    assert z.dtype == dtype
    assert np.isfinite(z).all()
    for power, moment in enumerate((0, 1, 0, 3, 0, 15), start=1):
        powers = z.astype(np.float64) ** power
        assert abs(powers.mean() - moment) < 4 * powers.std() / np.sqrt(MANY)
    assert abs((np.abs(z) < 1.959964).mean() - 0.95) < 4 * np.sqrt(0.95 * 0.05 / MANY)


def test_numbers_for_whole_numbers_are_refused() -> None:
    with Trace(), pytest.raises(ShapeError, match="random numbers are float32 or float64, not int64"):
        uniform(source("input", "i", (3,), "int64"))
