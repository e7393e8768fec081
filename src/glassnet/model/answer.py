"""What a network's outputs are an answer to: one class of many, yes or no for each output, or values."""

from __future__ import annotations

from enum import Enum

import numpy as np

from glassnet.ir.errors import DataError
from glassnet.ir.graph import Var
from glassnet.ir.types import Array
from glassnet.layers.losses import BinaryCrossEntropy, CategoricalCrossEntropy, Loss, SquaredError


class Answer(Enum):
    """The kind of answer, which the last activation decides: softmax, sigmoid, or anything else.

    >>> import glassnet as gn
    >>> gn.Network(2, gn.Dense(3, "softmax")).answer
    <Answer.CLASS: 'one class of many'>
    """

    CLASS = "one class of many"
    YES_NO = "yes or no"
    VALUES = "values"

    @classmethod
    def of(cls, output: Var) -> Answer:
        """The kind of answer of a network with that output."""
        kinds = {"softmax": cls.CLASS, "sigmoid": cls.YES_NO}
        return next((kind for name, kind in kinds.items() if output.is_result_of(name)), cls.VALUES)

    @property
    def loss(self) -> Loss:
        """The loss that belongs to it: the negative logarithm of the probability of the truth, or squared errors."""
        losses = {Answer.CLASS: CategoricalCrossEntropy(), Answer.YES_NO: BinaryCrossEntropy()}
        return losses.get(self, SquaredError())

    def decide(self, outputs: Array) -> Array:
        """Outputs (…, k) as answers: class numbers (…), 0 or 1 for each of k questions, or the values themselves.

        Raises:
            DataError: a probability is NaN, so nothing is decided.

        >>> Answer.CLASS.decide(np.array([[0.2, 0.7, 0.1], [0.6, 0.1, 0.3]]))
        array([1, 0])
        >>> Answer.YES_NO.decide(np.array([[0.2], [0.7]]))
        array([0, 1])
        """
        if self is not Answer.VALUES and np.isnan(outputs).any():
            row = int(np.argwhere(np.isnan(outputs))[0, 0])
            raise DataError(
                f"the probabilities for row {row} are NaN, so there is no answer: its inputs are too large, or weights "
                f"are not finite; net.explain(x[{row}]) shows where it begins"
            )
        match self:
            case Answer.CLASS:
                return np.asarray(outputs.argmax(axis=-1))
            case Answer.YES_NO:
                decided = (outputs > 0.5).astype(np.int64)
                return decided[:, 0] if decided.shape[1:] == (1,) else decided
        return outputs

    def labels(self, targets: Array) -> Array:
        """Prepared targets as metrics take them: rows of class probabilities become class numbers."""
        are_probabilities = targets.ndim > 1 and targets.dtype.kind == "f"
        return targets.argmax(axis=-1) if self is Answer.CLASS and are_probabilities else targets
