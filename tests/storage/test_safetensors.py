"""Model files: kept whole through crashes and full disks, the same for the safetensors library, and never trusted."""

import errno
import gzip
import io
import json
import os
import pickle
import resource
import signal
import stat
import subprocess
import sys
import threading
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from glassnet import storage
from glassnet.ir.errors import ModelFileError
from glassnet.storage.header import DTYPES, NAME_LIMIT, TENSOR_LIMIT
from glassnet.storage.metadata import DEPTH_LIMIT, TEXT_LIMIT, VALUE_LIMIT

ARRAYS = {
    "dense_1.weights": np.arange(6, dtype="float32").reshape(2, 3),
    "dense_1.biases": np.array([0.5, -1.5, 1e-40], "float32"),
    "seed": np.array(2**63 + 1, "uint64"),
}
METADATA = {"network": {"layers": [{"layer": "Dense", "units": 3}], "labels": ["ja", "nein ß", "\U0001f600"]}}


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "digits.safetensors"


def same(found, expected) -> None:
    assert found.keys() == expected.keys()
    for name in expected:
        np.testing.assert_array_equal(found[name], expected[name], strict=True)


def refusal(path, load=storage.read) -> str:
    """The message with which a file is refused, without the file's name."""
    with pytest.raises(ModelFileError) as caught:
        load(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert message.isprintable()
    return message.removeprefix(str(path)).removeprefix(" cannot be read: ")


def assemble(header: str | dict, data: bytes = b"") -> bytes:
    """The bytes of a file with this header, in JSON or as it is."""
    content = (header if isinstance(header, str) else json.dumps(header)).encode("utf-8", "surrogatepass")
    return len(content).to_bytes(8, "little") + content + data


def entry(shape=(2,), offsets=(0, 8), dtype="F32") -> dict:
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


ENTRY = json.dumps(entry())


# ── what is written is read ─────────────────────────────────────────────────────────────────────────────────────────


def test_round_trip(path):
    storage.write(path, ARRAYS, METADATA)
    arrays, metadata = storage.read(path)
    same(arrays, ARRAYS)
    assert metadata == METADATA
    for array in arrays.values():
        assert array.flags.writeable
        assert array.flags.c_contiguous
        assert array.flags.aligned
        assert array.dtype.isnative


kinds = st.sampled_from([dtype.newbyteorder(order) for dtype in DTYPES.values() for order in "<>"])
arrays_of_any_kind = st.dictionaries(
    st.text(max_size=10).filter(lambda name: name != "__metadata__"),
    kinds.flatmap(lambda kind: hnp.arrays(kind, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))),
    max_size=4,
)
numbers = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60)
@given(arrays_of_any_kind, st.dictionaries(st.text(max_size=8), json_values, max_size=4))
def test_any_content_comes_back_here_and_in_the_library(tmp_path_factory, arrays, metadata):
    path = tmp_path_factory.getbasetemp() / "any.safetensors"
    storage.write(path, arrays, metadata)
    found, found_metadata = storage.read(path)
    expected = {name: array.astype(array.dtype.newbyteorder("=")) for name, array in arrays.items()}
    same(found, expected)
    same(load_file(path), expected)
    assert json.dumps(found_metadata) == json.dumps(metadata)  # in order, and 1 is not 1.0


@settings(max_examples=60)
@given(arrays_of_any_kind)
def test_any_file_of_the_library_is_read(tmp_path_factory, arrays):
    path = tmp_path_factory.getbasetemp() / "library.safetensors"
    native = {name: np.ascontiguousarray(array, array.dtype.newbyteorder("=")) for name, array in arrays.items()}
    save_file(native, path, {"framework": "numpy"})
    same(storage.read_arrays(path), load_file(path))


def test_the_library_reads_the_specification(path):
    storage.write(path, ARRAYS, METADATA)
    with safe_open(path, framework="numpy") as file:
        texts = file.metadata()
    assert texts.keys() == {"format", "version", "glassnet"}
    assert (texts["format"], texts["version"]) == ("glassnet", "1")
    assert json.loads(texts["glassnet"]) == METADATA


def test_views_and_transposed_arrays(path):
    array = np.arange(24.0).reshape(4, 6)
    storage.write(path, {"transposed": array.T, "every_second": array[::2, ::-2], "one": array[1, 1]}, {})
    same(storage.read_arrays(path), {"transposed": array.T, "every_second": array[::2, ::-2], "one": np.array(7.0)})


