"""Models in files: what is saved is loaded, what would not load is not saved, and sizes are bounded beforehand."""

import copy
import json
import pickle
import tracemalloc
from collections.abc import Callable
from dataclasses import InitVar, dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet import storage
from glassnet.data.encoding import Column, Encoding, Target
from glassnet.ir.errors import ModelFileError
from glassnet.ir.specification import NESTING_LIMIT
from glassnet.ir.types import Values
from glassnet.model.file import contents
from glassnet.storage.metadata import DEPTH_LIMIT
from glassnet.storage.seal import digest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "net.safetensors"


def written(path: Path, net: gn.Network, change: Callable[[dict[str, Any]], None], seal: bool = True) -> None:
    """The network's file with a changed specification, sealed anew."""
    specification, arrays = contents(net)
    specification = json.loads(json.dumps(specification))
    change(specification)
    metadata = {"network": specification}
    storage.write(path, arrays, storage.sealed(arrays, metadata) if seal else metadata)


def refusal(path: Path) -> str:
    with pytest.raises(ModelFileError) as refused:
        gn.load(path)
    assert str(refused.value).startswith(str(path))
    return str(refused.value)


def nested(depth: int, make: Callable[..., gn.Layer] = gn.Sequential) -> gn.Layer:
    layer: gn.Layer = gn.Dense(2)
    for _ in range(depth):
        layer = make(layer)
    return layer


# ── one limit for making, saving and loading ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("make", [gn.Sequential, gn.Add, gn.Concatenate])
def test_whatever_depth_can_be_made_is_saved_loaded_read_and_copied(make: Callable[..., gn.Layer], path: Path) -> None:
    deepest = 0
    for depth in range(1, 100):
        try:
            net = gn.Network(2, nested(depth, make))
        except gn.GlassnetError as refused:
            assert "nested more than 90 levels deep" in str(refused)  # noqa: PT017
            break
        deepest = depth
        net.save(path)
    assert deepest > 40
    loaded = gn.load(path)
    assert loaded.root == net.root
    for one in (loaded, copy.deepcopy(net)):
        assert one.summary() == net.summary()
        assert str(one.explain([1.0, 2.0])) == str(net.explain([1.0, 2.0]))
        assert str(one.formula()) == str(net.formula())
    assert repr(net.root).count("Dense") == 1


@pytest.mark.parametrize("depth", [50, 300, 3000])
def test_what_is_nested_deeper_is_refused_in_words_where_it_is_written(depth: int) -> None:
    with pytest.raises(gn.GlassnetError, match="90 levels deep, of which a container takes two, itself and its list;"):
        nested(depth)


@pytest.mark.parametrize("depth", [47, 300, 4000])
def test_a_file_that_is_nested_deeper_is_refused(path: Path, depth: int) -> None:
    inner: Any = {"layer": "Identity"}
    text = '{"layer":"Sequential","layers":[' * depth + json.dumps(inner) + "]}" * depth
    specification = f'{{"network":{{"inputs":[2],"dtype":"float32","seed":0,"layers":[{text}]}}}}'
    header = json.dumps({"__metadata__": {"format": "glassnet", "glassnet": specification, "version": "1"}}).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    assert "levels deep" in refusal(path) or "fields" in refusal(path)


def test_layers_of_ones_own_that_hold_layers_are_counted_too(path: Path) -> None:
    @dataclass(frozen=True)
    class Around(gn.Layer):
        inner: gn.Layer

        def __call__(self, x: Any) -> Any:
            return self.inner(x)

    layer = nested(85, Around)
    net = gn.Network(2, layer)
    net.save(path)
    assert gn.load(path).root == net.root
    for _ in range(10):
        layer = Around(layer)
    with pytest.raises(gn.GlassnetError, match="nested more than 90 levels deep"):
        gn.Network(2, layer)


def test_the_limit_leaves_room_in_a_files_metadata() -> None:
    assert NESTING_LIMIT + 5 <= DEPTH_LIMIT


def test_layers_that_are_used_again_and_again_are_counted(path: Path) -> None:
    """Thirty lines of Python that would be a thousand million layers."""
    with pytest.raises(gn.GlassnetError, match="at most 20,000 layers"):
        doubled(30)
    gn.Network(2, doubled(10)).save(path)


def doubled(times: int) -> gn.Layer:
    layer: gn.Layer = gn.Identity()
    for _ in range(times):
        layer = gn.Add(layer, layer)
    return layer


def test_a_thousand_layers(path: Path) -> None:
    net = gn.Network(3, *[gn.Dense(3, "relu") for _ in range(1000)])
    net.save(path)
    assert gn.load(path).root == net.root
    assert len(net.summary().rows) == 1000
    assert "dense_1000" in net.layers


