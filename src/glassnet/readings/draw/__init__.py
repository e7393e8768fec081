"""Reading a graph by drawing it: each operation a box, or the rows of neurons that its numbers pass through."""
