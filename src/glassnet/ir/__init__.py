"""The graph: variables, equations, types, tracing and errors."""

from glassnet.ir.errors import DataError, DivergenceError, GlassnetError, ModelFileError, ShapeError
from glassnet.ir.graph import PRIMITIVES, Constant, Equation, Graph, Primitive, Source, Var, describe, operand, source
from glassnet.ir.trace import Trace, is_training, parameter, random_key, rate, recall, remember, scope
from glassnet.ir.types import BATCH, Array, Shape, Type, Values, broadcast_shapes

__all__ = [
    "BATCH",
    "PRIMITIVES",
    "Array",
    "Constant",
    "DataError",
    "DivergenceError",
    "Equation",
    "GlassnetError",
    "Graph",
    "ModelFileError",
    "Primitive",
    "Shape",
    "ShapeError",
    "Source",
    "Trace",
    "Type",
    "Values",
    "Var",
    "broadcast_shapes",
    "describe",
    "is_training",
    "operand",
    "parameter",
    "random_key",
    "rate",
    "recall",
    "remember",
    "scope",
    "source",
]
