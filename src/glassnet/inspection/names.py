"""The names of all numbers beside neurons: inputs, targets, weights, gradients, what a step makes, parts of layers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import partial
from math import inf

from glassnet.inspection import neurons
from glassnet.inspection.neurons import Index, Namer, input_names
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Graph, Source, Var
from glassnet.ir.trace import of_parameter
from glassnet.ir.types import BATCH
from glassnet.model.model import Model
from glassnet.words import SUPERSCRIPTS

IN_TRAINING = " in training"
"""What the names of a training step end with, where its numbers are others than those of the network in use."""
COUNTED = {
    "learning_rate_factor": "rate factor",
    "optimizer_step": "steps",
    "schedule_start": "steps before the schedule",
}
"""What the sources of a training step are called, where it is another name."""


def printed(name: str) -> str:
    """A name as it is printed, however it was typed: p1^(2) is p1⁽²⁾, dloss/dw.weights[0,1] is ∂loss/∂w.weights[0, 1].

    >>> printed("p1^(2)"), printed("dloss/dw.weights[0,1]"), printed(" δp1 ")
    ('p1⁽²⁾', '∂loss/∂w.weights[0, 1]', 'δp1')
    """
    name = re.sub("^dloss/d", "∂loss/∂", name.strip())
    raised = re.sub(r"\^(\(\d+\))", lambda match: match[1].translate(SUPERSCRIPTS), name)
    return re.sub(r"\[([\d\s,]+)\]", lambda match: str([int(i) for i in match[1].split(",") if i.strip()]), raised)


def of_sample(index: Index, samples: int) -> str:
    """⁽²⁾ for the second of several samples."""
    return f"({index[0] + 1})".translate(SUPERSCRIPTS) if samples > 1 else ""


def with_place(name: str, index: Index) -> str:
    """w.weights[0, 1]; the name alone of a single number."""
    return f"{name}{list(index)}" if index else name


def split(name: str, index: int | Index = ()) -> tuple[str, Index]:
    """The name and the place, which may also be part of the name: "w.weights[0,1]"."""
    match = re.fullmatch(r"(.+?)\s*\[([\d\s,]+)\]", name)
    if match:
        return match[1], tuple(int(i) for i in match[2].split(",") if i.strip())
    return name, (index,) if isinstance(index, int) else tuple(index)


def place_in(var: Var, index: Index, name: str) -> Index:
    """The index, where the variable has a number there; the batch is checked by the explainer."""
    sizes = [dim if isinstance(dim, int) else inf for dim in var.shape]
    fits = len(index) == len(sizes) and all(0 <= i < size for i, size in zip(index, sizes, strict=True))
    if not fits:
        last = ", ".join(str(size - 1) for size in sizes)
        asked = f"there is no number {list(index)} in it" if index else "say which number"
        raise GlassnetError(f"{name} has the shape {var.shape}; {asked}: write {name}[{last}] for the last one")
    return index


def state_name(name: str) -> str:
    """What is remembered for a parameter is called by it: the m of Adam for w.weights is w.weights.m.

    >>> state_name("optimizer.w.weights.m"), state_name("optimizer.loss"), state_name("optimizer_step")
    ('w.weights.m', 'optimizer.loss', 'steps')
    """
    own = of_parameter(name)
    return COUNTED.get(name) or (own if "." in own else name)


def _is_source(var: Var) -> bool:
    return isinstance(var.definition, Source)


def marked(namer: Namer, mark: str, index: Index) -> str:
    """The name with a mark at its end."""
    return namer(index) + mark


def source_names(network: Model, graph: Graph, samples: int) -> dict[Var, Namer]:
    """The inputs are x, or u and v, or x1, x2, …; the targets are called so; an optimiser's memory by its parameter."""
    names: dict[Var, Namer] = {
        var: partial(with_place, state_name(name)) for name, var in graph.sources.items() if name != state_name(name)
    }
    if (x := graph.sources.get("x")) is not None:
        inputs = input_names(network)
        names[x] = lambda index: f"{inputs[index[1:]]}{of_sample(index, samples)}"
    called = {"y": "target", "sample_weight": "sample_weight", "class": "class", "answer": "answer"}
    for name, word in called.items():
        if (var := graph.sources.get(name)) is not None:
            several = len(var.shape) > 1
            names[var] = neurons.namer(word, var, samples) if several else partial(_of_a_sample, word, samples)
    return names


