"""The pictures of the page: all libraries relative to ours, and step times as something grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.suite.contestants import CONTESTANTS, OURS
from bench.suite.results import Result

COLORS = dict(
    zip(
        (one.name for one in CONTESTANTS),
        ("#1f4e9c", "#d1495b", "#e8909c", "#2a9d8f", "#8fcbc3", "#e9a23b", "#f3cf94", "#7b5ea7", "#8c8c8c", "#5b7f3a"),
        strict=True,
    )
)
MARKS = {OURS: "D"}


def draw(results: Mapping[str, Result], order: Sequence[str], folder: Path) -> dict[str, str]:
    """Write the pictures; returns their paths for the page, by row."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    known = [results[name] for name in order if name in results]
    if races := [result for result in known if result["ratio"] and _ours(result)]:
        _relative(races, folder / "all.svg")
        found["all"] = f"{folder.name}/all.svg"
    for result in known:
        if result["points"]:
            _growth(result, folder / f"{result['row']}.svg")
            found[result["row"]] = f"{folder.name}/{result['row']}.svg"
    return found


def _ours(result: Result) -> float:
    return next((float(one["lower_quartile"]) for one in result["contestants"] if one["name"] == OURS), 0.0)


def _relative(results: Sequence[Result], path: Path) -> None:
    """One line a row, one dot a library, at its time over ours."""
    figure, axes = _axes((9, 0.55 * len(results) + 1.8))
    for y, result in enumerate(reversed(results)):
        axes.axhline(y, color="0.9", linewidth=1, zorder=0)
        for one in result["contestants"]:
            color = COLORS.get(one["name"], "0.5")
            at = one["lower_quartile"] / _ours(result)
            axes.plot(at, y, MARKS.get(one["name"], "o"), color=color, label=one["name"], markersize=7)
    axes.set_yticks(range(len(results)), [result["row"].replace("_", " ") for result in reversed(results)])
    axes.set_xlabel("time, relative to Glassnet's (lower quartiles; further right is slower)")
    axes.axvline(1, color=COLORS[OURS], linewidth=1, zorder=0)
    axes.set_xscale("log")
    _legend(axes)
    _save(figure, path)


def _growth(result: Result, path: Path) -> None:
    figure, axes = _axes((7, 4.5))
    names = dict.fromkeys(one["name"] for point in result["points"] for one in point["contestants"])
    for name in names:
        pairs = [
            (point["at"], one["lower_quartile"], one["least"], one["upper_quartile"])
            for point in result["points"]
            for one in point["contestants"]
            if one["name"] == name
        ]
        x, y, low, high = zip(*pairs, strict=True)
        color = COLORS.get(name, "0.5")
        axes.plot(x, y, MARKS.get(name, "o") + "-", color=color, label=name, markersize=5)
        axes.fill_between(x, low, high, color=color, alpha=0.15, linewidth=0)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xticks([point["at"] for point in result["points"]], [f"{point['at']:,}" for point in result["points"]])
    axes.set_xlabel(result["settings"].get("grows", ""))
    axes.set_ylabel(result["unit"])
    _legend(axes)
    _save(figure, path)


def _axes(size: tuple[float, float]) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _legend(axes: Any) -> None:
    """Each name once, in the order of the contestants."""
    handles, labels = axes.get_legend_handles_labels()
    by_label = dict(zip(labels, handles, strict=True))
    names = sorted(by_label, key=lambda name: list(COLORS).index(name) if name in COLORS else len(COLORS))
    axes.legend([by_label[name] for name in names], names, frameon=False, fontsize=8, loc="best")


def _save(figure: Any, path: Path) -> None:
    import matplotlib as mpl

    with mpl.rc_context({"svg.hashsalt": "glassnet"}):
        figure.savefig(path, metadata={"Date": None}, facecolor="white")
