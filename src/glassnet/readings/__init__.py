"""The readings of a graph: run it, differentiate it, simplify it. Each is one file over the same few records."""

from glassnet.readings.differentiate import gradients
from glassnet.readings.evaluate import Program, evaluate, first_not_finite, value
from glassnet.readings.simplify import simplify

__all__ = ["Program", "evaluate", "first_not_finite", "gradients", "simplify", "value"]
