"""Copies of networks: equal, independent, through a specification and arrays; and nobody's memory but one's own."""

import copy
import multiprocessing
import pickle
import pickletools
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.ir.types import BATCH, Type, Values
from glassnet.model import file

X = np.random.default_rng(0).normal(size=(24, 3))
Y = np.arange(24) % 2


def network() -> gn.Network:
    net = gn.Network(
        3,
        gn.Rescale([1, 2, 3]),
        gn.Dense(4, gn.LeakyRelu(0.2), connected=np.eye(3, 4), weights_penalty=gn.Penalty(l2=0.1), trainable=False),
        gn.BatchNorm(),
        gn.Add(gn.Dense(4, "prelu"), gn.Identity()),
        gn.Dropout(0.2),
        gn.Dense(2, "softmax", name="answer"),
        seed=3,
        dtype="float64",
    )
    net.fit(X, Y, epochs=2)
    net.labels = ("no", "yes")
    return net


COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": lambda net: net.copy(),
    "copy.copy": copy.copy,
    "copy.deepcopy": copy.deepcopy,
    **{f"pickle {p}": lambda net, p=p: pickle.loads(pickle.dumps(net, p)) for p in range(pickle.HIGHEST_PROTOCOL + 1)},
    "as scikit-learn clones": lambda net: net.__sklearn_clone__(),
    "in a list": lambda net: copy.deepcopy([net, net])[1],
    "twice": lambda net: copy.deepcopy(pickle.loads(pickle.dumps(copy.copy(net)))),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_equal_and_independent(name: str) -> None:
    net = network()
    before = net(X)
    other = COPIES[name](net)
    assert type(other) is gn.Network
    assert (other.root, other.seed, other.dtype, other.labels) == (net.root, net.seed, net.dtype, net.labels)
    np.testing.assert_array_equal(other(X), before)
    assert dict(other.history).items() >= {n: c for n, c in net.history.items() if n != "seconds"}.items()
    for key, array in other.arrays().items():
        assert not np.shares_memory(array, net.arrays()[key])
        np.testing.assert_array_equal(array, net.arrays()[key], strict=True)
    other.parameters.buffer[:] = 0.5
    assert (other.parameters["answer.weights"] == 0.5).all(), "the views belong to the buffer"
    other.history.append({"loss": 0.0})
    np.testing.assert_array_equal(net(X), before)
    assert net.history.epochs == 2
    other.fit(X, Y, epochs=1)
    np.testing.assert_array_equal(net(X), before)


def test_copies_train_alike() -> None:
    net = network()
    copies = [make(net) for make in COPIES.values()]
    for one in copies:
        one.fit(X, Y, epochs=2)
    for one in copies[1:]:
        np.testing.assert_array_equal(one.parameters.buffer, copies[0].parameters.buffer)


def test_one_network_in_two_places_stays_one() -> None:
    net = network()
    first, second = copy.deepcopy([net, net])
    assert first is second
    assert first is not net


def test_what_users_put_on_a_network_of_their_own_class_goes_along() -> None:
    net = Named(2)
    for make in COPIES.values():
        other = make(net)
        assert type(other) is Named
        assert other.places == ["Graz"]
        assert other.describe() == "Graz"
    assert copy.deepcopy(net).places is not net.places


class Named(gn.Network):
    """A class of the user's, with an __init__ and an attribute of its own."""

    def __init__(self, inputs: int) -> None:
        super().__init__(inputs, gn.Dense(2))
        self.places = ["Graz"]

    def describe(self) -> str:
        return self.places[0]


def test_a_network_that_no_file_could_hold_is_copied_and_said_not_to_be_pickled() -> None:
    class Plain(gn.Layer):
        def __init__(self, k: float) -> None:
            self.k = k

        def __call__(self, x: Any) -> Any:
            return x * self.k

    net = gn.Network(2, Plain(3.0))
    assert net.copy()([1.0, 2.0]).tolist() == [3.0, 6.0]
    with pytest.raises(gn.GlassnetError, match="the class Plain keeps its k outside of its fields"):
        pickle.dumps(net)
    broken = gn.Network(2, gn.Dense(1))
    broken.parameters["dense_1.weights"] = [[np.nan], [1.0]]
    assert np.isnan(broken.copy().parameters["dense_1.weights"][0, 0])
    with pytest.raises(gn.ModelFileError, match=r"the pickled network: the array 'dense_1.weights' has nan"):
        pickle.loads(pickle.dumps(broken))


