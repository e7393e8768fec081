"""Pictures of a network: its neurons and weights, what they make of the plane, what they look for in images."""
