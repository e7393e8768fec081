"""Pictures of networks and of what they learn: ``net.draw()`` and its companions."""

from glassnet.drawing.network import draw
from glassnet.readings.draw import Picture
from glassnet.readings.draw.graph import draw_graph

__all__ = ["Picture", "draw", "draw_graph"]