def test_bfloat16_becomes_the_float32_of_the_same_value(path):
    values = np.array([[1.0, -2.5], [np.inf, 2.0**-120], [0.0, -3.140625]], "float32")  # they fit into 16 bits
    upper_halves = values.view(np.uint32) >> 16
    path.write_bytes(assemble({"w": entry((3, 2), (0, 12), "BF16")}, upper_halves.astype("<u2").tobytes()))
    same(storage.read_arrays(path), {"w": values})


def test_equal_content_gives_equal_bytes_in_any_order_and_process(path):
    storage.write(path, ARRAYS, METADATA)
    first = path.read_bytes()
    storage.write(path, dict(reversed(ARRAYS.items())), METADATA)
    assert path.read_bytes() == first
    program = "import sys, numpy, glassnet.storage as s; s.write(sys.argv[1], *s.read(sys.argv[1]))"
    for seed in "12":
        path.write_bytes(first)
        subprocess.run([sys.executable, "-c", program, path], check=True, env={**os.environ, "PYTHONHASHSEED": seed})
        assert path.read_bytes() == first


def test_every_array_is_aligned_in_the_file(path):
    kinds = {f"a_{dtype}": np.ones(3, dtype) for dtype in ("bool", "float64", "float16", "uint8", "float32", "int64")}
    storage.write(path, kinds, {})
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    for name, array in kinds.items():
        assert (8 + length + header[name]["data_offsets"][0]) % array.itemsize == 0


# ── nothing is written that cannot be read ──────────────────────────────────────────────────────────────────────────


def nested(depth: int) -> dict:
    value: dict = {}
    for _ in range(depth):
        value = {"in": value}
    return value


@pytest.mark.parametrize(
    ("arrays", "metadata", "words"),
    [
        ({}, {"loss": [1.0, float("nan")]}, "metadata.loss[1] is nan, which JSON cannot hold"),
        ({}, {"low": -np.inf}, "metadata.low is -inf"),
        ({}, {"big": 2**64}, "metadata.big is a whole number of more than 64 bits"),
        ({}, {"units": np.int64(3)}, "metadata.units is a int64, which JSON cannot hold"),
        ({}, {"weights": np.ones(2)}, "metadata.weights is a ndarray"),
        ({}, {1: 2}, "metadata has a int for a name"),
        ({}, {"half": "\ud800"}, "half a surrogate pair"),
        ({}, nested(DEPTH_LIMIT + 1), "nested more than 200 levels deep"),
        ({}, {"text": "a" * TEXT_LIMIT}, "numbers in bulk belong into arrays"),
        ({}, {"list": [0] * VALUE_LIMIT}, "numbers in bulk belong into arrays"),
        ({"o": np.array([object()])}, {}, "'o' has the dtype object; convert it to numbers"),
        ({"c": np.ones(2, complex)}, {}, "'c' has the dtype complex128"),
        ({"t": np.array(["a"])}, {}, "'t' has the dtype <U1"),
        ({"n" * (NAME_LIMIT + 1): np.ones(2)}, {}, "a name has at most 512 characters"),
        ({"__metadata__": np.ones(2)}, {}, "is not __metadata__"),
        ({"\udfff": np.ones(2)}, {}, "half a surrogate pair"),
        ({"e": np.ones((0, 2**16, 2**16))}, {}, "absurd shape"),
        ({"r": np.ones((1,) * 33)}, {}, "33 axes"),
        ({f"{i:0500}": np.ones(()) for i in range(TENSOR_LIMIT + 1)}, {}, "10,001 arrays, and 10,000 is the limit"),
        ({f"{i:0300}é{i:0200}": np.ones(1) for i in range(TENSOR_LIMIT)}, {"a": "a" * 10**6, "b": "\\" * 2000}, None),
    ],
)
def test_content_that_no_file_can_hold(path, arrays, metadata, words):
    storage.write(path, ARRAYS, METADATA)
    before = path.read_bytes()
    if words is None:  # just inside every limit
        storage.write(path, arrays, metadata)
        assert storage.read(path)[1] == metadata
    else:
        with pytest.raises(ModelFileError) as caught:
            storage.write(path, arrays, metadata)
        assert f"{path} cannot be saved: " in str(caught.value)
        assert words in str(caught.value)
        assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


# ── crashes, full disks and other mishaps while writing ─────────────────────────────────────────────────────────────

