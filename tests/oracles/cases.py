"""Everything that is compared with PyTorch, as one table: a name, our specification, and its twin in PyTorch.

A twin is written with ``torch.nn.functional`` over parameters that have our names and our layout, (inputs, units); it
gives what its loss takes, which for cross-entropies is the logits. ``convention`` says which of several habits in use
the two sides agree on. The table is read without PyTorch: only running a twin imports it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

import glassnet as gn
from glassnet.ir.specification import Specification
from tests.oracles.attention import SEQUENCES
from tests.oracles.case import Case, F, Tensor, a_layer, linear, one_hidden, tanh_network, torch
from tests.oracles.pictures import PICTURES
from tests.oracles.recurrent import RECURRENT

# ── activations ─────────────────────────────────────────────────────────────────────────────────────────────────────


@gn.activation
def oracle_bump(x: gn.ops.Var) -> gn.ops.Var:
    return gn.ops.exp(-(x**2))


def hidden(
    name: str, activation: Any, twin: Callable[[Any, Tensor], Tensor], convention: str = "PyTorch's", **more: Any
) -> Case:
    return Case(f"activation {name}", (gn.Dense(4, activation), gn.Dense(2)), one_hidden(twin), convention, **more)


ACTIVATIONS = [
    hidden("linear", "linear", lambda m, z: z),
    hidden("relu", "relu", lambda m, z: torch.relu(z), "derivative 0 at 0, as PyTorch"),
    hidden("squared relu", "squared relu", lambda m, z: torch.relu(z) ** 2),
    hidden("leaky relu", "leaky relu", lambda m, z: F.leaky_relu(z, 0.01), "slope .01 (PyTorch; Keras has .3)"),
    hidden("leaky relu .3", gn.LeakyRelu(0.3), lambda m, z: F.leaky_relu(z, 0.3)),
    hidden("prelu", "prelu", lambda m, z: F.prelu(z, m["dense_1.slope"]), "one slope a unit"),
    hidden("elu", gn.Elu(0.7), lambda m, z: F.elu(z, 0.7)),
    hidden("selu", "selu", lambda m, z: F.selu(z)),
    hidden("gelu", "gelu", lambda m, z: F.gelu(z), "exact, by erf, not the tanh approximation"),
    hidden("silu", "silu", lambda m, z: F.silu(z)),
    hidden("mish", "mish", lambda m, z: F.mish(z)),
    hidden("sigmoid", "sigmoid", lambda m, z: torch.sigmoid(z)),
    hidden(
        "hard sigmoid",
        "hard sigmoid",
        lambda m, z: torch.clamp(z + 3, 0, 6) / 6,
        "x/6 + ½ (Keras 2 had x/5 + ½); PyTorch's own hardsigmoid has a float32 sixth in its float64 derivative",
    ),
    hidden("tanh", "tanh", lambda m, z: torch.tanh(z)),
    hidden("softplus", "softplus", lambda m, z: F.softplus(z, threshold=1e9), "no threshold (PyTorch: x above 20)"),
    hidden("softsign", "softsign", lambda m, z: F.softsign(z)),
    hidden("softmax", "softmax", lambda m, z: torch.softmax(z, -1), "over the units, in the middle of a network"),
    hidden("custom", oracle_bump, lambda m, z: torch.exp(-(z**2))),
    hidden("step", "step", lambda m, z: (z > 0).to(z.dtype), "0 at 0", trains=False),
]

# ── layers ──────────────────────────────────────────────────────────────────────────────────────────────────────────

MASK = [[1, 0, 1, 1], [0, 1, 1, 0], [1, 1, 0, 0]]


def standardized(m: Any, x: Tensor) -> Tensor:
    """As they are before the training, which is when all samples are seen; then by the mean and deviation of these."""
    if not m.training:
        m.every = x
        return x
    m["standardize_1.mean"].copy_(m.every.mean(0))
    m["standardize_1.deviation"].copy_(m.every.std(0, unbiased=False))
    return (x - m["standardize_1.mean"]) / m["standardize_1.deviation"]


def batch_norm(m: Any, x: Tensor, name: str, momentum: float = 0.1, epsilon: float = 1e-5) -> Tensor:
    flat = x.reshape(-1, x.shape[-1])
    normed = F.batch_norm(
        flat,
        m[f"{name}.running_mean"],
        m[f"{name}.running_variance"],
        m[f"{name}.scale"],
        m[f"{name}.shift"],
        training=m.training,
        momentum=momentum,
        eps=epsilon,
    )
    return normed.reshape(x.shape)


def layer_norm(m: Any, x: Tensor, name: str, epsilon: float = 1e-5) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], m[f"{name}.scale"], m[f"{name}.shift"], epsilon)


LAYERS = [
    Case("layer dense", (gn.Dense(4), gn.Dense(2)), lambda m, x: linear(m, linear(m, x, "dense_1"), "dense_2")),
    Case(
        "layer dense without biases",
        (gn.Dense(4, "tanh", biases=None), gn.Dense(2)),
        lambda m, x: linear(m, torch.tanh(x @ m["dense_1.weights"]), "dense_2"),
    ),
    Case(
        "layer dense with a mask",
        (gn.Dense(4, "tanh", connected=MASK), gn.Dense(2)),
        lambda m, x: linear(
            m,
            torch.tanh(x @ (m["dense_1.weights"] * torch.tensor(MASK, dtype=x.dtype)) + m["dense_1.biases"]),
            "dense_2",
        ),
        "the mask multiplies the weights",
    ),
    Case(
        "layer dense on sequences",
        (gn.Reshape((2, 3)), gn.Dense(4, "tanh"), gn.Flatten(), gn.Dense(2)),
        lambda m, x: linear(m, torch.tanh(linear(m, x.reshape(-1, 2, 3), "dense_1")).flatten(1), "dense_2"),
        inputs=6,
    ),
    Case(
        "layer activation",
        (gn.Dense(4), gn.Activation("relu"), gn.Dense(2)),
        one_hidden(lambda m, z: torch.relu(z)),
    ),
    Case(
        "layer batch norm",
        (gn.Dense(4), gn.BatchNorm(), gn.Activation("tanh"), gn.Dense(2)),
        one_hidden(lambda m, z: torch.tanh(batch_norm(m, z, "batchnorm_1"))),
        "our momentum .9 is PyTorch's .1; ε 1e-5; variance over n to normalise, over n − 1 in the running statistic",
    ),
    Case(
        "layer batch norm as in Keras",
        (gn.Dense(4), gn.BatchNorm(momentum=0.99, epsilon=1e-3), gn.Dense(2)),
        one_hidden(lambda m, z: batch_norm(m, z, "batchnorm_1", 0.01, 1e-3)),
        "Keras's momentum and ε; PyTorch's variances",
    ),
    Case(
        "layer batch norm on sequences",
        (gn.Reshape((2, 3)), gn.BatchNorm(), gn.Flatten(), gn.Dense(2)),
        lambda m, x: linear(m, batch_norm(m, x.reshape(-1, 2, 3), "batchnorm_1").flatten(1), "dense_1"),
        "one statistic for each entry of the last axis",
        inputs=6,
    ),
    Case(
        "layer layer norm",
        (gn.Dense(4), gn.LayerNorm(), gn.Dense(2)),
        one_hidden(lambda m, z: layer_norm(m, z, "layernorm_1")),
        "ε 1e-5, over the last axis",
    ),
    Case(
        "layer standardize",
        (gn.Standardize(), gn.Dense(2)),
        lambda m, x: a_layer(m, standardized(m, x)),
        "nothing before the first step; then the mean of all samples, and their deviation over n",
    ),
    Case(
        "layer embedding",
        (gn.Embedding(5, 3), gn.Flatten(), gn.Dense(2)),
        lambda m, x: linear(m, F.embedding(x.long(), m["embedding_1.weights"]).flatten(1), "dense_1"),
        inputs=2,
        whole_numbers=5,
    ),
    Case(
        "layer add",
        (gn.Dense(4, "tanh"), gn.Add(gn.Dense(4, "tanh"), gn.Identity()), gn.Dense(2)),
        lambda m, x: linear(m, (h := torch.tanh(a_layer(m, x))) + torch.tanh(linear(m, h, "dense_2")), "dense_3"),
        "a residual layer",
    ),
    Case(
        "layer concatenate",
        (gn.Concatenate(gn.Sequential(gn.Dense(4, "tanh"), gn.Dense(2)), gn.Dense(2, "relu")), gn.Dense(2)),
        lambda m, x: linear(m, torch.cat([tanh_network(m, x), torch.relu(linear(m, x, "dense_3"))], dim=-1), "dense_4"),
    ),
    Case(
        "layer rescale",
        (gn.Rescale([0.5, 2.0, 1.0], offset=-0.25), gn.Dense(2)),
        lambda m, x: a_layer(m, x * torch.tensor([0.5, 2.0, 1.0], dtype=x.dtype) - 0.25),
    ),
]

# ── losses ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@gn.loss
def oracle_fourth_power(prediction: gn.ops.Var, target: gn.ops.Var) -> gn.ops.Var:
    return (prediction - target) ** 4


def softmax(z: Tensor) -> Tensor:
    return torch.softmax(z, -1)


def each(losses: Tensor) -> Tensor:
    """The mean over a sample's outputs."""
    return losses.flatten(1).mean(1)


