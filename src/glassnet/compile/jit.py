"""From LLVM's text to machine code: compiled once a machine, kept on disk, loaded in a millisecond.

LLVM itself is loaded only where there is something to compile, or code for a system whose objects it alone can link.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from glassnet.compile.emit import Code
from glassnet.compile.linking import IS_KNOWN, Unlinkable, linked
from glassnet.files import replacing
from glassnet.folders import cache_folder
from glassnet.ir.errors import DataError, GlassnetError
from glassnet.ir.require import require


@dataclass(frozen=True)
class Host:
    """The processor that code is written for.

    Attributes:
        name, features: as LLVM calls them.
        width: bytes that one vector register holds.
        registers: how many vector registers there are.
        llvm: the version of LLVM.
    """

    name: str
    features: str
    width: int
    registers: int
    llvm: tuple[int, ...] = field(repr=False)

    def lanes(self, type_: str) -> int:
        """How many numbers of a type one vector holds."""
        return self.width // (8 if type_ in ("double", "i64") else 4)


PASSES = "always_inliner", "loop_rotate", "simplify_cfg"
"""What LLVM does to the text before it makes machine code of it. All that it can do (-O2) takes ten times as long, and
gives code that is no faster, since kernels are written as they should be run."""
DIGEST = hashlib.sha256().digest_size
LIMITS = ("avx2", "sse2")
FEWER = "GLASSNET_CPU"
"""An environment variable that forces features off: "avx2" where the processor has AVX-512, "sse2" for the least."""


@cache
def host() -> Host:
    """This processor; features that the operating system masks are left out."""
    limit = os.environ.get(FEWER, "")
    require(
        limit in ("", *LIMITS), f"{FEWER} must be {' or '.join(LIMITS)}, got {limit!r}; leave it out for all there is"
    )
    kind = _kind_of_processor()
    told = json.loads(_kept(f"{kind}.json", _asked) if kind else _asked())
    return Host(**{**told, "llvm": tuple(told["llvm"])})


def _kind_of_processor() -> str:
    """A digest of all that :func:`host` depends on; "" where only LLVM can tell."""
    import llvmlite

    if not IS_KNOWN:
        return ""
    with suppress(OSError), Path("/proc/cpuinfo").open(encoding="utf-8") as file:
        first = takewhile(str.strip, file)  # of all cores
        told = [line for line in first if line.partition("\t")[0] in ("vendor_id", "cpu family", "model", "flags")]
        what = f"{llvmlite.__version__} {os.environ.get(FEWER, '')} {''.join(told)}"
        return hashlib.sha256(what.encode()).hexdigest()
    return ""


def _asked() -> bytes:
    """What LLVM says of this processor, as JSON."""
    import llvmlite.binding as llvm

    has = dict(llvm.get_host_cpu_features())
    limit = os.environ.get(FEWER, "")
    if limit in LIMITS:
        has = {name: on and not name.startswith(("avx512", "avx10", "amx")) for name, on in has.items()}
    if limit == "sse2":
        has = {
            name: on and not name.startswith(("avx", "fma", "f16c", "xop", "vaes", "vpclmul"))
            for name, on in has.items()
        }
    if has.get("avx512f") and has.get("avx512vl") and has.get("avx512dq"):
        width, registers = 64, 32
    elif has.get("avx2") and has.get("fma"):
        width, registers = 32, 16
    else:
        width, registers = 16, 32 if has.get("neon") else 16
    features = ",".join(("+" if on else "-") + name for name, on in sorted(has.items()))
    found = Host(llvm.get_host_cpu_name(), features, width, registers, llvm.llvm_version_info)
    return json.dumps(asdict(found)).encode()


def module(functions: Iterable[Code]) -> str:
    """Functions as one module, with what they call declared."""
    functions = list(functions)
    defined = {function.name for function in functions}
    declared = {name: text for function in functions for name, text in function.declared.items() if name not in defined}
    width = host().width * 8
    attributes = f'attributes #0 = {{ nounwind "prefer-vector-width"="{width}" "min-legal-vector-width"="{width}" }}'
    return "\n\n".join(["\n".join(declared.values()), *(function.text() for function in functions), attributes, ""])


@cache
def _target() -> Any:
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    for option in _options():
        llvm.set_option("", option)
    return llvm.Target.from_default_triple()


def _options() -> list[str]:
    """What LLVM's way from text to machine code should leave out.

    Its scheduler moves loads up until accumulators no longer fit the registers. And with all registers of AVX-512,
    addresses are better worked out as they are written than by a counter each; that takes a third of compiling, too.
    """
    return ["-enable-misched=false"] + ["-disable-lsr"] * (host().width == 64)


def _target_machine() -> Any:
    """A new one: whoever loads code by it owns it."""
    return _target().create_target_machine(cpu=host().name, features=host().features, opt=2, jit=True)


def passed(text: str) -> tuple[Any, Any]:
    """What makes machine code, and what LLVM's passes have made of the text."""
    import llvmlite.binding as llvm

    machine = _target_machine()
    parsed = llvm.parse_assembly(text)
    parsed.verify()
    passes = llvm.create_new_module_pass_manager()
    for name in PASSES:
        getattr(passes, f"add_{name}_pass")()
    passes.run(parsed, llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options()))
    return machine, parsed


