"""A matrix's columns as rows: as many numbers in as many registers as one register holds, turned there by shuffles."""

from __future__ import annotations

from glassnet.compile.emit import Code, vector


def turned(code: Code, type_: str, rows: list[str]) -> list[str]:
    """The columns of a square of vectors.

    Each round interleaves the rows of the upper half with those of the lower one, as a pack of cards is shuffled; after
    as many rounds as doublings make the square, row and column have changed places.
    """
    lanes, wide = len(rows), vector(len(rows), type_)
    half = lanes // 2
    low = [number for i in range(half) for number in (i, lanes + i)]
    masks = [", ".join(f"i32 {i + start}" for i in low) for start in (0, half)]
    for _ in range(lanes.bit_length() - 1):
        rows = [
            code.do(f"shufflevector {wide} {above}, {wide} {below}, <{lanes} x i32> <{mask}>")
            for above, below in zip(rows[:half], rows[half:], strict=True)
            for mask in masks
        ]
    return rows
