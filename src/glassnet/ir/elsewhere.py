"""The words of Keras, PyTorch and scikit-learn: what is written here instead, for those who come from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

from glassnet.words import meant, nearest, unknown

P = ParamSpec("P")
R = TypeVar("R")
Face = tuple[Callable[[str], Any], Callable[[], list[str]]]

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
    **dict.fromkeys(["trainable", "requires_grad_"], "write net.freeze('dense_1') or net.unfreeze('dense_1')"),
    "partial_fit": "write net.train_on_batch(x, y)",
    "generate": "write gn.generate(net, 'Once', length=200)",
    "predict_classes": "write net.predict(x)",
    "classes_": "the names of the classes are net.labels",
    "loss_curve_": 'write net.history["loss"]',
    "save_weights": "write net.save(path)",
    "load_weights": "write gn.load(path)",
    "count_params": "write net.operations()",
}
"""Attributes of other libraries' models."""
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
"""Attributes of other libraries' linear regressions."""
HISTORY = {"history": 'it is that itself: history["loss"]', "epoch": "write history.epochs"}
LAYER = dict.fromkeys(
    ["get_weights", "set_weights", "kernel", "weight", "bias", "coef_", "state_dict", "variables", "trainable_weights"],
    "a layer says how, and holds no arrays: they are in net.parameters, such as net.parameters['dense_1.weights']",
)
"""Attributes of a layer that are the network's."""
LAYERS = LAYER | dict.fromkeys(
    [*NETWORK, "fit", "evaluate", "predict", "summary", "parameters", "explain", "save"],
    "layers become a network with its number of inputs: gn.Network(2, *layers)",
)
"""Attributes of layers that are taken for a network."""
ARGUMENTS = {
    "verbose": "leave it out: only fit shows progress, which is silenced by fit(…, progress=False)",
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
    "restore_best_weights": "write restore_best=True",
    **dict.fromkeys(["min_delta", "threshold", "tol"], "write minimum_change=0.001"),
    "min_lr": "write smallest=0.01, a share of the learning rate",
    "mode": "write larger_is_better=True or False",
    **dict.fromkeys(["filepath", "dirpath"], "write folder="),
    "filename": "write path=",
    "save_best_only": "gn.KeepBest() keeps the best weights in the network",
    "save_freq": "write every_epochs=1 or every_steps=100",
    "fit_intercept": "write intercept=False for a line through the origin",
}
"""Arguments of other libraries' methods."""
NAMES = {
    "mse": "squared error", "mean_squared_error": "squared error", "l2": "squared error",
    "mae": "absolute error", "l1": "absolute error", "mean_absolute_error": "absolute error",
    "bce": "binary cross-entropy", "ce": "categorical cross-entropy", "cross_entropy": "categorical cross-entropy",
    "crossentropy": "categorical cross-entropy", "log_loss": "categorical cross-entropy",
    "nll": "categorical cross-entropy",
    "sparse_categorical_crossentropy": "categorical cross-entropy", "kld": "Kullback-Leibler",
    "kl_divergence": "Kullback-Leibler", "acc": "accuracy", "r2_score": "r2", "swish": "silu", "identity": "linear",
    "sgd_momentum": "sgd", "sigm": "sigmoid", "logistic": "sigmoid", "relu2": "squared relu",
    "relu_squared": "squared relu",
}  # fmt: skip
"""Losses, metrics and activations: the name in other libraries, and ours."""
PUBLIC = {
    "Model": "Network", "Module": "Layer", "MSELoss": "SquaredError", "MeanSquaredError": "SquaredError",
    "L1Loss": "AbsoluteError", "MeanAbsoluteError": "AbsoluteError", "CrossEntropyLoss": "CategoricalCrossEntropy",
    "NLLLoss": "CategoricalCrossEntropy", "BCELoss": "BinaryCrossEntropy", "SmoothL1Loss": "Huber",
    "BatchNormalization": "BatchNorm", "BatchNorm1d": "BatchNorm", "LayerNormalization": "LayerNorm",
    "Normalization": "Standardize", "Rescaling": "Rescale", "StandardScaler": "Standardize",
    "BatchNorm2d": "BatchNorm", "Conv1d": "Conv1D", "Conv2d": "Conv2D", "ConvTranspose2d": "Conv2DTranspose",
    "MaxPool1d": "MaxPool1D", "MaxPool2d": "MaxPool2D", "MaxPooling1D": "MaxPool1D", "MaxPooling2D": "MaxPool2D",
    "AvgPool1d": "AveragePool1D", "AvgPool2d": "AveragePool2D", "AveragePooling1D": "AveragePool1D",
    "AveragePooling2D": "AveragePool2D", "GlobalAveragePooling2D": "GlobalAveragePool",
    "GlobalMaxPooling2D": "GlobalMaxPool", "Upsample": "UpSample2D", "UpSampling2D": "UpSample2D",
    "ZeroPad2d": "ZeroPad2D", "ZeroPadding2D": "ZeroPad2D", "Dropout2d": "Dropout2D", "SpatialDropout2D": "Dropout2D",
    "ModelCheckpoint": "Checkpoint",
    "CSVLogger": "CsvLog", "ReduceLROnPlateau": "ReduceOnPlateau", "Normal_": "Normal", "SiLU": "Silu", "Swish": "Silu",
    "LinearModel": "LinearRegression", "OLS": "LinearRegression", "LayerDense": "Dense", "Layer_Dense": "Dense",
    "load_model": "load", "MLPClassifier": "Network", "MLPRegressor": "Network",
    "MultiHeadAttention": "Attention", "MultiheadAttention": "Attention", "SelfAttention": "Attention",
    "TransformerEncoderLayer": "TransformerBlock", "TransformerDecoderLayer": "TransformerBlock",
    "PositionalEmbedding": "PositionEmbedding", "PositionalEncoding": "PositionEmbedding",
    "Cropping1D": "Crop", "RMSNormalization": "RMSNorm", "ReversibleEmbedding": "Unembedding",
    "SimpleRNN": "RNN",
}  # fmt: skip
"""Public names: those of other libraries, and ours."""
MODULE = {
    "Input": "a network begins with its number of inputs: gn.Network(2, gn.Dense(1))",
    **dict.fromkeys(["nn", "keras"], "layers are in gn, and find out their inputs: nn.Linear(3, 4) is gn.Dense(4)"),
    **dict.fromkeys(["optim", "optimizer"], "optimisers are names of gn: gn.Adam(0.01)"),
    **dict.fromkeys(["datasets", "mnist", "fashion_mnist"], "data are in gn.data: gn.data.mnist()"),
    "read_csv": "write gn.data.table('points.csv', target='y')",
    **dict.fromkeys(["tensor", "Tensor", "array"], "arrays, lists, frames and tensors are taken as they are"),
    **dict.fromkeys(["DataLoader", "Dataset", "TensorDataset"], "fit takes arrays, or an iterable of batches (x, y)"),
    "train_test_split": "net.fit(x, y, validation=0.2) holds a fifth of the samples out",
    **dict.fromkeys(["to_categorical", "one_hot", "OneHotEncoder", "LabelEncoder"], "classes are taken as they are"),
    **dict.fromkeys(["random", "manual_seed", "set_seed"], "the seed is the network's: gn.Network(2, *layers, seed=0)"),
}
"""Names that are looked for in ``gn``, and what is there instead."""
DATA = {
    **dict.fromkeys(["load_iris", "iris"], "it is in scikit-learn; load_iris().data and .target are taken as they are"),
    **dict.fromkeys(["read_csv", "load_csv", "csv"], "write gn.data.table('points.csv', target='y')"),
    **{f"make_{name}": f"write gn.data.{name}()" for name in ("moons", "circles", "blobs")},
    **dict.fromkeys(("load_mnist", "MNIST", "fetch_openml", "load_digits"), "write gn.data.mnist()"),
    "load_data": "write data = gn.data.mnist(), and data.x_train",
    **dict.fromkeys(
        ["Tokenizer", "TextVectorization", "ByteLevelBPETokenizer"],
        "write text = gn.data.text('book.txt', length=64), and text.tokens",
    ),
}
"""The same for ``gn.data``."""
OPERATIONS = {
    theirs: f"here it is ops.{ours}"
    for theirs, ours in {
        "abs": "absolute", "pow": "power", "mul": "multiply", "sub": "subtract", "div": "divide", "neg": "negative",
        "cat": "concatenate", "concat": "concatenate", "stack": "concatenate",
        "dot": "matmul", "mm": "matmul", "bmm": "matmul",
        "einsum": "contract", "var": "variance", "amax": "max", "reduce_sum": "sum", "reduce_mean": "mean",
        "gather": "take", "index_select": "take", "slice": "slice_", "narrow": "slice_", "permute": "transpose",
        "view": "reshape", "flatten": "reshape", "expand": "broadcast", "broadcast_to": "broadcast", "clamp": "clip",
        "astype": "cast", "detach": "stop_gradient", "less": "greater(y, x)", "gt": "greater", "ge": "greater_equal",
        "lt": "greater(y, x)", "square": "power(x, 2)", "rsqrt": "power(x, -0.5)", "std": "sqrt(ops.variance(x))",
        "unfold": "windows", "rand": "uniform", "randn": "normal",
    }.items()
}  # fmt: skip
"""The same for ``gn.ops``."""


