"""The words of Keras, PyTorch and scikit-learn: what is written here instead, for those who come from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

from glassnet.words import nearest, unknown

P = ParamSpec("P")
R = TypeVar("R")

NETWORK = {
    **dict.fromkeys(
        ["compile", "criterion", "loss_fn"], "there is nothing to compile: give fit the loss, optimizer and metrics"
    ),
    **dict.fromkeys(
        ["add", "add_module", "append"], "layers are given at once: gn.Network(2, gn.Dense(4, 'relu'), gn.Dense(1))"
    ),
    **dict.fromkeys(["score", "test_on_batch"], "write net.evaluate(x, y)"),
    **dict.fromkeys(
        ["predict_proba", "forward", "decision_function", "predict_on_batch"], "call the network itself: net(x)"
    ),
    **dict.fromkeys(
        ["coef_", "coefs_", "intercept_", "intercepts_", "weights", "get_weights", "state_dict", "trainable_weights"],
        "the numbers are net.parameters, by name",
    ),
    **dict.fromkeys(["set_weights", "load_state_dict"], "write net.assign(arrays), or gn.load(path)"),
    **dict.fromkeys(["transform", "fit_transform", "normalize"], "scaling is a layer of the network: gn.Standardize()"),
    **dict.fromkeys(["backward", "grad", "zero_grad"], "write net.gradients(x, y)"),
    **dict.fromkeys(["to", "cuda", "cpu", "eval", "train"], "there is nothing to switch: using and training are apart"),
    "partial_fit": "write net.train_on_batch(x, y)",
    "predict_classes": "write net.predict(x)",
    "classes_": "the names of the classes are net.labels",
    "loss_curve_": 'write net.history["loss"]',
    "save_weights": "write net.save(path)",
    "load_weights": "write gn.load(path)",
    "count_params": "write net.operations()",
}
"""Attributes of their models."""
REGRESSION = {
    "coef_": "write line.coefficients",
    "intercept_": "write line.intercept",
    "score": "R² on the data of the fit is line.r2",
    "rsquared": "write line.r2",
    "bse": "write line.standard_errors",
    "params": "write line.parameters",
    "pvalues": "write line.p",
    "predict_proba": "a line predicts values: line.predict(x)",
}
"""Attributes of their linear regressions."""
HISTORY = {"history": 'it is that itself: history["loss"]', "epoch": "write history.epochs"}
LAYERS = dict.fromkeys(
    [*NETWORK, "fit", "evaluate", "predict", "summary", "parameters", "explain", "save"],
    "layers become a network with its number of inputs: gn.Network(2, *layers)",
)
"""Attributes of layers that are taken for a network."""
ARGUMENTS = {
    "verbose": "whether progress is shown is progress=True or False",
    "validation_data": "write validation=(x, y)",
    "validation_split": "write validation=0.2",
    "validation_fraction": "write validation=0.1",
    "early_stopping": "write callbacks=[gn.EarlyStopping()]",
    **dict.fromkeys(["lr", "learning_rate", "learning_rate_init"], "write optimizer=gn.Adam(0.01)"),
    **dict.fromkeys(["max_iter", "nb_epoch", "n_epochs", "num_epochs"], "write epochs=10"),
    "solver": "write optimizer='lbfgs'",
    **dict.fromkeys(["criterion", "loss_fn"], "write loss='squared error'"),
    "random_state": "the seed belongs to the network: gn.Network(…, seed=0)",
    "sample_weights": "write sample_weight=",
    "initial_epoch": "a second fit goes on from the first",
    "fit_intercept": "write intercept=False for a line through the origin",
}
"""Arguments of their methods."""
NAMES = {
    "mse": "squared error", "mean_squared_error": "squared error", "l2": "squared error",
    "mae": "absolute error", "l1": "absolute error", "mean_absolute_error": "absolute error",
    "bce": "binary cross-entropy", "ce": "categorical cross-entropy", "cross_entropy": "categorical cross-entropy",
    "crossentropy": "categorical cross-entropy", "log_loss": "categorical cross-entropy",
    "nll": "categorical cross-entropy",
    "sparse_categorical_crossentropy": "categorical cross-entropy", "kld": "Kullback-Leibler",
    "kl_divergence": "Kullback-Leibler", "acc": "accuracy", "r2_score": "r2", "swish": "silu", "identity": "linear",
    "sgd_momentum": "sgd", "sigm": "sigmoid", "logistic": "sigmoid",
}  # fmt: skip
"""Losses, metrics and activations by the names that they are given by, and the same by ours."""
PUBLIC = {
    "Model": "Network", "Module": "Layer", "MSELoss": "SquaredError", "MeanSquaredError": "SquaredError",
    "L1Loss": "AbsoluteError", "MeanAbsoluteError": "AbsoluteError", "CrossEntropyLoss": "CategoricalCrossEntropy",
    "NLLLoss": "CategoricalCrossEntropy", "BCELoss": "BinaryCrossEntropy", "SmoothL1Loss": "Huber",
    "BatchNormalization": "BatchNorm", "BatchNorm1d": "BatchNorm", "LayerNormalization": "LayerNorm",
    "Normalization": "Standardize", "Rescaling": "Rescale", "StandardScaler": "Standardize",
    "ModelCheckpoint": "Checkpoint",
    "CSVLogger": "CsvLog", "ReduceLROnPlateau": "ReduceOnPlateau", "Normal_": "Normal", "SiLU": "Silu", "Swish": "Silu",
    "LinearModel": "LinearRegression", "OLS": "LinearRegression", "LayerDense": "Dense", "Layer_Dense": "Dense",
    "load_model": "load", "MLPClassifier": "Network", "MLPRegressor": "Network",
}  # fmt: skip
"""Public names."""


def hint(name: str, words: Mapping[str, str], names: object) -> str:
    """What to write instead of a name that is not there: what those libraries mean by it, or the nearest name.

    >>> hint("score", NETWORK, ["evaluate"]), hint("epoch", ARGUMENTS, ["epochs"]), hint("zzz", NETWORK, ["fit"])
    ('; write net.evaluate(x, y)', "; did you mean 'epochs'?", '')
    """
    if name in words:
        return f"; {words[name]}"
    near = nearest(name, [known for known in list(names) if not known.startswith("_")])  # type: ignore[call-overload]
    return f"; did you mean {near!r}?" if near else ""


def unknown_name(family: str, name: str, names: list[str]) -> str:
    """The message for a loss, metric or activation that is not there; ours by name where another library has it so."""
    ours = NAMES.get(name.lower().replace(" ", "_").replace("-", "_"))
    known = ours is not None and nearest(ours, names) is not None
    return f"there is no {family} {name!r}; here it is {ours!r}" if known else unknown(family, name, names)


def no_attribute(thing: object, name: str, words: Mapping[str, str]) -> AttributeError:
    """The error for an attribute that is not there."""
    kind = type(thing).__name__
    extra = "" if name.startswith("_") else hint(name, words, dir(type(thing)))
    return AttributeError(f"{kind!r} object has no attribute {name!r}{extra}", name=name, obj=thing)


def in_our_words(function: Callable[P, R]) -> Callable[P, R]:
    """The function, whose unknown arguments are answered with ours."""
    named = signature(function).parameters

    @wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        for name in kwargs:
            if name not in named:
                where, names = function.__qualname__.removesuffix(".__init__"), list(named)[1:]
                raise TypeError(f"{where} takes no {name!r}{hint(name, ARGUMENTS, names)}")
        return function(*args, **kwargs)

    return called


def attribute_error_in_words(words: Mapping[str, str]) -> Callable[[Any, str], Any]:
    """A ``__getattr__``: Python asks it for attributes that are not there."""

    def getattr_(self: Any, name: str) -> Any:
        raise no_attribute(self, name, words)

    return getattr_
