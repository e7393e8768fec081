"""*Why?* on the page *Playground*: each number's arithmetic, from the samples or the point that it is of."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from glassnet.inspection.explanations import NetworkExplanation
from glassnet.ir.require import require
from glassnet.lab.playground.run import Run, penalty_of
from glassnet.lab.playground.samples import features_of
from glassnet.lab.shown import ShownLine, Why, why

OF_SAMPLES = re.compile(
    r"(?P<of>test |other )?(?P<what>loss|loss without penalty|penalty|accuracy|mae|confusion\[.*\])"
)
PLACE = re.compile(r"(?P<neuron>.+) at (?P<x>[-\d.e]+), (?P<y>[-\d.e]+)")


class Questions:
    """About a run at the step where it is, the run beside it, and a point of the plane."""

    def __init__(self, run: Run, rival: Run | None, at: tuple[float, float]) -> None:
        self._run, self._rival, self._at = run, rival, at

    def why(self, name: str, levels: int) -> Why:
        """The lines of the number of that name; GlassnetError where there is none."""
        if name == "multiply-adds":
            kinds = [f"({count})({each})" for count, each in self._run.multiply_adds()]
            total = sum(count * each for count, each in self._run.multiply_adds())
            return _line(name, f"{' + '.join(kinds)} = {total}" if kinds else "0")
        if name == "milliseconds":
            return _line(name, f"{self._run.milliseconds:.0f}")
        if found := OF_SAMPLES.fullmatch(name):
            of, what = (found["of"] or "").strip(), found["what"]
            run = self._rival if of == "other" else self._run
            if of and what == "loss" and run and penalty_of(run.tuning):
                what = "loss without penalty"
            return why(replace(self._of_samples(of)[what], name=name), levels)
        if found := PLACE.fullmatch(name):
            at = float(found["x"]), float(found["y"])
            return why(replace(self._at_point(at)[found["neuron"]], name=name), levels)
        return why(self._at_point(self._at)[name], levels)

    def _of_samples(self, of: str) -> NetworkExplanation:
        run = self._rival if of == "other" else self._run
        require(run is not None, "no other run is beside this one")
        assert run is not None
        samples = run.test if of == "test" else run.train
        require(len(samples[0]) > 0, "no samples are held out for testing")
        return run.network.explain(*samples)

    def _at_point(self, at: tuple[float, float]) -> NetworkExplanation:
        point = np.array([at], np.float32)
        return self._run.network.explain(features_of(point, self._run.setup.features)[0])


def _line(name: str, rest: str) -> Why:
    return Why(name, (ShownLine(0, f"{name} = {rest}", name),))
