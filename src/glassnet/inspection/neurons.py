"""The names of a network's neurons, which explanations, formulas and pictures share: a1, a2, …, b1, …, y.

A layer that was given a name names its neurons by it, w1, w2, …; a name with commas has one for each: "A, B, C". The
outputs of a network that knows its classes are called like them: setosa, versicolor, virginica.

One name means one number: w1 is a neuron's sum, relu(w1) what its activation makes of it. Where a name is taken, by an
input, an earlier layer, the loss or the target, the place is written after it: loss_1, w1_1.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields

import numpy as np

from glassnet.ir.graph import Constant, Equation, Graph, Source, Var, variables_of_layer
from glassnet.ir.require import require
from glassnet.ir.types import BATCH, Array
from glassnet.layers.activations import ActivationFunction, Custom
from glassnet.layers.layer import Layer
from glassnet.model.model import Model
from glassnet.words import SUPERSCRIPTS, counted, words_of

Index = tuple[int, ...]
Found = Sequence[tuple[str, Var]]
Namer = Callable[[Index], str]
STEP = re.compile(r"\.step_\d+$")
DIGITS = re.compile(r"[0-9]{1,9}")
OF_OUTPUTS = ("target", "smoothed target", "absolute error", "answer", "right")
RESERVED = (
    *OF_OUTPUTS,
    *("loss", "loss without penalty", "unweighted loss", "penalty", "sample_weight"),
    *("learning rate", "rate factor", "seed", "step", "steps", "steps before the schedule"),
    *("clipping factor", "length of the gradient", "update is due", "update is the first"),
    *("accuracy", "precision", "recall", "f1", "r2", "mae", "class", "hits", "answered", "members", "larger outputs"),
    *("sum of squared errors", "sum of squares about the mean", "mean of the targets", "output of the class"),
)
"""Names that explanations have for other numbers; those of several outputs with their places: target_2."""


def layers(graph: Graph) -> Iterator[tuple[str, Var]]:
    """(path, last variable) of each layer, in order; the path is "" for what containers do between layers.

    What has no samples, as the constants of a scan that a layer makes of its parameters, is no neuron and no layer's
    result.
    """
    used_elsewhere = set(graph.outputs.values())
    last: dict[str, Var] = {}
    for var, equation in graph.equations():
        if var.shape[:1] == (BATCH,):
            last[var.origin.path] = var
        name = equation.primitive.name
        used_elsewhere.update(
            v
            for v in equation.inputs
            if v.origin.path != var.origin.path or not (v.origin.path or v.is_result_of(name))
        )
    for var, _ in graph.equations():
        path = var.origin.path
        if var is last.get(path) if path else var in used_elsewhere:
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
    parameters, as normalisations do, or that has none, has no activation; nor has one whose result is of another shape,
    as the last state of a recurrent layer is, in which the activation was applied step by step.
    """
    path, variables = output.origin.path, variables_of_layer(output)
    moving = _moving(variables, path)
    place = {var: i for i, var in enumerate(variables)}
    front = {output}
    while front:
        var = max(front, key=place.__getitem__)
        if var.origin.path != path:
            break
        if len(front) == 1 and any(v not in moving and not isinstance(v.definition, Constant) for v in var.inputs):
            return var if var.shape == output.shape else output
        front.remove(var)
        front.update(v for v in var.inputs if v in moving)
    return output


def _moving(variables: Iterable[Var], path: str) -> set[Var]:
    """Those of a layer's variables that depend on its inputs; its parameters do not."""
    moving: set[Var] = set()
    for var in variables:
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


def forward_names(network: Model, letter: str, output: Var, samples: int = 1) -> dict[Var, Namer]:
    """What the neurons of a layer are called, and what their activation makes of them: w1, relu(w1)."""
    neuron = before_activation(output)
    own = namer(letter, neuron, samples)
    if neuron is output:
        return {output: own}
    activation = activation_name(network, neuron, output)
    return {neuron: own, output: lambda index: f"{activation}({own(index)})"}


def activation_name(network: Model, neuron: Var, output: Var) -> str:
    """The name of the activation, leaky_relu say: the layer's word for it, else the operation's; "f" of several."""
    layer, definition = network.layers.get(output.origin.path), output.definition
    settings = [] if layer is None else [getattr(layer, field.name) for field in fields(layer)]
    words = [_word(setting) for setting in settings if isinstance(setting, ActivationFunction)]
    assert isinstance(definition, Equation)
    return words[0] if words else definition.primitive.name if definition.inputs == (neuron,) else "f"


