"""The picture of a graph itself: each operation a box with its shape, each source a pill, from top to bottom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil

from glassnet.canvas.layered import placed
from glassnet.canvas.picture import Picture
from glassnet.canvas.scene import Element, Path, Point, Rectangle, Scene, Text
from glassnet.canvas.text import BOLD, shortened, width
from glassnet.ir.graph import Constant, Equation, Graph, Source, Var
from glassnet.words import counted, listed, number

MOST_BOXES = 80
"""Of a larger graph, less is drawn one by one."""
MOST_RUNS = 40
"""Of a graph of more layers than boxes, so many runs of layers are drawn."""
MARGIN, LINE = 24.0, 16.0
WIDEST = 400.0  # pixels of a title
Key = tuple[str, int]


@dataclass(eq=False)
class Box:
    """What is drawn of one variable, or of several: its lines of text, and the boxes it takes numbers from."""

    title: str
    notes: list[str]
    kind: str
    sources: dict[Box, None] = field(default_factory=dict, repr=False)

    @property
    def size(self) -> tuple[float, float]:
        wide = max(min(width(self.title, 13, bold=True), WIDEST), *(width(note, 12) for note in (*self.notes, "")))
        return wide + (30 if self.kind in ("source", "output") else 20), LINE * (1 + len(self.notes)) + 12


def draw_graph(graph: Graph, dark: bool | None = None) -> Picture:
    """The picture of a graph: its operations with the shapes of their results, its sources and its outputs.

    The arithmetic of an optimiser is one box for each parameter. A graph that would have more than 80 boxes is folded:
    first each layer's operations are one box; then so are all gradients and all updates, and parameters are left out;
    then so are several layers in a row. Scalar constants stand in the operation that uses them.

    >>> from glassnet.ir import source
    >>> x = source("input", "x", (3,), "float64")
    >>> draw_graph(Graph({"y": 2 * x + 1})).description
    'x: input, 3. multiply(2, ·): 3; from x. add(·, 1): 3; from multiply(2, ·). y: output, 3; from add(·, 1).'
    """
    for fold in _folds(graph):
        boxes = _boxes(graph, fold)
        if len(boxes) <= MOST_BOXES:
            break
    operations = counted(sum(1 for _ in graph.equations()), "operation")
    title = (
        f"A graph of {operations}, from {listed(graph.sources, most=6)} to {listed(_titles(graph).values(), most=6)}"
    )
    return Picture(_scene(boxes, title), dark)


@dataclass(frozen=True)
class Fold:
    """Which operations share a box: those with one name; each has its own where the name is "".

    With ``has_parameters`` the parameters are drawn.
    """

    name: Callable[[Var], str]
    has_parameters: bool = True


def _folds(graph: Graph) -> Iterator[Fold]:
    """The ways to draw a graph, from the finest to the coarsest."""
    named = {"prediction": graph.outputs["prediction"]} if "prediction" in graph.outputs else graph.outputs
    before_loss = set(Graph(named).variables)

    def by_parameter(var: Var) -> str:
        return str(var.origin) if var.origin.stage == "optimizer" else ""

    def by_layer(var: Var) -> str:
        return str(var.origin) or ("" if var in before_loss else "loss")

    def by_stage(var: Var) -> str:
        return var.origin.stage or by_layer(var)

    yield Fold(by_parameter)
    yield Fold(by_layer)
    yield Fold(by_stage, has_parameters=False)
    row = [var for var, _ in graph.equations() if not var.origin.stage and by_layer(var) != "loss"]
    runs = _runs(row)
    yield Fold(lambda var: runs.get(var) or by_stage(var), has_parameters=False)


def _runs(variables: Sequence[Var]) -> dict[Var, str]:
    """The name of the run of layers that each variable belongs to: "dense_1 to dense_17". There are at most 40 runs.

    An operation outside all layers stands in the row as itself: "add 12" is the twelfth of the row.
    """
    layers = list(dict.fromkeys(var.origin.path or var for var in variables))
    length = ceil(len(layers) / MOST_RUNS)
    place = {layer: i // length for i, layer in enumerate(layers)}
    titles = [layer if isinstance(layer, str) else f"{_operation(layer)} {i}" for i, layer in enumerate(layers, 1)]
    runs = [titles[i : i + length] for i in range(0, len(titles), length)]
    names = [f"{run[0]} to {run[-1]}" if len(run) > 1 else run[0] for run in runs]
    return {var: names[place[var.origin.path or var]] for var in variables}


def _operation(var: Var) -> str:
    assert isinstance(var.definition, Equation)
    return var.definition.primitive.name


# ── what is drawn ───────────────────────────────────────────────────────────────────────────────────────────────────


def _boxes(graph: Graph, fold: Fold) -> list[Box]:
    """The boxes, each after those it takes numbers from."""
    keys = _keys(graph, fold)
    sizes = Counter(keys.values())
    hidden = _unspoken(graph, fold)
    box_of: dict[Var, Box] = {}
    shared: dict[Key, Box] = {}
    for var in sorted(graph.variables, key=lambda var: keys[var][1] if var in keys else -1):
        if var in hidden or (isinstance(var.definition, Constant) and not var.shape):
            continue
        key = keys.get(var)
        if key is not None and key[0] and sizes[key] > 1:
            box = shared.setdefault(key, Box(key[0], [counted(sizes[key], "operation")], "group"))
        else:
            box = _box(var)
        box_of[var] = box
        box.sources |= {box_of[v]: None for v in var.inputs if v in box_of and box_of[v] is not box}
    return [*dict.fromkeys(box_of.values()), *_outputs(graph, box_of, fold)]


def _keys(graph: Graph, fold: Fold) -> dict[Var, Key]:
    """For each computed variable, its box's name and how many changes of the box lie before it.

    Variables with one key can be drawn as one box: what lies between two of them has the same key. A variable that
    only one later box uses moves into that box.
    """
    keys: dict[Var, Key] = {}
    users: dict[Var, list[Var]] = {}
    for var, equation in graph.equations():
        name = fold.name(var)
        before = [keys[v] for v in equation.inputs if v in keys]
        keys[var] = (name, max((depth + (other != name or not name) for other, depth in before), default=0))
        for v in equation.inputs:
            users.setdefault(v, []).append(var)
    for var in reversed(keys):
        later = {keys[user] for user in users.get(var, ())}
        if len(later) == 1 and next(iter(later))[0] == keys[var][0]:
            keys[var] = later.pop()
    return keys


def _unspoken(graph: Graph, fold: Fold) -> set[Var]:
    """Sources that are not drawn: the optimiser's memory, and the parameters where all updates are one box."""
    kinds = {v: v.definition.kind for v in graph.sources.values() if isinstance(v.definition, Source)}
    if not fold.has_parameters:
        return {v for v, kind in kinds.items() if kind != "input"}
    return {v for v, kind in kinds.items() if kind == "state" and v.origin.stage == "optimizer"}


