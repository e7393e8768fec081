"""Predict, then reveal: hidden numbers, and what comes back for a guess."""

from __future__ import annotations

from glassnet.ir.require import require
from glassnet.lab.network.state import State
from glassnet.lab.shown import Guess, Guessed, guessed, in_sight
from glassnet.network import Network
from glassnet.readings.explain import Explanation


def checked(state: State, network: Network, given: Guess) -> Guessed:
    """Whether a guess is right, or which slip gives it.

    Raises:
        GlassnetError: the number is not hidden, or the guess is no number.
    """
    require(given.name in state.hidden, f"{given.name} is not hidden")
    return guessed(network, state.input, given)


def require_seen(state: State, asked: Explanation, levels: int) -> None:
    """Refuse arithmetic that would give a hidden number away."""
    if not state.hidden:
        return
    hidden = set(state.hidden)
    require(asked.name not in hidden, f"{asked.name} is hidden: guess it first, or reveal it")
    inside = sorted({child.name for one in in_sight(asked, levels) for child in one.children} & hidden)
    require(not inside, f"the arithmetic of {asked.name} has {', '.join(inside)} in it, which you are to guess first")
