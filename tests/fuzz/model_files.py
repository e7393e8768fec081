"""Damaged and hostile model files, by the thousand: each must load, or be refused with one clear error.

    python -m tests.fuzz.model_files --files 100000 --seed 0
    python -m tests.fuzz.model_files --only 1234 --keep /tmp/kept     # the same file again, and kept

Files are made by changing sound ones, a few changes each; file i of a seed is always the same file. Demanded of every
load: a result or a ModelFileError of one printable line that begins with the file's name; nothing executed; an answer
within seconds; memory below 8 times the file's size plus a constant (1 MB for arrays, 2 MB where a network is built).
"""

from __future__ import annotations

import argparse
import copy
import dataclasses
import json
import math
import pickle
import random
import re
import signal
import sys
import tempfile
import time
import traceback
import tracemalloc
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import glassnet as gn
from glassnet import storage
from glassnet.data.encoding import Column, Encoding, Target
from glassnet.ir.errors import GlassnetError, ModelFileError
from glassnet.model.file import FAMILIES
from glassnet.storage.header import HEADER_LIMIT
from glassnet.storage.seal import digest

SECONDS = 20.0  # for one file of some thousand bytes: a hang, not a slow machine


# ── sound files ─────────────────────────────────────────────────────────────────────────────────────────────────────


def sound_files(folder: Path) -> dict[str, list[bytes]]:
    """Bytes to start from: model files of plain arrays, and of networks."""
    paths = {"arrays": [], "networks": []}
    for number, (arrays, metadata) in enumerate(_contents()):
        path = folder / f"arrays-{number}.safetensors"
        storage.write(path, arrays, metadata)
        paths["arrays"].append(path.read_bytes())
    for number, network in enumerate(_networks()):
        path = folder / f"network-{number}.safetensors"
        network.save(path)
        paths["networks"].append(path.read_bytes())
    return paths


def _contents() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    generator = np.random.default_rng(0)
    kinds = ("bool", "int8", "uint8", "int16", "int32", "int64", "uint64", "float16", "float32", "float64")
    every = {kind: (generator.random((2, 3)) * 2).astype(kind) for kind in kinds}
    return [
        ({}, {}),
        ({"step": np.uint64(2**63), "empty": np.zeros((0, 3)), "α β": np.ones(3, "float32")}, {"epoch": 3, "ü": [1.5]}),
        (every, {"a": {"b": [1, [2, [3, {"c": None}]]]}, "text": 'line\n"quoted" \\ \U0001f600', "true": True}),
        ({f"layer_{i}.weights": generator.normal(size=(i, 4)) for i in range(20)}, {"layers": list(range(20))}),
    ]


def _networks() -> list[gn.Network]:
    table = gn.Network(3, gn.Rescale([1, 2, 3]), gn.Dense(2, weights=[[1, 2], [3, 4], [5, 6]]), gn.Dense(2, "softmax"))
    table.labels = ("no", "yes")
    columns = (Column("town", "category", ("Graz", "Wien")), Column("area", "number", mean=50.0, scale=20.0))
    table.encoding = Encoding(columns, Target("rents", "category", ("no", "yes")))
    trained = gn.Network(1, gn.Dense(1))
    trained.fit([[0.0], [1.0]], [[1.0], [3.0]], epochs=2)
    seeing = gn.PositionEmbedding(3), gn.Attention(2, mask=np.eye(3)), gn.RMSNorm(), gn.TransformerBlock(1, 2)
    letters = gn.Network(3, gn.Embedding(258, 2), *seeing, gn.Unembedding("embedding_1", "softmax"))
    letters.tokens = gn.data.BytePairs(((1, 2), (256, 3)))
    forecasting = gn.Network((2, 1), gn.GRU(2), gn.Dense(1))
    forecasting.series = gn.data.SeriesColumns(("close",), ("number",), "day", 2)
    return [
        letters,
        forecasting,
        trained,
        gn.Network(4, gn.Dense(8, "leaky relu", weights="he normal"), gn.Dropout(0.2), gn.Dense(3, "softmax"), seed=7),
        gn.Network((4, 4), gn.Flatten(), gn.Dense(4, connected=np.eye(16, 4)), gn.BatchNorm(), gn.Activation("tanh")),
        gn.Network(6, gn.Add(gn.Dense(6, "prelu"), gn.Identity()), gn.LayerNorm(), gn.Reshape((2, 3)), dtype="float64"),
        gn.Network(2, gn.Embedding(5, 3), gn.Flatten(), gn.Concatenate(gn.Dense(2, biases=None), gn.Identity())),
        gn.Network(
            (6, 6),
            gn.Conv2D(4, 3, "relu", padding="same", groups=1),
            gn.MaxPool2D(2, padding=1),
            gn.Dropout2D(0.1),
            gn.Conv2DTranspose(2, 2, stride=2),
            gn.AveragePool2D(3, stride=1, padding="same"),
            gn.ZeroPad2D(1),
            gn.UpSample2D(2),
            gn.GlobalMaxPool(),
            gn.Dense(2),
        ),
        gn.Network(2, gn.Sequential(gn.GaussianNoise(0.1), gn.Dense(3, weights_penalty=gn.Penalty(l1=0.1)))),
        table,
    ]


