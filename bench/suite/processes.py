"""Worker processes that stand still while another works, and child processes that are measured whole (POSIX only)."""

from __future__ import annotations

import json
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.suite.contestants import Contestant

ROOT = Path(__file__).parents[2]
PATIENCE = 120
"""Seconds that a request may take; what is slower is no rival."""


class Failed(Exception):
    """A contestant cannot do the work; the message says why."""


class Slow(Failed):
    """A contestant takes longer than anyone waits: it isn't the fastest."""


class Workers:
    """One process for each contestant and number of threads, started when it is first needed."""

    def __init__(self, log: Path) -> None:
        self._log = log.open("w")
        self._started: dict[Any, subprocess.Popen[str]] = {}

    def ask(self, contestant: Contestant, threads: int, **request: Any) -> dict[str, Any]:
        """Let this worker alone run until it has answered. Raises Failed."""
        key = (contestant.module, contestant.variant, *contestant.environment.items(), threads)
        process = self._started.get(key)
        if process is None or process.poll() is not None:
            process = self._started[key] = self._start(contestant, threads)
        assert process.stdin is not None
        assert process.stdout is not None
        process.send_signal(signal.SIGCONT)
        process.stdin.write(json.dumps({"variant": contestant.variant, **request}) + "\n")
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
        if not ready:
            process.kill()
            raise Slow(f"it took more than {PATIENCE} s")
        line = process.stdout.readline()
        if not line:
            raise Failed("its process ended")
        process.send_signal(signal.SIGSTOP)
        reply: dict[str, Any] = json.loads(line)
        if "error" in reply:
            raise Failed(reply["error"])
        return reply

    def _start(self, contestant: Contestant, threads: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "bench.suite.worker", contestant.module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            cwd=ROOT,
            env=contestant.variables(threads),
        )

    def close(self) -> None:
        for process in self._started.values():
            process.kill()
            process.wait()
        self._log.close()


@dataclass(frozen=True)
class Ran:
    """A child process from its start to its end: wall time, the most memory that it held, what it printed."""

    seconds: float
    memory: int
    output: str


STARTER = """
import os, sys, time
started = time.perf_counter()
_, status, used = os.wait4(os.posix_spawn(sys.executable, [sys.executable, *sys.argv[1:]], os.environ), 0)
print("\\n", time.perf_counter() - started, used.ru_maxrss, os.waitstatus_to_exitcode(status))
"""
"""Starts Python from a small process: a child's peak of memory begins with that of the process that it comes from."""


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> Ran:
    """Run Python with these arguments. Raises Failed with the last line of what it said."""
    done = subprocess.run(
        [sys.executable, "-IS", "-c", STARTER, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        cwd=ROOT, env=environment, check=True,
    )  # fmt: skip
    output, _, measured = done.stdout.rstrip().rpartition("\n")
    seconds, memory, code = measured.split()
    if code != "0":
        raise Failed((output.strip() or "it failed").splitlines()[-1][:300])
    return Ran(float(seconds), int(memory) * (1 if sys.platform == "darwin" else 1024), output)


@contextmanager
def busy_process() -> Iterator[None]:
    """Another process that keeps one core busy meanwhile."""
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()
