"""Pictures are there, small, and each drawn by code of its page; the tests of the pages say whether they are fresh."""

import re
from pathlib import Path

import pytest

from tests.docs.page import blocks, run
from tests.docs.pictures import DOCS, LESSONS, PAGES, assert_fresh, shown, words_of


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_shows_what_its_code_draws(page: Path) -> None:
    drawn = set(re.findall(r'"([\w-]+\.(?:svg|png))"', page.read_text(encoding="utf-8")))
    assert shown(page) <= drawn
    if page.parent == LESSONS:
        assert shown(page) == drawn


def test_every_lesson_has_pictures() -> None:
    assert set(LESSONS.glob("*.md")) <= set(PAGES)


def test_untrained_networks_are_shown_as_they_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = DOCS / "pictures.md"
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {}
    for block in blocks(page):
        if "surfaces" in block.source:  # what is trained may differ in its last digits on another processor
            break
        run(block, page, namespace)
    drawn = [name for name in shown(page) if (tmp_path / name).exists()]
    assert {"lecture.svg", "branches.svg", "wide.svg", "graph.svg", "step.svg"} <= set(drawn)
    for name in drawn:
        assert (page.parent / "images" / name).read_bytes() == (tmp_path / name).read_bytes(), f"draw {name} again"


@pytest.mark.parametrize("folder", [DOCS, LESSONS], ids=["docs", "lessons"])
def test_pictures_are_kept_and_small(folder: Path) -> None:
    sizes = {path.name: path.stat().st_size for path in (folder / "images").iterdir() if path.suffix != ".py"}
    sizes.pop("drawn-digit.png", None)  # the README's, drawn by a file of its own
    assert set(sizes) == set().union(*(shown(page) for page in PAGES if page.parent == folder))
    assert max(sizes.values()) < 100_000


@pytest.mark.parametrize(("name", "letters"), [("2-4-3-1", "uvz"), ("1-3-3-1", "xABCDEFy")])
def test_the_lecture_s_networks_have_its_names(name: str, letters: str) -> None:
    words = words_of((LESSONS / "images" / f"{name}.svg").read_text(encoding="utf-8"))
    assert set(letters) <= set(words)


def test_a_picture_that_has_become_another_is_noticed(tmp_path: Path) -> None:
    page, kept = tmp_path / "page.md", tmp_path / "images"
    page.write_text("![A picture](images/a.svg)", encoding="utf-8")
    kept.mkdir()
    (kept / "a.svg").write_text("<text>x is 0.25</text>", encoding="utf-8")
    (tmp_path / "a.svg").write_text("<text>x is 0.26</text>", encoding="utf-8")
    assert_fresh(page, tmp_path)
    (tmp_path / "a.svg").write_text("<text>u is 0.25</text>", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"a.svg is not what page.md draws: make pictures"):
        assert_fresh(page, tmp_path)
