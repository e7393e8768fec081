"""Linear regression, exact and by gradient descent: the lecture's analogy, and the yardstick a network has to beat."""

from glassnet.regression.anova import Anova
from glassnet.regression.fit import Fit
from glassnet.regression.linear import LinearRegression
from glassnet.regression.quartet import plot_quartet, quartet_rows, quartet_table
from glassnet.regression.terms import Categorical, Polynomial
from glassnet.regression.trial import TrialLine
from glassnet.regression.uniqueness import Combination, NotUniqueError

__all__ = [
    "Anova",
    "Categorical",
    "Combination",
    "Fit",
    "LinearRegression",
    "NotUniqueError",
    "Polynomial",
    "TrialLine",
    "plot_quartet",
    "quartet_rows",
    "quartet_table",
]
