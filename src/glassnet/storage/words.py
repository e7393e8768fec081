"""What is wrong with a file, in words: what it is, why it failed, what to do."""

from __future__ import annotations

import re

from glassnet.words import counted


class Refused(Exception):
    """What is wrong with a file or its content, before the file's name is put in front."""


def shown(text: str) -> str:
    """A text out of a file, for a message: short, and without what a terminal would obey."""
    return ascii(text if len(text) <= 60 else text[:60] + "…")


def one_line(text: str, limit: int = 500) -> str:
    """A message that may quote a file at length: one short line, without what a terminal would obey."""
    line = "".join(ch if ch.isprintable() else ascii(ch)[1:-1] for ch in " ".join(text.split()))
    return line if len(line) <= limit else f"{line[: limit // 2]} … {line[-limit // 2 :]}"


def cut_off(size: int, announced: int) -> str:
    return f"it was cut off: it has {size:,} bytes of the {announced:,} that its header announces; copy it again"


_CONVERT = "Glassnet reads safetensors files: save its arrays as one (safetensors.numpy.save_file)"
_PICKLE = f"which Glassnet never opens, because that can execute anything; {_CONVERT}"


def foreign(beginning: bytes) -> str:
    """What a file is that is not safetensors, by its first bytes."""
    first_inside = beginning[30:].split(b"PK", 1)[0]  # of a zip file: the name of the first file in it
    is_zip = beginning.startswith(b"PK\3\4")
    size = counted(len(beginning), "byte")
    kinds = [
        (not beginning, "it is empty (0 bytes); saving it did not finish: save or copy it again"),
        (is_zip and b".pkl" in first_inside, f"it is a PyTorch file, {_PICKLE}"),
        (is_zip and b".npy" in first_inside, f"it is a NumPy .npz file; {_CONVERT}"),
        (is_zip, f"it is a zip file (a .pt or .keras file, perhaps); {_CONVERT}"),
        (re.match(rb"\x80[\2-\5]", beginning), f"it is a pickle, {_PICKLE}"),
        (beginning.startswith(b"\x89HDF\r\n"), f"it is an HDF5 file (.h5, as Keras writes); {_CONVERT}"),
        (beginning.startswith(b"\x93NUMPY"), f"it is a NumPy .npy file; {_CONVERT}"),
        (beginning.startswith(b"\x1f\x8b"), "it is compressed with gzip; unpack it first (gunzip)"),
        (beginning.startswith(b"version https://git-lfs"), "it only points to the model: run git lfs pull"),
        (beginning.lstrip().startswith(b"<"), "it is a web page, not the model itself; download it again"),
        (len(beginning) < 9, f"it has only {size}, too few for a model; save or copy it again"),
    ]
    default = f"it is no safetensors file (it begins with {beginning[:8]!r}); give a file that net.save wrote"
    return next((words for fits, words in kinds if fits), default)
