"""Pictures of networks and of what they learn: ``net.draw()`` and its companions."""

from glassnet.drawing.network import draw
from glassnet.readings.draw import Picture

__all__ = ["Picture", "draw"]
