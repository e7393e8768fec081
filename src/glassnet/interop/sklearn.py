"""Networks as scikit-learn's estimators: in its pipelines, cross-validation and grid search. ``pip install .[sklearn]``

>>> from sklearn.datasets import load_iris
>>> from sklearn.model_selection import cross_val_score
>>> from sklearn.pipeline import make_pipeline
>>> from sklearn.preprocessing import StandardScaler
>>> x, y = load_iris(return_X_y=True)
>>> reader = make_pipeline(StandardScaler(), GlassnetClassifier(hidden=(8,), epochs=50, random_state=0))
>>> bool(cross_val_score(reader, x, y, cv=3).mean() > 0.9)
True
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from glassnet.ir.errors import DataError
from glassnet.ir.types import Array
from glassnet.layers import Dense, Layer
from glassnet.network import Network
from glassnet.train.optimizers import Optimizer


class _Estimator(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """What both have: the settings, as scikit-learn wants them, and how a network is made and trained from them."""

    def __init__(
        self,
        hidden: Sequence[int] = (64,),
        activation: str = "relu",
        epochs: int = 200,
        batch_size: int = 32,
        optimizer: str | Optimizer = "adam",
        learning_rate: float = 0.01,
        random_state: Any = None,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.epochs = epochs
        self.batch_size = batch_size
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.random_state = random_state

    def _train(self, x: Array, y: Array, output: Layer) -> None:
        hidden = [Dense(units, self.activation) for units in self.hidden]
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        self.network_ = Network(x.shape[1], *hidden, output, seed=seed, dtype="float64")
        optimizer = replace(Optimizer.of(self.optimizer), learning_rate=self.learning_rate)
        settings: dict[str, Any] = {"epochs": self.epochs, "batch_size": self.batch_size, "metrics": []}
        self.history_ = self.network_.fit(x, y, optimizer=optimizer, progress=False, **settings)

    def _outputs(self, x: Any) -> Array:
        check_is_fitted(self)
        return self.network_(validate_data(self, x, reset=False, dtype=np.float64))


class GlassnetClassifier(ClassifierMixin, _Estimator):  # type: ignore[misc]
    """A fully connected network with a softmax, which says to which class each sample belongs.

    Args:
        hidden: the number of neurons in each hidden layer; () for none.
        activation: of the hidden neurons.
        epochs, batch_size, optimizer, learning_rate: as in :meth:`glassnet.Network.fit`.
        random_state: decides everything random, as everywhere in scikit-learn.

    Attributes:
        network_: the trained network, to explain, draw and save.
        history_: what was measured after each epoch.
        classes_: the classes, in the order of the network's outputs.

    Raises:
        DataError: data that cannot be learned from, such as samples of one class only.

    >>> model = GlassnetClassifier(random_state=0).fit([[0.0], [1.0], [2.0], [3.0]], ["low", "low", "high", "high"])
    >>> model.predict([[0.5], [2.5]])
    array(['low', 'high'], dtype='<U4')
    """

    def fit(self, X: Any, y: Any) -> Self:
        """Train on samples of shape (n, inputs) and their classes."""
        x, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        self.classes_, numbers = np.unique(y, return_inverse=True)
        if len(self.classes_) == 1:
            raise DataError(f"all samples are of one class, {self.classes_[0]}; a classifier needs at least two")
        self._train(x, numbers, Dense(len(self.classes_), "softmax"))
        self.network_.labels = tuple(map(str, self.classes_))
        return self

    def predict_proba(self, X: Any) -> Array:
        """The probability of each class, of shape (n, classes)."""
        return self._outputs(X)

    def predict(self, X: Any) -> Array:
        """The most probable class of each sample."""
        best = self._outputs(X).argmax(axis=1)
        return np.asarray(self.classes_[best])


class GlassnetRegressor(RegressorMixin, _Estimator):  # type: ignore[misc]
    """A fully connected network that predicts a number; its arguments are those of :class:`GlassnetClassifier`.

    Attributes:
        network_: the trained network, to explain, draw and save.
        history_: what was measured after each epoch.

    >>> model = GlassnetRegressor(random_state=0).fit([[0.0], [1.0], [2.0], [3.0]], [1.0, 2.0, 3.0, 4.0])
    >>> model.predict([[1.5]]).round(1)
    array([2.5])
    """

    def fit(self, X: Any, y: Any) -> Self:
        """Train on samples of shape (n, inputs) and one number for each."""
        x, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        self._train(x, np.asarray(y, np.float64)[:, None], Dense(1))
        return self

    def predict(self, X: Any) -> Array:
        """The number for each sample, of shape (n,)."""
        return self._outputs(X)[:, 0]