FAMILIES = (
    {theirs: f"here it is gn.{ours}" for theirs, ours in PUBLIC.items()}
    | {theirs: f"its name here is {ours!r}" for theirs, ours in NAMES.items()}
    | dict.fromkeys(["Linear", "linear"], "a layer of 3 units without activation is gn.Dense(3)")
    | dict.fromkeys(["relu", "Relu", "ReLU", "sigmoid", "Sigmoid", "tanh", "Tanh", "softmax", "Softmax"],
                    "an activation goes by its name: gn.Dense(3, 'relu')")
    | MODULE
)  # fmt: skip
"""The same for the modules of families, such as ``gn.layers`` and ``gn.losses``."""


def face(module: str, names: Sequence[str], words: Mapping[str, str] = FAMILIES) -> Face:
    """A module's ``__getattr__``, which says what to write instead of names it does not have, and its ``__dir__``."""

    def getattr_(name: str) -> Any:
        extra = "" if name.startswith("_") else hint(name, words, names)
        raise AttributeError(f"module 'glassnet.{module}' has no attribute {name!r}{extra}")

    return getattr_, lambda: list(names)


def hint(name: str, words: Mapping[str, str], names: object) -> str:
    """What to write instead of a name that is not there: what those libraries mean by it, or the nearest name.

    >>> hint("score", NETWORK, ["evaluate"]), hint("epoch", ARGUMENTS, ["epochs"]), hint("zzz", NETWORK, ["fit"])
    ('; write net.evaluate(x, y)', "; did you mean 'epochs'?", '')
    """
    if name in words:
        return f"; {words[name]}"
    return meant(name, [known for known in list(names) if not known.startswith("_")])  # type: ignore[call-overload]


