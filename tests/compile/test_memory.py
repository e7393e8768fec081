"""What convolutions of large pictures work in: no copy of all windows, which would be 49 times the pictures."""

from __future__ import annotations

import pytest

import glassnet as gn
from glassnet.compile.engine import work_area
from glassnet.compile.function import Function
from glassnet.compile.plan import planned
from glassnet.train.step import StepSettings, Target, training_step

MIB = 2**20
BATCH = 32
PICTURES, SMALL = (256, 256, 3), (128, 128, 3)  # 24 MiB of them in a batch, and 6
LAYERS = {
    "plain": (PICTURES, gn.Conv2D(8, 7, padding="same"), 10, 210, 215),
    "groups": (PICTURES, gn.Conv2D(6, 7, padding="same", groups=3), 20, 225, 300),
    "depthwise": (PICTURES, gn.Conv2D(3, 7, padding="same", groups=3), 20, 105, 200),
    "dilated": (PICTURES, gn.Conv2D(8, 7, padding="same", dilation=2), 10, 210, 215),
    "strided": (PICTURES, gn.Conv2D(8, 7, padding="same", stride=2), 15, 110, 130),
    "transposed": (SMALL, gn.Conv2DTranspose(8, 7, padding="same", stride=2), 10, 215, 215),
    "transposed groups": (SMALL, gn.Conv2DTranspose(6, 7, padding="same", stride=2, groups=3), 30, 215, 235),
}
"""The shape of pictures, the layer, the most MiB of a call, of a step, and of one that goes back through the layer."""


def step_of(network: gn.Network) -> int:
    """The work area of a step."""
    settings = StepSettings(network.loss_of(None), gn.Adam())
    target = Target(network.output.shape, "float32", weighted=False)
    step = training_step(network.root, network.input_shape, "float32", settings, target)
    return work_area(planned(step.measures, step.new, BATCH, {"x": "float32", "y": "float32"}, "loss"))


@pytest.mark.parametrize("name", LAYERS)
def test_no_windows_of_large_pictures_are_copied(name: str) -> None:
    shape, layer, most_of_call, most_of_step, most_behind = LAYERS[name]
    behind = gn.Activation("relu"), gn.GlobalAveragePool(), gn.Dense(1)
    first, second = gn.Network(shape, layer, *behind), gn.Network(shape, gn.Conv2D(3, 1), layer, *behind)
    outputs = first.graph.outputs
    samples = min(BATCH, Function(outputs, {}, {})._chunk)
    call = work_area(planned(outputs, {}, samples, {"x": "float32"}))
    assert call < most_of_call * MIB
    assert step_of(first) < most_of_step * MIB
    assert step_of(second) < most_behind * MIB
