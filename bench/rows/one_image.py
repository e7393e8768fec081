"""One image through a network, called from Python."""

from dataclasses import dataclass

from bench.suite.contestants import OURS
from bench.suite.data import digits
from bench.suite.results import Result
from bench.suite.rows import Answering
from bench.suite.task import Task, Work

MOST = 6.0
"""Microseconds."""


def image() -> Task:
    whole = digits(Work((784, 128, 64, 10), 64, scale=1 / 255))
    return Task(whole.work, whole.x[:1], whole.y[:1])


@dataclass(frozen=True)
class OneImage(Answering):
    def met(self, found: Result) -> bool | None:
        ours = [one["lower_quartile"] for one in found.get("contestants", ()) if one["name"] == OURS]
        return None if super().met(found) is None else bool(super().met(found) and ours[0] <= MOST)


ROW = OneImage(
    "one_image",
    "one image through 784-128-64-10, net(x) from Python",
    "≤ 0.25 × the best rival, and ≤ 6 µs",
    "µs",
    0.25,
    task=image,
)
