"""The lessons' pictures are there, small, and each drawn by code of a page that shows it."""

import re
from pathlib import Path

import pytest

LESSONS = Path(__file__).parents[2] / "docs" / "lessons"
PAGES = sorted(LESSONS.glob("*.md"))


def shown(page: Path) -> set[str]:
    return set(re.findall(r"!\[[^\]]+\]\(images/([^)]+)\)", page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_shows_what_its_code_draws(page: Path) -> None:
    drawn = set(re.findall(r'"([\w-]+\.(?:svg|png))"', page.read_text(encoding="utf-8")))
    assert shown(page) == drawn
    assert drawn


def test_pictures_are_kept_and_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (LESSONS / "images").iterdir() if path.suffix != ".py"}
    assert set(sizes) == set().union(*map(shown, PAGES))
    assert max(sizes.values()) < 60_000
