"""The model: a function made of layers, with its numbers; calling it, saving it and loading it."""