def cross_entropy(label_smoothing: float = 0.0) -> Callable[[Tensor, Tensor], Tensor]:
    return lambda z, y: F.cross_entropy(z, y, label_smoothing=label_smoothing, reduction="none")


def binary_cross_entropy(label_smoothing: float = 0.0) -> Callable[[Tensor, Tensor], Tensor]:
    def loss(z: Tensor, y: Tensor) -> Tensor:
        smoothed = y * (1 - label_smoothing) + label_smoothing / 2
        return each(F.binary_cross_entropy_with_logits(z, smoothed, reduction="none"))

    return loss


def measured(
    name: str, loss: gn.Loss, twin: Callable[[Tensor, Tensor], Tensor], convention: str = "PyTorch's", **more: Any
) -> Case:
    layers = (gn.Dense(4, "tanh"), gn.Dense(3, more.pop("last", "linear")))
    forward = more.pop("forward", tanh_network)
    return Case(f"loss {name}", layers, forward, convention, loss=loss, torch_loss=twin, **more)


AS_CLASSES: dict[str, Any] = {"last": "softmax", "finish": softmax, "targets": "classes"}
AS_LABELS: dict[str, Any] = {"last": "sigmoid", "finish": lambda z: torch.sigmoid(z), "targets": "binary"}

LOSSES = [
    measured("squared error", gn.SquaredError(), lambda p, y: each(F.mse_loss(p, y, reduction="none"))),
    measured("absolute error", gn.AbsoluteError(), lambda p, y: each(F.l1_loss(p, y, reduction="none"))),
    measured("huber", gn.Huber(0.5), lambda p, y: each(F.huber_loss(p, y, delta=0.5, reduction="none"))),
    measured("log cosh", gn.LogCosh(), lambda p, y: each(torch.log(torch.cosh(p - y))), "Keras's; PyTorch has none"),
    measured("binary cross-entropy", gn.BinaryCrossEntropy(), binary_cross_entropy(), **AS_LABELS),
    measured(
        "binary cross-entropy smoothed",
        gn.BinaryCrossEntropy(0.2),
        binary_cross_entropy(0.2),
        "labels moved towards ½, as in Keras",
        **AS_LABELS,
    ),
    measured(
        "binary cross-entropy with extreme logits",
        gn.BinaryCrossEntropy(),
        binary_cross_entropy(),
        "from logits, never clipped (Keras clips at 1e-7)",
        **AS_LABELS,
        weights_scale=300.0,
    ),
    measured("cross-entropy of class numbers", gn.CategoricalCrossEntropy(), cross_entropy(), **AS_CLASSES),
    measured(
        "cross-entropy of rows of probabilities",
        gn.CategoricalCrossEntropy(),
        cross_entropy(),
        **{**AS_CLASSES, "targets": "probabilities"},
    ),
    measured(
        "cross-entropy of one-hot rows",
        gn.CategoricalCrossEntropy(),
        cross_entropy(),
        **{**AS_CLASSES, "targets": "one-hot"},
    ),
    measured(
        "cross-entropy smoothed",
        gn.CategoricalCrossEntropy(0.1),
        cross_entropy(0.1),
        "a tenth spread over all classes, the right one included",
        **AS_CLASSES,
    ),
    measured(
        "cross-entropy smoothed, one-hot",
        gn.CategoricalCrossEntropy(0.1),
        cross_entropy(0.1),
        **{**AS_CLASSES, "targets": "one-hot"},
    ),
    measured(
        "cross-entropy with extreme logits",
        gn.CategoricalCrossEntropy(),
        cross_entropy(),
        "by log-softmax, never clipped (the book and Keras clip at 1e-7)",
        **AS_CLASSES,
        weights_scale=300.0,
    ),
    measured(
        "hinge",
        gn.Hinge(),
        lambda p, y: each(torch.clamp(1 - (2 * y - 1) * p, min=0)),
        "targets 0/1 mean −1/1, as in Keras; PyTorch has none for labels",
        targets="binary",
    ),
    measured(
        "poisson",
        gn.Poisson(),
        lambda p, y: each(F.poisson_nll_loss(p, y, log_input=False, eps=0.0, reduction="none")),
        "without ln y!, of the rate itself, not of its logarithm",
        last="softplus",
        forward=lambda m, x: F.softplus(tanh_network(m, x), threshold=1e9),
        targets="counts",
    ),
    measured(
        "kullback-leibler",
        gn.KullbackLeibler(),
        lambda z, y: F.kl_div(torch.log_softmax(z, -1), y, reduction="none").sum(1),
        "summed over classes (PyTorch's batchmean)",
        **{**AS_CLASSES, "targets": "probabilities"},
    ),
    measured("custom", oracle_fourth_power, lambda p, y: each((p - y) ** 4)),
    measured(
        "with sample weights",
        gn.CategoricalCrossEntropy(),
        cross_entropy(),
        "Σ w·loss / n, as in Keras (PyTorch's class weights divide by Σ w)",
        **AS_CLASSES,
        settings={"sample_weight": True},
    ),
    measured(
        "with class weights",
        gn.CategoricalCrossEntropy(),
        cross_entropy(),
        "Σ w·loss / n, as in Keras (PyTorch's class weights divide by Σ w)",
        **AS_CLASSES,
        settings={"class_weight": {0: 0.5, 2: 3.0}},
    ),
]
# ── penalties, clipping, averaging, accumulating ────────────────────────────────────────────────────────────────────


