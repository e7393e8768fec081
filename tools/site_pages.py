"""What MkDocs does to the pages of docs/ first, as they are written for the tests and for reading on a forge too."""

import re
from typing import Any

OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+(?:src|tests|tools|bench|examples|[A-Z]+\.md)[^)]*\)")
WORDS = re.compile(r"^( *```python) .*$", re.MULTILINE)
SESSION = re.compile(r"^( *```)python(?=\n *>>>)", re.MULTILINE)
BLANK = re.compile(r"^ *<BLANKLINE>$", re.MULTILINE)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Links to files outside docs/ become plain text, and what only the tests need is taken out of the blocks."""
    for pattern, replacement in ((OUTSIDE, r"\1"), (WORDS, r"\1"), (SESSION, r"\1pycon"), (BLANK, "")):
        markdown = pattern.sub(replacement, markdown)
    return markdown
