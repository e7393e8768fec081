"""Reading a graph by explaining it: any number as the arithmetic that made it."""

from glassnet.readings.explain.explainer import Explainer, Names
from glassnet.readings.explain.explanation import Explanation
from glassnet.readings.explain.outline import Line, Outline

__all__ = ["Explainer", "Explanation", "Line", "Names", "Outline"]