def test_a_pickle_names_one_function_of_ours_and_no_layer() -> None:
    names = {str(arg) for op, arg, _ in pickletools.genops(pickle.dumps(network(), 2)) if op.name == "GLOBAL"}
    ours = {name for name in names if name.startswith("glassnet")}
    assert ours == {"glassnet.model.file unpickled", "glassnet.network Network", "glassnet.model.history History"}


@dataclass(frozen=True)
class Tripled(gn.Layer):
    def __call__(self, x: Any) -> Any:
        return 3 * x


def loss_of(net: gn.Network) -> float:
    return net.loss(X, Y)


def trained(net: gn.Network) -> gn.Network:
    net.fit(X, Y, epochs=1)
    return net


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
def test_process_pools(method: str) -> None:
    nets = [network(), gn.Network(3, Tripled(), gn.Dense(2, "softmax"))]
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as pool:
        assert list(pool.map(loss_of, nets)) == [loss_of(net) for net in nets]
        copies = [net.copy() for net in nets]  # whose training starts anew, as that of a network sent away does
        for far, near in zip(pool.map(trained, nets), map(trained, copies), strict=True):
            np.testing.assert_array_equal(far.parameters.buffer, near.parameters.buffer)


def test_a_process_that_does_not_know_a_class_says_so(tmp_path: Path) -> None:
    (tmp_path / "net.pickle").write_bytes(pickle.dumps(gn.Network(3, Tripled())))
    program = "import pickle, sys; pickle.load(open(sys.argv[1], 'rb'))"
    run = subprocess.run([sys.executable, "-c", program, tmp_path / "net.pickle"], capture_output=True, text=True)
    assert "there is no layer 'Tripled'" in run.stderr


# ── the smaller things ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("make", [copy.deepcopy, copy.copy, lambda p: pickle.loads(pickle.dumps(p))])
def test_copied_parameters_look_into_their_own_buffer(make: Callable[[Any], Any]) -> None:
    parameters = network().parameters
    other = make(parameters)
    assert {name: array.shape for name, array in other.items()} == {n: a.shape for n, a in parameters.items()}
    np.testing.assert_array_equal(other.buffer, parameters.buffer, strict=True)
    other.buffer[:] = 7
    assert all((array == 7).all() for array in other.values())
    other["answer.biases"] = [1, 2]
    assert other.buffer[-2:].tolist() == [1, 2]


@pytest.mark.parametrize("make", [copy.deepcopy, copy.copy, lambda p: pickle.loads(pickle.dumps(p))])
def test_layers_values_and_types_survive_copying(make: Callable[[Any], Any]) -> None:
    layer = gn.Dense(1, weights=[[1.0], [2.0]], connected=[[1], [0]])
    again = make(layer)
    assert again == layer
    assert hash(again) == hash(layer)
    assert not again.connected.array.flags.writeable
    values = make(Values([1, 2], "float32"))
    assert values == Values([1, 2], "float32")
    assert not values.array.flags.writeable
    assert make(Type((BATCH, 3), "float32")) == Type((BATCH, 3), "float32")
    assert make(BATCH) is BATCH


@pytest.mark.parametrize("make", [copy.deepcopy, copy.copy, lambda p: pickle.loads(pickle.dumps(p))])
def test_an_operation_stays_the_one_of_its_name_and_graphs_are_copied(make: Callable[[Any], Any]) -> None:
    assert make(gn.ops.relu) is gn.ops.relu
    net = network()
    graph = make(net.graph)
    assert str(graph) == str(net.graph)
    graph.check()
    explanation = make(net.explain(X[0], 1))
    assert str(explanation.loss) == str(net.explain(X[0], 1).loss)