def penalised(name: str, weights: gn.Penalty | None, biases: gn.Penalty | None, twin: Any, convention: str) -> Case:
    layers = (gn.Dense(4, "tanh", weights_penalty=weights, biases_penalty=biases), gn.Dense(2))
    return Case(f"penalty {name}", layers, tanh_network, convention, torch_penalty=twin)


def stepped(name: str, convention: str, **more: Any) -> Case:
    return Case(name, (gn.Dense(4, "tanh"), gn.Dense(2)), tanh_network, convention, **more)


STEPS = [
    penalised(
        "l1 of weights",
        gn.Penalty(l1=0.01),
        None,
        lambda m: 0.01 * m["dense_1.weights"].abs().sum(),
        "λ Σ|w|, gradient 0 at 0",
    ),
    penalised(
        "l2 of weights",
        gn.Penalty(l2=0.01),
        None,
        lambda m: 0.01 * (m["dense_1.weights"] ** 2).sum(),
        "λ Σw², gradient 2λw: the book's and Keras's (scikit-learn has α/2n)",
    ),
    penalised(
        "l1 and l2 of biases",
        None,
        gn.Penalty(0.02, 0.03),
        lambda m: 0.02 * m["dense_1.biases"].abs().sum() + 0.03 * (m["dense_1.biases"] ** 2).sum(),
        "λ₁ Σ|b| + λ₂ Σb²",
    ),
    penalised(
        "of both",
        gn.Penalty(l1=0.01, l2=0.02),
        gn.Penalty(l2=0.03),
        lambda m: (
            0.01 * m["dense_1.weights"].abs().sum()
            + 0.02 * (m["dense_1.weights"] ** 2).sum()
            + 0.03 * (m["dense_1.biases"] ** 2).sum()
        ),
        "they add up",
    ),
    stepped(
        "clipping by value",
        "each number of the gradient",
        settings={"clip_value": 0.05},
        torch_clip=lambda w: torch.nn.utils.clip_grad_value_(w, 0.05),
    ),
    stepped(
        "clipping by norm",
        "the whole gradient together; PyTorch adds 1e-6 to the norm it divides by, which the twin does not",
        settings={"clip_norm": 0.1},
        torch_clip=lambda w: clip_norm(w, 0.1),
    ),
    stepped(
        "clipping by both",
        "first by value, then by norm",
        settings={"clip_value": 0.05, "clip_norm": 0.1},
        torch_clip=lambda w: (torch.nn.utils.clip_grad_value_(w, 0.05), clip_norm(w, 0.1)),
    ),
    stepped("moving average of the weights", "from the first weights on, not corrected", settings={"ema": 0.9}),
    stepped("accumulating 2 batches", "the mean of the batches' mean gradients", settings={"accumulate": 2}),
    stepped(
        "accumulating 3 batches with Adam, clipped",
        "Adam counts updates, not batches; clipping acts on the accumulated gradient",
        settings={"accumulate": 3, "clip_norm": 0.1},
        torch_clip=lambda w: clip_norm(w, 0.1),
        optimizer=gn.Adam(0.01, epsilon=1e-8),
        torch_optimizer=lambda w: torch.optim.Adam(w, lr=0.01, eps=1e-8),
    ),
    stepped(
        "a moving average while accumulating", "one average step an update", settings={"ema": 0.8, "accumulate": 2}
    ),
]


