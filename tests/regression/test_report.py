"""The quartet side by side."""

from glassnet.regression import quartet_rows, quartet_table


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
