"""What MkDocs does to the pages of docs/ first, as they are written for the tests and for reading on a forge too."""

import re
from typing import Any

OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+(?:src|tests|tools|bench|examples|[A-Z]+\.md)[^)]*\)")
WORDS = re.compile(r"^( *```python) .*$", re.MULTILINE)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Links to files outside docs/, such as the source, become plain text; the tests' words on a fence go."""
    return WORDS.sub(r"\1", OUTSIDE.sub(r"\1", markdown))
