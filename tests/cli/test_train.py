"""glassnet train: images and tables, what is saved, checkpoints, Ctrl-C, divergence."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from tests.cli.conftest import Run, message


def test_images(run: Run, images: Path, tmp_path: Path) -> None:
    options = ("--epochs", 12, "--learning-rate", 0.005, "--dropout", 0, "--batch-size", 32)
    result = run("train", "mnist", "--hidden", 24, 16, *options, "--data", images, "--out", "net.safetensors")
    assert result.exit_code == 0, result.output
    assert f"600 training and 200 test images from {images}" in result.stdout
    assert "12/12" in result.stdout
    assert "On 200 test images: loss" in result.stdout
    network = gn.load("net.safetensors")
    assert [a.shape for a in network.parameters.values()] == [(784, 24), (24,), (24, 16), (16,), (16, 10), (10,)]
    assert network.labels == tuple("0123456789")
    assert network.history.epochs == 12
    _, _, x, y = gn.data.mnist(images)
    accuracy = network.evaluate(x, y)["accuracy"]
    assert accuracy > 0.7
    assert f"accuracy {100 * accuracy:.2f} %" in result.stdout


def test_same_seed_same_file(run: Run, images: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        options = ("--epochs", 1, "--seed", seed, "--data", images, "--augment", "--dropout", 0.2)
        assert run("train", "mnist", "--out", f"{name}.safetensors", *options).exit_code == 0
    a, b, c = (Path(f"{name}.safetensors").read_bytes() for name in "abc")
    assert a == b != c


def test_a_table_of_numbers(run: Run, rents: Path) -> None:
    result = run("train", rents, "--target", "rent", "--epochs", 60)
    assert result.exit_code == 0, result.output
    for found in ("regression of 'rent'", "Graz, Linz, Wien", "around 1979-", "Left out 'name'", "R² 0.9"):
        assert found in result.stdout
    network = gn.load("rents.safetensors")
    assert network.encoding is not None
    flat = [{"area": 100, "town": "Wien", "built": "1980-06-15"}]
    assert network(network.encoding.encode(flat))[0, 0] == pytest.approx(300 + 900 + 300, rel=0.1)


def test_the_loss_of_a_target_does_not_depend_on_its_unit(run: Run, tmp_path: Path) -> None:
    for name, unit in (("cents", 1.0), ("millions", 1e-8)):
        rows = "\n".join(f"{i},{unit * (3 * i + (i * 7) % 5)!r}" for i in range(40))
        (tmp_path / f"{name}.csv").write_text(f"x,y\n{rows}\n", encoding="utf-8")
        options = ("--epochs", 5, "--optimizer", "sgd", "--learning-rate", 0.1)
        assert run("train", f"{name}.csv", "--target", "y", *options).exit_code == 0
    one, other = (gn.load(f"{name}.safetensors").history["loss"] for name in ("cents", "millions"))
    np.testing.assert_allclose(one, other, rtol=1e-6)
    assert one[-1] < 0.5 < one[0]


def test_a_table_of_classes(run: Run, flowers: Path) -> None:
    result = run("train", flowers, "--target", "kind", "--epochs", 60)
    assert result.exit_code == 0, result.output
    assert "On 18 held-out rows: loss" in result.stdout
    network = gn.load("flowers.safetensors")
    assert network.labels == ("setosa", "versicolor", "virginica")
    assert network.predict([[7.0, 5.0], [5.0, 1.0]]).tolist() == [2, 0]


def test_few_rows_are_all_learned_from(run: Run, tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text("x,y\n1,2.5\n2,4.5\n3,6.5\n", encoding="utf-8")
    result = run("train", "few.csv", "--target", "y", "--epochs", 2)
    assert result.exit_code == 0, result.output
    assert "All 3 rows were needed for learning" in result.stdout


def test_options_reach_the_training(run: Run, flowers: Path) -> None:
    options = ("--activation", "tanh", "--dropout", 0.3, "--hidden", 7, "--log", "log.csv", "--validation", 0.5)
    result = run("train", flowers, "--target", "kind", "--epochs", 3, "--out", "n.safetensors", *options)
    assert result.exit_code == 0, result.output
    layers = gn.load("n.safetensors").specification({})["layers"]
    assert [layer["layer"] for layer in layers] == ["Rescale", "Dense", "Dropout", "Dense"]
    assert layers[1]["activation"] == {"activation": "Tanh"}
    assert layers[1]["units"] == 7
    assert "On 45 held-out rows" in result.stdout
    with open("log.csv", newline="", encoding="utf-8") as file:
        log = list(csv.DictReader(file))
    assert [row["epoch"] for row in log] == ["1", "2", "3"]
    assert f"{float(log[-1]['validation_loss']):.4g}" in result.stdout


def test_an_earlier_network_is_not_replaced_by_accident(run: Run, flowers: Path) -> None:
    first = ("train", flowers, "--target", "kind", "--epochs", 1)
    assert run(*first).exit_code == 0
    kept = Path("flowers.safetensors").read_bytes()
    assert "is there already; name another file with --out" in message(run(*first, "--seed", 5))
    assert Path("flowers.safetensors").read_bytes() == kept
    assert run(*first, "--seed", 5, "--out", "flowers.safetensors").exit_code == 0
    assert Path("flowers.safetensors").read_bytes() != kept


def test_stopped_and_resumed_is_the_run_that_was_never_stopped(
    run: Run, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train = ("train", "mnist", "--epochs", 3, "--data", images)
    assert run(*train, "--out", "whole.safetensors").exit_code == 0
    with monkeypatch.context() as patch:
        interrupt_in(patch, epoch=3)
        assert run(*train, "--out", "cut.safetensors", "--checkpoints", "kept").exit_code == 130
    result = run(*train, "--out", "cut.safetensors", "--checkpoints", "kept", "--resume")
    assert result.exit_code == 0, result.output
    assert "Going on after epoch 2 of 3." in result.stdout
    whole, cut = gn.load("whole.safetensors"), gn.load("cut.safetensors")
    assert whole.parameters.buffer.tobytes() == cut.parameters.buffer.tobytes()
    assert dict(whole.history) == dict(cut.history)


def test_ctrl_c_keeps_the_best_weights_and_says_so(run: Run, images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt_in(monkeypatch, epoch=3)
    result = run("train", "mnist", "--epochs", 9, "--data", images, "--out", "net.safetensors")
    assert result.exit_code == 130
    assert "interrupted after epoch 2; the network has the weights of epoch 2, the best by loss" in result.stderr
    assert "saved with the history in net.safetensors" in result.stderr
    assert gn.load("net.safetensors").history.epochs == 2


def interrupt_in(monkeypatch: pytest.MonkeyPatch, epoch: int) -> None:
    """Ctrl-C while the first batch of that epoch is learned from."""
    from glassnet.train import steps

    of_epoch = steps.epoch

    def interrupted(training: Any, *args: Any) -> Iterator[dict[str, float]]:
        if training.position["epoch"] == epoch - 1:
            raise KeyboardInterrupt
        yield from of_epoch(training, *args)

    monkeypatch.setattr(steps, "epoch", interrupted)


def test_divergence_is_named_and_nothing_untrained_saved(run: Run, flowers: Path) -> None:
    options = ("--optimizer", "sgd", "--learning-rate", 1e300, "--out", "net.safetensors")
    said = message(run("train", flowers, "--target", "kind", *options))
    assert "training diverged" in said
    assert "smaller learning rate" in said
    assert not Path("net.safetensors").exists()


def test_resuming_another_training_is_refused(run: Run, flowers: Path) -> None:
    train = ("train", flowers, "--target", "kind", "--checkpoints", "kept", "--out", "net.safetensors")
    assert run(*train, "--epochs", 2).exit_code == 0
    assert "add --resume to go on" in message(run(*train, "--epochs", 2))
    assert "checkpoint of another training" in message(run(*train, "--epochs", 2, "--hidden", 5, "--resume"))
    assert run(*train, "--epochs", 4, "--resume").exit_code == 0
    assert gn.load("net.safetensors").history.epochs == 4


def test_resume_starts_where_there_is_nothing_yet(run: Run) -> None:
    """Resuming where there is nothing yet simply starts, so that one command serves every restart."""
    table = "x,y\n" + "\n".join(f"{i},{2 * i}.5" for i in range(30))
    Path("t.csv").write_text(table, encoding="utf-8")
    result = run("train", "t.csv", "--target", "y", "--epochs", 2, "--checkpoints", "new", "--resume")
    assert result.exit_code == 0, result.output
    assert "Going on" not in result.stdout
