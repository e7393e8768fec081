"""The page *Learn*: its messages, its examples, its state, and the sub-steps of a step."""
