"""The slips of learning and of activations: those that belong to one sort of question, whatever its arithmetic is."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from glassnet.ir.expression import Expression, Operation, fold
from glassnet.practice.arithmetic import Given, givens, shown
from glassnet.practice.labels import Labels, Place, activation_of
from glassnet.practice.slips import Change, product_of, replaced

ACTIVATIONS = ("relu", "sigmoid", "tanh")
"""What one can take for another."""


def number(value: int | Fraction) -> Given:
    """A number that no formula of the network has."""
    return Given(Fraction(value), str(value), f"the number {value}", "number")


def of_question(name: str, expression: Expression, labels: Labels) -> Iterator[Change]:
    """What goes wrong in a question of this name."""
    if activation_of(name):
        yield from of_activation(name, expression)
    if name == "loss":
        yield from _of_answers(expression, expression)
    if name == "loss" or name.startswith(("δ", "∂loss/∂")):
        yield from of_halves(expression)
    if name.startswith("δ"):
        yield from _of_delta(name.removeprefix("δ"), expression)
    place = labels.place_of(name)
    if name.startswith("∂loss/∂"):
        yield from _of_flow(name, expression, labels) if place is None else _of_gradient(place, expression, labels)


# ── activations ─────────────────────────────────────────────────────────────────────────────────────────────────────


def of_activation(name: str, expression: Expression) -> Iterator[Change]:
    """The activation left out, or another one taken."""
    activation, neuron = activation_of(name) or ("", "")
    z = next(given for given in givens(expression) if given.name == neuron)
    yield Change("forgotten activation", f"{activation} was left out: that is {neuron} itself", 1, z)
    for other in ACTIVATIONS if activation in ACTIVATIONS else ():
        if other != activation:
            words = f"{other} was taken instead of {activation}"
            yield Change("other activation", words, 3, _activated(other, z))


def _activated(activation: str, z: Expression) -> Expression:
    if activation == "sigmoid":
        exponential = Operation("exp", (Operation("negative", (z,)),))
        return Operation("quotient", (number(1), Operation("sum", (number(1), exponential))))
    return Operation(activation, (z,))


# ── the loss, δ and gradients ───────────────────────────────────────────────────────────────────────────────────────


def of_halves(expression: Expression) -> Iterator[Change]:
    """The ½ that some books have before a squared loss, and the 2 of its derivative."""
    yield Change("factor of 2", "there is a factor of 2 too many", 3, product_of(number(2), expression))
    half = number(Fraction(1, 2))
    yield Change("factor of 1/2", "there is a factor of 1/2 too many, or a 2 missing", 3, product_of(half, expression))


def _of_answers(part: Expression, loss: Expression) -> Iterator[Change]:
    """The logarithm of 1 - p taken for that of p, or the other way round."""
    if not isinstance(part, Operation):
        return
    given = next((given for given in givens(part) if given.kind == "value"), None)
    if part.operator == "log" and given:
        is_itself = part.arguments == (given,)
        other = Operation("sum", (number(1), Operation("negative", (given,)))) if is_itself else given
        written = f"1 - {given.name}" if is_itself else given.name
        words = f"the logarithm of {written} was taken, as for the other target"
        yield Change("other target", words, 2, replaced(loss, part, Operation("log", (other,))))
    for argument in part.arguments:
        yield from _of_answers(argument, loss)


def _of_delta(neuron: str, expression: Expression) -> Iterator[Change]:
    """What goes wrong in a δ, which is a product: a difference from the target, or a gradient and a derivative."""
    if not isinstance(expression, Operation) or expression.operator != "product":
        return
    for factor in expression.arguments:
        if isinstance(factor, Operation) and factor.operator == "sum" and _has_target(factor):
            square = Operation("power", (factor, number(2)))
            yield Change("loss for its derivative", "that is the squared difference, not its derivative", 1, square)
        slope = factor.name.removeprefix("∂loss/∂") if isinstance(factor, Given) else ""
        if call := activation_of(slope):
            yield from _of_derivative(neuron, slope, call[0], factor, expression)


def _of_derivative(
    neuron: str, output: str, activation: str, slope: Expression, expression: Operation
) -> Iterator[Change]:
    """The derivative of an activation taken for its value; that of relu for 0 where it is 1, or for 1."""
    kind, words = "value for derivative", f"{output} was used instead of the derivative of {activation}"
    conditions = [part for part in expression.arguments if isinstance(part, Operation) and part.operator == "greater"]
    for condition in conditions:
        value = _activated(activation, condition.arguments[0])
        yield Change(kind, f"{words}, which is 0 or 1", 1, product_of(slope, value))
        yield Change("derivative of relu", f"the derivative of {activation} was taken for 0", 1, number(0))
        yield Change("derivative of relu", f"the derivative of {activation} at {neuron} was taken for 1", 1, slope)
    values = [given for given in givens(expression) if given.name == output]
    if values and not conditions:
        yield Change(kind, words, 1, product_of(slope, values[0]))


def _has_target(expression: Expression) -> bool:
    return any(given.kind == "target" for given in givens(expression))


def _of_flow(name: str, expression: Expression, labels: Labels) -> Iterator[Change]:
    """The gradient for a value: the value itself taken instead of a weight that leads on from it."""
    value = labels.known.get(name.removeprefix("∂loss/∂"))
    for weight in givens(expression) if value else ():
        if weight.kind == "weight" and value:
            words = f"{value.words} was used instead of {weight.words}"
            yield Change("value for weight", words, 2, replaced(expression, weight, value))


def _of_gradient(place: Place, expression: Expression, labels: Labels) -> Iterator[Change]:
    yield from (_of_weight if place.what == "weights" else _of_bias)(place, expression, labels)


def _of_weight(place: Place, expression: Expression, labels: Labels) -> Iterator[Change]:
    """∂loss/∂w is the number that the weight w multiplies, times δ: not w, and not another number."""
    right = labels.sources(place.layer)[place.index[0]]
    fed = next((given for given in givens(expression) if given.name == right), None)
    if fed is None:
        return
    weight = labels.parameter(place)
    words = f"the weight {shown(weight.value)} itself was used instead of {fed.words}"
    yield Change("weight for input", words, 1, replaced(expression, fed, weight))
    for i, _ in enumerate(labels.sources(place.layer)):
        other = labels.source(place.layer, i)
        if other.name != fed.name:
            yield Change(
                "another input", f"{other.words} was used instead of {fed.words}", 2, replaced(expression, fed, other)
            )


def _of_bias(place: Place, expression: Expression, labels: Labels) -> Iterator[Change]:
    """∂loss/∂b is δ: what is added counts once."""
    bias = labels.parameter(place)
    yield Change("bias taken for a constant", "the bias was taken for a constant, with the derivative 0", 1, number(0))
    yield Change("δ forgotten", "that is only the derivative of the sum, 1: δ is missing", 2, number(1))
    words = f"{bias.words} was multiplied with δ, but the bias itself is not in its gradient"
    yield Change("bias for input", words, 2, product_of(bias, expression))
    for i, _ in enumerate(labels.sources(place.layer)):
        fed = labels.source(place.layer, i)
        words = f"δ was multiplied with {fed.words}, as for a weight"
        yield Change("as for a weight", words, 2, product_of(fed, expression))


# ── updates ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def with_old_values(name: str, expression: Expression) -> Expression:
    """The arithmetic of an update, in which weights and biases are the old values of what is asked for."""

    def renamed(given: Given) -> Expression:
        if given.kind not in ("weight", "bias"):
            return given
        words = f"the old value {shown(given.value)}"
        return Given(
            given.value, name.removeprefix("new "), words, "old", mistaken=given.mistaken, letters=given.letters
        )

    return fold(expression, renamed, lambda operator, parts: Operation(operator, tuple(parts)))
