"""The machine that runs plans: a loop over steps, phases and tasks that calls kernels; written in LLVM's text.

Threads share a phase's tasks: each takes its own half first, then what nobody has begun. What a task does never depends
on how many threads there are, so the results don't either.
"""

from __future__ import annotations

import ctypes
import platform
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.compile.emit import Code
from glassnet.compile.instructions import Instruction
from glassnet.compile.jit import address
from glassnet.compile.kernels.halves import middle
from glassnet.compile.tasks import EXTENT, FIRST_HALF, SECOND_HALF, laid_out
from glassnet.ir.types import Array

APART = 16
"""Words between those that threads write: a line of the cache, and its neighbour, goes from core to core as a whole."""
FIXED = ("end", "table", "width", "phases", "phase_count", "tasks", "runs", "calls", "threads", "check", "check_phase",
         "check_double", "claims", "yield", "clocks", "grain")  # fmt: skip
WORDS = {name: i for i, name in enumerate(FIXED)}
"""The words of the machine's state: those that stay as they are while it runs, and apart from them those that don't."""
WORDS |= {"stop": 2 * APART, "arrived": 3 * APART}
WORDS |= {name: 4 * APART + i for i, name in enumerate(("passed", "go", "step", "diverged"))}
TASK = 5
"""Words of a task: its first and last run of calls, the stretch from and to, and what it counts."""
RUN = 3
"""Words of a run: its first and last call, and how much of the stretch each does before the next one's turn."""
PHASE = 4
"""Words of a phase: its first task, the first of those that every other thread begins with, the first of those that are
done before the next one begins, by the thread that comes last, and the end of these."""
SPINS = 4096
IS_ARM = platform.machine().lower() in ("arm64", "aarch64")
STACK = 1 << 21
"""Bytes of a thread's own memory."""


def _word(code: Code, name: str) -> str:
    return code.at("i64", "%state", str(WORDS[name]))


def _read(code: Code, name: str, *, atomic: bool = False) -> str:
    if atomic:
        return code.do(f"load atomic i64, ptr {_word(code, name)} acquire, align 8")
    return code.load("i64", _word(code, name))


def write() -> list[Code]:
    return [_flushing("machine"), _machine("machine", "task"), _task("task"), _barrier("task")]


def write_timed() -> list[Code]:
    """The same with a stopwatch: how many ticks of the processor's clock each call takes is added up."""
    return [
        _flushing("timed_machine"),
        _machine("timed_machine", "timed_task"),
        _task("timed_task", timed=True),
        _barrier("timed_task"),
    ]


def _flushing(name: str) -> Code:
    """A machine that takes numbers too small for the format's full digits as 0; after it the processor is as before.

    An optimiser's memory of a gradient that stays 0 shrinks to such numbers, and each costs a hundred cycles.
    """
    code = Code(f"flushing_{name}", ["ptr %state", "i64 %thread"])
    if IS_ARM:
        before = code.call("i64", "llvm.aarch64.get.fpcr")
        code.call("void", "llvm.aarch64.set.fpcr", ("i64", code.do(f"or i64 {before}, {1 << 24}")))
        code.call("void", name, ("ptr", "%state"), ("i64", "%thread"))
        code.call("void", "llvm.aarch64.set.fpcr", ("i64", before))
    else:
        before, during = code.do("alloca i32, align 4"), code.do("alloca i32, align 4")
        code.call("void", "llvm.x86.sse.stmxcsr", ("ptr", before))
        code.store("i32", code.do(f"or i32 {code.load('i32', before)}, {0x8040}"), during)
        code.call("void", "llvm.x86.sse.ldmxcsr", ("ptr", during))
        code.call("void", name, ("ptr", "%state"), ("i64", "%thread"))
        code.call("void", "llvm.x86.sse.ldmxcsr", ("ptr", before))
    return code


