"""What stands on the page *Network*: a network, one input of it, and what is asked of it. Its fragment is all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import parse_qsl, quote

import numpy as np

from glassnet.inspection import neurons
from glassnet.inspection.names import printed, with_place
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.lab.network.layers import (
    MOST_NUMBERS,
    Row,
    activated,
    activations,
    name_of,
    network_of,
    rows_of,
)
from glassnet.lab.page import Lab
from glassnet.lab.shown import put, typed
from glassnet.layers.activations import activation_function
from glassnet.layers.losses import Loss, loss_function
from glassnet.network import Network
from glassnet.words import rounded, unknown, words_of

EXAMPLES = {"2-4-3-1": (0.4, -0.7), "1-3-3-1": (0.3,)}
"""The lecture's inputs of its networks."""
FIRST = 0.5  # of other networks
MOST_TARGETS = 8
OWN = ("example", "layers", "dtype", "target", "loss", "hide", "merged")
"""What an address says besides inputs, weights and biases."""


@dataclass(eq=False)
class State:
    """A network and one input of it. The network and the input are its own, and change in place.

    Attributes:
        example: the name of the network that it began as; "" where its layers are one's own.
        target: what the outputs should be: a number each, or the class; () for none. loss: "" is the one that belongs.
        hidden: the names of neurons whose numbers are to be guessed.
        merged: how many layers are drawn as one; 0 for the network as it is.
        seen: the network as it was drawn last with layers as one, after the numbers that it was made of.
    """

    example: str
    network: Network
    x: Array
    target: tuple[float, ...] = ()
    loss: str = ""
    hidden: tuple[str, ...] = ()
    merged: int = 0
    seen: tuple[object, Network] | None = None

    @property
    def input(self) -> Array:
        return self.x.reshape(self.network.input_shape)

    @cached_property
    def input_names(self) -> list[str]:
        return [str(name) for name in neurons.input_names(self.network).ravel()]

    @cached_property
    def target_names(self) -> tuple[str, ...]:
        """What the targets are called; none where there are too many."""
        shape = self.network.output.shape[1:]
        if len(shape) != 1 or not isinstance(shape[0], int):
            return ()
        if shape[0] == 1 or self.has_classes:
            return ("target",)
        return tuple(f"target_{i + 1}" for i in range(shape[0])) if shape[0] <= MOST_TARGETS else ()

    @cached_property
    def has_classes(self) -> bool:
        """Whether the target is one class of several."""
        return self.network.is_classifier and self.network.output.shape[-1] != 1

    @property
    def y(self) -> float | list[float] | int | None:
        """The target as ``net.explain`` takes it."""
        if not self.target:
            return None
        if self.has_classes:
            return int(self.target[0])
        return self.target[0] if len(self.target) == 1 else list(self.target)

    @property
    def loss_or_none(self) -> str | None:
        return self.loss or None

    # ── changes ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def set(self, name: str, text: str) -> None:
        """Another value for an input, a weight, a bias or a target.

        Raises:
            GlassnetError: there is none of that name, or the text is no number.
        """
        if name in self.target_names:
            self._set_target(name, text)
            return
        value = typed(text, name)
        if name in self.input_names:
            self.x[self.input_names.index(name)] = value
            return
        put(self.network, name, value)

    def _set_target(self, name: str, text: str) -> None:
        if not text.strip():
            self.target = ()
            return
        values = list(self.target) or [0.0] * len(self.target_names)
        values[self.target_names.index(name)] = typed(text, name)
        if self.has_classes:
            count = self.network.output.shape[-1]
            assert isinstance(count, int)
            is_class = values[0].is_integer() and 0 <= values[0] < count
            require(is_class, f"the target is a class, a whole number from 0 to {count - 1}, not {text.strip()}")
        before, self.target = self.target, tuple(values)
        try:
            self.require_loss(self.loss)
        except Exception:
            self.target = before
            raise

    def require_loss(self, loss: str) -> None:
        """Refuse a loss that the target does not fit to."""
        if loss:
            require(loss in losses(), unknown("loss", loss, losses()))
        if self.target:
            self.network.explain(self.input, self.y, loss=loss or None)["loss"].text  # noqa: B018

    def with_network(self, network: Network, is_own: bool) -> State:
        """The same question of a network with other layers; what does not fit to it any more is left out."""
        size = int(np.prod(network.input_shape))
        x = np.full(size, FIRST, network.dtype)
        x[: min(size, self.x.size)] = self.x[:size]
        state = State("" if is_own else self.example, network, x, self.target, self.loss)
        if len(state.target) != len(state.target_names):
            state.target = ()
        try:
            state.require_loss(state.loss)
        except Exception:  # the loss does not belong to these outputs
            state = replace(state, target=(), loss="")
        return state

    # ── the address ─────────────────────────────────────────────────────────────────────────────────────────────────

    def fragment(self, lab: Lab) -> str:
        """The address of what is shown: the example and what is not as in it, or the layers and all their numbers."""
        return "&".join([*self._network_parts(lab), *self._asked(lab)])

    def _network_parts(self, lab: Lab) -> Iterator[str]:
        if not self.example:
            rows = rows_of(self.network)
            listed = (f"{quote(row.name, safe='')}:{row.units}:{name_of(row.activation)}" for row in rows)
            yield f"layers={len(rows[0].weights)};{';'.join(listed)}"
            if self.network.dtype != "float64":
                yield f"dtype={self.network.dtype}"
            for name, array in self.network.parameters.items():
                yield f"{quote(name, safe=',')}={','.join(map(exact, array.ravel()))}"
            for name, value in zip(self.input_names, self.x, strict=True):
                yield f"{_key(name)}={exact(value)}"
            return
        original = lab.networks[self.example]
        yield f"example={quote(self.example)}"
        first = first_input(self.example, self.network, lab)
        for name, value, before in zip(self.input_names, self.x, first, strict=True):
            if value != before:
                yield f"{_key(name)}={exact(value)}"
        for path, activation in self.activated(original):
            yield f"{quote(path, safe=',')}.activation={activation}"
        for name, place, value in self.edits(original):
            yield f"{quote(name, safe=',')}[{place.replace(' ', '')}]={value}"

    def _asked(self, lab: Lab) -> Iterator[str]:
        if self.target != first_target(self, lab):
            yield "target=" + ",".join(map(repr, self.target))
        if self.loss:
            yield f"loss={self.loss}"
        if self.hidden:
            yield "hide=" + ",".join(map(quote, self.hidden))
        if self.merged:
            yield f"merged={self.merged}"

    def activated(self, original: Network) -> Iterator[tuple[str, str]]:
        """The layers whose activation is not as in the example, and what it is."""
        for path, layer in self.network.layers.items():
            activation = getattr(layer, "activation", None)
            if activation != getattr(original.layers[path], "activation", None):
                yield path, name_of(activation)

    def edits(self, original: Network) -> Iterator[tuple[str, str, str]]:
        """The weights and biases that are not as in the example: the array, the place in it, the number."""
        for name, array in self.network.parameters.items():
            before = original.parameters[name] if name in original.parameters else np.full_like(array, np.nan)
            for index in np.argwhere(array != before):
                yield name, ", ".join(map(str, index)), exact(array[tuple(index)])


