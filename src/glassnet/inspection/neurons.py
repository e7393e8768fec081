"""The names of a network's neurons, which explanations, formulas and pictures share: a1, a2, …, b1, …, y.

A layer that was given a name names its neurons by it, w1, w2, …; a name with commas has one for each: "A, B, C".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from glassnet.ir.graph import Constant, Equation, Graph, Source, Var
from glassnet.layers.layer import Layer
from glassnet.model.model import Model
from glassnet.words import SUPERSCRIPTS

Index = tuple[int, ...]
Found = Sequence[tuple[str, Var]]
Namer = Callable[[Index], str]


def layers(graph: Graph) -> Iterator[tuple[str, Var]]:
    """(path, last variable) of each layer, in order; the path is "" for what containers do between layers."""
    used_elsewhere = set(graph.outputs.values())
    last: dict[str, Var] = {}
    for var, equation in graph.equations():
        last[var.origin.path] = var
        name = equation.primitive.name
        used_elsewhere.update(
            v
            for v in equation.inputs
            if v.origin.path != var.origin.path or not (v.origin.path or v.is_result_of(name))
        )
    for var, _ in graph.equations():
        path = var.origin.path
        if var is last[path] if path else var in used_elsewhere:
            yield path, var


def titles(found: Found) -> list[str]:
    """What to call each layer: its path; between layers, the operation: add, add 2."""
    counts: Counter[str] = Counter()
    result = []
    for path, var in found:
        title = path or var.definition.primitive.name  # type: ignore[union-attr]
        counts[title] += 1
        result.append(f"{title} {counts[title]}" if counts[title] > 1 else title)
    return result


def before_activation(output: Var) -> Var:
    """The sum that a layer's activation is applied to; the layer's result itself where it has none.

    For a dense layer it is ``x @ weights + biases``, whatever function follows. In general it is the last variable that
    uses a parameter of the layer directly, if all numbers of the layer pass through it. A layer that ends with its own
    parameters, as normalisations do, or that has none, has no activation.
    """
    path, graph = output.origin.path, Graph({"output": output})
    moving = _moving(graph, path)
    place = {var: i for i, var in enumerate(graph.variables)}
    front = {output}
    while front:
        var = max(front, key=place.__getitem__)
        if var.origin.path != path:
            break
        if len(front) == 1 and any(v not in moving and not isinstance(v.definition, Constant) for v in var.inputs):
            return var
        front.remove(var)
        front.update(v for v in var.inputs if v in moving)
    return output


def _moving(graph: Graph, path: str) -> set[Var]:
    """The variables that depend on the inputs of the layer of that path; its parameters do not."""
    moving: set[Var] = set()
    for var in graph.variables:
        match var.definition:
            case Source(kind):
                changes = kind == "input"
            case Equation(_, inputs):
                changes = var.origin.path != path or not moving.isdisjoint(inputs)
            case _:
                changes = False
        if changes:
            moving.add(var)
    return moving


def activation_name(neuron: Var, output: Var) -> str:
    """The name of the activation, "relu" say, where it is a single operation; else "f"."""
    definition = output.definition
    assert isinstance(definition, Equation)
    return definition.primitive.name if definition.inputs == (neuron,) else "f"


def letters(network: Model, found: Found, known: Mapping[str, str] | None = None) -> list[str]:
    """What each layer's neurons are called: its own name if it was given one, else a, b, c, … and y for the last.

    ``known`` are names by title from another graph of the network, which go on to mean the same layer.
    """
    known = known or {}
    given = set(_given_names(network.root.layers))
    taken = given | set(known.values())
    alphabet = (letter for letter in "abcdefghijklmnopqrstuvw" if letter not in taken)
    result = []
    computing = [i for i, (_, var) in enumerate(found) if not var.definition.primitive.moves]  # type: ignore[union-attr]
    last = (computing or [len(found) - 1])[-1]
    for i, (title, (path, _)) in enumerate(zip(titles(found), found, strict=True)):
        is_last = i == last and "y" not in taken
        own = path if path in given else known.get(title)
        result.append(own or ("y" if is_last else next(alphabet, title)))
    return result


def _given_names(layers: Iterable[Layer]) -> Iterator[str]:
    for layer in layers:
        inner: Iterable[Layer] = getattr(layer, "layers", ())
        yield from _given_names(inner)
        if layer.name and not layer.is_container:
            yield layer.name


def namer(letter: str, var: Var, samples: int = 1) -> Namer:
    """From a number's place to its name: w1, w2, …; just z where there is only one; A, B, C for "A, B, C".

    Of several samples each has its own: w1⁽²⁾ is w1 for the second.
    """
    units = [unit.strip() for unit in letter.split(",")]
    single = all(dim == 1 for dim in var.shape[1:])
    one_each = len(units) > 1 and var.shape[1:] == (len(units),)

    def name(index: Index) -> str:
        of_sample = f"({index[0] + 1})".translate(SUPERSCRIPTS) if samples > 1 else ""
        if one_each or single:
            return (units[index[1]] if one_each else letter) + of_sample
        return letter + "_" * (len(letter) > 1) + "_".join(str(i + 1) for i in index[1:]) + of_sample

    return name