def test_more_layers_than_a_file_holds_are_refused_by_save_in_words(path: Path) -> None:
    net = gn.Network(3, *[gn.Dense(3) for _ in range(2500)])
    with pytest.raises(ModelFileError, match=r"cannot be saved: its specification has .* are the limits"):
        net.save(path)
    assert not path.exists()


# ── sizes that the graph implies ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "layers",
    [
        [{"layer": "Concatenate", "layers": [{"layer": "Identity"}] * 2}] * 30,
        [{"layer": "Concatenate", "layers": [{"layer": "Identity"}] * 40}] * 6,
        [{"layer": "Embedding", "entries": 1, "units": 2**28}],
        [{"layer": "Reshape", "shape": [2, 1]}, {"layer": "Concatenate", "layers": [{"layer": "Identity"}] * 999}] * 3,
    ],
    ids=["doubled", "forty times", "embedding", "among other layers"],
)
def test_a_small_file_cannot_ask_for_much(path: Path, layers: list[Any]) -> None:
    written(path, gn.Network(2, gn.Identity()), lambda s: s.update(layers=layers))
    tracemalloc.start()
    words = refusal(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "numbers for each sample, and 67,108,864 is the limit" in words or "cannot be" in words
    assert peak < 20 << 20


def test_inputs_are_bounded_too(path: Path) -> None:
    written(path, gn.Network(2, gn.Identity()), lambda s: s.update(inputs=[2**40]))
    assert "input 'x' would be 1.1e+12 numbers for each sample" in refusal(path)


# ── labels and tables ───────────────────────────────────────────────────────────────────────────────────────────────


def classifier(outputs: int, activation: str = "softmax") -> gn.Network:
    return gn.Network(2, gn.Dense(outputs, activation))


@pytest.mark.parametrize(
    ("net", "labels", "right"),
    [
        (classifier(3), ("a", "b", "c"), True),
        (classifier(3), ("a", "b"), False),
        (classifier(3), (), False),
        (classifier(3), ("a", "b", "c", "d"), False),
        (classifier(1, "sigmoid"), ("no", "yes"), True),
        (classifier(1, "sigmoid"), ("spam",), True),
        (classifier(1, "sigmoid"), ("a", "b", "c"), False),
        (classifier(2, "sigmoid"), ("wet", "cold"), True),
        (classifier(2, "sigmoid"), ("wet",), False),
        (classifier(2, "linear"), ("width", "height"), True),
        (gn.Network(4, gn.Reshape((2, 2)), gn.Dense(3, "softmax")), ("a", "b", "c"), True),
        (gn.Network(4, gn.Reshape((2, 2)), gn.Dense(3, "softmax")), ("a", "b"), False),
        (classifier(2), (1, 2), False),
        (classifier(2), ("a", None), False),
    ],
)
def test_labels_are_as_many_as_outputs_when_saved_and_when_loaded(
    path: Path, net: gn.Network, labels: Any, right: bool
) -> None:
    written(path, net, lambda s: s.update(labels=list(labels)))
    net = net.copy()
    net.labels = labels
    if right:
        assert gn.load(path).labels == labels
        net.save(path)
        assert gn.load(path).labels == labels
    else:
        assert "label" in refusal(path)
        path.unlink()
        with pytest.raises(ModelFileError, match=r"cannot be saved: .*label"):
            net.save(path)
        assert not path.exists()


def test_a_tables_columns_are_as_many_as_inputs(path: Path) -> None:
    columns = (Column("town", "category", ("Graz", "Wien")), Column("area", "number", mean=50.0, scale=20.0))
    net = gn.Network(3, gn.Dense(1))
    net.encoding = Encoding(columns, Target("rent", "number"))
    net.save(path)
    assert gn.load(path).encoding == net.encoding
    net.encoding = Encoding(columns[1:], Target("rent", "number"))
    with pytest.raises(ModelFileError, match="the table's columns make 1 input, but the network takes inputs of shape"):
        net.save(path)


# ── what load would refuse is not saved ─────────────────────────────────────────────────────────────────────────────


class Scale(gn.Layer):
    """A plain class: what its __init__ takes is no field."""

    def __init__(self, k: float = 1.0) -> None:
        self.k = k

    def __call__(self, x: Any) -> Any:
        return x * self.k


class TwiceAsMuch(gn.Layer):
    """A plain class without settings has nothing to lose."""

    def __call__(self, x: Any) -> Any:
        return 2 * x


class Wide(gn.Dense):
    """A layer of ours with an __init__ that takes less than there are fields."""

    def __init__(self, units: int) -> None:
        super().__init__(units, "relu")


@dataclass(frozen=True)
class _Private(gn.Layer):
    def __call__(self, x: Any) -> Any:
        return x


@dataclass(frozen=True)
class Derived(gn.Layer):
    """What it is made with is no field, only what follows from it."""

    k: InitVar[float] = 1.0
    factor: float = field(init=False, default=0.0)

    def __post_init__(self, k: float) -> None:
        object.__setattr__(self, "factor", 2 * k)

    def __call__(self, x: Any) -> Any:
        return x * self.factor


@dataclass(frozen=True)
class Remembering(gn.Layer):
    """What follows from its fields need not be saved."""

    k: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "factor", 2 * self.k)

    def __call__(self, x: Any) -> Any:
        return x * self.factor  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Doubling(gn.Layer):
    """What it is made with is not what it keeps, and so not what it says of itself."""

    k: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "k", 2 * self.k)

    def __call__(self, x: Any) -> Any:
        return x * self.k


