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

if TYPE_CHECKING:
    from glassnet import data as data
    from glassnet import drawing as drawing
    from glassnet import lab as lab
    from glassnet import layers as layers
    from glassnet import ops as ops
    from glassnet.digits import DigitAnswer as DigitAnswer
    from glassnet.digits import read_digit as read_digit
    from glassnet.generation import generate as generate
    from glassnet.ir import DataError as DataError
    from glassnet.ir import DivergenceError as DivergenceError
    from glassnet.ir import GlassnetError as GlassnetError
    from glassnet.ir import Graph as Graph
    from glassnet.ir import ModelFileError as ModelFileError
    from glassnet.ir import ShapeError as ShapeError
    from glassnet.ir import Trace as Trace
    from glassnet.ir import parameter as parameter
    from glassnet.ir import rate as rate
    from glassnet.ir import recall as recall
    from glassnet.ir import remember as remember
    from glassnet.layers import activations as activations
    from glassnet.layers import initializers as initializers
    from glassnet.layers import losses as losses
    from glassnet.layers.activations import Activation as Activation
    from glassnet.layers.activations import ActivationFunction as ActivationFunction
    from glassnet.layers.activations import Elu as Elu
    from glassnet.layers.activations import Gelu as Gelu
    from glassnet.layers.activations import HardSigmoid as HardSigmoid
    from glassnet.layers.activations import LeakyRelu as LeakyRelu
    from glassnet.layers.activations import Linear as Linear
    from glassnet.layers.activations import Mish as Mish
    from glassnet.layers.activations import PRelu as PRelu
    from glassnet.layers.activations import Relu as Relu
    from glassnet.layers.activations import Selu as Selu
    from glassnet.layers.activations import Sigmoid as Sigmoid
    from glassnet.layers.activations import Silu as Silu
    from glassnet.layers.activations import Softmax as Softmax
    from glassnet.layers.activations import Softplus as Softplus
    from glassnet.layers.activations import Softsign as Softsign
    from glassnet.layers.activations import SquaredRelu as SquaredRelu
    from glassnet.layers.activations import Step as Step
    from glassnet.layers.activations import Tanh as Tanh
    from glassnet.layers.activations import activation as activation
    from glassnet.layers.attention import Attention as Attention
    from glassnet.layers.attention import CrossAttention as CrossAttention
    from glassnet.layers.attention import TransformerBlock as TransformerBlock
    from glassnet.layers.containers import Add as Add
    from glassnet.layers.containers import Concatenate as Concatenate
    from glassnet.layers.containers import Identity as Identity
    from glassnet.layers.containers import Sequential as Sequential
    from glassnet.layers.convolution import Conv1D as Conv1D
    from glassnet.layers.convolution import Conv2D as Conv2D
    from glassnet.layers.convolution import Conv2DTranspose as Conv2DTranspose
    from glassnet.layers.dense import Dense as Dense
    from glassnet.layers.embedding import Embedding as Embedding
    from glassnet.layers.embedding import Unembedding as Unembedding
    from glassnet.layers.initializers import Constant as Constant
    from glassnet.layers.initializers import ForgetOnes as ForgetOnes
    from glassnet.layers.initializers import GlorotNormal as GlorotNormal
    from glassnet.layers.initializers import GlorotUniform as GlorotUniform
    from glassnet.layers.initializers import HeNormal as HeNormal
    from glassnet.layers.initializers import HeUniform as HeUniform
    from glassnet.layers.initializers import Initializer as Initializer
    from glassnet.layers.initializers import LeCunNormal as LeCunNormal
    from glassnet.layers.initializers import LeCunUniform as LeCunUniform
    from glassnet.layers.initializers import Normal as Normal
    from glassnet.layers.initializers import Orthogonal as Orthogonal
    from glassnet.layers.initializers import Uniform as Uniform
    from glassnet.layers.initializers import Zeros as Zeros
    from glassnet.layers.layer import Layer as Layer
    from glassnet.layers.losses import AbsoluteError as AbsoluteError
    from glassnet.layers.losses import BinaryCrossEntropy as BinaryCrossEntropy
    from glassnet.layers.losses import CategoricalCrossEntropy as CategoricalCrossEntropy
    from glassnet.layers.losses import Hinge as Hinge
    from glassnet.layers.losses import Huber as Huber
    from glassnet.layers.losses import KullbackLeibler as KullbackLeibler
    from glassnet.layers.losses import LogCosh as LogCosh
    from glassnet.layers.losses import Loss as Loss
    from glassnet.layers.losses import Poisson as Poisson
    from glassnet.layers.losses import SquaredError as SquaredError
    from glassnet.layers.losses import loss as loss
    from glassnet.layers.noise import Dropout as Dropout
    from glassnet.layers.noise import Dropout2D as Dropout2D
    from glassnet.layers.noise import GaussianNoise as GaussianNoise
    from glassnet.layers.normalization import BatchNorm as BatchNorm
    from glassnet.layers.normalization import LayerNorm as LayerNorm
    from glassnet.layers.normalization import RMSNorm as RMSNorm
    from glassnet.layers.normalization import Standardize as Standardize
    from glassnet.layers.penalty import Penalty as Penalty
    from glassnet.layers.pooling import AveragePool1D as AveragePool1D
    from glassnet.layers.pooling import AveragePool2D as AveragePool2D
    from glassnet.layers.pooling import GlobalAveragePool as GlobalAveragePool
    from glassnet.layers.pooling import GlobalMaxPool as GlobalMaxPool
    from glassnet.layers.pooling import MaxPool1D as MaxPool1D
    from glassnet.layers.pooling import MaxPool2D as MaxPool2D
    from glassnet.layers.position import PositionEmbedding as PositionEmbedding
    from glassnet.layers.recurrent import GRU as GRU
    from glassnet.layers.recurrent import LSTM as LSTM
    from glassnet.layers.recurrent import RNN as RNN
    from glassnet.layers.recurrent import Bidirectional as Bidirectional
    from glassnet.layers.resize import UpSample2D as UpSample2D
    from glassnet.layers.resize import ZeroPad2D as ZeroPad2D
    from glassnet.layers.shape import Crop as Crop
    from glassnet.layers.shape import Flatten as Flatten
    from glassnet.layers.shape import Rescale as Rescale
    from glassnet.layers.shape import Reshape as Reshape
    from glassnet.lessons.lecture import lecture as lecture
    from glassnet.model.history import History as History
    from glassnet.model.translation import translate as translate
    from glassnet.network import Network as Network
    from glassnet.network import load as load
    from glassnet.practice import Practice as Practice
    from glassnet.regression import Categorical as Categorical
    from glassnet.regression import LinearRegression as LinearRegression
    from glassnet.regression import Polynomial as Polynomial
    from glassnet.train import callbacks as callbacks
    from glassnet.train import metrics as metrics
    from glassnet.train import optimizers as optimizers
    from glassnet.train import schedules as schedules
    from glassnet.train.callbacks import Callback as Callback
    from glassnet.train.callbacks import Checkpoint as Checkpoint
    from glassnet.train.callbacks import CsvLog as CsvLog
    from glassnet.train.callbacks import EarlyStopping as EarlyStopping
    from glassnet.train.callbacks import KeepBest as KeepBest
    from glassnet.train.callbacks import ReduceOnPlateau as ReduceOnPlateau
    from glassnet.train.gradient_check import GradientCheck as GradientCheck
    from glassnet.train.gradient_check import check_gradients as check_gradients
    from glassnet.train.learning_rate import LearningRates as LearningRates
    from glassnet.train.learning_rate import find_learning_rate as find_learning_rate
    from glassnet.train.optimizers import LBFGS as LBFGS
    from glassnet.train.optimizers import SGD as SGD
    from glassnet.train.optimizers import Adadelta as Adadelta
    from glassnet.train.optimizers import Adagrad as Adagrad
    from glassnet.train.optimizers import Adam as Adam
    from glassnet.train.optimizers import Adamax as Adamax
    from glassnet.train.optimizers import AdamW as AdamW
    from glassnet.train.optimizers import AMSGrad as AMSGrad
    from glassnet.train.optimizers import Lion as Lion
    from glassnet.train.optimizers import Muon as Muon
    from glassnet.train.optimizers import Nadam as Nadam
    from glassnet.train.optimizers import Optimizer as Optimizer
    from glassnet.train.optimizers import RMSprop as RMSprop
    from glassnet.train.schedules import CosineDecay as CosineDecay
    from glassnet.train.schedules import ExponentialDecay as ExponentialDecay
    from glassnet.train.schedules import InverseTimeDecay as InverseTimeDecay
    from glassnet.train.schedules import OneCycle as OneCycle
    from glassnet.train.schedules import PolynomialDecay as PolynomialDecay
    from glassnet.train.schedules import Schedule as Schedule
    from glassnet.train.schedules import StepDecay as StepDecay
    from glassnet.train.schedules import WarmUp as WarmUp