def clip_norm(parameters: list[Tensor], bound: float) -> None:
    length = torch.sqrt(sum((w.grad**2).sum() for w in parameters))
    for w in parameters:
        w.grad *= bound / torch.clamp(length, min=bound)


# ── optimisers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def lion(parameters: list[Tensor]) -> Any:
    """Chen et al. 2023, algorithm 2, for want of one in PyTorch."""
    return _rule(parameters, _lion)


def _lion(w: Tensor, g: Tensor, state: dict[str, Tensor], lr: float = 0.01, decay: float = 0.1) -> None:
    m = state.setdefault("m", torch.zeros_like(w))
    c = 0.9 * m + 0.1 * g
    w -= lr * (torch.sign(c) + decay * w)
    state["m"] = 0.99 * m + 0.01 * g


def muon(parameters: list[Tensor]) -> Any:
    """Jordan et al. 2024 for matrices, in full precision: PyTorch's own computes the same in bfloat16; else AdamW."""
    matrices = [w for w in parameters if w.ndim == 2]
    return _Both(_rule(matrices, _muon), torch.optim.AdamW([w for w in parameters if w.ndim != 2], lr=1e-3, eps=1e-7))


def _muon(w: Tensor, g: Tensor, state: dict[str, Tensor], lr: float = 0.02, decay: float = 0.1) -> None:
    m = state.setdefault("m", torch.zeros_like(w)).lerp_(g, 1 - 0.95)
    o = newton_schulz(g.lerp(m, 0.95).T)  # their layout is (units, inputs)
    w.mul_(1 - lr * decay).add_(o.T, alpha=-lr * max(1, o.shape[0] / o.shape[1]) ** 0.5)


