"""Numbers, names and lists in words for people: what messages, summaries and pictures write alike."""

from __future__ import annotations

import difflib
import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

LONGEST = 7  # digits before the decimal point; larger numbers are written with an exponent
MOST_LISTED = 100  # names in a message; a network of pictures has thousands of neurons
MOST_ALIKE = 5  # names that differ in their numbers alone: of more, the first and the last are listed
SMALLEST = -5  # 0.00001 is written out, 1e-6 is not
SUPERSCRIPTS = str.maketrans("0123456789()-j", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁻ʲ")
LOWERED = {raised: lowered for lowered, raised in SUPERSCRIPTS.items()}
LATEX = str.maketrans(
    {sign: f"\\{sign}" for sign in "_#$%&{}"}
    | {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
)
SUBSCRIPTS = str.maketrans("0123456789()-", "₀₁₂₃₄₅₆₇₈₉₍₎₋")

# ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def rounded(value: Any, digits: int) -> str:
    """A number in at most so many significant digits, as few as it needs; those before the point are all shown.

    >>> import numpy as np
    >>> rounded(np.float32(0.3), 4), rounded(2 / 3, 4), rounded(1e-7, 4), rounded(123456.7, 4)
    ('0.3', '0.6667', '1e-7', '123457')
    """
    number = Decimal(str(value))
    if not number.is_finite() or number == 0:
        return "0" if number == 0 else str(value)
    short = _to_digits(number, digits)
    if LONGEST > short.adjusted() >= digits:
        short = _to_digits(number, number.adjusted() + 1)
    short = short.normalize()
    if SMALLEST <= short.adjusted() < LONGEST:
        return f"{short:f}"
    return f"{short:e}".replace("e+", "e")


def _to_digits(number: Decimal, digits: int) -> Decimal:
    return Decimal(f"{number:.{digits - 1}e}") if len(number.as_tuple().digits) > digits else number


def number(value: Any, digits: int = 3) -> str:
    """A number in few significant digits, with a true minus sign: for pictures and tables.

    >>> number(-0.7), number(1234.56), number(0.0000012345), number(float("nan"))
    ('−0.7', '1235', '1.23e−6', 'nan')
    """
    return rounded(value, digits).replace("-", "−")


def counted(count: int, noun: str) -> str:
    """How many there are of something: the noun is in the singular for one alone.

    >>> counted(1, "neuron"), counted(1024, "neuron")
    ('1 neuron', '1,024 neurons')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def percent(share: float) -> str:
    """A share in per cent.

    >>> percent(0.97314)
    '97.31 %'
    """
    return f"{100 * share:.2f} %"


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def canonical(name: str) -> str:
    """Names are compared without case, spaces, hyphens and underscores: "leaky relu" is LeakyRelu."""
    return "".join(ch for ch in name.lower() if ch not in " -_")


def words_of(class_name: str, between: str = " ") -> str:
    """The name of a class in words.

    >>> words_of("LeakyRelu"), words_of("LeakyRelu", "_")
    ('leaky relu', 'leaky_relu')
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", between, class_name).lower()


def article(noun: str) -> str:
    return f"{'an' if noun[0].lower() in 'aeiou' else 'a'} {noun}"


def unknown(family: str, name: str, names: Iterable[str]) -> str:
    """The message for a name that is not there, with the nearest that is, and the others in short.

    >>> unknown("activation", "rellu", ["relu", "tanh"])
    "there is no activation 'rellu'; did you mean 'relu'? There are: relu, tanh"
    >>> unknown("neuron", "z", ["y", *(f"a{i}" for i in range(1, 65))])
    "there is no neuron 'z'. There are: a1 … a64, y"
    """
    known = sorted(set(names), key=natural)
    there = listed(_in_short(known), MOST_LISTED) or "none yet"
    return f"there is no {family} {name!r}{meant(name, known) or '.'} There are: {there}"


def natural(name: str) -> list[str | int]:
    """By what names are sorted as people count.

    >>> sorted(["y10", "y9", "loss⁽²⁾", "loss⁽¹⁾"], key=natural)
    ['loss⁽¹⁾', 'loss⁽²⁾', 'y9', 'y10']
    """
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", name.translate(LOWERED))]


def _in_short(names: Sequence[str]) -> list[str]:
    """The names, but of many that differ in their numbers alone only the first and the last, in one."""
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(re.sub(r"\d+", "0", name), []).append(name)
    many = {same[0]: f"{same[0]} … {same[-1]}" for same in alike.values() if len(same) > MOST_ALIKE}
    others = {name for same in alike.values() if same[0] in many for name in same[1:]}
    return [many.get(name, name) for name in names if name not in others]


def meant(name: str, names: Iterable[str]) -> str:
    """The question after a name that is not there, where another is near; nothing where none is.

    >>> meant("rellu", ["relu", "tanh"]), meant("cosine", ["relu", "tanh"])
    ("; did you mean 'relu'?", '')
    """
    near = nearest(name, names)
    return "" if near is None else f"; did you mean {near!r}?"


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant, if any is near: case, spaces, hyphens and underscores do not count.

    >>> nearest("Petal lenght", ["petal_length", "petal_width"])
    'petal_length'
    """
    by_canonical = {canonical(known): known for known in names}
    near = difflib.get_close_matches(canonical(name), by_canonical, n=1)
    return by_canonical[near[0]] if near else None


def missing(path: Path) -> str:
    """Why there is no such file, in words, with the nearest name that there is in its folder.

    >>> missing(Path("no such folder/net.safetensors"))
    'does not exist, nor does its folder no such folder; check the path'
    """
    if not path.parent.is_dir():
        return f"does not exist, nor does its folder {path.parent}; check the path"
    names: list[str] = []
    with suppress(OSError), os.scandir(path.parent) as entries:  # a folder may be one that must not be read
        names = [entry.name for entry in islice(entries, 10_000)]
    near = nearest(path.name, names)
    return f"does not exist; {f'did you mean {path.with_name(near)}?' if near else 'check the path'}"


def listed(names: Iterable[object], most: int = 10) -> str:
    """The names with commas; of many, the first and how many more there are.

    >>> listed(["sepal", "petal"]), listed("abcde", most=3)
    ('sepal, petal', 'a, b, c and 2 more')
    """
    words = [str(name) for name in names]
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def quoted(names: Iterable[object], most: int = 10) -> str:
    """The names with commas, each in quotation marks: for names that users chose.

    >>> quoted(["petal length", "x"])
    "'petal length', 'x'"
    """
    return listed((excerpt(str(name)) for name in names), most)


def excerpt(value: object, most: int = 60) -> str:
    """The value as Python writes it, cut off where it is long.

    >>> excerpt("abc"), excerpt("abcdefg", most=6)
    ("'abc'", "'abcd… (9 characters)")
    """
    text = repr(value)
    return text if len(text) <= most else f"{text[: most - 1]}… ({counted(len(text), 'character')})"


def joined(names: Iterable[object], word: str = "and") -> str:
    """All the names, as a sentence has them.

    >>> joined("a"), joined("ab"), joined("abc"), joined("ab", "or")
    ('a', 'a and b', 'a, b and c', 'a or b')
    """
    *others, last = (str(name) for name in names)
    return f"{', '.join(others)} {word} {last}" if others else last


def latex_name(name: str) -> str:
    r"""A name in LaTeX's mathematics: a letter with its index, or a word.

    >>> print(latex_name("w"), latex_name("w1"), latex_name("a1_2"), latex_name("dense_1.weights"))
    w w_{1} a_{1,2} \text{dense\_1.weights}
    >>> print(latex_name("leaky_relu(w1)"))
    \operatorname{leaky\_relu}(w_{1})
    >>> print(latex_name("weight(u→w2)"), latex_name("w2⁽¹⁾"))
    \operatorname{weight}(u \to w_{2}) w_{2}^{(1)}
    """
    if match := re.fullmatch(r"([^()]+)⁽(.+)⁾", name):
        return f"{latex_name(match[1])}^{{({match[2].translate(LOWERED)})}}"
    if match := re.fullmatch(r"(\w+)\((.+)\)", name):
        return rf"\operatorname{{{match[1].replace('_', chr(92) + '_')}}}({latex_name(match[2])})"
    if match := re.fullmatch(r"([A-Za-z])_?([\d_]*|j)", name):
        return f"{match[1]}_{{{match[2].replace('_', ',')}}}" if match[2] else match[1]
    return r" \to ".join(latex_text(end) if end == name else latex_name(end) for end in name.split("→"))


def latex_text(text: str) -> str:
    r"""Words in LaTeX's mathematics.

    >>> print(latex_text("50 % of x_1"))
    \text{50 \% of x\_1}
    """
    return rf"\text{{{text.translate(LATEX)}}}"


class Shown(str):
    """A text of several lines that Python's prompt and notebooks show in lines, as print does.

    >>> Shown("y = 2x\\nR² = 1")
    y = 2x
    R² = 1
    """

    def __repr__(self) -> str:
        return str(self)


# ── what is shown, not obeyed ───────────────────────────────────────────────────────────────────────────────────────


def visible(text: object, keep: str = "") -> str:
    """A text of the user's as it may be printed: what a terminal would obey (escapes, line ends, marks that turn the
    direction of writing) is shown in Python's spelling, but for the characters in ``keep``.

    >>> print(visible("red\\x1b[31m"))
    red\\x1b[31m
    """
    return "".join(ch if ch in keep or is_harmless(ch) else ch.encode("unicode_escape").decode() for ch in str(text))


def is_harmless(ch: str) -> bool:
    """Whether a character is only shown, and changes nothing about how others are."""
    joiners = "\u200c\u200d"  # Persian, Indian scripts and emoji are written with them
    return ch.isprintable() or ch in joiners or unicodedata.category(ch) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
