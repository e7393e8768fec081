"""Optimisers: how gradients become new weights. Each reads like its paper, in operations."""

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
