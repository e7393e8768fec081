"""Tokens: the pieces of text that a network reads as whole numbers, characters or pairs of bytes learnt from a text."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.ir.errors import DataError
from glassnet.ir.require import require
from glassnet.words import excerpt

Pair = tuple[int, int]
PIECES = re.compile(r" ?\w+| ?[^\s\w]+|\s+")
"""What byte pairs never reach across: words with the blank before them, signs, and white space."""
BYTES = 256
MOST = 100_000  # tokens


class Tokens(ABC):
    """How text becomes whole numbers and back: :class:`Characters` or :class:`BytePairs`.

    >>> import glassnet as gn
    >>> tokens = gn.data.Characters.learnt("hello")
    >>> tokens.encode("hole").tolist(), tokens.decode([1, 0, 2, 2, 3])
    ([1, 3, 2, 0], 'hello')
    """

    @property
    @abstractmethod
    def size(self) -> int:
        """How many different tokens there are."""

    @abstractmethod
    def encode(self, text: str) -> NDArray[np.int64]:
        """The tokens of a text, whose numbers are below ``size``; DataError for what they cannot say."""

    @abstractmethod
    def decode(self, tokens: Iterable[int]) -> str:
        """The text of these tokens; DataError where one is no whole number below ``size``."""

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """All that is known of them, for a model file."""

    @staticmethod
    def from_json(content: Any) -> Tokens:
        """The inverse of ``to_json``, of content that is not trusted.

        Raises:
            GlassnetError: it is nothing of the kind.
        """
        match content:
            case {"characters": str(characters), **rest} if not rest:
                return Characters(characters)
            case {"byte pairs": list(pairs), **rest} if not rest:
                fits = all(isinstance(pair, list) and len(pair) == 2 for pair in pairs)
                require(fits, "byte pairs must be pairs of whole numbers")
                return BytePairs(tuple((pair[0], pair[1]) for pair in pairs))
        raise DataError(f"tokens are characters or byte pairs, got {str(content)[:80]}")


@dataclass(frozen=True)
class Characters(Tokens):
    """Each character is a token, by its place among these.

    >>> import glassnet as gn
    >>> gn.data.Characters("abc").encode("cab").tolist()
    [2, 0, 1]
    >>> gn.data.Characters("abc").encode("dab")
    Traceback (most recent call last):
    glassnet.ir.errors.DataError: the text has the character 'd', which is not one of those that were learnt: 'abc'
    """

    characters: str

    def __post_init__(self) -> None:
        given = self.characters
        fits = isinstance(given, str) and 0 < len(given) <= MOST and len(set(given)) == len(given)
        require(fits, f"characters must be a text in which each stands once, got {given!r:.80}")
        _require_sound(given)

    @classmethod
    def learnt(cls, text: str) -> Characters:
        """Those of a text, in the order of their code points."""
        _require_text(text)
        return cls("".join(sorted(set(text))))

    @property
    def size(self) -> int:
        return len(self.characters)

    def encode(self, text: str) -> NDArray[np.int64]:
        place = {character: i for i, character in enumerate(self.characters)}
        unknown = next((character for character in text if character not in place), None)
        if unknown is not None:
            raise DataError(
                f"the text has the character {unknown!r}, which is not one of those that were learnt: "
                f"{excerpt(self.characters)}"
            )
        return np.array([place[character] for character in text], np.int64)

    def decode(self, tokens: Iterable[int]) -> str:
        return "".join(self.characters[token] for token in _known(tokens, self.size))

    def to_json(self) -> dict[str, Any]:
        return {"characters": self.characters}


@dataclass(frozen=True)
class BytePairs(Tokens):
    """Bytes of UTF-8, and pairs of tokens that are one token, each of earlier ones (Sennrich, Haddow & Birch 2016).

    The first 256 tokens are the bytes, so that there is a way to write any text. Token 256 + i is pair i.

    >>> import glassnet as gn
    >>> tokens = gn.data.BytePairs.learnt("she sells sea shells by the sea shore", size=264)
    >>> [tokens.decode([token]) for token in tokens.encode("she sells seas")]
    ['s', 'he', ' se', 'lls', ' sea', 's']
    """

    pairs: tuple[Pair, ...]

    def __post_init__(self) -> None:
        require(len(self.pairs) <= MOST, f"there are at most {MOST:,} byte pairs, got {len(self.pairs):,}")
        for i, pair in enumerate(self.pairs):
            earlier = all(type(token) is int and 0 <= token < BYTES + i for token in pair)
            require(earlier, f"byte pair {i} must be of two earlier tokens, below {BYTES + i}, got {pair}")
        spelled = [bytes([byte]) for byte in range(BYTES)]
        for first, second in self.pairs:
            spelled.append(spelled[first] + spelled[second])
            require(len(spelled[-1]) <= MOST, f"a token is longer than {MOST:,} bytes")
        object.__setattr__(self, "_spelled", spelled)
        object.__setattr__(self, "_ranks", {pair: BYTES + i for i, pair in enumerate(self.pairs)})

    @classmethod
    def learnt(cls, text: str, size: int = 512) -> BytePairs:
        """The pairs that stand most often side by side in a text, one after the other, until there are ``size`` tokens.

        Pairs stay within a word. Of equally frequent ones the first in the order of numbers is taken; it ends early
        where none stands there twice.
        """
        _require_text(text)
        fits = isinstance(size, int) and BYTES <= size <= MOST
        require(fits, f"byte pairs make {BYTES} to {MOST:,} tokens, got {size!r}")
        found = Counter(PIECES.findall(text))
        words, counts = [list(piece.encode()) for piece in found], list(found.values())
        return cls(tuple(_merges(words, counts, size - BYTES)))

    @property
    def size(self) -> int:
        return BYTES + len(self.pairs)

    def encode(self, text: str) -> NDArray[np.int64]:
        _require_sound(text)
        known: dict[str, list[int]] = {}
        pieces = PIECES.findall(text)
        for piece in pieces:
            if piece not in known:
                known[piece] = self._merged(list(piece.encode()))
        return np.array([token for piece in pieces for token in known[piece]], np.int64)

    def _merged(self, word: list[int]) -> list[int]:
        """The word with its pairs made one, in the order in which they were learnt."""
        ranks: dict[Pair, int] = getattr(self, "_ranks")  # noqa: B009  # set where the pairs are checked
        while (pair := min(pairwise(word), key=lambda pair: ranks.get(pair, MOST * 2), default=(-1, -1))) in ranks:
            word = _joined(word, pair, ranks[pair])
        return word

    def decode(self, tokens: Iterable[int]) -> str:
        """The text of these tokens; bytes that are no UTF-8 become �; DataError as for characters."""
        spelled: Sequence[bytes] = getattr(self, "_spelled")  # noqa: B009
        return b"".join(spelled[token] for token in _known(tokens, self.size)).decode("utf-8", errors="replace")

    def to_json(self) -> dict[str, Any]:
        return {"byte pairs": [list(pair) for pair in self.pairs]}


def _known(tokens: Iterable[int], size: int) -> Iterator[int]:
    """The tokens, of which each must be one of ``size``."""
    for token in tokens if isinstance(tokens, Iterable) else [tokens]:
        if not (isinstance(token, int | np.integer) and 0 <= token < size):
            raise DataError(f"tokens are whole numbers from 0 to {size - 1}, one after the other, got {token!r:.80}")
        yield int(token)


def _merges(words: list[list[int]], counts: list[int], most: int) -> list[Pair]:
    """The pairs that are merged in these words, which are changed; ``counts`` says how often each word stands there."""
    frequency: Counter[Pair] = Counter()
    where: dict[Pair, set[int]] = {}

    def tell(i: int, sign: int) -> None:
        for pair in pairwise(words[i]):
            frequency[pair] += sign * counts[i]
            where.setdefault(pair, set()).add(i)

    for i in range(len(words)):
        tell(i, 1)
    pairs: list[Pair] = []
    while len(pairs) < most and frequency:
        best = min(frequency, key=lambda pair: (-frequency[pair], pair))
        if frequency[best] < 2:
            break
        for i in where.pop(best):
            tell(i, -1)
            words[i] = _joined(words[i], best, BYTES + len(pairs))
            tell(i, 1)
        del frequency[best]
        pairs.append(best)
    return pairs


def _joined(word: list[int], pair: Pair, token: int) -> list[int]:
    """The word with that token in place of each such pair.

    >>> _joined([1, 2, 1, 2, 2], (1, 2), 256)
    [256, 256, 2]
    """
    result: list[int] = []
    for one in word:
        if result and (result[-1], one) == pair:
            result[-1] = token
        else:
            result.append(one)
    return result


def _require_text(text: Any) -> None:
    require(isinstance(text, str) and text != "", "the text is empty; tokens are learnt from at least one character")
    _require_sound(text)


def _require_sound(text: str) -> None:
    """Raise DataError for half of a surrogate pair, which is no character."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise DataError(f"the text has no character at place {error.start}: {text[error.start]!r}") from None
