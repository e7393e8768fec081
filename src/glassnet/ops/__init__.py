"""The operations a network, a loss or an optimiser is written in. Each is defined once, in the file of its family.

They take variables of the graph (and numbers and arrays, as constants) and give variables; running comes later.

>>> from glassnet.ir import BATCH, Graph, source
>>> x = source("input", "x", (BATCH, 3), "float32")
>>> print(Graph({"y": max(relu(x), axes=-1)}))
x : input float32[n, 3]
a = relu(x) : float32[n, 3]
b = max(a, axes=(1,), keepdims=False) : float32[n]
return y = b
"""

from glassnet.ir.elsewhere import OPERATIONS, face
from glassnet.ir.graph import PRIMITIVES, Var
from glassnet.ops.contract import contract, matmul
from glassnet.ops.elementwise import (
    add,
    cos,
    divide,
    elementwise,
    erf,
    exp,
    expm1,
    log,
    log1p,
    log_cosh,
    multiply,
    negative,
    power,
    sigmoid,
    sigmoid_cross_entropy,
    sin,
    softplus,
    sqrt,
    subtract,
    tanh,
)
from glassnet.ops.layout import (
    broadcast,
    cast,
    concatenate,
    named,
    one_hot,
    pad,
    reshape,
    scatter_add,
    slice_,
    stop_gradient,
    take,
    transpose,
)
from glassnet.ops.masked import masked_softmax
from glassnet.ops.pieces import (
    absolute,
    clip,
    equal,
    floor,
    greater,
    greater_equal,
    maximum,
    minimum,
    relu,
    sign,
    step,
    where,
)
from glassnet.ops.random import normal, uniform
from glassnet.ops.reduce import (
    count,
    first_max,
    log_softmax,
    max,
    mean,
    norm,
    softmax,
    softmax_cross_entropy,
    sum,
    variance,
)
from glassnet.ops.scan import Cell, scan
from glassnet.ops.windows import overlap, windows

__all__ = [
    "Cell", "Var", "absolute", "add", "broadcast", "cast", "clip", "concatenate", "contract", "cos", "count",
    "divide", "elementwise", "equal", "erf", "exp", "expm1", "first_max", "floor", "greater", "greater_equal",
    "log", "log1p", "log_cosh", "log_softmax", "masked_softmax", "matmul", "max", "maximum", "mean", "minimum",
    "multiply", "named", "negative", "norm", "normal", "one_hot", "overlap", "pad", "power", "relu", "reshape",
    "scan", "scatter_add", "sigmoid", "sigmoid_cross_entropy", "sign", "sin", "slice_", "softmax",
    "softmax_cross_entropy", "softplus", "sqrt", "step", "stop_gradient", "subtract", "sum", "take", "tanh",
    "transpose", "uniform", "variance", "where", "windows",
]  # fmt: skip

__getattr__, __dir__ = face("ops", __all__, OPERATIONS)

__test__ = {name: primitive.__doc__ for name, primitive in PRIMITIVES.items()}  # doctest looks for their examples here
