"""What every test shares: Hypothesis draws the same examples each time, and prints how to repeat one that fails."""

from hypothesis import settings

settings.register_profile("default", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("default")
