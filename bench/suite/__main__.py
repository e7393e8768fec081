"""Measure rows beside the rivals, and make the page of performance: what `make bench` runs.

    python -m bench.suite [--quick] [--row NAME] [--page]

Results are JSON in bench/results, the page docs/performance.md; a quick run leaves both alone and writes into
build/bench.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from bench.rows import NAMES, rows
from bench.suite.contestants import CONTESTANTS
from bench.suite.page import page
from bench.suite.plots import draw
from bench.suite.processes import ROOT, Workers
from bench.suite.results import Result, read_all, write
from bench.suite.turns import Session

TURNS, SECONDS = (11, 5), (1.0, 0.3)
"""Of a whole run and of a quick one. Each call of fit plans anew, so a turn must be some epochs, as in use."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few turns, to see that everything runs")
    parser.add_argument("--row", choices=NAMES, help="measure only this one")
    parser.add_argument("--page", action="store_true", help="only make the page anew")
    options = parser.parse_args()
    results = ROOT / "build/bench/results" if options.quick else ROOT / "bench/results"
    docs = ROOT / "build/bench" if options.quick else ROOT / "docs"
    if not options.page:
        measure(options.row, options.quick, results)
    found = read_all(results)
    pictures = draw(found, NAMES, docs / "performance")
    (docs / "performance.md").write_text(page(found, NAMES, pictures), encoding="utf-8")
    print(f"Wrote {(docs / 'performance.md').relative_to(ROOT)}")


def measure(only: str | None, quick: bool, results: Path) -> None:
    """Measure the rows one after the other; each result is written at once."""
    for one in CONTESTANTS:
        if one.missing:
            print(f"Without {one.name}: {one.missing}")
    with tempfile.TemporaryDirectory() as folder:
        workers = Workers(Path(folder) / "workers.log")
        try:
            session = Session(workers, Path(folder), TURNS[quick], SECONDS[quick], quick)
            for row in rows(only):
                started = time.perf_counter()
                result = row.measured(session)
                write(result, results)
                print(f"{line(result)}  [{time.perf_counter() - started:.0f} s]", flush=True)
        finally:
            workers.close()


def line(result: Result) -> str:
    """A row in short, for the terminal."""
    ratio = result["ratio"]
    if ratio:
        said = f"{ratio['lower_quartiles']:.2f} × {ratio['best_rival']} (medians {ratio['medians']:.2f})"
    else:
        said = "; ".join([*filter(None, [result["not_measured"]]), *result["said"]])
    return f"{result['row']:<16}{said}; goal {result['goal']}"


if __name__ == "__main__":
    main()
