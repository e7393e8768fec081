"""Our signs on terminals and pipes whose encoding lacks them: each becomes the nearest that is there, never a "?"."""

from __future__ import annotations

import codecs
import unicodedata

LIKE = {
    "−": "-", "–": "-", "—": "-", "·": "*", "×": "x", "÷": "/", "⁄": "/", "≈": "~", "≤": "<=", "≥": ">=", "≠": "!=",
    "→": "->", "√": "sqrt", "∞": "inf", "∂": "d", "Σ": "sum ", "α": "alpha", "β": "beta", "δ": "delta ", "ε": "epsilon",
    "λ": "lambda", "ρ": "rho", "σ": "sigma", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "│": "|", "─": "-",
    "━": "-", "█": "#", "✓": "ok", "ß": "ss",
}  # fmt: skip
PLAIN = "glassnet.plain"
"""The name of the error handler, for a stream's ``errors``."""


def plain(text: str) -> str:
    """The text in ASCII: each sign as what it stands for, a letter without its accent, or the code of the sign.

    >>> plain("y ≈ −2.1·x²"), plain("p1⁽²⁾ + x₁"), plain("Größe ½"), plain("漢")
    ('y ~ -2.1*x^2', 'p1^(2) + x_1', 'Grosse 1/2', '\\\\u6f22')
    """
    written, raised = "", ""
    for sign in text:
        kind = unicodedata.decomposition(sign).partition(" ")[0]
        mark = {"<super>": "^", "<sub>": "_"}.get(kind, "")
        written += mark if mark != raised else ""
        raised = mark
        parts = LIKE.get(sign) or "".join(LIKE.get(part, part) for part in unicodedata.normalize("NFKD", sign))
        written += parts.encode("ascii", "ignore").decode() or sign.encode("unicode_escape").decode()
    return written


def _replaced(error: UnicodeError) -> tuple[str, int]:
    """What stands in for the signs that could not be written, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return plain(error.object[error.start : error.end]), error.end


codecs.register_error(PLAIN, _replaced)
