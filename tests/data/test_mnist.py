"""MNIST and Fashion-MNIST: reading IDX files, and where they are looked for."""

import contextlib
import gzip
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data import fashion_mnist, mnist
from glassnet.data.mnist import FASHION_MNIST, MNIST, load, read_idx
from glassnet.ir.errors import DataError
from tests.data.idx_files import NAMES, idx, real_mnist, tiny_set
from tests.data.mirror import serving

REAL = real_mnist()
needs_real_mnist = pytest.mark.skipif(REAL is None, reason="the full MNIST is not in GLASSNET_DATA/mnist")


@pytest.fixture(autouse=True)
def nowhere(monkeypatch, tmp_path):
    """No data folder, an empty cache, and no network but this machine."""
    monkeypatch.delenv("GLASSNET_DATA", raising=False)
    monkeypatch.setenv("GLASSNET_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def assert_is(data, arrays):
    for got, expected in zip(data, arrays, strict=True):
        np.testing.assert_array_equal(got, expected.reshape(got.shape))


# --- where it is looked for


def test_a_named_folder_packed_or_unpacked_inside_or_flat(tmp_path):
    flat, inside = tmp_path / "flat", tmp_path / "inside"
    description, arrays = tiny_set(flat)
    tiny_set(inside / "tiny")
    for name in NAMES[:2]:
        (flat / name.removesuffix(".gz")).write_bytes(gzip.decompress((flat / name).read_bytes()))
        (flat / name).unlink()
    for folder in (flat, inside, str(inside)):
        data = load(description, folder)
        assert_is(data, arrays)
        assert data.source == f"Tiny: 12 training and 5 test images from {folder}"
    assert data.x_train.dtype == np.uint8
    assert data.y_train.dtype == np.int64
    assert data.x_train.shape == (12, 784)
    assert repr(data) == f"ImageData(12 training, 5 test images; {data.source})"


def test_a_named_folder_without_the_files_is_an_error(tmp_path, monkeypatch):
    description, _ = tiny_set(tmp_path / "there")
    monkeypatch.setenv("GLASSNET_DATA", str(tmp_path / "there"))
    with pytest.raises(DataError, match=r"empty holds neither tiny/ nor train-images-idx3-ubyte.gz"):
        load(description, tmp_path / "empty")
    (tmp_path / "there" / NAMES[3]).unlink()
    with pytest.raises(DataError, match=r"there lacks t10k-labels-idx1-ubyte.gz"):
        load(description, tmp_path / "there")


def test_the_order_is_environment_cache_download(tmp_path, monkeypatch):
    served = tmp_path / "served"
    description, arrays = tiny_set(served)
    with serving(served) as mirror:
        downloaded = load(description, mirrors=[mirror.url("good")])
        assert_is(downloaded, arrays)
        assert f"from the internet, now kept in {tmp_path / 'cache' / 'tiny'}" in downloaded.source
        assert len(mirror.requests) == 4
        cached = load(description, mirrors=[mirror.url("good")])
        assert len(mirror.requests) == 4
    assert_is(cached, arrays)
    assert f"from the cache {tmp_path / 'cache' / 'tiny'}" in cached.source

    monkeypatch.setenv("GLASSNET_DATA", str(tmp_path / "other"))  # passed over: not there
    assert "from the cache" in load(description).source
    _, other = tiny_set(tmp_path / "other" / "tiny", seed=1)
    named = load(description)
    assert_is(named, other)
    assert named.source.endswith("other (GLASSNET_DATA)")


def test_damaged_files_in_the_environments_folder_are_not_passed_over(tmp_path, monkeypatch):
    description, _ = tiny_set(tmp_path)
    (tmp_path / NAMES[0]).write_bytes(b"no images")
    monkeypatch.setenv("GLASSNET_DATA", str(tmp_path))
    with pytest.raises(DataError, match="damaged or not an IDX file"):
        load(description)


def test_every_place_tried_is_named(tmp_path, monkeypatch):
    description, _ = tiny_set(tmp_path / "served")
    with serving(tmp_path / "served") as mirror:
        urls = [mirror.url("not-found"), mirror.url("wrong-file")]
        with pytest.raises(DataError) as unset:
            load(description, mirrors=urls)
        monkeypatch.setenv("GLASSNET_DATA", str(tmp_path / "empty"))
        with pytest.raises(DataError) as empty:
            load(description, mirrors=urls)
    message = str(unset.value)
    for words in ("Tiny was not found", "GLASSNET_DATA: not set", "not-found: answered HTTP 404", "SHA-256", "--data"):
        assert words in message
    assert f"GLASSNET_DATA: {tmp_path / 'empty'} holds neither" in str(empty.value)


def test_another_set_with_the_same_file_names_is_refused(tmp_path):
    for description, reader in ((MNIST, fashion_mnist), (FASHION_MNIST, mnist)):
        folder = tmp_path / description.key
        tiny_set(folder)
        (folder / NAMES[1]).write_bytes(gzip.compress(idx(np.array((*description.first_labels, 0, 0)))))
        with pytest.raises(DataError, match=f"holds {description.title}, not "):
            reader(folder)


# --- the IDX files


@given(st.integers(1, 3), st.data())
def test_idx_files_read_back(tmp_path_factory, axes, data):
    shape = data.draw(st.tuples(*[st.integers(1, 6)] * axes))
    array = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    path = tmp_path_factory.mktemp("idx") / "file"
    for content in (idx(array), gzip.compress(idx(array))):
        path.write_bytes(content)
        got = read_idx(path, axes)
        np.testing.assert_array_equal(got, array)
        assert got.flags.writeable


def header(*sizes: int) -> bytes:
    return bytes([0, 0, 8, len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes)


GOOD = idx(np.zeros((2, 3, 4)))
DAMAGED = {
    "empty": (b"", "begins with nothing"),
    "short header": (GOOD[:9], "begins with 00 00 08 03"),
    "labels for images": (idx(np.zeros(4)), "begins with 00 00 08 01; expected 00 00 08 03"),
    "floats": (b"\0\0\x0d\x03" + GOOD[4:], "begins with 00 00 0d 03"),
    "html": (b"<!DOCTYPE html><html></html>", "begins with 3c 21"),
    "no images": (header(0, 28, 28), "it is empty"),
    "truncated": (GOOD[:-1], "24 bytes; it"),
    "trailing": (GOOD + b"\0", "24 bytes; it has more"),
    "huge": (header(60_000, 28, 28), "47,040,000 bytes; it can hold at most"),
    "absurd": (header(2**32 - 1, 2**32 - 1, 2**32 - 1), "it can hold at most"),
    "huge packed": (gzip.compress(header(2**31, 28, 28) + bytes(10**6)), "it can hold at most"),
    "cut gzip": (gzip.compress(GOOD)[:-10], ""),
    "wrong checksum": (gzip.compress(GOOD)[:-8] + bytes(8), "CRC"),
    "not deflate": (gzip.compress(GOOD)[:10] + b"\xff" * 40, ""),
    "bomb": (gzip.compress(GOOD + bytes(10**6)), "it has more"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_idx_files(tmp_path, name):
    content, words = DAMAGED[name]
    path = tmp_path / "images"
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"images is damaged or not an IDX file: .*{words}.*get it again"):
        read_idx(path, 3)


@given(st.binary(max_size=60), st.booleans(), st.booleans())
def test_any_bytes_give_an_array_or_a_data_error(tmp_path_factory, content, packed, with_header):
    content = (GOOD[:6] if with_header else b"") + content
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(gzip.compress(content) if packed else content)
    with contextlib.suppress(DataError):
        assert read_idx(path, 3).size <= len(content)


@pytest.mark.parametrize(
    ("name", "array", "words"),
    [
        (NAMES[0], np.zeros((12, 32, 32)), "32×32 pixels; expected 28×28"),
        (NAMES[1], np.zeros(11), "12 images but .* 11 labels"),
        (NAMES[3], np.full(5, 10), "has the label 10; Tiny has 0 to 9"),
    ],
)
def test_files_that_do_not_fit_together(tmp_path, name, array, words):
    description, _ = tiny_set(tmp_path)
    (tmp_path / name).write_bytes(idx(array))
    with pytest.raises(DataError, match=words):
        load(description, tmp_path)


# --- the real thing


@needs_real_mnist
def test_the_real_mnist():
    data = mnist(REAL)
    x, y, x_test, y_test = data
    assert (x.shape, y.shape, x_test.shape, y_test.shape) == ((60_000, 784), (60_000,), (10_000, 784), (10_000,))
    assert y[:10].tolist() == list(MNIST.first_labels)
    assert np.bincount(y).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert abs(x.mean() / 255 - 0.1307) < 1e-4  # the mean and deviation that torchvision's examples standardise with
    assert abs(x.std() / 255 - 0.3081) < 1e-4
    assert data.labels == tuple("0123456789")


@needs_real_mnist
def test_the_real_mnist_over_http_cut_off_and_resumed(tmp_path):
    shutil.copytree(REAL, tmp_path / "served")
    with serving(tmp_path / "served") as mirror:
        data = mnist(mirrors=[mirror.url("cuts-off-at-half"), mirror.url("good")])
        assert mirror.asked("good")[0] == f"bytes={MNIST.files[0].size // 2}-"
    assert data.x_train.shape == (60_000, 784)
    for file in MNIST.files:
        assert file.is_at(Path(tmp_path / "cache" / "mnist" / file.name))
