"""The generated data sets, against the book's own package (golden) and against what defines them."""

from pathlib import Path

import numpy as np
import pytest

from glassnet.data import samples
from glassnet.ir.errors import DataError, GlassnetError

GOLDENS = Path(__file__).parents[1] / "golden" / "nnfs.npz"


@pytest.fixture(scope="module")
def book() -> dict[str, np.ndarray]:
    with np.load(GOLDENS) as golden:
        return dict(golden)


@pytest.mark.parametrize("name", ["spiral", "vertical"])
@pytest.mark.parametrize(("count", "classes"), [(100, 3), (100, 2), (1, 1), (7, 5)])
def test_the_books_points_bit_for_bit(book, name, count, classes):
    x, y = getattr(samples, name)(count, classes)
    expected = book[f"{name}_{count}_{classes}_x"]
    assert x.dtype == expected.dtype == np.float32
    assert x.tobytes() == expected.tobytes()
    assert y.dtype == np.int64
    np.testing.assert_array_equal(y, book[f"{name}_{count}_{classes}_y"])


def test_the_books_sine(book):
    x, y = samples.sine()
    assert x.tobytes() == book["sine_x"].tobytes()
    assert y.shape == (1000, 1)
    np.testing.assert_array_max_ulp(y, book["sine_y"], maxulp=1)  # NumPy's sine may differ in the last bit between CPUs


def test_the_books_chapters_3_to_5_from_one_stream(book):
    stream = np.random.RandomState(0)
    x, y = samples.spiral(100, 3, seed=stream)
    weights_1 = 0.01 * stream.randn(2, 3).astype("float32")
    weights_2 = 0.01 * stream.randn(3, 3).astype("float32")
    assert weights_1.tobytes() == book["weights_1"].tobytes()
    assert weights_2.tobytes() == book["weights_2"].tobytes()
    layer_1 = x @ weights_1
    np.testing.assert_allclose(layer_1, book["layer_1"], rtol=1e-5, atol=1e-10)
    printed = [
        [0, 0, 0],
        [-1.0475188e-04, 1.1395361e-04, -4.7983500e-05],
        [-2.7414842e-04, 3.1729150e-04, -8.6921798e-05],
    ]
    np.testing.assert_allclose(layer_1[:3], printed, rtol=1e-6, atol=0)
    scores = np.exp(np.maximum(layer_1, 0) @ weights_2)
    probabilities = scores / scores.sum(axis=1, keepdims=True)
    assert f"{-np.log(probabilities[np.arange(300), y]).mean():.7f}" == "1.0986104"


def test_the_global_stream_is_left_alone():
    np.random.seed(7)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    samples.spiral(), samples.vertical(), samples.moons(), samples.thermometer()
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_anscombes_four_sets_share_their_statistics():
    quartet = samples.anscombe()
    assert list(quartet) == ["I", "II", "III", "IV"]
    for x, y in quartet.values():
        assert x.shape == y.shape == (11,)
        assert x.mean() == 9
        assert x.var(ddof=1) == 11
        assert round(y.mean(), 2) == 7.5
        assert abs(y.var(ddof=1) - 4.125) < 0.004
        assert abs(np.corrcoef(x, y)[0, 1] - 0.816) < 0.001
        np.testing.assert_allclose(np.polyfit(x, y, 1), [0.5, 3], atol=0.003)


def test_the_thermometer_has_seasons_and_lasting_weather():
    days, temperatures = samples.thermometer(samples=20_000, until=365)
    assert np.all(np.diff(days) >= 0)
    assert days[0] >= 0
    assert days[-1] < 365
    np.testing.assert_array_equal(days, days.round())
    np.testing.assert_array_equal(temperatures, temperatures.round(1))
    winter, summer = temperatures[days < 59], temperatures[(days > 181) & (days < 243)]
    assert summer.mean() - winter.mean() > 12
    weather = temperatures - 10 + 10 * np.cos(2 * np.pi * (days - 19) / 365)
    assert 2 < weather.std() < 4
    assert np.corrcoef(weather[:-1], weather[1:])[0, 1] > 0.98  # about 26 minutes apart
    assert abs(np.corrcoef(weather[:-1100], weather[1100:])[0, 1]) < 0.4  # twenty days apart


