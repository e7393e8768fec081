"""The arithmetic of a linear piece gives its formula."""

from __future__ import annotations

import pytest

from glassnet.ir.errors import GlassnetError
from glassnet.lab.network.messages import Hide, Open
from glassnet.lab.page import Nothing
from glassnet.lab.pages.network import NetworkPage
from glassnet.lab.shown import Ask
from tests.lab.honest import check_line

RELU = "example=1-3-3-1&A, B, C.activation=relu"


@pytest.mark.parametrize("fragment", ["example=1-3-3-1", RELU, "example=1-3-3-1&A, B, C.activation=leaky_relu"])
def test_slope_and_intercept_are_the_formulas(alone: NetworkPage, fragment: str) -> None:
    alone.open(Open(fragment))
    pieces = alone._state.network.pieces().pieces
    for formula, piece in zip(alone.function(Nothing()).pieces, pieces, strict=True):
        lines = [check_line(line.text) for line in alone.why(Ask(formula.name)).lines]
        found = {name: float(result) for name, result in lines}
        assert lines[0][0] == "∂y/∂x"
        assert found["∂y/∂x"] == pytest.approx(float(piece.slope), rel=1e-3)
        assert found[f"intercept of {formula.name}"] == pytest.approx(float(piece.intercept), rel=1e-3, abs=1e-9)
        assert "y" in found


@pytest.mark.parametrize("activation", ["relu", "hard_sigmoid"])
def test_a_region_has_a_slope_for_each_input(alone: NetworkPage, activation: str) -> None:
    alone.open(Open(f"example=2-4-3-1&w.activation={activation}"))
    regions = alone._state.network.regions(-1, 1).regions
    formulas = [one for one in alone.function(Nothing()).pieces if one.name]
    assert len(formulas) == min(len(regions), 10)
    for formula, region in zip(formulas, regions, strict=False):
        lines = alone.why(Ask(formula.name)).lines
        found = {name: float(result) for name, result in (check_line(line.text) for line in lines)}
        assert [found["∂z/∂u"], found["∂z/∂v"]] == pytest.approx(list(map(float, region.slopes)), rel=1e-3, abs=1e-9)
        assert found[f"intercept of {formula.name}"] == pytest.approx(float(region.intercept), rel=1e-3, abs=1e-9)


def test_what_there_is_not_is_said(alone: NetworkPage) -> None:
    alone.open(Open(RELU))
    with pytest.raises(GlassnetError, match="there is no piece 9"):
        alone.why(Ask("piece 9"))
    alone.hide(Hide(("y",)))
    with pytest.raises(GlassnetError, match="hidden"):
        alone.why(Ask("piece 1"))