LATER = {"dense_1.weights": np.full((300, 1000), 7.0)}


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full; free some space or choose another place"),
        (errno.EDQUOT, "your share of the disk is used up"),
        (errno.EROFS, "the disk is read-only; choose another place"),
        (errno.EACCES, "you have no permission for it in"),
        (errno.EIO, "the system says: Input/output error; choose another place"),
    ],
)
@pytest.mark.parametrize("stage", ["open", "write", "fsync", "replace"])
def test_failures_leave_the_old_file_and_nothing_else(path, monkeypatch, stage, number, words):
    storage.write(path, ARRAYS, METADATA)

    def fail(*_, **__):
        raise OSError(number, os.strerror(number))

    class Full(io.FileIO):
        write = fail

    opened = {"open": fail, "write": lambda file, mode: io.BufferedWriter(Full(file, mode))}
    if stage in opened:
        monkeypatch.setattr(Path, "open", opened[stage])
    else:
        monkeypatch.setattr(os, stage, fail)
    with pytest.raises(ModelFileError) as caught:
        storage.write(path, LATER, {})
    monkeypatch.undo()
    assert str(caught.value).startswith(f"{path} cannot be saved: {words}")
    assert os.listdir(path.parent) == [path.name]
    same(storage.read_arrays(path), ARRAYS)


def test_the_system_refuses_to_write_more(path):
    """The kernel's own limit on a file's size, in the middle of the arrays."""
    storage.write(path, ARRAYS, METADATA)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(ModelFileError, match="the file is too large for this disk"):
            storage.write(path, LATER, {})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert os.listdir(path.parent) == [path.name]
    same(storage.read_arrays(path), ARRAYS)


def test_ctrl_c_while_writing(path, monkeypatch):
    storage.write(path, ARRAYS, METADATA)

    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        storage.write(path, LATER, {})
    assert os.listdir(path.parent) == [path.name]
    same(storage.read_arrays(path), ARRAYS)


CHILD = """
import os, signal, sys, numpy as np
from glassnet import files, storage
path, stage = sys.argv[1:]
kill = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if stage in ("fsync", "replace"):
    setattr(os, stage, kill)
elif stage == "after":
    files.sync_folder = kill
elif stage == "middle":
    original = np.ascontiguousarray
    def contiguous(array, dtype):
        if array[0] == 1:
            sys.stdout.flush(), kill()
        return original(array, dtype)
    np.ascontiguousarray = contiguous
for number in range(1, 10**9):
    storage.write(path, {"a": np.full(100_000, 0.0), "b": np.full(100_000, float(number))}, {"number": number})
    print(number, flush=True)
"""


def whole(path: Path) -> int:
    """The number of a file of CHILD's, all of which is of that number."""
    arrays, metadata = storage.read(path)
    assert (arrays["b"] == metadata["number"]).all()
    assert len(arrays["a"]) == len(arrays["b"]) == 100_000
    return metadata["number"]


