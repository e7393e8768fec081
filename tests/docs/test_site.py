"""What the site makes of the pages: what is copied runs, formulas are typeset, lessons have a notebook."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tools.site_pages import on_page_content, on_page_markdown, on_post_build


def made_of(markdown: str, name: str = "book.md") -> str:
    return on_page_markdown(markdown, page=SimpleNamespace(file=SimpleNamespace(src_uri=name)))


def test_sessions_become_code_and_output_without_prompts() -> None:
    session = (
        "- a\n\n  ```python mnist\n  >>> x = 1          # one\n  >>> x\n  1\n"
        "  >>> print('a\\n\\nb')\n  a\n  <BLANKLINE>\n  b\n  ```\n"
    )
    assert made_of(session) == (
        "- a\n\n  ```python\n  x = 1  # one\n  x\n  ```\n\n  ```output\n  1\n  ```\n\n"
        "  ```python\n  print('a\\n\\nb')\n  ```\n\n  ```output\n  a\n\n  b\n  ```\n"
    )


def test_commands_lose_their_prompts() -> None:
    assert made_of("```console\n$ glassnet info\n$ ls\n```\n") == "```sh\nglassnet info\nls\n```\n"
    assert made_of("```console\n$ echo 1\n1\n```\n") == "```console\n$ echo 1\n1\n```\n"


def test_links_out_of_the_pages_become_text() -> None:
    assert made_of("[a](../src/a.py), [b](cli.md)\n") == "a, [b](cli.md)\n"


def test_a_lesson_has_its_notebook(tmp_path: Path) -> None:
    assert 'href="04-feeding-forward.ipynb" download' in made_of("# 4\n\ntext\n", "lessons/04-feeding-forward.md")
    assert "download" not in made_of("# 4\n\ntext\n")
    on_post_build(SimpleNamespace(site_dir=tmp_path))
    assert (tmp_path / "lessons" / "04-feeding-forward.ipynb").exists()


@pytest.mark.parametrize(
    ("html", "display"),
    [
        ('<span class="arithmatex">\\(a &lt; b^2\\)</span>', "inline"),
        ('<div class="arithmatex">\\[\na &lt; b^2\n\\]</div>', "block"),
    ],
)
def test_formulas_are_typeset_without_scripts(html: str, display: str) -> None:
    typeset = on_page_content(html)
    assert typeset.startswith(f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="{display}">')
    assert "<msup><mi>b</mi><mn>2</mn></msup>" in typeset
    assert "arithmatex" not in typeset
