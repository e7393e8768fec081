"""Types of the graph: a shape, whose batch axis may be free, and a dtype."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.ir.errors import ShapeError
from glassnet.words import joined

Array = npt.NDArray[Any]


class Batch:
    """The free batch axis, written n: its size is known only when the graph is run. There is one: ``BATCH``."""

    def __repr__(self) -> str:
        return "n"

    def __reduce__(self) -> str:
        """However it is copied, it stays the one."""
        return "BATCH"


BATCH: Final = Batch()
Dim = int | Batch
Shape = tuple[Dim, ...]

FLOATS = ("float32", "float64")
DTYPES = (*FLOATS, "int64", "uint64")


@dataclass(frozen=True)
class Type:
    """The shape and the dtype of a variable, which are known before anything runs.

    >>> Type((BATCH, 784), "float32")
    float32[n, 784]
    """

    shape: Shape
    dtype: str

    def __repr__(self) -> str:
        return f"{self.dtype}[{', '.join(map(str, self.shape))}]"


class Values:
    """An immutable array that is compared and hashed by its content, for graphs and specifications to hold.

    >>> Values([1, 2]) == Values([1, 2])
    True
    """

    __slots__ = ("_key", "array")

    def __init__(self, values: Any, dtype: str | None = None) -> None:
        self.array: Array = np.array(values, dtype=dtype, order="C")
        self.array.flags.writeable = False
        self._key = (self.array.shape, self.array.dtype.str, self.array.tobytes())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Values) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __reduce__(self) -> tuple[Any, ...]:
        """How to pickle and copy it: made anew from its array, so that the copy cannot be written to either."""
        return Values, (self.array, self.array.dtype.str)

    def __repr__(self) -> str:
        return f"Values({np.array2string(self.array, threshold=20, separator=', ')})"


def broadcast_shapes(*shapes: Shape) -> Shape:
    """The shape of an elementwise result, by NumPy's rule. The batch axis fits itself and 1.

    >>> broadcast_shapes((BATCH, 10), (10,), (BATCH, 1))
    (n, 10)
    """
    if all(shape == shapes[0] for shape in shapes):
        return shapes[0]
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(shape)) + shape for shape in shapes]
    return tuple(_broadcast_dims(dims, shapes) for dims in zip(*padded, strict=True))


def _broadcast_dims(dims: tuple[Dim, ...], shapes: tuple[Shape, ...]) -> Dim:
    sizes = {dim for dim in dims if dim != 1}
    if len(sizes) > 1:
        raise ShapeError(
            f"the shapes {joined(shapes)} do not fit together: "
            "aligned from the right, each pair of sizes must be equal, or one of them 1"
        )
    return sizes.pop() if sizes else 1
