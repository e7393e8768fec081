"""MNIST and Fashion-MNIST: found in a folder or downloaded, and read from their IDX files.

The IDX format (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits"): four bytes 0, 0, 8 (for
unsigned bytes) and the number of axes; each axis as a big-endian 32-bit integer; then the bytes.
"""

from __future__ import annotations

import math
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from glassnet.data.store import Progress, RemoteFile, fetch
from glassnet.folders import cache_folder, user_path
from glassnet.ir.errors import DataError
from glassnet.words import joined

if TYPE_CHECKING:
    import gzip

SIDE = 28
MAX_BYTES = 1 << 30  # of one unpacked file: twenty times MNIST
MAX_INFLATION = 1032  # deflate cannot pack more than this many bytes into one (RFC 1951)
TRAIN_IMAGES, TRAIN_LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
TEST_IMAGES, TEST_LABELS = "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"


@dataclass(frozen=True, eq=False, repr=False)
class ImageData:
    """Labelled grey images in two parts, and where they came from. Iterating gives the four arrays.

    `x_train` and `x_test`: uint8 of shape (n, 784), 0 the background and 255 the ink, row by row; `y_train` and
    `y_test`: int64 of shape (n,), the index of each image's class in `labels`; `source`: one sentence on where the data
    came from.

    >>> import glassnet as gn
    >>> import numpy as np
    >>> black, white = np.zeros((2, 784), np.uint8), np.full((1, 784), 255, np.uint8)
    >>> images = gn.data.ImageData(black, np.array([0, 0]), white, np.array([1]), ("black", "white"), "made by hand")
    >>> images
    ImageData(2 training, 1 test images; made by hand)
    >>> x_train, y_train, x_test, y_test = images
    """

    x_train: NDArray[np.uint8]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.uint8]
    y_test: NDArray[np.int64]
    labels: tuple[str, ...]
    source: str

    def __iter__(self) -> Iterator[NDArray[np.uint8] | NDArray[np.int64]]:
        return iter((self.x_train, self.y_train, self.x_test, self.y_test))

    def __repr__(self) -> str:
        return f"ImageData({len(self.x_train):,} training, {len(self.x_test):,} test images; {self.source})"


@dataclass(frozen=True)
class ImageSet:
    """What is known of a published data set: its folder's name, its title, classes, files and mirrors.

    `first_labels` (of the training set) tell it from another set whose files have the same names.
    """

    key: str
    title: str
    labels: tuple[str, ...]
    files: tuple[RemoteFile, RemoteFile, RemoteFile, RemoteFile]  # training images, labels, test images, labels
    mirrors: tuple[str, ...]
    first_labels: tuple[int, ...]