def test_the_thermometer_is_read_while_it_gets_warmer():
    days, temperatures = samples.thermometer()
    year, whole = samples.thermometer(until=365)
    assert days.max() < 170 < year[len(days)]
    np.testing.assert_array_equal(days, year[: len(days)])
    np.testing.assert_array_equal(temperatures, whole[: len(days)])
    assert np.corrcoef(days, temperatures)[0, 1] ** 2 > 0.7 > 0.1 > np.corrcoef(year, whole)[0, 1] ** 2


@pytest.mark.parametrize("until", [0, 366, float("nan"), "June"])
def test_the_day_until_which_the_thermometer_is_read_is_one_of_a_year(until):
    with pytest.raises(GlassnetError, match="the thermometer is read must be a number, at least 1 and"):
        samples.thermometer(until=until)


@pytest.mark.parametrize("name", ["moons", "circles", "xor", "blobs"])
def test_toys_are_seeded_balanced_and_mixed(name):
    make = getattr(samples, name)
    x, y = make(samples=50, seed=3)
    classes = y.max() + 1
    assert x.dtype == np.float32
    assert y.dtype == np.int64
    assert x.shape == (50 * classes, 2)
    assert np.bincount(y).tolist() == [50] * classes
    assert len(set(y[:20].tolist())) == classes
    np.testing.assert_array_equal(x, make(samples=50, seed=3)[0])
    assert not np.array_equal(x, make(samples=50, seed=4)[0])


def test_toys_without_noise_lie_where_they_should():
    x, y = samples.circles(noise=0)
    np.testing.assert_allclose(np.hypot(*x.T), np.where(y, 0.5, 1), rtol=1e-6)
    x, y = samples.moons(noise=0)
    centre = np.where(y[:, None], [1, 0.5], [0, 0])
    np.testing.assert_allclose(np.hypot(*(x - centre).T), 1, rtol=1e-6)
    x, y = samples.blobs(noise=0, classes=5)
    assert len(np.unique(x.round(6), axis=0)) == 5


@pytest.mark.parametrize("count", [0, -3, 2.5, True, "10"])
def test_counts_are_checked(count):
    with pytest.raises(DataError, match="samples must be a whole number of at least 1"):
        samples.spiral(samples=count)


@pytest.mark.parametrize("name", ["plane", "hills"])
def test_heights_are_seeded_and_noise_is_noise(name):
    make = getattr(samples, name)
    x, exact = make(samples=2000, noise=0, seed=3)
    again, noisy = make(samples=2000, noise=0.5, seed=3)
    assert x.shape == (2000, 2)
    assert x.dtype == exact.dtype == np.float32
    np.testing.assert_array_equal(x, again)
    assert np.std(noisy - exact) == pytest.approx(0.5, rel=0.1)
    assert not np.array_equal(x, make(samples=2000, seed=4)[0])


def test_hills_and_hollows_stand_where_they_should():
    x, height = samples.hills(samples=20_000, noise=0)
    for centre, sign in (((0.5, 0.5), 1), ((-0.5, 0.5), -1), ((-0.5, -0.5), 1), ((0.5, -0.5), -1)):
        near = np.hypot(*(x - centre).T) < 0.05
        assert (sign * height[near] > 0.9).all()


def test_the_noise_of_the_spiral():
    x, _ = samples.spiral(samples=50, classes=2, noise=0)
    angle, radius = np.arctan2(x[:50, 0], x[:50, 1]), np.hypot(*x[:50].T)
    np.testing.assert_allclose(np.sin(angle[1:]), np.sin(10 * radius[1:]), atol=1e-4)
