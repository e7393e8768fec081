"""The pictures: what is drawn is true (squares are square, segments end on the line), and files are whole or absent."""

import xml.etree.ElementTree as ET
from functools import cache

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.transforms import Bbox

from glassnet.ir.errors import GlassnetError
from glassnet.regression import Categorical, LinearRegression, Polynomial, plot_quartet

X = np.array([10.0, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5])
Y = np.array([8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68])


@cache
def walked(x, y):
    """Fitted by gradient descent, once for all kinds of plots, with these names of the data."""
    return LinearRegression(method="gradient descent").fit({x: X}, {y: Y})


def pixels(axes, patch):
    box = Bbox([patch.get_xy(), (patch.get_x() + patch.get_width(), patch.get_y() + patch.get_height())])
    return box.transformed(axes.transData)


@pytest.mark.parametrize("stretch", [1, 0.01, 37])
@pytest.mark.parametrize("size", [(6, 4), (3, 9)])
def test_squares_are_square_in_any_window_and_units(stretch, size):
    model = LinearRegression().fit(X * stretch, Y)
    figure = model.plot("squares")
    figure.set_size_inches(*size)
    figure.draw_without_rendering()
    (axes,) = figure.axes
    assert len(axes.patches) == len(X)
    for patch, residual in zip(axes.patches, model.residuals, strict=True):
        box = pixels(axes, patch)
        assert patch.get_height() == pytest.approx(abs(residual))
        assert box.width == pytest.approx(box.height, rel=1e-6)
        assert axes.get_xlim()[0] <= patch.get_x()
        assert patch.get_x() + patch.get_width() <= axes.get_xlim()[1]


def test_segments_join_each_point_to_the_line():
    model = LinearRegression().fit(X, Y)
    (axes,) = model.plot().axes
    segments = axes.collections[0].get_segments()
    for (x0, low), (x1, high) in segments:
        assert x0 == x1
        assert low == pytest.approx(3.00009 + 0.500091 * x0, abs=1e-4)
        assert high == Y[x0 == X][0]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("kind", ["fit", "squares", "residuals", "qq", "path"])
def test_nothing_is_clipped(kind, dark):
    figure = walked("day", "y").plot(kind, dark=dark)
    assert to_hex(figure.get_facecolor()) == ("#14171c" if dark else "#ffffff")
    page = figure.bbox.padded(1)
    for axes in figure.axes:
        for label in (axes.title, axes.xaxis.label, axes.yaxis.label):
            box = label.get_window_extent()
            assert page.x0 <= box.x0 <= box.x1 <= page.x1
            assert page.y0 <= box.y0 <= box.y1 <= page.y1


def test_a_plane_for_two_inputs():
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 5, (12, 2))
    (axes,) = LinearRegression().fit({"size": x[:, 0], "age": x[:, 1]}, x @ [2, -1]).plot().axes
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_zlabel()) == ("size", "age", "y")


KINDS = ["fit", "squares", "residuals", "qq", "path"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "named", [lambda y: pd.Series(y, name="rent"), lambda y: {"rent": y}, lambda y: pd.DataFrame({"rent": y})]
)
def test_axes_carry_the_names_of_the_data(kind, named):
    model = LinearRegression(method="gradient descent").fit({"area": X}, named(Y))
    (axes,) = model.plot(kind).axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == {
        "fit": ("area", "rent"),
        "squares": ("area", "rent"),
        "residuals": ("fitted rent", "residual of rent"),
        "qq": ("normal quantile", "residual of rent"),
        "path": ("step (from 1)", "mean squared error of rent"),
    }[kind]
    if kind in ("fit", "squares"):
        assert axes.get_title().startswith("rent = 0.500091·area + 3.00009")


