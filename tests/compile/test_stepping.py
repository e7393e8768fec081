"""Scans as loops: the evaluator's numbers, whatever the cell; a plan as short for many steps as for few."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet import ops
from glassnet.compile import Function, Plan, is_available, planned
from glassnet.compile.instructions import Called
from glassnet.compile.stepping import TOGETHER
from glassnet.compile.tasks import laid_out
from glassnet.ir import BATCH, Array, Graph, Var, operand, source
from glassnet.ops.scan import Cell, scan
from glassnet.readings import evaluate, gradients
from glassnet.train.step import Step, StepSettings, Target, training_step
from tests.compile.sides import compared, on_the_engine

pytestmark = pytest.mark.skipif(not is_available(), reason="llvmlite has no wheel for this platform")

LAYERS = (gn.RNN, gn.LSTM, gn.GRU)


def step_of(layers: Sequence[gn.Layer], shape: tuple[int, ...], dtype: str) -> tuple[Step, gn.Network]:
    net = gn.Network(shape, *layers, gn.Dense(3, "softmax"), seed=1, dtype=dtype)
    settings = StepSettings(gn.CategoricalCrossEntropy(), gn.SGD())
    return training_step(net.root, shape, dtype, settings, Target((BATCH,), "int64", weighted=False)), net


def graph_of(
    layers: Sequence[gn.Layer], shape: tuple[int, ...], samples: int, dtype: str = "float64"
) -> tuple[dict[str, Var], dict[str, Array]]:
    """What a training step makes of the weights, and values for all that it reads."""
    step, net = step_of(layers, shape, dtype)
    outputs = {"loss": step.measures["loss"], **{f"new {name}": var for name, var in step.new.items()}}
    rng = np.random.default_rng(0)
    x = rng.normal(size=(samples, *shape)).astype(dtype)
    x[: samples // 2, -2:] = 0
    values: dict[str, Any] = {"x": x, "y": rng.integers(0, 3, samples), **net.parameters}
    rest = {name: var.dtype for name, var in Graph(outputs).sources.items() if name not in values}
    return outputs, values | {name: np.ones((), dtype) for name, dtype in rest.items()}


def plan_of(layers: Sequence[gn.Layer], shape: tuple[int, ...], given: str = "float32") -> Plan:
    step, _ = step_of(layers, shape, "float32")
    return planned(step.measures, step.new, 64, {"x": given, "y": "int64"}, "loss")


@pytest.mark.parametrize("steps", [1, 2, 7])
@pytest.mark.parametrize("units", [5, 16])
@pytest.mark.parametrize("settings", [{}, {"backwards": True}, {"mask": 0.0}, {"initial": "glorot uniform"}], ids=str)
@pytest.mark.parametrize("layer", LAYERS)
def test_layers_and_their_gradients(layer: Any, settings: dict[str, Any], units: int, steps: int) -> None:
    outputs, values = graph_of([layer(units, **settings)], (steps, 3), 11)
    compared(outputs, values, 1e-9)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_few_samples_are_back_before_others_set_out(layer: Any) -> None:
    """What the way there has kept is still near on the way back; the head between takes few samples as well."""
    instructions = plan_of([layer(128)], (28, 28)).instructions
    cut = laid_out(instructions, 64)
    scans = [number for number, call in enumerate(cut.calls) if instructions[call].parts]
    assert len(scans) == 2
    (step,) = [step for begin, end, step in cut.runs if begin <= scans[0] and scans[1] < end]
    assert step == TOGETHER


@pytest.mark.parametrize("layer", LAYERS)
def test_stacked_in_both_directions_in_single_precision(layer: Any) -> None:
    layers = [gn.Bidirectional(layer(6, sequence=True)), layer(7)]
    compared(*graph_of(layers, (9, 3), 40), 1e-9)
    compared(*graph_of(layers, (9, 3), 40, "float32"), 2e-5)


@pytest.mark.parametrize("layer", LAYERS)
def test_threads_do_not_change_a_bit(layer: Any) -> None:
    outputs, values = graph_of([layer(20, sequence=True), layer(17)], (12, 3), 100, "float32")
    alone, *others = (on_the_engine(outputs, values, threads) for threads in (1, 2, 3))
    for name, array in alone.items():
        assert all((other[name] == array).all() for other in others), name


@pytest.mark.parametrize("layer", LAYERS)
def test_a_plan_is_as_long_for_many_steps_as_for_few(layer: Any) -> None:
    """Instructions, those of a step, and the variables that they compute."""
    plans = [plan_of([layer(8, sequence=True), layer(8)], (steps, 3)) for steps in (10, 100, 1000)]
    assert len({len(plan.layout.graph.variables) for plan in plans}) == 1
    loops = [[len(i.arguments) for i in plan.instructions if i.kind == "steps"] for plan in plans]
    assert loops[0] == loops[1] == loops[2]
    assert len(loops[0]) == 4
    assert len(plans[1].instructions) == len(plans[2].instructions) <= len(plans[0].instructions) + 6


def products(plan: Plan) -> list[int]:
    """The products in the steps of each loop."""
    loops = [i for i in plan.instructions if i.kind == "steps"]
    return [
        sum(isinstance(a, Called) and a.kernel.startswith(("product", "blocks")) for a in i.arguments) for i in loops
    ]


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("units", [8, 300])
def test_a_step_multiplies_by_the_states_weights_once_each_way(layer: Any, units: int) -> None:
    """Gates are kept for the gradients, and what needs no state is multiplied for all steps at once."""
    plan = plan_of([layer(units)], (10, 3))
    assert products(plan) == [1, 1]
    assert all(i.rows for i in plan.instructions if i.kind == "steps"), "threads share the samples"


def test_a_function_of_functions_is_a_loop_of_its_own() -> None:
    """The tanh of a cell waits for its gates' sigmoids; what only multiplies and adds does not come apart."""
    forwards, back = ([p.what for p in i.parts] for i in plan_of([gn.LSTM(16)], (10, 3)).instructions if i.parts)
    assert not any("sigmoid" in what and what.startswith("tanh") for what in forwards)
    assert sum(what.startswith("tanh, multiply") for what in forwards) == 1
    assert sum(what.startswith("multiply, power") for what in back) == 1