@pytest.mark.parametrize(("stage", "number"), [("middle", 0), ("fsync", 0), ("replace", 0), ("after", 1)])
def test_kill_9_at_each_stage(path, stage, number):
    storage.write(path, {"a": np.full(100_000, 0.0), "b": np.full(100_000, 0.0)}, {"number": 0})
    done = subprocess.run([sys.executable, "-c", CHILD, path, stage], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert whole(path) == number
    assert len(os.listdir(path.parent)) == (2 if number == 0 else 1)  # what was being written stays beside it


def test_kill_9_at_any_time(path):
    generator = np.random.default_rng(0)
    for _ in range(4):
        with subprocess.Popen([sys.executable, "-c", CHILD, path, "any"], stdout=subprocess.PIPE, text=True) as child:
            for _ in range(generator.integers(1, 12)):
                said = int(child.stdout.readline())
            child.kill()
        assert whole(path) >= said


def test_two_writers_at_once_leave_one_of_both(path):
    def write(number: int) -> None:
        for _ in range(20):
            content = np.full(100_000, float(number))
            storage.write(path, {"a": content, "b": content}, {"number": number})

    threads = [threading.Thread(target=write, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        if path.exists():
            assert whole(path) in (1, 2)
    assert os.listdir(path.parent) == [path.name]


def test_permissions_are_those_of_any_new_file(path):
    before = os.umask(0o027)
    try:
        storage.write(path, ARRAYS, METADATA)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_stays_a_link(path, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere" / "real.safetensors"
    path.symlink_to(target)
    storage.write(path, ARRAYS, METADATA)
    assert path.is_symlink()
    same(storage.read_arrays(target), ARRAYS)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "there is a folder of that name"),
        ("none/digits.safetensors", "none does not exist; create it first"),
        ("file/digits.safetensors", "file is not a folder"),
        ("n" * 300, "its name is too long"),
        ("pipe", "there is a device or pipe of that name"),
    ],
)
def test_places_where_nothing_can_be_saved(tmp_path, name, words):
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(ModelFileError) as caught:
        storage.write(tmp_path / name, ARRAYS, METADATA)
    assert words in str(caught.value)
    assert sorted(os.listdir(tmp_path)) == before


# ── files that are refused ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", [0, 1, 8, 9, 50, 300, -1, -100])
def test_cut_off(path, size):
    storage.write(path, LATER, METADATA)
    content = path.read_bytes()
    path.write_bytes(content[:size])
    words = refusal(path)
    if size == 0:
        assert words == "it is empty (0 bytes); saving it did not finish: save or copy it again"
    elif 0 < size < 9:
        assert f"it has only {size} byte" in words
    else:
        assert f"it was cut off: it has {len(content[:size]):,} bytes of the " in words
    if size > 256 or size < 0:
        assert f"{len(content):,}" in words


def zipped(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(name, b"content")
    return buffer.getvalue()


def saved(save, *arguments) -> bytes:
    buffer = io.BytesIO()
    save(buffer, *arguments)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped("archive/data.pkl"), "it is a PyTorch file, which Glassnet never opens"),
        (pickle.dumps({"weights": [1.0] * 100}), "it is a pickle, which Glassnet never opens"),
        (pickle.dumps({"weights": [1.0] * 100}, protocol=2), "it is a pickle, which Glassnet never opens"),
        (saved(np.savez, np.ones(3)), "it is a NumPy .npz file"),
        (saved(np.save, np.ones(3)), "it is a NumPy .npy file"),
        (zipped("config.json"), "it is a zip file"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "it is an HDF5 file (.h5, as Keras writes)"),
        (gzip.compress(bytes(1000), mtime=0), "it is compressed with gzip; unpack it first"),
        (b"\n<!DOCTYPE html><title>Not found</title>", "it is a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "run git lfs pull"),
        (
            b"x,y\n1,2\n3,4\n",
            "it is no safetensors file (it begins with b'x,y\\n1,2\\n'); give a file that net.save wrote",
        ),
        (bytes(1000), "it is no safetensors file"),
        (b"\xff" * 1000, "it is no safetensors file"),
        ((2**40).to_bytes(8, "little") + b"{" + bytes(100), "it is no safetensors file"),
    ],
)
def test_other_formats_are_named(path, content, words):
    path.write_bytes(content)
    assert words in refusal(path)
    assert words in refusal(path, storage.read_arrays)


