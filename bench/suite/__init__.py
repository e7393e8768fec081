"""The benchmark suite: contestants take turns in one run, and a page is made of what was measured."""
