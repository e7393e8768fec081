"""Text to learn from: a file as windows of tokens, each with the tokens that come next."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from glassnet.data.checks import decoded, require_file
from glassnet.data.tokens import BytePairs, Characters, Tokens
from glassnet.folders import user_path
from glassnet.ir.errors import DataError
from glassnet.ir.require import require, require_count, require_number
from glassnet.words import counted

TALE = "tale"
"""The name of the text that comes with Glassnet."""
Windows = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class TextData:
    """Windows of a text in two parts, and how it became numbers. Iterating gives the four arrays.

    `x_train` and `x_test`: tokens, int64 of shape (n, length); `y_train` and `y_test`: for each of them the token that
    comes next, of the same shape; `tokens`: the tokeniser; `train` and `test`: the tokens of both parts in a row;
    `source`: one sentence on where the text came from.

    >>> import glassnet as gn
    >>> text = gn.data.text("tale", length=16)
    >>> text.tokens.decode(text.x_train[0]), text.tokens.decode(text.y_train[0])
    ('Once there was a', 'nce there was a ')
    """

    x_train: Windows
    y_train: Windows
    x_test: Windows
    y_test: Windows
    tokens: Tokens
    train: Windows
    test: Windows
    source: str

    def __iter__(self) -> Iterator[Windows]:
        return iter((self.x_train, self.y_train, self.x_test, self.y_test))

    def __repr__(self) -> str:
        windows = f"{len(self.x_train):,} training, {len(self.x_test):,} test windows"
        return (
            f"TextData({windows} of {self.x_train.shape[1]} tokens, {self.tokens.size} different ones; {self.source})"
        )


def text(
    source: str | os.PathLike[str] | TextIO = TALE,
    length: int = 64,
    *,
    tokens: str | int | Tokens = "characters",
    stride: int | None = None,
    held_out: float = 0.1,
) -> TextData:
    """A text as windows of ``length`` tokens, each beside the same window one token later: what comes next.

    Args:
        source: a file of UTF-8 text, an open one (or io.StringIO of any text), or "tale", which comes with Glassnet.
        length: how many tokens a window has.
        tokens: "characters"; how many tokens to learn as byte pairs, such as 512; or the tokens of another text.
        stride: how far apart two training windows begin; an eighth of a window unless said. Where each token stands at
            few places of windows, a network learns the places instead of the text.
        held_out: the share of the text, at its end, for the test, whose windows do not overlap.

    Raises:
        DataError: no text, a text that is too short, or one with characters that the tokens do not have.

    >>> import glassnet as gn, io
    >>> x, y, _, _ = gn.data.text(io.StringIO("to be or not to be"), length=4, stride=4, held_out=0)
    >>> x.tolist()[0], y.tolist()[0]
    ([6, 4, 0, 1], [4, 0, 1, 2])
    """
    length = require_count(length, "the length of a window")
    stride = max(1, length // 8) if stride is None else require_count(stride, "the stride of the windows")
    require_number(held_out, "the share of the text that is held out", 0, 0.9)
    content, said = _read(source)
    tokeniser = _tokens(tokens, content)
    every = tokeniser.encode(content)
    first = len(every) - round(held_out * len(every))
    train, test = every[:first], every[first:]
    _require_long_enough(every, train, test if held_out else None, length)
    x_train, y_train = windows(train, length, stride)
    x_test, y_test = windows(test, length, length)
    kind = "characters" if isinstance(tokeniser, Characters) else "byte pairs"
    said = f"{said}: {counted(len(content), 'character')} as {len(every):,} tokens, {kind}"
    return TextData(x_train, y_train, x_test, y_test, tokeniser, train, test, said)


def windows(tokens: Windows, length: int, stride: int) -> tuple[Windows, Windows]:
    """All windows of the tokens that begin at multiples of the stride, and the same windows one token later.

    >>> windows(np.arange(6), length=2, stride=2)
    (array([[0, 1],
           [2, 3]]), array([[1, 2],
           [3, 4]]))
    """
    starts = np.arange(0, max(len(tokens) - length, 0), stride)
    places = starts[:, None] + np.arange(length)
    return tokens[places], tokens[places + 1] if len(places) else tokens[places]


def _tokens(given: Any, content: str) -> Tokens:
    if isinstance(given, Tokens):
        return given
    if given == "characters":
        return Characters.learnt(content)
    if isinstance(given, int) and not isinstance(given, bool):
        return BytePairs.learnt(content, given)
    raise DataError(f"tokens are 'characters', a number of byte pairs such as 512, or another text's, got {given!r}")


def _require_long_enough(every: Windows, train: Windows, test: Windows | None, length: int) -> None:
    parts = {"learning": train, **({} if test is None else {"the test": test})}
    for purpose, part in parts.items():
        if len(part) <= length:
            raise DataError(
                f"the text has {counted(len(every), 'token')}, of which {len(part):,} are for {purpose}, and a window "
                f"of {length:,} needs {length + 1:,}; take a smaller length, a longer text, or hold another share out"
            )


def _read(source: str | os.PathLike[str] | TextIO) -> tuple[str, str]:
    """(the text, what it is called)."""
    if not isinstance(source, str | os.PathLike):
        is_open = hasattr(source, "read")
        require(is_open, f"a text is a file by its path, or an open one, got {source!r:.60}")
        content, name = source.read(), Path(str(getattr(source, "name", "a text"))).name
        require(isinstance(content, str), "an open file must be of text: open it with encoding='utf-8'")
    elif str(source) == TALE and not Path(TALE).exists():
        content, name = (Path(__file__).parent / "texts" / "tale.txt").read_text(encoding="utf-8"), "a tale of our own"
    else:
        content, name = _of_file(user_path(source)), Path(source).name
    if not content.strip():
        raise DataError(f"{name} is empty; there is nothing to learn from")
    return content, name


def _of_file(path: Path) -> str:
    if not path.exists():
        raise DataError(f"there is no file {path}; name a text file, or {TALE!r}, which comes with Glassnet")
    require_file(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from None
    return decoded(content, str(path), "save it as plain text").replace("\r\n", "\n").replace("\r", "\n")
