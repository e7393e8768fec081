"""A process of one library, which does what the driver asks for, line by line, and rests in between.

python -m bench.suite.worker MODULE, with requests as JSON on the standard input; answers go to the standard output.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from bench.suite.task import Array, Task

Reply = dict[str, Any]


class Doer(Protocol):
    """What a module of bench/rivals makes of a task."""

    def train(self, epochs: int) -> None:
        """Go on training, through all samples in a new order in each epoch."""

    def weights(self) -> list[Array]:
        """As `first_weights` gives them."""

    def answer(self, x: Array) -> Array:
        """The network's outputs for these inputs, as an array of NumPy."""


class Worker:
    """The doers at work, by variant, and what the driver may ask of one."""

    def __init__(self, module: str) -> None:
        self.makers: dict[str, Callable[[Task], Doer]] = importlib.import_module(f"bench.rivals.{module}").VARIANTS
        self.doers: dict[str, Doer] = {}
        self.x: Any = None

    def start(self, variant: str, task: str) -> Reply:
        loaded = Task.load(Path(task))
        self.doers[variant] = self.makers[variant](loaded)
        self.x = loaded.x[0] if len(loaded.x) == 1 else loaded.x
        return {}

    def train(self, variant: str, epochs: int) -> Reply:
        train = self.doers[variant].train
        started = time.perf_counter()
        train(epochs)
        return {"seconds": time.perf_counter() - started}

    def weights(self, variant: str, path: str) -> Reply:
        """Also says which engine made the steps, where a library has several."""
        doer = self.doers[variant]
        np.savez(path, *doer.weights())
        return {"engine": getattr(doer, "engine", None)}

    def answer(self, variant: str, repeats: int, path: str | None = None) -> Reply:
        x, answer = self.x, self.doers[variant].answer
        started = time.perf_counter()
        for _ in range(repeats):
            found = answer(x)
        seconds = time.perf_counter() - started
        if path is not None:
            np.save(path, found)
        return {"seconds": seconds}

    def end(self, variant: str) -> Reply:
        self.doers.pop(variant, None)
        gc.collect()
        return {}


def main() -> None:
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print goes elsewhere
    worker = Worker(sys.argv[1])
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = getattr(worker, request.pop("do"))(**request)
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:300]}
        print(json.dumps(reply), file=replies, flush=True)


if __name__ == "__main__":
    main()
