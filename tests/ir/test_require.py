"""What users give as True or False: a text such as "no", which Python counts as true, is never taken for it."""

from collections.abc import Callable
from typing import Any

import pytest

import glassnet as gn

X, Y = [[1.0, 2.0], [2.0, 1.0]], [0, 1]


def fit(**settings: Any) -> None:
    gn.Network(2, gn.Dense(2, "softmax")).fit(X, Y, epochs=1, **settings)


@pytest.mark.parametrize("given", ["no", "False", 0, None])
@pytest.mark.parametrize(
    ("flag", "make"),
    [
        ("shuffle", lambda value: fit(shuffle=value)),
        ("reset", lambda value: fit(reset=value)),
        ("nesterov", lambda value: gn.SGD(0.1, 0.9, nesterov=value)),
        ("restarts", lambda value: gn.schedules.CosineDecay(0.1, 10, restarts=value)),
        ("restore_best", lambda value: gn.EarlyStopping(restore_best=value)),
        ("intercept", lambda value: gn.LinearRegression(intercept=value)),
    ],
)
def test_only_true_and_false_are_flags(flag: str, make: Callable[[Any], object], given: Any) -> None:
    with pytest.raises(gn.GlassnetError, match=f"{flag} must be True or False, got {given!r}"):
        make(given)
    make(True)
    make(False)


@pytest.mark.parametrize("callback", [gn.KeepBest, gn.EarlyStopping, gn.ReduceOnPlateau])
def test_the_direction_of_a_measurement_is_a_flag_or_none(callback: Callable[..., object]) -> None:
    with pytest.raises(gn.GlassnetError, match="larger_is_better must be True or False, got 'no'"):
        callback("loss", larger_is_better="no")
    callback("loss", larger_is_better=None)
    callback("loss", larger_is_better=True)


@pytest.mark.parametrize(("setting", "given"), [("minimum_change", "0"), ("minimum_change", -1.0), ("smallest", 2.0)])
def test_settings_of_a_plateau_are_numbers(setting: str, given: Any) -> None:
    with pytest.raises(gn.GlassnetError, match=f"{setting} must be a number"):
        gn.ReduceOnPlateau("loss", **{setting: given})
