"""Small IDX files for the tests, and a set of four with the description that goes with them."""

import gzip
import hashlib
import os
import struct
from pathlib import Path

import numpy as np

from glassnet.data import store
from glassnet.data.mnist import ImageSet  # the function `mnist` hides the module of that name

NAMES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


def idx(array: np.ndarray) -> bytes:
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.astype("uint8").tobytes()


def tiny_set(folder: Path, key: str = "tiny", seed: int = 0) -> tuple[ImageSet, list[np.ndarray]]:
    """Write twelve training and five test images into `folder`, packed; their description and the four arrays."""
    stream = np.random.default_rng(seed)
    arrays = []
    for count in (12, 5):
        arrays += [stream.integers(0, 256, (count, 28, 28)), stream.integers(0, 10, count)]
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, array in zip(NAMES, arrays, strict=True):
        content = gzip.compress(idx(array), mtime=0)
        (folder / name).write_bytes(content)
        files.append(store.RemoteFile(name, len(content), hashlib.sha256(content).hexdigest()))
    description = ImageSet(key, "Tiny", tuple("0123456789"), tuple(files), ("https://nowhere.invalid",), (99,))
    return description, arrays


def real_mnist() -> Path | None:
    """The folder of the real files, where GLASSNET_DATA has it."""
    folder = Path(os.environ.get("GLASSNET_DATA", "")) / "mnist"
    return folder if all((folder / name).is_file() for name in NAMES) else None
