"""Layers multiplied together on the page *Network*."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.lab.network import products
from glassnet.lab.network.messages import Merge, Open
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab
from glassnet.lab.pages.network import NetworkPage
from glassnet.lab.shown import Ask


@pytest.mark.parametrize(("example", "inputs"), [("2-4-3-1", 2), ("1-3-3-1", 1)])
@pytest.mark.parametrize("layers", [2, 3])
def test_what_is_drawn_as_one_gives_the_same(alone: NetworkPage, example: str, inputs: int, layers: int) -> None:
    alone.open(Open(f"example={example}&merged={layers}"))
    state = alone._state
    x = np.random.default_rng(1).uniform(-3, 3, (1000, inputs))
    np.testing.assert_allclose(products.merged(state)(x), state.network(x), rtol=0, atol=1e-12)
    collapsed = products.numbers(state)
    whole = x @ collapsed.A.astype(float) + collapsed.c.astype(float)
    np.testing.assert_allclose(whole, state.network(x), rtol=0, atol=1e-12)


def test_the_lectures_network_is_a_line(alone: NetworkPage) -> None:
    alone.open(Open("example=1-3-3-1"))
    view = alone.merge(Merge())
    assert view.collapsed is not None
    assert view.collapsed.formula == "y = 0.026x − 0.25"
    assert {one.name: one.text for one in view.derived} == {"A3[0, 0]": "0.026", "c3[0]": "bias −0.25"}
    assert alone.why(Ask("y")).lines[0].text == "y = (0.3)(0.026) - 0.25 = -0.2422"
    assert alone.why(Ask("c3[0]")).lines[0].text.endswith("= -0.25")
    assert not alone.merge(Merge(0)).collapsed


def test_relu_is_said_and_the_network_stays_as_it_is(alone: NetworkPage) -> None:
    view = alone.open(Open("example=1-3-3-1&A, B, C.activation=relu&merged=3"))
    assert view.collapsed is not None
    assert "'relu' in A, B, C is not" in view.collapsed.error
    assert len(view.neurons) == 7
    assert not view.fixed


@pytest.mark.parametrize(
    ("layers", "count"),
    [
        ((gn.Dense(4), gn.Dropout(0.5), gn.Dense(1)), 2),
        ((gn.Dense(4), gn.BatchNorm(), gn.Dense(2)), 3),
        ((gn.Dense(2),), 1),
        ((gn.Dense(30), gn.Dense(30)), 2),
        ((gn.Add(gn.Identity(), gn.Dense(3)), gn.Dense(1)), 2),
    ],
    ids=["dropout", "normalisation", "one layer", "wide", "short cut"],
)
def test_any_linear_network_has_its_products(layers: tuple[gn.Layer, ...], count: int) -> None:
    """Those that are not drawn as one are drawn as they are."""
    net = gn.Network(3, *layers, seed=3)
    view = NetworkPage(Lab({"net": net}, "net"), Outbox(lambda: None)).merge(Merge())
    assert view.collapsed is not None
    assert (view.collapsed.of, view.collapsed.error) == (count, "")
    [step] = net.collapse().steps[view.collapsed.merged - 1 : view.collapsed.merged]
    assert len(view.collapsed.lines) == min(step.A.size + step.c.size, products.MOST_LINES)
