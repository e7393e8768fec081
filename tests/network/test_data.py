"""What samples may come in: arrays, lists, frames, streams, files larger than memory; and what tasks there are."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import glassnet as gn

ROOT = Path(__file__).parents[2]
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(120, 3)).round(2)
CLASSES = X[:, :2].argmax(axis=1) + 2 * (X[:, 2] > 1)
CLASSES[CLASSES > 2] = 2
VALUES = X @ [1.0, -2.0, 0.5]


def classifier(**settings: Any) -> gn.Network:
    return gn.Network(3, gn.Dense(16, "tanh"), gn.Dense(3, "softmax"), **settings)


def regressor(**settings: Any) -> gn.Network:
    return gn.Network(3, gn.Dense(16, "tanh"), gn.Dense(1), **settings)


# ── containers ──────────────────────────────────────────────────────────────────────────────────────────────────────

FRAME = {"a": X[:, 0], "b": X[:, 1], "c": X[:, 2]}
FORMS = {
    "lists": (X.tolist(), CLASSES.tolist()),
    "tuples": (tuple(map(tuple, X)), tuple(CLASSES)),
    "float32": (X.astype(np.float32), CLASSES.astype(np.int32)),
    "fortran order": (np.asfortranarray(X), CLASSES),
    "read only": (np.broadcast_to(X, X.shape), CLASSES.astype(np.uint8)),
    "labels as floats": (X, CLASSES.astype(float)),
    "labels in a column": (X, CLASSES[:, None]),
    "labels one-hot": (X, np.eye(3, dtype=int)[CLASSES]),
    "pandas": (pd.DataFrame(FRAME), pd.Series(CLASSES)),
    "pandas with another index": (
        pd.DataFrame(FRAME, index=range(500, 620)),
        pd.Series(CLASSES, index=range(500, 620)),
    ),
    "polars": (pl.DataFrame(FRAME), pl.Series(CLASSES)),
    "objects": (X.astype(object), CLASSES.astype(object)),
}


@pytest.mark.parametrize("form", FORMS)
def test_whatever_holds_the_numbers(form: str) -> None:
    x, y = FORMS[form]
    expected, net = classifier(), classifier()
    expected.fit(X, CLASSES, epochs=2, validation=0.2)
    history = net.fit(x, y, epochs=2, validation=0.2)
    assert history.epochs == 2
    np.testing.assert_allclose(net.parameters.buffer, expected.parameters.buffer, rtol=2e-5, atol=1e-6)
    np.testing.assert_allclose(net(x), expected(X), rtol=1e-4, atol=1e-6)
    assert net.evaluate(x, y) == pytest.approx(expected.evaluate(X, CLASSES), rel=1e-4)


def test_bytes_stay_bytes() -> None:
    """Images are 8 bits a number; as floats they would take four times the memory."""
    images = RANDOM.integers(0, 256, (50, 4, 4), dtype=np.uint8)
    kinds = set()

    def note(x: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        kinds.add(x.dtype)
        return x

    net = gn.Network((4, 4), gn.Rescale(1 / 255), gn.Flatten(), gn.Dense(2, "softmax"))
    net.fit(images, images[:, 0, 0] > 127, epochs=1, augment=note)
    assert kinds == {np.dtype(np.uint8)}


def test_a_sample_by_itself() -> None:
    net = classifier()
    np.testing.assert_array_equal(net(X[0]), net(X[:1])[0])
    assert net(X[0]).shape == (3,)
    assert net.predict(X[0]).shape == ()
    assert net.predict(X[0]) == net.predict(X)[0]
    assert net.loss(X[0], CLASSES[0]) == pytest.approx(net.loss(X[:1], CLASSES[:1]))


def test_many_samples_in_parts_are_the_same_samples() -> None:
    net, many = classifier(dtype="float64"), np.tile(X, (30, 1))
    np.testing.assert_array_equal(net(many), np.tile(net(X), (30, 1)))
    assert net.loss(many, np.tile(CLASSES, 30)) == pytest.approx(net.loss(X, CLASSES), rel=1e-12)


# ── streams ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Stream:
    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        return ((X[i : i + 32], CLASSES[i : i + 32]) for i in range(0, 120, 32))


@pytest.mark.parametrize("stream", [Stream(), list(Stream()), iter(Stream()), (batch for batch in Stream())])
def test_a_stream_is_the_array_it_is_cut_from(stream: Any) -> None:
    epochs = 3 if isinstance(stream, Stream | list) else 1  # the others can be read only once
    net, expected = classifier(), classifier()
    history = net.fit(stream, epochs=epochs, validation=(X, CLASSES))
    wanted = expected.fit(X, CLASSES, epochs=epochs, batch_size=32, shuffle=False, validation=(X, CLASSES))
    assert (net.parameters.buffer == expected.parameters.buffer).all()
    assert history["validation_loss"] == wanted["validation_loss"]
    assert history["loss"] == wanted["loss"]


def test_a_stream_with_weights() -> None:
    weights = np.linspace(0, 1, 120)
    net, expected = classifier(), classifier()
    net.fit([(X[i : i + 40], CLASSES[i : i + 40], weights[i : i + 40]) for i in (0, 40, 80)], epochs=2)
    expected.fit(X, CLASSES, sample_weight=weights, batch_size=40, shuffle=False, epochs=2)
    assert (net.parameters.buffer == expected.parameters.buffer).all()


# ── files larger than memory ────────────────────────────────────────────────────────────────────────────────────────

MAPPED = """
import resource, sys
import numpy as np
import glassnet as gn