def _machine(name: str, task: str) -> Code:
    """Steps until the end, a stop, or a loss that is not finite. A step is done whole or not at all."""
    code = Code(name, ["ptr %state", "i64 %thread"])
    threads, end, phases = (_read(code, name) for name in ("threads", "end", "phase_count"))
    alone = code.do(f"icmp eq i64 {threads}, 1")
    is_first = code.do("icmp eq i64 %thread, 0")
    is_even = code.do(f"icmp eq i64 {code.do('and i64 %thread, 1')}, 0")
    first = _read(code, "step")
    with code.turns(first, end, 1, [("i64", "0")]) as steps:
        row = code.do(
            f"inttoptr i64 {code.add(_read(code, 'table'), code.mul(steps.index, _read(code, 'width')))} to ptr"
        )
        samples = code.load("i64", row)
        stamp = code.add(steps.index, 1)
        with code.turns("0", phases, 1, [("i64", steps.carried[0])]) as turn:
            checked = code.do(f"icmp eq i64 {turn.index}, {_read(code, 'check_phase')}")
            with code.when(checked):
                bad = _not_finite(code)
                with code.when(bad):
                    with code.when(is_first):
                        code.store("i64", "1", _word(code, "diverged"))
                        code.store("i64", steps.index, _word(code, "step"))
                    _return(code)
            phase = code.do(f"inttoptr i64 {_read(code, 'phases')} to ptr")
            word = code.mul(turn.index, PHASE)
            begin, middle, stop, end_of_all = (
                code.load("i64", code.at("i64", phase, code.add(word, i))) for i in range(PHASE)
            )
            start = code.do(f"select i1 {is_even}, i64 {begin}, i64 {middle}")
            count = code.sub(stop, begin)
            with code.loop(start, code.add(start, count)) as i:
                before = code.do(f"icmp slt i64 {i}, {stop}")
                number = code.do(f"select i1 {before}, i64 {i}, i64 {code.sub(i, count)}")
                code.call("void", task, ("ptr", "%state"), ("i64", number), ("ptr", row), ("i64", samples),
                          ("i64", stamp), ("i1", alone))  # fmt: skip
            passed = code.add(turn.carried[0], 1)
            is_last = code.do(f"icmp eq i64 {code.add(turn.index, 1)}, {phases}")
            code.call("void", f"{task}_barrier", ("ptr", "%state"), ("i64", passed), ("i64", stop), ("i64", end_of_all),
                      ("ptr", row), ("i64", samples), ("i64", stamp), ("i1", is_last))  # fmt: skip
            turn.next = [passed]
        with code.when(code.do(f"icmp eq i64 {_read(code, 'go')}, 0")):
            _return(code)
        steps.next = turn.results
    return code


def _return(code: Code) -> None:
    code.line("ret void")
    code.block(code.fresh("after"))


def _not_finite(code: Code) -> str:
    """Whether the checked number is NaN or infinite."""
    address = code.do(f"inttoptr i64 {_read(code, 'check')} to ptr")
    double = code.do(f"icmp ne i64 {_read(code, 'check_double')}, 0")
    single = code.do(f"fpext float {code.load('float', address)} to double")
    value = code.do(f"select i1 {double}, double {code.load('double', address)}, double {single}")
    difference = code.do(f"fsub double {value}, {value}")
    return code.do(f"fcmp une double {difference}, 0.0")


def _ticks(code: Code) -> str:
    """The processor's clock; Arm's cycle counter belongs to the system, its steady one to everybody."""
    return code.call(
        "i64",
        "llvm.readsteadycounter" if IS_ARM else "llvm.readcyclecounter",
    )


def _task(name: str, *, timed: bool = False) -> Code:
    """One task, unless another thread has taken it in this step."""
    code = Code(name, ["ptr %state", "i64 %number", "ptr %row", "i64 %samples", "i64 %stamp", "i1 %alone"],
                is_part=True)  # fmt: skip
    claims = code.do(f"inttoptr i64 {_read(code, 'claims')} to ptr")
    claim = code.at("i64", claims, code.mul("%number", APART))
    several = code.do("xor i1 %alone, true")
    with code.when(several):
        seen = code.do(f"load atomic i64, ptr {claim} monotonic, align 8")
        with code.when(code.do(f"icmp eq i64 {seen}, %stamp")):
            _return(code)
        before = code.do(f"atomicrmw xchg ptr {claim}, i64 %stamp acq_rel, align 8")
        with code.when(code.do(f"icmp eq i64 {before}, %stamp")):
            _return(code)
    tasks = code.do(f"inttoptr i64 {_read(code, 'tasks')} to ptr")
    task = code.at("i64", tasks, code.mul("%number", TASK))
    begin, end, first, last, what = (code.load("i64", code.at("i64", task, str(i))) for i in range(TASK))
    first, last = _stretch(code, first, last, what)
    with code.when(code.do(f"icmp slt i64 {first}, {last}")):
        runs = code.do(f"inttoptr i64 {_read(code, 'runs')} to ptr")
        with code.loop(begin, end) as number:
            run = code.at("i64", runs, code.mul(number, RUN))
            one, other, step = (code.load("i64", code.at("i64", run, str(i))) for i in range(RUN))
            with code.loop(first, last, step) as start:
                _calls(code, one, other, start, code.least(code.add(start, step), last), timed)
    return code


