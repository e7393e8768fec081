"""What the algebra of a network starts from: its graph, its neurons by name, the names of its inputs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import islice
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
from glassnet.words import counted, unknown


def places(network: Model, neuron: str | None = None, before_activation: bool = False) -> dict[str, Place]:
    """Neurons by name: the one that is named, or those of the output.

    Raises:
        GlassnetError: there is no neuron of that name.
    """
    found = list(neurons.layers(network.graph))
    letters = dict(zip((var for _, var in found), neurons.letters(network, found), strict=True))
    candidates = letters if neuron is not None else {network.output: letters.get(network.output, "y")}
    names: list[str] = []
    for var, letter in candidates.items():
        name_of = neurons.namer(letter, var)
        chosen = neurons.before_activation(var) if before_activation else var
        by_name = {name_of(index): (chosen, index) for index in np.ndindex(*shape(var))}
        if neuron is None:
            return by_name
        if neuron in by_name:
            return {neuron: by_name[neuron]}
        names += islice(by_name, 100)
    raise GlassnetError(unknown("neuron", str(neuron), names))


def first_neuron(network: Model) -> str:
    """The name of the first neuron of the first layer."""
    found = list(neurons.layers(network.graph))
    var = found[0][1]
    return neurons.namer(neurons.letters(network, found)[0], var)((0,) * len(var.shape))


def one_place(network: Model, neuron: str | None, before_activation: bool, method: str) -> tuple[str, Place]:
    """The neuron that is named, or the only output."""
    found = places(network, neuron, before_activation)
    first = next(iter(found))
    require(
        len(found) == 1,
        f"there are {len(found)} outputs; choose one, such as net.{method}(neuron={first!r})",
    )
    return first, found[first]


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


def input_names(network: Model, given: str | Sequence[str] | None = None) -> Array:
    """The names of the inputs, in the input's shape: x; u and v; x1, x2, x3, …; or those that are given.

    Raises:
        GlassnetError: not as many names as inputs, or ones that are no names.
    """
    size = network.input_shape
    count = int(np.prod(size))
    names = re.split(r"[,\s]+", given.strip()) if isinstance(given, str) else list(given or ())
    if not names:
        names = ["u", "v"] if size == (2,) else ["x"]
    if len(names) == 1 and count > 1:
        names = [names[0] + "_".join(str(i + 1) for i in index) for index in np.ndindex(*size)]
    right = len(set(names)) == count == len(names) and all(isinstance(n, str) and n.isidentifier() for n in names)
    require(
        right,
        f"the network has {counted(count, 'input')}; give inputs that many different names, such as "
        f"inputs={'x' if count == 1 else 'u v' if count == 2 else 'x'!r}, got {given!r}",
    )
    return np.array(names, object).reshape(size)


def not_linear(error: NotLinear, what: str, hint: str) -> GlassnetError:
    """The message for an operation that stands in the way, by its name and its layer's."""
    where = f" in {error.layer}" if error.layer else ""
    return GlassnetError(f"{what}, and {error.operation!r}{where} is not; {hint}")
