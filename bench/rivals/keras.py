"""Keras 3: `fit`, compiled where its backend can, on the backend that KERAS_BACKEND names."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers

from bench.rivals import keras_transformers
from bench.suite.stacks import PICTURE
from bench.suite.task import EPSILON, NORM_EPSILON, Array, Task, Work, first_weights


def model_of(work: Work) -> Any:
    if work.transformer:
        return keras_transformers.model(work.transformer)
    penalty = keras.regularizers.L2(work.l2) if work.l2 else None
    stack: list[Any] = [layers.Input((work.sizes[0],))]
    stack += [layers.Rescaling(work.scale)] if work.scale != 1 else []
    if work.stack:
        return keras.Sequential([*stack, layers.Reshape(PICTURE), *pictures(work)])
    for units in work.sizes[1:-1]:
        stack.append(layers.Dense(units, kernel_regularizer=penalty))
        stack += [layers.BatchNormalization(epsilon=NORM_EPSILON)] if work.norm else []
        stack.append(layers.Activation(work.activation))
        stack += [layers.Dropout(work.dropout)] if work.dropout else []
    return keras.Sequential([*stack, layers.Dense(work.sizes[-1], kernel_regularizer=penalty)])


def pictures(work: Work) -> list[Any]:
    """The layers of a stack."""
    found: list[Any] = []
    for layer in work.stack:
        match layer:
            case ("convolution", filters, size, padding):
                found.append(layers.Conv2D(filters, size, padding=padding))
            case ("mean pool", size):
                found.append(layers.AveragePooling2D(size))
            case ("max pool", size):
                found.append(layers.MaxPooling2D(size))
            case ("flatten",):
                found.append(layers.Flatten())
            case ("mean",):
                found.append(layers.GlobalAveragePooling2D())
            case ("rows",):
                found.append(layers.Reshape(PICTURE[:2]))
            case ("lstm", units):
                found.append(layers.LSTM(units))
            case ("dense", units):
                found.append(layers.Dense(units))
            case (name,):
                found.append(layers.Activation(name))
    return found


def loss_of(work: Work) -> Any:
    if not work.classifies:
        return keras.losses.MeanSquaredError()
    if work.smoothing:
        return keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=work.smoothing)
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


class Fit:
    def __init__(self, task: Task) -> None:
        if keras.backend.backend() == "jax":
            import jax

            jax.config.update("jax_enable_x64", task.work.dtype == "float64")
        keras.config.set_floatx(task.work.dtype)
        keras.utils.clear_session()
        self.work, self.net = task.work, model_of(task.work)
        for variable, values in zip(self.net.trainable_variables, first_weights(task.work), strict=True):
            variable.assign(values.reshape(variable.shape))
        self.x = task.x
        self.y = np.eye(task.work.sizes[-1], dtype=task.work.dtype)[task.y] if task.work.smoothing else task.y
        optimizer = keras.optimizers.Adam(task.work.rate, epsilon=EPSILON, global_clipnorm=task.work.clip or None)
        self.net.compile(optimizer, loss_of(task.work), jit_compile=keras.backend.backend() == "jax")

    def train(self, epochs: int) -> None:
        self.net.fit(self.x, self.y, batch_size=self.work.batch, epochs=epochs, verbose=0)

    def weights(self) -> list[Array]:
        arrays = [keras.ops.convert_to_numpy(variable) for variable in self.net.trainable_variables]
        return [array.reshape(given.shape) for array, given in zip(arrays, first_weights(self.work), strict=True)]

    def answer(self, x: Array) -> Array:
        single = x.ndim == 1
        found = keras.ops.softmax(self.net(x[None] if single else x, training=False))
        array: Array = keras.ops.convert_to_numpy(found)
        return array[0] if single else array


VARIANTS = {"fit": Fit}
