"""Names of the user's in plots: shown as they are, in any script, and in files that are valid."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

import glassnet as gn

NAMES = {
    "$x_$ and $y^2$": "$x_$ and $y^2$",
    r"$\frac$": r"$\frac$",
    "a\x1b[31mred\x00": "a�[31mred�",
    "\ud800\ufffe\x9b": "���",
    "abc\u202etxt.exe": "abc�txt.exe",
    "a & <b>": "a & <b>",
    "日本語": "日本語",
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_a_columns_name_is_shown_and_not_obeyed(name: str, kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"line.{kind}"
    figure = gn.LinearRegression().fit({name: [1.0, 2, 3]}, [1.0, 2, 4]).plot(path=path)
    assert figure.axes[0].get_xlabel() == NAMES[name]
    if kind == "svg":
        texts = [element.text for element in ElementTree.parse(path).iter() if element.tag.endswith("text")]
        assert NAMES[name] in texts


def test_both_inputs_of_a_plane(tmp_path: Path) -> None:
    table = {"$a$": [1.0, 2, 3, 4], "b\x1b": [1.0, 0, 2, 1]}
    (axes,) = gn.LinearRegression().fit(table, [1.0, 2, 2, 5]).plot(path=tmp_path / "plane.svg").axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("$a$", "b�")
    ElementTree.parse(tmp_path / "plane.svg")


def test_powers_of_ten_on_an_axis_stay_raised(tmp_path: Path) -> None:
    model = gn.LinearRegression(method="gradient descent").fit([1.0, 2, 3], [1.0, 2, 4])
    model.plot("path", path=tmp_path / "path.svg")
    assert "mathdefault" not in "".join(ElementTree.parse(tmp_path / "path.svg").getroot().itertext())
