"""The front end's types and colours are those of the Python messages."""

from tools.lab_types import files


def test_the_types_are_up_to_date() -> None:
    old = [path.name for path, text in files().items() if not path.exists() or path.read_text("utf-8") != text]
    assert not old, "run `make types`"
