"""Layers, activations, initialisers, penalties and losses: everything a network is written with.

>>> import glassnet as gn
>>> gn.layers.Dense(4, "relu") == gn.Dense(4, "relu")
True
"""

from glassnet.ir.elsewhere import face
from glassnet.layers.activations import Activation, ActivationFunction, activation
from glassnet.layers.attention import Attention, CrossAttention, TransformerBlock
from glassnet.layers.containers import Add, Concatenate, Identity, Sequential
from glassnet.layers.convolution import Conv1D, Conv2D, Conv2DTranspose
from glassnet.layers.dense import Dense
from glassnet.layers.embedding import Embedding, Unembedding
from glassnet.layers.initializers import Initializer
from glassnet.layers.layer import Layer
from glassnet.layers.losses import Loss, loss
from glassnet.layers.noise import Dropout, Dropout2D, GaussianNoise
from glassnet.layers.normalization import BatchNorm, LayerNorm, RMSNorm, Standardize
from glassnet.layers.penalty import Penalty
from glassnet.layers.pooling import (
    AveragePool1D,
    AveragePool2D,
    GlobalAveragePool,
    GlobalMaxPool,
    MaxPool1D,
    MaxPool2D,
)
from glassnet.layers.position import PositionEmbedding
from glassnet.layers.recurrent import GRU, LSTM, RNN, Bidirectional
from glassnet.layers.resize import UpSample2D, ZeroPad2D
from glassnet.layers.shape import Crop, Flatten, Rescale, Reshape

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "Activation",
    "ActivationFunction",
    "Add",
    "Attention",
    "AveragePool1D",
    "AveragePool2D",
    "BatchNorm",
    "Bidirectional",
    "Concatenate",
    "Conv1D",
    "Conv2D",
    "Conv2DTranspose",
    "Crop",
    "CrossAttention",
    "Dense",
    "Dropout",
    "Dropout2D",
    "Embedding",
    "Flatten",
    "GaussianNoise",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "Identity",
    "Initializer",
    "Layer",
    "LayerNorm",
    "Loss",
    "MaxPool1D",
    "MaxPool2D",
    "Penalty",
    "PositionEmbedding",
    "RMSNorm",
    "Rescale",
    "Reshape",
    "Sequential",
    "Standardize",
    "TransformerBlock",
    "Unembedding",
    "UpSample2D",
    "ZeroPad2D",
    "activation",
    "loss",
]
__getattr__, __dir__ = face("layers", __all__)