def _optimised(text: str) -> bytes:
    machine, parsed = passed(text)
    return bytes(machine.emit_object(parsed))


def key(text: str) -> str:
    """What the machine code depends on."""
    import llvmlite

    what = f"{llvmlite.__version__} {host().llvm} {host()} {PASSES} {_options()}\n{text}"
    return hashlib.sha256(what.encode()).hexdigest()


def folder() -> Path | None:
    """Where machine code is kept: a folder that only the user can enter, since it is run. None where there is none."""
    try:
        place = cache_folder() / "kernels"
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        place.chmod(0o700)
        return place if not hasattr(os, "getuid") or place.stat().st_uid == os.getuid() else None
    except (OSError, DataError):  # no folder that can be written to, or a user without a home
        return None


def _kept(name: str, made: Callable[[], bytes]) -> bytes:
    """What was made before, from the disk if it is there whole; else it is made, and kept there."""
    place = folder()
    path = None if place is None else place / name
    if path is not None:
        with suppress(OSError):  # there is none, or it was removed just now, or is another user's
            whole = path.read_bytes()
            digest, code = whole[:DIGEST], whole[DIGEST:]
            if hashlib.sha256(code).digest() == digest:
                return code
    code = made()
    if path is not None:
        with suppress(GlassnetError), replacing(path) as file:  # a full or read-only disk costs time only
            file.write(hashlib.sha256(code).digest() + code)
    return code


def compiled(functions: Iterable[Code]) -> dict[str, int]:
    """The addresses of functions by name, compiled as one module."""
    functions = list(functions)
    text = module(functions)
    code = _kept(f"{key(text)}.o", lambda: _optimised(text))
    try:
        return linked(code)
    except Unlinkable:
        return _linked_by_llvm(code, [function.name for function in functions])


_ALIVE: list[Any] = []
"""Machine code lives as long as the object that loaded it."""


def _linked_by_llvm(code: bytes, names: Iterable[str]) -> dict[str, int]:
    import llvmlite.binding as llvm

    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target_machine())
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    _ALIVE.append(engine)
    return {name: engine.get_function_address(name) for name in names}


_ADDRESSES: dict[str, int] = {}


def address(name: str, codes: Callable[[], Iterable[Code]]) -> int:
    """The address of a function, compiled with what it calls when it is first asked for; names say what is done."""
    if name not in _ADDRESSES:
        _ADDRESSES[name] = compiled(codes())[name]
    return _ADDRESSES[name]
