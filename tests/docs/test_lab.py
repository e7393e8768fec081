"""The user guide of the lab names every page, and shows pictures that are there and small."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from glassnet.lab.pages import PAGES
from tests.lab.conftest import DESK, PHONE
from tools.lab_pictures import FOLDER, LOOKS, STATES

DOCS = Path(__file__).parents[2] / "docs"
WEB = DOCS.parent / "web" / "src" / "pages"
TEXT = (DOCS / "lab.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"!\[([^\]]+)\]\((lab/[^)]+)\)", TEXT)


@pytest.mark.parametrize("name", PAGES)
def test_it_names_every_page(name: str) -> None:
    about = (WEB / name / "about.ts").read_text(encoding="utf-8")
    [title] = re.findall(r'title: "(.+)"', about)
    assert f"\n## {title}\n" in TEXT
    assert re.search(rf"^\|.*\[{re.escape(title)}\]\(#", TEXT, re.MULTILINE), "no part of the lecture is shown on it"


def test_every_picture_is_there_in_the_size_of_its_look() -> None:
    assert len(SHOWN) > len(STATES)
    for said, path in SHOWN:
        size = PHONE if path.endswith("-phone.png") else DESK
        with Image.open(DOCS / path) as image:
            assert image.size == (size["width"], size["height"])
            assert image.mode == "P"
        assert said


def test_pictures_are_small_and_of_pages_that_are() -> None:
    for path in FOLDER.iterdir():
        name, _, look = path.stem.rpartition("-")
        assert name in {"overview", *PAGES}
        assert look in LOOKS
        assert path.stat().st_size < 100_000


def test_states_are_of_pages_that_are() -> None:
    assert set(STATES) <= set(PAGES)
