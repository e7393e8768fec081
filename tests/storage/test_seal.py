"""The seal: every changed bit of a file is noticed, what is equal has an equal seal, and anyone can compute it."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet import storage
from glassnet.ir.errors import ModelFileError
from glassnet.storage.seal import digest

ARRAYS = {
    "weights": np.arange(6, dtype="float32").reshape(2, 3),
    "biases": np.array([0.5, -1.5]),
    "step": np.array(3, "int64"),
    "empty": np.zeros((0, 2), "uint8"),
}
METADATA = {"network": {"labels": ["ja", "nein ß", "\U0001f600"], "rate": 1e-3, "one": 1.0, "none": None}}


def test_what_comes_back_from_a_file_has_the_seal_that_it_was_written_with(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    storage.write(path, ARRAYS, storage.sealed(ARRAYS, METADATA))
    arrays, metadata = storage.read(path)
    storage.require_seal(arrays, metadata, path)
    assert metadata["sha256"] == digest(ARRAYS, METADATA)


def test_the_seal_is_what_the_page_on_the_file_says() -> None:
    arrays = {"b": np.array([1.0, 2.0], "float32"), "a": np.array([[7]], "int64")}
    text = '[{"network":{"units":2}},[["a","<i8",[1,1]],["b","<f4",[2]]]]'
    expected = hashlib.sha256(text.encode() + arrays["a"].tobytes() + arrays["b"].tobytes()).hexdigest()
    assert digest(arrays, {"network": {"units": 2}}) == expected


@pytest.mark.parametrize(
    "equal",
    [
        dict(reversed(ARRAYS.items())),
        {name: array.astype(array.dtype.newbyteorder(">")) for name, array in ARRAYS.items()},
        {**ARRAYS, "weights": np.asfortranarray(ARRAYS["weights"])},
        {**ARRAYS, "biases": np.array([0.5, 9.0, -1.5])[::2]},
    ],
)
def test_order_and_layout_in_memory_do_not_matter(equal: dict[str, np.ndarray]) -> None:
    assert digest(equal, METADATA) == digest(ARRAYS, METADATA)


@pytest.mark.parametrize(
    ("arrays", "metadata"),
    [
        ({**ARRAYS, "biases": np.array([0.5, np.nextafter(-1.5, 0)])}, METADATA),
        ({**ARRAYS, "biases": np.array([0.5, -1.5], "float32")}, METADATA),
        ({**ARRAYS, "weights": ARRAYS["weights"].reshape(3, 2)}, METADATA),
        ({**ARRAYS, "empty": np.zeros((2, 0), "uint8")}, METADATA),
        ({**ARRAYS, "more": np.zeros(0)}, METADATA),
        ({("steq" if name == "step" else name): array for name, array in ARRAYS.items()}, METADATA),
        (ARRAYS, {"network": {**METADATA["network"], "one": 1}}),
        (ARRAYS, {"network": {**METADATA["network"], "labels": ["ja", "nein ss", "\U0001f600"]}}),
        (ARRAYS, {**METADATA, "more": None}),
        ({**ARRAYS, "biases": np.array([0.0, -1.5])}, METADATA),
    ],
)  # fmt: skip
def test_whatever_differs_has_another_seal(arrays: dict[str, np.ndarray], metadata: dict) -> None:
    assert digest(arrays, metadata) != digest(ARRAYS, METADATA)
    with pytest.raises(ModelFileError, match="its content is not what was saved"):
        storage.require_seal(arrays, {**metadata, "sha256": digest(ARRAYS, METADATA)}, "a.safetensors")


@pytest.mark.parametrize("seal", [3, "", "abc", [], {}, True, "\x1b[2J"])
def test_what_is_no_seal(seal: object) -> None:
    with pytest.raises(ModelFileError) as refused:
        storage.require_seal(ARRAYS, {**METADATA, "sha256": seal}, "a.safetensors", missing=True)
    assert "is no SHA-256 of its content; copy it again" in str(refused.value)
    assert str(refused.value).isprintable()


def test_a_missing_seal_passes_only_where_it_may() -> None:
    storage.require_seal(ARRAYS, METADATA, "a.safetensors", missing=True)
    with pytest.raises(ModelFileError, match=r"a.safetensors cannot be used: it has no SHA-256"):
        storage.require_seal(ARRAYS, METADATA, "a.safetensors")


@pytest.mark.parametrize("array", [np.array([object()]), np.array(["a"]), np.ones(2, complex)])
def test_what_no_file_can_hold_is_refused_by_writing_not_by_sealing(tmp_path: Path, array: np.ndarray) -> None:
    arrays = {"a": array}
    with pytest.raises(ModelFileError, match="convert it to numbers"):
        storage.write(tmp_path / "a.safetensors", arrays, storage.sealed(arrays, {}))
    with pytest.raises(ModelFileError, match="which JSON cannot hold"):
        storage.write(tmp_path / "a.safetensors", {}, storage.sealed({}, {"a": array}))


def test_every_flipped_bit_of_a_model_is_noticed(tmp_path: Path) -> None:
    """Among the numbers by the seal; in the header, what is noticed may be something else."""
    net = gn.Network(3, gn.Dense(2, "relu"), gn.BatchNorm(epsilon=0.25), gn.Dense(2, "softmax"), seed=1)
    net.fit(np.eye(3), [0, 1, 1], epochs=2)
    path = tmp_path / "net.safetensors"
    net.save(path)
    content = path.read_bytes()
    begin = 8 + int.from_bytes(content[:8], "little")
    for place in range(begin, len(content)):
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)
        with pytest.raises(ModelFileError, match="its content is not what was saved"):
            gn.load(path)
    for place in range(begin):
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)
        with pytest.raises(ModelFileError):
            gn.load(path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"format":"glassnet"', b'"format":"glassneu"', "its format is damaged: it is 'glassneu'; copy it again"),
        (b'"format":"glassnet"', b'"gormat":"glassnet"', "it has 'gormat' beside its specification; copy it again"),
        (b'\\"sha256\\"', b'\\"sha255\\"', "cannot be used: it has 'sha255' beside its network; copy it again"),
        (b'"version":"1"', b'"version":"0"', "its version is '0', not a number"),
        (b'\\"network\\"', b'\\"netwosk\\"', "holds no network"),
    ],
)
def test_all_of_the_metadata_is_held_to_what_was_saved(old: bytes, new: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    gn.Network(3, gn.Dense(2), seed=1).save(path)
    content = path.read_bytes()
    assert content.count(old) == 1
    path.write_bytes(content.replace(old, new))
    with pytest.raises(ModelFileError) as refused:
        gn.load(path)
    assert words in str(refused.value)


def test_a_checkpoint_is_sealed(tmp_path: Path) -> None:
    gn.Network(1, gn.Dense(1)).fit([[0.0], [1.0]], [[1.0], [3.0]], epochs=1, callbacks=[gn.Checkpoint(tmp_path)])
    (path,) = tmp_path.glob("*.safetensors")
    arrays, metadata = storage.read(path)
    storage.require_seal(arrays, metadata, path)


def test_files_from_before_there_were_seals_are_loaded(tmp_path: Path) -> None:
    net = gn.Network(3, gn.Dense(2), seed=1)
    storage.write(tmp_path / "net.safetensors", net.arrays(), {"network": net.specification({})})
    np.testing.assert_array_equal(gn.load(tmp_path / "net.safetensors")(np.eye(3)), net(np.eye(3)))
