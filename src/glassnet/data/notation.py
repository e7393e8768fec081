"""How people write numbers: decimal commas, thousands marks, currencies, per cent, brackets, other minus signs.

Which mark is the decimal one is seldom told by one number; `number_columns` looks at a whole column.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
NO_VALUE = {"?", "na", "n/a", "nan", "nat", "null", "none"}  # in lower case
DASHES = {"-", "--", "---", "−", "–", "—", ".", "..", "…"}

MINUS = "−–﹣－-"  # minus, en dash, the small and the wide one; the hyphen last, as it goes into [ ]
SPACES = " \u00a0\u2007\u2009\u202f"  # also those that do not break, and the narrow ones
CODES = "EUR|USD|GBP|CHF|JPY|CNY|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK|HUF|TRY|BRL"
CURRENCY = rf"(?:US\$|[$¢£¤¥₠-₿﷼＄￠￡￥￦]|(?:{CODES})\b|Fr\.|kr\b)"
WRITTEN = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[+{MINUS}])?\s*(?P<before>{CURRENCY})?\s*(?P<second>[+{MINUS}])?\s*"
    rf"(?P<body>[\d.,](?:[\d.,'’{SPACES}]*[\d.,])?(?:[eE][+{MINUS}]?\d+)?)"
    rf"\s*(?P<after>[%‰]|°[CF]?|{CURRENCY})?\s*(?P<trailing>[{MINUS}])?\s*(?P<close>\))?",
    re.ASCII,
)
NO_CENTS = re.compile(r"(?<=\d)[.,]\s?[-–—]{1,2}(?=\D*$)")  # prices such as 5,– and 5.--
BODIES = {
    ".": re.compile(
        rf"(?P<whole>\d+|[1-9]\d{{0,2}}(?:,\d{{2,3}})*,\d{{3}}|[1-9]\d{{0,2}}(?:(?P<mark>[{SPACES}'’])\d{{3}})"
        r"(?:(?P=mark)\d{3})*|(?=\.\d))(?:\.(?P<part>\d*))?(?P<power>[eE].*)?",
        re.ASCII,
    ),
    ",": re.compile(
        rf"(?P<whole>\d+|[1-9]\d{{0,2}}(?:(?P<mark>[.{SPACES}'’])\d{{3}})(?:(?P=mark)\d{{3}})*|(?=,\d))"
        r"(?:,(?P<part>\d*))?(?P<power>[eE].*)?",
        re.ASCII,
    ),
}
"""The digits of a number by its decimal mark; thousands are parted by another one (by commas also as in India)."""


def means_missing(text: str) -> bool:
    """Whether a cell in a column of numbers or dates means that the value is missing: a dash, NA, none, ….

    >>> means_missing("–"), means_missing("None"), means_missing("-1")
    (True, True, False)
    """
    return text in DASHES or text.lower() in NO_VALUE


def in_ascii(text: str) -> str:
    """The text with the digits of any script, and wide or raised ones, as 0 to 9.

    >>> in_ascii("٣"), in_ascii("１．５")
    ('3', '1.5')
    """
    return "".join(str(unicodedata.decimal(c, c)) for c in unicodedata.normalize("NFKC", text))


@dataclass(frozen=True)
class Numeral:
    """A number as it is written, taken apart: "€ −1.250,5" has the digits "1.250,5" and the unit "€"."""

    negative: bool
    digits: str
    unit: str
    bookkeeping: bool  # (5) or 5-, which bookkeepers write for −5

    def plain(self, decimal: str) -> str | None:
        """The number as Python reads it, where ``decimal`` is the decimal mark; None where it cannot be."""
        return self._readings[decimal]

    @cached_property
    def _readings(self) -> dict[str, str | None]:
        return {decimal: self._read(decimal) for decimal in BODIES}

    def _read(self, decimal: str) -> str | None:
        match = BODIES[decimal].fullmatch(self.digits)
        if not match or (match["power"] and _grouped(match)):
            return None
        whole = re.sub(r"\D", "", match["whole"]) or "0"
        power = re.sub(f"[{MINUS}]", "-", match["power"] or "")
        return f"{'-' * self.negative}{whole}{'.' + match['part'] if match['part'] else ''}{power}"

    def grouped(self, decimal: str) -> bool:
        """Whether there are thousands marks."""
        match = BODIES[decimal].fullmatch(self.digits)
        return match is not None and _grouped(match)


def _grouped(match: re.Match[str]) -> bool:
    return bool(match["whole"]) and not match["whole"].isdecimal()


def numeral(text: str) -> Numeral | None:
    """The text taken apart, or None where it is no number in any way of writing.

    >>> numeral("−1 000,5 €")
    Numeral(negative=True, digits='1 000,5', unit='€', bookkeeping=False)
    """
    match = WRITTEN.fullmatch(NO_CENTS.sub("", text))
    signs = [sign for name in ("sign", "second", "trailing") if match and (sign := match[name])]
    brackets = bool(match and match["open"])
    if (
        not match
        or brackets != bool(match["close"])
        or len(signs) + brackets > 1
        or (match["before"] and match["after"])
    ):
        return None
    negative = brackets or any(sign in MINUS for sign in signs)
    unit = match["before"] or match["after"] or ""
    return Numeral(negative, match["body"], unit, brackets or bool(match["trailing"]))


def plain(text: str, decimal: str = ".") -> str | None:
    """A number as Python reads it, or None.

    >>> plain("$1,250.50"), plain("1.250,5", ","), plain("(3)"), plain("7 apples")
    ('1250.50', '1250.5', '-3', None)
    """
    taken = numeral(text)
    return taken.plain(decimal) if taken else None
