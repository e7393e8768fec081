"""Objects are linked without LLVM, and by it where they have what ours never have."""

import ctypes
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from glassnet.compile import is_available, jit, linking
from glassnet.compile.emit import Code
from glassnet.compile.linking import Unlinkable, linked

pytestmark = [
    pytest.mark.skipif(not is_available(), reason="llvmlite has no wheel for this platform"),
    pytest.mark.skipif(not linking.IS_KNOWN, reason="LLVM links for this system"),
]


def cosine() -> Code:
    """Writes cos(x) + 0.1, which needs a constant and a function of the C library."""
    code = Code("cosine_and_more", ["ptr %x"])
    found = code.call("double", "llvm.cos.f64", ("double", code.load("double", "%x")))
    code.store("double", code.do(f"fadd double {found}, 0x3FB999999999999A"), "%x")
    return code


def run(address: int, x: float) -> float:
    number = np.array(x)
    ctypes.CFUNCTYPE(None, ctypes.c_void_p)(address)(number.ctypes.data)
    return float(number)


def test_code_finds_its_constants_and_the_functions_of_the_process() -> None:
    address = linked(jit._optimised(jit.module([cosine()])))["cosine_and_more"]
    assert run(address, 0.5) == pytest.approx(np.cos(0.5) + 0.1, rel=1e-15)


def test_llvm_links_what_we_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(code: bytes) -> dict[str, int]:
        raise Unlinkable("for the test")

    ours = run(jit.compiled([cosine()])["cosine_and_more"], 0.5)
    monkeypatch.setattr(jit, "linked", refuse)
    assert run(jit.compiled([cosine()])["cosine_and_more"], 0.5) == ours


def test_what_is_not_known_is_refused() -> None:
    code = jit._optimised(jit.module([cosine()]))
    with pytest.raises(Unlinkable, match="another system"):
        linked(b"MZ" + code)
    with pytest.raises(Unlinkable, match="sos is no function of this process"):
        linked(code.replace(b"\0cos\0", b"\0sos\0"))
    start = int.from_bytes(code[40:48], "little")
    for offset in range(start, len(code), 64):
        kind, flags = code[offset + 4], code[offset + 8]
        if kind == linking.RELOCATIONS:
            entry = int.from_bytes(code[offset + 24 : offset + 32], "little")
            with pytest.raises(Unlinkable, match="a relocation of kind 2"):
                linked(code[: entry + 8] + b"\2" + code[entry + 9 :])
        if flags & linking.LOADED:
            changed = code[: offset + 8] + bytes([flags | linking.WRITABLE]) + code[offset + 9 :]
            with pytest.raises(Unlinkable, match="a section that is written to"):
                linked(changed)


TRAIN = """
import sys
import numpy as np
import glassnet as gn
net = gn.Network(3, gn.Dense(4, "tanh"), gn.Dense(2, "softmax"), seed=0)
net.fit(np.eye(3), [0, 1, 0], epochs=3, engine="compiled")
print(net(np.eye(3)).tobytes().hex(), "llvmlite.binding" in sys.modules)
"""


def test_llvm_is_loaded_in_the_first_process_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSNET_CACHE", str(tmp_path))

    def trained() -> list[str]:
        return subprocess.run([sys.executable, "-c", TRAIN], capture_output=True, text=True, check=True).stdout.split()

    (bits, loaded), (again, later) = trained(), trained()
    assert bits == again
    assert (loaded, later) == ("True", "False")


def test_each_limit_of_the_processor_is_kept_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSNET_CACHE", str(tmp_path))
    asked = []
    real = jit._asked
    monkeypatch.setattr(jit, "_asked", lambda: asked.append(1) or real())
    whole = jit.host.__wrapped__()
    assert jit.host.__wrapped__() == whole
    monkeypatch.setenv(jit.FEWER, "sse2")
    assert jit.host.__wrapped__().width == 16
    assert len(asked) == 2
    assert whole.llvm == jit.host().llvm
