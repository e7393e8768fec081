"""Bad input: each gets one clear error that says what was given, what was expected and what to do."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import glassnet as gn

X = np.linspace(-1, 1, 60).reshape(20, 3)
Y = np.arange(20) % 3
HOLED = X.copy()
HOLED[4, 1] = np.nan
ONE_HOT = np.eye(3)[Y]


def classifier(**settings: Any) -> gn.Network:
    return gn.Network(3, gn.Dense(4, "relu"), gn.Dense(3, "softmax"), **settings)


def regressor() -> gn.Network:
    return gn.Network(3, gn.Dense(4, "relu"), gn.Dense(1))


def fit(x: Any = X, y: Any = Y, **settings: Any) -> Callable[[], object]:
    return lambda: classifier().fit(x, y, **{"epochs": 1, **settings})


def values(x: Any = X, y: Any = X[:, 0], **settings: Any) -> Callable[[], object]:
    return lambda: regressor().fit(x, y, **{"epochs": 1, **settings})


def made(*layers: Any, inputs: Any = 3, **settings: Any) -> Callable[[], object]:
    return lambda: gn.Network(inputs, *layers, **settings)


def batches() -> Iterator[Any]:
    return ((X, Y) for _ in range(3))


CASES: dict[str, tuple[Callable[[], object], str]] = {
    # inputs
    "too narrow": (
        fit(X[:, :2]),
        "Dense 'dense_1' expects 3 inputs, got an array of shape (20, 2); give one sample of",
    ),
    "too wide, named": (
        lambda: gn.Network(3, gn.Dense(2, name="hidden"))([1, 2, 3, 4]),
        "Dense 'hidden' expects 3 inputs, got an array of shape (4,); give one sample of shape (3,), or many of",
    ),
    "too deep": (lambda: classifier()(np.zeros((2, 2, 3))), "expects 3 inputs, got an array of shape (2, 2, 3)"),
    "a single number": (lambda: classifier()(3.0), "expects 3 inputs, got an array of shape ()"),
    "nothing": (fit(None), "x is None; expected numbers in an array, a list or a data frame"),
    "empty": (fit([], []), "x is empty (its shape is (0,)); at least one number is needed"),
    "no rows": (fit(X[:0], Y[:0]), "x is empty (its shape is (0, 3)); at least one number is needed"),
    "nan": (fit(HOLED), "x has nan in row 4, column 1; remove that row or fill the cell in"),
    "infinity": (fit(np.where(X[5, 2] == X, np.inf, X)), "x has inf in row 5, column 2; remove that row or fill"),
    "nan when used": (lambda: classifier()(HOLED), "x has nan in row 4, column 1"),
    "nan in a column with a name": (fit(pd.DataFrame(HOLED, columns=list("abc"))), "x has nan in row 4, column 'b'"),
    "text": (
        fit(pd.DataFrame({"a": [1, 2], "b": ["u", "v"], "c": [1, 2]}), [0, 1]),
        "x has the text 'u' in row 0, column 'b'",
    ),
    "ragged": (fit([[1, 2, 3], [1, 2]], [0, 1]), "x is ragged: row 1 has 2 values but row 0 has 3 values"),
    "too large for float32": (
        lambda: classifier()([[1, 2, 1e39]]),
        "x has 1e+39 in row 0, column 2, which does not fit float32",
    ),
    "complex": (fit(X + 1j), "x holds complex128 values; expected real numbers"),
    # targets
    "label too large": (fit(y=Y + 2), "y must hold class numbers 0..2 for 3 outputs, got 3 in row 1"),
    "labels from one on": (fit(y=Y + 1), "y counts its 3 classes from 1, and class numbers count from 0: give y - 1"),
    "label negative": (fit(y=Y - 1), "y must hold class numbers 0..2 for 3 outputs, got -1 in row 0"),
    "label fractional": (fit(y=Y + 0.5), "y must hold class numbers 0..2, got 0.5 in row 0"),
    "label text": (
        fit(y=["a"] * 20),
        "all samples are of class 'a'; a classifier needs samples of at least two classes",
    ),
    "label missing": (fit(y=[None] * 20), "y has None in row 0; expected a number"),
    "too few targets": (fit(y=Y[:10]), "x has 20 samples and y has 10; each sample needs one target"),
    "too many classes in rows": (fit(y=np.eye(4)[Y]), "y has the shape (20, 4), but the network gives (n, 3)"),
    "rows of no probabilities": (
        fit(y=2 * ONE_HOT),
        "CategoricalCrossEntropy needs rows of probabilities, from 0 to 1 and together 1, got",
    ),
    "rows with negative ones": (fit(y=1 - 2 * ONE_HOT), "needs rows of probabilities"),
    "divergence from no distribution": (
        fit(y=2 * ONE_HOT, loss="kullback leibler"),
        "KullbackLeibler needs rows of prob",
    ),
    "negative counts": (
        values(y=-np.ones(20), loss="poisson"),
        "the Poisson loss needs counts, at least 0, got -1.0 in row 0",
    ),
    "no yes or no": (
        lambda: gn.Network(3, gn.Dense(1, "sigmoid")).fit(X, Y),
        "binary cross-entropy needs targets from 0 to 1, got 2 in row 2",
    ),
    "values for another width": (
        values(y=X),
        "y has the shape (20, 3), but the network gives (n, 1) and SquaredError compares",
    ),
    "classes for values": (
        lambda: gn.Network(3, gn.Dense(3)).fit(X, Y),
        "or use the loss 'categorical cross-entropy' for class numbers 0..2",
    ),
    "nan target": (values(y=HOLED[:, 1]), "y has nan in row 4; remove that row or fill the cell in"),
    "huge target": (values(y=np.full(20, 1e39)), "y has 1e+39 in row 0, column 0, which does not fit float32"),
    "one class": (
        fit(y=Y * 0 + 2),
        "all 20 samples are of class 2; a classifier needs samples of at least two classes",
    ),
    "one sample": (
        fit(X[:1], Y[:1]),
        "the only sample is of class 0; a classifier needs samples of at least two classes",
    ),
    "softmax over one": (
        lambda: gn.Network(3, gn.Dense(1, "softmax")).fit(X, Y),
        "needs one output for each class, but the network has one",
    ),
    # weights of samples
    "too few weights": (fit(sample_weight=[1, 2]), "sample_weight has 2 numbers for 20 samples; give one for each"),
    "a negative weight": (fit(sample_weight=np.arange(20) - 3), "sample_weight must not be negative, got -3 in row 0"),
    "no weight at all": (fit(sample_weight=np.zeros(20)), "every sample has the weight 0"),
    "class weights in a list": (
        fit(class_weight=[1, 2, 3]),
        "class_weight must be a weight by class, such as {0: 1.0, 2: 2.0}, got [1",
    ),
    "a weight for no class": (fit(class_weight={3: 2.0}), "class_weight must be a weight by class"),
    "a negative class weight": (
        fit(class_weight={1: -2.0}),
        "the weight of class 1 must be a number, at least 0, got -2.0",
    ),
    "class weights for values": (values(class_weight={0: 2.0}), "class_weight needs one class for each sample"),
    # settings of fit
    "no epochs": (fit(epochs=0), "epochs must be a whole number of at least 1, got 0"),
    "half an epoch": (fit(epochs=2.5), "epochs must be a whole number of at least 1, got 2.5"),
    "empty batches": (fit(batch_size=0), "batch_size must be a whole number of at least 1, got 0"),
    "share too large": (fit(validation=1.5), "validation must be a share between 0 and 1, or (x, y), got 1.5"),
    "share zero": (fit(validation=0.0), "validation must be a share between 0 and 1, or (x, y), got 0.0"),
    "no share": (fit(validation=X), "validation must be a share between 0 and 1, or (x, y), got a ndarray"),
    "share of one": (
        values(X[:1], X[:1, 0], validation=0.5),
        "1 sample is too few to hold out 0.5 of them; give validation=(x, y)",
    ),
    "half a validation": (fit(validation=(X,)), "validation must be (x, y) or (x, y, sample_weight), got 1 parts"),
    "bad validation": (fit(validation=(X, Y + 4)), "y must hold class numbers 0..2 for 3 outputs, got 4 in row 0"),
    "unknown loss": (fit(loss="huberr"), "there is no loss 'huberr'; did you mean 'Huber'?"),
    "unknown optimizer": (fit(optimizer="adamm"), "there is no optimizer 'adamm'; did you mean 'Adam'?"),
    "an optimizer's class": (fit(optimizer=gn.Adam), "Adam is a class; write Adam(…)"),
    "unknown metric": (fit(metrics=["acuracy"]), "there is no metric 'acuracy'; did you mean 'accuracy'?"),
    "metrics in no list": (fit(metrics="accuracy"), "metrics must be a list, got 'accuracy'; write ['accuracy']"),
    "a number as metric": (fit(metrics=[3]), "a metric is a name or a function of (y, prediction), got 3"),
    "metric of values for classes": (
        fit(metrics=["mae"]),
        "'mae' and 'r2' compare number by number, but y has the shape",
    ),
    "metric of classes for values": (
        values(metrics=["accuracy"]),
        "y has no class numbers 0, 1, …, which accuracy and its like count",
    ),
    "top k of one": (
        lambda: regressor().evaluate(X, Y, metrics=["top_2"]),
        "top_2 needs one output for each class, got 1 for",
    ),
    "clipping at nothing": (fit(clip_norm=0), "clip_norm must be a number, more than 0, got 0"),
    "a moving average that never moves": (fit(ema=1), "ema must be less than 1, got 1"),
    "accumulating nothing": (fit(accumulate=0), "accumulate must be a whole number of at least 1, got 0"),
    "unknown engine": (fit(engine="gpu"), "the engine must be 'auto', 'compiled' or 'numpy', got 'gpu'"),
    "resume from a file": (
        fit(resume=Path(__file__)),
        "is a file; give the folder that Checkpoint wrote to",
    ),
    "learning rate negative": (lambda: gn.Adam(-1), "the learning rate of Adam must be a number, more than 0, got -1"),
    "learning rate infinite": (
        lambda: gn.SGD(float("inf")),
        "the learning rate of SGD must be a number, more than 0, got inf",
    ),
    "learning rate nan": (
        lambda: gn.SGD(float("nan")),
        "the learning rate of SGD must be a number, more than 0, got nan",
    ),
    "learning rate of text": (
        lambda: gn.SGD("fast"),
        "the learning rate of SGD must be a number, more than 0, got 'fast'",
    ),
    "nesterov without momentum": (
        lambda: gn.SGD(0.1, nesterov=True),
        "SGD with nesterov=True needs a momentum above 0",
    ),
    # streams
    "no stream": (lambda: classifier().fit(5), "without y, x must be an iterable of batches (x, y), got int"),
    "an array without targets": (
        lambda: classifier().fit(X),
        "without y, x must be an iterable of batches (x, y), got ndarray",
    ),
    "a stream of arrays": (
        lambda: classifier().fit([X, X]),
        "each batch must be (x, y) or (x, y, sample_weight), got a ndarray",
    ),
    "an empty stream": (
        lambda: classifier().fit(iter([])),
        "epoch 1 got no batches; a generator can be read only once",
    ),
    "a stream read twice": (
        lambda: classifier().fit(batches(), epochs=2),
        "epoch 2 got no batches; a generator can be read only",
    ),
    "a share of a stream": (
        lambda: classifier().fit([(X, Y)], validation=0.1),
        "a share of a stream cannot be held out; give validation",
    ),
    "weights beside a stream": (
        lambda: classifier().fit([(X, Y)], class_weight={0: 2}),
        "weights and augmentation of a stream belong into it",
    ),
    "batches unalike": (
        lambda: classifier().fit([(X, Y), (X, ONE_HOT)]),
        "all batches must be alike: this one has float32 targets of shape (n, 3)",
    ),
    "weights in some batches": (
        lambda: classifier().fit([(X, Y), (X, Y, Y + 1)]),
        "with sample weights, the first had int64 targets of shape (n,) without",
    ),
    # building
    "negative units": (
        lambda: gn.Dense(-3),
        "the number of units of Dense must be a whole number of at least 1, got -3",
    ),
    "half a unit": (
        lambda: gn.Dense(2.5),
        "the number of units of Dense must be a whole number of at least 1, got 2.5",
    ),
    "negative inputs": (
        made(gn.Dense(2), inputs=-3),
        "each number of inputs must be a whole number of at least 1, got -3",
    ),
    "inputs of text": (
        made(gn.Dense(2), inputs="3"),
        "each number of inputs must be a whole number of at least 1, got '3'",
    ),
    "unknown activation": (lambda: gn.Dense(3, "rellu"), "there is no activation 'rellu'; did you mean 'Relu'?"),
    "a function as activation": (
        lambda: gn.Dense(3, np.tanh),
        "an activation is given by its name: write 'tanh', got <ufunc 'tanh'>",
    ),
    "a function of one's own": (
        lambda: gn.Dense(3, lambda x: x),
        "a function such as <lambda> must be written in operations and marked with @gn.activation",
    ),
    "unknown initializer": (
        lambda: gn.Dense(3, weights="glorot"),
        "there is no initializer 'glorot'; did you mean 'GlorotNormal'?",
    ),
    "no layers": (made(), "a network needs at least one layer, such as gn.Dense(1)"),
    "layers where the inputs belong": (made(inputs=gn.Dense(3)), "begins with its number of inputs"),
    "no size of inputs": (made(gn.Identity(), inputs=()), "have 1 to 8 sizes, got 0"),
    "nine sizes of inputs": (made(gn.Flatten(), inputs=(1,) * 9), "have 1 to 8 sizes, got 9"),
    "no layer": (made("rely"), "'rely' is no layer; layers are such as gn.Dense(4) or gn.Activation('relu')"),
    "a layer's class": (made(gn.Dense), "Dense is a class; write gn.Dense(…)"),
    "doubled thirty times": (
        made(*[gn.Concatenate(gn.Identity(), gn.Identity())] * 30),
        "would be 1.01e+08 numbers for each sample, and 67,108,864 is the limit",
    ),
    "a literal that float32 cannot hold": (made(gn.Rescale(1e300)), "1e+300 does not fit float32"),
    "a slope that float32 cannot hold": (made(gn.Activation(gn.LeakyRelu(-1e39))), "-1e+39 does not fit float32"),
    "one of several literals": (made(gn.Rescale([1, 2, 1e300])), "does not fit float32"),
    "more inputs than any sample has": (made(gn.Dense(1), inputs=10**12), "'x' would be 1e+12 numbers for each sample"),
    "given weights that do not fit": (
        made(gn.Dense(2, weights=[[1, 2]])),
        "dense_1.weights: the given values have the shape (1, 2), expected (3, 2)",
    ),
    "given biases that do not fit": (
        made(gn.Dense(2, biases=[1, 2, 3])),
        "dense_1.biases: the given values have the shape (3,), expected (2,)",
    ),
    "given nan": (lambda: gn.Dense(2, biases=[1, np.nan]), "biases must be finite numbers, got NaN or infinity"),
    "given ragged": (lambda: gn.Dense(2, weights=[[1, 2], [1]]), "with rows of equal length, got [[1, 2], [1]]"),
    "a mask that does not fit": (
        made(gn.Dense(2, connected=[[1, 0]])),
        "Dense 'dense_1' expects connected of shape (3, 2), got (1, 2)",
    ),
    "a mask of other numbers": (
        lambda: gn.Dense(2, connected=[[1, 2]]),
        "connected must be rows of 0 and 1, got [[1, 2]]",
    ),
    "two of a name": (
        made(gn.Dense(2, name="a"), gn.Dense(2, name="a")),
        "two layers are named 'a'; give each layer a name of its own",
    ),
    "a name with a dot": (
        made(gn.Dense(2, name="a.b")),
        "a layer's name must be a text of 1 to 100 characters without a dot, got 'a.b'",
    ),
    "a negative seed": (lambda: classifier(seed=-1), "the seed must be a whole number from 0 to 2⁶⁴ − 1, got -1"),
    "half precision": (
        lambda: classifier(dtype="float16"),
        "the dtype of a network is float32 or float64, got 'float16'",
    ),
    "dropping everything": (
        lambda: gn.Dropout(1.0),
        "the rate of Dropout must be a number, at least 0 and at most 0.999, got 1.0",
    ),
    "branches unalike": (
        made(gn.Add(gn.Dense(2), gn.Identity())),
        "Add adds branches of one shape, got (n, 2) and (n, 3); give them equal units",
    ),
    "a shape of another size": (
        made(gn.Reshape((2, 2))),
        "Reshape 'reshape_1' expects 4 numbers a sample, got an array of shape (n, 3)",
    ),
    "a scale of another width": (
        made(gn.Rescale([1, 2])),
        "Rescale 'rescale_1' expects as many inputs as it has numbers in scale (2)",
    ),
    "no such row": (
        lambda: gn.Network(2, gn.Embedding(3, 2))([5, 0]),
        "rows are looked up by whole numbers from 0 to 2, got 5",
    ),
    "a row from behind": (
        lambda: gn.Network(2, gn.Embedding(3, 2))([-1, 0]),
        "rows are looked up by whole numbers from 0 to 2, got -1",
    ),
    "more than memory holds": (
        made(gn.Dense(10**7), inputs=10**7),
        "the layers have too many weights for this machine's memory",
    ),
    # parameters
    "parameter of another shape": (
        lambda: classifier().parameters.update({"dense_1.weights": X}),
        "'dense_1.weights' has the shape (3, 4), got values of shape (20, 3)",
    ),
    "unknown parameter": (
        lambda: classifier().parameters["dense1.weights"],
        "there is no parameter 'dense1.weights'; did you mean 'dense_1.weights'?",
    ),
    # forward only
    "step in training": (
        lambda: gn.Network(3, gn.Dense(3, "step"), gn.Dense(1)).fit(X, X[:, 0]),
        "'step' (in dense_1) works forward only: it has no useful derivative",
    ),
    "step's gradient": (
        lambda: gn.Network(3, gn.Dense(1, "step")).gradients(X, X[:, 0]),
        "choose another activation to train, such as sigmoid",
    ),
    "nothing to train": (
        lambda: gn.Network(3, gn.Activation("relu")).fit(X, X),
        "this network has no weights, so there is nothing to train",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_clear_error(name: str) -> None:
    action, said = CASES[name]
    with pytest.raises(gn.GlassnetError, match=re.escape(said)) as caught:
        action()
    assert type(caught.value).__module__.startswith("glassnet")
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("name", ["too narrow", "label too large", "bad validation", "unknown metric", "nan"])
def test_nothing_was_changed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong is said before the first step."""
    nets: list[gn.Network] = []

    def kept() -> gn.Network:
        nets.append(gn.Network(3, gn.Dense(4, "relu"), gn.Dense(3, "softmax")))
        return nets[-1]

    monkeypatch.setitem(globals(), "classifier", kept)
    with pytest.raises(gn.GlassnetError):
        CASES[name][0]()
    assert (nets[0].parameters.buffer == kept().parameters.buffer).all()


def test_shapes_that_do_not_fit_say_where_each_operand_came_from() -> None:
    with pytest.raises(gn.ShapeError, match=r"concatenate \(test_bad_input.py:\d+\): .* in dense_1 .* in flatten_1"):
        gn.Network((2, 3), gn.Concatenate(gn.Dense(2), gn.Flatten()))
