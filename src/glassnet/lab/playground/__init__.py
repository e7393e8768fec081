"""What the page *Playground* is made of: its settings, its samples, a run of training, and what is painted of it."""
