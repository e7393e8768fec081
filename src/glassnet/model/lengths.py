"""A free number of steps: a model is traced for each length that it meets, with the same parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require, require_count
from glassnet.ir.types import Shape
from glassnet.model.traced import Traced

Sizes = tuple[int | None, ...]
T = TypeVar("T")
TRIED = (8, 3, 1, 16, 64, 256)
"""The steps that a model is first traced with, and one beside, to see that its parameters do not depend on them.

A table of few positions takes only short sequences, a large kernel only long ones: the first that fits is taken.
"""
KEPT = 4
"""How many lengths a model stays traced for."""


def sizes_of(inputs: Any) -> Sizes:
    """The sizes of a model's inputs, of which the first may be free: (None, 2), or (None,) for tokens.

    Raises:
        GlassnetError: they are no sizes.
    """
    given = inputs if isinstance(inputs, tuple | list) else (inputs,)
    require(0 < len(given) <= 8, f"the inputs of a network have 1 to 8 sizes, got {len(given)}")
    free = given[0] is None
    sequences = "inputs of any length are sequences: write (None, 1) for one number a step, or (None,) for tokens"
    require(inputs is not None, sequences)
    require(None not in given[1:], f"only the first size, the number of steps, can be left free, got {tuple(given)}")
    sizes = tuple(require_count(size, "each number of inputs") for size in given[free:])
    return (None, *sizes) if free else sizes


def with_length(sizes: Sizes, length: int) -> tuple[int, ...]:
    """The sizes with that many steps where they are free."""
    return tuple(length if size is None else size for size in sizes)


def fits(sizes: Sizes, shape: Sequence[int]) -> bool:
    """Whether an input of that shape is one of these sizes."""
    alike = (size is None or size == given for size, given in zip(sizes, shape, strict=False))
    return len(shape) == len(sizes) and 0 not in shape and all(alike)


def common(shape: Shape, other: Shape) -> Sizes:
    """The sizes of a result for one sample, None where they change with the number of steps.

    >>> from glassnet.ir import BATCH
    >>> common((BATCH, 8, 3), (BATCH, 17, 3))
    (None, 3)
    """
    pairs = zip(shape[1:], other[1:], strict=True)
    return tuple(size if isinstance(size, int) and size == there else None for size, there in pairs)


def spoken(sizes: Sequence[int | None]) -> str:
    """28 × 28; steps × 2.

    >>> spoken((None, 2))
    'steps × 2'
    """
    return " × ".join("steps" if size is None else str(size) for size in sizes)


def first_that_fits(traced: Callable[[int], Traced]) -> Traced:
    """Layers traced for the first of some numbers of steps that they take: ``traced(steps)`` is for one.

    Raises:
        GlassnetError: they take none, or their parameters depend on it.
    """
    refused: GlassnetError | None = None
    for steps in TRIED:
        try:
            found = traced(steps)
            other, there = beside(lambda other: traced(other).shapes, steps)
            require_free(found.shapes, steps, there, other)
            return found
        except GlassnetError as error:
            refused = refused or error
    assert refused is not None
    raise refused


def beside(made: Callable[[int], T], steps: int) -> tuple[int, T]:
    """(another number of steps, what is ``made`` of it): twice as many and one, so that strides make more of it too;
    where that is too long, one more, or one less.

    What takes single steps alone has no number beside them, and is as it is.
    """
    for other in (2 * steps + 1, steps + 1):
        try:
            return other, made(other)
        except GlassnetError:
            continue
    other = max(1, steps - 1)
    return other, made(other)


def require_free(shapes: Mapping[str, Shape], steps: int, there: Mapping[str, Shape], other: int) -> None:
    """Raise GlassnetError where parameters have other shapes for another number of steps."""
    for name, shape in there.items():
        if shapes.get(name) != shape:
            raise GlassnetError(
                f"the number of steps is free, but {name} would have the shape {shapes.get(name)} for {steps} steps "
                f"and {shape} for {other}: end with a recurrent layer that gives its last state, or a mean over "
                "the steps, before layers of one size; or give the number of steps"
            )
