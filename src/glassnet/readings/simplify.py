"""Reading a graph by rewriting it: the same function, computed with fewer operations or without losing digits.

Losses are written as in the textbook, −Σ t·log(p), which overflows where p comes from a softmax or a sigmoid. Rules
rewrite that into the form that is computed from the logits.

Equal variables become one, but not across layers: each layer keeps what it computes, so that it can be drawn and asked
about by its name. The loss and the optimiser, which belong to no layer, use what the layers have computed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np

from glassnet.ir.graph import Constant, Equation, Graph, Source, Var, operand
from glassnet.ir.origin import within
from glassnet.ops.elementwise import negative, sigmoid_cross_entropy, softplus
from glassnet.ops.reduce import log_softmax, softmax_cross_entropy

NAMES = ("named",)
WRITTEN = ("log", "named")
"""What is kept to explain a graph by its names; and with logarithms of probabilities, as losses are written."""
Rule = Callable[[Var], Var | None]


def simplify(outputs: Mapping[str, Var], *, keep: Collection[str] = ()) -> dict[str, Var]:
    """Rewrite the graph of these outputs by every rule, from its sources up, and merge what is equal.

    The operations to ``keep`` are left as they are written: to be explained, not to be computed with.

    >>> from glassnet.ir import source
    >>> from glassnet.ops import log, softmax
    >>> x = source("input", "x", (3,), "float64")
    >>> print(Graph(simplify({"y": log(softmax(x))})))
    x : input float64[3]
    a = log_softmax(x) : float64[3]
    return y = a
    """
    new: dict[Var, Var] = {}
    equal: dict[Equation | Source | Constant, dict[str, Var]] = {}
    for var in Graph(outputs).variables:
        with within(var.origin.path, var.origin.stage):
            rewritten = _rewritten(rebuilt(var, new), keep)
        new[var] = _merged(rewritten, equal.setdefault(rewritten.definition, {}))
    return {name: new[var] for name, var in outputs.items()}


def substituted(outputs: Mapping[str, Var], instead: Mapping[Var, Var]) -> dict[str, Var]:
    """The graph of these outputs with other variables ``instead`` of some; each must have the type of what it replaces.

    >>> from glassnet.ir import source
    >>> x = source("input", "x", (3,), "float64")
    >>> y = 2 * x
    >>> print(Graph(substituted({"y": y + 1}, {y: y * y})))
    x : input float64[3]
    a = multiply(2, x) : float64[3]
    b = multiply(a, a) : float64[3]
    c = add(b, 1) : float64[3]
    return y = c
    """
    new = dict(instead)
    for var in Graph(outputs).variables:
        if var not in new:
            with within(var.origin.path, var.origin.stage):
                new[var] = rebuilt(var, new)
    return {name: new[var] for name, var in outputs.items()}


def _merged(var: Var, known: dict[str, Var]) -> Var:
    """The variable of its layer that equals this one, if there is one; outside layers, that of any layer."""
    layer = var.origin.layer
    return known.setdefault(layer, var if layer else next(iter(known.values()), var))


def rebuilt(var: Var, new: Mapping[Var, Var]) -> Var:
    """The same equation over the rewritten operands."""
    if not isinstance(var.definition, Equation):
        return var
    inputs = tuple(new[v] for v in var.inputs)
    return var if inputs == var.inputs else var.definition.primitive(*inputs, **dict(var.definition.params))


def _rewritten(var: Var, keep: Collection[str]) -> Var:
    if not isinstance(var.definition, Equation) or (name := var.definition.primitive.name) in keep:
        return var
    if all(isinstance(v.definition, Constant) for v in var.inputs):
        return _folded(var, var.definition)
    for rule in RULES.get(name, ()):
        result = rule(var)
        if result is not None and result.type == var.type:
            return result
    return var


def _folded(var: Var, equation: Equation) -> Var:
    """The result of an equation of constants, as a constant. One that is not finite stays, to be found when it runs."""
    arrays = [v.definition.values.array for v in equation.inputs if isinstance(v.definition, Constant)]
    with np.errstate(all="ignore"):
        value = equation.primitive.kernel(*arrays, **dict(equation.params))
    return operand(value, var.dtype) if np.isfinite(value).all() else var


def _is_number(var: Var, number: float) -> bool:
    if var.is_result_of("broadcast"):
        return _is_number(var.inputs[0], number)
    return isinstance(var.definition, Constant) and bool(np.all(var.definition.values.array == number))


def _log_of_softmax(var: Var) -> Var | None:
    (x,) = var.inputs
    return log_softmax(*x.inputs) if x.is_result_of("softmax") else None


def _log_of_sigmoid(var: Var) -> Var | None:
    """log σ(z) = −softplus(−z)"""
    (x,) = var.inputs
    return -softplus(-x.inputs[0]) if x.is_result_of("sigmoid") else None


def _log_of_one_minus_sigmoid(var: Var) -> Var | None:
    """log(1 − σ(z)) = −softplus(z)"""
    (x,) = var.inputs
    if x.is_result_of("subtract") and _is_number(x.inputs[0], 1) and x.inputs[1].is_result_of("sigmoid"):
        return -softplus(x.inputs[1].inputs[0])
    return None


def _binary_cross_entropy(var: Var) -> Var | None:
    """−t ln σ(z) − (1 − t) ln(1 − σ(z)) as one operation of z and t, whose derivative is σ(z) − t"""
    yes, no = var.inputs
    if not (yes.is_result_of("negative") and yes.inputs[0].is_result_of("multiply") and no.is_result_of("multiply")):
        return None
    (t, log_p), (rest, log_q) = yes.inputs[0].inputs, no.inputs
    minus_z, z = _of_softplus(log_p), _of_softplus(log_q)
    if z is None or minus_z is not -z:
        return None
    return sigmoid_cross_entropy(z, t) if rest is 1 - t else None


def _of_softplus(var: Var) -> Var | None:
    """z of −softplus(z)"""
    if var.is_result_of("negative") and var.inputs[0].is_result_of("softplus"):
        return var.inputs[0].inputs[0]
    return None


def _cross_entropy(var: Var) -> Var | None:
    """−Σ t ln softmax(z) as one operation of z and t, whose derivative is softmax(z) − t"""
    (sum,) = var.inputs
    if not sum.is_result_of("sum") or not sum.inputs[0].is_result_of("multiply"):
        return None
    t, log_p = sum.inputs[0].inputs
    return (
        softmax_cross_entropy(*log_p.inputs, t) if log_p.is_result_of("log_softmax") and t.type == log_p.type else None
    )


def _times_one(var: Var) -> Var | None:
    x, y = var.inputs
    return y if _is_number(x, 1) else x if _is_number(y, 1) else None


def _plus_zero(var: Var) -> Var | None:
    x, y = var.inputs
    return y if _is_number(x, 0) else x if _is_number(y, 0) else None


def _power_one(var: Var) -> Var | None:
    x, y = var.inputs
    return x if _is_number(y, 1) else None


def _twice_negative(var: Var) -> Var | None:
    (x,) = var.inputs
    return x.inputs[0] if x.is_result_of(negative.name) else None


def _same_shape(var: Var) -> Var | None:
    """A name; a reshape, cast or broadcast to the type it has already."""
    return var.inputs[0]


RULES: dict[str, tuple[Rule, ...]] = {
    "log": (_log_of_softmax, _log_of_sigmoid, _log_of_one_minus_sigmoid),
    "multiply": (_times_one,),
    "add": (_plus_zero,),
    "power": (_power_one,),
    "subtract": (_binary_cross_entropy,),
    "negative": (_twice_negative, _cross_entropy),
    "named": (_same_shape,),
    "reshape": (_same_shape,),
    "cast": (_same_shape,),
    "broadcast": (_same_shape,),
}
"""For each operation, the rules that may replace its result; a result of another type is never accepted."""