@pytest.mark.parametrize(
    ("header", "data", "words"),
    [
        ("{]", b"", "expected a text in quotes at character 1, found ']'"),
        ("{}{}", b"", "expected the header's end"),
        ('{"a"', b"", "expected : at character 4, found ''"),
        ('{"a":[1]}', b"", "expected { at character 5"),
        ('{"a":' * 100_000, b"", "expected the value of dtype, shape or data_offsets"),
        ('{"a\x01":{}}', b"", "Invalid control character"),
        ('{"a": {"dtype": "F32", "shape": [1]}}', b"", "expected dtype, shape and two data_offsets"),
        ({"a": entry((2,), (0, 4, 8))}, bytes(8), "two data_offsets"),
        ({"a": {**entry(), "more": 1}}, bytes(8), "expected the value of dtype, shape or data_offsets"),
        ({"a": entry([-1], (0, 8))}, bytes(8), "expected a list of at most 32 whole numbers"),
        ({"a": entry([1.5], (0, 8))}, bytes(8), "expected a list of at most 32 whole numbers"),
        ({"a": entry([10**30], (0, 8))}, bytes(8), "expected a list of at most 32 whole numbers"),
        ({"a": entry([1] * 33, (0, 4))}, bytes(4), "expected a list of at most 32 whole numbers"),
        ({"a": entry([2**32, 2**32], (0, 0))}, b"", "needs 73,786,976,294,838,206,464 bytes, but has the bytes 0"),
        ({"a": entry([0, 10**18], (0, 0))}, b"", "has no elements, but the absurd shape"),
        ({"a": entry((3,), (0, 8))}, bytes(8), "'a' of shape [3] and dtype F32 needs 12 bytes, but has"),
        ({"a": entry((2,), (8, 0))}, bytes(8), "needs 8 bytes, but has the bytes 8 to 0"),
        ({"a": entry((2,), (0, 8), "F8_E4M3")}, bytes(8), "'a' has the dtype 'F8_E4M3'; convert it to one of BOOL, I8"),
        ({"a": entry((2,), (0, 2), "BOOL")}, b"\1\2", "has bytes that are neither true nor false"),
        ({"a": entry(), "b": entry((2,), (4, 12))}, bytes(12), "'b' overlaps the one before it"),
        ({"a": entry(), "b": entry()}, bytes(8), "'b' overlaps the one before it"),
        ({"a": entry((2,), (4, 12))}, bytes(12), "'a' has a gap before it"),
        ({"a": entry()}, bytes(7), "it was cut off: it has"),
        ({"a": entry()}, bytes(9), "it has 1 byte more than its header announces"),
        ({"a": entry((2**40,), (0, 2**42))}, bytes(9), "it was cut off: it has"),
        (f'{{"a":{ENTRY},"a":{ENTRY}}}', bytes(8), "its header has 'a' twice"),
        ('{"__metadata__":{"a":"","a":""}}', b"", "its metadata has 'a' twice"),
        ('{"__metadata__":{"a":1}}', b"", "expected a text in quotes"),
        ({"__metadata__": {str(i): "" for i in range(1001)}}, b"", "more than 1,000 entries"),
        (f'{{"\\ud800":{ENTRY}}}', bytes(8), "half a surrogate pair"),
        (f'{{"\ud800":{ENTRY}}}', bytes(8), "not UTF-8 at byte 10"),
        ({"n" * 513: entry()}, bytes(8), "a name has at most 512 characters"),
        ({"\x1b[2J\n": entry((3,))}, bytes(8), "the array '\\x1b[2J\\n'"),
        ({str(i): entry((0,), (0, 0)) for i in range(10_002)}, b"", "more than 10,001 entries"),
    ],
)  # fmt: skip
def test_damaged_headers(path, header, data, words):
    path.write_bytes(assemble(header, data))
    assert words in refusal(path, storage.read_arrays)


def specified(text: str, version: str = "1") -> bytes:
    return assemble({"__metadata__": {"format": "glassnet", "glassnet": text, "version": version}})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (specified("{}", "2"), "it has version 2 of the format and this Glassnet knows version 1; upgrade it"),
        (specified("{}", "1.5"), "its version is '1.5', not a number"),
        (specified("{}", "9" * 10_000), "not a number"),
        (specified("{}", "\u0661"), "not a number"),
        (assemble({"__metadata__": {"glassnet": "{}"}}), "its version is '', not a number"),
        (assemble({}), "a sound safetensors file, but no Glassnet model"),
        (assemble({"__metadata__": {"format": "pt"}}), "a sound safetensors file, but no Glassnet model"),
        (specified("[]"), "its specification is not an object in braces"),
        (specified(""), "its specification is damaged (Expecting value"),
        (specified('{"a":1,"a":2}'), "a name twice in one object"),
        (specified('{"a":NaN}'), "has the number NaN"),
        (specified('{"a":-Infinity}'), "has the number -Infinity"),
        (specified('{"a":1e999}'), "specification.a is inf"),
        (specified('{"a":%s}' % ("9" * 100_000)), "has the number 99999999999999999999..."),
        (specified('{"a":[18446744073709551616]}'), "specification.a[0] is a whole number of more than 64 bits"),
        (specified('{"a":"\\ud800"}'), "half a surrogate pair"),
        (specified('{"a":' * 9_000 + "1" + "}" * 9_000), "nested more than 200 levels deep"),
        (specified('{"a":' + "[" * 201 + "]" * 201 + "}"), "nested more than 200 levels deep"),
        (specified('{"a":[%s0]}' % ("0," * 20_000)), "20,000 are the limits"),
        (specified('{"a":"%s"}' % ("a" * 2**20)), "1,048,576 and 20,000 are the limits"),
    ],
)
def test_damaged_specifications(path, content, words):
    path.write_bytes(content)
    assert words in refusal(path)
    assert storage.read_arrays(path) == {}