@pytest.mark.parametrize("layer", LAYERS)
def test_zeros_are_not_multiplied_nor_is_what_nobody_reads(layer: Any) -> None:
    """A first state of zeros needs no product, and its gradient none either; one that is learnt does."""
    for settings, left_out in (({}, 1), ({"initial": "glorot uniform"}, 0)):
        loops = [i for i in plan_of([layer(16, **settings)], (10, 3)).instructions if i.parts]
        forwards, back = ([(p.since, p.until) for p in i.parts if p.kind == "product"] for i in loops)
        assert forwards == [(left_out, 0)]
        assert back == [(0, left_out if layer is gn.LSTM else 0)], "of others, more is made of it"
        for loop in loops:
            (product,) = (part for part in loop.parts if part.kind == "product")
            others = sum(part.operations(64) for part in loop.parts if part is not product)
            steps = 10 - product.since - product.until
            assert loop.operations(64) == 10 * others + steps * product.operations(64)


def test_the_way_back_of_a_last_state_adds_no_zeros() -> None:
    for backwards in (False, True):
        plan = plan_of([gn.GRU(8, backwards=backwards)], (10, 3))
        assert not any("pad" in i.what for i in plan.instructions)


def test_weights_are_summed_over_all_steps_in_one_product_of_matrices() -> None:
    """The states before each step lie apart, sample by sample; a copy in order is worth it."""
    outputs, values = graph_of([gn.LSTM(64)], (9, 3), 40)
    compared(outputs, values, 1e-9)
    plan = plan_of([gn.LSTM(64)], (9, 3))
    assert not any(i.kind == "windowed" and "lstm" in i.what for i in plan.instructions)


@pytest.mark.parametrize("batch", [8, 40])
@pytest.mark.parametrize("settings", [{}, {"backwards": True}], ids=str)
def test_blank_pixels_of_pictures_row_by_row_are_left_out(batch: int, settings: dict[str, Any]) -> None:
    """Both ways, tile by tile: to the bits of the same pictures in numbers, which are multiplied as they are."""
    rng = np.random.default_rng(0)
    x = (rng.integers(0, 256, (150, 12, 28)) * (rng.random((150, 12, 28)) < 0.1)).astype(np.uint8)
    x[:40], x[:, :3] = 0, 0
    nets = [gn.Network((12, 28), gn.Rescale(1 / 255), gn.LSTM(20, **settings), seed=1) for _ in range(2)]
    y = rng.normal(size=(150, 20))
    for net, given in zip(nets, (x, x.astype(np.float32)), strict=True):
        net.fit(given, y, epochs=2, batch_size=batch, engine="compiled")
    np.testing.assert_array_equal(*(net.parameters.buffer for net in nets))
    for dtype, count in (("uint8", 2), ("float32", 0)):
        instructions = plan_of([gn.Rescale(1 / 255), gn.LSTM(20)], (12, 28), dtype).instructions
        called = [a.kernel for i in instructions for a in i.arguments if isinstance(a, Called)]
        assert sum("_own" in kernel for kernel in [*called, *(i.kernel for i in instructions)]) == count