@dataclass(frozen=True)
class Holds(gn.Layer):
    thing: Any

    def __call__(self, x: Any) -> Any:
        return x


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (Scale(3.0), "the class Scale keeps its k outside of its fields, where it would be lost"),
        (gn.Sequential(gn.Add(Scale(3.0), gn.Identity())), "the class Scale keeps its k outside"),
        (Derived(3.0), "the class Derived keeps its k outside"),
        (Wide(3), "layer Wide cannot be built"),
        (_Private(), "there is no layer '_Private'"),
        (Holds({1: 2}), "a dict is nothing that a specification can hold"),
        (Holds(print), "is nothing that a specification can hold"),
        (Holds(float("nan")), "which JSON cannot hold"),
        (Holds("\ud800"), "not Unicode text"),
        (Holds(np.datetime64("2026-01-01")), "a date is nothing that a specification can hold"),
        (
            Doubling(3),
            "the layer Doubling(k=6) would come back from a file as Doubling(k=12)",
        ),
        (gn.Sequential(gn.Add(Doubling(3), gn.Identity())), "the class Sequential makes something else"),
        (Holds(2**70), "more than 64 bits"),
    ],
)
def test_a_layer_that_cannot_come_back_is_not_saved(path: Path, layer: gn.Layer, words: str) -> None:
    net = gn.Network(2, layer, gn.Dense(1))
    with pytest.raises(ModelFileError) as refused:
        net.save(path)
    assert words in str(refused.value)
    assert f"{path} cannot be saved: " in str(refused.value)
    assert not path.exists()
    assert np.array_equal(net.copy()([1.0, 2.0]), net([1.0, 2.0])), "a copy needs no file"


def test_what_would_come_back_as_another_is_not_pickled_either() -> None:
    with pytest.raises(gn.GlassnetError, match="would come back from a file as Doubling"):
        pickle.dumps(gn.Network(2, Doubling(3)))


def deep_list(depth: int) -> Any:
    value: Any = (1, 2)
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "thing",
    [
        ([1, 2], 3),
        [1, 2],
        [],
        (),
        ([], ((), [()])),
        [gn.Dense(2), gn.Sequential(gn.Identity())],
        ([gn.Penalty(0.1), "list"], 0.1),
        [Values([1, 2]), (Values([0.5]), [True, None])],
        deep_list(NESTING_LIMIT - 5),
    ],
    ids=lambda thing: f"{thing!r:.40}",
)
def test_what_a_layer_holds_comes_back_equal_lists_as_lists(path: Path, thing: Any) -> None:
    net = gn.Network(2, Holds(thing), gn.Dense(1))
    net.save(path)
    for again in (gn.load(path), pickle.loads(pickle.dumps(net))):
        assert again.root == net.root
        assert repr(again.root) == repr(net.root)  # 1 == 1.0 == True


def test_lists_of_files_from_before_are_read_as_tuples(path: Path) -> None:
    written(path, gn.Network(2, Holds([1, [2]])), lambda s: s["layers"][0].update(thing=[1, [2]]))
    assert gn.load(path).layers["holds_1"] == Holds((1, (2,)))


@pytest.mark.parametrize("labels", [3, "ab", {"a": 1, "b": 2}])
def test_labels_of_another_kind_are_not_taken_apart(path: Path, labels: Any) -> None:
    net = gn.Network(2, gn.Dense(2, "softmax"))
    net.labels = labels
    with pytest.raises(ModelFileError, match="the labels of a network are a list of texts, got"):
        net.save(path)
    net.labels = np.array(["a", "b"])  # type: ignore[assignment]
    net.save(path)
    assert gn.load(path).labels == ("a", "b")


