"""What Python writes replaces nothing but what Glassnet wrote; cli/test_writing.py asks the same of the commands."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import glassnet as gn
from glassnet.practice import worksheet

X, Y = [[0.0], [1.0], [2.0], [4.0]], [1.0, 3.5, 4.0, 8.0]


def network(inputs: int = 1) -> gn.Network:
    return gn.Network(inputs, gn.Dense(2, "relu"), gn.Dense(1))


def history(path: Path) -> object:
    return network().fit(X, Y, epochs=2).plot(path)


WRITERS: dict[str, tuple[list[str], Callable[[Any], object]]] = {
    "net.save": (["safetensors", "csv", ""], lambda path: network().save(path)),
    "net.draw": (["svg", "png", "pdf"], lambda path: network().draw(path)),
    "picture.save": (["svg", "png", "pdf"], lambda path: network().draw().save(path)),
    "learning rates": (["png"], lambda path: gn.find_learning_rate(network(), X, Y, steps=10).plot(path)),
    "regions.plot": (["svg"], lambda path: network(2).regions().plot(path)),
    "history.plot": (["pdf"], history),
    "regression.plot": (["svg", "png", "pdf"], lambda path: gn.LinearRegression().fit(X, Y).plot(path=path)),
    "sheet.save": (["md", "html", "pdf"], lambda path: worksheet(exercises=1).save(path)),
    "key.save": (["md"], lambda path: worksheet(exercises=1).save(path, answers=True)),
    "CsvLog": (["csv"], lambda path: network().fit(X, Y, epochs=1, callbacks=[gn.CsvLog(path)])),
}
CASES = [(writer, ending) for writer, (endings, _) in WRITERS.items() for ending in endings]


@pytest.mark.parametrize(("writer", "ending"), CASES)
@pytest.mark.parametrize("link", [False, True])
def test_a_file_of_the_users_is_kept(writer: str, ending: str, link: bool, tmp_path: Path) -> None:
    path = there = tmp_path / f"mine.{ending}"
    if link:
        there = tmp_path / "behind"
        path.symlink_to(there)
    there.write_bytes(b"x,y\n1,2\n")
    before = sorted(os.listdir(tmp_path))
    words = "there is a file of that name, and it is not a .* that Glassnet wrote; choose another name, or remove it"
    with pytest.raises(gn.GlassnetError, match=f"{path}.* cannot be (saved|written): {words} first$"):
        WRITERS[writer][1](path)
    assert there.read_bytes() == b"x,y\n1,2\n"
    assert sorted(os.listdir(tmp_path)) == before


@pytest.mark.parametrize(("writer", "ending"), CASES)
def test_an_older_one_of_ours_and_an_empty_file_are_replaced(writer: str, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"ours.{ending}"
    path.touch()
    for _ in range(2):
        WRITERS[writer][1](str(path))
        assert path.stat().st_size > 20
        os.utime(path, (0, 0))
    WRITERS[writer][1](path)
    assert path.stat().st_mtime > 0


def test_a_model_replaces_neither_a_checkpoint_nor_a_picture_nor_arrays_of_others(tmp_path: Path) -> None:
    import numpy as np
    from safetensors.numpy import save_file

    network().fit(X, Y, epochs=1, callbacks=[gn.Checkpoint(tmp_path)])
    network().draw(tmp_path / "net.svg")
    save_file({"weights": np.ones(3)}, tmp_path / "other.safetensors")
    for path in sorted(tmp_path.iterdir()):
        content = path.read_bytes()
        with pytest.raises(gn.ModelFileError, match="it is not a model that Glassnet wrote"):
            network().save(path)
        assert path.read_bytes() == content


def test_the_users_file_may_be_one_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "net.svg"
    path.write_text("mine")
    opened = Path.open

    def forbidden(self: Path, *args: Any, **kwargs: Any) -> Any:
        if self == path:
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises(gn.GlassnetError, match=r"net\.svg cannot be saved: you have no permission for it"):
        network().draw(path)
    monkeypatch.undo()
    assert path.read_text() == "mine"
