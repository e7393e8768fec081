"""Training: optimisers, schedules, the loop, callbacks, metrics and checkpoints."""
