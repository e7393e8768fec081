"""Samples held out: by the seed, and never a class as a whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.ir.errors import GlassnetError
from glassnet.train.preparation import hold_out


@given(st.lists(st.integers(0, 4), min_size=2, max_size=30), st.randoms(use_true_random=False), st.data())
def test_each_class_keeps_a_sample(classes, random, data):
    classes = np.array(classes)
    order = np.array(random.sample(range(len(classes)), len(classes)))
    count = data.draw(st.integers(1, len(classes) - 1))
    if len(set(classes.tolist())) == len(classes):
        with pytest.raises(GlassnetError, match="the only one of its class"):
            hold_out(order, count, classes)
        return
    kept, held = hold_out(order, count, classes)
    assert sorted([*kept, *held]) == list(range(len(classes)))
    assert set(classes[kept]) == set(classes)
    assert 1 <= len(held) <= count
    if set(classes[order[count:]]) == set(classes):  # nothing to mend: the split is the plain one
        assert kept.tolist() == order[count:].tolist()
        assert held.tolist() == order[:count].tolist()


def test_values_are_no_classes():
    kept, held = hold_out(np.arange(4)[::-1], 2, None)
    assert (kept.tolist(), held.tolist()) == ([1, 0], [3, 2])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("last", ["softmax", "sigmoid"])
def test_fit_keeps_the_only_sample_of_a_class(seed, last):
    net = gn.Network(1, gn.Dense(2 if last == "softmax" else 1, last), seed=seed)
    y = np.array([0] * 9 + [1])
    history = net.fit(np.arange(10.0)[:, None], y, epochs=1, validation=0.5)
    assert history["validation_accuracy"]


def test_one_hot_targets_keep_their_classes():
    net = gn.Network(1, gn.Dense(3, "softmax"))
    y = np.eye(3)[[0, 0, 0, 1, 2]]
    net.fit(np.arange(5.0)[:, None], y, epochs=1, validation=0.6)
    with pytest.raises(GlassnetError, match="each of 3 samples is the only one of its class; none can be held out"):
        net.fit(np.arange(3.0)[:, None], np.eye(3), epochs=1, validation=0.3)
