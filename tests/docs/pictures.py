"""The pictures of the documentation: which a page shows, and whether they are still what its code draws."""

import re
from pathlib import Path

from PIL import Image

DOCS = Path(__file__).parents[2] / "docs"
LESSONS = DOCS / "lessons"
SHOWN = re.compile(r"!\[[^\]]+\]\(images/([^)]+)\)")


def shown(page: Path) -> set[str]:
    """The names of the pictures on a page, which lie in the folder images beside it."""
    return set(SHOWN.findall(page.read_text(encoding="utf-8")))


PAGES = [page for page in sorted(DOCS.rglob("*.md")) if shown(page)]


def assert_fresh(page: Path, folder: Path) -> None:
    """The pictures on the page are those that its code has just drawn in the folder: their sizes, words and names.

    Their numbers may come from trainings, whose last digits differ from one machine to another.
    """
    for name in sorted(shown(page)):
        kept, drawn = page.parent / "images" / name, folder / name
        assert _essence(kept) == _essence(drawn), f"{name} is not what {page.name} draws: make pictures"


def _essence(path: Path) -> object:
    if path.suffix == ".svg":
        return words_of(path.read_text(encoding="utf-8"))
    with Image.open(path) as image:
        return image.size


def words_of(svg: str) -> list[str]:
    """The texts of a picture, in order, each number a #; matplotlib writes them as comments.

    >>> words_of('<svg><title>2 inputs</title><text x="1">−0.5</text><!-- loss --></svg>')
    ['# inputs', '#', 'loss']
    """
    texts = re.findall(r"<(?:text|tspan|title|desc)[^>]*>([^<]+)<|<!-- (.+?) -->", svg)
    return [re.sub(r"[−-]?[\d.]+", "#", text or comment).strip() for text, comment in texts]
