"""The rows of the table, each in a file of its own; here in the table's order."""

from __future__ import annotations

from importlib import import_module

from bench.suite.rows import Row

NAMES = (
    "digits_bytes", "digits_floats", "digits_busy", "large", "small", "curve", "regularised", "digits_float64",
    "lenet", "convolutional", "lstm", "gpt_1", "gpt_32", "transformer", "mnist_cold", "one_image", "ten_thousand",
    "mnist_memory", "picture_memory", "importing", "least_squares", "growth_width", "growth_depth", "growth_batch",
)  # fmt: skip


def rows(only: str | None = None) -> list[Row]:
    """All rows, or the one of this name. Raises ValueError for a name that there is not."""
    if only is not None and only not in NAMES:
        raise ValueError(f"there is no row {only!r}; choose from {', '.join(NAMES)}")
    found: list[Row] = [import_module(f"bench.rows.{name}").ROW for name in NAMES if only in (None, name)]
    return found