path, samples, more = sys.argv[1], int(sys.argv[2]), int(sys.argv[4])
x = np.memmap(path, np.float32, mode="r", shape=(samples, 256))
y = np.arange(samples) % 2
net = gn.Network(256, gn.Dense(4, "relu"), gn.Dense(2, "softmax"))
net.fit(x[:512], y[:512], epochs=1, validation=(x[:64], y[:64]))  # so that all is loaded

status = dict(line.split(":", 1) for line in open("/proc/self/status"))
held = 1024 * int(status["VmData"].split()[0])  # the process's own memory: pages of a mapped file do not count
resource.setrlimit(resource.RLIMIT_DATA, (held + more, -1))
validation = (x[: samples // 2], y[: samples // 2]) if sys.argv[3] == "pair" else 0.5
net.fit(x, y, epochs=1, batch_size=4096, validation=validation)
net(x[: samples // 2])
"""


def run_mapped(folder: Path, validation: str, more: int) -> subprocess.CompletedProcess[str]:
    """Train on a file of 64 MiB with so many bytes of memory more than were needed to begin with."""
    samples, path = 65_536, folder / "x.bin"
    with path.open("wb") as file:
        file.truncate(samples * 256 * 4)
    command = [sys.executable, "-c", MAPPED, str(path), str(samples), validation, str(more)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds what a process holds besides mapped files")
@pytest.mark.parametrize("validation", ["pair", "share"])
def test_a_memory_map_is_never_in_memory_at_once(validation: str, tmp_path: Path) -> None:
    result = run_mapped(tmp_path, validation, 28 << 20)
    assert result.returncode == 0, result.stderr
    assert "MemoryError" in run_mapped(tmp_path, validation, 1 << 20).stderr, "the bound does not bind"


def test_a_memory_map_trains_like_the_array(tmp_path: Path) -> None:
    mapped = np.memmap(tmp_path / "x.bin", np.float32, mode="w+", shape=X.shape)
    mapped[:] = X
    net, expected = classifier(), classifier()
    net.fit(mapped, CLASSES, epochs=2, validation=(mapped[:20], CLASSES[:20]))
    expected.fit(X.astype(np.float32), CLASSES, epochs=2)
    assert (net.parameters.buffer == expected.parameters.buffer).all()


# ── tasks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_classification(dtype: str) -> None:
    net = classifier(dtype=dtype)
    assert net(X).dtype == dtype
    net.fit(X, CLASSES, epochs=60, optimizer=gn.Adam(0.02))
    assert net.evaluate(X, CLASSES)["accuracy"] > 0.93
    assert set(net.predict(X)) == {0, 1, 2}
    assert (net.predict(X) == net(X).argmax(axis=1)).all()


@pytest.mark.parametrize("shape", [(120,), (120, 1)])
def test_regression(shape: tuple[int, ...]) -> None:
    net = regressor()
    history = net.fit(X, VALUES.reshape(shape), epochs=150, optimizer=gn.Adam(0.02), metrics=["r2", "mae"])
    assert history["r2"][-1] > 0.97
    assert net.predict(X).shape == (120, 1)


def test_yes_or_no() -> None:
    net, y = gn.Network(3, gn.Dense(8, "tanh"), gn.Dense(1, "sigmoid")), X[:, 0] > X[:, 1]
    net.fit(X, y, epochs=60, optimizer=gn.Adam(0.05))
    assert net.evaluate(X, y)["accuracy"] > 0.95
    assert net.predict(X).shape == (120,)
    assert set(net.predict(X)) == {0, 1}


def test_several_labels_at_once() -> None:
    net, y = gn.Network(3, gn.Dense(16, "tanh"), gn.Dense(3, "sigmoid")), (X > 0).astype(int)
    net.fit(X, y, epochs=80, optimizer=gn.Adam(0.05), metrics=["accuracy", "precision", "recall", "f1"])
    assert min(net.evaluate(X, y, metrics=["accuracy", "precision", "recall", "f1"]).values(), default=0) >= 0
    assert net.evaluate(X, y)["accuracy"] > 0.95
    assert (net.predict(X) == (net(X) > 0.5)).all()
    assert net.predict(X).shape == (120, 3)


def test_several_values_at_once() -> None:
    net = gn.Network(3, gn.Dense(2))
    net.fit(X, X[:, :2] * 2, epochs=150, optimizer=gn.Adam(0.05))
    assert net.evaluate(X, X[:, :2] * 2)["mae"] < 0.05


# ── weights of samples and classes ──────────────────────────────────────────────────────────────────────────────────


def test_a_sample_of_weight_2_is_a_sample_given_twice() -> None:
    twice, weighted = regressor(dtype="float64"), regressor(dtype="float64")
    twice.fit(np.repeat(X, 2, axis=0), np.repeat(VALUES, 2), epochs=3, batch_size=240, optimizer=gn.SGD(0.1))
    weighted.fit(X, VALUES, sample_weight=np.full(120, 2.0), epochs=3, batch_size=120, optimizer=gn.SGD(0.05))
    np.testing.assert_allclose(twice.parameters.buffer, weighted.parameters.buffer, rtol=1e-9)


def test_a_sample_of_weight_0_is_not_there() -> None:
    """Only the mean is over all samples: half of them away is half the step."""
    half, weighted = regressor(dtype="float64"), regressor(dtype="float64")
    half.fit(X[::2], VALUES[::2], epochs=3, batch_size=60, optimizer=gn.SGD(0.05))
    weights = np.arange(120) % 2 == 0
    weighted.fit(X, VALUES, sample_weight=weights, epochs=3, batch_size=120, optimizer=gn.SGD(0.1))
    np.testing.assert_allclose(half.parameters.buffer, weighted.parameters.buffer, rtol=1e-9)


def test_weights_of_classes_are_weights_of_their_samples() -> None:
    by_class, by_sample = classifier(), classifier()
    by_class.fit(X, CLASSES, class_weight={0: 3.0, 2: 0.5}, epochs=2)
    by_sample.fit(X, CLASSES, sample_weight=np.array([3.0, 1.0, 0.5])[CLASSES], epochs=2)
    assert (by_class.parameters.buffer == by_sample.parameters.buffer).all()
    both = classifier()
    both.fit(X, np.eye(3)[CLASSES], sample_weight=np.full(120, 2.0), class_weight={0: 1.5, 1: 0.5, 2: 0.25}, epochs=2)
    np.testing.assert_allclose(both.parameters.buffer, by_sample.parameters.buffer, rtol=1e-4, atol=1e-6)


def test_a_heavy_class_is_answered_more_often() -> None:
    light, heavy = classifier(), classifier()
    light.fit(X, CLASSES, epochs=20)
    heavy.fit(X, CLASSES, class_weight={2: 20.0}, epochs=20)
    assert (heavy.predict(X) == 2).sum() > (light.predict(X) == 2).sum()
