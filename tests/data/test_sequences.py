"""Tasks for recurrent networks: that they are what they are said to be, and that simple forecasts are what they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.data import sequences


@given(st.integers(1, 12), st.integers(1, 5), st.integers(1, 3), st.integers(0, 4))
def test_windows_are_stretches_and_what_follows_them(steps: int, ahead: int, features: int, more: int) -> None:
    series = np.arange((steps + ahead + more) * features, dtype=float).reshape(-1, features)
    x, y = sequences.windows(series, steps, ahead)
    assert x.shape == (more + 1, steps, features)
    for i, (stretch, following) in enumerate(zip(x, y, strict=True)):
        assert (stretch == series[i : i + steps]).all()
        assert following == series[i + steps + ahead - 1, 0]


def matched(row: list[float]) -> bool:
    """The brackets of a row, by removing pairs until none is left."""
    text = "".join({1: "(", -1: ")", 0: ""}[sign] for sign in row)
    while "()" in text:
        text = text.replace("()", "")
    return not text


@given(st.integers(2, 30), st.integers(0, 99))
def test_brackets_match_where_they_are_said_to(steps: int, seed: int) -> None:
    x, y = sequences.brackets(40, steps, seed)
    assert x.shape == (40, steps, 1)
    assert [matched(row) for row in x[:, :, 0].tolist()] == y.astype(bool).tolist()


def test_the_marks_of_the_adding_problem_are_in_either_half() -> None:
    x, y = sequences.adding(500, 11, seed=3)
    assert (x[:, :5, 1].sum(1) == 1).all()
    assert (x[:, 5:, 1].sum(1) == 1).all()
    np.testing.assert_allclose((x[..., 0] * x[..., 1]).sum(1), y, rtol=1e-6)
    assert y.mean() == pytest.approx(1, abs=0.05)


def test_sunspots_rise_faster_than_they_fall_and_repeat_in_about_eleven_years() -> None:
    rising = falling = 0
    for seed in range(5):
        numbers = sequences.sunspots(400, seed)
        waves = np.abs(np.fft.rfft(numbers - numbers.mean()))
        assert 9.5 < 400 / waves.argmax() < 12.5
        assert 100 < numbers.max() < 400
        rising += int((np.diff(numbers) > 0).sum())
        falling += int((np.diff(numbers) < 0).sum())
    assert rising < 0.9 * falling


def test_a_linear_forecast_beats_the_naive_one_on_a_wave_and_not_on_a_walk() -> None:
    wave = sequences.noisy_sine(400, noise=0.05)
    walk = np.random.default_rng(0).standard_normal(400).cumsum()
    ratios = []
    for series in (wave, walk):
        x, y = sequences.windows(series, 10)
        linear = sequences.linear_forecast(x[:300], y[:300], x[300:])
        ratios.append(np.abs(linear - y[300:]).mean() / np.abs(sequences.naive_forecast(x[300:]) - y[300:]).mean())
    assert ratios[0] < 0.5 < 0.9 < ratios[1]


def test_a_linear_forecast_is_that_of_linear_regression() -> None:
    x, y = sequences.windows(sequences.sunspots(), 4)
    line = gn.LinearRegression().fit(x[:200].reshape(200, 4), y[:200])
    expected = line.predict(x[200:].reshape(-1, 4))
    np.testing.assert_allclose(sequences.linear_forecast(x[:200], y[:200], x[200:]), expected, rtol=1e-9)


@pytest.mark.parametrize("make", [sequences.noisy_sine, sequences.sunspots, sequences.adding, sequences.brackets])
def test_the_same_seed_gives_the_same_numbers(make) -> None:
    assert all(np.array_equal(a, b) for a, b in zip(make(50, seed=1), make(50, seed=1), strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(make(50, seed=1), make(50, seed=2), strict=True))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: gn.data.windows([1.0, 2.0], 2), "a series of 2 is too short for 2 steps and a forecast 1 ahead"),
        (lambda: gn.data.windows([1.0, 2.0], 0), "steps must be a whole number of at least 1, got 0"),
        (lambda: gn.data.windows(np.zeros((2, 2, 2)), 1), r"a row of numbers or of shape (length, features), got"),
        (lambda: gn.data.adding(seed=1.5), "the seed must be a whole number from 0 to 2⁶⁴ − 1, got 1.5"),
        (lambda: gn.data.sunspots(seed=True), "the seed must be a whole number from 0 to 2⁶⁴ − 1, got True"),
        (lambda: gn.data.adding(steps=1), "two numbers are added, so there must be at least 2 steps"),
        (lambda: gn.data.brackets(steps=1), "a pair of brackets takes at least 2 steps"),
        (lambda: gn.data.noisy_sine(noise=-1), "the noise must be a number, at least 0, got -1"),
        (lambda: gn.data.noisy_sine(period=0), "the period must be a number, more than 0, got 0"),
    ],
)
def test_what_does_not_fit_is_said_in_words(make, words: str) -> None:
    with pytest.raises(gn.GlassnetError) as error:
        make()
    assert words in str(error.value)
