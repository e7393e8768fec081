"""The graph: variables, and the equations between them. A handful of records; everything else reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from operator import attrgetter
from typing import Any, Literal
from weakref import WeakValueDictionary

import numpy as np

from glassnet.ir.errors import GlassnetError, ShapeError
from glassnet.ir.expression import Expression
from glassnet.ir.origin import Origin, caller, here
from glassnet.ir.types import BATCH, DTYPES, FLOATS, Array, Shape, Type, Values


@dataclass(frozen=True, eq=False, kw_only=True)
class Primitive:
    """One operation, such as exp or a matrix product: all that any reading of a graph needs to know of it.

    Calling a primitive on variables, ``exp(x)``, adds an equation to the graph, or finds the equal one of its layer.

    Attributes:
        name: what printed graphs call it.
        doc: what it is, in one line.
        rule: ``rule(*types, **params)`` gives the result's type or raises ShapeError.
        kernel: ``kernel(*arrays, **params)`` computes the result.
        vjp: ``vjp(g, y, *xs, **params)`` gives, in operations, the gradient for each operand from the gradient ``g`` of
            the result ``y``; None for an operand that has none. None for an operation without a useful derivative.
        pulls_back: whether its vjp is also given ``pulled_back``, the reading that says what a gradient of a function's
            result gives its operands: for an operation that applies a graph of its own.
        meaning: ``meaning(*xs, **params)`` gives the same result by simpler operations.
        safe: the same in a form that neither overflows nor loses digits: what is computed where it has no kernel.
        like: whether its last operand gives only the shape, and its numbers are not read.
        element: ``element(index, *arrays, **params)`` is the arithmetic of one number of the result, from numbers of
            the operands. None for an operation that cannot be taken apart, such as a random draw.
        moves: whether it computes nothing, as reshape: each number of the result is one of an operand's, or 0.
        multiply_adds: ``multiply_adds(*types, **params)`` counts the products that are summed for one number of the
            result, where the batch axis has a size. None for an operation that sums no products.
        at_all_steps: ``at_all_steps(steps, along, *types, **params)`` gives the parameters with which it does at all
            steps of sequences, (n, t, …), what it does at one, (n, …); ``along`` says which operands are sequences. It
            gives None, or is None, where nothing does the same.
        drawn: how pictures of networks show it. "edges": as lines between neurons, the second operand's numbers on
            them. "nothing": not at all, since the numbers and their order stay. "block": as a box with its name.
        sign: the sign between its two operands in explanations, such as ">". Without one it is written as a function.
        latex: how it is written in LaTeX, with · for each operand: ``e^{·}``.
        remedy: what to do when training fails because its result is the first that is not finite.
        example: one call with its result, "ops.add(1, 2) = 3.0", which ``help`` shows and a doctest holds.
    """

    name: str = field(kw_only=False)
    doc: str = field(kw_only=False)
    rule: Callable[..., Type] = field(repr=False)
    kernel: Callable[..., Any] = field(repr=False)
    vjp: Callable[..., tuple[Var | None, ...]] | None = field(default=None, repr=False)
    pulls_back: bool = field(default=False, repr=False)
    meaning: Callable[..., Var] | None = field(default=None, repr=False)
    safe: Callable[..., Var] | None = field(default=None, repr=False)
    like: bool = field(default=False, repr=False)
    element: Callable[..., Expression] | None = field(default=None, repr=False)
    moves: bool = field(default=False, repr=False)
    multiply_adds: Callable[..., int] | None = field(default=None, repr=False)
    at_all_steps: Callable[..., dict[str, Any] | None] | None = field(default=None, repr=False)
    drawn: Literal["block", "edges", "nothing"] = field(default="block", repr=False)
    sign: str = field(default="", repr=False)
    latex: str = field(default="", repr=False)
    remedy: str = field(default="", repr=False)
    example: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.name in PRIMITIVES:
            raise GlassnetError(f"there is already an operation named {self.name!r}; choose another name")
        PRIMITIVES[self.name] = self
        object.__setattr__(self, "__doc__", self.doc + _session(self.example))

    def __call__(self, *operands: Var | float, **params: Any) -> Var:
        return apply(self, operands, params)

    def __reduce__(self) -> tuple[Any, ...]:
        """However it is copied or pickled, it stays the operation of its name."""
        return _operation, (self.name,)


def _session(example: str) -> str:
    """The example as a session with Python, for a docstring."""
    if not example:
        return ""
    call, result = example.rsplit(" = ", 1)
    return f"""

    >>> from glassnet import ops
    >>> from glassnet.readings import value
    >>> value({call}).round(4).tolist()
    {result}
    """


PRIMITIVES: dict[str, Primitive] = {}
"""Every operation there is, by name. Tests run over it; nothing else needs to be told of a new one."""


def _operation(name: str) -> Primitive:
    if name not in PRIMITIVES:
        raise GlassnetError(f"there is no operation {name!r} in this program; define it before")
    return PRIMITIVES[name]


@dataclass(frozen=True)
class Equation:
    """``result = primitive(*inputs, **params)``. Equal equations of one layer are one node of the graph."""

    primitive: Primitive
    inputs: tuple[Var, ...]
    params: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, eq=False)
class Source:
    """An input, a parameter or a state: its values are given when the graph is run."""

    kind: Literal["input", "parameter", "state"]
    name: str


@dataclass(frozen=True)
class Constant:
    """A number or array that the graph itself holds, such as the 2 of ``2 * x``."""

    values: Values


class Var:
    """A variable of the graph: its type, its definition and its origin.

    ``inputs`` are the operands of the equation that defines it; a source or a constant has none.

    Arithmetic on variables builds the graph: ``x @ w + b`` is three variables and two equations.

    >>> x = source("input", "x", (3,), "float64")
    >>> 2 * x + 1
    <the result of add: float64[3]>
    """

    __slots__ = ("__weakref__", "definition", "inputs", "origin", "type")
    __array_ufunc__ = None  # array + variable is ours to answer, not NumPy's number by number

    def __init__(self, type: Type, definition: Equation | Source | Constant, origin: Origin) -> None:
        self.type = type
        self.definition = definition
        self.origin = origin
        self.inputs: tuple[Var, ...] = definition.inputs if isinstance(definition, Equation) else ()

    @property
    def shape(self) -> Shape:
        return self.type.shape

    @property
    def dtype(self) -> str:
        return self.type.dtype

    def is_result_of(self, name: str) -> bool:
        """Whether this variable is defined by the operation of that name."""
        return isinstance(self.definition, Equation) and self.definition.primitive.name == name

    def __repr__(self) -> str:
        return f"<{describe(self)}: {self.type}>"

    def __add__(self, other: Var | float) -> Var:
        return PRIMITIVES["add"](self, other)

    def __radd__(self, other: float) -> Var:
        return PRIMITIVES["add"](other, self)

    def __sub__(self, other: Var | float) -> Var:
        return PRIMITIVES["subtract"](self, other)

    def __rsub__(self, other: float) -> Var:
        return PRIMITIVES["subtract"](other, self)

    def __mul__(self, other: Var | float) -> Var:
        return PRIMITIVES["multiply"](self, other)

    def __rmul__(self, other: float) -> Var:
        return PRIMITIVES["multiply"](other, self)

    def __truediv__(self, other: Var | float) -> Var:
        return PRIMITIVES["divide"](self, other)

    def __rtruediv__(self, other: float) -> Var:
        return PRIMITIVES["divide"](other, self)

    def __pow__(self, other: Var | float) -> Var:
        return PRIMITIVES["power"](self, other)

    def __rpow__(self, other: float) -> Var:
        return PRIMITIVES["power"](other, self)

    def __matmul__(self, other: Var) -> Var:
        return PRIMITIVES["matmul"](self, other)

    def __rmatmul__(self, other: Any) -> Var:
        return PRIMITIVES["matmul"](other, self)

    def __neg__(self) -> Var:
        return PRIMITIVES["negative"](self)

    def __abs__(self) -> Var:
        return PRIMITIVES["absolute"](self)

    def __gt__(self, other: Var | float) -> Var:
        return PRIMITIVES["greater"](self, other)

    def __ge__(self, other: Var | float) -> Var:
        return PRIMITIVES["greater_equal"](self, other)

    def __lt__(self, other: Var | float) -> Var:
        return PRIMITIVES["greater"](other, self)

    def __le__(self, other: Var | float) -> Var:
        return PRIMITIVES["greater_equal"](other, self)

    def __array__(self, *_: Any, **__: Any) -> Array:
        raise self._has_no_value("it is no array; write what is done with it in the operations of glassnet.ops")

    def __getitem__(self, key: object) -> Var:
        raise self._has_no_value(
            "nothing can be picked from it by [ ]; use glassnet.ops.slice_(x, axis=…, start=…, stop=…) for a stretch"
        )

    def __bool__(self) -> bool:
        raise self._has_no_value("Python cannot branch on it; use glassnet.ops.where(condition, a, b) instead")

    def _has_no_value(self, so: str) -> GlassnetError:
        return GlassnetError(f"{describe(self)} has no value while the graph is being built, so {so}")


def describe(var: Var) -> str:
    """A variable in the words of messages: "input 'x'", "the result of relu in dense_1"."""
    match var.definition:
        case Source(kind, name):
            return f"{kind} {name!r}"
        case Constant(values):
            return f"constant {values.array}" if values.array.ndim == 0 else "a constant"
        case Equation(primitive):
            where = f" in {var.origin}" if str(var.origin) else ""
            return f"the result of {primitive.name}{where}"


def operand(value: Var | float | Array, dtype: str) -> Var:
    """The value as a variable: a number or array becomes a constant of that dtype."""
    if isinstance(value, Var):
        return value
    if np.asarray(value).dtype.kind not in "biuf":
        raise GlassnetError(f"operands are variables, numbers and arrays of numbers, not {value!r}")
    with np.errstate(over="ignore"):
        values = Values(value, dtype)
    if np.isinf(values.array).any() and np.isfinite(value).all():
        raise GlassnetError(f"{values.array if np.ndim(value) else value} does not fit {dtype}")
    return _interned(Constant(values), Origin(), lambda: Type(values.array.shape, dtype))


def apply(primitive: Primitive, operands: Iterable[Var | float], params: Mapping[str, Any]) -> Var:
    """Add ``primitive(*operands, **params)`` to the graph, or find the equal equation that its layer has already."""
    operands = tuple(operands)
    inputs = _same_floats([v if isinstance(v, Var) else operand(v, _dtype_of(operands)) for v in operands])
    equation = Equation(primitive, inputs, tuple(sorted(params.items())))
    return _interned(equation, here(), lambda: _infer(primitive, inputs, params))


def _dtype_of(operands: tuple[Var | float, ...]) -> str:
    dtypes = [v.dtype for v in sorted((v for v in operands if isinstance(v, Var)), key=lambda v: -len(v.shape))]
    return next((dtype for dtype in dtypes if dtype in FLOATS), dtypes[0] if dtypes else "float64")


def _same_floats(inputs: list[Var]) -> tuple[Var, ...]:
    """A float64 scalar (a learning rate) joins float32 arrays as float32; nothing else is converted silently."""
    dtypes = {v.type.dtype for v in inputs}
    if len(dtypes) > 1 and any(v.dtype == "float32" and v.shape for v in inputs):
        cast = PRIMITIVES["cast"]
        return tuple(cast(v, dtype="float32") if v.dtype == "float64" and not v.shape else v for v in inputs)
    return tuple(inputs)


def _infer(primitive: Primitive, inputs: tuple[Var, ...], params: Mapping[str, Any]) -> Type:
    try:
        return primitive.rule(*(v.type for v in inputs), **params)
    except ShapeError as error:
        operands = "; ".join(f"{describe(v)} is {v.type}" for v in inputs)
        path, line = here().path, caller()
        where = (f" in {path}" if path else "") + (f" ({line})" if line else "")
        raise ShapeError(f"{primitive.name}{where}: {error}. Given: {operands}") from None


_NODES: WeakValueDictionary[tuple[str, Equation | Constant], Var] = WeakValueDictionary()
"""Every node by its layer and its definition: two layers that compute the same stay two."""


def _interned(definition: Equation | Constant, origin: Origin, infer: Callable[[], Type]) -> Var:
    key = origin.layer, definition
    var = _NODES.get(key)
    if var is None:
        var = _NODES[key] = Var(infer(), definition, origin)
    return var


def source(kind: Literal["input", "parameter", "state"], name: str, shape: Shape, dtype: str) -> Var:
    """A new variable whose values are given when the graph is run.

    >>> source("input", "x", (3,), "float32")
    <input 'x': float32[3]>
    """
    if dtype not in DTYPES:
        raise GlassnetError(f"the dtype must be one of {', '.join(DTYPES)}, got {dtype!r}")
    return Var(Type(shape, dtype), Source(kind, name), here())


@dataclass(frozen=True, eq=False)
class Graph:
    """A function from its sources to named outputs. Printed, it is one line for each variable.

    >>> import glassnet.ops
    >>> x = source("input", "x", (3,), "float64")
    >>> print(Graph({"y": 2 * x + 1}))
    x : input float64[3]
    a = multiply(2, x) : float64[3]
    b = add(a, 1) : float64[3]
    return y = b
    """

    outputs: Mapping[str, Var]

    @cached_property
    def variables(self) -> tuple[Var, ...]:
        """Every variable that the outputs need, each after its operands."""
        order: dict[Var, None] = {}
        for output in self.outputs.values():
            _visit(output, order, attrgetter("inputs"))
        return tuple(order)

    @cached_property
    def sources(self) -> dict[str, Var]:
        """The sources by name."""
        return {v.definition.name: v for v in self.variables if isinstance(v.definition, Source)}

    def equations(self) -> Iterator[tuple[Var, Equation]]:
        """Each computed variable with its equation, in an order in which they can be computed."""
        for var in self.variables:
            if isinstance(var.definition, Equation):
                yield var, var.definition

    def check(self) -> None:
        """Raise GlassnetError unless the graph is sound: types follow from the rules and source names are unique."""
        seen: set[Var] = set()
        names: set[str] = set()
        for var in self.variables:
            match var.definition:
                case Source(_, name):
                    if name in names:
                        raise GlassnetError(f"two different sources are named {name!r}")
                    names.add(name)
                case Constant(values):
                    if var.type != Type(values.array.shape, str(values.array.dtype)):
                        raise GlassnetError(f"{describe(var)} is not of its type {var.type}")
                case Equation(primitive, inputs, params):
                    if not seen.issuperset(inputs):
                        raise GlassnetError(f"{describe(var)} comes before its operands")
                    expected = primitive.rule(*(v.type for v in inputs), **dict(params))
                    if var.type != expected:
                        raise GlassnetError(f"{describe(var)} has type {var.type}, its rule says {expected}")
            seen.add(var)

    def __str__(self) -> str:
        return "\n".join(_lines(self))


def variables_of_layer(output: Var) -> tuple[Var, ...]:
    """The variables of the layer that ends with ``output`` and their operands from elsewhere, each after its own."""
    order: dict[Var, None] = {}
    path = output.origin.path
    _visit(output, order, lambda var: var.inputs if var.origin.path == path else ())
    return tuple(order)


def _visit(output: Var, order: dict[Var, None], operands: Callable[[Var], Iterable[Var]]) -> None:
    """Add an output and all it needs to the order, operands first. No recursion: networks may be very deep."""
    stack = [(output, iter(operands(output)))]
    visited = {output}
    while stack:
        var, pending = stack[-1]
        for operand_ in pending:
            if operand_ not in order and operand_ not in visited:
                visited.add(operand_)
                stack.append((operand_, iter(operands(operand_))))
                break
        else:
            stack.pop()
            order[var] = None


def _lines(graph: Graph) -> Iterator[str]:
    names: dict[Var, str] = {}
    taken = {*graph.sources, repr(BATCH)}
    letters = (letter for letter in map(_letter, count()) if letter not in taken)
    for var in graph.variables:
        match var.definition:
            case Source(kind, name):
                names[var] = name
                yield f"{name} : {kind} {var.type}"
            case Constant(values):
                names[var] = _literal(values.array)
            case Equation(primitive, inputs, params):
                names[var] = next(letters)
                arguments = [names[v] for v in inputs] + [f"{key}={value}" for key, value in params]
                yield f"{names[var]} = {primitive.name}({', '.join(arguments)}) : {var.type}"
    yield "return " + ", ".join(f"{name} = {names[var]}" for name, var in graph.outputs.items())


def _literal(array: Array) -> str:
    return f"{array:.6g}" if array.ndim == 0 else np.array2string(array, threshold=6, separator=", ").replace("\n", "")


def _letter(index: int) -> str:
    """a, b, …, z, aa, ab, …"""
    letters = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, 26)
        letters = chr(ord("a") + digit) + letters
    return letters
