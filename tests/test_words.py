"""Words for people: what a terminal would obey is shown instead."""

import pytest

from glassnet.words import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Länge, cm · 😀", "Länge, cm · 😀"),
        ("\x1b[2J", "\\x1b[2J"),  # clears the screen
        ("\x9b31m", "\\x9b31m"),  # the same in one character of 8 bits
        ("a\rb\nc\td\x07", "a\\rb\\nc\\td\\x07"),
        ("abc\u202etxt", "abc\\u202etxt"),  # turns the direction of writing
        ("\u2028", "\\u2028"),
        ("\ud800", "\\ud800"),  # half a character, which cannot be printed at all
        ("می\u200cخواهم", "می\u200cخواهم"),  # needs its joiner
    ],
)
def test_what_a_terminal_would_obey_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(visible(text)) == shown


def test_characters_may_be_kept() -> None:
    assert visible("a\nb\x1b", keep="\n") == "a\nb\\x1b"
