"""What the page *Digits* is made of: the pad, its messages, the state of its address, digits to compare with."""