def newton_schulz(x: Tensor) -> Tensor:
    """As in the authors' repository (zeropower_via_newtonschulz5), but for the precision."""
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    x = x / (x.norm() + 1e-7)
    for _ in range(5):
        a = x @ x.T
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x.T if tall else x


def lbfgs(parameters: list[Tensor], rate: float) -> Any:
    return torch.optim.LBFGS(
        parameters, lr=rate, max_iter=1, history_size=4, tolerance_grad=0, tolerance_change=0, line_search_fn=None
    )


def _rule(parameters: list[Tensor], update: Callable[..., None]) -> Any:
    """A rule for one parameter as one of PyTorch's optimisers."""

    class Rule(torch.optim.Optimizer):  # type: ignore[misc]
        def step(self, closure: Any = None) -> None:
            with torch.no_grad():
                for w in parameters:
                    update(w, w.grad, self.state[w])

    return Rule(parameters, {})


@dataclass
class _Both:
    """Two optimisers, each for its own parameters."""

    first: Any
    second: Any

    def zero_grad(self) -> None:
        self.first.zero_grad()
        self.second.zero_grad()

    def step(self) -> None:
        self.first.step()
        self.second.step()


def optimised(name: str, ours: gn.Optimizer, twin: Callable[[list[Tensor]], Any], convention: str, **more: Any) -> Case:
    return stepped(f"optimizer {name}", convention, optimizer=ours, torch_optimizer=twin, **more)


