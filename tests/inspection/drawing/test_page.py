"""The pictures in docs/pictures.md are those that its examples write."""

import re
from pathlib import Path

import pytest

from tests.docs.page import blocks, run

PAGE = Path(__file__).parents[3] / "docs" / "pictures.md"
PICTURES = re.findall(r"\]\(images/(\w+\.svg)\)", PAGE.read_text(encoding="utf-8"))


def test_untrained_networks_are_shown_as_they_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {}
    for block in blocks(PAGE):
        if "surfaces" in block.source:  # what is trained may differ in its last digits on another processor
            break
        run(block, PAGE, namespace)
    drawn = [name for name in PICTURES if (tmp_path / name).exists()]
    assert {"lecture.svg", "branches.svg", "wide.svg", "graph.svg", "step.svg"} <= set(drawn)
    for name in drawn:
        assert (PAGE.parent / "images" / name).read_bytes() == (tmp_path / name).read_bytes(), f"draw {name} again"


def test_every_picture_of_the_page_is_there() -> None:
    assert len(PICTURES) == 9
    assert all((PAGE.parent / "images" / name).stat().st_size < 100_000 for name in PICTURES)
