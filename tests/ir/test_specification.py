"""Specifications to JSON and back: every class there is comes back, and whatever does not fit is refused in words."""

import json
from dataclasses import MISSING, dataclass, fields

import numpy as np
import pytest

import glassnet as gn
from glassnet.ir.errors import ModelFileError
from glassnet.ir.specification import Specification, from_json, to_json
from glassnet.layers.losses import Loss
from glassnet.model.file import FAMILIES
from glassnet.train.optimizers import Optimizer
from glassnet.train.schedules import Schedule

EVERY = {**FAMILIES, **{family.family: family for family in (Loss, Optimizer, Schedule)}}
MEMBERS = [cls for family in EVERY.values() for cls in family.known.values() if cls.__module__.startswith("glassnet.")]
OF_DEFAULTS = [cls for cls in MEMBERS if all(f.default is not MISSING for f in fields(cls))]


def back(value, tensors=None):
    """To JSON, through text, and back again."""
    tensors = {} if tensors is None else tensors
    return from_json(json.loads(json.dumps(to_json(value, tensors))), tensors, EVERY)


@pytest.mark.parametrize(
    "value",
    [
        gn.Dense(3),
        gn.Dense(2, "leaky relu", weights=[[1, 2]], biases=None, connected=[[0, 1]], name="first"),
        gn.Dense(2, gn.Elu(0.5), weights_penalty=gn.Penalty(l1=0.1), biases_penalty=gn.Penalty(l2=1)),
        gn.Sequential(gn.Add(gn.Identity(), gn.Dense(4, "tanh")), gn.Dropout(0.5)),
        gn.Reshape((2, 3)),
        gn.Rescale([1, 2], offset=-1),
        gn.Adam(gn.CosineDecay(0.1, 10)),
        gn.Huber(0.5),
    ],
)
def test_round_trip(value):
    assert back(value) == value


@pytest.mark.parametrize("cls", OF_DEFAULTS)
def test_every_class_with_its_defaults_comes_back(cls):
    assert back(cls()) == cls()


def test_arrays_are_kept_as_arrays():
    tensors: dict = {}
    layer = gn.Dense(1, weights=np.array([[0.1], [0.2]]))
    assert back(layer, tensors) == layer
    assert list(tensors) == [".specification.0"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"layer": "Dence", "units": 1}, "there is no layer 'Dence'; did you mean 'Dense'?"),
        ({"layer": 3}, "there is no layer '3'"),
        ({"layer": "Dense"}, "layer Dense has no field 'units'"),
        ({"layer": "Dense", "unit": 1}, "layer Dense has the unknown field 'unit'"),
        ({"layer": "Dense", "units": "3"}, "layer Dense has a field units of the wrong kind: expected int, got '3'"),
        ({"layer": "Dense", "units": True}, "layer Dense has a field units of the wrong kind: expected int, got True"),
        ({"layer": "Dense", "units": 0}, "layer Dense cannot be built: the number of units"),
        (
            {"layer": "Dense", "units": 1, "weights_penalty": 5},
            "weights_penalty of the wrong kind: expected Penalty | None",
        ),
        ({"layer": "Dense", "units": 1, "activation": {"layer": "Identity"}}, "activation of the wrong kind"),
        ({"activation": "LeakyRelu", "slope": [1]}, "slope of the wrong kind: expected float, got (1,)"),
        ({"activation": "Custom", "function": None}, "function of the wrong kind: expected str"),
        ({"initializer": "Exactly", "values": 1}, "values of the wrong kind: expected Values"),
        ({"layer": "Sequential", "layers": 1}, "layers of the wrong kind"),
        ({"optimizer": "Adam", "learning_rate": "fast"}, "learning_rate of the wrong kind: expected float | Schedule"),
        ({"tensor": "a"}, "a tensor 'a' that the file does not have"),
        ({"tensor": []}, "a tensor [] that the file does not have"),
        ({"os": "system"}, "an object with the unknown keys 'os'"),
    ],
)
def test_what_does_not_fit_is_refused(content, words):
    with pytest.raises(ModelFileError) as caught:
        from_json(content, {}, EVERY)
    assert words in str(caught.value)


def test_nesting_has_a_bound():
    content: dict = {"layer": "Identity"}
    for _ in range(50):
        content = {"layer": "Sequential", "layers": [content]}
    with pytest.raises(ModelFileError, match="nested more than 90 levels deep"):
        from_json(content, {}, EVERY)


def test_only_the_families_asked_for_are_made():
    with pytest.raises(ModelFileError, match="unknown keys 'optimizer'"):
        from_json({"optimizer": "Adam"}, {}, FAMILIES)


def test_annotations_that_are_not_known_let_everything_pass():
    @dataclass(frozen=True)
    class Scaled(gn.Layer):
        first: list[int] | dict[str, int] = ()
        second: float = 1.0

        def __call__(self, x):
            return x

    try:
        assert back(Scaled((1, 2), 3)) == Scaled((1, 2), 3)
        with pytest.raises(ModelFileError, match="second of the wrong kind"):
            from_json({"layer": "Scaled", "second": "x"}, {}, EVERY)
    finally:
        del gn.Layer.known["scaled"]


@pytest.mark.parametrize("family", [gn.ActivationFunction, gn.Loss, gn.Initializer, gn.Optimizer])
def test_every_member_that_a_name_offers_can_be_had_by_name(family: type[Specification]) -> None:
    with pytest.raises(gn.GlassnetError) as refused:
        family.named("nothing like it")
    offered = str(refused.value).split("There are: ")[1].split(", ")
    assert [type(family.named(name)).__name__ for name in offered] == offered
    left_out = {"Custom", "CustomLoss", "Exactly"}
    assert not left_out & set(offered)
    for name in left_out & {member.__name__ for member in family.known.values()}:
        with pytest.raises(gn.GlassnetError, match=f"there is no {family.family} '{name}'"):
            family.named(name)