def test_the_future_is_named_before_anything_is_read(path):
    storage.write(path, LATER, METADATA)
    content = path.read_bytes().replace(b'"version":"1"', b'"version":"3"')
    path.write_bytes(content)
    tracemalloc.start()
    words = refusal(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "version 3" in words
    assert peak < len(content) / 2


def test_missing_files_and_near_names(path, tmp_path):
    storage.write(path, ARRAYS, METADATA)
    assert refusal(tmp_path / "digit.safetensors") == f" does not exist; did you mean {path}?"
    assert refusal(tmp_path / "none.csv") == " does not exist; check the path"
    assert (
        refusal(tmp_path / "models" / "a")
        == f" does not exist, nor does its folder {tmp_path / 'models'}; check the path"
    )
    assert refusal(tmp_path) == "it is a folder; give a model file"
    assert "is not a folder" in refusal(path / "a")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "go round in a circle; remove them" in refusal(tmp_path / "loop")


def test_pipes_and_devices_are_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path / "pipe") == "it is a device or pipe; give a model file"
    assert refusal(Path("/dev/zero")) == "it is a device or pipe; give a model file"


def test_no_permission(path, monkeypatch):
    storage.write(path, ARRAYS, METADATA)

    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(path).startswith("you have no permission for it in")


@pytest.mark.parametrize("name", ["", "a\0b", None, 3, b"a.safetensors"])
@pytest.mark.parametrize("use", [storage.read, storage.read_arrays, lambda path: storage.write(path, {}, {})])
def test_no_file_name(name, use):
    with pytest.raises(ModelFileError, match="is no file name; give one such as"):
        use(name)


def test_a_file_that_shrinks_while_it_is_read(path, monkeypatch):
    storage.write(path, LATER, METADATA)
    whole_size = os.stat(path)
    os.truncate(path, 10_000)
    monkeypatch.setattr(os, "fstat", lambda _: whole_size)
    assert refusal(path) == "it was cut off while it was read; try again"


def test_require_finite():
    sound = {"weights": np.ones((2, 2)), "step": np.array(3), "empty": np.ones(0)}
    storage.require_finite(sound, "a.safetensors")
    with pytest.raises(
        ModelFileError, match=r"^a.safetensors: the array 'w' has -inf at \[1, 0\] \(not finite: 2 of its 4"
    ):
        storage.require_finite({**sound, "w": np.array([[0, 1], [-np.inf, np.nan]], "float32")}, "a.safetensors")
    with pytest.raises(ModelFileError, match=r"has nan at \[\] \(not finite: 1 of its 1 numbers\)"):
        storage.require_finite({"rate": np.array(np.nan, "float16")}, "a.safetensors")


# ── memory ──────────────────────────────────────────────────────────────────────────────────────────────────────────

DENSE = 2**21  # characters: as dense as JSON can be with values


@pytest.mark.parametrize(
    "content",
    [
        assemble("{" + "[]," * (DENSE // 3)),
        assemble('{"a":{"shape":[' + "[]," * (DENSE // 3)),
        assemble('{"a":{"shape":[' + "0," * (DENSE // 2)),
        assemble('{"":' * (DENSE // 4)),
        assemble('{"__metadata__":{' + '"a":"",' * (DENSE // 7)),
        assemble('{"__metadata__":{' + ",".join(f'"{i}":""' for i in range(DENSE // 10))),
        assemble("{" + ",".join(f'"{i}":{json.dumps(entry((0,), (0, 0)))}' for i in range(10_000)) + "}"),
        assemble('{"\U0001f600' + "a" * DENSE),
        specified('{"a":[' + "[]," * 300_000 + "0]}"),
        specified('{"a":[' + "[]," * 9_990 + "0]}"),
        specified('{"a":[' + '{"":0},' * 9_990 + "0]}"),
        specified("{" + ",".join(f'"{i:05}":0.5' for i in range(19_990)) + "}"),
        specified('{"\U0001f600":"' + "a" * (2**20 - 100) + '"}'),
        assemble({"a": entry((2**34,), (0, 2**36))}, bytes(100)),
        assemble({"a": entry((2**20,), (0, 2**22))}, bytes(2**22)),
        assemble({"a": entry((2**20,), (0, 2**21), "BF16")}, bytes(2**21)),
    ],
    ids=range(16),
)
def test_memory_stays_a_few_times_the_size(path, content):
    path.write_bytes(content)
    tracemalloc.start()
    try:
        storage.read(path)
    except ModelFileError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak <= 8 * len(content) + 8 * 2**20


def test_the_size_of_a_file_alone_takes_no_memory(path):
    """A terabyte that the disk does not even hold."""
    path.write_bytes(assemble({"a": entry()}, bytes(8)))
    os.truncate(path, 2**40)
    assert "more than its header announces" in refusal(path)
