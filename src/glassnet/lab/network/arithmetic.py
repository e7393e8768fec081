"""Lines of arithmetic on the page *Network*, what mattered most in them, and the Python that gives their numbers."""

from __future__ import annotations

import json
import re

from glassnet.lab.network.messages import Mattered, Term
from glassnet.lab.network.state import State
from glassnet.lab.shown import ShownLine
from glassnet.readings.explain import Explanation
from glassnet.words import number

MOST_TERMS = 8
FEW = 8  # inputs that are written in a line of Python


PRODUCT = re.compile(r"A\d+\[\d+, \d+\]|c\d+\[\d+\]")


def is_product(name: str) -> bool:
    """Whether it is the name of a number of a product of layers: A2[0, 1] or c2[1]."""
    return PRODUCT.fullmatch(name) is not None


def line_of(explanation: Explanation) -> ShownLine:
    """The line of one number."""
    return ShownLine(0, explanation.told, explanation.name)


def mattered(explanation: Explanation) -> Mattered:
    """The largest terms of a sum, by their size."""
    named = [term for term in explanation.contributions if term[0]]
    largest = max((abs(value) for _, _, value in named), default=0.0)
    if len(named) < 2:
        return Mattered(explanation.name, ())
    first = sorted(named, key=lambda term: -abs(term[2]))[:MOST_TERMS]
    terms = (Term(names[0], text, number(value, 3), abs(value) / (largest or 1.0)) for names, text, value in first)
    return Mattered(explanation.name, tuple(terms))


def python_of(state: State, name: str) -> str:
    """The Python that gives a number, after the page's script."""
    few = state.x.size <= FEW
    x = json.dumps(state.x.tolist()) if few and len(state.network.input_shape) == 1 else "x"
    if is_product(name):
        return f'net.collapse()["{name}"]'
    y = "" if state.y is None else f", {json.dumps(state.y)}"
    loss = f', loss="{state.loss}"' if state.loss and y else ""
    return f'net.explain({x}{y}{loss})["{name}"]'