def opened(fragment: str, lab: Lab, first: str) -> State:
    """The state of an address; "" is the first network.

    Raises:
        GlassnetError: something in it is not there, or no number.
    """
    given = dict(parse_qsl(fragment, keep_blank_values=True))
    own = {name: given.pop(name, "") for name in OWN if name in given}
    if "layers" in own:
        state = _own(own["layers"], own.get("dtype", "float64"), given)
    else:
        state = chosen(own.get("example", first), lab)
        for key in [key for key in given if key.endswith(".activation")]:
            path = key.removesuffix(".activation")
            require(path in state.network.layers, unknown("layer", path, state.network.layers))
            state.network = activated(state.network, path, given.pop(key))
    for key, text in given.items():
        state.set(printed(key.removeprefix("input ")), text)
    return _asked(state, own)


def _asked(state: State, own: Mapping[str, str]) -> State:
    """The state with what an address asks of it."""
    state.loss = own.get("loss", "")
    if "target" in own:
        state.target = ()
        texts = own["target"].split(",") if own["target"] else [""] * len(state.target_names)
        require(len(texts) == len(state.target_names), f"the network has {len(state.target_names)} targets here")
        for name, text in zip(state.target_names, texts, strict=True):
            state.set(name, text)
    state.require_loss(state.loss)
    state.hidden = tuple(filter(None, own.get("hide", "").split(",")))
    merged = own.get("merged", "0")
    require(merged.isascii() and merged.isdigit() and len(merged) < 4, f"merged is a number of layers, got {merged!r}")
    state.merged = min(int(merged), len(state.network.layers)) if int(merged) > 1 else 0
    return state


