"""Pictures of graphs: boxes and lines that do not run into each other, and no operation left out unsaid."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.canvas.layered import ACROSS, placed
from glassnet.canvas.scene import Path, Rectangle, Scene, Text
from glassnet.ir import Graph
from glassnet.readings.draw.graph import MOST_BOXES, Box
from tests.canvas.measure import box, overlapping

X, Y = [[1.0, 2.0]], [[1.0]]


class Kept(gn.Callback):
    """Keeps the training, to draw it."""

    def on_begin(self, training: Any, epochs: int) -> None:
        self.training = training


def training(network: gn.Network, optimizer: gn.Optimizer, **settings_: Any) -> Any:
    kept = Kept()
    network.fit(X, Y, epochs=1, optimizer=optimizer, callbacks=[kept], **settings_)
    return kept.training


def words(drawn: Scene) -> Counter[str]:
    return Counter(element.text for element in drawn.elements if isinstance(element, Text))


def boxes(drawn: Scene) -> list[Rectangle]:
    return [element for element in drawn.elements if isinstance(element, Rectangle)]


def is_readable(drawn: Scene) -> bool:
    """Texts lie inside their boxes, boxes apart and on the canvas."""
    assert overlapping(drawn.elements) == []
    for text in (element for element in drawn.elements if isinstance(element, Text)):
        (left, top), (right, bottom) = box(text)[0], box(text)[2]
        assert any(
            b.x <= left and right <= b.x + b.width and b.y <= top and bottom <= b.y + b.height for b in boxes(drawn)
        ), text
    edges = np.array([(b.x, b.y, b.x + b.width, b.y + b.height) for b in boxes(drawn)])
    assert (edges >= 0).all()
    assert (edges <= [drawn.width, drawn.height] * 2).all()
    apart = (edges[:, None, 2] < edges[None, :, 0]) | (edges[:, None, 3] < edges[None, :, 1])
    return bool((apart | apart.T | np.eye(len(edges), dtype=bool)).all())


# ── the layout ──────────────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def dags(draw: st.DrawFn) -> tuple[list[tuple[float, float]], list[tuple[int, int]]]:
    count = draw(st.integers(1, 14))
    sizes = draw(st.lists(st.tuples(st.floats(10, 200), st.floats(20, 60)), min_size=count, max_size=count))
    pairs = [(a, b) for b in range(count) for a in range(b)]
    return sizes, draw(st.lists(st.sampled_from(pairs), unique=True, max_size=30)) if pairs else []


@given(dags())
@settings(max_examples=60)
def test_boxes_lie_apart_edges_go_down_and_pass_between(dag: tuple[Any, Any]) -> None:
    sizes, edges = dag
    layout = placed(sizes, edges)
    at = np.array(layout.boxes)
    half = np.array(sizes) / 2
    assert (at - half >= -0.1).all()
    assert (at + half <= [layout.width + 0.1, layout.height + 0.1]).all()
    for i in range(len(sizes)):
        for j in range(i):
            x, y = np.abs(at[i] - at[j]) - half[i] - half[j]
            assert x >= ACROSS - 0.2 or y > 0
    for (a, b), route in zip(edges, layout.routes, strict=True):
        ys = [at[a][1], *(y for _, y in route), at[b][1]]
        assert ys == sorted(ys)
        for x, y in route[1:-1]:
            for i in set(range(len(sizes))) - {a, b}:
                assert abs(x - at[i][0]) > half[i][0] or abs(y - at[i][1]) > half[i][1]


def test_a_chain_stands_upright_beside_its_sources() -> None:
    layout = placed([(40, 20)] * 7, [(0, 2), (1, 2), (2, 4), (3, 4), (4, 6), (5, 6)])
    assert layout.boxes[2][0] == layout.boxes[4][0] == layout.boxes[6][0]


# ── what is drawn ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_networks_graph_has_every_operation_shape_and_source() -> None:
    network = gn.Network(2, gn.Dense(4, "relu"), gn.Dense(1))
    picture = gn.drawing.graph(network.graph)
    found = words(picture.scene)
    assert found["matmul"] == found["add"] == 2
    assert found["relu"] == 1
    assert {"x", "input, n × 2", "dense_1.weights", "parameter, 2 × 4", "output, n × 1", "dense_2"} <= set(found)
    assert len(boxes(picture.scene)) == 5 + 5 + 1
    assert is_readable(picture.scene)
    assert "matmul: n × 4, dense_1; from x, dense_1.weights." in picture.description


def test_constants_stand_in_the_operations_that_use_them() -> None:
    x = gn.ir.source("input", "x", (3,), "float64")
    found = words(gn.drawing.graph(Graph({"y": 2 * x**3 + np.array([1.0, 2.0, 3.0])})).scene)
    assert {"power(·, 3)", "multiply(2, ·)", "add", "constant"} <= set(found)


def test_a_training_step_has_an_optimiser_a_parameter() -> None:
    network = gn.Network(2, gn.Dense(4, "relu"), gn.Dense(1))
    picture = training(network, gn.Adam()).draw()
    found = words(picture.scene)
    for name in network.parameters:
        assert found[f"new {name}"] == 1
        assert found[f"optimizer of {name}"] >= 1
    assert {"relu", "greater(·, 0)", "gradient of dense_1", "loss", "prediction", "optimizer_step"} <= set(found)
    assert not any(".m" in word or ".v" in word for word in found)  # the optimiser's own memory
    assert is_readable(picture.scene)


@pytest.mark.parametrize("optimizer", [gn.SGD(0.1), gn.SGD(0.1, momentum=0.9), gn.Muon(), gn.LBFGS()], ids=str)
def test_every_optimiser_can_be_drawn(optimizer: gn.Optimizer) -> None:
    drawn = training(gn.Network(2, gn.Dense(3, "gelu"), gn.Dense(1)), optimizer, clip_norm=1.0).draw().scene
    assert is_readable(drawn)


@pytest.mark.parametrize("depth", [4, 12, 30])
def test_large_graphs_are_folded(depth: int) -> None:
    network = gn.Network(2, *[gn.Dense(2, "gelu") for _ in range(depth)], gn.BatchNorm(), gn.Dropout(0.1), gn.Dense(1))
    step = training(network, gn.Adam())
    drawn = step.draw().scene
    found = words(drawn)
    assert len(boxes(drawn)) <= max(MOST_BOXES, depth + 20)
    assert found[f"dense_{depth}"] == 1
    assert is_readable(drawn)
    if depth == 30:
        counts = [int(word.split()[0].replace(",", "")) for word in found.elements() if word.endswith(" operations")]
        singles = [b for b in boxes(drawn) if b.fill == "surface"]
        assert sum(counts) + len(singles) == sum(1 for _ in step.graph.equations())
        assert found["gradient"] >= 1
        assert found["optimizer"] >= 1


@pytest.mark.parametrize(
    ("network", "last"),
    [
        (gn.Network(2, *[gn.Dense(2, "relu") for _ in range(300)]), "dense_297 to dense_300"),
        (gn.Network(2, gn.Concatenate(*[gn.Dense(1) for _ in range(300)])), "dense_297 to concatenate 301"),
    ],
    ids=["deep", "broad"],
)
def test_many_layers_are_drawn_in_runs(network: gn.Network, last: str) -> None:
    drawn = gn.drawing.graph(network.graph).scene
    assert len(boxes(drawn)) <= MOST_BOXES
    assert {"dense_1 to dense_8", last} <= set(words(drawn))
    counts = [int(word.split()[0]) for word in words(drawn).elements() if word.endswith(" operations")]
    singles = [b for b in boxes(drawn) if b.fill == "surface"]
    assert sum(counts) + len(singles) == sum(1 for _ in network.graph.equations())


def test_a_graph_without_layers_is_drawn_in_runs() -> None:
    y = gn.ir.source("input", "x", (3,), "float64")
    for _ in range(200):
        y = gn.ops.tanh(y)
    drawn = gn.drawing.graph(Graph({"y": y})).scene
    assert words(drawn)["tanh 1 to tanh 5"] == 1
    assert len(boxes(drawn)) == 42


def test_only_what_follows_the_prediction_is_called_the_loss() -> None:
    layer: gn.Layer = gn.Dense(2)
    for _ in range(40):
        layer = gn.Add(layer, gn.Identity())
    step = training(gn.Network(2, layer, gn.Dense(1)), gn.SGD(1e-6))
    found = words(step.draw().scene)
    assert (found["add"], found["loss"]) == (40, 2)  # a box, and the output of that name


def test_every_edge_of_the_graph_is_a_head_at_a_box() -> None:
    network = gn.Network(2, gn.Dense(4, "relu"), gn.Dense(1))
    drawn = gn.drawing.graph(network.graph).scene
    tops = {(b.x + b.width / 2, b.y) for b in boxes(drawn)}
    heads = [line[1] for e in drawn.elements if isinstance(e, Path) and not e.curved for line in e.lines]
    for x, y in heads:
        assert any(abs(x - u) < 0.1 and abs(y - v) < 0.1 for u, v in tops)
    assert len(heads) == 6  # one at each of five operations, where two edges meet, and at the output


def test_training_draws_into_a_file(tmp_path: Any) -> None:
    step = training(gn.Network(2, gn.Dense(1)), gn.SGD(0.1))
    step.draw(tmp_path / "step.svg", dark=True)
    assert (tmp_path / "step.svg").read_text(encoding="utf-8") == step.draw(dark=True).svg


def test_a_box_shows_itself_without_those_before_it() -> None:
    box = Box("x", [], "source")
    for name in "abc":
        box = Box(name, [], "operation", {box: None})
    assert repr(box) == "Box(title='c', notes=[], kind='operation')"
