"""Texts: windows and what comes next, files that are none, and texts that are too short."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.data.text import windows


@given(st.integers(1, 60), st.integers(1, 9), st.integers(1, 9))
def test_each_window_goes_on_in_its_target(count: int, length: int, stride: int) -> None:
    x, y = windows(np.arange(count), length, stride)
    assert x.shape == y.shape == (-(-max(count - length, 0) // stride), length)
    np.testing.assert_array_equal(y, x + 1)
    np.testing.assert_array_equal(x[:, 0], np.arange(len(x)) * stride)


def test_the_tale_is_there_and_held_out_at_its_end() -> None:
    text = gn.data.text()
    assert text.x_train.shape[1] == 64
    assert len(text.train) == pytest.approx(9 * len(text.test), rel=0.01)
    whole = text.tokens.decode([*text.train, *text.test])
    assert whole.startswith("Once there was a village")
    assert whole.endswith("and they add.\n")
    assert not set(map(tuple, text.x_test)) & set(map(tuple, text.x_train))


def test_byte_pairs_of_a_text_are_fewer_tokens() -> None:
    letters, pairs = gn.data.text(length=8), gn.data.text(length=8, tokens=400)
    assert pairs.tokens.size == 400
    assert len(pairs.train) < 0.6 * len(letters.train)
    assert "byte pairs" in pairs.source
    again = gn.data.text(
        io.StringIO("there was a girl and a lamp on the hill"), length=4, tokens=pairs.tokens, held_out=0
    )
    assert again.tokens is pairs.tokens


def test_files_as_people_have_them(tmp_path: Path) -> None:
    path = tmp_path / "book.txt"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree" * 10)
    text = gn.data.text(path, length=4)
    assert text.tokens.decode(text.train[:14]) == "one\ntwo\nthree\ufeff"[:14]
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert gn.data.text(file, length=4).tokens.size >= text.tokens.size


@pytest.mark.parametrize(
    ("content", "settings", "words"),
    [
        (b"", {}, "book.txt is empty; there is nothing to learn from"),
        (b" \n\n", {}, "is empty"),
        (b"caf\xe9\n", {}, "line 1: not UTF-8 text; save it as plain text in UTF-8"),
        (b"\0\1", {}, "is not a text file"),
        (b"too short", {}, "the text has 9 tokens, of which 8 are for learning, and a window of 64 needs 65"),
        (
            b"x" * 100,
            {"length": 30},
            "of which 10 are for the test, and a window of 30 needs 31; take a smaller length",
        ),
        (b"x" * 2000, {"length": 5000}, "of which 1,800 are for learning, and a window of 5,000 needs 5,001"),
        (b"x" * 100, {"length": 0}, "the length of a window must be a whole number of at least 1, got 0"),
        (b"x" * 100, {"stride": 0}, "the stride of the windows"),
        (b"x" * 100, {"held_out": 1.0}, "the share of the text that is held out must be a number"),
        (
            b"x" * 100,
            {"tokens": "words"},
            "tokens are 'characters', a number of byte pairs such as 512, or another text's",
        ),
        (b"x" * 100, {"tokens": gn.data.Characters("abc")}, "the text has the character 'x', which is not one of"),
    ],
)
def test_what_cannot_be_read_is_said(content: bytes, settings: Any, words: str, tmp_path: Path) -> None:
    path = tmp_path / "book.txt"
    path.write_bytes(content)
    with pytest.raises(gn.GlassnetError, match=words):
        gn.data.text(path, **settings)


def test_no_file_and_no_text(tmp_path: Path) -> None:
    with pytest.raises(gn.DataError, match=r"there is no file .*; name a text file, or 'tale', which comes with"):
        gn.data.text(tmp_path / "none.txt")
    with pytest.raises(gn.DataError, match="is a folder; give the path of a file"):
        gn.data.text(tmp_path)
    with pytest.raises(gn.GlassnetError, match="a text is a file by its path, or an open one, got 5"):
        gn.data.text(5)  # type: ignore[arg-type]
    with pytest.raises(gn.GlassnetError, match="an open file must be of text"):
        gn.data.text(io.BytesIO(b"text"))  # type: ignore[arg-type]


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device that has no end")
def test_a_device_is_not_read() -> None:
    with pytest.raises(gn.DataError, match="/dev/zero"):
        gn.data.text("/dev/zero")
