"""The errors that Glassnet raises: each message names what was given, what was expected and what to do."""

from __future__ import annotations

import copyreg
from typing import Any


class GlassnetError(ValueError):
    """The base of every error that Glassnet raises on purpose; the command line prints it without a traceback.

    >>> raise GlassnetError("epochs must be at least 1, got 0")
    Traceback (most recent call last):
    glassnet.ir.errors.GlassnetError: epochs must be at least 1, got 0
    """

    def __reduce__(self) -> tuple[Any, ...]:
        """How to pickle and copy an error: without __init__, which in some kinds asks for more than the message."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class UnknownName(GlassnetError, KeyError):
    """A name that a mapping does not have: a KeyError too, as every mapping raises."""

    __str__ = Exception.__str__  # KeyError would put the message in quotes


class ShapeError(GlassnetError):
    """Shapes or dtypes that do not fit together, found while the graph is built.

    >>> import glassnet as gn
    >>> from glassnet.ir import source
    >>> x, y = source("input", "x", (2,), "float32"), source("input", "y", (3,), "float32")
    >>> x + y  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    glassnet.ir.errors.ShapeError: add ...: the shapes (2,) and (3,) do not fit together: ...
    """


class DataError(GlassnetError):
    """Data that cannot be used: NaN, ragged rows, labels out of range, missing columns.

    >>> import glassnet as gn
    >>> gn.Network(2, gn.Dense(1))([[1.0, float("nan")]])
    Traceback (most recent call last):
    glassnet.ir.errors.DataError: x has nan in row 0, column 1; remove that row or fill the cell in
    """


class ModelFileError(GlassnetError):
    """A model file or checkpoint that is damaged, hostile or from another version.

    >>> import glassnet as gn
    >>> gn.load("missing.safetensors")
    Traceback (most recent call last):
    glassnet.ir.errors.ModelFileError: missing.safetensors does not exist; check the path
    """


class DivergenceError(GlassnetError):
    """A training whose loss left the finite numbers or grew without bound.

    >>> import glassnet as gn
    >>> try:
    ...     gn.Network(1, gn.Dense(1)).fit([[1e9]], [[1e9]], epochs=9, optimizer=gn.SGD(1.0))
    ... except gn.DivergenceError as error:
    ...     print(str(error)[:45])
    training diverged at step 2 (epoch 1): the lo
    """
