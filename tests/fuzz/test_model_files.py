"""Thousands of damaged and hostile model files, and a proof that the watch over them sees what it is to see.

GLASSNET_FUZZ_FILES says how many files; `make fuzz` and CI take more of them than the few seconds here allow.
"""

import os
import pickle
import time
from pathlib import Path

import numpy as np
import pytest

from tests.fuzz import model_files
from tests.fuzz.model_files import Broken, fuzz, refused, watched


def test_every_file_loads_or_is_refused_with_one_clear_error():
    report = fuzz(seed=0, indices=range(int(os.environ.get("GLASSNET_FUZZ_FILES", "1500"))))
    assert not report.broken, str(report)
    assert len(report.answers) > 100, f"the files are too much alike:\n{report}"
    assert report.answers["loaded"] > report.answers.total() / 20


def test_a_file_is_the_same_whenever_it_is_made(tmp_path):
    once, again = (model_files.sound_files(tmp_path)["networks"] for _ in range(2))
    assert [model_files.hostile_file(7, i, once) for i in range(50)] == [
        model_files.hostile_file(7, i, again) for i in range(50)
    ]


def test_a_seal_is_made_anew(tmp_path):
    sound = model_files.sound_files(tmp_path)["networks"][0]
    changed = bytearray(sound)
    changed[-1] ^= 64  # a weight
    path = tmp_path / "model.safetensors"
    path.write_bytes(changed)
    assert "its content is not what was saved" in model_files.read_network(path, len(changed))
    path.write_bytes(model_files.sealed_anew(bytes(changed)))
    assert model_files.read_network(path, len(changed)) == "loaded"


def test_execution_is_seen():
    with pytest.raises(Broken, match="executed"), watched(size=100, allowance=10**6):
        pickle.loads(pickle.dumps(np.float64))


def test_memory_is_seen():
    with pytest.raises(Broken, match=r"took 2,0.* bytes of memory for a file of 100"), watched(100, allowance=10**6):
        np.ones(2_000_000, np.uint8)


def test_a_hang_is_seen(monkeypatch):
    monkeypatch.setattr(model_files, "SECONDS", 0.05)
    with pytest.raises(Broken, match="no answer"), watched(size=100, allowance=10**6):
        time.sleep(60)


@pytest.mark.parametrize("message", ["elsewhere", "a.x: two\nlines", "a.x: \x1b[2J", "a.x: " + "long" * 300])
def test_words_that_do_not_help_are_seen(message):
    with pytest.raises(Broken, match="not one line"):
        refused(message, Path("a.x"))


def test_other_exceptions_are_seen(monkeypatch):
    def careless(path: Path, size: int) -> str:
        path.read_bytes().index(b"glassnet")
        return "loaded"

    monkeypatch.setitem(model_files.READERS, "arrays", careless)
    report = fuzz(seed=0, indices=range(0, 60, 2))
    assert report.broken
    assert "ValueError: subsection not found" in str(report)
