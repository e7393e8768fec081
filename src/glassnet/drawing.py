"""Pictures of networks and of what they learn: the companions of ``net.draw()``. Each returns a :class:`Picture`.

>>> import glassnet as gn
>>> gn.drawing.confusion([[9, 1], [2, 8]], labels=["cat", "dog"]).svg.startswith("<svg")
True
"""

from glassnet.canvas import Picture
from glassnet.canvas.tables import confusion, numbers
from glassnet.inspection.drawing.attention import attention, attention_weights
from glassnet.inspection.drawing.maps import feature_maps, relevant, seen
from glassnet.inspection.drawing.network import draw
from glassnet.inspection.drawing.surfaces import surfaces
from glassnet.inspection.drawing.weights import weights
from glassnet.readings.draw.graph import draw_graph as graph

__all__ = [
    "Picture", "attention", "attention_weights", "confusion", "draw", "feature_maps", "graph", "numbers", "relevant",
    "seen", "surfaces", "weights",
]  # fmt: skip