def _word(function: ActivationFunction) -> str:
    return function.function if isinstance(function, Custom) else words_of(type(function).__name__, "_")


def letters(network: Model, found: Found, known: Mapping[str, str] | None = None) -> list[str]:
    """What each layer's neurons are called: its own name if it was given one, else a, b, c, … and y for the last.

    Layers without neurons take none of these letters: rescaled numbers are s1, s2, …, moved ones have the layer's name,
    and those of a step of a sequence the step's.
    ``known`` are names by title from another graph of the network, which go on to mean the same layer.
    """
    known = known or {}
    given = set(_given_names(network.root.layers))
    taken = given | set(known.values())
    alphabet = (letter for letter in "abcdefghijklmnopqrstuvw" if letter not in taken)
    result = []
    computing = [i for i, (path, var) in enumerate(found) if not (_moves(var) or STEP.search(path))]
    last = (computing or [len(found) - 1])[-1]
    for i, (title, (path, var)) in enumerate(zip(titles(found), found, strict=True)):
        own = path if path in given else known.get(title)
        if own is None and i == last and "y" not in taken:
            own = _class_names(network, var, taken) or "y"
        if own is None and i not in computing:
            own = title
        if own is None and path in network.layers and (letter := network.layers[path].letter):
            own = title if letter in taken else letter
            taken.add(own)
        result.append(own or next(alphabet, title))
    return _told_apart(network, found, result, known)


def _moves(var: Var) -> bool:
    return isinstance(var.definition, Equation) and var.definition.primitive.moves


def _told_apart(network: Model, found: Found, letters: list[str], known: Mapping[str, str]) -> list[str]:
    """The letters, with "_" after those that would name a number by a name that is taken; the known ones stay."""
    taken = _Taken([*RESERVED, *input_names(network).ravel()])
    for word in OF_OUTPUTS if found else ():
        taken.add(word, found[-1][1])
    result = dict(enumerate(letters))
    among_known = [title in known for title in titles(found)]
    for i in sorted(result, key=lambda i: not among_known[i]):
        var = found[i][1]
        while not among_known[i] and taken.has_some_of(result[i], var):
            result[i] = ",".join(f"{unit.strip()}_" for unit in result[i].split(","))
        taken.add(result[i], var)
    return list(result.values())


class _Taken:
    """Names that are taken: some one by one, and those of whole layers.

    The names of a layer are alike but for their digits, so two layers are compared name by name only where theirs are
    alike: maps have as many names as numbers.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names, self._layers = defaultdict[str, set[str]](set), defaultdict[str, list[tuple[str, Var]]](list)
        for name in names:
            self._names[without_digits(name)].add(name)

    def add(self, letter: str, var: Var) -> None:
        """Take the names of a layer."""
        for kind in self._kinds(letter, var):
            self._layers[kind].append((letter, var))

    def has_some_of(self, letter: str, var: Var) -> bool:
        """Whether one of a layer's names is taken, or stands for two of its numbers."""
        kinds, units = self._kinds(letter, var), list(_names(letter, var, along_last=True))
        if any(re.fullmatch(r"top_\d+", name) for name in units) or len(set(units)) < len(units):
            return True
        for kind in kinds:
            for layer in self._layers.pop(kind, ()):
                self._names[kind].update(_names(*layer))
        alike = [self._names[kind] for kind in kinds if kind in self._names]
        return bool(alike) and any(name in names for name in _names(letter, var) for names in alike)

    @staticmethod
    def _kinds(letter: str, var: Var) -> set[str]:
        """What its names have in common; where units have letters of their own, these stand along the last axis."""
        return set(map(without_digits, _names(letter, var, along_last=True)))


def without_digits(name: str) -> str:
    """What the names of a layer have in common.

    >>> without_digits("relu(a12_3)")
    'relu(a_)'
    """
    return DIGITS.sub("", name)


def _names(letter: str, var: Var, along_last: bool = False) -> Iterator[str]:
    """The names of all numbers of one sample, or of those along the last axis alone."""
    sizes = [dim if isinstance(dim, int) else 1 for dim in var.shape]
    if along_last:
        sizes[:-1] = [1] * len(sizes[:-1])
    return map(namer(letter, var), np.ndindex(*sizes))


