"""GlassnetClassifier and GlassnetRegressor are estimators by scikit-learn's own tests, and work where these go."""

import numpy as np
import pytest

import glassnet as gn

pytest.importorskip("sklearn")

from sklearn.datasets import load_diabetes, load_iris
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator, estimator_checks_generator

from glassnet.interop.sklearn import GlassnetClassifier, GlassnetRegressor

ELSEWHERE = {"check_array_api_input"}
"""For arrays of other libraries, which is only run where SCIPY_ARRAY_API is set before SciPy is imported."""
CHECKS = [
    pytest.param(estimator, check, id=f"{type(estimator).__name__}-{name}")
    for made in (GlassnetClassifier(epochs=40), GlassnetRegressor(epochs=40))
    for estimator, check in estimator_checks_generator(made)
    if (name := getattr(check, "func", check).__name__) not in ELSEWHERE
]


@pytest.mark.filterwarnings("ignore")  # several checks warn on purpose
@pytest.mark.parametrize(("estimator", "check"), CHECKS)
def test_each_check_of_scikit_learn(estimator: object, check: object) -> None:
    check(estimator)  # type: ignore[operator]


def test_a_planted_mistake_is_found() -> None:
    class Forgetful(GlassnetRegressor):
        def predict(self, X: object) -> np.ndarray:
            return np.zeros(len(X))  # type: ignore[arg-type]

    with pytest.raises((AssertionError, ValueError, TypeError)):
        check_estimator(Forgetful(epochs=2), on_skip=None)


def test_in_a_pipeline_with_cross_validation() -> None:
    x, y = load_iris(return_X_y=True)
    model = make_pipeline(StandardScaler(), GlassnetClassifier((8,), epochs=50, random_state=0))
    assert cross_val_score(model, x, y, cv=3).mean() > 0.9
    x, y = load_diabetes(return_X_y=True)
    scaled = (y - y.mean()) / y.std()
    line = make_pipeline(StandardScaler(), GlassnetRegressor((), epochs=50, random_state=0))
    assert cross_val_score(line, x, scaled, cv=3).mean() > 0.4


def test_in_a_grid_search() -> None:
    x, y = load_iris(return_X_y=True)
    settings = {"hidden": [(), (4,)], "learning_rate": [1e-6, 0.05], "optimizer": ["adam", gn.SGD(momentum=0.9)]}
    search = GridSearchCV(GlassnetClassifier(epochs=20, random_state=0), settings, cv=2).fit(x, y)
    assert search.best_params_["learning_rate"] == 0.05
    assert search.best_score_ > 0.8
    assert search.best_estimator_.network_.labels == ("0", "1", "2")


def test_the_network_is_the_model() -> None:
    x, y = load_iris(return_X_y=True)
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    model = GlassnetClassifier((8,), epochs=10, random_state=1).fit(x, names)
    again = GlassnetClassifier((8,), epochs=10, random_state=1).fit(x, names)
    np.testing.assert_array_equal(model.predict_proba(x), model.network_(x))
    np.testing.assert_array_equal(model.predict_proba(x), again.predict_proba(x))
    assert model.network_.labels == tuple(model.classes_) == ("setosa", "versicolor", "virginica")
    assert model.history_.epochs == 10
