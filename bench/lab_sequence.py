"""How long it takes on the page Sequence from an edit to the numbers that are painted, and what Python's part of it is.

python bench/lab_sequence.py [--edits 60]

A number, a text or a temperature is typed in Chromium and committed by Enter; the time runs from the key's event to the
frame after the numbers have changed. Python's part is measured apart, as CPU time of the command and of its message.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench import edits
from glassnet.lab.messages import written
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab
from glassnet.lab.pages.sequence import SequencePage
from glassnet.lab.sequence.messages import Edit, Open, Tune, Write

LETTERS = "abcdefghilmnoprstuw"
CASES: dict[str, tuple[str, str]] = {
    "an input of the LSTM": ("model=brackets&epochs=0", "x1_1"),
    "an input of one head": ("model=one%20head", "x1_1"),
    "the text of the small GPT": ("model=tale&epochs=0", "Text"),
    "its temperature": ("model=tale&epochs=0&p=0.9", "Temperature"),
}
"""The address, and the field that is typed into."""


def typed(field: str, i: int) -> str:
    """What is typed, another time by time."""
    return f"Once there wa{LETTERS[i % len(LETTERS)]}" if field == "Text" else edits.number(field, i)


def of_python(fragment: str, field: str, count: int) -> list[float]:
    """Milliseconds of CPU time of each edit, with its answer as text."""
    page = SequencePage(Lab({}), Outbox(lambda: None))
    page.open(Open(fragment))
    times = []
    for i in range(count + 5):
        began, text = process_time(), typed(field, i)
        if field == "Text":
            view = page.write(Write(text))
        else:
            view = page.tune(Tune(text, 0, "0.9", 1)) if field == "Temperature" else page.edit(Edit(field, text))
        written(view)
        times.append(1000 * (process_time() - began))
    return times[5:]


if __name__ == "__main__":
    edits.main(__doc__, "sequence", CASES, [".seq-candidates", ".seq-board"], of_python, 60, typed)