def _class_names(network: Model, output: Var, taken: Collection[str]) -> str | None:
    """The names of the classes as names of the outputs, with commas; None where they cannot be told from others.

    Signs that are no letters become "_"; y stands before what is a number, or a letter as neurons have them.
    """
    labels = network.labels or ()
    if len(labels) < 2 or output.shape[1:] != (len(labels),):
        return None
    words = [re.sub(r"\W+", "_", label).strip("_") for label in labels]
    if not all(re.fullmatch(r"(?!δ|[A-Za-z][\d_]+$)[^\W\d]\w+", word) and word not in RESERVED for word in words):
        words = [f"y{'_' * (not word[:1].isdigit())}{word}" for word in words]
    return ", ".join(words) if len({*words, *taken}) == len(words) + len(taken) else None


def _given_names(layers: Iterable[Layer]) -> Iterator[str]:
    for layer in layers:
        inner: Iterable[Layer] = getattr(layer, "layers", ())
        yield from _given_names(inner)
        if layer.name and not layer.is_container:
            yield layer.name


def namer(letter: str, var: Var, samples: int = 1) -> Namer:
    """From a number's place to its name: w1, w2, …; just z where there is only one; A, B, C for "A, B, C".

    After a letter that ends with "_" the place is always written: z_1. Of several samples each has its own: w1⁽²⁾ is w1
    for the second.
    """
    units = [unit.strip() for unit in letter.split(",")]
    single = all(dim == 1 for dim in var.shape[1:])
    one_each = len(units) > 1 and var.shape[1:] == (len(units),)

    def name(index: Index) -> str:
        of_sample = f"({index[0] + 1})".translate(SUPERSCRIPTS) if samples > 1 else ""
        place = "_".join(str(i + 1) for i in index[1:])
        base = units[index[1]] if one_each else letter
        between = "_" if len(base) > 1 and not base.endswith("_") else ""
        with_place = base.endswith("_") or not (one_each or single)
        return base + (between + place) * with_place + of_sample

    return name


def place_of(name: str, namer: Namer, shape: tuple[int, ...]) -> Index | None:
    """The place in the first sample of the number of that name, if the digits in it are the place.

    >>> place_of("a2_1", lambda index: "a" + "_".join(str(i + 1) for i in index[1:]), (1, 2, 2))
    (0, 1, 0)
    """
    digits, inner = [int(one) for one in DIGITS.findall(name)], shape[1:]
    last = digits[len(digits) - len(inner) :]
    for first in (1, 0):  # a2_1 is counted from 1, head.weight[1, 0] from 0
        place = 0, *(one - first for one in last)
        fits = len(place) == len(shape) and all(0 <= i < size for i, size in zip(place, shape, strict=True))
        if fits and namer(place) == name:
            return place
    return None


def input_names(network: Model, given: str | Sequence[str] | None = None) -> Array:
    """The names of the inputs, in the input's shape: x; u and v; x1, x2, x3, …; a table's columns; or those given.

    Raises:
        GlassnetError: not as many names as inputs, or ones that are no names.
    """
    size = network.input_shape
    count = int(np.prod(size))
    names = re.split(r"[,\s]+", given.strip()) if isinstance(given, str) else list(given or ())
    if not names:
        names = _column_names(network) or (["u", "v"] if size == (2,) else ["x"])
    if len(names) == 1 and count > 1:
        names = [names[0] + "_".join(str(i + 1) for i in index) for index in np.ndindex(*size)]
    right = len(set(names)) == count == len(names) and all(isinstance(n, str) and n.isidentifier() for n in names)
    require(
        right,
        f"the network has {counted(count, 'input')}; give inputs that many different names, such as "
        f"inputs={'x' if count == 1 else 'u v' if count == 2 else 'x'!r}, got {given!r}",
    )
    return np.array(names, object).reshape(size)


def _column_names(network: Model) -> list[str]:
    """The columns of the table that the network was trained on, as names: petal_length, town_Graz; x_2nd, x_loss.

    There are none where they could not be told apart.
    """
    features = network.encoding.features if network.encoding is not None else ()
    spaced = ["".join(ch if f"x{ch}".isidentifier() else " " for ch in feature) for feature in features]
    words = ["_".join(feature.split()) for feature in spaced]
    fits = (word.isidentifier() and not re.match("δ|loss|penalty|target", word) for word in words)
    words = [word if fit else f"x_{word}" for word, fit in zip(words, fits, strict=True)]
    return words if len(set(words)) == len(words) and network.input_shape == (len(words),) else []
