"""The summary fits the terminal; the quartet side by side."""

import re

import numpy as np
import pytest

from glassnet.regression import Categorical, LinearRegression, quartet_rows, quartet_table


def test_the_quartet_agrees_to_two_decimals():
    rows = {name: cells for name, *cells in quartet_rows()}
    assert rows[""] == ["I", "II", "III", "IV"]
    for name, value in {
        "mean of x": "9.00",
        "variance of x": "11.00",
        "mean of y": "7.50",
        "intercept": "3.00",
        "slope": "0.50",
        "R²": "0.67",
    }.items():
        assert rows[name] == [value] * 4
    # These two agree only nearly.
    assert rows["correlation"] == ["0.816", "0.816", "0.816", "0.817"]
    assert rows["variance of y"] == ["4.13", "4.13", "4.12", "4.12"]
    assert rows["exact slope"] == ["5501/11000", "1/2", "5497/11000", "5499/11000"]


def test_the_table_lines_up():
    lines = quartet_table().splitlines()
    assert len({line.index(cell) for line, cell in zip(lines[2:5], ("9.00", "11.00", "7.50"), strict=True)}) == 1


LONG = "the mean temperature of the day, in degrees Celsius, at two metres above the ground"


def summaries():
    rng = np.random.default_rng(0)
    wild = {f"input number {i}": rng.normal(size=40) * 10.0**power for i, power in enumerate((-120, -9, 0, 9, 120))}
    cities = {"city": [f"Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch {i % 4}" for i in range(40)]}
    y = rng.normal(size=40)
    return {
        "one input": LinearRegression().fit(rng.normal(size=40), y),
        "wild units": LinearRegression().fit(wild, -y * 1e-100),
        "long names": LinearRegression().fit({LONG: y, f"{LONG}, later": y**2}, {f"{LONG}, next year": y**3}),
        "one long word": LinearRegression(terms=[Categorical("city")]).fit(cities, y),
        "no errors": LinearRegression().fit([[1, 2.5], [3, -1e-9], [5, 1e300 * 0]], [1e-7, 2, 4]),
        "descent": LinearRegression(method="gradient descent", steps=7).fit(rng.normal(size=(40, 2)) + 3, y),
    }


@pytest.mark.parametrize("name", summaries())
def test_a_summary_fits_eighty_columns_and_leaves_nothing_out(name):
    model = summaries()[name]
    text = model.summary()
    assert max(map(len, text.splitlines())) <= 80
    words = re.sub(r"\s", "", text)
    for part in [*model.names, "standard error", "from (95 %)", "adjusted R²"]:
        assert re.sub(r"\s", "", part) in words or name in ("long names", "one long word")
    if name in ("long names", "one long word"):
        for part in model.names:
            assert all(piece in words for piece in re.findall(r"[\w,]{1,20}", part))
    numbers = [float(written.replace("−", "-")) for written in re.findall(r"−?\d[\d.]*(?:e−?\d+)?", text)]
    for value in model.parameters:
        assert any(number == pytest.approx(value, rel=5e-6) for number in numbers)


def test_what_is_shown_in_a_summary_is_what_the_model_holds():
    rng = np.random.default_rng(1)
    model = LinearRegression().fit({"a": rng.normal(size=30), "b": rng.normal(size=30)}, rng.normal(size=30))
    rows = {line.split()[0]: line.split()[1:] for line in model.summary().splitlines() if line.startswith(("a ", "b "))}
    for i, name in ((1, "a"), (2, "b")):
        low, high = model.confidence_interval()[i]
        shown = [float(cell.replace("−", "-")) for cell in rows[name]]
        true = [model.parameters[i], model.standard_errors[i], model.t[i], model.p[i], low, high]
        assert shown == pytest.approx(true, rel=5e-3)
        assert shown[0] == pytest.approx(true[0], rel=5e-6)
