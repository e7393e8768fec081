"""Experiments from the lessons, ready to be run with a function or data of one's own."""