MNIST = ImageSet(
    key="mnist",
    title="MNIST",
    labels=tuple("0123456789"),
    files=(
        RemoteFile(TRAIN_IMAGES, 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
        RemoteFile(TRAIN_LABELS, 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        RemoteFile(TEST_IMAGES, 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
        RemoteFile(TEST_LABELS, 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    ),
    mirrors=(
        "https://storage.googleapis.com/cvdf-datasets/mnist",
        "https://ossci-datasets.s3.amazonaws.com/mnist",
        "https://azureopendatastorage.blob.core.windows.net/mnist",
        "https://raw.githubusercontent.com/fgnt/mnist/master",
    ),
    first_labels=(5, 0, 4, 1, 9, 2, 1, 3, 1, 4),
)

FASHION_MNIST = ImageSet(
    key="fashion-mnist",
    title="Fashion-MNIST",
    labels=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    files=(
        RemoteFile(TRAIN_IMAGES, 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
        RemoteFile(TRAIN_LABELS, 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
        RemoteFile(TEST_IMAGES, 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
        RemoteFile(TEST_LABELS, 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
    ),
    mirrors=(
        "https://fashion-mnist.s3.eu-central-1.amazonaws.com",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets",
    ),
    first_labels=(9, 0, 0, 3, 0, 2, 7, 2, 5, 5),
)


def mnist(
    folder: str | os.PathLike[str] | None = None,
    *,
    progress: Progress | None = None,
    mirrors: Sequence[str] | None = None,
) -> ImageData:
    """The MNIST database of handwritten digits (LeCun, Cortes, Burges): 60,000 + 10,000 images of 28×28 pixels.

    Looked for in `folder` if one is named, and then nowhere else. Otherwise in ``GLASSNET_DATA``, which is passed over
    if it lacks the files (it may be meant for other data); in the user's cache (``GLASSNET_CACHE`` moves it); and last
    it is downloaded into the cache over HTTPS and checked by SHA-256. A folder may hold ``mnist/`` or the four files
    themselves, each as published (``.gz``) or unpacked.

    `progress(name, done, total)` is told how far a download is; `mirrors` are other base URLs to download from.

    Raises `DataError` where the files are damaged, or where none is found: it names every place tried and what to do.

    >>> x, y, x_test, y_test = mnist()  # doctest: +SKIP
    >>> x.shape, x.dtype, y[:5]  # doctest: +SKIP
    ((60000, 784), dtype('uint8'), array([5, 0, 4, 1, 9]))
    """
    return load(MNIST, folder, progress=progress, mirrors=mirrors)


def fashion_mnist(
    folder: str | os.PathLike[str] | None = None,
    *,
    progress: Progress | None = None,
    mirrors: Sequence[str] | None = None,
) -> ImageData:
    """Fashion-MNIST (Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747): ten kinds of clothing, in the shape of MNIST.

    Looked for and downloaded as `mnist` is; a folder may hold ``fashion-mnist/`` or the four files themselves.

    >>> fashion_mnist().labels[9]  # doctest: +SKIP
    'Ankle boot'
    """
    return load(FASHION_MNIST, folder, progress=progress, mirrors=mirrors)


def load(
    images: ImageSet,
    folder: str | os.PathLike[str] | None = None,
    *,
    progress: Progress | None = None,
    mirrors: Sequence[str] | None = None,
) -> ImageData:
    """The data set that `images` describes, looked for as `mnist` says."""
    if folder is not None:
        return _read(images, _find(images, user_path(folder)), f"{folder}")
    tried = []
    if named := os.environ.get("GLASSNET_DATA"):
        try:
            paths = _find(images, user_path(named))
        except FileNotFound as missing:
            tried.append(f"GLASSNET_DATA: {missing}")
        else:
            return _read(images, paths, f"{named} (GLASSNET_DATA)")
    else:
        tried.append("GLASSNET_DATA: not set")
    try:
        cache = cache_folder() / images.key
        there = all((cache / file.name).is_file() for file in images.files)
        paths = [fetch(file, mirrors or images.mirrors, cache, progress=progress) for file in images.files]
    except DataError as error:
        tried.append(f"the download: {error}")
        raise DataError(
            f"{images.title} was not found. Tried: {'. '.join(tried)}. Go online once, or put the four files "
            f"{', '.join(file.name for file in images.files)} into a folder and name it (--data or GLASSNET_DATA)."
        ) from error
    return _read(images, paths, f"the cache {cache}" if there else f"the internet, now kept in {cache}")


class FileNotFound(DataError):
    """A folder that was named does not hold the data set."""


def _find(images: ImageSet, folder: Path) -> list[Path]:
    """The four files in ``folder/key`` or, where the labels are not another set's, in `folder` itself."""
    inside = [_either(folder / images.key, file.name) for file in images.files]
    flat = [_either(folder, file.name) for file in images.files]
    for paths in (inside, flat):
        if found := [path for path in paths if path is not None]:
            if len(found) < len(paths):
                lacking = [file.name for file, path in zip(images.files, paths, strict=True) if path is None]
                raise FileNotFound(f"{found[0].parent} lacks {joined(lacking)} (packed or unpacked)")
            if paths is flat:
                _refuse_another(images, found[1])
            return found
    raise FileNotFound(f"{folder} holds neither {images.key}/ nor {images.files[0].name} (packed or unpacked)")


def _either(folder: Path, name: str) -> Path | None:
    paths = (folder / name, folder / name.removesuffix(".gz"))
    return next((path for path in paths if path.is_file()), None)


def _refuse_another(images: ImageSet, train_labels: Path) -> None:
    first = tuple(read_idx(train_labels, axes=1)[:10].tolist())
    for other in (MNIST, FASHION_MNIST):
        if other.key != images.key and first == other.first_labels:
            raise FileNotFound(f"{train_labels.parent} holds {other.title}, not {images.title}")


def _read(images: ImageSet, paths: Sequence[Path], where: str) -> ImageData:
    x_train, y_train = _pair(images, paths[0], paths[1])
    x_test, y_test = _pair(images, paths[2], paths[3])
    source = f"{images.title}: {len(x_train):,} training and {len(x_test):,} test images from {where}"
    return ImageData(x_train, y_train, x_test, y_test, images.labels, source)


def _pair(images: ImageSet, image_path: Path, label_path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    x, y = read_idx(image_path, axes=3), read_idx(label_path, axes=1)
    if x.shape[1:] != (SIDE, SIDE):
        raise DataError(f"{image_path} has images of {x.shape[1]}×{x.shape[2]} pixels; expected {SIDE}×{SIDE}")
    if len(x) != len(y):
        raise DataError(f"{image_path} has {len(x):,} images but {label_path} {len(y):,} labels")
    if (highest := int(y.max())) >= len(images.labels):
        raise DataError(f"{label_path} has the label {highest}; {images.title} has 0 to {len(images.labels) - 1}")
    return x.reshape(len(x), SIDE * SIDE), y.astype(np.int64)


def read_idx(path: str | os.PathLike[str], axes: int) -> NDArray[np.uint8]:
    """The unsigned bytes in the IDX file at `path` (packed by gzip or not), an array of `axes` axes.

    Every size is checked before memory is set aside for it. Raises `DataError` for any file that is not exactly that.
    """
    import gzip

    path = Path(path)
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stream: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if packed else raw
        limit = path.stat().st_size * (MAX_INFLATION if packed else 1)
        try:
            return _read_idx(stream, axes, min(limit, MAX_BYTES))
        except (_Damaged, EOFError, OSError, zlib.error) as error:
            raise DataError(f"{path} is damaged or not an IDX file: {error}; get it again") from error


class _Damaged(Exception):
    """What is wrong with an IDX file."""


def _read_idx(stream: BinaryIO | gzip.GzipFile, axes: int, limit: int) -> NDArray[np.uint8]:
    header = stream.read(4 + 4 * axes)
    magic = bytes([0, 0, 8, axes])
    if header[:4] != magic or len(header) < 4 + 4 * axes:
        raise _Damaged(f"it begins with {header[:4].hex(' ') or 'nothing'}; expected {magic.hex(' ')} and {axes} sizes")
    shape = tuple(int(size) for size in np.frombuffer(header, ">u4", offset=4))
    count = math.prod(shape)
    if count == 0:
        raise _Damaged(f"it is empty: its header says {shape}")
    if count > limit:
        raise _Damaged(f"its header says {shape}, {count:,} bytes; it can hold at most {limit:,}")
    array = np.empty(count, np.uint8)
    done, step = 0, 1 << 20
    while done < count and (chunk := stream.read(min(step, count - done))):
        array[done : done + len(chunk)] = np.frombuffer(chunk, np.uint8)
        done += len(chunk)
    if done < count or stream.read(1):
        raise _Damaged(f"its header says {count:,} bytes; it has {'more' if done == count else f'{done:,}'}")
    return array.reshape(shape)
