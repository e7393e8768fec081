"""Glassnet: neural networks you can see through.

A network is a function, held once as a graph of primitive operations; running it, differentiating it, explaining it,
drawing it are readings of that one graph.

>>> import glassnet as gn
>>> x, y = gn.data.spiral(samples=100, classes=3)
>>> net = gn.Network(2, gn.Dense(64, "relu"), gn.Dense(3, "softmax"), seed=0)
>>> history = net.fit(x, y, epochs=300, batch_size=300, optimizer=gn.Adam(0.05))
>>> net.evaluate(x, y)["accuracy"] > 0.8
True
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from glassnet import data, ops
from glassnet.ir import DataError, DivergenceError, GlassnetError, Graph, ModelFileError, ShapeError, Trace, parameter
from glassnet.layers import (
    Activation,
    ActivationFunction,
    Add,
    BatchNorm,
    Concatenate,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GaussianNoise,
    Identity,
    Initializer,
    Layer,
    LayerNorm,
    Loss,
    Penalty,
    Rescale,
    Reshape,
    Sequential,
    activation,
    loss,
)
from glassnet.layers.activations import (
    Elu,
    Gelu,
    HardSigmoid,
    LeakyRelu,
    Linear,
    Mish,
    PRelu,
    Relu,
    Selu,
    Sigmoid,
    Silu,
    Softmax,
    Softplus,
    Softsign,
    Step,
    Tanh,
)
from glassnet.layers.initializers import (
    Constant,
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LeCunNormal,
    LeCunUniform,
    Normal,
    Orthogonal,
    Uniform,
    Zeros,
)
from glassnet.layers.losses import (
    AbsoluteError,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Hinge,
    Huber,
    KullbackLeibler,
    LogCosh,
    Poisson,
    SquaredError,
)
from glassnet.lessons.lecture import lecture
from glassnet.model.history import History
from glassnet.network import Network
from glassnet.train import metrics
from glassnet.train.callbacks import CsvLog, EarlyStopping, KeepBest, ReduceOnPlateau
from glassnet.train.checkpoints import Checkpoint
from glassnet.train.learning_rate import LearningRates, find_learning_rate
from glassnet.train.optimizers import (
    LBFGS,
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    AMSGrad,
    Lion,
    Muon,
    Nadam,
    Optimizer,
    RMSprop,
)
from glassnet.train.schedules import (
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    OneCycle,
    PolynomialDecay,
    Schedule,
    StepDecay,
    WarmUp,
)

if TYPE_CHECKING:
    from glassnet import drawing
    from glassnet.practice import Practice
    from glassnet.regression import Categorical, LinearRegression, Polynomial

__version__ = "0.1.0"

load = Network.load

_LAZY = {
    **dict.fromkeys(("Categorical", "LinearRegression", "Polynomial"), "glassnet.regression"),
    "Practice": "glassnet.practice",
    "drawing": "glassnet.drawing",
}
"""Public names whose modules are imported when they are first used: ``import glassnet`` stays quick."""


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'glassnet' has no attribute {name!r}")
    module = import_module(_LAZY[name])
    return getattr(module, name, module)


__all__ = [
    "LBFGS",
    "SGD",
    "AMSGrad",
    "AbsoluteError",
    "Activation",
    "ActivationFunction",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Add",
    "BatchNorm",
    "BinaryCrossEntropy",
    "Callback",
    "Categorical",
    "CategoricalCrossEntropy",
    "Checkpoint",
    "Concatenate",
    "Constant",
    "CosineDecay",
    "CsvLog",
    "DataError",
    "Dense",
    "DivergenceError",
    "Dropout",
    "EarlyStopping",
    "Elu",
    "Embedding",
    "ExponentialDecay",
    "Flatten",
    "GaussianNoise",
    "Gelu",
    "GlassnetError",
    "GlorotNormal",
    "GlorotUniform",
    "Graph",
    "HardSigmoid",
    "HeNormal",
    "HeUniform",
    "Hinge",
    "History",
    "Huber",
    "Identity",
    "Initializer",
    "InverseTimeDecay",
    "KeepBest",
    "KullbackLeibler",
    "Layer",
    "LayerNorm",
    "LeCunNormal",
    "LeCunUniform",
    "LeakyRelu",
    "LearningRates",
    "Linear",
    "LinearRegression",
    "Lion",
    "LogCosh",
    "Loss",
    "Mish",
    "ModelFileError",
    "Muon",
    "Nadam",
    "Network",
    "Normal",
    "OneCycle",
    "Optimizer",
    "Orthogonal",
    "PRelu",
    "Penalty",
    "Poisson",
    "Polynomial",
    "PolynomialDecay",
    "Practice",
    "RMSprop",
    "ReduceOnPlateau",
    "Relu",
    "Rescale",
    "Reshape",
    "Schedule",
    "Selu",
    "Sequential",
    "ShapeError",
    "Sigmoid",
    "Silu",
    "Softmax",
    "Softplus",
    "Softsign",
    "SquaredError",
    "Step",
    "StepDecay",
    "Tanh",
    "Trace",
    "Uniform",
    "WarmUp",
    "Zeros",
    "activation",
    "data",
    "drawing",
    "find_learning_rate",
    "lecture",
    "load",
    "loss",
    "metrics",
    "ops",
    "parameter",
]
