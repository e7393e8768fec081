"""The readings of a graph: run, differentiate, simplify, explain and draw it, as algebra, its operations counted."""

from glassnet.readings.differentiate import gradients
from glassnet.readings.evaluate import Program, evaluate, first_not_finite, value
from glassnet.readings.simplify import simplify

__all__ = ["Program", "evaluate", "first_not_finite", "gradients", "simplify", "value"]
