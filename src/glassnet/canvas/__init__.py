"""What readings and inspections are drawn on: scenes of shapes and texts, SVG, PDF and PNG; plots by matplotlib."""

from glassnet.canvas.picture import Picture
from glassnet.canvas.scene import Scene

__all__ = ["Picture", "Scene"]
