"""What can go wrong, in words: each error names what was given, what was expected and what to do."""

from __future__ import annotations


class GlassnetError(ValueError):
    """The base of every error that Glassnet raises on purpose; the command line prints it without a traceback.

    >>> raise GlassnetError("epochs must be at least 1, got 0")
    Traceback (most recent call last):
    glassnet.ir.errors.GlassnetError: epochs must be at least 1, got 0
    """


class ShapeError(GlassnetError):
    """Shapes or dtypes that do not fit together, found while the graph is built."""


class DataError(GlassnetError):
    """Data that cannot be used: NaN, ragged rows, labels out of range, missing columns."""


class ModelFileError(GlassnetError):
    """A model file or checkpoint that is damaged, hostile or from another version."""


class DivergenceError(GlassnetError):
    """Training left the finite numbers."""
