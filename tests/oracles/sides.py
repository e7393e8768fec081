"""Runs a case on our side and on PyTorch's: the same numbers in, and what came out as named arrays.

"output" is what the untrained network says of all samples, "gradients" those of their loss (without sample weights,
and as the network is when it is used, not trained), "losses" the loss of each of 21 steps over batches of which each
third is smaller, "parameters" and "state" what the network has after them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import glassnet as gn
from tests.oracles.cases import CASES, Case, ScheduleCase, torch

SAMPLES, STEPS = 12, 21
TOLERANCES = {"float64": 1e-10, "float32": 1e-5}
RUNS = [(name, dtype) for name, case in CASES.items() for dtype in case.dtypes]
Results = dict[str, np.ndarray]


def numbers(shape: tuple[int, ...], stream: int) -> np.ndarray:
    """Numbers from −1 to 1, the same on every machine and for every version of NumPy."""
    words = np.random.Philox(key=stream).random_raw(int(np.prod(shape)))
    return (words >> np.uint64(40)).astype(np.float64).reshape(shape) * 2.0**-23 - 1.0


def samples(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """The inputs and the targets of a case, in float64 or as whole numbers."""
    shape = case.inputs if isinstance(case.inputs, tuple) else (case.inputs,)
    x = numbers((SAMPLES, *shape), stream=1)
    if case.whole_numbers is not None:
        x = np.floor((x + 1) / 2 * case.whole_numbers)
    outputs = network(case, "float64").output.shape[1:]
    free = numbers((SAMPLES, *outputs), stream=2)
    return x, {
        "values": lambda: free,
        "binary": lambda: (free > 0).astype(float),
        "counts": lambda: np.floor(3 * (free + 1)),
        "classes": lambda: free.argmax(axis=-1),
        "one-hot": lambda: np.eye(outputs[-1])[free.argmax(axis=-1)],
        "probabilities": lambda: (free + 1) / (free + 1).sum(axis=1, keepdims=True),
    }[case.targets]()


def network(case: Case, dtype: str) -> gn.Network:
    """Our network of a case, with its first numbers."""
    net = gn.Network(case.inputs, *case.layers, dtype=dtype)
    for stream, array in enumerate(net.parameters.values(), start=3):
        array[...] = case.weights_scale * numbers(array.shape, stream)
    return net


def weights_of(case: Case) -> np.ndarray | None:
    return np.arange(SAMPLES) % 3 + 0.5 if case.settings.get("sample_weight") else None


class Losses(gn.Callback):
    """Notes the loss of each step."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def on_step(self, training: Any, measured: Any) -> None:
        self.values.append(measured["loss"])


def ours(case: Case, dtype: str) -> Results:
    net = network(case, dtype)
    (x, y), losses = samples(case), Losses()
    output = net(x)
    if not case.trains:
        return {"output": output}
    gradients = _flat(net.gradients(x, y, case.loss).values())
    net.fit(
        x, y, epochs=STEPS // -(-SAMPLES // case.batch_size), batch_size=case.batch_size, shuffle=False,
        loss=case.loss, optimizer=case.optimizer, metrics=[], callbacks=[losses],
        **{**case.settings, "sample_weight": weights_of(case)},
    )  # fmt: skip
    return {
        "output": output,
        "gradients": gradients,
        "losses": np.array(losses.values),
        "parameters": _flat(net.parameters.values()),
        "state": _flat(net.state.values()),
    }


class Model(dict[str, Any]):
    """The twin's parameters and running statistics by name, and whether it is being trained."""

    training = False

    def __init__(self, case: Case, dtype: str) -> None:
        net = network(case, dtype)
        super().__init__({name: torch.tensor(array) for name, array in net.arrays().items()})
        self.parameters = [self[name].requires_grad_() for name in net.parameters]
        self.state = [self[name] for name in net.state]


def twin(case: Case, dtype: str) -> Results:
    torch.set_default_dtype(getattr(torch, dtype))  # PyTorch's NAdam keeps a product in the default dtype
    try:
        return _twin(case, dtype)
    finally:
        torch.set_default_dtype(torch.float32)


