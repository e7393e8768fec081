"""Reading a graph by differentiating it: a graph in, the graph of its gradients out (reverse mode)."""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Equation, Graph, Var, describe, operand
from glassnet.ir.origin import within
from glassnet.ir.types import FLOATS
from glassnet.ops.layout import broadcast, reshape
from glassnet.ops.reduce import sum


def gradients(loss: Var, wrt: Sequence[Var]) -> list[Var]:
    """∂loss/∂v for each v, as variables of the graph; zeros where the loss does not depend on v.

    Args:
        loss: a scalar (a variable of shape ()).
        wrt: any variables: parameters, inputs, or results in between.

    Raises:
        GlassnetError: the loss is not a scalar, or an operation on the way has no derivative.

    >>> from glassnet.ir import source
    >>> x = source("input", "x", (), "float64")
    >>> from glassnet.readings.simplify import simplify
    >>> [slope] = gradients(x**2, [x])
    >>> print(Graph(simplify({"slope": slope})))
    x : input float64[]
    a = multiply(2, x) : float64[]
    return slope = a
    """
    if loss.shape != ():
        raise GlassnetError(
            f"only a single number can be differentiated; {describe(loss)} is {loss.type}; take its mean"
        )
    gradient_of: dict[Var, Var] = {loss: operand(1.0, loss.dtype)}
    needed = _depend_on(Graph({"loss": loss}), set(wrt))
    for var in reversed(Graph({"loss": loss}).variables):
        g = gradient_of.get(var)
        if g is None or not isinstance(var.definition, Equation):
            continue
        with within(var.origin.path, "gradient"):
            for x, contribution in _contributions(var, var.definition, g, needed):
                gradient_of[x] = gradient_of[x] + contribution if x in gradient_of else contribution
    return [gradient_of[v] if v in gradient_of else broadcast(operand(0.0, v.dtype), v) for v in wrt]


def _depend_on(graph: Graph, wrt: set[Var]) -> set[Var]:
    """The variables that depend on ``wrt``: only their gradients are needed."""
    needed = set(wrt)
    for var in graph.variables:
        if any(v in needed for v in var.inputs):
            needed.add(var)
    return needed


def _contributions(y: Var, equation: Equation, g: Var, needed: set[Var]) -> list[tuple[Var, Var]]:
    """(operand, what the gradient g of y adds to its gradient), for each operand that needs one."""
    wanted = [x in needed and x.dtype in FLOATS for x in equation.inputs]
    if not any(wanted):
        return []
    primitive = equation.primitive
    if primitive.vjp is None:
        where = f" (in {y.origin.path})" if y.origin.path else ""
        raise GlassnetError(
            f"'{primitive.name}'{where} works forward only: it has no useful derivative, so nothing before it can "
            "learn by gradients; choose another activation to train, such as sigmoid"
        )
    parts = primitive.vjp(g, y, *equation.inputs, **dict(equation.params))
    return [
        (x, _undo_broadcast(part, x))
        for x, part, want in zip(equation.inputs, parts, wanted, strict=True)
        if want and part is not None
    ]


def _undo_broadcast(g: Var, x: Var) -> Var:
    """The gradient in the shape of x: a number that was repeated gets the sum of its copies' gradients."""
    if g.shape == x.shape:
        return g
    extra = len(g.shape) - len(x.shape)
    repeated = [extra + axis for axis, dim in enumerate(x.shape) if dim == 1 and g.shape[extra + axis] != 1]
    axes = (*range(extra), *repeated)
    summed = sum(g, axes, keepdims=True) if axes else g
    return reshape(summed, shape=x.shape) if summed.shape != x.shape else summed
