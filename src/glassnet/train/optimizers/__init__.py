"""Optimisers: how gradients become new weights. Each reads like its paper, in operations.

>>> import glassnet as gn
>>> net = gn.Network(1, gn.Dense(1, weights=[[1.0]], biases=None), dtype="float64")
>>> loss = net.train_on_batch([[1.0]], [[0.0]], optimizer=gn.optimizers.SGD(0.25))
>>> net.parameters["dense_1.weights"]  # 1 − 0.25 · 2, where 2 is the gradient of (1 · w)²
array([[0.5]])
"""

from glassnet.ir.elsewhere import face
from glassnet.train.optimizers.adam import Adam, Adamax, AdamW, AMSGrad, Nadam
from glassnet.train.optimizers.adaptive import Adadelta, Adagrad, RMSprop
from glassnet.train.optimizers.lbfgs import LBFGS
from glassnet.train.optimizers.lion import Lion
from glassnet.train.optimizers.muon import Muon
from glassnet.train.optimizers.optimizer import Optimizer
from glassnet.train.optimizers.sgd import SGD

__all__ = [
    "LBFGS",
    "SGD",
    "AMSGrad",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Lion",
    "Muon",
    "Nadam",
    "Optimizer",
    "RMSprop",
]
__getattr__, __dir__ = face("optimizers", __all__)
