"""Worksheets: the same for the same seed, without the answers, and with a key that is what the network computes."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import glassnet as gn
from glassnet.practice import Sheet, worksheet


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return worksheet(exercises=10, seed=7)


def test_a_sheet_rises_through_the_levels(sheet: Sheet) -> None:
    assert [one.title for one in sheet.exercises] == list(gn.practice.LEVELS)[:10]
    assert len({one.title for one in worksheet(3, 7, level=2).exercises}) == 1


def test_the_same_seed_gives_the_same_sheet(sheet: Sheet) -> None:
    same, other = worksheet(exercises=10, seed=7), worksheet(exercises=10, seed=8)
    for answers in (False, True):
        assert sheet.markdown(answers) == same.markdown(answers)
        assert sheet.html(answers) == same.html(answers)
        assert sheet.markdown(answers) != other.markdown(answers)


def test_the_same_in_another_process(sheet: Sheet) -> None:
    code = "from glassnet.practice import worksheet; print(worksheet(10, 7).markdown(True), end='')"
    command = [sys.executable, "-X", "utf8", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout == sheet.markdown(answers=True)


def test_the_key_is_what_the_network_computes(sheet: Sheet) -> None:
    sections = sheet.markdown(answers=True).split("\n## ")[1:]
    for drawn, section in zip(sheet.exercises, sections, strict=True):
        found = dict(re.findall(r"`(\S+) = .*?[=≈] (−?[\d.]+)[`\s]", section))
        for name in set(found) & set(drawn.numbers.neurons):
            assert float(found[name].replace("−", "-")) == pytest.approx(float(drawn.numbers[name].value), rel=5e-4)
        if "y" in found:
            value = float(found["y"].replace("−", "-"))
            assert value == pytest.approx(drawn.network(drawn.x).item(), rel=5e-4)
        assert "y" in found or drawn.title == "Backpropagation"


def test_a_sheet_has_everything_but_the_answers(sheet: Sheet) -> None:
    page, markdown = sheet.html(), sheet.markdown()
    assert page.count("<svg") == 10
    for drawn in sheet.exercises:
        for question in drawn.questions:
            assert f"`{question.name}` = ____" in markdown
            assert question.explanation.text.replace("-", "−") not in page
        for weight in (cell for table in drawn.tables for row in table.rows for cell in row[1:]):
            assert weight.replace("-", "−") in markdown


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_needs_nothing_else(sheet: Sheet) -> None:
    for answers in (False, True):
        tags = Tags()
        tags.feed(sheet.html(answers))
        assert not tags.open
        assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in tags.seen}
        names = [attributes["id"] for _, attributes in tags.seen if "id" in attributes]
        assert len(set(names)) == len(names)


def test_files(tmp_path: Path) -> None:
    small = worksheet(exercises=1, seed=7)
    for name in ("sheet.md", "sheet.html", "sheet.pdf"):
        small.save(tmp_path / name)
    small.save(tmp_path / "key.pdf", answers=True)
    assert (tmp_path / "sheet.md").read_text(encoding="utf-8") == small.markdown()
    assert (tmp_path / "sheet.html").read_text(encoding="utf-8") == small.html()
    for name in ("sheet.pdf", "key.pdf"):
        assert (tmp_path / name).read_bytes().startswith(b"%PDF")
    assert small.pdf(answers=True) == (tmp_path / "key.pdf").read_bytes()
    with pytest.raises(gn.GlassnetError, match=r"\.md, \.html or \.pdf"):
        small.save(tmp_path / "sheet.doc")
    with pytest.raises(gn.GlassnetError, match="the number of exercises"):
        worksheet(0)
    with pytest.raises(gn.GlassnetError, match="levels"):
        worksheet(2, level=0)
