"""Pictures of networks and of what they learn: the companions of ``net.draw()``. Each returns a :class:`Picture`.

>>> import glassnet as gn
>>> gn.drawing.confusion([[9, 1], [2, 8]], labels=["cat", "dog"]).svg.startswith("<svg")
True
"""

from glassnet.drawing.network import draw
from glassnet.drawing.surfaces import surfaces
from glassnet.drawing.weights import weights
from glassnet.readings.draw import Picture
from glassnet.readings.draw.graph import draw_graph as graph
from glassnet.readings.draw.tables import confusion, numbers

__all__ = ["Picture", "confusion", "draw", "graph", "numbers", "surfaces", "weights"]