@pytest.mark.parametrize("state", [["a", "b"], None, [1.0], np.zeros(2, object)])
def test_a_state_that_is_no_array_of_its_shape_is_not_saved(path: Path, state: Any) -> None:
    net = gn.Network(2, gn.BatchNorm())
    net.state["batchnorm_1.running_mean"] = state
    with pytest.raises(ModelFileError, match=r"cannot be saved: batchnorm_1.running_mean must"):
        net.save(path)


def test_the_histories_names_are_shown_not_obeyed() -> None:
    assert repr(gn.History({"\x1b[2J": [1.0]})) == r"History(1 epoch; last: \x1b[2J 1)"


def test_what_to_write_instead_is_saved(path: Path) -> None:
    gn.Network(2, TwiceAsMuch(), Remembering(3.0)).save(path)
    assert gn.load(path)([1.0, 2.0]).tolist() == [12.0, 24.0]


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_not_saved(path: Path, wrong: float) -> None:
    net = gn.Network(2, gn.BatchNorm(), gn.Dense(1))
    net.parameters["dense_1.weights"][0, 0] = wrong
    with pytest.raises(ModelFileError, match=r"'dense_1.weights' has (nan|inf) at \[0, 0\]"):
        net.save(path)
    net.parameters["dense_1.weights"] = [[1], [1]]
    net.state["batchnorm_1.running_mean"] = np.zeros(3, "float32")
    with pytest.raises(ModelFileError, match=r"batchnorm_1.running_mean must have the shape \(2,\)"):
        net.save(path)
    assert not path.exists()


def test_a_class_that_another_hides_is_not_saved_as_the_other(path: Path) -> None:
    """A name means the class that was defined last; a notebook's cell that is run again defines the same one anew."""

    def define(module: str) -> type[gn.Layer]:
        @dataclass(frozen=True)
        class Hidden(gn.Layer):
            __module__ = module

            def __call__(self, x: Any) -> Any:
                return x

        return Hidden

    mine = define("mine")
    net = gn.Network(2, mine())
    net.save(path)
    again = define("mine")
    net.save(path)
    assert type(gn.load(path).layers["hidden_1"]) is again
    define("another")
    with pytest.raises(ModelFileError, match="the name Hidden means the class of another now, not that of mine"):
        net.save(path)


# ── the history ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_history_comes_back(path: Path) -> None:
    net = gn.Network(2, gn.Dense(1))
    history = net.fit([[0.0, 1.0], [1.0, 0.0]], [[1.0], [2.0]], epochs=3)
    net.save(path)
    assert dict(gn.load(path).history) == {name: history[name] for name in history if name != "seconds"}


def test_an_append_that_is_interrupted_leaves_a_history_that_can_be_saved(path: Path) -> None:
    class Interrupting(float):
        def __float__(self) -> float:
            raise KeyboardInterrupt

    net = gn.Network(2, gn.Dense(1))
    net.history = gn.History({"loss": [3.0], "mae": [1.0]})
    with pytest.raises(KeyboardInterrupt):
        net.history.append({"loss": 2.0, "mae": Interrupting(1.0)})
    assert dict(net.history) == {"loss": [3.0], "mae": [1.0]}
    assert net.history.epochs == 1
    net.save(path)
    net.history.append({"loss": 1.5, "extra": 7.0})
    np.testing.assert_equal(dict(net.history), {"loss": [3.0, 1.5], "mae": [1.0, np.nan], "extra": [np.nan, 7.0]})
    net.history.append({"of a callback": 9.0})
    net.history.append({"loss": 1.0})
    assert net.history.epochs == 3
    assert {len(column) for column in net.history.values()} == {3}
    np.testing.assert_equal(net.history["of a callback"], [np.nan, 9.0, np.nan])
    net.save(path)
    np.testing.assert_equal(dict(gn.load(path).history), dict(net.history))


# ── the models that come with Glassnet ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "sha256"),
    [
        ("digits", "e10012264648e8dd204aab5ce0d4520f328b4f2da45cdd3182f509d13e4d5999"),
        ("convolution", "bcab040f89a2440dba585ad9022e752265d4caafcf3c61cb9b1984d5100a82ef"),
    ],
)
def test_the_models_that_ship_are_sealed_and_have_the_numbers_they_were_published_with(name: str, sha256: str) -> None:
    path = Path(str(resources.files("glassnet") / "model" / "shipped" / f"{name}.safetensors"))
    arrays, metadata = storage.read(path)
    storage.require_seal(arrays, metadata, path)
    assert digest(arrays, {}) == sha256
    assert gn.load(name).arrays().keys() <= arrays.keys()
