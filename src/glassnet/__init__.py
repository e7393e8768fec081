"""Glassnet: neural networks you can see through."""