def _box(var: Var) -> Box:
    match var.definition:
        case Source(kind, name):
            return Box(name, [f"{kind}, {_shape(var)}"], "source")
        case Constant():
            return Box("constant", [_shape(var)], "source")
        case Equation(primitive, inputs):
            scalars = [v.definition for v in inputs]
            places = [_literal(c) if isinstance(c, Constant) and not c.values.array.ndim else "·" for c in scalars]
            name = primitive.name + (f"({', '.join(places)})" if set(places) != {"·"} else "")
            return Box(name, [note for note in (_shape(var), str(var.origin)) if note], "operation")


def _titles(graph: Graph) -> dict[str, str]:
    """What each result is called: one that replaces a source is new."""
    return {name: f"new {name}" if name in graph.sources else name for name in graph.outputs}


def _literal(constant: Constant) -> str:
    return number(float(constant.values.array), 4)


def _shape(var: Var) -> str:
    return " × ".join(map(str, var.shape)) or "one number"


def _outputs(graph: Graph, box_of: dict[Var, Box], fold: Fold) -> list[Box]:
    """A pill for each named result; not for the new values of what is not drawn, nor for constants."""
    found, hidden, titles = [], _unspoken(graph, fold), _titles(graph)
    for name, var in graph.outputs.items():
        if var in box_of and graph.sources.get(name) not in hidden:
            title = titles[name]
            found.append(Box(title, [f"output, {_shape(var)}"], "output", {box_of[var]: None}))
    return found


# ── how it is drawn ─────────────────────────────────────────────────────────────────────────────────────────────────


def _scene(boxes: list[Box], title: str) -> Scene:
    index = {box: i for i, box in enumerate(boxes)}
    edges = [(index[source], i) for i, box in enumerate(boxes) for source in box.sources]
    layout = placed([box.size for box in boxes], edges)
    places = _moved(layout.boxes)
    lines = []
    for (a, b), route in zip(edges, layout.routes, strict=True):
        (x0, y0), (x1, y1) = places[a], places[b]
        lines.append([(x0, y0 + boxes[a].size[1] / 2), *_moved(route), (x1, y1 - boxes[b].size[1] / 2)])
    elements = _edges(lines)
    for box, place in zip(boxes, places, strict=True):
        elements += _drawn(box, *place)
    size = round(layout.width + 2 * MARGIN), round(layout.height + 2 * MARGIN)
    return Scene(*size, title, " ".join(_spoken(box) for box in boxes), elements)


def _moved(points: list[Point]) -> list[Point]:
    return [(x + MARGIN, y + MARGIN) for x, y in points]


def _edges(lines: list[list[Point]]) -> list[Element]:
    """Curves through the points of each line, upright at each, and a head at its end."""
    curves: dict[tuple[Point, ...], None] = {}
    heads: dict[tuple[Point, ...], None] = {}
    for points in lines:
        for (x0, y0), (x1, y1) in pairwise(points):
            if y0 != y1:
                middle = (y0 + y1) / 2
                curves[(x0, y0), (x0, middle), (x1, middle), (x1, y1)] = None
        x, y = points[-1]
        heads[(x - 4, y - 7), (x, y), (x + 4, y - 7)] = None
    return [Path(tuple(curves), "outline", 1.3, curved=True), Path(tuple(heads), "outline", 1.3)]


def _drawn(box: Box, x: float, y: float) -> list[Element]:
    wide, high = box.size
    fill = "surface" if box.kind == "operation" else "block"
    stroke = {"source": "positive", "output": "negative"}.get(box.kind, "outline")
    radius = high / 2 if box.kind in ("source", "output") else 5.0
    top = y - high / 2 + 6 + LINE / 2
    return [
        Rectangle(x - wide / 2, y - high / 2, wide, high, fill, stroke, radius),
        Text(x, top, shortened(box.title, 13, WIDEST / BOLD), 13, bold=True),
        *(Text(x, top + LINE * (k + 1), note, 12, "muted") for k, note in enumerate(box.notes)),
    ]


def _spoken(box: Box) -> str:
    sources = f"; from {', '.join(source.title for source in box.sources)}" if box.sources else ""
    return f"{box.title}: {', '.join(box.notes)}{sources}."
