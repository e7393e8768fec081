"""Whole processes: from `python` to the accuracy on MNIST's test images, once for each library."""