OPTIMIZERS = [
    optimised("sgd", gn.SGD(0.2), lambda w: torch.optim.SGD(w, lr=0.2), "PyTorch's"),
    optimised(
        "momentum",
        gn.SGD(0.05, momentum=0.9),
        lambda w: torch.optim.SGD(w, lr=0.05, momentum=0.9),
        "the learning rate multiplies the velocity when used",
    ),
    optimised(
        "momentum under a schedule",
        gn.SGD(gn.StepDecay(0.05, every=4, factor=0.5), momentum=0.9),
        lambda w: torch.optim.SGD(w, lr=0.05, momentum=0.9),
        "PyTorch's: the velocity holds gradients (the book's and Keras's holds learning rate · gradient)",
        torch_schedule=lambda o: torch.optim.lr_scheduler.StepLR(o, 4, 0.5),
    ),
    optimised(
        "nesterov",
        gn.SGD(0.05, momentum=0.9, nesterov=True),
        lambda w: torch.optim.SGD(w, lr=0.05, momentum=0.9, nesterov=True),
        "PyTorch's",
    ),
    optimised(
        "adagrad",
        gn.Adagrad(0.1, epsilon=1e-7),
        lambda w: torch.optim.Adagrad(w, lr=0.1, eps=1e-7),
        "sums start at 0 (Keras .1); √s + ε",
    ),
    optimised(
        "adadelta", gn.Adadelta(1.0), lambda w: torch.optim.Adadelta(w, lr=1.0, rho=0.9, eps=1e-6), "ε inside the roots"
    ),
    optimised(
        "rmsprop",
        gn.RMSprop(0.01),
        lambda w: torch.optim.RMSprop(w, lr=0.01, alpha=0.9, eps=1e-7),
        "√v + ε; ρ .9, as in Keras and the book (PyTorch's default .99)",
    ),
    optimised(
        "rmsprop with momentum",
        gn.RMSprop(0.01, momentum=0.8),
        lambda w: torch.optim.RMSprop(w, lr=0.01, alpha=0.9, eps=1e-7, momentum=0.8),
        "PyTorch's",
    ),
    optimised(
        "adam",
        gn.Adam(0.01),
        lambda w: torch.optim.Adam(w, lr=0.01, eps=1e-7),
        "ε 1e-7, as in the book and Keras (PyTorch's default 1e-8), outside the root and after the correction",
    ),
    optimised("adam as in PyTorch", gn.Adam(0.01, epsilon=1e-8), lambda w: torch.optim.Adam(w, lr=0.01), "ε 1e-8"),
    optimised(
        "amsgrad",
        gn.AMSGrad(0.01),
        lambda w: torch.optim.Adam(w, lr=0.01, eps=1e-7, amsgrad=True),
        "the largest v before its correction",
    ),
    optimised(
        "adamw",
        gn.AdamW(0.01, weight_decay=0.1),
        lambda w: torch.optim.AdamW(w, lr=0.01, eps=1e-7, weight_decay=0.1),
        "decay times the learning rate, on biases too",
    ),
    optimised(
        "nadam",
        gn.Nadam(0.01),
        lambda w: torch.optim.NAdam(w, lr=0.01, eps=1e-7),
        "PyTorch's: momentum decay .004",
    ),
    optimised(
        "adamax", gn.Adamax(0.01), lambda w: torch.optim.Adamax(w, lr=0.01, eps=1e-7), "ε added to |g|, as in PyTorch"
    ),
    optimised("lion", gn.Lion(0.01, weight_decay=0.1), lion, "the paper's algorithm, written in PyTorch"),
    optimised(
        "muon",
        gn.Muon(0.02, weight_decay=0.1),
        muon,
        "Jordan's: Nesterov, √max(1, units/inputs); in full precision, where PyTorch's own is in bfloat16",
    ),
    optimised(
        "lbfgs",
        gn.LBFGS(0.1, history=4),
        lambda w: lbfgs(w, 0.1),
        "PyTorch's without line search, one iteration a step; every step is accepted",
        batch_size=12,
    ),
    optimised(
        "lbfgs with long steps",
        gn.LBFGS(0.5, history=4),
        lambda w: lbfgs(w, 0.5),
        "as above; float64 alone, for differences of float32 gradients have no digits left where steps get small",
        batch_size=12,
        dtypes=("float64",),
    ),
]