def test_both_axes_of_a_plane_and_its_height_are_named():
    x = np.random.default_rng(0).uniform(0, 5, (12, 2))
    (axes,) = LinearRegression().fit({"size": x[:, 0], "age": x[:, 1]}, {"price in $, or $": x @ [2, -1]}).plot().axes
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_zlabel()) == ("size", "age", "price in $, or $")


@pytest.mark.parametrize("name", ["$x^2", "price in $, not in \\$", "a_{b}", "50 % of " + 5 * "a very long name and "])
@pytest.mark.parametrize("kind", KINDS)
def test_any_name_is_drawn_as_it_is_written_and_inside_the_page(kind, name):
    figure = walked(name, f"{name} later").plot(kind)
    page = figure.bbox.padded(1)
    for axes in figure.axes:
        for words in (axes.title, axes.xaxis.label, axes.yaxis.label):
            box = words.get_window_extent()
            assert page.x0 <= box.x0 <= box.x1 <= page.x1
            assert not words.get_parse_math()
    if kind == "fit":
        assert figure.axes[0].get_xlabel().replace("\n", " ") == name.strip()


@pytest.mark.parametrize("name", ["x", "mean temperature of the day"])
def test_titles_do_not_run_together(name):
    rng = np.random.default_rng(0)
    sets = {f"Set {i}": ({name: rng.normal(size=9) * 1e-7}, {f"{name} later": rng.normal(size=9)}) for i in range(4)}
    figure = plot_quartet(sets)
    boxes = [axes.title.get_window_extent() for axes in figure.axes]
    assert boxes[0].x1 < boxes[1].x0
    assert boxes[2].x1 < boxes[3].x0
    for above, below in ((0, 2), (1, 3)):
        assert boxes[below].y1 < figure.axes[above].xaxis.label.get_window_extent().y0
    page = figure.bbox.padded(1)
    assert all(page.x0 <= box.x0 <= box.x1 <= page.x1 and box.y1 <= page.y1 for box in boxes)


def test_a_curve_for_a_polynomial():
    (axes,) = LinearRegression(terms=[Polynomial(2)]).fit([0, 1, 2, 3], [0, 1, 4, 9]).plot().axes
    x, y = axes.lines[0].get_data()
    assert y == pytest.approx(x**2, abs=1e-12)


def test_the_quartet_on_common_axes():
    figure = plot_quartet()
    assert [axes.get_title().split(":")[0] for axes in figure.axes] == ["I", "II", "III", "IV"]
    assert len({axes.get_xlim() + axes.get_ylim() for axes in figure.axes}) == 1


@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_files(tmp_path, suffix, start):
    path = tmp_path / f"line.{suffix}"
    LinearRegression().fit(X, Y).plot("squares", path)
    assert path.read_bytes().startswith(start)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    first = path.read_bytes()
    LinearRegression().fit(X, Y).plot("squares", path)
    assert path.read_bytes() == first
    if suffix == "svg":
        assert "sum of the squares" in "".join(ET.parse(path).getroot().itertext())


def test_refusals(tmp_path):
    line = LinearRegression().fit(X, Y)
    with pytest.raises(GlassnetError, match="unknown kind of plot 'pie'; choose from fit, squares"):
        line.plot("pie")
    with pytest.raises(GlassnetError, match=r"ends in \.png, \.svg or \.pdf"):
        line.plot(path=tmp_path / "line.gif")
    with pytest.raises(GlassnetError, match="nowhere does not exist; create it first"):
        line.plot(path=tmp_path / "nowhere" / "line.png")
    three = LinearRegression().fit(np.random.default_rng(0).normal(size=(9, 3)), np.arange(9.0))
    with pytest.raises(GlassnetError, match="one or two numeric inputs"):
        three.plot()
    cities = LinearRegression(terms=[Categorical()]).fit(["a", "b", "a", "b"], [1, 2, 3, 4])
    with pytest.raises(GlassnetError, match="one or two numeric inputs"):
        cities.plot()
    assert cities.plot("residuals").axes
    assert list(tmp_path.iterdir()) == []