def chosen(example: str, lab: Lab) -> State:
    """The network of that name, as it is."""
    require(example in lab.networks, unknown("network", example, lab.networks))
    network = lab.networks[example].copy()
    state = State(example, network, first_input(example, network, lab))
    state.target = first_target(state, lab)
    return state


def first_target(state: State, lab: Lab) -> tuple[float, ...]:
    """The target that came with the network; () for none."""
    if not state.example or state.example != lab.chosen or lab.y is None:
        return ()
    given = np.ravel(lab.y[0])
    if state.has_classes and given.size > 1:
        given = np.array([given.argmax()])
    return tuple(given.astype(float).tolist()) if given.size == len(state.target_names) else ()


def first_input(example: str, network: Network, lab: Lab) -> Array:
    """The input that a network is fed at first: the one that came with it, or the lecture's."""
    if example == lab.chosen and lab.x is not None:
        return np.array(lab.x[0], network.dtype).reshape(-1)
    size = int(np.prod(network.input_shape))
    return np.array(EXAMPLES.get(example, [FIRST] * size), network.dtype)


def _own(layers: str, dtype: str, given: dict[str, str]) -> State:
    """A network that stands whole in the address; takes its numbers out of what is given."""
    inputs, *specified = layers.split(";")
    require(dtype in ("float32", "float64"), f"dtype is float32 or float64, got {dtype!r}")
    rows, before = list[Row](), _count(inputs)
    for text in specified:
        parts = text.split(":")
        require(len(parts) == 3, f"a layer is name:neurons:activation, got {text!r}")
        name, size = parts[0], _count(parts[1])
        require(parts[2] in activations(), unknown("activation", parts[2], activations()))
        weights = _array(given.pop(f"{name}.weights", ""), (before, size), f"{name}.weights", dtype)
        biases = _array(given.pop(f"{name}.biases", ""), (size,), f"{name}.biases", dtype)
        rows.append(Row(name, activation_function(parts[2]), weights, biases))
        before = size
    require(bool(rows), "an own network has at least one layer")
    network = network_of(rows, dtype)
    return State("", network, np.full(_count(inputs), FIRST, dtype))


def _count(text: str) -> int:
    require(text.isascii() and text.isdigit() and len(text) < 4, f"a number of neurons is a whole one, got {text!r}")
    return int(text)


def _array(text: str, shape: tuple[int, ...], name: str, dtype: str) -> Array:
    size = int(np.prod(shape))
    require(size <= MOST_NUMBERS, f"{name} would have {size:,} numbers; {MOST_NUMBERS} fit here")
    values = [typed(one, name) for one in text.split(",")]
    require(len(values) == size, f"{name} has {size} numbers, and the address has {len(values)}")
    return np.array(values, dtype).reshape(shape)


def losses() -> tuple[str, ...]:
    """The names of the losses that can be chosen."""
    names = (words_of(member.__name__, "_") for member in Loss.known.values())
    return tuple(name for name in names if name != "custom_loss")


def loss_name(state: State) -> str:
    """The name of the loss that is used."""
    return words_of(type(loss_function(state.loss) if state.loss else state.network.loss_of(None)).__name__, "_")


def _key(name: str) -> str:
    return quote(f"input {name}" if name in OWN else name)


def exact(value: Array) -> str:
    """A number with all its digits, as few as tell it from its neighbours.

    >>> exact(np.float32(0.1)), exact(np.float64(1 / 3))
    ('0.1', '0.3333333333333333')
    """
    return rounded(value, 17)


def parameter_places(network: Network) -> Iterator[str]:
    """The names of all weights and biases of the arrays that are small enough to be listed."""
    for name, array in network.parameters.items():
        for index in np.ndindex(array.shape) if array.size <= 10_000 else ():
            yield with_place(name, index)
