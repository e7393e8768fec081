"""How long it takes on the page Network from an edit to the numbers that are painted, and what Python's part of it is.

python bench/lab_network.py [--edits 100]

A weight is typed in Chromium and committed by Enter; the time runs from the key's event to the frame after the picture
has changed. Python's part is measured apart, as CPU time of the command and of its message, in this process.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))
import glassnet as gn
from bench import edits
from glassnet.lab.messages import written
from glassnet.lab.network.messages import Edit, Open
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab
from glassnet.lab.pages.network import NetworkPage

CASES = {
    "2-4-3-1": ("example=2-4-3-1", "w.weights[0, 1]"),
    "1-3-3-1": ("example=1-3-3-1", "A, B, C.weights[0, 1]"),
    "2-4-3-1, relu and a target": ("example=2-4-3-1&w.activation=relu&target=1", "w.weights[0, 1]"),
}


def of_python(fragment: str, name: str, count: int) -> list[float]:
    """Milliseconds of CPU time of each edit, with its answer as text."""
    page = NetworkPage(Lab({one: gn.lecture(one) for one in ("2-4-3-1", "1-3-3-1")}), Outbox(lambda: None))
    page.open(Open(fragment))
    times = []
    for i in range(count + 5):
        began = process_time()
        written(page.edit(Edit(name, edits.number(name, i))))
        times.append(1000 * (process_time() - began))
    return times[5:]


if __name__ == "__main__":
    edits.main(__doc__, "network", CASES, [".picture svg"], of_python, 100)