def unknown_name(family: str, name: str, names: list[str]) -> str:
    """The message for a loss, metric or activation that is not there; ours by name where another library has it so."""
    ours = NAMES.get(name.lower().replace(" ", "_").replace("-", "_"))
    known = ours is not None and nearest(ours, names) is not None
    return f"there is no {family} {name!r}; here it is {ours!r}" if known else unknown(family, name, names)


def loss_named(name: str) -> str | None:
    """Our name of a loss that goes by this name elsewhere, if it is one."""
    ours = NAMES.get(name.lower().replace(" ", "_").replace("-", "_"))
    return ours if ours in ("squared error", "binary cross-entropy", "categorical cross-entropy") else None


def no_attribute(thing: object, name: str, words: Mapping[str, str]) -> AttributeError:
    """The error for an attribute that is not there."""
    kind = type(thing).__name__
    extra = "" if name.startswith("_") else hint(name, words, dir(type(thing)))
    return AttributeError(f"{kind!r} object has no attribute {name!r}{extra}", name=name, obj=thing)


def in_our_words(function: Callable[P, R]) -> Callable[P, R]:
    """The function, whose unknown arguments are answered with ours."""
    named = signature(function).parameters
    in_order = [name for name, p in list(named.items())[1:] if p.kind is not p.KEYWORD_ONLY]

    @wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        where, names = function.__qualname__.removesuffix(".__init__"), list(named)[1:]
        for name in kwargs:
            if name not in named:
                raise TypeError(f"{where} takes no {name!r}{hint(name, ARGUMENTS, names)}")
        if len(args) > 1 + len(in_order):
            others = [name for name in names if name not in in_order]
            such = f"; the others by name, such as {others[0]}={args[1 + len(in_order)]!r:.20}" if others else ""
            raise TypeError(f"{where} takes {', '.join(in_order)} in order{such}")
        return function(*args, **kwargs)

    return called


def attribute_error_in_words(words: Mapping[str, str]) -> Callable[[Any, str], Any]:
    """A ``__getattr__``: Python asks it for attributes that are not there."""

    def getattr_(self: Any, name: str) -> Any:
        raise no_attribute(self, name, words)

    return getattr_