def _stretch(code: Code, first: str, last: str, what: str) -> tuple[str, str]:
    """Where the stretch of a task begins and ends in this step: of samples, with the last that there is."""
    half = middle(code, "%samples", _read(code, "grain"))
    is_extent, is_first, is_second = (
        code.do(f"icmp eq i64 {what}, {kind}") for kind in (EXTENT, FIRST_HALF, SECOND_HALF)
    )
    first = code.do(f"select i1 {is_second}, i64 {half}, i64 {first}")
    end = code.do(f"select i1 {is_first}, i64 {half}, i64 {last}")
    end = code.do(f"select i1 {is_second}, i64 %samples, i64 {end}")
    return first, code.do(f"select i1 {is_extent}, i64 {last}, i64 {code.least(end, '%samples')}")


def _calls(code: Code, begin: str, end: str, first: str, last: str, timed: bool) -> None:
    """Calls one after the other, on the same stretch."""
    calls = code.do(f"inttoptr i64 {_read(code, 'calls')} to ptr")
    with code.loop(begin, end) as i:
        call = code.at("i64", calls, code.mul(i, 2))
        kernel = code.load("ptr", call)
        arguments = code.load("ptr", code.at("i64", call, "1"))
        began = _ticks(code) if timed else ""
        code.line(f"call void {kernel}(ptr {arguments}, ptr %row, i64 {first}, i64 {last})")
        if timed:
            clock = code.at("i64", code.do(f"inttoptr i64 {_read(code, 'clocks')} to ptr"), i)
            took = code.sub(_ticks(code), began)
            code.store("i64", code.add(code.load("i64", clock), took), clock)


def _barrier(task: str) -> Code:
    """Wait until all threads have come so far; the last one does what is small, and after a step says whether to go on.

    So what a single thread must do, before any can go on, takes no barrier of its own.
    """
    code = Code(f"{task}_barrier", ["ptr %state", "i64 %number", "i64 %begin", "i64 %end", "ptr %row", "i64 %samples",
                                    "i64 %stamp", "i1 %is_last"], is_part=True)  # fmt: skip
    threads = _read(code, "threads")
    several = code.do(f"icmp ne i64 {threads}, 1")
    with code.when(several):
        before = code.do(f"atomicrmw add ptr {_word(code, 'arrived')}, i64 1 acq_rel, align 8")
        others = code.do(f"icmp ne i64 {code.add(before, 1)}, {code.mul('%number', threads)}")
        with code.when(others):
            _wait(code)
            _return(code)
    with code.loop("%begin", "%end") as i:
        code.call("void", task, ("ptr", "%state"), ("i64", i), ("ptr", "%row"), ("i64", "%samples"),
                  ("i64", "%stamp"), ("i1", "true"))  # fmt: skip
    with code.when("%is_last"):
        stopped = code.do(f"load atomic i64, ptr {_word(code, 'stop')} monotonic, align 8")
        code.store("i64", code.do(f"zext i1 {code.do(f'icmp eq i64 {stopped}, 0')} to i64"), _word(code, "go"))
        code.store("i64", "%stamp", _word(code, "step"))
    code.line(f"store atomic i64 %number, ptr {_word(code, 'passed')} release, align 8")
    return code


def _wait(code: Code) -> None:
    """Until the barrier of that number is passed."""
    let_others = _read(code, "yield")
    code.line("br label %wait")
    before = code._block
    code.block("wait")
    code.line(f"%spins = phi i64 [0, %{before}], [%more, %again]")
    here = _read(code, "passed", atomic=True)
    code.line(f"br i1 {code.do(f'icmp sge i64 {here}, %number')}, label %done, label %spin")
    code.block("spin")
    code.line("%more = add i64 %spins, 1")
    tired = code.do(f"icmp sgt i64 %more, {SPINS}")
    able = code.do(f"icmp ne i64 {let_others}, 0")
    code.line(f"br i1 {code.do(f'and i1 {tired}, {able}')}, label %rest, label %again")
    code.block("rest")
    code.line(f"%pause = inttoptr i64 {let_others} to ptr")
    code.line("%ignored = call i32 %pause()")
    code.line("br label %again")
    code.block("again")
    code.line("br label %wait")
    code.block("done")


def _yield_address() -> int:
    """The system's function that lets another thread have the processor; 0 where it is not found."""
    try:
        return ctypes.cast(ctypes.CDLL(None).sched_yield, ctypes.c_void_p).value or 0
    except (AttributeError, OSError, TypeError):
        return 0


