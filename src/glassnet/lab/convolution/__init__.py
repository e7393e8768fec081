"""What the page *Convolution* is made of: pictures and kernels to begin with, its messages, its address, its script."""
