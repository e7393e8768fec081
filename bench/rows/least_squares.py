"""Linear regression of many observations, and how many digits are right."""

from bench.suite.squares import Squares

ROW = Squares(
    "least_squares",
    "linear regression, 1,000,000 × 20, exact fit",
    "≤ 0.5 × scikit-learn's and NumPy's lstsq, with at least their correct digits",
    "s",
    0.5,
)
