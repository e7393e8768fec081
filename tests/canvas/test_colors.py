"""One theme: whatever is drawn by us or by a lesson, the same thing has the same colour."""

import re
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
from matplotlib.colors import to_hex

import glassnet as gn
from glassnet.canvas.colors import DARK, LIGHT, Theme
from glassnet.lessons.quartet import Quartet, quartet

ROOT = Path(__file__).parents[2]
GREY = re.compile(r"#(..)\1\1")


def hexes(text: str) -> set[str]:
    return {found.lower() for found in re.findall(r"#[0-9a-fA-F]{6}\b", text)}


@pytest.mark.parametrize("folder", ["src/glassnet", "docs", "examples"])
def test_colours_are_the_themes_or_greys(folder: str) -> None:
    """Black, white and greys stand on pixels, which are grey themselves."""
    theme = {str(getattr(LIGHT, field.name)) for field in fields(Theme)}
    for path in [*(ROOT / folder).rglob("*.py"), *(ROOT / folder).rglob("*.md")]:
        if path.name != "colors.py":
            found = {color for color in hexes(path.read_text(encoding="utf-8")) if not GREY.fullmatch(color)}
            assert found <= theme, f"{path.relative_to(ROOT)} has colours of its own"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_points_are_blue_and_networks_orange_in_every_plot(theme: Theme) -> None:
    plain = gn.LinearRegression().fit([1, 2, 3], [2, 4, 5]).plot(dark=theme is DARK)
    assert to_hex(plain.axes[0].lines[1].get_color()) == theme.positive
    contest = contests().plot(dark=theme is DARK).axes[0]
    assert to_hex(contest.lines[0].get_color()) == theme.positive
    assert to_hex(contest.lines[-1].get_color()) == theme.negative


@cache
def contests() -> Quartet:
    return quartet(hidden=1)


def test_histories_and_rates_have_the_themes_colours() -> None:
    net = gn.Network(1, gn.Dense(1))
    history = net.fit([[1.0], [2.0]], [[1.0], [2.0]], epochs=2, validation=([[3.0]], [[3.0]]))
    training, validation = history.plot().axes[0].lines
    assert (to_hex(training.get_color()), to_hex(validation.get_color())) == (LIGHT.positive, LIGHT.negative)
    losses, suggestion = gn.find_learning_rate(net, [[1.0], [2.0]], [[1.0], [2.0]], steps=5).plot().axes[0].lines
    assert (to_hex(losses.get_color()), to_hex(suggestion.get_color())) == (LIGHT.positive, LIGHT.negative)
