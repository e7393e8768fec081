"""Reading a graph by differentiating it: a graph in, the graph of its gradients out (reverse mode)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Equation, Graph, Var, describe, operand, source
from glassnet.ir.origin import within
from glassnet.ir.types import FLOATS
from glassnet.ops.elementwise import Elementwise
from glassnet.ops.layout import broadcast, named, reshape
from glassnet.ops.reduce import sum
from glassnet.readings.simplify import substituted


@dataclass(frozen=True)
class Function:
    """A result that is one function of each number of ``of``, such as relu(w): by its name, "relu"."""

    name: str
    of: Var


Functions = Mapping[Var, Function]


def gradients(loss: Var, wrt: Sequence[Var], functions: Functions | None = None) -> list[Var]:
    """∂loss/∂v for each v, as variables of the graph; zeros where the loss does not depend on v.

    Args:
        loss: a scalar (a variable of shape ()).
        wrt: any variables: parameters, inputs, or results in between.
        functions: results whose derivative is to be one variable, named relu' say, as in ∂loss/∂relu(w) · relu'(w).

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
    return _pulled_back(loss, operand(1.0, loss.dtype), wrt, functions or {})


def _pulled_back(y: Var, seed: Var, wrt: Sequence[Var], functions: Functions) -> list[Var]:
    """For each v what the gradient ``seed`` of y gives it."""
    graph = Graph({"y": y})
    gradient_of: dict[Var, Var] = {y: seed}
    needed = _depend_on(graph, set(wrt))
    within_functions = {v: f.of for result, f in functions.items() for v in (result, *_between(result, f.of))}
    for var in reversed(graph.variables):
        g = gradient_of.get(var)
        if g is None or not isinstance(var.definition, Equation):
            continue
        with within(var.origin.path, "gradient"):
            passed = within_functions.get(var)
            contributions = [(x, c) for x, c in _contributions(var, var.definition, g, needed) if x is not passed]
            if var in functions and passed in needed:
                contributions.append((passed, g * _derivative(var, functions[var])))
            for x, contribution in contributions:
                gradient_of[x] = gradient_of[x] + contribution if x in gradient_of else contribution
    return [gradient_of[v] if v in gradient_of else broadcast(operand(0.0, v.dtype), v) for v in wrt]


def pulled_back(function: Callable[..., Var], operands: Sequence[Var], g: Var) -> list[Var]:
    """For each operand what the gradient ``g`` of ``function(*operands)`` gives it, however else operands depend.

    >>> from glassnet.ir import source
    >>> x = source("input", "x", (), "float64")
    >>> [slope] = pulled_back(lambda x: x * x, [x], operand(1.0, "float64"))
    >>> print(Graph({"slope": slope}))
    x : input float64[]
    a = multiply(1, x) : float64[]
    b = add(a, a) : float64[]
    return slope = b
    """
    own = [source("input", f"operand {i}", v.shape, v.dtype) for i, v in enumerate(operands)]
    slopes = _pulled_back(function(*own), g, own, {})
    names = {str(i): slope for i, slope in enumerate(slopes)}
    return list(substituted(names, dict(zip(own, operands, strict=True))).values())


def _between(result: Var, x: Var) -> list[Var]:
    """The variables on the way from x to a function of it."""
    on_the_way = _depend_on(Graph({"result": result}), {x})
    return [var for var in on_the_way if var not in (result, x)]


def _derivative(result: Var, function: Function) -> Var:
    [derivative] = _pulled_back(result, broadcast(operand(1.0, result.dtype), result), [function.of], {})
    return named(derivative, name=f"{function.name}'")


def is_function(result: Var, x: Var) -> bool:
    """Whether each number of the result is a function of the same number of x, and of nothing that depends on x.

    >>> from glassnet.ir import source
    >>> from glassnet.ops import softmax, tanh
    >>> x = source("input", "x", (3,), "float64")
    >>> is_function(x * tanh(x), x), is_function(softmax(x), x)
    (True, False)
    """
    steps = [result, *_between(result, x)]
    return result is not x and all(
        isinstance(var.definition, Equation)
        and (isinstance(var.definition.primitive, Elementwise) or var.is_result_of("named"))
        and var.shape == x.shape
        for var in steps
    )


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
    reading = {"pulled_back": pulled_back} if primitive.pulls_back else {}
    parts = primitive.vjp(g, y, *equation.inputs, **dict(equation.params), **reading)
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
