"""Any number of any network as a question: to be guessed before it is shown."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.inspection.names import state_name, with_place
from glassnet.inspection.neurons import input_names
from glassnet.ir.errors import GlassnetError
from glassnet.ir.expression import Expression, Number, Operation, fold
from glassnet.ir.graph import Source
from glassnet.network import Network
from glassnet.practice.arithmetic import Given, Mistaken, decimal, evaluated, letter, require_computed, shown
from glassnet.practice.by_hand import require_by_hand
from glassnet.practice.exercise import Exercise
from glassnet.practice.labels import activation_of
from glassnet.practice.learning import of_activation, of_halves
from glassnet.practice.question import Question
from glassnet.readings.explain import Explanation
from glassnet.readings.explain.arithmetic import Leaf
from glassnet.readings.explain.notation import Rest
from glassnet.train.optimizers import Optimizer


def question(network: Network, x: Any, name: str, y: Any = None, optimizer: Optimizer | None = None) -> Question:
    """A number of a network's explanation, whatever its layers and size, to be worked out before one sees it.

    ``question.check(guess)`` says whether a guess is right, or which slip gives it; ``question.about`` to how many
    decimals it is asked for, where these are more than three; ``question.hints`` how it is worked out. Long sums have
    their largest terms, and the others as one number, as they are shown.

    Args:
        network: any network. x: its input; y: its target, for losses and gradients; optimizer: for updates.
        name: as it is printed: "w1", "relu(w1)", "loss", "δw1", "∂loss/∂w.weights[0, 1]", "new w.biases[1]"

    Raises:
        GlassnetError: there is no such number, or it was given, or is too large to be written.

    >>> import glassnet as gn
    >>> from glassnet.practice import question
    >>> w1 = question(gn.lecture("2-4-3-1"), [0.4, -0.7], "w1")
    >>> w1.check("0.61")
    Not yet. It looks as if the bias 0.1 was forgotten.
    >>> w1.check(0.71)
    Right: w1 = 0.71
    """
    explanation = network.explain(x, y, optimizer=optimizer)[name]
    if _is_by_hand(network) and np.ndim(x) == 1:
        require_computed(explanation)
        return Exercise(network, x, y, optimizer, [name], is_rounded=False).questions[-1]
    return of_number(network, explanation)


def of_number(network: Network, explanation: Explanation) -> Question:
    """A question for a number whose explanation is there; what GlassnetError says is as in :func:`question`."""
    require_computed(explanation)
    try:
        expression = _converted(explanation, network)
        value, is_rounded = evaluated(expression)
    except (ArithmeticError, ValueError):
        raise GlassnetError(f"{explanation.name} is no number that one could write: {explanation.value}") from None
    halves = of_halves(expression) if explanation.name.startswith(("loss", "δ", "∂loss/∂")) else ()
    activation = of_activation(explanation.name, expression) if activation_of(explanation.name) else ()
    return Question(explanation.name, "", explanation, expression, value, is_rounded, (*halves, *activation))


def _is_by_hand(network: Network) -> bool:
    try:
        require_by_hand(network)
    except GlassnetError:
        return False
    return True


def _converted(explanation: Explanation, network: Network) -> Expression:
    """The arithmetic as it is shown, with the name of each number."""
    children = {child.place: child for child in explanation.children}

    def converted(number: Number) -> Expression:
        child = children.get(number.place) if isinstance(number, Leaf) else None
        if child is not None:
            return _computed(child)
        return _source(number, network) if isinstance(number, Leaf) else _literal(number)

    assert explanation.shown is not None
    return fold(explanation.shown, converted, lambda operator, parts: Operation(operator, tuple(parts)))


def _literal(number: Number) -> Given:
    value = decimal(number.value)
    text = f"the other {number.count} terms" if isinstance(number, Rest) else shown(value)
    return Given(value, text, text if isinstance(number, Rest) else f"the number {text}", "number")


def _computed(child: Explanation) -> Given:
    """A number that was computed; what an activation made of a sum may be taken for the sum itself."""
    value = decimal(child.value)
    name = child.name or shown(value)
    call = activation_of(name)
    before = next((one for one in child.children if call and one.name == call[1]), None)
    mistaken = (
        ()
        if before is None
        else (Mistaken(decimal(before.value), f"{before.name}, before its activation,", "no activation"),)
    )
    return Given(value, name, f"{name} = {shown(value)}", "value", True, mistaken, letter(name))


def _source(leaf: Leaf, network: Network) -> Given:
    """A number that was given, with its name as it is printed."""
    definition, index, value = leaf.var.definition, leaf.index, decimal(leaf.value)
    if not isinstance(definition, Source):
        return _literal(leaf)
    name = with_place(state_name(definition.name), index)
    if definition.name.endswith(".biases"):
        return Given(value, name, f"the bias {shown(value)}", "bias", letters=letter(name))
    if definition.name == "y":
        return Given(value, "target", f"the target {shown(value)}", "target")
    if definition.name == "x":
        name = input_names(network)[index[1:]]
    kind = "weight" if definition.kind == "parameter" else definition.kind
    return Given(value, name, f"{name} = {shown(value)}", kind, letters=letter(name))