__version__ = "0.1.0"

_MODULES = {
    "activations": "layers.activations",
    "callbacks": "train.callbacks",
    "data": "data",
    "drawing": "drawing",
    "initializers": "layers.initializers",
    "lab": "lab",
    "layers": "layers",
    "losses": "layers.losses",
    "metrics": "train.metrics",
    "ops": "ops",
    "optimizers": "train.optimizers",
    "schedules": "train.schedules",
}
"""The families, each a module of its own: ``gn.optimizers.Adam`` is ``gn.Adam``."""

_NAMES = {
    "digits": "DigitAnswer read_digit",
    "generation": "generate",
    "ir": "DataError DivergenceError GlassnetError Graph ModelFileError ShapeError Trace "
    "parameter rate recall remember",
    "layers": "Activation ActivationFunction Add Attention AveragePool1D AveragePool2D BatchNorm Bidirectional "
    "Concatenate Conv1D Conv2D Conv2DTranspose Crop CrossAttention Dense Dropout Dropout2D Embedding Flatten GRU "
    "GaussianNoise GlobalAveragePool GlobalMaxPool Identity Initializer LSTM Layer LayerNorm Loss MaxPool1D MaxPool2D "
    "Penalty PositionEmbedding RMSNorm RNN Rescale Reshape Sequential Standardize TransformerBlock Unembedding "
    "UpSample2D ZeroPad2D activation loss",
    "layers.activations": "Elu Gelu HardSigmoid LeakyRelu Linear Mish PRelu Relu Selu Sigmoid Silu Softmax Softplus "
    "Softsign SquaredRelu Step Tanh",
    "layers.initializers": "Constant ForgetOnes GlorotNormal GlorotUniform HeNormal HeUniform LeCunNormal LeCunUniform "
    "Normal Orthogonal Uniform Zeros",
    "layers.losses": "AbsoluteError BinaryCrossEntropy CategoricalCrossEntropy Hinge Huber KullbackLeibler LogCosh "
    "Poisson SquaredError",
    "lessons.lecture": "lecture",
    "model.history": "History",
    "model.translation": "translate",
    "network": "Network load",
    "practice": "Practice",
    "regression": "Categorical LinearRegression Polynomial",
    "train.callbacks": "Callback Checkpoint CsvLog EarlyStopping KeepBest ReduceOnPlateau",
    "train.gradient_check": "GradientCheck check_gradients",
    "train.learning_rate": "LearningRates find_learning_rate",
    "train.optimizers": "AMSGrad Adadelta Adagrad Adam AdamW Adamax LBFGS Lion Muon Nadam Optimizer RMSprop SGD",
    "train.schedules": "CosineDecay ExponentialDecay InverseTimeDecay OneCycle PolynomialDecay Schedule StepDecay "
    "WarmUp",
}
"""Every public name by its module, which is imported when the name is first used: ``import glassnet`` stays quick."""
_WHERE = {name: module for module, names in _NAMES.items() for name in names.split()}

