"""Reading a graph by drawing it: pictures of neurons and weights, and of the graph itself, as SVG, PDF and PNG."""

from glassnet.readings.draw.picture import Picture
from glassnet.readings.draw.scene import Scene

__all__ = ["Picture", "Scene"]