def test_what_is_no_pickle_of_ours_is_refused_in_words() -> None:
    specification, arrays = file.contents(network())
    for wrong in (None, [], {}, {**specification, "labels": ["only one"]}, {**specification, "dtype": "float16"}):
        with pytest.raises(gn.GlassnetError):
            file.unpickled(gn.Network, wrong, arrays)  # type: ignore[arg-type]
    for name, array in (("answer.biases", np.array(["a", "b"])), ("answer.biases", np.zeros(3)), ("more", np.zeros(1))):
        with pytest.raises(gn.GlassnetError):
            file.unpickled(gn.Network, specification, {**arrays, name: array})


# ── nobody's memory but one's own ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Weights(gn.Layer):
    """Gives its own weights for every sample, or the first of them."""

    def __call__(self, x: Any) -> Any:
        return gn.ops.broadcast(gn.parameter("weights", (2,), gn.Constant(1.0)), x)


@dataclass(frozen=True)
class Literal(gn.Layer):
    def __call__(self, x: Any) -> Any:
        return gn.ops.broadcast(gn.ops.add(gn.Constant(1.0)((2,), None), 0.0), x)  # type: ignore[arg-type]


PASSING: dict[str, tuple[Any, list[gn.Layer]]] = {
    "identity": ((2,), [gn.Identity()]),
    "flatten": ((1, 2), [gn.Flatten()]),
    "reshape": ((2,), [gn.Reshape((2, 1)), gn.Reshape((1, 2))]),
    "dropout": ((2,), [gn.Dropout(0.5), gn.GaussianNoise(1.0)]),
    "linear": ((2,), [gn.Activation("linear")]),
    "rescale": ((2,), [gn.Rescale(1)]),
    "one branch": ((2,), [gn.Add(gn.Identity()), gn.Concatenate(gn.Identity())]),
    "weights": ((2,), [Weights()]),
    "literal": ((2,), [Literal()]),
}


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8"])
@pytest.mark.parametrize("name", PASSING)
def test_what_a_network_gives_is_the_callers_to_change(name: str, dtype: str) -> None:
    shape, layers = PASSING[name]
    net = gn.Network(shape, *layers, dtype="float32" if dtype == "uint8" else dtype)
    x = np.arange(6).reshape(3, *shape).astype(dtype)
    strided = np.repeat(x, 2, axis=0)[::2]
    for given in (x, x[:1], x[0], strided, x.copy(order="F")):
        before, parameters = given.copy(), net.parameters.buffer.copy()
        for answer in (net, net.predict):
            first = answer(given)
            expected = first.copy()
            first += 7
            np.testing.assert_array_equal(given, before)
            np.testing.assert_array_equal(net.parameters.buffer, parameters)
            np.testing.assert_array_equal(answer(given), expected)


def test_arrays_that_were_given_are_the_callers_to_change() -> None:
    first, mask, scale = np.ones((2, 1)), np.ones((2, 1)), np.ones(2)
    net = gn.Network(2, gn.Rescale(scale), gn.Dense(1, weights=first, connected=mask), gn.BatchNorm(), dtype="float64")
    assigned, mean = np.full((2, 1), 2.0), np.full(1, 3.0)
    net.parameters["dense_1.weights"] = assigned
    net.assign({"batchnorm_1.running_mean": mean})
    expected = net([1.0, 1.0])
    for array in (first, mask, scale, assigned, mean):
        array[...] = 99.0
    assert net([1.0, 1.0]) == expected
    assert net.copy()([1.0, 1.0]) == expected


def test_gradients_are_the_callers_to_change() -> None:
    @dataclass(frozen=True)
    class Unused(gn.Layer):
        def __call__(self, x: Any) -> Any:
            gn.parameter("unused", (3,), gn.Constant(1.0))
            return x

    net = gn.Network(3, Unused(), gn.Dense(2, weights_penalty=gn.Penalty(l2=0.1)), dtype="float64")
    before, expected = net.parameters.buffer.copy(), net.gradients(X, X[:, :2])
    for gradient in net.gradients(X, X[:, :2]).values():
        gradient += 7
    np.testing.assert_array_equal(net.parameters.buffer, before)
    np.testing.assert_equal(net.gradients(X, X[:, :2]), expected)