def _twin(case: Case, dtype: str) -> Results:
    m, (x, y) = Model(case, dtype), samples(case)
    x_ = torch.tensor(x, dtype=getattr(torch, dtype))
    y_ = torch.tensor(y) if case.targets == "classes" else torch.tensor(y, dtype=x_.dtype)
    z = case.forward(m, x_)
    results = {"output": case.finish(z).detach().numpy()}
    if case.trains:
        objective = case.torch_loss(z, y_).mean() + case.torch_penalty(m)
        results["gradients"] = _flat(g.numpy() for g in torch.autograd.grad(objective, m.parameters))
        results["losses"] = _train(case, m, x_, y_)
        results["parameters"] = _flat(w.detach().numpy() for w in m.parameters)
        results["state"] = _flat(s.numpy() for s in m.state)
    return results


def _train(case: Case, m: Model, x: Any, y: Any) -> np.ndarray:
    for name in case.frozen:
        m[name].requires_grad_(False)
    optimizer, every = case.torch_optimizer(m.parameters), case.settings.get("accumulate", 1)
    schedule = case.torch_schedule(optimizer) if case.torch_schedule else None
    average = [w.detach().clone() for w in m.parameters]
    losses: list[float] = []
    m.training = True
    weights = _sample_weights(case, y).to(x.dtype)

    def objective(rows: slice) -> Any:
        loss = (case.torch_loss(case.forward(m, x[rows]), y[rows]) * weights[rows]).mean()
        losses.append(loss.item())
        return (loss + case.torch_penalty(m)) / every

    for step, rows in enumerate(_batches(case.batch_size), start=1):
        if isinstance(optimizer, torch.optim.LBFGS):
            optimizer.step(_closure(optimizer, lambda rows=rows: objective(rows)))
            continue
        objective(rows).backward()
        if step % every == 0:
            case.torch_clip(m.parameters)
            optimizer.step()
            optimizer.zero_grad()
            for mean, w in zip(average, m.parameters, strict=True):
                mean.lerp_(w.detach(), 1 - case.settings.get("ema", 0.0))
        if schedule is not None:
            schedule.step()
    if "ema" in case.settings:
        m.parameters = average
    return np.array(losses)


def _closure(optimizer: Any, objective: Callable[[], Any]) -> Callable[[], Any]:
    def closure() -> Any:
        optimizer.zero_grad()
        value = objective()
        value.backward()
        return value

    return closure


def _batches(size: int) -> Iterator[slice]:
    starts = range(0, SAMPLES, size)
    for _ in range(STEPS // len(starts)):
        yield from (slice(start, min(start + size, SAMPLES)) for start in starts)


def _sample_weights(case: Case, y: Any) -> Any:
    if "class_weight" in case.settings:
        return torch.tensor([case.settings["class_weight"].get(int(label), 1.0) for label in y])
    given = weights_of(case)
    return torch.ones(SAMPLES, dtype=torch.float64) if given is None else torch.tensor(given)


def our_rates(case: ScheduleCase) -> np.ndarray:
    """The learning rate at each step, read from the schedule's graph."""
    from glassnet.ir import Graph, source
    from glassnet.readings import Program

    t = source("input", "t", (), "float64")
    program = Program(Graph({"rate": case.ours(t)}))
    return np.array([program({"t": np.float64(step)})["rate"] for step in range(case.steps)])


def twin_rates(case: ScheduleCase) -> np.ndarray:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=case.rate)
    scheduler = case.twin(torch.optim.lr_scheduler, optimizer)
    rates = []
    for _ in range(case.steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if len(rates) < case.steps:
            scheduler.step()
    return np.array(rates)


def _flat(arrays: Any) -> np.ndarray:
    return np.concatenate([np.zeros(0), *(np.ravel(array) for array in arrays)])


def require_close(mine: np.ndarray, theirs: np.ndarray, tolerance: float, what: str) -> None:
    """Equal up to ``tolerance`` times the largest number there is in the array."""
    assert mine.shape == theirs.shape, what
    bound = tolerance * max(np.abs(theirs).max(initial=0.0), 1e-30)
    worst = np.abs(mine.astype(np.float64) - theirs).max(initial=0.0)
    assert worst <= bound, f"{what}: differs by {worst:.3g}, allowed {bound:.3g}"
