"""What is kept of a row: one JSON file, with all that is needed to read it later."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SCHEMA = 1
Result = dict[str, Any]
FIELDS: dict[str, type | tuple[type, ...]] = {
    "schema": int,
    "row": str,
    "title": str,
    "goal": str,
    "unit": str,
    "measured": str,
    "quick": bool,
    "machine": dict,
    "versions": dict,
    "load": list,
    "settings": dict,
    "contestants": list,
    "skipped": list,
    "points": list,
    "ratio": (dict, type(None)),
    "not_measured": (str, type(None)),
    "met": (bool, type(None)),
    "said": list,
}
OF_CONTESTANT = {"name", "version", "threads", "times", "least", "lower_quartile", "median", "upper_quartile", "spread"}
OF_RATIO = {"best_rival", "lower_quartiles", "medians", "spread"}


def check(result: Result) -> Result:
    """The result, if it has all fields of their types. Raises ValueError, which names the first that is wrong."""
    row = result.get("row", "a result")
    for name, kind in FIELDS.items():
        if name not in result or not isinstance(result[name], kind):
            raise ValueError(f"{row}: {name} is missing or of another kind; measure the row anew")
    if result["schema"] != SCHEMA:
        raise ValueError(f"{row}: its schema is {result['schema']}, this is {SCHEMA}; measure the row anew")
    for part in (result, *result["points"]):
        for contestant in part["contestants"]:
            if lacking := OF_CONTESTANT - contestant.keys():
                raise ValueError(f"{row}: {contestant.get('name')} lacks {', '.join(sorted(lacking))}")
        if part["ratio"] is not None and (lacking := OF_RATIO - part["ratio"].keys()):
            raise ValueError(f"{row}: its ratio lacks {', '.join(sorted(lacking))}")
        if part["ratio"] is None and not part["not_measured"] and not result["points"]:
            raise ValueError(f"{row}: without a ratio it must say why")
    return result


def write(result: Result, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result['row']}.json"
    path.write_text(json.dumps(check(result), indent=1) + "\n", encoding="utf-8")
    return path


def read_all(folder: Path) -> dict[str, Result]:
    """The results in a folder, by row."""
    found = (check(json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.json")))
    return {result["row"]: result for result in found}