@pytest.mark.parametrize(
    ("x", "y"),
    [(np.array([1.0, 2.0]), np.array([3.0])), (np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[3.0], [5.0]]))],
)
def test_an_explanation_keeps_its_samples(x: np.ndarray, y: np.ndarray) -> None:
    net = gn.Network(2, gn.Dense(1, weights=[[1.0], [2.0]], name="w"), dtype="float64")
    explanation, again = (net.explain(x, y, optimizer=gn.SGD(0.1)) for _ in range(2))
    expected = [str(again), str(again.loss), str(again.gradient("w.weights[0,0]")), str(again.update("w.weights[0,0]"))]
    x[:], y[:] = 9.0, 9.0
    said = explanation, explanation.loss, explanation.gradient("w.weights[0,0]"), explanation.update("w.weights[0,0]")
    assert list(map(str, said)) == expected


def test_a_metric_of_ones_own_cannot_change_the_targets() -> None:
    y = np.ones((4, 1))

    def careless(targets: Any, prediction: Any) -> float:
        prediction -= 1
        targets -= 1
        return 0.0

    with pytest.raises(ValueError, match="read-only"):
        gn.Network(2, gn.Dense(1), dtype="float64").evaluate(np.ones((4, 2)), y, metrics=[careless])
    assert (y == 1).all()


def test_state_of_another_shape_is_refused_not_reshaped() -> None:
    net = gn.Network(2, gn.BatchNorm())
    with pytest.raises(gn.GlassnetError, match=r"batchnorm_1.running_mean has the shape \(2,\), got values of shape"):
        net.assign({"batchnorm_1.running_mean": np.zeros((1, 2))})


# ── numbers of other kinds ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("dtype", [">f8", "<f8", ">f4", "f2", ">f2", ">i4", "u1", ">u8", "?", "g", object])
def test_numbers_of_every_kind_are_taken(dtype: Any) -> None:
    for own in ("float32", "float64"):
        net = gn.Network(2, gn.Dense(1, weights=[[1], [2]]), dtype=own)
        given = np.array([[1, 0], [1, 1]]).astype(dtype)
        assert net(given).tolist() == [[1.0], [3.0]]
        assert net(given).dtype == own
        assert net(given[1]).tolist() == [3.0]
        assert net.evaluate(given, np.array([[1], [3]]).astype("u1" if dtype == "?" else dtype))["loss"] == 0


@pytest.mark.parametrize("value", [1e300, -1e39, 3.5e38])
@pytest.mark.parametrize("dtype", [">f8", "<f8", "g", object])
def test_numbers_too_large_for_the_networks_dtype_are_refused(value: float, dtype: Any, tmp_path: Path) -> None:
    net = gn.Network(2, gn.Dense(1))
    given = np.array([[0, value]]).astype(dtype)
    with pytest.raises(gn.DataError, match="does not fit float32"):
        net(given)
    with pytest.raises(gn.DataError, match="does not fit float32"):
        net.evaluate(np.zeros((1, 2)), given[:, 1:])
    with pytest.raises(gn.GlassnetError):
        net.parameters["dense_1.weights"] = given.T


@pytest.mark.parametrize(
    "given",
    [
        np.ones((1, 2), complex),
        np.array([["2020-01-01", "2020-01-02"]], "datetime64[D]"),
        np.ones((1, 2), "timedelta64[s]"),
        np.array([[None, 1]], object),
        np.array([[1j, 1]], object),
        np.array([[{}, 1]], object),
        np.array([["1", "2"]]),
        np.array([[b"1", b"2"]]),
        np.zeros(1, [("a", "f4"), ("b", "f4")]),
    ],
    ids=lambda given: str(given.dtype),
)
def test_what_is_no_number_is_refused_in_words(given: np.ndarray) -> None:
    net = gn.Network(2, gn.Dense(1))
    for use in (net, net.predict, net.explain, lambda x: net.loss(x, [[1.0]]), lambda x: net.fit(x, [[1.0]])):
        with pytest.raises(gn.DataError, match=r"^x (has|holds)"):
            use(given)
    with pytest.raises(gn.GlassnetError):
        net.parameters["dense_1.weights"] = given.reshape(-1, 1)
