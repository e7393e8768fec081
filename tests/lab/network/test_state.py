"""The address of the page *Network* is all of its state: whatever is done, it opens the same again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.ir.errors import GlassnetError
from glassnet.lab.network.messages import Activate, Add, Choose, Edit, Hide, Merge, Open, Remove, Resize, View
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab
from glassnet.lab.pages.network import NetworkPage
from glassnet.lab.shown import Ask

CHANGES: list[list[Any]] = [
    [("activate", Activate(1, "relu"))],
    [("activate", Activate(2, "hard_sigmoid")), ("edit", Edit("h.weights[3, 1]", "1/7"))],
    [("resize", Resize(1, 5)), ("edit", Edit("u", "1/3"))],
    [("add", Add(0)), ("remove", Remove(2)), ("activate", Activate(1, "leaky_relu"))],
    [("edit", Edit("target", "0,25")), ("choose", Choose("huber"))],
    [("hide", Hide(("w1", "z"))), ("edit", Edit("v", "-2"))],
    [("merge", Merge(2)), ("edit", Edit("z.biases[0]", "3"))],
    [("activate", Activate(3, "sigmoid")), ("edit", Edit("target", "1"))],
]


@pytest.mark.parametrize("changes", CHANGES)
def test_each_address_opens_the_same_again(alone: NetworkPage, changes: list[tuple[str, Any]]) -> None:
    for name, given in changes:
        view: View = getattr(alone, name)(given)
    other = NetworkPage(alone.lab, Outbox(lambda: None))
    assert other.open(Open(view.fragment)) == view
    assert other.why(Ask("w.biases[0]" if "w.biases[0]" in str(view.parameters) else "u")).lines


def test_a_network_of_ones_own_stands_whole_in_the_address(alone: NetworkPage) -> None:
    """Its numbers do not depend on any example, in either precision."""
    net = gn.Network(2, gn.Dense(3, "tanh", name="a"), gn.Dense(2, "softmax", name="y"), seed=7)
    own = NetworkPage(Lab({"own": net}), Outbox(lambda: None)).resize(Resize(1, 4))
    assert own.example == ""
    assert own.fragment.startswith("layers=2;a:4:tanh;y:2:softmax&dtype=float32&")
    shown = alone.open(Open(own.fragment))
    assert [one.text for one in shown.outputs] == [one.text for one in own.outputs]
    back = alone._state.network
    np.testing.assert_array_equal(back.parameters["a.weights"][:, :3], net.parameters["a.weights"])


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("layers=2", "at least one layer"),
        ("layers=2;a:2", "name:neurons:activation"),
        ("layers=2;a:x:relu", "whole"),
        ("layers=2;a:9999:relu", "whole"),
        ("layers=999;a:999:relu&a.weights=1", "500 fit here"),
        ("layers=2;a:1:rellu", "did you mean 'relu'"),
        ("layers=2;a:1:relu&a.weights=1&a.biases=0", "2 numbers, and the address has 1"),
        ("layers=2;a:1:relu&a.weights=1,1e99&a.biases=0", "too large"),
        ("layers=2;a:1:relu&dtype=int8", "float32 or float64"),
        ("layers=0;a:1:relu&a.weights=&a.biases=0", "empty"),
        ("w.activation=none", "no activation 'none'"),
        ("q.activation=relu", "no layer 'q'"),
        ("target=one", "not a number"),
        ("target=1,2", "1 targets"),
        ("loss=qubic", "no loss 'qubic'"),
        ("merged=many", "a number of layers"),
    ],
)
def test_what_is_wrong_in_an_address_is_said(alone: NetworkPage, fragment: str, said: str) -> None:
    before = alone.edit(Edit("u", "0.5"))
    with pytest.raises(GlassnetError, match=said):
        alone.open(Open(fragment))
    assert alone.edit(Edit("u", "0.5")) == before


def test_hidden_names_and_products_that_are_not_there_are_left_out(alone: NetworkPage) -> None:
    view = alone.open(Open("example=2-4-3-1&hide=w1,w9&merged=99"))
    assert view.fragment == "example=2-4-3-1&merged=3"


def test_a_target_is_a_class_where_there_are_several(alone: NetworkPage) -> None:
    view = alone.open(Open("example=digits"))
    assert [one.name for one in view.targets] == ["target"]
    assert alone.edit(Edit("target", "3")).loss is not None
    for wrong in ("10", "-1", "2.5"):
        with pytest.raises(GlassnetError, match="a whole number from 0 to 9"):
            alone.edit(Edit("target", wrong))
    assert alone.edit(Edit("target", "")).loss is None


def test_a_loss_that_does_not_fit_is_refused(alone: NetworkPage) -> None:
    before = alone.edit(Edit("target", "0.5"))
    with pytest.raises(GlassnetError):
        alone.choose(Choose("categorical_cross_entropy"))
    assert alone.edit(Edit("target", "0.5")) == before
