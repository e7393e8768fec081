"""Each library's way of doing a task, as its users would write it, in a file of its own."""
