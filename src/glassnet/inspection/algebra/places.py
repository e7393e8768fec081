"""What the algebra of a network starts from: its graph, its neurons by name, its weights exactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import lcm

import numpy as np

from glassnet.inspection import neurons
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Var
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.model.model import Model
from glassnet.readings.algebra.affine import Affine
from glassnet.readings.algebra.reading import NotLinear, Place, shape
from glassnet.words import unknown


def places(network: Model, neuron: str | None = None) -> dict[str, Place]:
    """Numbers by name: the one that is named, such as p2 or relu(p2), or the values of the outputs.

    Raises:
        GlassnetError: there is no neuron of that name.
    """
    names: list[str] = []
    output, named = network.unrolled.outputs["output"], list(_named(network))
    for var, namer in named if neuron is not None else ():
        if (index := neurons.place_of(str(neuron), namer, shape(var))) is not None:
            return {str(neuron): (var, index)}
    for var, namer in named:
        if neuron is None and var is not output:
            continue
        by_name = {namer(index): (var, index) for index in np.ndindex(*shape(var))}
        if neuron is None:
            return by_name
        if neuron in by_name:
            return {neuron: by_name[neuron]}
        names += by_name
    raise GlassnetError(unknown("neuron", str(neuron), names))


def _named(network: Model) -> Iterator[tuple[Var, neurons.Namer]]:
    """Each layer's neurons and, apart, what its activation makes of them, with their names."""
    graph = network.unrolled
    found = list(neurons.layers(graph))
    for (_, output), letter in zip(found, neurons.letters(network, found), strict=True):
        yield from neurons.forward_names(network, letter, output).items()
    last = graph.outputs["output"]
    if all(output is not last for _, output in found):
        yield last, neurons.namer("y", last)


def first_neuron(network: Model) -> str:
    """The name of the first neuron of the first layer that has weights, if one has."""
    named = list(_named(network))
    weighted = (one for one in named if f"{one[0].origin.path}.weights" in network.parameters)
    var, namer = next(weighted, named[0])
    return namer((0,) * len(var.shape))


def one_place(network: Model, neuron: str | None, method: str) -> tuple[str, Place]:
    """The neuron that is named, or the only output."""
    found = places(network, neuron)
    first = next(iter(found))
    require(
        len(found) == 1,
        f"there are {len(found)} outputs; choose one, such as net.{method}(neuron={first!r})",
    )
    return first, found[first]


def input_names(network: Model, given: str | Sequence[str] | None, beside: Iterable[str]) -> Array:
    """The names of the inputs; those given must not be names of these neurons, which are written beside them."""
    names = neurons.input_names(network, given)
    for name in {str(name) for name in names.ravel()}.intersection(beside):
        raise GlassnetError(f"{name!r} is the name of a neuron; choose other names for the inputs")
    return names


def values(network: Model) -> dict[Var, Array]:
    """The array of each source of the graph but the input."""
    arrays = network.arrays()
    return {var: arrays[name] for name, var in network.graph.sources.items() if name in arrays}


def exact_values(network: Model) -> dict[Var, Array]:
    """The same in exact fractions: each number at its decimal text."""
    return {var: exactly(array) for var, array in values(network).items()}


def as_input(network: Model, x: Array) -> dict[Var, Array]:
    """These numbers for the input; nothing where the output does not depend on it."""
    return {var: x for name, var in network.graph.sources.items() if name == "x"}


def exactly(array: Array) -> Array:
    """The numbers of an array as affine constants, over one denominator: so they are added soonest."""
    require(bool(np.isfinite(array).all()), "a network with weights that are not finite has no formula")
    fractions = [Fraction(str(number)) for number in array.ravel()]
    denominator = lcm(*{fraction.denominator for fraction in fractions})
    numbers = np.empty(array.shape, object)
    numbers.ravel()[...] = [Affine({}, f.numerator * (denominator // f.denominator), denominator) for f in fractions]
    return numbers


def unknowns(size: tuple[int, ...]) -> Array:
    """The inputs themselves as affine functions, in an array of that shape."""
    array = np.empty(size, object)
    array.ravel()[...] = [Affine.of_input(i) for i in range(array.size)]
    return array


def not_linear(error: NotLinear, what: str, hint: str) -> GlassnetError:
    """The message for an operation that stands in the way, by its name and its layer's."""
    where = f" in {error.layer}" if error.layer else ""
    return GlassnetError(f"{what}, and {error.operation!r}{where} is not; {hint}")