def _started(threads: list[threading.Thread]) -> list[threading.Thread]:
    """Threads, running; kernels need little memory of their own."""
    before = threading.stack_size(STACK) if threads else 0
    try:
        for thread in threads:
            thread.start()
    finally:
        if threads:
            threading.stack_size(before)
    return threads


def _callable(name: str, codes: Callable[[], list[Code]]) -> Any:
    return ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)(address(name, codes))


@dataclass
class Stopped:
    """How a slice ended: steps done, and whether a loss was not finite."""

    steps: int
    diverged: bool


class Machine:
    """Instructions with their memory, ready to run slice by slice."""

    def __init__(
        self, instructions: list[Instruction], check: int, check_phase: int, double: bool, capacity: int, flush: bool
    ) -> None:
        """``flush`` takes numbers too small for the format's full digits as 0."""
        self._name = "flushing_machine" if flush else "machine"
        kernels = {i.kernel: address(i.kernel, i.codes) for i in instructions}
        self._arguments: list[Array] = [np.array(i.numbers(), np.int64) for i in instructions]
        cut = laid_out(instructions, capacity, check_phase if check else -1)
        self._order, runs, tasks, phases = cut.calls, cut.runs, cut.tasks, cut.phases
        self._calls = np.array(
            [[kernels[instructions[i].kernel], self._arguments[i].ctypes.data] for i in self._order], np.int64
        ).reshape(-1, 2)
        self._runs = np.array(runs, np.int64).reshape(-1, RUN)
        self._tasks = np.array(tasks, np.int64).reshape(-1, TASK)
        self._phases = np.array(phases, np.int64).reshape(-1, PHASE)
        self._claims = np.zeros(APART * (len(tasks) + 1), np.int64)
        self.state = np.zeros(6 * APART, np.int64)
        for name, value in (
            ("phases", self._phases.ctypes.data), ("phase_count", len(phases)),
            ("tasks", self._tasks.ctypes.data), ("runs", self._runs.ctypes.data), ("calls", self._calls.ctypes.data),
            ("check", check), ("check_phase", cut.checked), ("grain", cut.grain), ("check_double", int(double)),
            ("claims", self._claims.ctypes.data), ("yield", _yield_address()),
        ):  # fmt: skip
            self.state[WORDS[name]] = value
        self._run = _callable(self._name, write)

    def run(self, table: Array, steps: int, threads: int = 1) -> Stopped:
        """Run steps 0 to ``steps``, a line of the table each."""
        self.prepare(table, steps, threads)
        state, begin = self.state, self.state.ctypes.data
        others = _started([threading.Thread(target=self._run, args=(begin, t), daemon=True) for t in range(1, threads)])
        self._run(begin, 0)
        for other in others:
            other.join()
        return Stopped(int(state[WORDS["step"]]), bool(state[WORDS["diverged"]]))

    def prepare(self, table: Array, steps: int, threads: int = 1) -> None:
        """Set all that a run begins with."""
        self._claims[:] = 0
        for name, value in (
            ("step", 0), ("end", steps), ("table", table.ctypes.data), ("width", table.strides[0]),
            ("threads", threads), ("stop", 0), ("arrived", 0), ("passed", 0), ("diverged", 0),
        ):  # fmt: skip
            self.state[WORDS[name]] = value

    def one_step(self) -> Callable[[], None]:
        """A call, as short as can be, that makes the one step that was prepared; each time anew."""
        state, run, step = self.state, self._run, WORDS["step"]
        begin, first = ctypes.c_void_p(state.ctypes.data), ctypes.c_int64(0)

        def again() -> None:
            state[step] = 0
            run(begin, first)

        return again

    def timed(self, table: Array, steps: int) -> Array:
        """Run steps in one thread; returns the seconds of a step that each instruction took."""
        clocks = np.zeros(len(self._order), np.int64)
        run = _callable(self._name.replace("machine", "timed_machine"), write_timed)
        self.prepare(table, steps)
        self.state[WORDS["clocks"]] = clocks.ctypes.data
        started = time.perf_counter()
        run(self.state.ctypes.data, 0)
        elapsed = time.perf_counter() - started
        ticks = np.bincount(self._order, clocks, minlength=len(self._arguments))
        return ticks * (elapsed / max(int(ticks.sum()), 1) / max(int(self.state[WORDS["step"]]), 1))

    def stop(self) -> None:
        """Ask for the end after the step that is being done, from any thread."""
        self.state[WORDS["stop"]] = 1