# ── changes to any file ─────────────────────────────────────────────────────────────────────────────────────────────

Change = Callable[[random.Random, bytes, list[bytes]], bytes]


def cut(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def append(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    return data + rng.randbytes(rng.choice([1, 8, 1000]))


def flip_bits(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    changed = bytearray(data)
    end = rng.choice([len(data), min(len(data), _header_end(data)), min(len(data), 8)])  # most files are mostly numbers
    for _ in range(rng.choice([1, 1, 2, 8, 64]) if end else 0):
        changed[rng.randrange(end)] ^= 1 << rng.randrange(8)
    return bytes(changed)


def overwrite(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    begin, end = _slice(rng, data)
    fill = rng.choice([b"\0", b"\xff", b"[", b'{"', b'"', b",", b"\\u", b"9", rng.randbytes(end - begin or 1)])
    return data[:begin] + (fill * (end - begin))[: end - begin] + data[end:]


def delete(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    begin, end = _slice(rng, data)
    return data[:begin] + data[end:]


def repeat(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    begin, end = _slice(rng, data)
    return data[:end] + data[begin:end] * rng.choice([1, 2, 50]) + data[end:]


def swap(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    a, b, c, d = sorted(rng.randrange(len(data) + 1) for _ in range(4))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def splice(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    other = rng.choice(others)
    if rng.random() < 0.5:  # one file's header before the other's numbers
        return data[: _header_end(data)] + other[_header_end(other) :]
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


def length(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """Another length of the header than it has."""
    n = len(data)
    near = [n, n - 8, n - 9, n - 7, HEADER_LIMIT, HEADER_LIMIT + 1]
    number = rng.choice([0, 1, 2, 2**31, 2**32, 2**63 - 1, 2**63, 2**64 - 1, *near, rng.getrandbits(64)])
    return (number % 2**64).to_bytes(8, "little") + data[8:]


def noise(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    content = rng.randbytes(rng.choice([0, 1, 8, 9, 100, 5000]))
    return content if rng.random() < 0.5 else len(content).to_bytes(8, "little") + b"{" + content


def foreign(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """The beginnings of other formats; the pickle would make itself noticed if anything opened it."""
    bomb = pickle.dumps(_Bomb(), protocol=rng.randrange(2, 6))
    heads = [b"PK\3\4", b"\x89HDF\r\n\x1a\n", b"\x93NUMPY\1\0", b"\x1f\x8b\x08", b"<html>", b"GGUF", bomb]
    return rng.choice(heads) + rng.choice([b"", data])


class _Bomb:
    def __reduce__(self) -> tuple[Any, ...]:
        return exec, ("raise SystemExit('a pickle was executed')",)


# ── changes to the header ───────────────────────────────────────────────────────────────────────────────────────────


def header_text(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """Characters put into, or taken out of, the header, whose length stays right."""
    text, numbers = _parts(data)
    at = rng.randrange(len(text) + 1)
    put = [
        "",
        ",",
        '"',
        "{",
        "}",
        "[",
        "]",
        ":",
        "\\",
        " " * 1000,
        "\0",
        "é",
        "\U0001f600",
        "\\ud800",
        "null",
        "1e9",
        "-",
    ]
    bulk = ["[" * 5000, "[]," * 2000, '{"":' * 3000, '{"":0},' * 2000, "9" * 6000, '"a":"",' * 2000, "0," * 9000]
    return _joined(text[:at] + rng.choice(put + bulk) + text[at + rng.choice([0, 0, 1, 5]) :], numbers)


def header_number(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """One number in the header becomes another."""
    text, numbers = _parts(data)
    found = list(re.finditer(r"\d+", text))
    if not found:
        return data
    one = rng.choice(found)
    number = int(one[0][:18])
    put = rng.choice(
        [str(n) for n in (number + 1, number - 1, number * 2, number + 4, *INTEGERS)] + ["1.5", "", "01", "1e3"]
    )
    return _joined(text[: one.start()] + put + text[one.end() :], numbers)


def header_entry(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """One entry of the header loses, gains or changes a part, is there twice, or takes the name of another."""
    text, numbers = _parts(data)
    header = _loads(text)
    if not isinstance(header, dict) or not header:
        return data
    name = rng.choice(list(header))
    entry = header[name]
    match rng.randrange(6):
        case 0:
            del header[name]
        case 1:
            header[rng.choice(TEXTS)] = entry
        case 2:
            header[name] = hostile(rng)
        case 3:  # twice
            return _joined(text.rstrip().removesuffix("}") + f",{json.dumps(name)}:{json.dumps(entry)}}}", numbers)
        case 4 if isinstance(entry, dict) and entry:
            entry[rng.choice(list(entry))] = hostile(rng)
        case _ if isinstance(entry, dict) and entry:
            entry.pop(rng.choice(list(entry)))
    return _joined(_dumps(header), numbers)


def other_shape(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """An array gets another shape or dtype of the same bytes, so that only what reads the network can tell."""
    text, numbers = _parts(data)
    header = _loads(text)
    entries = [e for n, e in header.items() if n != "__metadata__"] if isinstance(header, dict) else []
    if not entries or not all(isinstance(e, dict) and isinstance(e.get("shape"), list) for e in entries):
        return data
    entry = rng.choice(entries)
    sizes = {"F32": "I32", "F64": "I64", "I64": "F64", "U64": "I64", "U8": "BOOL", "F16": "BF16"}
    reshaped: list[Any] = [entry["shape"][::-1], [*entry["shape"], 1], [1, *entry["shape"]]]
    if rng.random() < 0.5:
        entry["shape"] = rng.choice(reshaped)
    else:
        entry["dtype"] = sizes.get(str(entry.get("dtype")), "F32")
    return _joined(_dumps(header), numbers)


def numbers(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """Some numbers become NaN or infinity."""
    begin, end = sorted(rng.randrange(_header_end(data), max(_header_end(data), len(data)) + 1) for _ in range(2))
    value = rng.choice([np.nan, np.inf, 1e300])
    kind = rng.choice(["<f4", "<f8"])
    with np.errstate(over="ignore"):
        fill = np.full((end - begin) // 4 + 1, value).astype(kind).tobytes()
    return data[:begin] + fill[: end - begin] + data[end:]


# ── changes to the specification ────────────────────────────────────────────────────────────────────────────────────


def specification(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """One place of the specification changes; a place is a container and a key or index in it."""
    text, rest = _parts(data)
    header = _loads(text)
    try:
        texts = header["__metadata__"]
        content = json.loads(texts["glassnet"])
        places = list(_places(content))
    except (KeyError, TypeError, ValueError, RecursionError):
        return data
    if not places:
        return data
    container, key = rng.choice(places)
    other_container, other_key = rng.choice(places)
    match rng.randrange(7):
        case 0 | 1 | 2:
            container[key] = hostile(rng)
        case 3:
            del container[key]
        case 4:
            container[key] = copy.deepcopy(other_container[other_key])
        case 5:
            container[key] = _wrapped(rng, container[key])
        case _ if isinstance(container, dict):
            container[rng.choice([*TEXTS, "layer", "units", "tensor", "name"])] = container.pop(key)
        case _:
            container.insert(key, container[key])
    texts["glassnet"] = _dumps(content)
    if rng.random() < 0.05:
        texts["glassnet"] = texts["glassnet"][: rng.randrange(len(texts["glassnet"]))]
    return _joined(_dumps(header), rest)


def version(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    text, rest = _parts(data)
    put = rng.choice(["2", "999999", "0", "-1", "1.0", "one", "", "9" * 5000, "１", " 1"])
    return _joined(text.replace('"version":"1"', f'"version":"{put}"'), rest)


def _wrapped(rng: random.Random, value: Any) -> Any:
    """The value inside many layers of layers or lists."""
    for _ in range(rng.choice([1, 2, 20, 70, 300])):
        value = rng.choice([[value], {"layer": "Sequential", "layers": [value]}])
    return value


def _places(value: Any) -> Any:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        yield value, key
        yield from _places(item)


INTEGERS = (0, 1, -1, 2, 8, 255, 10**6, 2**31 - 1, 2**31, 2**53, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 10**18, 10**30)
TEXTS = (
    "", " ", "x", "dense_1.weights", "__metadata__", "__class__", "__init__", "relu", "Sequential", "Layer", "Exactly",
    ".specification.0", "../../etc/passwd", "os.system", "a" * 600, "a" * 20_000, "\0", "\x1b[2J", "a\nb", "\u202e",
    "\ud800", "é" * 50, "𝟙", "{}", "%s%n", "{0.__class__}", "float32", "NaN",
)  # fmt: skip
NAMES = (
    "Dense",
    "dense",
    "Conv2D",
    "MaxPool2D",
    "UpSample2D",
    "Dropout",
    "Add",
    "Concatenate",
    "Embedding",
    "Softmax",
    "Zeros",
    "Orthogonal",
    "Adam",
    "Reshape",
)
RAW = {"«huge»": "1e999", "«digits»": "9" * 5000, "«tiny»": "1e-400", "«nan»": "NaN", "«minus»": "-Infinity"}


def hostile(rng: random.Random) -> Any:
    """A value that does not belong there."""
    kinds: list[Callable[[], Any]] = [
        lambda: rng.choice(INTEGERS),
        lambda: rng.choice([0.5, -0.0, 1e308, -1e308, 5e-324, float("nan"), float("inf"), *RAW]),
        lambda: rng.choice(TEXTS + NAMES),
        lambda: rng.choice([None, True, False, [], {}, [[]], {"": 0}]),
        lambda: [rng.choice(INTEGERS) for _ in range(rng.choice([1, 2, 3, 40]))],
        lambda: _wrapped(rng, None),
        lambda: [[]] * rng.choice([10, 100, 100, 30_000]),
        lambda: {"tensor": rng.choice([".specification.0", "dense_1.weights", 0, None, []])},
        lambda: {rng.choice(["layer", "activation", "initializer", "penalty"]): rng.choice(TEXTS + NAMES)},
        lambda: _object(rng),
        lambda: _object(rng),
        lambda: {"layer": "Reshape", "shape": [rng.choice(INTEGERS) for _ in range(3)]},
        lambda: {"layer": "Embedding", "entries": rng.choice(INTEGERS), "units": rng.choice(INTEGERS)},
        lambda: {"layer": "Concatenate", "layers": [{"layer": "Identity"}] * 50},
    ]
    return rng.choice(kinds)()


def _object(rng: random.Random) -> dict[str, Any]:
    """An object of any class that a file may name, with its required fields and some others, right or wrong."""
    family = rng.choice(list(FAMILIES.values()))
    cls = rng.choice(list(family.known.values()))
    content: dict[str, Any] = {family.family: cls.__name__}
    for one in dataclasses.fields(cls):
        if one.default is dataclasses.MISSING or rng.random() < 0.3:
            right = [1, 2, 3, 0.5, [6], "relu", "zeros", [{"layer": "Identity"}], {"tensor": ".specification.0"}]
            content[one.name] = rng.choice(right) if rng.random() < 0.7 else hostile(rng)
    return content


# ── a file's parts ──────────────────────────────────────────────────────────────────────────────────────────────────


def _header_end(data: bytes) -> int:
    return min(8 + int.from_bytes(data[:8], "little"), len(data))


def _parts(data: bytes) -> tuple[str, bytes]:
    end = _header_end(data)
    return data[8:end].decode("utf-8", "surrogateescape"), data[end:]


def _joined(text: str, rest: bytes) -> bytes:
    header = text.encode("utf-8", "surrogateescape")
    return len(header).to_bytes(8, "little") + header + rest


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _dumps(value: Any) -> str:
    text = json.dumps(value, separators=(",", ":"))
    for mark, raw in RAW.items():
        text = text.replace(json.dumps(mark), raw)
    return text


def _slice(rng: random.Random, data: bytes) -> tuple[int, int]:
    begin = rng.randrange(len(data) + 1)
    return begin, min(len(data), begin + rng.choice([1, 2, 8, 100]))


ANY: list[Change] = [cut, append, flip_bits, flip_bits, overwrite, delete, repeat, swap, splice, length, noise, foreign]
HEADER: list[Change] = [
    header_text,
    header_number,
    header_number,
    header_entry,
    header_entry,
    other_shape,
    numbers,
    version,
]
EVERY: list[Change] = [*ANY, *HEADER, *HEADER, *[specification] * 20]


def hostile_file(seed: int, index: int, sound: list[bytes]) -> bytes:
    """File ``index`` of this seed: a sound one with one to three changes, and mostly a seal that is right again."""
    rng = random.Random(f"{seed}/{index}")
    data = rng.choice(sound)
    for _ in range(rng.choice([1, 1, 2, 3])):
        data = rng.choice(EVERY)(rng, data, sound)
    return sealed_anew(data) if rng.random() < 0.8 else data


def sealed_anew(data: bytes) -> bytes:
    """The file with the SHA-256 of what it holds now, where it can be read so far: the seal hides nothing behind it."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    text, rest = _parts(data)
    try:
        arrays = load(data)
        metadata = json.loads(json.loads(text)["__metadata__"]["glassnet"])
        seal = digest(arrays, metadata)
    except (SafetensorError, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return data
    return _joined(re.sub(r'(?<=\\"sha256\\":\\")[0-9a-f]{64}', seal, text), rest)


# ── loading under watch ─────────────────────────────────────────────────────────────────────────────────────────────


class Hang(BaseException):
    """No answer in time; not an Exception, so that nothing takes it for an error of its own."""


class Broken(Exception):
    """A demand that a load did not meet."""


EXECUTIONS = ("exec", "compile", "import", "pickle.find_class", "marshal.loads", "os.system", "os.exec",
              "subprocess.Popen", "socket.connect", "ctypes.dlopen")  # fmt: skip
_watched: list[str] | None = None
_hooked = False


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _watched is not None and event in EXECUTIONS:
        _watched.append(f"{event} {arguments[:1]}"[:200])


@contextmanager
def watched(size: int, allowance: int) -> Any:
    """Raise Broken when what is inside executes anything, hangs, or takes more memory than the file's size allows."""
    global _watched, _hooked
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked = True

    def stop(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, stop)
    tracemalloc.start()
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    _watched = executed = []
    try:
        yield
    except Hang:
        raise Broken(f"no answer after {SECONDS:g} s") from None
    finally:
        _watched = None
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    if executed:
        raise Broken(f"executed {executed[0]}")
    if peak > 8 * size + allowance:
        raise Broken(f"took {peak:,} bytes of memory for a file of {size:,}")


def refused(message: str, path: Path) -> str:
    """The message of a refusal, if it is one that helps."""
    if not message.startswith(str(path)) or not message.isprintable() or len(message) > 1000:
        raise Broken(f"the message is not one line that names the file: {message[:300]!r}")
    return message.removeprefix(str(path)).strip(" :")


def read_arrays(path: Path, size: int) -> str:
    """Load as named arrays; where that works, the safetensors library must find the same."""
    from safetensors.numpy import load

    try:
        with watched(size, 1 << 20):
            arrays, metadata = storage.read(path)
    except ModelFileError as error:
        return refused(str(error), path)
    json.dumps(metadata, allow_nan=False).encode()
    if b'"BF16"' not in path.read_bytes():  # the library refuses it without torch
        for name, array in load(path.read_bytes()).items():
            np.testing.assert_array_equal(arrays.pop(name), array, strict=True)
        assert not arrays
    return "loaded"


def read_network(path: Path, size: int) -> str:
    """Load as a network; where that works, it can be shown, run and saved, and the copy is the same network."""
    try:
        with watched(size, 2 << 20):
            network = gn.load(path)
    except ModelFileError as error:
        return refused(str(error), path)
    repr(network)
    if math.prod(network.input_shape) < 10**6:
        with suppress(GlassnetError):
            network(np.zeros(network.input_shape))
    copies = [path.with_suffix(".first"), path.with_suffix(".second")]
    network.save(copies[0])
    gn.load(copies[0]).save(copies[1])
    if copies[0].read_bytes() != copies[1].read_bytes():
        raise Broken("the loaded network, saved and loaded again, is another")
    return "loaded"


READERS: dict[str, Callable[[Path, int], str]] = {"arrays": read_arrays, "networks": read_network}


@dataclass
class Report:
    """What became of the files: answers (numbers and names left out) with their counts, and the broken demands."""

    answers: Counter[str] = field(default_factory=Counter)
    broken: list[tuple[int, str]] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        loaded = self.answers["loaded"]
        counts = "\n".join(f"{count:8,}  {answer}" for answer, count in self.answers.most_common(60))
        failures = "\n".join(f"file {index}: {problem}" for index, problem in self.broken[:20])
        return (
            f"{counts}\n{self.answers.total():,} files in {self.seconds:.0f} s: {loaded:,} loaded, "
            f"{self.answers.total() - loaded - len(self.broken):,} refused in {len(self.answers)} kinds of words, "
            f"{len(self.broken):,} broken demands\n{failures}"
        )


def fuzz(seed: int, indices: range, keep: Path | None = None) -> Report:
    """Load the files of these indices, half of them as arrays, half as networks."""
    report = Report()
    begun = time.monotonic()
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # where saving need not wait for a disk
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        sound = sound_files(Path(folder))
        path = Path(folder) / "model.safetensors"
        for kind, contents in sound.items():  # imports and caches, before memory is counted
            for content in contents:
                path.write_bytes(content)
                answer = READERS[kind](path, 10**6)
                assert answer == "loaded", answer
        for index in indices:
            kind = ("arrays", "networks")[index % 2]
            data = hostile_file(seed, index, sound[kind])
            path.write_bytes(data)
            if keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{seed}-{index}.safetensors").write_bytes(data)
            try:
                answer = re.sub(r"'[^']*'|\"[^\"]*\"|[-\d,.]*\d|\(char.*", "·", READERS[kind](path, len(data)))
            except Exception:
                report.broken.append((index, traceback.format_exc(limit=-6)))
                answer = "BROKEN"
            report.answers[answer[:100]] += 1
    report.seconds = time.monotonic() - begun
    return report


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="just the file of this number")
    parser.add_argument("--keep", type=Path, help="a folder for the files")
    given = parser.parse_args()
    indices = range(given.files) if given.only is None else range(given.only, given.only + 1)
    report = fuzz(given.seed, indices, given.keep)
    print(report)
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
