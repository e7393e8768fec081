"""What the page *Line* is made of: its messages, and the state of its address."""