# ── frozen layers ───────────────────────────────────────────────────────────────────────────────────────────────────


def partly_frozen(name: str, *layers: gn.Layer, **more: Any) -> Case:
    """Dense 4 and BatchNorm, both frozen, under layers that learn; everything that could reach the frozen is on."""
    return Case(
        f"frozen {name}",
        (*layers, gn.Activation("tanh"), gn.BatchNorm(), gn.Dense(3, "tanh"), gn.Dense(2)),
        lambda m, x: linear(
            m, torch.tanh(linear(m, batch_norm(m, torch.tanh(as_it_is(m, x)), "batchnorm_2"), "dense_2")), "dense_3"
        ),
        "requires_grad=False; a frozen BatchNorm runs as in evaluation (Keras; PyTorch's .eval())",
        optimizer=gn.AdamW(0.01, weight_decay=0.1),
        torch_optimizer=lambda w: torch.optim.AdamW(w, lr=0.01, eps=1e-7, weight_decay=0.1),
        settings={"clip_norm": 0.1},
        torch_clip=lambda w: clip_norm([one for one in w if one.requires_grad], 0.1),
        frozen=("dense_1.weights", "dense_1.biases", "batchnorm_1.scale", "batchnorm_1.shift"),
        **more,
    )


def as_it_is(m: Any, x: Tensor) -> Tensor:
    """Dense and batch normalisation that do not train, whatever the rest does."""
    before, m.training = m.training, False
    y = batch_norm(m, linear(m, x, "dense_1"), "batchnorm_1")
    m.training = before
    return y


FROZEN = [
    partly_frozen("layers", gn.Dense(4, trainable=False), gn.BatchNorm(trainable=False)),
    partly_frozen("container", gn.Sequential(gn.Dense(4), gn.Sequential(gn.BatchNorm()), trainable=False)),
]

CASES = {
    case.name: case
    for case in [*ACTIVATIONS, *LAYERS, *PICTURES, *SEQUENCES, *RECURRENT, *LOSSES, *STEPS, *OPTIMIZERS, *FROZEN]
}

# ── schedules ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ScheduleCase:
    """A schedule, and PyTorch's scheduler over an optimiser whose own rate is ``rate``, for so many steps."""

    ours: gn.Schedule
    rate: float
    twin: Callable[[Any, Any], Any]
    convention: str = "PyTorch's"
    steps: int = 25


