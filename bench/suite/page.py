"""docs/performance.md, made of the results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.suite.contestants import OURS
from bench.suite.results import Result

INTRODUCTION = """# How fast it is

<!-- Made by `make bench` of the files in bench/results; changes here are lost. -->

`make bench` measures Glassnet beside other libraries, on your machine, and writes this page. All contestants of a row
take turns within one run: each has a process of its own, which stands still while another works. They train the same
network, from the same first weights, on the same samples, in batches of the same size, with the same Adam, and each
shuffles and gathers its batches itself. Whoever's loss isn't the others' afterwards is left out. Each library gets the
number of threads that is best for it: one, or as many as there are cores. Ours runs through `fit` and `net(x)`, as they
are called. [How it is done](../bench/README.md).

A ratio is our time over that of the *best rival*, the fastest of all others in that row: of the lower quartiles, of the
medians, and in brackets the quartiles of the ratios turn by turn. Where PyTorch or JAX's scan did not run, there is
none.
"""


def page(results: Mapping[str, Result], order: Sequence[str], pictures: Mapping[str, str]) -> str:
    """The page in Markdown. ``pictures``: of rows, or "all", to the path of a picture and what it shows."""
    known = [results[name] for name in order if name in results]
    parts = [INTRODUCTION, _where(known), "## All rows\n", _table(results, order)]
    if "all" in pictures:
        parts.append(f"\n![Step times of all libraries, relative to ours]({pictures['all']})\n")
    parts += [_section(result, pictures.get(result["row"])) for result in known]
    return "\n".join(part.strip("\n") + "\n" for part in parts if part)


def _where(results: Sequence[Result]) -> str:
    """The machines, and what was measured on each."""
    if not results:
        return "Nothing has been measured yet."
    lines = []
    machines: dict[str, list[Result]] = {}
    for result in results:
        machines.setdefault(_machine(result), []).append(result)
    for machine, found in machines.items():
        rows = "All rows" if len(machines) == 1 else ", ".join(f"`{result['row']}`" for result in found)
        loads = [load for result in found for load in result["load"]]
        quick = " In a quick run, of few turns: the numbers are rough." if any(r["quick"] for r in found) else ""
        lines.append(f"{rows}: {machine}; load {min(loads):.1f} to {max(loads):.1f}, {found[-1]['measured']}.{quick}")
    return "\n\n".join(lines)


def _machine(result: Result) -> str:
    machine, versions = result["machine"], result["versions"]
    named = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    return (
        f"{machine['cores']} cores of {machine['processor']}, {machine['memory_gib']:.0f} GiB, {machine['system']}, "
        f"Python {machine['python']}, {named}"
    )


def _table(results: Mapping[str, Result], order: Sequence[str]) -> str:
    lines = ["| work | goal | ratio: lower quartiles | medians | turn by turn | best rival | ours | reached |"]
    lines.append("|---|---|---:|---:|---:|---|---:|---|")
    for name in order:
        if name not in results:
            lines.append(f"| `{name}` | | not measured | | | | | |")
            continue
        lines.append(_line(results[name]))
    return "\n".join(lines)


def _line(result: Result) -> str:
    ratio = result["ratio"]
    ours = next((one for one in result["contestants"] if one["name"] == OURS), None)
    time = f"{number(ours['lower_quartile'])} {result['unit']}" if ours else ""
    if ratio:
        low, high = ratio["spread"]
        cells = [f"{ratio['lower_quartiles']:.2f}", f"{ratio['medians']:.2f}", f"({low:.2f}–{high:.2f})"]
        cells.append(ratio["best_rival"])
    else:
        cells = ["; ".join(result["said"]) if result["met"] is not None else "not measured", "", "", ""]
    reached = {True: "yes", False: "**no**", None: ""}[result["met"]]
    return f"| {result['title']} | {result['goal']} | {' | '.join(cells)} | {time} | {reached} |"


def _section(result: Result, picture: str | None) -> str:
    lines = [f"## {result['title'][0].upper()}{result['title'][1:]}\n", f"Goal: {result['goal']}.\n"]
    if result["not_measured"] and result["met"] is None:
        lines.append(f"Not measured: {result['not_measured']}.\n")
    if result["contestants"]:
        lines.append(_contestants(result["contestants"], result["unit"]))
    if result["points"]:
        lines.append(_points(result))
    if picture:
        lines.append(f"\n![{result['title']}]({picture})\n")
    engines = [(one["name"], one["engine"]) for one in result["contestants"] if one.get("engine")]
    lines += [f"\n{name}'s steps were made by: {engine}.\n" for name, engine in engines]
    lines += [f"\n{line[0].upper()}{line[1:]}.\n" for line in result["said"]]
    for one in result["skipped"]:
        lines.append(f"\n{one['name']} is left out: {one['why']}.\n")
    return "\n".join(lines)


def _contestants(contestants: Sequence[Mapping[str, Any]], unit: str) -> str:
    losses = any("loss" in one for one in contestants)
    lines = [
        f"| {unit} | version | threads | lower quartile | median | spread | turns |" + (" loss |" if losses else "")
    ]
    lines.append("|---|---|---|---:|---:|---:|---:|" + ("---:|" if losses else ""))
    for one in sorted(contestants, key=lambda one: one["lower_quartile"]):
        name = f"**{one['name']}**" if one["name"] == OURS else one["name"]
        cells = [name, one["version"] or "", str(one["threads"] or "its own choice"), number(one["lower_quartile"])]
        cells += [number(one["median"]), f"{one['spread']:.0%}", str(len(one["times"]))]
        cells += [f"{one['loss']:.4g}"] if "loss" in one else [""] if losses else []
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _points(result: Result) -> str:
    names = dict.fromkeys(one["name"] for point in result["points"] for one in point["contestants"])
    lines = ["| | " + " | ".join(names) + " | ratio |", "|---:|" + "---:|" * (len(names) + 1)]
    for point in result["points"]:
        times = {one["name"]: number(one["lower_quartile"]) for one in point["contestants"]}
        ratio = f"{point['ratio']['lower_quartiles']:.2f}" if point["ratio"] else point["not_measured"]
        lines.append(f"| {point['at']:,} | " + " | ".join(times.get(name, "") for name in names) + f" | {ratio} |")
    return f"{result['unit'][0].upper()}{result['unit'][1:]}, lower quartiles:\n\n" + "\n".join(lines)


def number(value: float) -> str:
    """Three digits, as people write them.

    >>> number(0.01234), number(1234.5), number(12.34), number(4.5)
    ('0.0123', '1,234', '12.3', '4.50')
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:#.3g}"
