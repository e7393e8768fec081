"""Words for what is wrong with a file: what it is, why it cannot be read, what to do."""

from __future__ import annotations

import re

from glassnet.words import counted


class Refused(Exception):
    """A file or its content is refused, with the reason; whoever catches it puts the file's name in front."""


def shown(text: str) -> str:
    """A text from a file as messages quote it: 60 characters at most, with escapes for the terminal spelt out.

    >>> shown("weights"), shown("\\x1b[2J")
    ("'weights'", "'\\\\x1b[2J'")
    """
    return ascii(text if len(text) <= 60 else text[:60] + "…")


def one_line(text: str, limit: int = 500) -> str:
    """A message that may quote a file at length, as one line: cut in its middle, with escapes spelt out.

    >>> one_line("the field units is\\n[1, 2, 3, 4]", limit=20)
    'the field  … , 2, 3, 4]'
    """
    line = "".join(ch if ch.isprintable() else ascii(ch)[1:-1] for ch in " ".join(text.split()))
    return line if len(line) <= limit else f"{line[: limit // 2]} … {line[-limit // 2 :]}"


def cut_off(size: int, announced: int) -> str:
    """The message for a file that ends too early.

    >>> cut_off(1234, 408072)
    'it was cut off: it has 1,234 bytes of the 408,072 that its header announces; copy it again'
    """
    return f"it was cut off: it has {size:,} bytes of the {announced:,} that its header announces; copy it again"


_CONVERT = "Glassnet reads safetensors files: save its arrays as one (safetensors.numpy.save_file)"
_PICKLE = f"which Glassnet never opens, because that can execute anything; {_CONVERT}"


def foreign(beginning: bytes) -> str:
    """The message for a file that is no safetensors file: its format, told by its first bytes, and what to do.

    >>> foreign(b"\\x1f\\x8b\\x08\\x00")
    'it is compressed with gzip; unpack it first (gunzip)'
    """
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
