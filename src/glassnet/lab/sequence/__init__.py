"""What the page *Sequence* is made of: examples that learn, its messages, its address, what it shows, its script."""
