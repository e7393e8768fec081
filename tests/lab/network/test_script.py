"""The page *Network* as a script: running it makes the same numbers, bit for bit."""

from __future__ import annotations

import pytest

from glassnet.lab.network.messages import Open, Resize
from glassnet.lab.pages.network import NetworkPage
from glassnet.lab.shown import Ask, why
from tests.lab.scripts import ran

FRAGMENTS = [
    "example=2-4-3-1",
    "example=2-4-3-1&u=1/3&h.biases[2]=-2&w.weights[0,1]=1/7",
    "example=2-4-3-1&w.activation=relu&h.activation=tanh&target=1&u=0.1",
    "example=1-3-3-1&A, B, C.activation=leaky_relu&D, E, F.weights[0,0]=1/3",
    "example=2-4-3-1&target=0.3&loss=huber",
    "example=1-3-3-1&merged=3",
]


@pytest.mark.parametrize("own", [False, True], ids=["example", "own"])
@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_its_numbers_are_those_of_the_page(alone: NetworkPage, fragment: str, own: bool) -> None:
    view = alone.open(Open(fragment))
    if own and not view.collapsed:
        view = alone.resize(Resize(2, 4))
    left = ran(alone.script())
    state = alone._state
    assert left["net"](left["x"]).tobytes() == state.network(state.input).tobytes()
    for name, array in state.network.parameters.items():
        assert left["net"].parameters[name].tobytes() == array.tobytes()
    asked = view.outputs[0].name if not view.collapsed else "D"
    expected = why(state.network.explain(state.input, state.y, loss=state.loss_or_none)[asked], 6).lines
    assert why(left["explanation"][asked], 6).lines == expected
    if view.loss is not None:
        assert (
            left["explanation"].loss.value
            == state.network.explain(state.input, state.y, loss=state.loss_or_none).loss.value
        )


@pytest.mark.parametrize("name", ["w1", "z", "w.weights[0, 1]", "target", "loss", "A2[0, 1]"])
def test_the_line_of_a_number_gives_it(alone: NetworkPage, name: str) -> None:
    """``explanation.python``, after the script, is the number that was asked for."""
    alone.open(Open("example=2-4-3-1&u=1/3&target=1"))
    answer = alone.why(Ask(name, 0))
    found = eval(answer.python, ran(alone.script()))
    assert found.told == answer.lines[0].text