SCHEDULES = {
    "step": ScheduleCase(gn.StepDecay(0.3, 7, 0.5), 0.3, lambda s, o: s.StepLR(o, 7, 0.5)),
    "exponential": ScheduleCase(
        gn.ExponentialDecay(0.3, 10, 0.5),
        0.3,
        lambda s, o: s.ExponentialLR(o, 0.5**0.1),
        "factor^(t / every), as in Keras; PyTorch gives the factor of one step",
    ),
    "inverse time": ScheduleCase(
        gn.InverseTimeDecay(0.3, 0.05),
        0.3,
        lambda s, o: s.LambdaLR(o, lambda t: 1 / (1 + 0.05 * t)),
        "the book's decay; PyTorch has none, so its LambdaLR",
    ),
    "linear": ScheduleCase(gn.PolynomialDecay(0.3, 20), 0.3, lambda s, o: s.PolynomialLR(o, 20)),
    "polynomial": ScheduleCase(
        gn.PolynomialDecay(0.3, 20, power=2.5), 0.3, lambda s, o: s.PolynomialLR(o, 20, power=2.5)
    ),
    "polynomial to a final rate": ScheduleCase(
        gn.PolynomialDecay(0.3, 20, final=0.1, power=2.0),
        0.3,
        lambda s, o: s.LambdaLR(o, lambda t: (0.1 + 0.2 * (1 - min(t / 20, 1)) ** 2) / 0.3),
        "Keras's end_learning_rate; PyTorch has none, so its LambdaLR",
    ),
    "cosine": ScheduleCase(
        gn.CosineDecay(0.3, 20, final=0.01),
        0.3,
        lambda s, o: s.CosineAnnealingLR(o, 20, eta_min=0.01),
        "PyTorch's up to the end of the period; after it ours stays at final, PyTorch's rises again",
        steps=21,
    ),
    "cosine with restarts": ScheduleCase(
        gn.CosineDecay(0.3, 8, final=0.01, restarts=True),
        0.3,
        lambda s, o: s.CosineAnnealingWarmRestarts(o, 8, eta_min=0.01),
    ),
    "cosine with longer and longer restarts": ScheduleCase(
        gn.CosineDecay(0.3, 3, restarts=True, growth=2.0),
        0.3,
        lambda s, o: s.CosineAnnealingWarmRestarts(o, 3, T_mult=2),
        steps=60,
    ),
    "warm-up": ScheduleCase(
        gn.WarmUp(0.3, 8),
        0.3,
        lambda s, o: s.LinearLR(o, start_factor=1 / 8, total_iters=7),
        "the first step already has a share of the rate, 1/steps",
    ),
    "warm-up, then a decay": ScheduleCase(
        gn.WarmUp(gn.PolynomialDecay(0.3, 20), 8),
        0.3,
        lambda s, o: s.LambdaLR(o, lambda t: min((t + 1) / 8, 1) * (1 - min(t / 20, 1))),
        "the decay runs on beneath the warm-up",
    ),
    "one cycle": ScheduleCase(
        gn.OneCycle(0.3, 25), 0.3, lambda s, o: s.OneCycleLR(o, 0.3, 25, cycle_momentum=False), "cosine, momentum kept"
    ),
    "one cycle, its own shape": ScheduleCase(
        gn.OneCycle(0.3, 24, rise=0.5, start_divisor=10.0, end_divisor=100.0),
        0.3,
        lambda s, o: s.OneCycleLR(
            o, 0.3, 24, pct_start=0.5, div_factor=10.0, final_div_factor=100.0, cycle_momentum=False
        ),
        steps=24,
    ),
}

# ── what there is, and what is compared ─────────────────────────────────────────────────────────────────────────────

BY_STATISTICS = {"Dropout", "Dropout2D", "GaussianNoise"}
"""Layers whose numbers are random: tests/layers/test_noise.py holds what they must do."""


def specifications(value: Any) -> Iterable[Specification]:
    """Every layer, activation, loss, optimiser, schedule and penalty inside a specification, itself included."""
    if isinstance(value, tuple | list):
        for item in value:
            yield from specifications(item)
    if isinstance(value, Specification):
        yield value
        for part in fields(value):
            yield from specifications(getattr(value, part.name))