_DAILY = (
    "Activation Adam AdamW Add Attention AveragePool2D BatchNorm Bidirectional Callback Checkpoint Concatenate "
    "Conv1D Conv2D CsvLog DataError Dense DivergenceError Dropout EarlyStopping Embedding Flatten GRU GlassnetError "
    "Identity KeepBest LSTM LayerNorm LinearRegression MaxPool2D Network OneCycle Penalty Polynomial "
    "PositionEmbedding Practice RMSNorm RNN ReduceOnPlateau Rescale Reshape SGD Sequential Standardize "
    "TransformerBlock Unembedding check_gradients find_learning_rate generate lecture load read_digit translate"
)
"""What tab completion offers beside the modules; the other names are reachable too, here and in their modules."""

__all__ = sorted([*_MODULES, *_WHERE])


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        value: Any = import_module(f"glassnet.{_MODULES[name]}")
    elif name in _WHERE:
        value = getattr(import_module(f"glassnet.{_WHERE[name]}"), name)
    else:
        from glassnet.ir.elsewhere import MODULE, PUBLIC, hint

        there = {theirs: f"here it is gn.{ours}" for theirs, ours in PUBLIC.items()} | MODULE
        extra = "" if name.startswith("_") else hint(name, there, __all__)
        raise AttributeError(f"module 'glassnet' has no attribute {name!r}{extra}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(["__version__", *_MODULES, *_DAILY.split()])