def test_a_long_sequence_is_remembered() -> None:
    x = np.random.default_rng(1).normal(size=(3, 700, 2))
    net = gn.Network((700, 2), gn.GRU(4), gn.Dense(1), dtype="float64")
    compiled = Function(net.graph.outputs, dict(net.parameters), net.state)({"x": x})
    np.testing.assert_allclose(compiled["output"], evaluate(net.graph, {"x": x, **net.parameters})["output"], rtol=1e-9)


def test_trainings_are_the_evaluators() -> None:
    x, y = np.random.default_rng(0).normal(size=(50, 70, 2)), np.arange(50) % 2
    learnt = []
    for engine in ("numpy", "compiled"):
        net = gn.Network((70, 2), gn.LSTM(5), gn.Dense(1, "sigmoid"), dtype="float64", seed=2)
        net.fit(x, y, epochs=3, batch_size=16, optimizer=gn.Adam(0.01), engine=engine)
        learnt.append(net.parameters.buffer)
    np.testing.assert_allclose(learnt[1], learnt[0], rtol=1e-9, atol=1e-9)


def test_portable_trainings_too() -> None:
    x, y = np.random.default_rng(0).normal(size=(50, 9, 2)), np.arange(50) % 2
    nets = [gn.Network((9, 2), gn.GRU(5), gn.Dense(1, "sigmoid"), seed=2) for _ in range(2)]
    histories = [nets[0].fit(x, y, epochs=3, precision="portable"), nets[1].fit(x, y, epochs=3, engine="numpy")]
    assert histories[0].engine == "portable"
    np.testing.assert_allclose(nets[0].parameters.buffer, nets[1].parameters.buffer, rtol=1e-3, atol=1e-4)


# ── cells of one's own ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Own(Cell):
    """A cell by its name."""

    kind: str

    def __call__(self, state: Var, steps: Sequence[Var], constants: Sequence[Var]) -> Var:
        x, u = steps[0], constants[0]
        match self.kind:
            case "forgetting":
                return ops.tanh(x)
            case "standing still":
                return state
            case "taking over":
                return x
            case "of the batch":
                return 0.5 * state + x - ops.mean(ops.exp(-ops.relu(state + x)), 0, keepdims=True)
            case "normalised":
                y = state @ u + x
                return (y - ops.mean(y, -1, keepdims=True)) / ops.sqrt(1 + ops.variance(y, -1, keepdims=True))
            case "attentive":
                return ops.softmax(state @ ops.exp(u)) * (x @ u) + ops.softplus(state) * ops.sin(x)
            case _:
                axis = len(state.shape) - 1
                a, b = (ops.slice_(state, axis=axis, start=i, stop=i + 2) for i in (0, 2))
                return ops.tanh(ops.concatenate([-b, a]) + x @ (u + ops.transpose(u)))


@dataclass(frozen=True)
class Squares(Cell):
    """Half of a number that is squared again and again."""

    def __call__(self, state: Var, steps: Sequence[Var], constants: Sequence[Var]) -> Var:
        y = steps[0]
        for _ in range(40):
            y = y * y
        return state + ops.slice_(y, axis=len(y.shape) - 1, start=0, stop=2)


def test_what_is_read_often_is_taken_once() -> None:
    """Numbers and stretches of them are followed through arithmetic, not through each way to them."""
    h, x = source("input", "h", (BATCH, 2), "float64"), source("input", "x", (BATCH, 3, 4), "float64")
    y = x
    for _ in range(40):
        y = y * y
    history = scan(Squares(), h, [y])
    compared({"history": history}, {"h": np.zeros((2, 2)), "x": np.full((2, 3, 4), 1.0)}, 1e-12)


@pytest.mark.parametrize("steps", [1, 5])
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    "kind", ["forgetting", "standing still", "taking over", "of the batch", "normalised", "attentive", "turning"]
)
@pytest.mark.parametrize("samples", [BATCH, 6])
def test_cells_of_ones_own(kind: str, backwards: bool, steps: int, samples: Any) -> None:
    h, x, u = (
        source("input", name, shape, "float64")
        for name, shape in [("h", (samples, 4)), ("x", (samples, steps, 4)), ("u", (4, 4))]
    )
    history = scan(Own(kind), h, [x], [u], backwards)
    weight = np.random.default_rng(3).normal(size=(steps, 4))
    slopes = gradients(ops.sum(history * operand(weight, "float64")), [h, x, u])
    rng = np.random.default_rng(0)
    values = {"h": rng.normal(size=(6, 4)), "x": rng.normal(size=(6, steps, 4)), "u": rng.normal(size=(4, 4))}
    outputs = {"history": history, **{f"d{i}": slope for i, slope in enumerate(slopes)}}
    for threads in (1, 2):
        compared(outputs, {name: values[name] for name in Graph(outputs).sources}, 1e-9, threads)