def _of_a_sample(name: str, samples: int, index: Index) -> str:
    return f"{name}{of_sample(index, samples)}"


def inner_names(graph: Graph, samples: int, of: str) -> dict[Var, Namer]:
    """What layers and optimisers name within themselves: the mean of layernorm_1 is layernorm_1.mean.

    The learning rate is one for all parameters, unless the optimiser has several. ``of`` is what the gradients are of,
    which stands in the names of what they name within themselves, unless it is the loss.
    """
    inner = {
        var: str(dict(equation.params)["name"])
        for var, equation in graph.equations()
        if equation.primitive.name == "named"
    }
    if samples == 1:  # whose loss is all there is
        inner = {var: name for var, name in inner.items() if name != "loss"}
    counts = Counter(inner.values())
    names: dict[Var, Namer] = {}
    for var, name in inner.items():
        if not (var.origin.path or var.origin.stage) and var.shape[:1] == (BATCH,):  # of the samples' losses
            names[var] = neurons.namer(name, var, samples)
            continue
        is_one_for_all = var.origin.stage == "optimizer" and counts[name] == 1
        base = name if is_one_for_all else ".".join(filter(None, (var.origin.path, name)))
        names[var] = partial(inner_name, base, var, samples)
        if var.origin.stage == "gradient" and of != "loss":
            names[var] = partial(marked, names[var], f" of {of}")
    return names


def inner_name(base: str, var: Var, samples: int, index: Index) -> str:
    """A batch axis is told by the sample; in layers, axes of one number are left out of the place."""
    of_batch = len(var.shape) > 0 and var.shape[0] is BATCH
    single = None if var.origin.stage == "optimizer" else 1
    place = tuple(i for i, size in zip(index, var.shape, strict=True) if size != single and size is not BATCH)
    return with_place(base, place) + (of_sample(index, samples) if of_batch else "")


def names_in_functions(graph: Graph, results: Mapping[Var, Namer]) -> dict[Var, Namer]:
    """What activations name within themselves is called by the neuron: sigmoid(w1); and derivatives: relu'(w1)."""
    of_layer = {result.origin.path: (result.shape, namer) for result, namer in results.items()}
    names: dict[Var, Namer] = {}
    for var, equation in graph.equations():
        shape, namer = of_layer.get(var.origin.path, (None, None)) if var.origin.stage != "optimizer" else (None, None)
        if equation.primitive.name == "named" and namer is not None and var.shape == shape:
            names[var] = partial(_of_neuron, str(dict(equation.params)["name"]), namer)
    return names


def _of_neuron(name: str, namer: Namer, index: Index) -> str:
    return f"{name}({namer(index).partition('(')[2]}"


def loss_names(graph: Graph) -> dict[Var, Namer]:
    """The loss, with the penalty if there is one."""
    return {graph.outputs["loss"]: lambda _: "loss"} if "loss" in graph.outputs else {}


def gradient_names(gradient_of: Mapping[Var, Var], named: Mapping[Var, Namer], of: str, mark: str) -> dict[Var, Namer]:
    """δw1 is ∂loss/∂w1; other gradients are written as such."""
    names: dict[Var, Namer] = {}
    for var, gradient in gradient_of.items():
        namer = named.get(var)
        if namer is None and isinstance(var.definition, Source):
            namer = partial(with_place, var.definition.name)
        if namer is not None:
            names[gradient] = partial(slope_name, of, _is_source(var), namer, mark)
    return names


def slope_name(of: str, given: bool, namer: Namer, mark: str, index: Index) -> str:
    """δw1 for ∂loss/∂w1; other gradients are written as such, those for what was ``given`` too."""
    name = namer(index).removesuffix(mark)
    is_delta = of == "loss" and not given and not re.search(r"[(.]", name)
    return f"δ{name}{mark}" if is_delta else f"∂{of}/∂{name}{mark}"


def new_names(graph: Graph) -> dict[Var, Namer]:
    """The new values of parameters and of what is remembered from step to step."""
    return {
        var: partial(with_place, f"new {state_name(name)}")
        for name, var in graph.outputs.items()
        if name in graph.sources
    }
