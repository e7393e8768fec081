"""The page *Line* as Python."""

from __future__ import annotations

from collections.abc import Iterator

from glassnet.lab.line.state import State
from glassnet.lab.script import listed
from glassnet.regression.trial import input_names


def script(state: State) -> str:
    """The points and the line of a state; ``line`` has all numbers of the page.

    >>> from glassnet.lab.line.state import opened
    >>> print(script(opened("names=x,y&points=1,2;2,4;4,5&line=0.5,3&rate=0.1&steps=2")))
    import glassnet as gn
    from glassnet.regression import TrialLine
    <BLANKLINE>
    x = [1.0, 2.0, 4.0]
    y = [2.0, 4.0, 5.0]
    line = TrialLine(x, y, [0.5], 3.0, learning_rate=0.1, new=[2.3])
    line, path = line.descend(2)  # steps of gradient descent
    <BLANKLINE>
    for name in ("m", "b", "SSE", "MSE", "prediction of the new point"):
        print(line[name])
    """
    return "\n".join(_lines(state))


def _lines(state: State) -> Iterator[str]:
    names = input_names(state.inputs)
    yield "import glassnet as gn"
    yield "from glassnet.regression import TrialLine"
    yield ""
    for name, column in zip((*names, "y"), zip(*state.points, strict=True), strict=True):
        yield listed(name, column)
    x = "x" if state.inputs == 1 else f"list(zip({', '.join(names)}))"
    chosen = f"{list(state.start[:-1])}, {state.start[-1]!r}"
    if state.is_fitted:
        yield f"best = gn.LinearRegression().fit({x}, y)"
        chosen = "best.coefficients, best.intercept"
    yield f"line = TrialLine({x}, y, {chosen}, learning_rate={state.rate!r}, new={list(state.new)})"
    yield from _walk(state)
    yield ""
    shown = (*state.names, "SSE", "MSE", "prediction of the new point")
    yield f"for name in ({', '.join(f'{chr(34)}{name}{chr(34)}' for name in shown)}):"
    yield "    print(line[name])"


def _walk(state: State) -> Iterator[str]:
    """The steps of gradient descent; where they diverge, the line is the last one on the way."""
    walk = f"line, path = line.descend({state.steps})  # steps of gradient descent"
    if state.walk[1]:
        yield "try:"
        yield f"    {walk}"
        yield "except gn.DivergenceError as error:"
        yield "    print(error)"
        yield "    line = line.at(error.path.parameters[-1])"
    elif state.steps:
        yield walk
